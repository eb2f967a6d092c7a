-- Events for the team's back end, written by the statement that changes what they are about; the push role moves them into the queue
-- in Redis. Only with WEBHOOK_URL.
CREATE TABLE webhook_outbox (
  id       uuid PRIMARY KEY DEFAULT next_id(),
  type     text        NOT NULL,
  subject  text        NOT NULL,
  data     jsonb       NOT NULL,
  filed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
