package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/storetest"
)

// A full disk is said to be one, undoes what it stopped, and keeps what was
// committed before; with space again the same store goes on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	run, err := s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	_, err = s.Take(t.Context(), run, storetest.Catalogue(0, 50))
	check(t, err)
	check(t, s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0))))

	limitPages(t, s, "(SELECT page_count + 4 FROM pragma_page_count)")
	saved := 1
	for ; err == nil; saved++ {
		err = s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(saved)))
	}
	saved--
	saysFull(t, err, path)
	_, err = s.Take(t.Context(), run, storetest.Catalogue(50, 1000))
	saysFull(t, err, path)

	status, err := s.Status(t.Context())
	check(t, err)
	if status.Outcomes[classify.Classified] != saved || status.Indicators != 50 {
		t.Errorf("%d answers and %d indicators, of %d and 50", status.Outcomes[classify.Classified], status.Indicators, saved)
	}
	for n := range saved {
		stored, err := s.Classification(t.Context(), storetest.Indicator(n).ID)
		check(t, err)
		if stored.Final == nil || len(stored.Normalization.Evidence) == 0 {
			t.Errorf("answer %d is half there", n)
		}
	}

	limitPages(t, s, "1000000000")
	check(t, s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(saved))))
	_, err = s.Take(t.Context(), run, storetest.Catalogue(50, 1000))
	check(t, err)
	check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))
	check(t, s.Close())
}

func limitPages(t *testing.T, s *Store, pages string) {
	t.Helper()
	check(t, s.write(t.Context(), func(w *writer) error {
		n, err := number(w.conn, "SELECT "+pages)
		if err != nil {
			return err
		}
		_, err = number(w.conn, fmt.Sprintf("PRAGMA max_page_count = %d", n))
		return err
	}))
}

func saysFull(t *testing.T, err error, path string) {
	t.Helper()
	var terminal *classify.TerminalError
	if !errors.As(err, &terminal) || !strings.Contains(err.Error(), path) || !strings.Contains(classify.Hint(err), "full") {
		t.Errorf("error %v, hint %q", err, classify.Hint(err))
	}
}

// Every fault of the file says what was attempted on which store, what to do
// about it, and by its type whether to try again.
func TestFaultsSayTheRemedy(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		code     sqlite.ResultCode
		retry    bool
		remedies string
	}{
		"full":            {sqlite.ResultFull, false, "free space"},
		"read-only":       {sqlite.ResultReadOnly, false, "writable"},
		"cannot be open":  {sqlite.ResultCantOpen, false, "has to exist"},
		"not a database":  {sqlite.ResultNotADB, false, "another file"},
		"damaged":         {sqlite.ResultCorrupt, false, "restore"},
		"held":            {sqlite.ResultBusy, true, "another program"},
		"disk in trouble": {sqlite.ResultIOErr, false, "disk"},
	} {
		cause := row.code.ToError()
		err := fault("save to store", "/data/x.db", fmt.Errorf("step: %w", cause))
		var retryable *classify.RetryableError
		var terminal *classify.TerminalError
		if errors.As(err, &retryable) != row.retry || errors.As(err, &terminal) == row.retry {
			t.Errorf("%s: %T", name, err)
		}
		if !strings.Contains(err.Error(), `save to store "/data/x.db"`) || !strings.Contains(classify.Hint(err), row.remedies) {
			t.Errorf("%s: error %v, hint %q", name, err, classify.Hint(err))
		}
		if fault("again", "other", err) != err {
			t.Errorf("%s: a fault that is said is said again", name)
		}
	}
	if fault("save", "x", nil) != nil {
		t.Error("no error became one")
	}
}

func openHere(t *testing.T, path string, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, o)
	check(t, err)
	return s
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
