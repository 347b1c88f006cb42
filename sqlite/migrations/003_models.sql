-- The ledger: every request to a language model, also one that failed.
-- input_tokens includes cached_tokens and cache_write_tokens, output_tokens
-- includes reasoning_tokens.
CREATE TABLE model_calls (
    call_no INTEGER PRIMARY KEY,
    run_id INTEGER,                      -- NULL: outside a run
    sent_at TEXT NOT NULL,
    stage TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,                 -- as it was asked for
    server TEXT,                         -- its address; NULL: the provider's own
    reported_model TEXT,                 -- as the server named itself
    prompt_version TEXT,
    questions INTEGER NOT NULL,          -- more than one where they were packed
    attempt INTEGER NOT NULL,            -- 1 is the first
    outcome TEXT NOT NULL,               -- answered, invalid, or the class of the error
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,      -- read from the provider's prefix cache
    cache_write_tokens INTEGER NOT NULL, -- written to it
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    usd REAL NOT NULL,                   -- 0 where the call has no price
    priced INTEGER NOT NULL,             -- 1 if the price table had the model
    latency_ns INTEGER NOT NULL,
    in_flight INTEGER NOT NULL,          -- calls to the model under way when this one was sent, with it
    batch_id TEXT,                       -- model_batches.batch_id; NULL: a call of its own
    request_id TEXT,                     -- the provider's
    error TEXT
);
CREATE INDEX model_calls_runs ON model_calls (run_id);

-- Usable answers of language models. answer_no is the order of arrival, so that
-- the rows are appended although the keys are hashes; the index on them stays small.
CREATE TABLE answer_cache (
    answer_no INTEGER PRIMARY KEY,
    answer_key TEXT NOT NULL UNIQUE,     -- of stage, question, provider, model, prompt and parameters
    stage TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,                 -- as it was asked for
    server TEXT,                         -- its address; NULL: the provider's own
    reported_model TEXT,                 -- as the server named itself
    prompt_version TEXT,
    params TEXT,
    question TEXT NOT NULL,              -- JSON
    answer TEXT NOT NULL,                -- JSON
    answered_at TEXT NOT NULL,
    run_id INTEGER                       -- NULL: outside a run, or imported
);

-- What was found out about a model and its server.
CREATE TABLE model_traits (
    model_id TEXT PRIMARY KEY,
    traits TEXT NOT NULL,                -- JSON
    saved_at TEXT NOT NULL
) WITHOUT ROWID;

-- Questions that a provider answers later at a lower price.
CREATE TABLE model_batches (
    batch_no INTEGER PRIMARY KEY,
    batch_id TEXT NOT NULL UNIQUE,       -- the program's own
    run_id INTEGER,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    server TEXT,                         -- its address; NULL: the provider's own
    stage TEXT NOT NULL,
    prompt_version TEXT,
    state TEXT NOT NULL,                 -- intent, submitted, collected, failed, ambiguous or abandoned
    remote_id TEXT,                      -- the provider's
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    error TEXT,
    item_count INTEGER NOT NULL
);

CREATE TABLE model_batch_items (
    batch_no INTEGER NOT NULL,
    item_no INTEGER NOT NULL,            -- the order in the batch, from 1
    answer_key TEXT NOT NULL,            -- of the answer in answer_cache
    question TEXT NOT NULL,              -- JSON
    rejected TEXT,                       -- the answer that this is asked again for
    reason TEXT,                         -- why that could not be used
    PRIMARY KEY (batch_no, item_no)
) WITHOUT ROWID;
