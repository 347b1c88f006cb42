package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
)

// Runs returns the newest runs first; limit 0 means all. A run that does not
// live any more and did not end itself is "killed".
func (s *Store) Runs(ctx context.Context, limit int) (runs []classify.Run, err error) {
	err = s.read(ctx, "read the runs of store", func(tx pgx.Tx) error {
		leases, now, err := s.readLeases(ctx, tx)
		if err != nil {
			return err
		}
		runs, err = readRuns(ctx, tx, limit, leases, now)
		return err
	})
	return runs, err
}

// readRuns reads the newest runs. One that is stored as running and does not
// live is given as the next run will store it.
func readRuns(ctx context.Context, tx pgx.Tx, limit int, leases []lease, now time.Time) (runs []classify.Run, err error) {
	var most *int
	if limit > 0 {
		most = &limit
	}
	err = each(ctx, tx, `SELECT r.run_id, started_at, finished_at, r.host, r.pid, command, logic_version, version, engine, provider,
		state, error, rows_read, rows_accepted, rows_duplicate, rows_rejected, selected, classified, escalated, failed, skipped, mode, coalesce(l.shared, false)
		FROM runs r LEFT JOIN lease l ON l.run_id = r.run_id ORDER BY r.run_id DESC LIMIT $1`, []any{most}, func(row pgx.Rows) error {
		r, err := scanRun(row)
		runs = append(runs, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range runs {
		if runs[i].State != running {
			continue
		}
		if err := markKilled(ctx, tx, &runs[i], leases, now); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

func scanRun(row pgx.Rows) (r classify.Run, err error) {
	var command, logic, version, engine, provider, failure, mode text
	n := &r.Result
	err = row.Scan(&r.ID, &r.StartedAt, &r.FinishedAt, &r.Host, &r.PID, &command, &logic, &version, &engine, &provider,
		&r.State, &failure, &n.Read, &n.Accepted, &n.Duplicates, &n.Rejected, &n.Selected, &n.Classified, &n.Escalated, &n.Failed, &n.Skipped, &mode, &r.Shared)
	r.Command, r.LogicVersion, r.Version, r.Engine, r.Provider = string(command), string(logic), string(version), string(engine), string(provider)
	r.Mode, n.State, n.Error = classify.Mode(mode), r.State, string(failure)
	r.StartedAt = r.StartedAt.UTC()
	if r.FinishedAt != nil {
		t := r.FinishedAt.UTC()
		r.FinishedAt = &t
	}
	return r, err
}

// RunOutcomes counts what a run committed, by outcome. A run that committed
// nothing has an empty map.
func (s *Store) RunOutcomes(ctx context.Context, runID int64) (counts map[classify.Outcome]int, err error) {
	err = s.read(ctx, "count the outcomes of a run in store", func(tx pgx.Tx) error {
		counts, err = outcomes(ctx, tx, runID)
		return err
	})
	return counts, err
}

func outcomes(ctx context.Context, tx pgx.Tx, runID int64) (counts map[classify.Outcome]int, err error) {
	counts = map[classify.Outcome]int{}
	err = each(ctx, tx, "SELECT outcome, count(*) FROM classification_history WHERE run_id = $1 GROUP BY outcome", []any{runID}, func(r pgx.Rows) error {
		var outcome string
		var n int
		if err := r.Scan(&outcome, &n); err != nil {
			return err
		}
		counts[classify.Outcome(outcome)] = n
		return nil
	})
	return counts, err
}

// Committed returns what a run has committed of these indicators.
func (s *Store) Committed(ctx context.Context, runID int64, ids []string) (all []classify.Committed, err error) {
	wanted := make([]string, len(ids))
	given := make(map[string]string, len(ids))
	for i, id := range ids {
		wanted[i] = clean(id)
		given[wanted[i]] = id
	}
	err = s.read(ctx, "read what a run committed in store", func(tx pgx.Tx) error {
		all = make([]classify.Committed, 0, len(ids))
		return each(ctx, tx, `SELECT indicator_id, outcome, coalesce(review_status, ''), overall_confidence,
			CASE outcome WHEN 'failed' THEN coalesce(answer->'failure'->>'stage', '') ELSE '' END,
			CASE outcome WHEN 'failed' THEN coalesce(answer->'failure'->>'reason', '') ELSE '' END
			FROM classification_history WHERE indicator_id = ANY($1) AND run_id = $2`, []any{wanted, runID}, func(r pgx.Rows) error {
			var c classify.Committed
			var f classify.Failure
			if err := r.Scan(&c.IndicatorID, &c.Outcome, &c.ReviewStatus, &c.OverallConfidence, &f.Stage, &f.Reason); err != nil {
				return err
			}
			c.IndicatorID = given[c.IndicatorID]
			if c.Outcome == classify.Failed {
				c.Failure = &f
			}
			all = append(all, c)
			return nil
		})
	})
	return all, err
}
