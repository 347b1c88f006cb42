package sqlite

import (
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"testing"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/storetest"
)

// daily is a series of so many days, from the year 1000 on.
func daily(id string, days int) iter.Seq2[classify.SeriesPoint, error] {
	return func(yield func(classify.SeriesPoint, error) bool) {
		for i := range days {
			p := classify.SeriesPoint{}
			p.IndicatorID, p.Date, p.Value = id, fmt.Sprintf("%04d-%02d-%02d", 1000+i/336, i/28%12+1, i%28+1), float64(i)
			if !yield(p, nil) {
				return
			}
		}
	}
}

func TestAnImportAndARunKeepOutOfEachOthersWay(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s, other := openHere(t, path, Options{}), openHere(t, path, Options{})
	defer func() { check(t, errors.Join(other.Close(), s.Close())) }()
	run, err := s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	for name, store := range map[string]*Store{"of the same store": s, "of another process": other} {
		_, err := store.ImportSeries(t.Context(), classify.SeriesImport{}, daily("A", 1), nil)
		var locked *classify.LockedError
		if !errors.As(err, &locked) || locked.RunID != run || classify.Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))

	// A run that begins in the middle ends the import; what was stored is part of
	// its indicators.
	_, err = s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	_, err = s.Take(t.Context(), run+1, storetest.Catalogue(0, 1))
	check(t, err)
	check(t, s.FinishRun(t.Context(), run+1, classify.RunResult{}))
	meanwhile := func(yield func(classify.SeriesPoint, error) bool) {
		n := 0
		for p := range daily("IND.00000", 2*portionPoints) {
			if n++; n == portionPoints+2 {
				if _, err := other.StartRun(t.Context(), classify.Run{}); err != nil {
					t.Error(err)
				}
			}
			if !yield(p, nil) {
				return
			}
		}
	}
	counts, err := s.ImportSeries(t.Context(), classify.SeriesImport{}, meanwhile, nil)
	var locked *classify.LockedError
	if !errors.As(err, &locked) || counts.Added != portionPoints {
		t.Errorf("%+v, %v", counts, err)
	}
	ind, err := other.Indicator(t.Context(), "IND.00000")
	check(t, err)
	if len(ind.Values) != portionPoints+3 {
		t.Errorf("%d values", len(ind.Values))
	}
	for w, err := range other.Todo(t.Context(), run+2, classify.Selection{Mode: classify.ModeChanged}) {
		check(t, err)
		if w.Hash != ind.InputHash() {
			t.Errorf("the hash is %q", w.Hash)
		}
	}
}

// A portion is durable before the next but one is begun.
func TestAPortionOfAnImportIsDurable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	defer func() { check(t, s.Close()) }()
	n := 0
	_, err := s.ImportSeries(t.Context(), classify.SeriesImport{}, func(yield func(classify.SeriesPoint, error) bool) {
		for p := range daily("A", portionPoints+1) {
			if n++; n == portionPoints+1 {
				if got := only(t, s, "SELECT count(*) FROM imported_values"); got != fmt.Sprint(portionPoints) {
					t.Errorf("%s points are durable", got)
				}
			}
			if !yield(p, nil) {
				return
			}
		}
	}, nil)
	check(t, err)
}

// The process of an import ends before the hashes are computed: they are open
// until the next run.
func TestAnImportThatWasKilledIsEndedByTheNextRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	defer func() { check(t, s.Close()) }()
	run, err := s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	_, err = s.Take(t.Context(), run, storetest.Catalogue(0, 2*rehashIndicators+1))
	check(t, err)
	check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))
	_, err = s.ImportSeries(t.Context(), classify.SeriesImport{}, daily("IND.00001", 3), nil)
	check(t, err)
	whole, err := s.Indicator(t.Context(), "IND.00001")
	check(t, err)
	check(t, s.write(t.Context(), func(w *writer) error { return w.execute("UPDATE source_indicators SET input_hash = ''") }))

	findings, err := s.Check(t.Context())
	check(t, err)
	if len(findings) != 1 || findings[0].Check != "input hashes" {
		t.Errorf("%+v", findings)
	}
	run, err = s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	if open := only(t, s, "SELECT count(*) FROM source_indicators WHERE input_hash = ''"); open != "0" {
		t.Errorf("%s hashes are open", open)
	}
	findings, err = s.Check(t.Context())
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("%+v", findings)
	}
	check(t, s.Save(t.Context(), run, storetest.Answer(whole)))
	plan, err := s.Plan(t.Context(), run, classify.Selection{IDs: []string{"IND.00001"}})
	check(t, err)
	if plan.Todo != 0 {
		t.Errorf("plan %+v", plan)
	}
}

func TestTheValuesOfAnIndicatorAreInOneView(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	defer func() { check(t, s.Close()) }()
	run, err := s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	_, err = s.Take(t.Context(), run, storetest.Catalogue(1, 2))
	check(t, err)
	check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))
	p := classify.SeriesPoint{}
	p.IndicatorID, p.Date, p.Value = "IND.00001", "2024-02", 7
	_, err = s.ImportSeries(t.Context(), classify.SeriesImport{Upsert: true}, func(yield func(classify.SeriesPoint, error) bool) { yield(p, nil) }, nil)
	check(t, err)
	got := only(t, s, "SELECT group_concat(date || '=' || value) FROM series_values WHERE indicator_id = 'IND.00001'")
	if got != "2024-01=-1.0e-300,2024-03=1.0,2024-02=7.0" {
		t.Error(got)
	}
}

// only is the only value that a query finds.
func only(t *testing.T, s *Store, sql string) (text string) {
	t.Helper()
	check(t, s.read(t.Context(), "test", func(conn *sqlite.Conn) (err error) {
		text, err = word(conn, sql)
		return err
	}))
	return text
}
