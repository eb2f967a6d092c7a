-- What relays carried for a call. A total of an allocation may come before the record of its call is written, and after.
ALTER TABLE call_records ADD COLUMN relayed_bytes bigint;

-- Totals of allocations that have ended, once each, for as long as more of their call may come.
CREATE TABLE relay_totals (
  allocation text PRIMARY KEY,
  call_id text,
  bytes bigint NOT NULL,
  ended_at bigint NOT NULL
);
CREATE INDEX relay_totals_call ON relay_totals (call_id);
CREATE INDEX relay_totals_ended ON relay_totals (ended_at);
