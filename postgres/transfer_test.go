package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/sqlite"
	"classify/storetest"
	"classify/transfer"
)

func TestSharedRuns(t *testing.T) {
	t.Parallel()
	storetest.RunShared(t, func(t *testing.T) storetest.Opener { return opener(postgrestest.Database(t)) })
}

func TestCopyGivesBackEverything(t *testing.T) {
	t.Parallel()
	database := func(t *testing.T) storetest.Opener { return opener(postgrestest.Database(t)) }
	for name, stores := range map[string][2]func(*testing.T) storetest.Opener{
		"from SQLite":          {file, database},
		"to SQLite":            {database, file},
		"to another database":  {database, database},
		"in another time zone": {database, inTokyo},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Copy(t, stores[0](t), stores[1](t))
		})
	}
}

// There and back again nothing has changed: checksums, what is read, and what
// the next run has to do.
func TestCopiesThereAndBackAreEqual(t *testing.T) {
	t.Parallel()
	first, there, back := openFile(t), open(t, postgrestest.Database(t), postgres.Options{}), openFile(t)
	fillStore(t, first, 1200)
	a, err := transfer.Copy(t.Context(), first, there, nil)
	check(t, err)
	b, err := transfer.Copy(t.Context(), there, back, nil)
	check(t, err)
	if a.Rows < 12_000 || !reflect.DeepEqual(a, b) {
		t.Errorf("%+v became %+v", a, b)
	}
	for name, s := range map[string]classify.Store{"there": there, "back": back} {
		if got, want := exported(t, s), exported(t, first); got != want {
			t.Errorf("%s: the export differs", name)
		}
		run, err := s.StartRun(t.Context(), classify.Run{})
		check(t, err)
		for n := 0; n < 1200; n += 400 {
			taken, err := s.Take(t.Context(), run, storetest.Catalogue(n, n+400))
			check(t, err)
			for _, row := range taken {
				if row.Kind != classify.TakenUnchanged {
					t.Fatalf("%s: a row is %+v", name, row)
				}
			}
		}
		plan, err := s.Plan(t.Context(), run, classify.Selection{Mode: classify.ModeChanged})
		check(t, err)
		if plan.Todo != 0 || plan.Skipped != 1200 {
			t.Errorf("%s: plan %+v", name, plan)
		}
	}
}

func TestOnlyAnEmptyDatabaseIsFilled(t *testing.T) {
	t.Parallel()
	from, to := openFile(t), open(t, postgrestest.Database(t), postgres.Options{})
	fillStore(t, from, 1)
	_, err := to.ImportSeries(t.Context(), classify.SeriesImport{File: "a.csv"}, func(func(classify.SeriesPoint, error) bool) {}, nil)
	check(t, err)
	_, err = transfer.Copy(t.Context(), from, to, nil)
	var invalid *classify.InvalidInputError
	if !errors.As(err, &invalid) || classify.Hint(err) == "" || !strings.Contains(err.Error(), "series_imports") {
		t.Errorf("got %v, %q", err, classify.Hint(err))
	}
}

func TestADatabaseThatARunWritesToIsNotCopied(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(from, to *postgres.Store) *postgres.Store{
		"from the source": func(from, _ *postgres.Store) *postgres.Store { return from },
		"into the target": func(_, to *postgres.Store) *postgres.Store { return to },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := open(t, postgrestest.Database(t), postgres.Options{}), open(t, postgrestest.Database(t), postgres.Options{})
			_, err := begin(from, to).StartRun(t.Context(), classify.Run{Shared: true})
			check(t, err)
			_, err = transfer.Copy(t.Context(), from, to, nil)
			var locked *classify.LockedError
			if !errors.As(err, &locked) || classify.Hint(err) == "" {
				t.Errorf("got %v, %q", err, classify.Hint(err))
			}
		})
	}
}

