package sqlite

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

const (
	// queueLength is how many jobs may wait before a caller does.
	queueLength = 1024
	// A commit gathers at most so many entries, for at most so long.
	commitEntries = 1000
	commitTime    = 50 * time.Millisecond
)

// A job is an entry that shares its commit with others, or something
// else to do in a transaction of its own.
type job struct {
	entry entry
	do    func(*writer) error
	done  chan error // has room for one
}

// An entry is what one caller stores: an answer, or a paid call. It shares its
// commit with others.
type entry interface {
	// store writes its rows in the running transaction; at is when that began. It
	// may be called again when that transaction was rolled back.
	store(w *writer, at time.Time) error
	// order is what the entries of one commit are sorted by.
	order() string
}

// writer owns the writing connection; only the goroutine of loop uses it.
type writer struct {
	conn *sqlite.Conn
	path string
	now  func() time.Time

	begin, commit, rollback *sqlite.Stmt
	leaseRead               *sqlite.Stmt
	source                  sourceStatements
	answers                 answerStatements
	models                  modelStatements
	log                     processingLog
	nextPoint               int64 // time_series_data.point_no of the next value
	run                     int64 // the run that this store began; 0: none
	stamped                 time.Time
	stampText               string // of stamped: all answers of a commit have the same
	held                    int64  // the run that was found to have the lease in this transaction
}

// prepare compiles the statements that are used for every row.
func (w *writer) prepare() error {
	var p preparer = func(query string) (*sqlite.Stmt, error) { return w.conn.Prepare(query) }
	return p.all(
		p.into(&w.begin, "BEGIN IMMEDIATE"),
		p.into(&w.commit, "COMMIT"),
		p.into(&w.rollback, "ROLLBACK"),
		p.into(&w.leaseRead, "SELECT run_id, process FROM lease"),
		w.source.prepare(p),
		w.answers.prepare(p),
		w.models.prepare(p),
		w.log.prepare(p),
	)
}

// loop does jobs in their order until quit is closed and none waits.
func (w *writer) loop(jobs <-chan job, quit <-chan struct{}, ended chan<- struct{}) {
	defer close(ended)
	for {
		select {
		case j := <-jobs:
			w.serve(j, jobs)
		case <-quit:
			for {
				select {
				case j := <-jobs:
					w.serve(j, jobs)
					continue
				default:
				}
				return
			}
		}
	}
}

// serve does a job, and whatever it met while it gathered entries.
func (w *writer) serve(j job, jobs <-chan job) {
	for more := true; more; {
		if j.entry == nil {
			j.done <- w.transact(func() error { return j.do(w) })
			return
		}
		j, more = w.storeTogether(j, jobs)
	}
}

// storeTogether commits an entry with all that wait behind it. It returns a
// job of another kind that it came upon.
func (w *writer) storeTogether(first job, jobs <-chan job) (next job, more bool) {
	together := []job{first}
	err := w.transact(func() error {
		started := w.now()
		for done := 0; done < len(together); {
			together, next, more = gather(together, jobs)
			fresh := together[done:]
			// Concurrent callers come a little out of order; pages are filled
			// one after the other when they are put back into it.
			slices.SortStableFunc(fresh, func(a, b job) int { return strings.Compare(a.entry.order(), b.entry.order()) })
			for _, j := range fresh {
				if err := j.entry.store(w, started); err != nil {
					return err
				}
			}
			done = len(together)
			if more || w.now().Sub(started) > commitTime {
				break
			}
		}
		return w.log.write(w.now())
	})
	if err != nil {
		w.log.forget()
	}
	if len(together) > 1 && ownFault(err) {
		w.storeApart(together)
		return next, more
	}
	for _, j := range together {
		j.done <- err
	}
	return next, more
}

// storeApart commits entries one by one, after one of them has spoilt the commit
// of all.
func (w *writer) storeApart(together []job) {
	for _, j := range together {
		err := w.transact(func() error {
			now := w.now()
			if err := j.entry.store(w, now); err != nil {
				return err
			}
			return w.log.write(now)
		})
		if err != nil {
			w.log.forget()
		}
		j.done <- err
	}
}

