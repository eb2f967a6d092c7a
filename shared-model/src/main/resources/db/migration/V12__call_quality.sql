-- How a call was at its sides, as their devices have last reported it: {"caller": {…}, "callee": {…}}. A report may come after
-- the record is written; of two, the one made after more reports counts.
ALTER TABLE call_records
  ADD COLUMN quality         jsonb,
  ADD COLUMN quality_reports int NOT NULL DEFAULT 0;
