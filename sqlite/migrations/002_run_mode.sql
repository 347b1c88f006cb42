-- Which of the selected indicators a run does: changed, stale, retry-failed or
-- force; NULL of the runs before this column.
ALTER TABLE runs ADD COLUMN mode TEXT;
