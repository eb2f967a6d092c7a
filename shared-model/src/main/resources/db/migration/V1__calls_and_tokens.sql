-- Finished calls, written in batches from the stream calls:records.
CREATE TABLE call_records (
  call_id     text PRIMARY KEY,
  caller_id   text        NOT NULL,
  callee_id   text        NOT NULL,
  call_type   text        NOT NULL,
  state       text        NOT NULL,
  reason      text        NOT NULL,
  created_at  bigint      NOT NULL, -- milliseconds since the epoch, like all times of calls
  accepted_at bigint,
  ended_at    bigint      NOT NULL
);
CREATE INDEX call_records_caller ON call_records (caller_id, created_at DESC, call_id);
CREATE INDEX call_records_callee ON call_records (callee_id, created_at DESC, call_id);

-- A UUID in the order of time, to the microsecond (version 7, RFC 9562 section 5.7); Postgres has one from 18 on only.
CREATE FUNCTION next_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(overlay(uuid_send(gen_random_uuid()) PLACING
    int8send(((us / 1000) << 16) | x'7000'::bigint | ((us % 1000) * 4096 / 1000)) FROM 1 FOR 8), 'hex')::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS us) AS now
$$;

-- Where a push can reach a device. One row a token, whoever it belongs to now.
CREATE TABLE push_tokens (
  id           uuid PRIMARY KEY DEFAULT next_id(),
  user_id      text        NOT NULL,
  type         text        NOT NULL CHECK (type IN ('fcm', 'apns', 'apns_voip')),
  token        text        NOT NULL,
  kind         text        NOT NULL DEFAULT 'token' CHECK (kind IN ('token', 'fid')),
  device_id    text,
  platform     text,
  active       boolean     NOT NULL DEFAULT true,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  UNIQUE (type, token)
);
CREATE INDEX push_tokens_user ON push_tokens (user_id);
