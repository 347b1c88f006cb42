package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	zombie "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/sqlite"
	"classify/storetest"
)

// A file that cannot be a store is refused with what it is and the remedy, and
// stays as it was.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		make     func(t *testing.T, path string)
		readOnly bool
		says     string
	}{
		"a folder":                             {func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o755)) }, false, "this is a folder"},
		"a text file":                          {func(t *testing.T, path string) { write(t, path, strings.Repeat("id,name\n1,GDP\n", 200)) }, false, "not an SQLite database"},
		"a short text file":                    {func(t *testing.T, path string) { write(t, path, "id,name\n") }, false, "not an SQLite database"},
		"a binary file":                        {func(t *testing.T, path string) { write(t, path, strings.Repeat("\x00\xff\x7fELF", 4000)) }, false, "not an SQLite database"},
		"a database of another program":        {func(t *testing.T, path string) { script(t, path, "CREATE TABLE t (a)") }, false, "not a classify store"},
		"a database of another program, read":  {func(t *testing.T, path string) { script(t, path, "CREATE TABLE t (a)") }, true, "not a classify store"},
		"another program's application id":     {func(t *testing.T, path string) { script(t, path, "PRAGMA application_id = 7") }, false, "not a classify store"},
		"a store of a newer program":           {func(t *testing.T, path string) { empty(t, path); script(t, path, "PRAGMA user_version = 99") }, false, "version 99"},
		"a store of a newer program, read":     {func(t *testing.T, path string) { empty(t, path); script(t, path, "PRAGMA user_version = 99") }, true, "version 99"},
		"nothing to read":                      {func(*testing.T, string) {}, true, "no such file"},
		"an empty file to read":                {func(t *testing.T, path string) { write(t, path, "") }, true, "older than this program"},
		"a damaged store, its first page gone": {func(t *testing.T, path string) { empty(t, path); damage(t, path) }, false, "not an SQLite database"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "store.db")
			row.make(t, path)
			before, _ := os.ReadFile(path) // a folder, or nothing, has no content
			s, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: row.readOnly})
			if err == nil {
				t.Fatal("opened", s.Close())
			}
			if !strings.Contains(err.Error(), row.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("the error %q does not say %q of %q", err, row.says, path)
			}
			if classify.Hint(err) == "" {
				t.Errorf("no remedy for %q", err)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestOpenNamesAMissingFolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "missing", "store.db")
	_, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err == nil || !strings.Contains(classify.Hint(err), "mkdir -p "+filepath.Dir(path)) {
		t.Errorf("error %v, hint %q", err, classify.Hint(err))
	}
}

func TestOpenRefusesWhatIsNoFile(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", ":memory:"} {
		if _, err := sqlite.Open(t.Context(), path, sqlite.Options{}); err == nil || classify.Hint(err) == "" {
			t.Errorf("%q: %v", path, err)
		}
	}
}

// A path is a file name, whatever it holds.
func TestOpenTakesAnyFileName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b.db", "file:x?mode=memory", "100%.db", "ünï#code.db"} {
		path := filepath.Join(t.TempDir(), name)
		empty(t, path)
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		s, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		must(t, s.Close())
	}
}

func TestAStoreForReadingCannotWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	empty(t, path)
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
	must(t, err)
	defer func() { must(t, s.Close()) }()
	if _, err := s.StartRun(t.Context(), classify.Run{}); err == nil {
		t.Error("a run was started")
	}
	if _, err := s.Status(t.Context()); err != nil {
		t.Errorf("status: %v", err)
	}
}

