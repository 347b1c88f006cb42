package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
}

// tried names the extension under which a step was taken or has failed.
func (t timescale) tried() string { return t.version + " " + t.license }

func readTimescale(ctx context.Context, tx pgx.Tx) (t timescale, err error) {
	_, err = one(ctx, tx, "SELECT extversion, coalesce(current_setting('timescaledb.license', true), '') FROM pg_extension WHERE extname = 'timescaledb'",
		nil, &t.version, &t.license)
	return t, err
}

// useTimescale takes the steps that were not taken yet under this version of
// the extension. A store works without any of them, so that none of them is
// an error: classify_features says what could not be done, and why.
func (s *Store) useTimescale(ctx context.Context) error {
	todo := []step(nil)
	err := s.read(ctx, "look for TimescaleDB", func(tx pgx.Tx) (err error) {
		todo, err = untried(ctx, tx, &s.hyper)
		return err
	})
	if err != nil || len(todo) == 0 {
		return err
	}
	err = s.write(ctx, "use TimescaleDB", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", schemaLock); err != nil {
			return err
		}
		todo, err := untried(ctx, tx, &s.hyper) // another process may have been faster
		if err != nil {
			return err
		}
		t, err := readTimescale(ctx, tx)
		for i := range todo {
			if err == nil {
				err = todo[i].take(ctx, tx, t)
			}
		}
		return err
	})
	if codeOf(err) == noRight { // the owner of the tables can
		return nil
	}
	return err
}

// untried are the steps that are still to be taken; hyper says whether there are
// hypertables.
func untried(ctx context.Context, tx pgx.Tx, hyper *bool) (todo []step, err error) {
	t, err := readTimescale(ctx, tx)
	if err != nil || t.version == "" {
		return nil, err
	}
	done, err := column[string](ctx, tx, "SELECT name FROM classify_features WHERE tried = $1 OR is_on", t.tried())
	if err != nil {
		return nil, err
	}
	*hyper = true
	return slices.DeleteFunc(slices.Clone(timescaleSteps), func(p step) bool { return slices.Contains(done, p.name) }), nil
}

// take takes a step in a savepoint, and notes what came of it.
func (p *step) take(ctx context.Context, tx pgx.Tx, t timescale) error {
	failure := error(nil)
	if p.community && t.license == "apache" {
		failure = errors.New("the Apache edition does not have it")
	} else {
		failure = pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error {
			_, err := inner.Conn().PgConn().Exec(ctx, p.sql).ReadAll()
			return err
		})
	}
	if failure != nil && passing(failure) {
		return failure
	}
	detail := p.detail
	if failure != nil {
		detail = clean(fmt.Sprint(failure))
	}
	_, err := tx.Exec(ctx, `INSERT INTO classify_features (name, is_on, detail, tried) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET is_on = excluded.is_on, detail = excluded.detail, tried = excluded.tried`, p.name, failure == nil, detail, t.tried())
	return err
}
