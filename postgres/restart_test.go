package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

// killing kills a server and starts it again, when it is told to for the first
// time; ended waits for that.
func killing(t *testing.T, server *postgrestest.Server) (now func(), ended func() error) {
	var once sync.Once
	end := make(chan error, 1)
	now = func() {
		once.Do(func() {
			go func() { end <- errors.Join(server.Kill(), server.Start(t.Context())) }()
		})
	}
	return now, func() error {
		select {
		case err := <-end:
			return err
		case <-t.Context().Done():
			return t.Context().Err()
		}
	}
}

// straight is the way to a server without a pooler.
func straight(_ testing.TB, url string) string { return url }

func TestARunGoesOnWhenTheServerComesBack(t *testing.T) {
	t.Parallel()
	stop := func(s *postgrestest.Server, t *testing.T) error { return s.Stop(t.Context(), "fast") }
	kill := func(s *postgrestest.Server, _ *testing.T) error { return s.Kill() }
	for name, row := range map[string]struct {
		end func(*postgrestest.Server, *testing.T) error
		way func(testing.TB, string) string
	}{
		"restarted":                  {stop, straight},
		"killed":                     {kill, straight},
		"restarted behind PgBouncer": {stop, postgrestest.PgBouncer},
		"killed behind PgBouncer":    {kill, postgrestest.PgBouncer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := postgrestest.Start(t, postgrestest.Options{Settings: map[string]string{"fsync": "on", "full_page_writes": "on"}})
			const n = 600
			s, run := begun(t, row.way(t, server.URL("classify")), n, postgres.Options{})
			var saved atomic.Int64
			ended := make(chan error, 1)
			work, ctx := errgroup.WithContext(t.Context())
			work.SetLimit(20)
			for i := range n {
				work.Go(func() error {
					ind := storetest.Indicator(i)
					if err := s.Save(ctx, run, storetest.Answer(ind)); err != nil {
						return err
					}
					if err := s.RecordCall(ctx, storetest.Call(run, i), nil); err != nil {
						return err
					}
					if saved.Add(1) == n/3 {
						go func() {
							err := row.end(server, t)
							ended <- errors.Join(err, server.Start(t.Context()))
						}()
					}
					return nil
				})
			}
			if err := work.Wait(); err != nil {
				t.Fatal(err)
			}
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			counts, err := s.RunOutcomes(t.Context(), run)
			if err != nil || counts[classify.Classified] != n {
				t.Errorf("outcomes %v, %v", counts, err)
			}
			lines, err := s.Costs(t.Context(), run)
			if err != nil {
				t.Fatal(err)
			}
			calls := 0
			for _, l := range lines {
				calls += l.Calls
			}
			if calls != n {
				t.Errorf("%d calls in the ledger, made %d", calls, n)
			}
			// Also where the answer to a commit was lost, and it was made again.
			c, err := pgx.Connect(t.Context(), server.URL("classify"))
			check(t, err)
			defer c.Close(context.Background())
			var histories, logged int
			check(t, c.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM classification_history), (SELECT max(n) FROM (SELECT sum(indicators) AS n FROM processing_log GROUP BY stage) u)").Scan(&histories, &logged))
			if histories != n || logged != n {
				t.Errorf("%d histories and %d in the log of %d answers", histories, logged, n)
			}
			if err := s.FinishRun(t.Context(), run, classify.RunResult{}); err != nil {
				t.Error(err)
			}
			if findings, err := s.Check(t.Context()); err != nil || len(findings) > 0 {
				t.Error(findings, err)
			}
		})
	}
}

func TestAServerThatStaysAwayEndsTheRunWithTheRemedy(t *testing.T) {
	t.Parallel()
	server := postgrestest.Start(t, postgrestest.Options{})
	s, run := begun(t, server.URL("classify"), 1, postgres.Options{Patience: 300 * time.Millisecond})
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	err := s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0)))
	var again *classify.RetryableError
	if !errors.As(err, &again) {
		t.Errorf("it can be tried again: %v", err)
	}
	refused(t, err, "save to store", "look whether it runs")
}

