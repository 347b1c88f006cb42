package sqlite

import (
	"context"
	"encoding/json"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
)

// The states of a run that the store itself sets.
const (
	running = "running"
	killed  = "killed"
)

// Runs returns the newest runs first; limit 0 means all. A run that does not
// live any more and did not end itself is "killed".
func (s *Store) Runs(ctx context.Context, limit int) (runs []classify.Run, err error) {
	if limit <= 0 {
		limit = -1
	}
	err = s.read(ctx, "read the runs of store", func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error {
			runs, err = readRuns(conn, limit, s.now())
			return err
		})
	})
	return runs, err
}

// readRuns reads the newest runs. One that is stored as running and does not
// live is given as the next run will store it.
func readRuns(conn *sqlite.Conn, limit int, now time.Time) (runs []classify.Run, err error) {
	err = sqlitex.Execute(conn, `SELECT run_id, started_at, finished_at, host, pid, command, logic_version, version, engine, provider,
		state, error, rows_read, rows_accepted, rows_duplicate, rows_rejected, selected, classified, escalated, failed, skipped, mode
		FROM runs ORDER BY run_id DESC LIMIT ?`, &sqlitex.ExecOptions{Args: []any{limit}, ResultFunc: func(st *sqlite.Stmt) error {
		r := classify.Run{ID: st.ColumnInt64(0), StartedAt: moment(st.ColumnText(1)), Host: st.ColumnText(3), PID: st.ColumnInt(4),
			Command: st.ColumnText(5), LogicVersion: st.ColumnText(6), Version: st.ColumnText(7), Engine: st.ColumnText(8),
			Provider: st.ColumnText(9), State: st.ColumnText(10), Mode: classify.Mode(st.ColumnText(21))}
		if !st.ColumnIsNull(2) {
			t := moment(st.ColumnText(2))
			r.FinishedAt = &t
		}
		r.Result = classify.RunResult{State: r.State, Error: st.ColumnText(11), Read: st.ColumnInt(12), Accepted: st.ColumnInt(13),
			Duplicates: st.ColumnInt(14), Rejected: st.ColumnInt(15), Selected: st.ColumnInt(16), Classified: st.ColumnInt(17),
			Escalated: st.ColumnInt(18), Failed: st.ColumnInt(19), Skipped: st.ColumnInt(20)}
		runs = append(runs, r)
		return nil
	}})
	if err != nil {
		return nil, err
	}
	for i := range runs {
		if runs[i].State != running {
			continue
		}
		if err := markKilled(conn, &runs[i], now); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// RunOutcomes counts what a run committed, by outcome. A run that committed
// nothing has an empty map.
func (s *Store) RunOutcomes(ctx context.Context, runID int64) (counts map[classify.Outcome]int, err error) {
	err = s.read(ctx, "count the outcomes of a run in store", func(conn *sqlite.Conn) error {
		counts, err = outcomes(conn, runID)
		return err
	})
	return counts, err
}

func outcomes(conn *sqlite.Conn, runID int64) (counts map[classify.Outcome]int, err error) {
	counts = map[classify.Outcome]int{}
	err = sqlitex.Execute(conn, "SELECT outcome, count(*) FROM classification_history WHERE run_id = ? GROUP BY outcome",
		&sqlitex.ExecOptions{Args: []any{runID}, ResultFunc: func(st *sqlite.Stmt) error {
			counts[classify.Outcome(st.ColumnText(0))] = st.ColumnInt(1)
			return nil
		}})
	return counts, err
}

// Committed returns what a run has committed of these indicators.
func (s *Store) Committed(ctx context.Context, runID int64, ids []string) (all []classify.Committed, err error) {
	wanted, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, "read what a run committed in store", func(conn *sqlite.Conn) error {
		all = make([]classify.Committed, 0, len(ids))
		return sqlitex.Execute(conn, `SELECT indicator_id, outcome, review_status, overall_confidence,
			answer->>'$.failure.stage', answer->>'$.failure.reason'
			FROM classification_history WHERE run_id = ?2 AND indicator_id IN (SELECT value FROM json_each(?1))`,
			&sqlitex.ExecOptions{Args: []any{string(wanted), runID}, ResultFunc: func(st *sqlite.Stmt) error {
				c := classify.Committed{IndicatorID: st.ColumnText(0), Outcome: classify.Outcome(st.ColumnText(1)),
					ReviewStatus: classify.ReviewStatus(st.ColumnText(2)), OverallConfidence: st.ColumnFloat(3)}
				if c.Outcome == classify.Failed {
					c.Failure = &classify.Failure{Stage: classify.Stage(st.ColumnText(4)), Reason: st.ColumnText(5)}
				}
				all = append(all, c)
				return nil
			}})
	})
	return all, err
}
