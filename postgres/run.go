package postgres

import (
	"context"
	"crypto/rand"
	"os"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/process"
)

// StartRun registers a run and takes a lease. r.Host and r.PID default to this
// process. A shared run lives beside other shared runs; while a run lives that
// it cannot live beside, it returns a *classify.LockedError. A run whose process
// is gone, or that has been silent for 30 seconds, becomes "killed": it ended
// with its last heartbeat or commit, its counts are those of the history, its
// intake is dropped, and its committed answers stay.
func (s *Store) StartRun(ctx context.Context, r classify.Run) (runID int64, err error) {
	if r.PID == 0 {
		r.PID = os.Getpid()
	}
	if r.Host == "" {
		if r.Host, err = os.Hostname(); err != nil {
			return 0, err
		}
	}
	token := process.Token + "/" + rand.Text() // of this start: it may be repeated
	err = s.write(ctx, "start a run in store", func(tx pgx.Tx) error {
		runID, err = s.startRun(ctx, tx, &r, token)
		return err
	})
	if err != nil {
		return 0, err
	}
	beating, end := context.WithCancel(context.Background())
	s.mu.Lock()
	s.runs[runID] = end
	s.mu.Unlock()
	s.beating.Go(func() { s.keepLease(beating, runID) })
	return runID, nil
}

func (s *Store) startRun(ctx context.Context, tx pgx.Tx, r *classify.Run, token string) (runID int64, err error) {
	if _, err := tx.Exec(ctx, "LOCK TABLE lease IN SHARE ROW EXCLUSIVE MODE"); err != nil {
		return 0, err
	}
	leases, now, err := s.readLeases(ctx, tx)
	if err != nil {
		return 0, err
	}
	var living []int64
	for i := range leases {
		l := &leases[i]
		switch {
		case l.process == token: // the commit of a first try whose answer was lost
			return l.runID, nil
		case !l.alive(now):
			continue
		case !r.Shared || !l.shared:
			return 0, l.lockedOut(now)
		}
		living = append(living, l.runID)
	}
	if err := bury(ctx, tx, leases, living); err != nil {
		return 0, err
	}
	started := now
	if !r.StartedAt.IsZero() {
		started = r.StartedAt.UTC()
	}
	err = tx.QueryRow(ctx, `INSERT INTO runs (started_at, host, pid, command, logic_version, version, engine, provider, mode, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, ''), 'running') RETURNING run_id`,
		started, r.Host, r.PID, r.Command, r.LogicVersion, r.Version, r.Engine, r.Provider, string(r.Mode)).Scan(&runID)
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(ctx, "INSERT INTO lease (run_id, host, pid, process, heartbeat, shared) VALUES ($1, $2, $3, $4, $5, $6)",
		runID, r.Host, r.PID, token, now, r.Shared)
	return runID, err
}

// FinishRun stores how a run ended, drops its intake and gives the lease back.
// An empty r.State means "done".
func (s *Store) FinishRun(ctx context.Context, runID int64, r classify.RunResult) error {
	if r.State == "" {
		r.State = "done"
	}
	tries := 0
	err := s.write(ctx, "finish a run in store", func(tx pgx.Tx) error {
		if tries++; tries > 1 { // the answer to the first commit may have been lost
			var state text
			if _, err := one(ctx, tx, "SELECT state FROM runs WHERE run_id = $1", []any{runID}, &state); err != nil || string(state) == r.State {
				return err
			}
		}
		return s.finishRun(ctx, tx, runID, r)
	})
	if err != nil {
		return err
	}
	s.forget(runID)
	return nil
}

func (s *Store) finishRun(ctx context.Context, tx pgx.Tx, runID int64, r classify.RunResult) error {
	at, err := s.holds(ctx, tx, runID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE runs SET finished_at = $2, state = $3, error = $4, rows_read = $5, rows_accepted = $6, rows_duplicate = $7,
		rows_rejected = $8, selected = $9, classified = $10, escalated = $11, failed = $12, skipped = $13 WHERE run_id = $1`,
		runID, at, r.State, clean(r.Error), r.Read, r.Accepted, r.Duplicates,
		r.Rejected, r.Selected, r.Classified, r.Escalated, r.Failed, r.Skipped); err != nil {
		return err
	}
	return endIntake(ctx, tx, []int64{runID})
}

// endIntake drops the leases of runs and what only these needed.
func endIntake(ctx context.Context, tx pgx.Tx, runs []int64) error {
	for _, table := range []string{"intake", "staged_values", "claims", "lease"} {
		if _, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE run_id = ANY($1)", runs); err != nil {
			return err
		}
	}
	return nil
}

// forget ends the heartbeat of a run of this Store.
func (s *Store) forget(runID int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if end := s.runs[runID]; end != nil {
		end()
		delete(s.runs, runID)
	}
}

// release ends the runs of this Store that were not finished.
func (s *Store) release() error {
	s.mu.Lock()
	var open []int64
	for id := range s.runs {
		open = append(open, id)
	}
	s.mu.Unlock()
	slices.Sort(open)
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	for _, id := range open {
		err := s.FinishRun(ctx, id, classify.RunResult{State: "interrupted"})
		s.forget(id)
		if err != nil && !typed(err) {
			return err
		}
	}
	return nil
}

// closeTime bounds how long Close waits for a server that is gone.
const closeTime = 5 * time.Second
