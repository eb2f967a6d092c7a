-- What whoever began a call has sent along, as the text of a JSON object; and whether the callee is to know of it.
ALTER TABLE call_records
  ADD COLUMN metadata text,
  ADD COLUMN hidden   boolean NOT NULL DEFAULT false;

-- Whose calls a user does not want. Redis has a copy for the calls themselves.
CREATE TABLE blocks (
  user_id    text        NOT NULL,
  blocked_id text        NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, blocked_id)
);
CREATE INDEX blocks_blocked ON blocks (blocked_id);