// The connection of either side is lost in the middle: the copy ends at once with
// the remedy, leaves nothing, and succeeds when it is made again.
func TestACopyThatLosesItsConnectionLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"source", "target"} {
		for _, at := range []string{transfer.ImportedValues, "classification_history"} {
			t.Run(side+" at "+at, func(t *testing.T) {
				t.Parallel()
				server := postgrestest.Shared(t) // a database each: others keep their connections
				urls := map[string]string{"source": server.Database(t), "target": server.Database(t)}
				from, to := open(t, urls["source"], postgres.Options{}), open(t, urls["target"], postgres.Options{})
				fillStore(t, from, 20)
				killed := false
				_, err := transfer.Copy(t.Context(), from, to, func(p transfer.Progress) {
					if !killed && p.Done && p.Table == at {
						killed = true
						endConnections(t, urls[side])
					}
				})
				var retryable *classify.RetryableError
				if !errors.As(err, &retryable) || classify.Hint(err) == "" {
					t.Errorf("got %v, %q", err, classify.Hint(err))
				}
				report, err := transfer.Copy(t.Context(), from, to, nil)
				check(t, err)
				if report.Rows == 0 {
					t.Error("nothing was copied")
				}
			})
		}
	}
}

func TestACopyEndsWithItsContext(t *testing.T) {
	t.Parallel()
	from, to := openFile(t), open(t, postgrestest.Database(t), postgres.Options{})
	fillStore(t, from, 5)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := transfer.Copy(ctx, from, to, func(p transfer.Progress) {
		if p.Table == "classifications" {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	_, err = transfer.Copy(t.Context(), from, to, nil)
	check(t, err)
}

// What PostgreSQL cannot hold is taken out on the way.
func TestACopyTakesOutWhatPostgreSQLCannotHold(t *testing.T) {
	t.Parallel()
	from, to := openFile(t), open(t, postgrestest.Database(t), postgres.Options{})
	run, err := from.StartRun(t.Context(), classify.Run{})
	check(t, err)
	row := storetest.Catalogue(0, 1)[0]
	row.Indicator.Name, row.Indicator.Units = "zero \x00 byte", "latin \xe9"
	_, err = from.Take(t.Context(), run, []classify.SourceRow{row})
	check(t, err)
	answer := storetest.Answer(row.Indicator)
	answer.Labels.Unit, answer.Normalization.Evidence = "a\x00b", []string{"\x00", "\\u0000"}
	check(t, from.Save(t.Context(), run, answer))
	check(t, from.FinishRun(t.Context(), run, classify.RunResult{}))
	report, err := transfer.Copy(t.Context(), from, to, nil)
	check(t, err)
	for _, table := range report.Tables {
		if !table.Equal {
			t.Errorf("%+v", table)
		}
	}
	got, err := to.Indicator(t.Context(), row.Indicator.ID)
	check(t, err)
	stored, err := to.Classification(t.Context(), row.Indicator.ID)
	check(t, err)
	if got.Name != "zero  byte" || got.Units != "latin \uFFFD" || stored.Labels.Unit != "ab" || !reflect.DeepEqual(stored.Normalization.Evidence, []string{"", "\\u0000"}) {
		t.Errorf("got %q, %q, %q, %q", got.Name, got.Units, stored.Labels.Unit, stored.Normalization.Evidence)
	}
}

// Each row damages a sound store, which then has a finding with its remedy.
func TestCheckFindsWhatDoesNotFitTogether(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ damage, check, detail string }{
		"a stage was deleted":      {"DELETE FROM family_assignment_results", "answers without a stage", "IND.00000"},
		"an answer was deleted":    {"DELETE FROM classifications", "stages without an answer", "7 rows"},
		"the history was deleted":  {"DELETE FROM classification_history", "answers without history", "IND.00000"},
		"a run was deleted":        {"DELETE FROM runs", "answers without a run", "IND.00000"},
		"an indicator was deleted": {"DELETE FROM source_indicators", "values without an indicator", "3 values"},
		"a value was changed":      {"UPDATE time_series_data SET value = 77", "input hashes", "1 of the 1"},
		"a run was never closed":   {"UPDATE runs SET state = 'running'", "runs", "1 runs"},
		"an index was dropped":     {"DROP INDEX model_calls_runs", "tables and indexes", "model_calls_runs"},
		"a table was dropped":      {"DROP TABLE model_traits", "tables and indexes", "model_traits"},
		"a batch was deleted":      {"INSERT INTO model_batch_items VALUES (7, 1, 'key', '{}', NULL, NULL)", "items without a batch", "key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := postgrestest.Database(t)
			s := open(t, url, postgres.Options{})
			run, err := s.StartRun(t.Context(), classify.Run{})
			check(t, err)
			_, err = s.Take(t.Context(), run, storetest.Catalogue(0, 1))
			check(t, err)
			check(t, s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0))))
			check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))
			execute(t, url, row.damage)
			findings, err := s.Check(t.Context())
			check(t, err)
			if len(findings) == 0 || findings[0].Check != row.check || !strings.Contains(findings[0].Detail, row.detail) || findings[0].Remedy == "" || strings.Contains(findings[0].Remedy, "%!") {
				t.Errorf("%+v", findings)
			}
		})
	}
}

