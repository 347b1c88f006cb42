package sqlite

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sync/errgroup"

	"classify"
	"classify/storetest"
	"classify/tables"
)

// benchIndicators is how many indicators one round of a benchmark stores.
const benchIndicators = 10_903

// BenchmarkSave stores source rows and answers as a run does: rows in batches,
// then answers from many callers, everything durable.
func BenchmarkSave(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		rows, answers := benchRows()
		s, run := benchStore(b)
		b.StartTimer()
		benchTake(b, s, run, rows)
		var saves errgroup.Group
		saves.SetLimit(2048)
		for i := range answers {
			saves.Go(func() error { return s.Save(b.Context(), run, answers[i]) })
		}
		if err := saves.Wait(); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		benchClose(b, s)
		b.StartTimer()
	}
	perIndicator(b)
}

// BenchmarkBareLoop inserts the same rows by the same statements in one
// transaction, with nothing to encode or to ask: what the store is measured by.
func BenchmarkBareLoop(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		rows, classifications := benchRows()
		s, run := benchStore(b)
		sources, answers := make([]sourceRow, len(rows)), make([]*tables.Answer, len(rows))
		for i := range rows {
			sources[i] = sourceRow{Indicator: rows[i].Indicator, hash: rows[i].Indicator.InputHash()}
			a, err := tables.NewAnswer(run, classifications[i])
			if err != nil {
				b.Fatal(err)
			}
			a.At = s.now()
			answers[i] = a
		}
		b.StartTimer()
		err := s.write(b.Context(), func(w *writer) error {
			for i := range sources {
				if _, err := w.insertSource(run, &sources[i], rows[i].File, rows[i].Line); err != nil {
					return err
				}
			}
			for _, a := range answers {
				if err := w.insertAnswer(a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		benchClose(b, s)
		b.StartTimer()
	}
	perIndicator(b)
}

// BenchmarkTakeUnchanged takes rows that the store has: a run with nothing to do.
func BenchmarkTakeUnchanged(b *testing.B) {
	rows, answers := benchRows()
	s, run := benchStore(b)
	benchTake(b, s, run, rows)
	var saves errgroup.Group
	saves.SetLimit(2048)
	for i := range answers {
		saves.Go(func() error { return s.Save(b.Context(), run, answers[i]) })
	}
	if err := saves.Wait(); err != nil {
		b.Fatal(err)
	}
	if err := s.FinishRun(b.Context(), run, classify.RunResult{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		run, err := s.StartRun(b.Context(), classify.Run{})
		if err != nil {
			b.Fatal(err)
		}
		benchTake(b, s, run, rows)
		plan, err := s.Plan(b.Context(), run, classify.Selection{Intake: true, Mode: classify.ModeChanged})
		if err != nil || plan.Skipped != benchIndicators {
			b.Fatal(plan, err)
		}
		for _, err := range s.Todo(b.Context(), run, classify.Selection{Intake: true, Mode: classify.ModeChanged}) {
			b.Fatal("something to do", err)
		}
		if err := s.FinishRun(b.Context(), run, classify.RunResult{}); err != nil {
			b.Fatal(err)
		}
	}
	perIndicator(b)
	benchClose(b, s)
}

// BenchmarkTodo reads what a run has to do.
func BenchmarkTodo(b *testing.B) {
	rows, _ := benchRows()
	s, run := benchStore(b)
	benchTake(b, s, run, rows)
	for b.Loop() {
		n := 0
		for _, err := range s.Todo(b.Context(), run, classify.Selection{Intake: true, Mode: classify.ModeChanged}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != benchIndicators {
			b.Fatal(n)
		}
	}
	perIndicator(b)
	benchClose(b, s)
}

func benchRows() ([]classify.SourceRow, []classify.Classification) {
	rows := storetest.Catalogue(0, benchIndicators)
	answers := make([]classify.Classification, len(rows))
	for i := range rows {
		answers[i] = storetest.Answer(rows[i].Indicator)
	}
	runtime.GC()
	return rows, answers
}

func benchStore(b *testing.B) (*Store, int64) {
	s, err := Open(context.Background(), filepath.Join(b.TempDir(), "store.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	run, err := s.StartRun(b.Context(), classify.Run{})
	if err != nil {
		b.Fatal(err)
	}
	return s, run
}

func benchTake(b *testing.B, s *Store, run int64, rows []classify.SourceRow) {
	for i := 0; i < len(rows); i += 500 {
		if _, err := s.Take(b.Context(), run, rows[i:min(i+500, len(rows))]); err != nil {
			b.Fatal(err)
		}
	}
}

func benchClose(b *testing.B, s *Store) {
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

func perIndicator(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/benchIndicators, "µs/indicator")
}
