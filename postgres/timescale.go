package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// step is something that TimescaleDB does for the store. Steps that fail leave
// the plain tables and views as they are, which do the same more slowly.
type step struct {
	name      string
	community bool // the Apache edition does not have it
	sql       string
	detail    string
}

// timescaleSteps are taken in this order, once. time_series_data has the time
// of the observation: its chunks are compressed when they have been there for a
// month, whatever years they hold, and never dropped.
var timescaleSteps = []step{
	{"hypertable time_series_data", false, `SELECT create_hypertable('time_series_data', 'time', chunk_time_interval => INTERVAL '10 years',
		create_default_indexes => FALSE, migrate_data => TRUE, if_not_exists => TRUE)`, "chunks of 10 years"},
	{"hypertable processing_log", false, `SELECT create_hypertable('processing_log', 'time', chunk_time_interval => INTERVAL '7 days',
		create_default_indexes => FALSE, migrate_data => TRUE, if_not_exists => TRUE)`, "chunks of 7 days"},
	{"continuous aggregate throughput_per_minute", true, `DROP VIEW throughput_per_minute;
		CREATE MATERIALIZED VIEW throughput_per_minute WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
			SELECT time_bucket(INTERVAL '1 minute', time) AS minute, stage, node, replica,
				sum(indicators) AS indicators, sum(failed) AS failed, sum(milliseconds) AS milliseconds
			FROM processing_log WHERE indicator_id IS NULL GROUP BY 1, 2, 3, 4 WITH NO DATA;
		SELECT add_continuous_aggregate_policy('throughput_per_minute', start_offset => INTERVAL '1 day', end_offset => INTERVAL '1 minute',
			schedule_interval => INTERVAL '1 minute')`, "refreshed every minute"},
	{"compression time_series_data", true, `ALTER TABLE time_series_data SET (timescaledb.compress,
			timescaledb.compress_segmentby = 'indicator_id', timescaledb.compress_orderby = 'time, date, occurrence');
		SELECT add_compression_policy('time_series_data', compress_created_before => INTERVAL '30 days', if_not_exists => TRUE)`, "chunks that are 30 days old"},
	{"compression processing_log", true, `ALTER TABLE processing_log SET (timescaledb.compress,
			timescaledb.compress_segmentby = 'stage', timescaledb.compress_orderby = 'time, log_no');
		SELECT add_compression_policy('processing_log', compress_after => INTERVAL '7 days', if_not_exists => TRUE)`, "rows older than 7 days"},
	{"retention processing_log", true, `SELECT add_retention_policy('processing_log', drop_after => INTERVAL '90 days', if_not_exists => TRUE)`, "90 days"},
}

// timescale is what a database has of TimescaleDB.
type timescale struct {
	version string // "" without the extension
	license string // "apache" is the edition without compression, retention and continuous aggregates
	schema  string // of its functions
	role    string // that is connected
	bounded bool   // it bounds how much of what is compressed a transaction may change
}

// tried names under what a step was taken or has failed: the extension may be
// another one later, and the next role may own the tables.
func (t *timescale) tried() string { return t.version + " " + t.license + " " + t.role }

// function is the name of one of its functions; its schema need not be in the
// search path.
func (t *timescale) function(name string) string { return pgx.Identifier{t.schema, name}.Sanitize() }

// boundSetting came with TimescaleDB 2.14.
const boundSetting = "timescaledb.max_tuples_decompressed_per_dml_transaction"

func readTimescale(ctx context.Context, tx pgx.Tx) (t timescale, err error) {
	_, err = one(ctx, tx, `SELECT e.extversion, coalesce(current_setting('timescaledb.license', true), ''), n.nspname::text, current_user::text, current_setting($1, true) IS NOT NULL
		FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'timescaledb'`,
		[]any{boundSetting}, &t.version, &t.license, &t.schema, &t.role, &t.bounded)
	return t, err
}

// useTimescale takes the steps that were not taken yet under this version of
// the extension. A store works without any of them, so that none of them is
// an error: classify_features says what could not be done, and why.
func (s *Store) useTimescale(ctx context.Context) error {
	todo := []step(nil)
	err := s.read(ctx, "look for TimescaleDB", func(tx pgx.Tx) error {
		t, err := readTimescale(ctx, tx)
		if err == nil {
			s.hyper = t.bounded
			todo, err = t.untried(ctx, tx)
		}
		return err
	})
	if err != nil || len(todo) == 0 {
		return err
	}
	err = s.write(ctx, "use TimescaleDB", func(tx pgx.Tx) error {
		// Who is second waits for as long as the first one takes.
		for _, set := range []string{"SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = 0"} {
			if _, err := tx.Exec(ctx, set); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", schemaLock); err != nil {
			return err
		}
		t, err := readTimescale(ctx, tx)
		if err != nil {
			return err
		}
		todo, err := t.untried(ctx, tx) // another process may have been faster
		if err != nil || len(todo) == 0 {
			return err
		}
		return t.take(ctx, tx, todo)
	})
	if codeOf(err) == noRight { // the owner of the tables can
		return nil
	}
	return err
}

// untried are the steps that are still to be taken, in their order.
func (t *timescale) untried(ctx context.Context, tx pgx.Tx) ([]step, error) {
	if t.version == "" {
		return nil, nil
	}
	done, err := column[string](ctx, tx, "SELECT name FROM classify_features WHERE tried = $1 OR is_on", t.tried())
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(timescaleSteps), func(p step) bool { return slices.Contains(done, p.name) }), nil
}

// take takes steps, each in a savepoint, and notes what came of it. Where others
// have the tables in hand, or the server has no room, what is left is tried again
// when the store is next opened.
func (t *timescale) take(ctx context.Context, tx pgx.Tx, todo []step) error {
	// A lock that is waited for keeps others from the table.
	if _, err := tx.Exec(ctx, "SET LOCAL lock_timeout = '3s'"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "SELECT set_config('search_path', current_setting('search_path') || ', ' || quote_ident($1), true)", t.schema); err != nil {
		return err
	}
	for i := range todo {
		p := &todo[i]
		failure := t.try(ctx, tx, p)
		tried, later := t.tried(), tryLater(failure)
		switch {
		case later:
			tried = ""
		case failure != nil && passing(failure):
			return failure
		}
		detail := p.detail
		if failure != nil {
			detail = clean(fmt.Sprint(failure))
		}
		if later {
			detail = "not yet, it is tried again by the next command: " + detail
		}
		if _, err := tx.Exec(ctx, `INSERT INTO classify_features (name, is_on, detail, tried) VALUES ($1, $2, $3, $4)
			ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on, detail = excluded.detail, tried = excluded.tried`, p.name, failure == nil, detail, tried); err != nil || later {
			return err
		}
	}
	return nil
}

func (t *timescale) try(ctx context.Context, tx pgx.Tx, p *step) error {
	if p.community && t.license == "apache" {
		return errors.New("the Apache edition does not have it")
	}
	return pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error {
		_, err := inner.Conn().PgConn().Exec(ctx, p.sql).ReadAll()
		return err
	})
}

// tryLater reports whether a step has failed for what others do at the moment, or
// for want of room.
func tryLater(err error) bool {
	code := codeOf(err)
	return code == lockNotAvailable || code == deadlock || code == queryCanceled || strings.HasPrefix(code, "53")
}
