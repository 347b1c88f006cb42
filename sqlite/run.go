package sqlite

import (
	"context"
	"errors"
	"os"
	"time"

	"classify"
	"classify/internal/process"
)

var errNoRun = errors.New("it is not running in this store")

// StartRun registers a run and takes the lease. r.Host and r.PID default to
// this process. While another run lives it returns a *classify.LockedError. A
// run whose process is gone, or that has been silent for 30 seconds, becomes
// "killed": it ended with its last heartbeat or commit, its counts are those of
// the history, its intake is dropped, and its committed answers stay.
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
	if err := s.checkFree(ctx); err != nil {
		return 0, err
	}
	for pending := true; pending && err == nil; {
		if err = s.rehashAll(ctx); err != nil {
			break
		}
		err = s.write(ctx, func(w *writer) error {
			if err := w.free(); err != nil {
				return err
			}
			if pending, err = w.unhashed(); err != nil || pending {
				return err // an import came between
			}
			runID, err = w.startRun(&r)
			return err
		})
	}
	if err != nil {
		return 0, fault("start a run in store", s.path, s.holder(ctx, err))
	}
	s.began.Store(true)
	go s.keepLease(runID)
	return runID, nil
}

func (w *writer) startRun(r *classify.Run) (runID int64, err error) {
	if err := w.bury(); err != nil {
		return 0, err
	}
	if err := w.endIntake(); err != nil {
		return 0, err
	}
	err = w.execute(`INSERT INTO runs (started_at, host, pid, command, logic_version, version, engine, provider, mode, state)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), 'running')`,
		stamp(r.StartedAt), r.Host, r.PID, r.Command, r.LogicVersion, r.Version, r.Engine, r.Provider, string(r.Mode))
	if err != nil {
		return 0, err
	}
	runID = w.conn.LastInsertRowID()
	w.run = runID
	if w.nextPoint, err = number(w.conn, "SELECT coalesce(max(point_no), 0) + 1 FROM time_series_data"); err != nil {
		return 0, err
	}
	return runID, w.execute("INSERT INTO lease (lease_no, run_id, host, pid, process, heartbeat) VALUES (1, ?, ?, ?, ?, ?)",
		runID, r.Host, r.PID, process.Token, stamp(w.now()))
}

// free returns a *classify.LockedError if a run that lives has the lease.
func (w *writer) free() error {
	l, err := readLease(w.conn)
	if err != nil || l == nil {
		return err
	}
	if l.alive(w.now()) {
		return l.lockedOut(w.now())
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
	if err != nil || l == nil || l.runID != w.run || l.process != process.Token {
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
