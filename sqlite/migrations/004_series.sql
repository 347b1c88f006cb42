-- Series that came in files of their own. They stay when their indicator's
-- catalogue row comes again, win over its values of the same dates, and follow
-- the others by date.
CREATE TABLE imported_values (
    indicator_id TEXT NOT NULL,
    date TEXT NOT NULL,
    value REAL NOT NULL,
    source_version TEXT,                 -- the source's edition
    PRIMARY KEY (indicator_id, date)
) WITHOUT ROWID;

-- The imports, with what each has stored so far.
CREATE TABLE series_imports (
    import_no INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,                    -- NULL: it was broken off
    points_added INTEGER NOT NULL DEFAULT 0,
    points_replaced INTEGER NOT NULL DEFAULT 0,
    points_unchanged INTEGER NOT NULL DEFAULT 0,
    points_kept_out INTEGER NOT NULL DEFAULT 0   -- another value stood at their date
);

-- An empty input_hash says that it is not computed for the values that stand
-- here now: an import was broken off, and the next run or import computes it.
CREATE INDEX source_indicators_unhashed ON source_indicators (indicator_id) WHERE input_hash = '';

DROP VIEW series_values;
CREATE VIEW series_values AS
    SELECT s.indicator_id, t.date, t.value
    FROM source_indicators s
    JOIN time_series_data t ON t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count
    WHERE NOT EXISTS (SELECT 1 FROM imported_values i WHERE i.indicator_id = s.indicator_id AND i.date = t.date)
    UNION ALL
    SELECT indicator_id, date, value FROM imported_values;
