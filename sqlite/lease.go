package sqlite

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/internal/process"
)

const (
	heartbeatEvery = 5 * time.Second
	// silent is how long a lease lives without a heartbeat.
	silent = 30 * time.Second
)

type lease struct {
	runID         int64
	host, process string
	pid           int
	heartbeat     time.Time
}

func readLease(conn *sqlite.Conn) (*lease, error) {
	var l *lease
	err := sqlitex.Execute(conn, "SELECT run_id, host, pid, process, heartbeat FROM lease", &sqlitex.ExecOptions{
		ResultFunc: func(st *sqlite.Stmt) error {
			l = &lease{runID: st.ColumnInt64(0), host: st.ColumnText(1), pid: st.ColumnInt(2),
				process: st.ColumnText(3), heartbeat: moment(st.ColumnText(4))}
			return nil
		},
	})
	return l, err
}

// alive reports whether the run that holds the lease may still be writing.
// A process of this host is asked; of another host only the silence is known.
func (l *lease) alive(now time.Time) bool {
	if now.Sub(l.heartbeat) > silent {
		return false
	}
	return process.MayLive(l.host, l.pid, l.process)
}

// locked names the holder; now is the clock of the store.
func (l *lease) locked(now time.Time) *classify.LockedError {
	return &classify.LockedError{RunID: l.runID, Host: l.host, PID: l.pid, Heartbeat: l.heartbeat, Silence: max(0, now.Sub(l.heartbeat))}
}

// lockedOut is the error of a run that comes while another one lives.
func (l *lease) lockedOut(now time.Time) error {
	return classify.WithHint(l.locked(now), "wait until it has ended, or end process %d on %s; readers such as classify status work meanwhile", l.pid, l.host)
}

// checkFree asks a reading connection whether a run lives, so that one that
// has stopped in the middle of a commit is named before the file is waited for.
func (s *Store) checkFree(ctx context.Context) error {
	l, err := s.readLease(ctx)
	if err == nil && l != nil && l.alive(s.now()) {
		err = l.lockedOut(s.now())
	}
	return err
}

// holder replaces the error of a file that another process holds by the one
// that names it, if that one has the lease.
func (s *Store) holder(ctx context.Context, err error) error {
	if code := sqlite.ErrCode(err).ToPrimary(); err == nil || code != sqlite.ResultBusy && code != sqlite.ResultLocked {
		return err
	}
	l, leaseErr := s.readLease(ctx)
	if leaseErr != nil || l == nil {
		return err // the file is held by a program that is not classify
	}
	return classify.WithHint(l.locked(s.now()), "it holds the file: end process %d on %s, then run again", l.pid, l.host)
}

func (s *Store) readLease(ctx context.Context) (l *lease, err error) {
	err = s.read(ctx, "read the lease of store", func(conn *sqlite.Conn) error {
		l, err = readLease(conn)
		return err
	})
	return l, err
}

// holds returns an error unless that run of this store has the lease. It is
// asked in every transaction of a run, so that one that was taken over cannot
// write beside its successor.
func (w *writer) holds(runID int64) error {
	var holder int64
	var token string
	if w.held == runID && runID != 0 {
		return nil // asked before in this transaction
	}
	found, err := row(w.leaseRead, func() { holder, token = w.leaseRead.ColumnInt64(0), w.leaseRead.ColumnText(1) })
	if err != nil {
		return err
	}
	if found && holder == runID && token == process.Token {
		w.held = runID
		return nil
	}
	if l, err := readLease(w.conn); err != nil {
		return err
	} else if l != nil {
		return &classify.TerminalError{Err: classify.WithHint(l.locked(w.now()), "this run lost the store to run %d: let that one end, then run again", l.runID)}
	}
	return &classify.InvalidInputError{What: "run", Err: errNoRun}
}
