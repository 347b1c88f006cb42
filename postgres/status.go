package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// failureReasons is how many different reasons a status names at most.
const failureReasons = 100

// Status counts the store as of one moment.
func (s *Store) Status(ctx context.Context) (out classify.Status, err error) {
	err = s.read(ctx, "read the status of store", func(tx pgx.Tx) error {
		out = classify.Status{Outcomes: map[classify.Outcome]int{}, StageCounts: map[classify.Stage]int{}}
		for _, step := range []func(context.Context, pgx.Tx, *classify.Status) error{
			countIndicators, countOutcomes, countFamilies, countStages, countFailures, s.latest,
		} {
			if err := step(ctx, tx, &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func countIndicators(ctx context.Context, tx pgx.Tx, out *classify.Status) error {
	return tx.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE c.input_hash IS DISTINCT FROM s.input_hash OR c.indicator_id IS NULL)
		FROM source_indicators s LEFT JOIN classifications c ON c.indicator_id = s.indicator_id`).Scan(&out.Indicators, &out.Pending)
}

func countOutcomes(ctx context.Context, tx pgx.Tx, out *classify.Status) error {
	return each(ctx, tx, "SELECT outcome, count(*) FROM classifications GROUP BY outcome", nil, func(r pgx.Rows) error {
		var outcome string
		var n int
		err := r.Scan(&outcome, &n)
		out.Outcomes[classify.Outcome(outcome)] = n
		return err
	})
}

func countFamilies(ctx context.Context, tx pgx.Tx, out *classify.Status) error {
	return each(ctx, tx, `SELECT coalesce(family, ''), coalesce(type, ''), count(*), coalesce(avg(overall_confidence), 0), count(*) FILTER (WHERE overall_confidence < $1)
		FROM classifications WHERE outcome <> 'failed' GROUP BY 1, 2 ORDER BY 3 DESC, coalesce(family, '') COLLATE "C", coalesce(type, '') COLLATE "C"`, []any{classify.LowConfidence}, func(r pgx.Rows) error {
		var f classify.FamilyCount
		err := r.Scan(&f.Family, &f.Type, &f.Indicators, &f.Confidence, &f.Low)
		out.Families = append(out.Families, f)
		return err
	})
}

func countStages(ctx context.Context, tx pgx.Tx, out *classify.Status) error {
	for stage, name := range tables.OfStage {
		var n int
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+name).Scan(&n); err != nil {
			return err
		}
		out.StageCounts[stage] = n
	}
	return nil
}

func countFailures(ctx context.Context, tx pgx.Tx, out *classify.Status) error {
	return each(ctx, tx, `SELECT coalesce(failure_stage, ''), coalesce(failure_reason, ''), count(*), min(indicator_id)
		FROM classifications WHERE outcome = 'failed'
		GROUP BY 1, 2 ORDER BY 3 DESC, coalesce(failure_stage, '') COLLATE "C", coalesce(failure_reason, '') COLLATE "C" LIMIT $1`, []any{failureReasons}, func(r pgx.Rows) error {
		var f classify.FailureCount
		err := r.Scan(&f.Stage, &f.Reason, &f.Count, &f.Example)
		out.Failures = append(out.Failures, f)
		return err
	})
}

// latest adds the newest run, its rate, and who writes now: of several runs the
// newest.
func (s *Store) latest(ctx context.Context, tx pgx.Tx, out *classify.Status) error {
	leases, now, err := s.readLeases(ctx, tx)
	if err != nil {
		return err
	}
	runs, err := readRuns(ctx, tx, 1, leases, now)
	if err != nil || len(runs) == 0 {
		return err
	}
	out.Latest = &runs[0]
	if out.Rate, err = rate(ctx, tx, out.Latest, now); err != nil {
		return err
	}
	for i := range leases {
		if l := &leases[i]; l.alive(now) {
			out.Writer = l.locked(now)
		}
	}
	return nil
}

// rate is how many indicators a run committed per second of its time.
func rate(ctx context.Context, tx pgx.Tx, r *classify.Run, now time.Time) (perSecond float64, err error) {
	end := now
	if r.FinishedAt != nil {
		end = *r.FinishedAt
	}
	took := end.Sub(r.StartedAt)
	if took <= 0 {
		return 0, nil
	}
	var n int
	err = tx.QueryRow(ctx, "SELECT count(*) FROM classification_history WHERE run_id = $1", r.ID).Scan(&n)
	return float64(n) / took.Seconds(), err
}
