package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/storetest"
	"classify/tables"
)

// A Save whose context ends behind a file that another program holds returns
// with the cause, also one that is only queued; the store goes on when the file
// is free.
func TestSaveReturnsWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	run, err := s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	other, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	check(t, err)
	check(t, sqlitex.ExecuteTransient(other, "BEGIN IMMEDIATE", nil))

	cause := errors.New("the run was stopped")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 200*time.Millisecond, cause)
	defer cancel()
	var saves errgroup.Group
	for n := range 3 {
		saves.Go(func() error {
			if err := s.Save(ctx, run, storetest.Answer(storetest.Indicator(n))); !errors.Is(err, cause) {
				return errors.Join(errors.New("it did not return with the cause"), err)
			}
			return nil
		})
	}
	if err := saves.Wait(); err != nil {
		t.Error(err)
	}
	check(t, sqlitex.ExecuteTransient(other, "ROLLBACK", nil))
	check(t, other.Close())

	check(t, s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(9))))
	outcomes, err := s.RunOutcomes(t.Context(), run)
	check(t, err)
	if n := outcomes[classify.Classified]; n < 1 || n > 4 {
		t.Errorf("%d answers are stored", n)
	}
	check(t, s.Close())
}

// What is wrong with one answer fails no other that shares its commit, and
// nothing of it is stored.
func TestOneBadAnswerFailsAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	run, err := s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	var jobs [5]job
	for n := range jobs {
		c, of := storetest.Answer(storetest.Indicator(n)), run
		switch n {
		case 1:
			c.Type.Evidence = []string{strings.Repeat("a text that is too long for a row; ", 10_000)}
		case 3:
			of = run + 7
		}
		a, err := tables.NewAnswer(of, c)
		check(t, err)
		jobs[n] = job{entry: (*savedAnswer)(a), done: make(chan error, 1)}
	}
	check(t, s.write(t.Context(), func(w *writer) error {
		w.conn.Limit(sqlite.LimitLength, 100_000)
		for _, j := range jobs {
			s.jobs <- j // they wait together until this transaction ends
		}
		return nil
	}))
	for n, j := range jobs {
		err := <-j.done
		if bad := n == 1 || n == 3; bad != (err != nil) {
			t.Errorf("answer %d: %v", n, err)
		}
		_, err = s.Classification(t.Context(), storetest.Indicator(n).ID)
		if bad := n == 1 || n == 3; bad != errors.Is(err, classify.ErrNotFound) {
			t.Errorf("answer %d is read with %v", n, err)
		}
	}
	logged := int64(0)
	check(t, s.read(t.Context(), "read the log of", func(conn *sqlite.Conn) error {
		logged, err = number(conn, "SELECT sum(indicators) FROM processing_log WHERE stage = 'final-review' AND indicator_id IS NULL")
		return err
	}))
	if logged != 3 {
		t.Errorf("the log counts %d answers, not 3", logged)
	}
	check(t, s.Close())
}
