package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/sqlite"
	"classify/storetest"
	"classify/transfer"
)

func TestCopyGivesBackEverything(t *testing.T) {
	t.Parallel()
	storetest.Copy(t, file(filepath.Join(t.TempDir(), "from.db")), file(filepath.Join(t.TempDir(), "to.db")))
}

// A copy of a copy has the same checksums.
func TestCopiesHaveTheSameChecksums(t *testing.T) {
	t.Parallel()
	first, second, third := fresh(t), fresh(t), fresh(t)
	fill(t, first)
	a, err := transfer.Copy(t.Context(), first, second, nil)
	check(t, err)
	b, err := transfer.Copy(t.Context(), second, third, nil)
	check(t, err)
	if a.Rows == 0 || a.Rows != b.Rows {
		t.Errorf("%d rows, and %d in the next copy", a.Rows, b.Rows)
	}
	for i := range a.Tables {
		if a.Tables[i] != b.Tables[i] {
			t.Errorf("%+v became %+v", a.Tables[i], b.Tables[i])
		}
	}
}

func TestOnlyAnEmptyStoreIsFilled(t *testing.T) {
	t.Parallel()
	from, to := fresh(t), fresh(t)
	fill(t, from)
	fill(t, to)
	before := checksums(t, to)
	_, err := transfer.Copy(t.Context(), from, to, nil)
	var invalid *classify.InvalidInputError
	if !errors.As(err, &invalid) || classify.Hint(err) == "" {
		t.Errorf("got %v, %q", err, classify.Hint(err))
	}
	if after := checksums(t, to); after != before {
		t.Errorf("it was %s and is %s", before, after)
	}
}

func TestARunThatLivesIsNotCopied(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(from, to *sqlite.Store) *sqlite.Store{
		"from the source": func(from, _ *sqlite.Store) *sqlite.Store { return from },
		"into the target": func(_, to *sqlite.Store) *sqlite.Store { return to },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := fresh(t), fresh(t)
			_, err := begin(from, to).StartRun(t.Context(), classify.Run{})
			check(t, err)
			_, err = transfer.Copy(t.Context(), from, to, nil)
			var locked *classify.LockedError
			if !errors.As(err, &locked) || classify.Hint(err) == "" {
				t.Errorf("got %v, %q", err, classify.Hint(err))
			}
		})
	}
}

func TestARunThatWasKilledIsCopiedAsKilled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "from.db")
	writing := file(path)(t, storetest.Options{})
	run, err := writing.StartRun(t.Context(), classify.Run{Host: "elsewhere", PID: 1})
	check(t, err)
	check(t, writing.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0))))
	later := file(path)(t, storetest.Options{Now: func() time.Time { return time.Now().Add(time.Minute) }})
	to := fresh(t)
	_, err = transfer.Copy(t.Context(), later.(transfer.Source), to, nil)
	check(t, err)
	want, err := later.Runs(t.Context(), 0)
	check(t, err)
	got, err := to.Runs(t.Context(), 0)
	check(t, err)
	if len(got) != 1 || got[0].State != "killed" || got[0].Result.Classified != 1 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, wanted %+v", got, want)
	}
	findings, err := to.Check(t.Context())
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("%+v", findings)
	}
}

// Whatever table the source breaks in, the target is as empty as before, and can
// be filled then.
func TestWhatBreaksLeavesNothing(t *testing.T) {
	t.Parallel()
	from, to := fresh(t), fresh(t)
	fill(t, from)
	broken := errors.New("the source cannot be read")
	for i := range transfer.Tables {
		_, err := transfer.Copy(t.Context(), changed{from, func(t *transfer.Table, n int, r transfer.Row) (transfer.Row, error) {
			if t.Name == transfer.Tables[i].Name && n > 0 {
				return nil, broken
			}
			return r, nil
		}}, to, nil)
		if rows := count(t, from, &transfer.Tables[i]); rows > 1 && !errors.Is(err, broken) {
			t.Fatalf("%s: %v", transfer.Tables[i].Name, err)
		} else if rows > 1 && !strings.Contains(err.Error(), transfer.Tables[i].Name) {
			t.Errorf("%v does not name %s", err, transfer.Tables[i].Name)
		} else if rows <= 1 {
			check(t, err)
			to = fresh(t)
		}
		for k := range transfer.Tables {
			if n := count(t, to, &transfer.Tables[k]); n != 0 {
				t.Fatalf("%d rows of %s stayed", n, transfer.Tables[k].Name)
			}
		}
	}
	_, err := transfer.Copy(t.Context(), from, to, nil)
	check(t, err)
}