// People's SQL works: the label columns have the names of the label files.
func TestTablesHaveTheColumnsOfTheLabels(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	must(t, err)
	run, err := s.StartRun(t.Context(), classify.Run{})
	must(t, err)
	rows := storetest.Catalogue(0, 2)
	_, err = s.Take(t.Context(), run, rows)
	must(t, err)
	must(t, s.Save(t.Context(), run, storetest.Answer(rows[1].Indicator)))
	must(t, s.Close())

	l := storetest.Answer(rows[1].Indicator).Labels
	for i := range classify.Fields {
		f := &classify.Fields[i]
		want := map[string]string{"true": "1", "false": "0"}[f.Get(&l)]
		if want == "" {
			want = f.Get(&l)
		}
		if got := query(t, path, "SELECT "+f.Name+" FROM classifications"); got != want {
			t.Errorf("%s is %q, not %q", f.Name, got, want)
		}
	}
	for question, want := range map[string]string{
		"SELECT count(*) FROM time_series_data WHERE indicator_id = 'IND.00001'":      "3",
		"SELECT group_concat(date) FROM series_values WHERE indicator_id='IND.00001'": "2024-02,2024-01,2024-03",
		"SELECT name FROM source_indicators WHERE indicator_id = 'IND.00001'":         "Exports of goods, 1",
		"SELECT json_extract(evidence, '$[0]') FROM family_assignment_results":        `the unit says "USD"`,
		"SELECT sum(indicators) FROM processing_log WHERE stage = 'normalization'":    "1",
		"SELECT json_extract(labels, '$.currency') FROM classification_history":       "USD",
		"SELECT count(*) FROM classifications NATURAL JOIN boolean_review_results":    "1",
		"PRAGMA integrity_check": "ok",
	} {
		if got := query(t, path, question); got != want {
			t.Errorf("%s: %q, not %q", question, got, want)
		}
	}
}

// The log says of each stage how many indicators it had, and why one failed.
func TestProcessingLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	must(t, err)
	run, err := s.StartRun(t.Context(), classify.Run{})
	must(t, err)
	for n := range 7 {
		c := storetest.Answer(storetest.Indicator(n))
		switch n {
		case 3:
			c.Outcome, c.ReviewStatus, c.Final.Status, c.Final.Reason = classify.Escalated, classify.ReviewEscalated, classify.ReviewEscalated, "nobody knows"
		case 5:
			c.Outcome, c.Failure, c.Final = classify.Failed, &classify.Failure{Stage: classify.StageFamily, Reason: "no answer"}, nil
			c.Family, c.Type, c.Verdict = classify.FamilyAssignment{}, classify.TypeClassification{}, classify.Verdict{}
		}
		must(t, s.Save(t.Context(), run, c))
	}
	must(t, s.Close())
	for question, want := range map[string]string{
		"SELECT group_concat(stage||' '||n||' '||f, '; ') FROM (SELECT stage, sum(indicators) n, sum(failed) f FROM processing_log WHERE indicator_id IS NULL GROUP BY stage ORDER BY min(log_no))": "normalization 7 0; time-inference 7 0; family-assignment 7 1; type-classification 6 0; boolean-review 6 0; final-review 6 0",
		"SELECT group_concat(indicator_id||' '||stage||' '||outcome||' '||reason, '; ') FROM (SELECT * FROM processing_log WHERE indicator_id IS NOT NULL ORDER BY indicator_id)":                   "IND.00003 final-review escalated nobody knows; IND.00005 family-assignment failed no answer",
		"SELECT count(*) <= 12 FROM processing_log WHERE indicator_id IS NULL": "1",
	} {
		if got := query(t, path, question); got != want {
			t.Errorf("%s:\n got %s\nwant %s", question, got, want)
		}
	}
}

func empty(t *testing.T, path string) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	must(t, err)
	must(t, s.Close())
}

func damage(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	must(t, err)
	copy(content, make([]byte, 4096))
	write(t, path, string(content))
}

func script(t *testing.T, path, sql string) {
	t.Helper()
	conn, err := zombie.OpenConn(path, zombie.OpenReadWrite|zombie.OpenCreate)
	must(t, err)
	must(t, sqlitex.ExecuteTransient(conn, sql, nil))
	must(t, conn.Close())
}

// query returns the first column of the last row.
func query(t *testing.T, path, sql string) (text string) {
	t.Helper()
	conn, err := zombie.OpenConn(path, zombie.OpenReadOnly)
	must(t, err)
	defer func() { must(t, conn.Close()) }()
	err = sqlitex.ExecuteTransient(conn, sql, &sqlitex.ExecOptions{ResultFunc: func(st *zombie.Stmt) error {
		text = st.ColumnText(0)
		return nil
	}})
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", sql, err))
	}
	return text
}

func write(t *testing.T, path, content string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(content), 0o644))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
