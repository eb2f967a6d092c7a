-- The key pairs that we identify ourselves with to Web Push services (RFC 8292). A browser's subscription works only
-- with the key that it was made with, so old ones stay.
CREATE TABLE vapid_keys (
  public_key  text PRIMARY KEY,             -- base64url of the uncompressed point
  generation  int         NOT NULL UNIQUE,  -- the highest is the newest; nodes that start together race for it
  private_key bytea       NOT NULL,         -- AES-256-GCM under SECRETS_KEY: nonce, ciphertext, tag
  created_at  timestamptz NOT NULL DEFAULT now()
);

-- A browser's subscription is a device like others: its endpoint is the token. One that nobody has signed in for has
-- the empty user, whom no token can name.
ALTER TABLE push_tokens
  ADD COLUMN p256dh     text,               -- base64url, as the browser gave them
  ADD COLUMN auth       text,
  ADD COLUMN vapid_key  text REFERENCES vapid_keys,
  ADD COLUMN user_agent text,
  DROP CONSTRAINT push_tokens_type_check,
  ADD CONSTRAINT push_tokens_type_check CHECK (type IN ('fcm', 'apns', 'apns_voip', 'webpush')),
  ADD CONSTRAINT push_tokens_subscription_check CHECK (
    CASE type WHEN 'webpush' THEN p256dh IS NOT NULL AND auth IS NOT NULL AND vapid_key IS NOT NULL
    ELSE user_id <> '' END);
CREATE INDEX push_tokens_type ON push_tokens (type, id);