// TestRunsThatShareTheWorkOutlastAKill: the server forgets which run had what in
// hand. Nothing is left undone, and what two have done has one answer.
func TestRunsThatShareTheWorkOutlastAKill(t *testing.T) {
	t.Parallel()
	server := postgrestest.Start(t, postgrestest.Options{Settings: map[string]string{"fsync": "on", "full_page_writes": "on"}})
	const n, beside = 3000, 4
	first := open(t, server.URL("classify"), postgres.Options{})
	run, err := first.StartRun(t.Context(), classify.Run{Shared: true})
	check(t, err)
	for i := 0; i < n; i += 500 {
		_, err := first.Take(t.Context(), run, storetest.Catalogue(i, i+500))
		check(t, err)
	}
	check(t, first.FinishRun(t.Context(), run, classify.RunResult{}))

	kill, killed := killing(t, server)
	var mu sync.Mutex
	done := map[string]bool{}
	var work errgroup.Group
	for range beside {
		replica := open(t, server.URL("classify"), postgres.Options{})
		work.Go(func() error {
			run, err := replica.StartRun(t.Context(), classify.Run{Shared: true, LogicVersion: "logic-1"})
			if err != nil {
				return err
			}
			sel := classify.Selection{Mode: classify.ModeChanged, LogicVersion: "logic-1"}
			if _, err := replica.Plan(t.Context(), run, sel); err != nil {
				return err
			}
			var saves errgroup.Group
			saves.SetLimit(100)
			for w, err := range replica.Todo(t.Context(), run, sel) {
				if err != nil {
					return errors.Join(err, saves.Wait())
				}
				saves.Go(func() error {
					c := storetest.Answer(w.Indicator)
					c.InputHash = w.Hash
					if err := replica.Save(t.Context(), run, c); err != nil {
						return err
					}
					mu.Lock()
					defer mu.Unlock()
					if done[w.ID] = true; len(done) == n/3 {
						kill()
					}
					return nil
				})
			}
			if err := saves.Wait(); err != nil {
				return err
			}
			return replica.FinishRun(t.Context(), run, classify.RunResult{})
		})
	}
	check(t, work.Wait())
	check(t, killed())
	if len(done) != n {
		t.Errorf("%d of %d were done", len(done), n)
	}
	answers := 0
	for a, err := range first.Classifications(t.Context(), nil) {
		check(t, err)
		if answers++; !done[a.IndicatorID] {
			t.Errorf("%s has an answer that nobody gave", a.IndicatorID)
		}
	}
	if answers != n {
		t.Errorf("%d answers of %d are there", answers, n)
	}
	findings, err := first.Check(t.Context())
	if err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

func TestWhatIsTakenInOutlastsAKill(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(testing.TB, string) string{"straight": straight, "behind PgBouncer": postgrestest.PgBouncer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := postgrestest.Start(t, postgrestest.Options{Settings: map[string]string{"fsync": "on", "full_page_writes": "on"}})
			s, run := begun(t, way(t, server.URL("classify")), 1, postgres.Options{})

			const rows, each = 4000, 100
			kill, killed := killing(t, server)
			for i := 1; i < rows; i += each {
				if i > rows/3 {
					kill()
				}
				taken, err := s.Take(t.Context(), run, storetest.Catalogue(i, min(rows, i+each)))
				check(t, err)
				for k, r := range taken {
					if r.Kind != classify.TakenNew {
						t.Fatalf("row %d: %+v", i+k, r)
					}
				}
			}
			check(t, killed())

			const points = 300_000
			kill, killed = killing(t, server)
			counts, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "points.csv"}, func(yield func(classify.SeriesPoint, error) bool) {
				for i := range points {
					if i == points/2 {
						kill()
					}
					p := classify.SeriesPoint{DatedValue: classify.DatedValue{IndicatorID: fmt.Sprintf("NEW.%03d", i/1000),
						Observation: classify.Observation{Date: fmt.Sprintf("%d-%02d", 1100+i%1000/12, i%1000%12+1), Value: float64(i)}}}
					if !yield(p, nil) {
						return
					}
				}
			}, nil)
			check(t, err)
			check(t, killed())
			if counts.Added != points {
				t.Errorf("%+v", counts)
			}
			check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))
			findings, err := s.Check(t.Context())
			if err != nil || len(findings) > 0 {
				t.Error(findings, err)
			}
			c, err := pgx.Connect(t.Context(), server.URL("classify"))
			check(t, err)
			defer c.Close(context.Background())
			var there int
			check(t, c.QueryRow(t.Context(), "SELECT count(*) FROM time_series_data WHERE position IS NULL").Scan(&there))
			if there != points {
				t.Errorf("%d points of %d are there", there, points)
			}
		})
	}
}
