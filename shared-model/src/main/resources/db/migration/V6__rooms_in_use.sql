-- A room outlives the join code that it was made by: exp is the code's, used_at says when somebody
-- last joined, looked or was pushed. What nobody uses for long is deleted.
ALTER TABLE rooms ADD COLUMN used_at timestamptz NOT NULL DEFAULT now();
UPDATE rooms SET used_at = greatest(created_at, exp);
DROP INDEX rooms_exp;
CREATE INDEX rooms_used ON rooms (used_at);
