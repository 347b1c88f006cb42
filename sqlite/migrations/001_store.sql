-- What the sources published. source_no is the order of arrival, so that a
-- catalogue in any order is appended; the index on indicator_id stays small.
CREATE TABLE source_indicators (
    source_no INTEGER PRIMARY KEY,
    indicator_id TEXT NOT NULL UNIQUE,
    input_hash TEXT NOT NULL,
    first_value INTEGER,                 -- time_series_data.point_no of its first value
    value_count INTEGER NOT NULL,        -- its values follow each other from there
    first_run_id INTEGER NOT NULL,       -- the run that brought it
    last_run_id INTEGER NOT NULL,        -- the last run that brought other content
    source_file TEXT NOT NULL,
    source_line INTEGER NOT NULL,
    points_set_aside INTEGER NOT NULL,
    points_set_aside_example TEXT,
    name TEXT,
    long_name TEXT,
    units TEXT,
    description TEXT,
    source_name TEXT,
    source_url TEXT,
    category_group TEXT,
    dataset TEXT,
    topic TEXT,
    aggregation_method TEXT,
    scale TEXT,
    periodicity TEXT,
    currency_code TEXT,
    country TEXT
);

-- Every dated value, in the order of the source. An index on indicator_id
-- would cost more than the rows: series_values below finds a series by its range.
CREATE TABLE time_series_data (
    point_no INTEGER PRIMARY KEY,
    indicator_id TEXT NOT NULL,
    date TEXT NOT NULL,
    value REAL NOT NULL
);

-- The same rows, found quickly: SELECT date, value FROM series_values WHERE indicator_id = '…'.
CREATE VIEW series_values AS
    SELECT s.indicator_id, t.date, t.value
    FROM source_indicators s
    JOIN time_series_data t ON t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count;

-- The current answer of each indicator.
CREATE TABLE classifications (
    indicator_id TEXT PRIMARY KEY,
    name TEXT,
    unit TEXT,
    unit_type TEXT,
    scale TEXT,
    scale_pow10 INTEGER,
    currency TEXT,
    currency_retired INTEGER,
    per TEXT,
    base_period TEXT,
    prices TEXT,
    ppp INTEGER,
    seasonal_adjustment TEXT,
    annualised INTEGER,
    reporting_frequency TEXT,
    time_basis TEXT,
    is_cumulative INTEGER,
    cumulative_pattern TEXT,
    family TEXT,
    type TEXT,
    change_basis TEXT,
    temporal_aggregation TEXT,
    orientation TEXT,
    review_status TEXT,
    overall_confidence REAL,
    outcome TEXT NOT NULL,
    failure_stage TEXT,
    failure_reason TEXT,
    overridden TEXT,                     -- JSON array of the fields that a person set
    input_hash TEXT,
    logic_version TEXT,
    run_id INTEGER NOT NULL,
    classified_at TEXT NOT NULL
) WITHOUT ROWID;