func TestInfoTellsTheServer(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	s := open(t, url, postgres.Options{})
	info, err := s.Info(t.Context())
	check(t, err)
	c := info.Connections
	if info.Kind != "postgres" || !strings.HasPrefix(info.Server, "PostgreSQL 1") || c.Pool < 1 || c.Open < 1 || c.Used < c.Open || c.Server < c.Used || info.SizeBytes == 0 {
		t.Errorf("%+v", info)
	}
	config, err := pgx.ParseConfig(url)
	check(t, err)
	if want := fmt.Sprintf("%s:%d/%s", config.Host, config.Port, config.Database); info.Place != want {
		t.Errorf("place %q, wanted %q", info.Place, want)
	}
}

// fillStore brings catalogue, series, labels and answers, and ends its run.
func fillStore(t *testing.T, s classify.Store, n int) {
	t.Helper()
	points := func(yield func(classify.SeriesPoint, error) bool) {
		for i := range n {
			p := classify.SeriesPoint{SourceVersion: "v1"}
			p.IndicatorID, p.Date, p.Value = fmt.Sprintf("IND.%05d", i/3), fmt.Sprint(2030+i%3), float64(i)/3
			if !yield(p, nil) {
				return
			}
		}
	}
	_, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "a.csv"}, points, nil)
	check(t, err)
	_, err = s.SetOverrides(t.Context(), []classify.Override{{IndicatorID: "IND.00000", Field: "per", Value: "capita"}})
	check(t, err)
	run, err := s.StartRun(t.Context(), classify.Run{LogicVersion: "logic-1"})
	check(t, err)
	for i := 0; i < n; i += 400 {
		_, err := s.Take(t.Context(), run, storetest.Catalogue(i, min(n, i+400)))
		check(t, err)
	}
	saved := make(chan error)
	for i := range n {
		go func() {
			ind, err := s.Indicator(t.Context(), fmt.Sprintf("IND.%05d", i))
			if err == nil {
				err = s.Save(t.Context(), run, storetest.Answer(ind))
			}
			saved <- err
		}()
	}
	for range n {
		if err := <-saved; err != nil {
			t.Error(err)
		}
	}
	check(t, s.RecordCall(t.Context(), storetest.Call(run, 1), []classify.CachedAnswer{storetest.CachedAnswer(run, 1)}))
	check(t, s.FinishRun(t.Context(), run, classify.RunResult{Selected: n, Classified: n}))
}

// exported is every answer and every cached answer of a store as text.
func exported(t *testing.T, s classify.Store) string {
	t.Helper()
	var b strings.Builder
	for a, err := range s.Classifications(t.Context(), nil) {
		check(t, err)
		text, err := json.Marshal(a)
		check(t, err)
		b.Write(append(text, '\n'))
	}
	for a, err := range s.CachedAnswers(t.Context(), classify.CacheFilter{}) {
		check(t, err)
		text, err := json.Marshal(a)
		check(t, err)
		b.Write(append(text, '\n'))
	}
	return b.String()
}

func file(t *testing.T) storetest.Opener {
	path := filepath.Join(t.TempDir(), "store.db")
	return func(t *testing.T, o storetest.Options) classify.Store {
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{Now: o.Now})
		check(t, err)
		t.Cleanup(func() { check(t, s.Close()) })
		return s
	}
}

func openFile(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	return s
}

// inTokyo is a database whose sessions have another time zone.
func inTokyo(t *testing.T) storetest.Opener { return opener(inZone(t, "Asia/Tokyo")) }

// endConnections ends what classify has open to a database.
func endConnections(t *testing.T, url string) {
	t.Helper()
	execute(t, url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()")
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	check(t, err)
	_, err = conn.Exec(t.Context(), sql)
	check(t, err)
	check(t, conn.Close(t.Context()))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
