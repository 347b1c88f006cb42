// Package sqlite keeps catalogues, answers and their history in one SQLite
// file. One goroutine owns the writing connection and shares a commit among
// the callers that wait; readers have connections of their own and never wait.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
)

// Options are the choices of Open. The zero value is what a writing run wants.
type Options struct {
	// ReadOnly opens an existing store for reading alone: nothing is created,
	// migrated or locked. Default false.
	ReadOnly bool
	// Now is the clock of every time that is stored. Default time.Now.
	Now func() time.Time

	beats <-chan time.Time // when to renew the lease; default every heartbeatEvery
}

// Store is a classify.Store in one SQLite file. It is safe for concurrent use.
type Store struct {
	path    string
	now     func() time.Time
	beats   <-chan time.Time
	readers *sqlitex.Pool
	writer  *sqlite.Conn // of the goroutine that writes, and of Close after it

	jobs    chan job      // to the goroutine that writes; nil when read-only
	quit    chan struct{} // closed by Close
	written chan struct{} // closed when that goroutine has ended
	began   atomic.Bool   // a run; Close ends one that was not finished
	closing sync.Once
	closed  error

	budgets budgets
}

var _ classify.Store = (*Store)(nil)

// ErrClosed is returned by every method after Close.
var ErrClosed = errors.New("the store is closed")

// readConnections is how many reads run at once; more of them wait.
const readConnections = 4

// Open opens the store in that file, and creates and migrates it unless
// o.ReadOnly. An error says what is wrong with the file and carries a remedy:
// a missing folder, a file that is no store, one of a newer program, or one
// that cannot be written.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Store{path: path, now: o.Now, beats: o.beats, quit: make(chan struct{}), written: make(chan struct{})}
	if err := checkPath(path, o.ReadOnly); err != nil {
		return nil, err
	}
	var conn *sqlite.Conn
	if !o.ReadOnly {
		var err error
		if conn, err = openWriter(ctx, path); err != nil {
			return nil, err
		}
	}
	if err := s.openReaders(ctx, o.ReadOnly); err != nil {
		if conn != nil {
			err = errors.Join(err, conn.Close())
		}
		return nil, err
	}
	if o.ReadOnly {
		close(s.written)
		return s, nil
	}
	s.writer, s.jobs = conn, make(chan job, queueLength)
	w := &writer{conn: conn, path: path, now: o.Now}
	if err := w.prepare(); err != nil {
		return nil, errors.Join(fault("open store", path, err), s.readers.Close(), conn.Close())
	}
	go w.loop(s.jobs, s.quit, s.written)
	return s, nil
}

// Close commits what is waiting, ends a run that was not finished as
// interrupted, and closes the file. Calls after the first return the same.
func (s *Store) Close() error {
	s.closing.Do(func() {
		var released error
		if s.began.Load() {
			released = s.write(context.Background(), (*writer).release)
		}
		close(s.quit)
		<-s.written
		s.closed = errors.Join(released, s.readers.Close())
		if s.writer != nil {
			// The last to close folds the log into the file and removes it,
			// which a connection that only reads could not.
			s.closed = errors.Join(s.closed, s.writer.Close())
		}
	})
	return s.closed
}

func checkPath(path string, readOnly bool) error {
	if path == "" || path == ":memory:" {
		return classify.WithHint(fmt.Errorf("open store: %q is not the path of a file", path), "name a file: --store sqlite:classify.db")
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return classify.WithHint(fmt.Errorf("open store %q: there is no folder %q", path, dir), "mkdir -p %s", dir)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if readOnly {
			return classify.WithHint(fmt.Errorf("open store %q: there is no such file", path), "classify run FILE --store sqlite:%s", path)
		}
		return nil
	case err != nil:
		return fmt.Errorf("open store: %w", err)
	case info.IsDir():
		return classify.WithHint(fmt.Errorf("open store %q: this is a folder", path), "name a file in it: --store sqlite:%s", filepath.Join(path, "classify.db"))
	}
	return nil
}
