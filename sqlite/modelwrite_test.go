package sqlite

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/storetest"
	"classify/tables"
)

// A program that holds the file for a moment delays a call, and loses none.
func TestACallWaitsForAnotherWriter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	other, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	check(t, err)
	check(t, sqlitex.ExecuteTransient(other, "BEGIN IMMEDIATE", nil))
	var calls errgroup.Group
	const n = 8
	for i := range n {
		calls.Go(func() error {
			return s.RecordCall(t.Context(), storetest.Call(1, i), []classify.CachedAnswer{storetest.CachedAnswer(1, i)})
		})
	}
	// Readers go on meanwhile, and see nothing that is not durable.
	if _, err := s.CachedAnswer(t.Context(), storetest.CachedAnswer(1, 0).Key); !errors.Is(err, classify.ErrNotFound) {
		t.Errorf("an answer before its commit: %v", err)
	}
	check(t, sqlitex.ExecuteTransient(other, "ROLLBACK", nil))
	check(t, other.Close())
	check(t, calls.Wait())
	lines, err := s.Costs(t.Context(), 0)
	check(t, err)
	if len(lines) != 1 || lines[0].Calls != n {
		t.Errorf("costs: %+v", lines)
	}
	check(t, s.Close())
}

// An answer of an indicator that is refused takes no call with it that shares
// its commit.
func TestABadAnswerTakesNoCallWithIt(t *testing.T) {
	t.Parallel()
	s := openHere(t, filepath.Join(t.TempDir(), "store.db"), Options{})
	bad, err := tables.NewAnswer(7, storetest.Answer(storetest.Indicator(1))) // no run
	check(t, err)
	var jobs [4]job
	for n := range jobs {
		call := paidCall{Call: storetest.Call(1, n), answers: []classify.CachedAnswer{storetest.CachedAnswer(1, n)}}
		jobs[n] = job{entry: &call, done: make(chan error, 1)}
	}
	jobs[2].entry = (*savedAnswer)(bad)
	check(t, s.write(t.Context(), func(*writer) error {
		for _, j := range jobs {
			s.jobs <- j // they wait together until this transaction ends
		}
		return nil
	}))
	for n, j := range jobs {
		if err := <-j.done; (err != nil) != (n == 2) {
			t.Errorf("job %d: %v", n, err)
		}
	}
	lines, err := s.Costs(t.Context(), 1)
	check(t, err)
	if len(lines) != 1 || lines[0].Calls != 3 {
		t.Errorf("costs: %+v", lines)
	}
	check(t, s.Close())
}

// A full disk stops calls with the remedy, undoes the one that it stopped, and
// keeps those before it.
func TestCallsOnAFullDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	limitPages(t, s, "(SELECT page_count + 4 FROM pragma_page_count)")
	n := 0
	var full error
	for ; full == nil; n++ {
		a := storetest.CachedAnswer(1, n)
		a.Question = []byte(`{"text":"` + strings.Repeat("x", 2000) + `"}`)
		full = s.RecordCall(t.Context(), storetest.Call(1, n), []classify.CachedAnswer{a})
	}
	n--
	saysFull(t, full, path)
	limitPages(t, s, "1000000000")
	check(t, s.RecordCall(t.Context(), storetest.Call(1, n), nil))
	stats, err := s.CacheStats(t.Context())
	check(t, err)
	lines, err := s.Costs(t.Context(), 1)
	check(t, err)
	if n < 2 || stats[0].Answers != n || lines[0].Calls != n+1 {
		t.Errorf("of %d calls, %d answers and %d calls are there", n, stats[0].Answers, lines[0].Calls)
	}
	check(t, s.Close())
}

// A store that was opened for reading gives back what is there, and refuses
// every write about models.
func TestReadOnlyStoreRefusesWritesAboutModels(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	check(t, s.RecordCall(t.Context(), storetest.Call(1, 1), []classify.CachedAnswer{storetest.CachedAnswer(1, 1)}))
	check(t, s.SaveBatch(t.Context(), classify.Batch{ID: "b"}))
	check(t, s.Close())

	s = openHere(t, path, Options{ReadOnly: true})
	_, err := s.CachedAnswer(t.Context(), storetest.CachedAnswer(1, 1).Key)
	check(t, err)
	_, imported := s.ImportAnswers(t.Context(), []classify.CachedAnswer{storetest.CachedAnswer(1, 2)})
	_, cleared := s.ClearAnswers(t.Context(), classify.CacheFilter{})
	for what, err := range map[string]error{
		"record": s.RecordCall(t.Context(), storetest.Call(1, 2), nil),
		"import": imported, "clear": cleared,
		"traits":  s.SaveModelTraits(t.Context(), "m", []byte("{}")),
		"batch":   s.SaveBatch(t.Context(), classify.Batch{ID: "c"}),
		"collect": s.CollectBatch(t.Context(), classify.Batch{ID: "b"}, nil, nil),
	} {
		if !errors.Is(err, errReadOnly) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", what, err)
		}
	}
	check(t, s.Close())
	if err := s.RecordCall(t.Context(), classify.Call{}, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
