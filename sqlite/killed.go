package sqlite

import (
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
)

// bury stores how the runs ended that did not end themselves. It is called when
// the lease is free, and before it is deleted.
func (w *writer) bury() error {
	var dead []int64
	err := sqlitex.Execute(w.conn, "SELECT run_id FROM runs WHERE state = ?", &sqlitex.ExecOptions{Args: []any{running},
		ResultFunc: func(st *sqlite.Stmt) error {
			dead = append(dead, st.ColumnInt64(0))
			return nil
		}})
	if err != nil {
		return err
	}
	for _, id := range dead {
		end, counts, err := lastSigns(w.conn, id)
		if err != nil {
			return err
		}
		if err := w.execute(`UPDATE runs SET state = ?, finished_at = max(started_at, ?), classified = ?, escalated = ?, failed = ? WHERE run_id = ?`,
			killed, stamp(end), counts[classify.Classified], counts[classify.Escalated], counts[classify.Failed], id); err != nil {
			return err
		}
	}
	return nil
}

// markKilled turns a run that is stored as running into a killed one, unless
// it has the lease and lives.
func markKilled(conn *sqlite.Conn, r *classify.Run, now time.Time) error {
	l, err := readLease(conn)
	if err != nil || l != nil && l.runID == r.ID && l.alive(now) {
		return err
	}
	end, counts, err := lastSigns(conn, r.ID)
	if err != nil {
		return err
	}
	if end.Before(r.StartedAt) {
		end = r.StartedAt
	}
	r.State, r.FinishedAt, r.Result.State = killed, &end, killed
	r.Result.Classified, r.Result.Escalated, r.Result.Failed = counts[classify.Classified], counts[classify.Escalated], counts[classify.Failed]
	return nil
}

// lastSigns is the later of a run's last heartbeat and its last commit, and
// what it committed. The time is zero if it gave no sign at all.
func lastSigns(conn *sqlite.Conn, runID int64) (end time.Time, counts map[classify.Outcome]int, err error) {
	l, err := readLease(conn)
	if err != nil {
		return end, nil, err
	}
	if l != nil && l.runID == runID {
		end = l.heartbeat
	}
	err = sqlitex.Execute(conn, `SELECT time, milliseconds FROM processing_log
		WHERE run_id = ? AND indicator_id IS NULL ORDER BY log_no DESC LIMIT 1`,
		&sqlitex.ExecOptions{Args: []any{runID}, ResultFunc: func(st *sqlite.Stmt) error {
			if last := moment(st.ColumnText(0)).Add(time.Duration(st.ColumnInt64(1)) * time.Millisecond); last.After(end) {
				end = last
			}
			return nil
		}})
	if err != nil {
		return end, nil, err
	}
	counts, err = outcomes(conn, runID)
	return end, counts, err
}
