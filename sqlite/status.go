package sqlite

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/tables"
)

// failureReasons is how many different reasons a status names at most.
const failureReasons = 100

// Status counts the store as of one moment.
func (s *Store) Status(ctx context.Context) (out classify.Status, err error) {
	err = s.read(ctx, "read the status of store", func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error {
			out = classify.Status{Outcomes: map[classify.Outcome]int{}, StageCounts: map[classify.Stage]int{}}
			for _, step := range []func(*sqlite.Conn, *classify.Status) error{
				countIndicators, countAnswers, countStages, countFailures, s.latest,
			} {
				if err := step(conn, &out); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return out, err
}

func countIndicators(conn *sqlite.Conn, out *classify.Status) error {
	return sqlitex.Execute(conn, `SELECT count(*), coalesce(sum(c.input_hash IS NOT s.input_hash), 0)
		FROM source_indicators s LEFT JOIN classifications c ON c.indicator_id = s.indicator_id`,
		&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			out.Indicators, out.Pending = st.ColumnInt(0), st.ColumnInt(1)
			return nil
		}})
}

func countStages(conn *sqlite.Conn, out *classify.Status) error {
	for stage, name := range tables.OfStage {
		n, err := number(conn, "SELECT count(*) FROM "+name)
		if err != nil {
			return err
		}
		out.StageCounts[stage] = int(n)
	}
	return nil
}

// countAnswers counts outcomes, and families among those that did not fail, in
// one pass over the answers. SQL would sort them first, which takes memory that
// grows with the store.
func countAnswers(conn *sqlite.Conn, out *classify.Status) error {
	families := map[classify.FamilyCount]*classify.FamilyCount{} // by family and type
	err := sqlitex.Execute(conn, "SELECT outcome, family, type, overall_confidence FROM classifications",
		&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			outcome := classify.Outcome(st.ColumnText(0))
			out.Outcomes[outcome]++
			if outcome == classify.Failed {
				return nil
			}
			key := classify.FamilyCount{Family: classify.Family(st.ColumnText(1)), Type: classify.Type(st.ColumnText(2))}
			f := families[key]
			if f == nil {
				f = &classify.FamilyCount{Family: key.Family, Type: key.Type}
				families[key] = f
			}
			confidence := st.ColumnFloat(3)
			f.Indicators++
			f.Confidence += confidence // a sum, until all are there
			if confidence < classify.LowConfidence {
				f.Low++
			}
			return nil
		}})
	for _, f := range families {
		f.Confidence /= float64(f.Indicators)
		out.Families = append(out.Families, *f)
	}
	slices.SortFunc(out.Families, func(a, b classify.FamilyCount) int {
		return cmp.Or(b.Indicators-a.Indicators, strings.Compare(string(a.Family), string(b.Family)), strings.Compare(string(a.Type), string(b.Type)))
	})
	return err
}

func countFailures(conn *sqlite.Conn, out *classify.Status) error {
	if out.Outcomes[classify.Failed] == 0 {
		return nil
	}
	return sqlitex.Execute(conn, `SELECT failure_stage, failure_reason, count(*), min(indicator_id)
		FROM classifications WHERE outcome = 'failed'
		GROUP BY failure_stage, failure_reason ORDER BY count(*) DESC, failure_stage, failure_reason LIMIT ?`,
		&sqlitex.ExecOptions{Args: []any{failureReasons}, ResultFunc: func(st *sqlite.Stmt) error {
			out.Failures = append(out.Failures, classify.FailureCount{
				Stage: classify.Stage(st.ColumnText(0)), Reason: st.ColumnText(1), Count: st.ColumnInt(2), Example: st.ColumnText(3)})
			return nil
		}})
}

// latest adds the newest run, its rate, and who writes now.
func (s *Store) latest(conn *sqlite.Conn, out *classify.Status) error {
	now := s.now()
	runs, err := readRuns(conn, 1, now)
	if err != nil || len(runs) == 0 {
		return err
	}
	out.Latest = &runs[0]
	if out.Rate, err = rate(conn, out.Latest, now); err != nil {
		return err
	}
	l, err := readLease(conn)
	if err != nil || l == nil || !l.alive(now) {
		return err
	}
	out.Writer = l.locked(now)
	return nil
}

// rate is how many indicators a run committed per second of its time.
func rate(conn *sqlite.Conn, r *classify.Run, now time.Time) (perSecond float64, err error) {
	end := now
	if r.FinishedAt != nil {
		end = *r.FinishedAt
	}
	took := end.Sub(r.StartedAt)
	if took <= 0 {
		return 0, nil
	}
	n, err := number(conn, "SELECT count(*) FROM classification_history WHERE run_id = ?", r.ID)
	return float64(n) / took.Seconds(), err
}