-- The current answer of each stage; no row where a stage was not reached.
CREATE TABLE normalization_results (
    indicator_id TEXT PRIMARY KEY,
    unit TEXT,
    unit_type TEXT,
    scale TEXT,
    scale_pow10 INTEGER,
    currency TEXT,
    currency_retired INTEGER,
    per TEXT,
    base_period TEXT,
    prices TEXT,
    ppp INTEGER,
    seasonal_adjustment TEXT,
    annualised INTEGER,
    factor REAL,
    answered_by TEXT,
    rule TEXT,
    confidence REAL,
    evidence TEXT,                       -- JSON array
    run_id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE time_inference_results (
    indicator_id TEXT PRIMARY KEY,
    reporting_frequency TEXT,
    is_cumulative INTEGER,
    cumulative_pattern TEXT,
    observed_frequency TEXT,
    declared_frequency TEXT,
    collection TEXT,
    points INTEGER,
    points_set_aside INTEGER,
    first_date TEXT,
    last_date TEXT,
    minimum REAL,
    maximum REAL,
    median REAL,
    negatives INTEGER,
    sign_changes INTEGER,
    rises INTEGER,
    falls INTEGER,
    whole INTEGER,
    answered_by TEXT,
    rule TEXT,
    confidence REAL,
    evidence TEXT,
    run_id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE cumulative_detection_results (
    indicator_id TEXT PRIMARY KEY,
    pattern TEXT,
    resets INTEGER,
    rises INTEGER,
    falls INTEGER,
    transitions INTEGER,
    start_month INTEGER,
    confidence REAL,
    run_id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE family_assignment_results (
    indicator_id TEXT PRIMARY KEY,
    family TEXT,
    answered_by TEXT,
    rule TEXT,
    confidence REAL,
    evidence TEXT,
    run_id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE type_classification_results (
    indicator_id TEXT PRIMARY KEY,
    type TEXT,
    change_basis TEXT,
    temporal_aggregation TEXT,
    orientation TEXT,
    answered_by TEXT,
    rule TEXT,
    confidence REAL,
    evidence TEXT,
    run_id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE boolean_review_results (
    indicator_id TEXT PRIMARY KEY,
    passed INTEGER,
    fields_wrong TEXT,                   -- JSON array
    reason TEXT,
    answered_by TEXT,
    rule TEXT,
    confidence REAL,
    evidence TEXT,
    run_id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE final_review_results (
    indicator_id TEXT PRIMARY KEY,
    status TEXT,
    corrections TEXT,                    -- JSON array of field, from, to, reason
    reason TEXT,
    answered_by TEXT,
    rule TEXT,
    confidence REAL,
    evidence TEXT,
    run_id INTEGER NOT NULL
) WITHOUT ROWID;

-- What each run answered. labels holds the final labels, answer the rest.
CREATE TABLE classification_history (
    indicator_id TEXT NOT NULL,
    run_id INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    review_status TEXT,
    overall_confidence REAL,
    logic_version TEXT,
    input_hash TEXT,
    classified_at TEXT NOT NULL,
    labels TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (indicator_id, run_id)
);
CREATE INDEX classification_history_outcomes ON classification_history (run_id, outcome);

-- Sums by stage over a stretch of commits, and one row for each indicator
-- that failed or was escalated.
CREATE TABLE processing_log (
    log_no INTEGER PRIMARY KEY,
    time TEXT NOT NULL,                  -- of the first commit that the row counts
    run_id INTEGER NOT NULL,
    stage TEXT,
    node TEXT,
    replica TEXT,
    indicators INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL,       -- from the first to the last commit
    indicator_id TEXT,
    outcome TEXT,
    reason TEXT
);

CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    command TEXT,
    logic_version TEXT,
    version TEXT,
    engine TEXT,
    provider TEXT,
    state TEXT NOT NULL,
    error TEXT,
    rows_read INTEGER NOT NULL DEFAULT 0,
    rows_accepted INTEGER NOT NULL DEFAULT 0,
    rows_duplicate INTEGER NOT NULL DEFAULT 0,
    rows_rejected INTEGER NOT NULL DEFAULT 0,
    selected INTEGER NOT NULL DEFAULT 0,
    classified INTEGER NOT NULL DEFAULT 0,
    escalated INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0
);

-- A person's labels.
CREATE TABLE overrides (
    indicator_id TEXT NOT NULL,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (indicator_id, field)
) WITHOUT ROWID;

-- What the writing run has read so far; empty when no run writes.
CREATE TABLE intake (
    source_no INTEGER PRIMARY KEY,
    source_file TEXT NOT NULL,
    source_line INTEGER NOT NULL
);
CREATE TABLE staged_values (
    indicator_id TEXT NOT NULL,
    date TEXT NOT NULL,
    value REAL NOT NULL,
    PRIMARY KEY (indicator_id, date)
) WITHOUT ROWID;

-- The run that writes; at most one row.
CREATE TABLE lease (
    lease_no INTEGER PRIMARY KEY CHECK (lease_no = 1),
    run_id INTEGER NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process TEXT NOT NULL,               -- tells two processes of the same number apart
    heartbeat TEXT NOT NULL
);