func TestACopyEndsWithItsContext(t *testing.T) {
	t.Parallel()
	from, to := fresh(t), fresh(t)
	fill(t, from)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := transfer.Copy(ctx, from, to, func(p transfer.Progress) {
		if p.Table == "overrides" {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := count(t, to, &transfer.Tables[0]); n != 0 {
		t.Errorf("%d runs stayed", n)
	}
}

// A target that reads back other values than it was given is found out, and
// nothing is kept.
func TestWhatArrivesOtherwiseIsFoundOut(t *testing.T) {
	t.Parallel()
	from := fresh(t)
	fill(t, from)
	for i := range transfer.Tables {
		table := &transfer.Tables[i]
		if count(t, from, table) == 0 {
			continue
		}
		for name, spoil := range map[string]func(r transfer.Row) transfer.Row{
			"lost": func(transfer.Row) transfer.Row { return nil },
			"other": func(r transfer.Row) transfer.Row {
				v := &r[len(r)-1]
				v.Text, v.Int, v.Float, v.Null = "9", v.Int+1, v.Float+1, false
				return r
			},
		} {
			to := fresh(t)
			report, err := transfer.Copy(t.Context(), from, spoiled{to, table.Name, spoil}, nil)
			var mismatch *transfer.MismatchError
			if !errors.As(err, &mismatch) || len(mismatch.Tables) != 1 || !strings.HasPrefix(mismatch.Tables[0], table.Name) {
				t.Errorf("%s of %s: %v", name, table.Name, err)
			}
			if report.Tables[i].Equal || count(t, to, &transfer.Tables[0]) != 0 {
				t.Errorf("%s of %s: %+v", name, table.Name, report.Tables[i])
			}
		}
	}
}

// Bytes that not every store can hold are taken out, and the indicator's hash is
// computed again.
func TestWhatNoDatabaseHoldsIsTakenOut(t *testing.T) {
	t.Parallel()
	from, to := fresh(t), fresh(t)
	run, err := from.StartRun(t.Context(), classify.Run{})
	check(t, err)
	row := storetest.Catalogue(0, 1)[0]
	row.Indicator.Name, row.Indicator.Units = "zero \x00 byte", "latin \xe9"
	_, err = from.Take(t.Context(), run, []classify.SourceRow{row})
	check(t, err)
	answer := storetest.Answer(row.Indicator)
	answer.Labels.Unit = "a\x00b \\u0000"
	check(t, from.Save(t.Context(), run, answer))
	check(t, from.FinishRun(t.Context(), run, classify.RunResult{}))
	report, err := transfer.Copy(t.Context(), from, to, nil)
	check(t, err)
	cleaned := map[string]int64{}
	for _, table := range report.Tables {
		if table.Cleaned > 0 {
			cleaned[table.Name] = table.Cleaned
		}
	}
	if fmt.Sprint(cleaned) != "map[classification_history:1 classifications:1 source_indicators:1]" {
		t.Errorf("cleaned: %v", cleaned)
	}
	_, err = to.StartRun(t.Context(), classify.Run{})
	check(t, err)
	got, err := to.Indicator(t.Context(), row.Indicator.ID)
	check(t, err)
	if got.Name != "zero  byte" || got.Units != "latin \uFFFD" {
		t.Errorf("got %q, %q", got.Name, got.Units)
	}
	stored, err := to.Classification(t.Context(), row.Indicator.ID)
	check(t, err)
	if stored.Labels.Unit != `ab \u0000` {
		t.Errorf("got %q", stored.Labels.Unit)
	}
	findings, err := to.Check(t.Context())
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("%+v", findings)
	}
}

// changed is a source whose rows are others.
type changed struct {
	transfer.Source
	row func(t *transfer.Table, n int, r transfer.Row) (transfer.Row, error)
}

func (c changed) Snapshot(ctx context.Context, read func(transfer.Snapshot) error) error {
	return c.Source.Snapshot(ctx, func(s transfer.Snapshot) error { return read(changedRows{s, c}) })
}

type changedRows struct {
	transfer.Snapshot
	changed
}

func (c changedRows) Rows(ctx context.Context, t *transfer.Table) iter.Seq2[transfer.Row, error] {
	return func(yield func(transfer.Row, error) bool) {
		n := 0
		for row, err := range c.Snapshot.Rows(ctx, t) {
			if err == nil {
				row, err = c.row(t, n, row)
			}
			if n++; !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// spoiled is a target that takes one row of a table otherwise.
type spoiled struct {
	transfer.Target
	table string
	spoil func(transfer.Row) transfer.Row
}

func (s spoiled) Fill(ctx context.Context, fill func(transfer.Filler) error) error {
	return s.Target.Fill(ctx, func(f transfer.Filler) error { return fill(spoiledRows{f, s}) })
}

type spoiledRows struct {
	transfer.Filler
	spoiled
}

func (s spoiledRows) Rows(ctx context.Context, t *transfer.Table) iter.Seq2[transfer.Row, error] {
	return func(yield func(transfer.Row, error) bool) {
		first := t.Name == s.table
		for row, err := range s.Filler.Rows(ctx, t) {
			if first {
				first = false
				if row = s.spoil(row); row == nil {
					continue
				}
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// fill brings a catalogue, series and the answers of a run that is then killed.
func fill(t *testing.T, s *sqlite.Store) {
	t.Helper()
	points := func(yield func(classify.SeriesPoint, error) bool) {
		for n := range 5 {
			p := classify.SeriesPoint{DatedValue: classify.DatedValue{IndicatorID: fmt.Sprintf("IND.%05d", n), Observation: classify.Observation{Date: "2030", Value: 1}}}
			if !yield(p, nil) {
				return
			}
		}
	}
	_, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "a.csv"}, points, nil)
	check(t, err)
	_, err = s.SetOverrides(t.Context(), []classify.Override{{IndicatorID: "IND.00001", Field: "per", Value: "capita"}, {IndicatorID: "IND.00002", Field: "per", Value: "capita"}})
	check(t, err)
	for range 2 {
		run, err := s.StartRun(t.Context(), classify.Run{Host: "elsewhere", PID: 1})
		check(t, err)
		_, err = s.Take(t.Context(), run, storetest.Catalogue(0, 3))
		check(t, err)
		for n := range 3 {
			check(t, s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(n))))
			check(t, s.RecordCall(t.Context(), storetest.Call(run, n), []classify.CachedAnswer{storetest.CachedAnswer(run, n)}))
		}
		check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))
	}
}

func fresh(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	return s
}

func file(path string) storetest.Opener {
	return func(t *testing.T, o storetest.Options) classify.Store {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{Now: o.Now})
		check(t, err)
		t.Cleanup(func() { check(t, s.Close()) })
		return s
	}
}

// count is how many rows a table has.
func count(t *testing.T, s transfer.Source, table *transfer.Table) (n int) {
	t.Helper()
	check(t, s.Snapshot(t.Context(), func(s transfer.Snapshot) error {
		for _, err := range s.Rows(t.Context(), table) {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	}))
	return n
}

// checksums copies a store and tells what it had.
func checksums(t *testing.T, s transfer.Source) (all string) {
	t.Helper()
	report, err := transfer.Copy(t.Context(), s, fresh(t), nil)
	check(t, err)
	return fmt.Sprint(report)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
