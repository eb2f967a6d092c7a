-- A token that its provider calls gone while it says so of too many: nothing is sent to it until then.
ALTER TABLE push_tokens ADD COLUMN quarantined_until timestamptz;
-- The sweep looks for tokens that nothing has been heard of for long.
CREATE INDEX push_tokens_heard ON push_tokens (greatest(updated_at, last_used_at));
