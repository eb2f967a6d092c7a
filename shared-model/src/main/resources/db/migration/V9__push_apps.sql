-- Devices belong to an app: its bundle, its FCM project, its VAPID keys. What is there already is of the app that the
-- settings describe. The environment of APNs is known when the device names it or a push has found it out.
ALTER TABLE push_tokens
  ADD COLUMN app         text NOT NULL DEFAULT 'default',
  ADD COLUMN former_app  text,              -- as former_user: what an update has replaced
  ADD COLUMN environment text,
  ADD CONSTRAINT push_tokens_environment_check CHECK (environment IN ('sandbox', 'production'));

-- Each app has a newest key pair of its own.
ALTER TABLE vapid_keys
  ADD COLUMN app text NOT NULL DEFAULT 'default',
  DROP CONSTRAINT vapid_keys_generation_key,
  ADD CONSTRAINT vapid_keys_generation UNIQUE (app, generation);
