// Package postgres keeps catalogues, answers, series and their history in a
// PostgreSQL database that many processes share. It holds a small pool of
// connections, none of them while a caller works, keeps no state in a session,
// so that it works behind a pooler, and repeats a transaction that a passing
// fault has ended.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"classify"
	"classify/tables"
)

// Options are the choices of Open. The zero value is what a writing run wants.
type Options struct {
	// ReadOnly opens an existing store for reading alone: nothing is created,
	// migrated or locked. Default false.
	ReadOnly bool
	// MigrateURL is where the tables are created and migrated, for instance past
	// a pooler. Default: the store's own address.
	MigrateURL string
	// Patience is how long passing faults are repeated: a server that restarts, a
	// connection that is lost. Default 60 seconds.
	Patience time.Duration
	// Now is the clock of every time that is stored. Default: the server's, which
	// all processes share.
	Now func() time.Time
}

// Store is a classify.Store in a PostgreSQL database. It is safe for concurrent
// use, as is the database for several of them.
type Store struct {
	pool    *pgxpool.Pool
	place   string // host:port/database
	options Options
	node    string
	answers *group[*tables.Answer]
	calls   *group[*paidCall]
	logs    map[int64]*processingLog // by run; of the group of answers alone

	hyper bool // TimescaleDB bounds what a transaction may change of what is compressed

	quit    chan struct{} // closed by Close
	closing sync.Once
	closed  error

	beating sync.WaitGroup
	mu      sync.Mutex
	runs    map[int64]context.CancelFunc // that this store began: end their heartbeat
}

var _ classify.Store = (*Store)(nil)

// ErrClosed is returned by every method after Close.
var ErrClosed = errors.New("the store is closed")

// connectTime bounds the first connection: a wrong address stops a command
// within seconds.
const connectTime = 4 * time.Second

// defaultPatience is that of Options.
const defaultPatience = 60 * time.Second

// Open connects to the database and creates and migrates the store unless
// o.ReadOnly. It takes postgres:// and postgresql:// addresses as libpq does,
// with the environment's PGPASSWORD, PGPASSFILE and PGSSLMODE;
// pool_max_conns=N in the address changes the size of the pool, which is 8. An
// error names host, port and database, never the password, and carries a remedy.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	if o.Patience <= 0 {
		o.Patience = defaultPatience
	}
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	s := &Store{place: placeOf(config.ConnConfig), options: o, quit: make(chan struct{}), runs: map[int64]context.CancelFunc{}}
	s.node, _ = os.Hostname() // a log without the name is still a log
	if s.pool, err = connect(ctx, config); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, url); err != nil {
		s.pool.Close()
		return nil, err
	}
	s.answers, s.calls = newGroup(s.saveAnswers), newGroup(s.recordCalls)
	return s, nil
}

// prepare creates and migrates the tables, or sees that they are there.
func (s *Store) prepare(ctx context.Context, url string) error {
	if s.options.ReadOnly {
		return s.recognise(ctx)
	}
	if direct := s.options.MigrateURL; direct != "" && direct != url {
		config, err := parse(direct)
		if err != nil {
			return fmt.Errorf("--migrate-url: %w", err)
		}
		pool, err := connect(ctx, config)
		if err != nil {
			return fmt.Errorf("--migrate-url: %w", err)
		}
		defer pool.Close()
		m := &Store{pool: pool, place: placeOf(config.ConnConfig), options: s.options, quit: s.quit}
		if err := m.migrate(ctx); err != nil {
			return err
		}
		s.hyper = m.hyper
		return s.recognise(ctx)
	}
	return s.migrate(ctx)
}

// Close commits what is waiting, ends the runs of this Store that were not
// finished as interrupted, and gives the connections back. Calls after the first
// return the same.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.answers.close()
		s.calls.close()
		s.closed = s.release()
		close(s.quit)
		s.beating.Wait()
		s.pool.Close()
	})
	return s.closed
}

// now is the time to store, or nil for the server's own.
func (s *Store) now() *time.Time {
	if s.options.Now == nil {
		return nil
	}
	t := s.options.Now().UTC()
	return &t
}
