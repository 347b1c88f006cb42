package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/process"
)

const (
	heartbeatEvery = 5 * time.Second
	// silent is how long a lease lives without a heartbeat.
	silent = 30 * time.Second
)

// lease is a run that lives, or did.
type lease struct {
	runID         int64
	host, process string
	pid           int
	heartbeat     time.Time
	shared        bool
}

// readLeases returns the leases and the time of the store.
func (s *Store) readLeases(ctx context.Context, tx pgx.Tx) (all []lease, now time.Time, err error) {
	if err := tx.QueryRow(ctx, "SELECT coalesce($1::timestamptz, clock_timestamp())", s.now()).Scan(&now); err != nil {
		return nil, now, err
	}
	err = each(ctx, tx, "SELECT run_id, host, pid, process, heartbeat, shared FROM lease ORDER BY run_id", nil, func(r pgx.Rows) error {
		var l lease
		if err := r.Scan(&l.runID, &l.host, &l.pid, &l.process, &l.heartbeat, &l.shared); err != nil {
			return err
		}
		all = append(all, l)
		return nil
	})
	return all, now, err
}

// alive reports whether the run that holds the lease may still be writing. A
// process of this host is asked; of another one only the silence is known.
func (l *lease) alive(now time.Time) bool {
	return now.Sub(l.heartbeat) <= silent && process.MayLive(l.host, l.pid, l.process)
}

// locked names the holder; now is the clock of the store.
func (l *lease) locked(now time.Time) *classify.LockedError {
	return &classify.LockedError{RunID: l.runID, Host: l.host, PID: l.pid, Heartbeat: l.heartbeat, Silence: max(0, now.Sub(l.heartbeat))}
}

// lockedOut is the error of a run that comes while one lives that it cannot
// live beside.
func (l *lease) lockedOut(now time.Time) error {
	return classify.WithHint(l.locked(now), "wait until it has ended, or end process %d on %s; readers such as classify status work meanwhile", l.pid, l.host)
}

var errNoRun = errors.New("it is not running in this store")

// holds returns an error unless all of these runs live, and keeps them from
// being taken over until the transaction ends. It is asked in every transaction
// of a run, whatever process commits for it. at is the time of the store.
func (s *Store) holds(ctx context.Context, tx pgx.Tx, runs ...int64) (at time.Time, err error) {
	slices.Sort(runs)
	runs = slices.Compact(runs)
	n := 0
	err = each(ctx, tx, "SELECT coalesce($2::timestamptz, clock_timestamp()) FROM lease WHERE run_id = ANY($1) ORDER BY run_id FOR KEY SHARE",
		[]any{runs, s.now()}, func(r pgx.Rows) error {
			n++
			return r.Scan(&at)
		})
	if err != nil || n == len(runs) {
		return at, err
	}
	leases, now, err := s.readLeases(ctx, tx)
	if err != nil {
		return at, err
	}
	if len(leases) > 0 {
		l := &leases[len(leases)-1]
		return at, &classify.TerminalError{Err: classify.WithHint(l.locked(now), "this run lost the store to run %d: let that one end, then run again", l.runID)}
	}
	return at, &classify.InvalidInputError{What: fmt.Sprintf("run %d", runs[0]), Err: errNoRun}
}

// keepLease renews the heartbeat until the run ends or its lease is lost.
func (s *Store) keepLease(ctx context.Context, runID int64) {
	beat := time.NewTicker(heartbeatEvery)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
		case <-ctx.Done():
			return
		}
		held := 0
		err := s.write(ctx, "renew the lease of store", func(tx pgx.Tx) (err error) {
			held, err = exec(ctx, tx, "UPDATE lease SET heartbeat = coalesce($2::timestamptz, clock_timestamp()) WHERE run_id = $1", runID, s.now())
			return err
		})
		// A passing fault may be over at the next beat; a lost lease stays lost.
		if err == nil && held == 0 {
			return
		}
	}
}
