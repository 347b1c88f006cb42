package sqlite

import (
	"context"
	"errors"
	"os"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
)

var errNoRun = errors.New("it is not running in this store")

// StartRun registers a run and takes the lease. r.Host and r.PID default to
// this process. While another run lives it returns a *classify.LockedError. A
// run whose process is gone, or that has been silent for 30 seconds, becomes
// "killed"; its intake is dropped, its committed answers stay.
func (s *Store) StartRun(ctx context.Context, r classify.Run) (runID int64, err error) {
	if r.PID == 0 {
		r.PID = os.Getpid()
	}
	if r.Host == "" {
		if r.Host, err = os.Hostname(); err != nil {
			return 0, err
		}
	}
	if r.StartedAt.IsZero() {
		r.StartedAt = s.now()
	}
	err = s.write(ctx, func(w *writer) error {
		runID, err = w.startRun(&r)
		return err
	})
	if err != nil {
		return 0, fault("start a run in store", s.path, err)
	}
	go s.keepLease(runID)
	return runID, nil
}

func (w *writer) startRun(r *classify.Run) (runID int64, err error) {
	if err := w.free(); err != nil {
		return 0, err
	}
	now := stamp(w.now())
	if err := w.execute("UPDATE runs SET state = 'killed', finished_at = ? WHERE state = 'running'", now); err != nil {
		return 0, err
	}
	if err := w.endIntake(); err != nil {
		return 0, err
	}
	err = w.execute(`INSERT INTO runs (started_at, host, pid, command, logic_version, version, engine, provider, state)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running')`,
		stamp(r.StartedAt), r.Host, r.PID, r.Command, r.LogicVersion, r.Version, r.Engine, r.Provider)
	if err != nil {
		return 0, err
	}
	runID = w.conn.LastInsertRowID()
	w.run = runID
	if w.nextPoint, err = number(w.conn, "SELECT coalesce(max(point_no), 0) + 1 FROM time_series_data"); err != nil {
		return 0, err
	}
	return runID, w.execute("INSERT INTO lease (lease_no, run_id, host, pid, process, heartbeat) VALUES (1, ?, ?, ?, ?, ?)",
		runID, r.Host, r.PID, thisProcess, now)
}

// free returns a *classify.LockedError if a run that lives has the lease.
func (w *writer) free() error {
	l, err := readLease(w.conn)
	if err != nil || l == nil {
		return err
	}
	if l.alive(w.now()) {
		return classify.WithHint(l.locked(), "wait until it has ended, or end process %d on %s; readers such as classify status work meanwhile", l.pid, l.host)
	}
	return nil
}

// FinishRun stores how a run ended, drops its intake and gives the lease back.
// An empty r.State means "done".
func (s *Store) FinishRun(ctx context.Context, runID int64, r classify.RunResult) error {
	err := s.write(ctx, func(w *writer) error { return w.finishRun(runID, r) })
	return fault("finish a run in store", s.path, err)
}

func (w *writer) finishRun(runID int64, r classify.RunResult) error {
	if err := w.holds(runID); err != nil {
		return err
	}
	if r.State == "" {
		r.State = "done"
	}
	err := w.execute(`UPDATE runs SET finished_at = ?, state = ?, error = ?, rows_read = ?, rows_accepted = ?, rows_duplicate = ?,
		rows_rejected = ?, selected = ?, classified = ?, escalated = ?, failed = ?, skipped = ? WHERE run_id = ?`,
		stamp(w.now()), r.State, r.Error, r.Read, r.Accepted, r.Duplicates,
		r.Rejected, r.Selected, r.Classified, r.Escalated, r.Failed, r.Skipped, runID)
	if err != nil {
		return err
	}
	w.run = 0
	return w.endIntake()
}

// endIntake drops the lease and what only its run needed.
func (w *writer) endIntake() error {
	w.held = 0
	w.log.forget()
	for _, q := range []string{"DELETE FROM intake", "DELETE FROM staged_values", "DELETE FROM lease"} {
		if err := w.execute(q); err != nil {
			return err
		}
	}
	return nil
}

// release ends a run of this process that was not finished. A lease that
// another Store of this process holds is not touched.
func (w *writer) release() error {
	if w.run == 0 {
		return nil
	}
	l, err := readLease(w.conn)
	if err != nil || l == nil || l.runID != w.run || l.process != thisProcess {
		return err
	}
	return w.finishRun(w.run, classify.RunResult{State: "interrupted"})
}

// keepLease renews the heartbeat until the run ends or another one has the
// lease.
func (s *Store) keepLease(runID int64) {
	beats := s.beats
	if beats == nil {
		t := time.NewTicker(heartbeatEvery)
		defer t.Stop()
		beats = t.C
	}
	for {
		select {
		case <-beats:
		case <-s.quit:
			return
		}
		err := s.write(context.Background(), func(w *writer) error {
			if err := w.holds(runID); err != nil {
				return err
			}
			return w.execute("UPDATE lease SET heartbeat = ?", stamp(w.now()))
		})
		// A passing fault may be over at the next beat; a lost lease stays lost.
		if err != nil && typed(err) {
			return
		}
	}
}

// Runs returns the newest runs first; limit 0 means all.
func (s *Store) Runs(ctx context.Context, limit int) (runs []classify.Run, err error) {
	if limit <= 0 {
		limit = -1
	}
	err = s.read(ctx, "read the runs of store", func(conn *sqlite.Conn) error {
		runs, err = readRuns(conn, limit)
		return err
	})
	return runs, err
}

func readRuns(conn *sqlite.Conn, limit int) (runs []classify.Run, err error) {
	err = sqlitex.Execute(conn, `SELECT run_id, started_at, finished_at, host, pid, command, logic_version, version, engine, provider,
		state, error, rows_read, rows_accepted, rows_duplicate, rows_rejected, selected, classified, escalated, failed, skipped
		FROM runs ORDER BY run_id DESC LIMIT ?`, &sqlitex.ExecOptions{Args: []any{limit}, ResultFunc: func(st *sqlite.Stmt) error {
		r := classify.Run{ID: st.ColumnInt64(0), StartedAt: moment(st.ColumnText(1)), Host: st.ColumnText(3), PID: st.ColumnInt(4),
			Command: st.ColumnText(5), LogicVersion: st.ColumnText(6), Version: st.ColumnText(7), Engine: st.ColumnText(8),
			Provider: st.ColumnText(9), State: st.ColumnText(10)}
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
	return runs, err
}

// RunOutcomes counts what a run committed, by outcome. A run that committed
// nothing has an empty map.
func (s *Store) RunOutcomes(ctx context.Context, runID int64) (counts map[classify.Outcome]int, err error) {
	err = s.read(ctx, "count the outcomes of a run in store", func(conn *sqlite.Conn) error {
		counts = map[classify.Outcome]int{}
		return sqlitex.Execute(conn, "SELECT outcome, count(*) FROM classification_history WHERE run_id = ? GROUP BY outcome",
			&sqlitex.ExecOptions{Args: []any{runID}, ResultFunc: func(st *sqlite.Stmt) error {
				counts[classify.Outcome(st.ColumnText(0))] = st.ColumnInt(1)
				return nil
			}})
	})
	return counts, err
}