// gather adds the entries that wait, up to what a commit holds. other is a job
// of another kind, if it came upon one.
func gather(together []job, jobs <-chan job) (_ []job, other job, found bool) {
	for len(together) < commitEntries {
		select {
		case j := <-jobs:
			if j.entry == nil {
				return together, j, true
			}
			together = append(together, j)
		default:
			return together, other, false
		}
	}
	return together, other, false
}

// transact runs a function in a transaction that is rolled back if it fails.
func (w *writer) transact(do func() error) error {
	w.held = 0
	if err := run(w.begin); err != nil {
		return err
	}
	err := do()
	if err == nil {
		if err = run(w.commit); err == nil {
			return nil
		}
	}
	if w.conn.AutocommitEnabled() {
		return err // SQLite has rolled back by itself, as it does when the disk is full
	}
	return errors.Join(err, run(w.rollback))
}

// write hands a job to the writing goroutine and waits for its commit. A
// context that ends when it is queued does not take it back: what do sets is
// the caller's, who has to wait for it.
func (s *Store) write(ctx context.Context, do func(*writer) error) error {
	return s.enqueue(ctx, nil, job{do: do, done: make(chan error, 1)})
}

// enqueue waits for a job, but once it is queued no longer than until leave is
// closed; the job is done nevertheless.
func (s *Store) enqueue(ctx context.Context, leave <-chan struct{}, j job) error {
	if s.jobs == nil {
		return errReadOnly
	}
	select {
	case s.jobs <- j:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.quit:
		return ErrClosed
	}
	return s.await(ctx, leave, j)
}

// await waits for a job that is queued.
func (s *Store) await(ctx context.Context, leave <-chan struct{}, j job) error {
	select {
	case err := <-j.done:
		return err
	case <-leave:
		return context.Cause(ctx)
	case <-s.written:
	}
	select {
	case err := <-j.done:
		return err
	default:
		return ErrClosed
	}
}

// handOver is enqueue for what was paid for: where there is room in the queue,
// a context that has ended does not keep the job out of it.
func (s *Store) handOver(ctx context.Context, leave <-chan struct{}, j job) error {
	select {
	case <-s.quit:
		return ErrClosed
	default:
	}
	select {
	case s.jobs <- j: // a nil channel, of a store for reading only, takes none
		return s.await(ctx, leave, j)
	default:
		return s.enqueue(ctx, leave, j)
	}
}

var errReadOnly = errors.New("the store was opened for reading only")

// read runs a function on a reading connection, which ends with the context.
func (s *Store) read(ctx context.Context, doing string, do func(*sqlite.Conn) error) error {
	select {
	case <-s.quit:
		return ErrClosed
	default:
	}
	conn, err := s.readers.Take(ctx)
	if err != nil {
		return s.readFault(ctx, doing, err)
	}
	defer s.readers.Put(conn)
	return s.readFault(ctx, doing, do(conn))
}

func (s *Store) readFault(ctx context.Context, doing string, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return fault(doing, s.path, err)
}

// preparer compiles a statement on a connection.
type preparer func(query string) (*sqlite.Stmt, error)

func (p preparer) into(at **sqlite.Stmt, query string) (err error) {
	*at, err = p(query)
	return err
}

// all returns the first error of statements that were just compiled.
func (preparer) all(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// run executes a statement that returns no rows, with what is bound to it.
func run(st *sqlite.Stmt) error {
	if _, err := st.Step(); err != nil {
		return err
	}
	return st.Reset()
}

// row executes a statement of which only the first row counts. read is not
// called if there is none.
func row(st *sqlite.Stmt, read func()) (found bool, err error) {
	if found, err = st.Step(); err != nil {
		return false, err
	}
	if found {
		read()
	}
	return found, st.Reset()
}

// rows executes a statement and calls read for each row.
func rows(st *sqlite.Stmt, read func()) error {
	for {
		found, err := st.Step()
		if err != nil {
			return err
		}
		if !found {
			return st.Reset()
		}
		read()
	}
}

// execute runs a query that is not worth keeping compiled.
func (w *writer) execute(query string, args ...any) error {
	return sqlitex.Execute(w.conn, query, &sqlitex.ExecOptions{Args: args})
}
