-- Whose a token or subscription was, and on which device, before it was last stored: null if it was
-- new. What stores it learns by this who can no longer be reached through it (Postgres 18 alone
-- could answer it without columns).
ALTER TABLE push_tokens ADD COLUMN former_user text, ADD COLUMN former_device text;
