-- A node of an earlier version deletes rooms past exp, and takes those for gone. During an upgrade such nodes run beside new ones:
-- for them exp of a room never comes, and the join code's is in code_exp. What they insert is put right here.
ALTER TABLE rooms ADD COLUMN code_exp timestamptz;
UPDATE rooms SET code_exp = exp, exp = '9999-12-31 00:00:00+00';
ALTER TABLE rooms ALTER COLUMN code_exp SET NOT NULL;

CREATE FUNCTION room_outlives_its_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.code_exp := coalesce(NEW.code_exp, NEW.exp);
  NEW.exp := '9999-12-31 00:00:00+00';
  RETURN NEW;
END $$;
CREATE TRIGGER rooms_outlive_their_code BEFORE INSERT ON rooms
  FOR EACH ROW EXECUTE FUNCTION room_outlives_its_code();
