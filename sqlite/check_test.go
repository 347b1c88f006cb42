package sqlite

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/storetest"
)

// Each row damages a sound store, which then has one finding, with its remedy.
func TestCheckFindsWhatDoesNotFitTogether(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ damage, check, detail string }{
		"a stage was deleted":        {"DELETE FROM family_assignment_results", "answers without a stage", "IND.00000"},
		"a final review was deleted": {"DELETE FROM final_review_results", "answers without a stage", "IND.00000"},
		"an answer was deleted":      {"DELETE FROM classifications", "stages without an answer", "7 rows"},
		"the history was deleted":    {"DELETE FROM classification_history", "answers without history", "IND.00000"},
		"a run was deleted":          {"DELETE FROM runs", "answers without a run", "IND.00000"},
		"an indicator was deleted":   {"DELETE FROM source_indicators WHERE indicator_id = 'IND.00001'", "values without an indicator", "3 values"},
		"a value was deleted":        {"DELETE FROM time_series_data WHERE date = '2024-03' AND indicator_id = 'IND.00001'; UPDATE source_indicators SET input_hash = ''", "indicators without values", "IND.00001"},
		"a value was changed":        {"UPDATE time_series_data SET value = 77 WHERE indicator_id = 'IND.00001'", "input hashes", "IND.00001"},
		"a name was changed":         {"UPDATE source_indicators SET name = 'other' WHERE indicator_id = 'IND.00001'", "input hashes", "1 of the 2"},
		"a run was never closed":     {"UPDATE runs SET state = 'running'", "runs", "1 runs"},
		"an index was dropped":       {"DROP INDEX model_calls_runs", "tables and indexes", "index model_calls_runs"},
		"a table was dropped":        {"DROP TABLE lease; CREATE TABLE lease (run_id, host, pid, process, heartbeat); DROP TABLE model_traits", "tables and indexes", "table model_traits"},
		"a batch was deleted":        {"INSERT INTO model_batch_items VALUES (7, 1, 'key', '{}', NULL, NULL)", "items without a batch", "key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "store.db")
			s := openHere(t, path, Options{})
			defer func() { check(t, s.Close()) }()
			answered(t, s)
			for _, statement := range strings.Split(row.damage, ";") {
				check(t, s.write(t.Context(), func(w *writer) error { return w.execute(statement) }))
			}
			findings, err := s.Check(t.Context())
			check(t, err)
			if len(findings) == 0 || findings[0].Check != row.check || !strings.Contains(findings[0].Detail, row.detail) || findings[0].Remedy == "" || strings.Contains(findings[0].Remedy, "%!") {
				t.Errorf("%+v", findings)
			}
		})
	}
}

func TestCheckReadsADamagedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	answered(t, s)
	var page int64
	check(t, s.read(t.Context(), "test", func(conn *sqlite.Conn) (err error) {
		page, err = number(conn, "SELECT rootpage FROM sqlite_master WHERE name = 'classification_history'")
		return err
	}))
	check(t, s.Close())
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	check(t, err)
	_, err = file.WriteAt([]byte("\xff\xff\xff\xff\xff\xff\xff\xff"), (page-1)*8192)
	check(t, err)
	check(t, file.Close())
	s = openHere(t, path, Options{ReadOnly: true})
	defer func() { check(t, s.Close()) }()
	findings, err := s.Check(t.Context())
	if err == nil && (len(findings) == 0 || findings[0].Check != "file") || err != nil && classify.Hint(err) == "" {
		t.Errorf("%+v, %v", findings, err)
	}
}

// answered fills a store with a run that has ended.
func answered(t *testing.T, s *Store) {
	t.Helper()
	run, err := s.StartRun(t.Context(), classify.Run{})
	check(t, err)
	_, err = s.Take(t.Context(), run, storetest.Catalogue(0, 2))
	check(t, err)
	check(t, s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0))))
	check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))
}

func TestInfoCountsTheRowsOfEveryTable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	defer func() { check(t, s.Close()) }()
	answered(t, s)
	info, err := s.Info(t.Context())
	check(t, err)
	rows := map[string]int64{}
	for _, table := range info.Tables {
		rows[table.Name] = table.Rows
	}
	if i := slices.IndexFunc(info.Tables, func(t classify.TableInfo) bool { return t.Name == "source_indicators" }); info.Tables[i].Bytes < 2*8192 {
		t.Errorf("table and index have %d bytes", info.Tables[i].Bytes)
	}
	if rows["source_indicators"] != 2 || rows["time_series_data"] != 6 || rows["classifications"] != 1 || rows["lease"] != 0 || len(rows) < 20 {
		t.Errorf("%v", rows)
	}
	if info.Kind != "sqlite" || info.Place != path || info.SizeBytes < 8192 || !strings.HasPrefix(info.Server, "SQLite 3") || !info.Features[0].On {
		t.Errorf("%+v", info)
	}
}
