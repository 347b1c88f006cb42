package postgres_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
)

// relation opens what is wanted, and reads it to its end or to its fault.
func relation(t *testing.T, url, table, query string) (columns []string, rows [][]string, err error) {
	t.Helper()
	r, err := postgres.OpenRelation(t.Context(), url, table, query)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for {
		row, err := r.Next(t.Context())
		if errors.Is(err, io.EOF) {
			return r.Columns(), rows, nil
		}
		if err != nil {
			return r.Columns(), rows, err
		}
		rows = append(rows, slices.Clone(row))
	}
}

// perform runs statements one after the other, and gives the answer to the last.
func perform(t *testing.T, url string, statements ...string) (answer string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	for _, q := range statements {
		results, err := c.PgConn().Exec(t.Context(), q).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if last := results[len(results)-1]; len(last.Rows) > 0 {
			answer = string(last.Rows[0][0])
		}
	}
	return answer
}

func TestARelationGivesEveryTypeAsTextWhateverTheServersHabits(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	perform(t, url, `CREATE SCHEMA IF NOT EXISTS "Odd ""s"`, `DROP TABLE IF EXISTS "Odd ""s"."T;x"`,
		`CREATE TABLE "Odd ""s"."T;x" (a int, b float8, c text, d timestamptz, e bytea, f text[], g jsonb, h numeric, i boolean, j date, k interval)`,
		`INSERT INTO "Odd ""s"."T;x" VALUES (1, 0.30000000000000004, 'x', '2020-01-01 00:00+02', '\x00ff', '{a,b}', '{"a": 1}', 1.50, true, '2020-01-31', '1 day')`,
		`INSERT INTO "Odd ""s"."T;x" (b) VALUES ('NaN')`)
	for name, habits := range map[string]string{
		"usual": "",
		"other": "&timezone=America/St_Johns&datestyle=SQL,DMY&intervalstyle=postgres_verbose&bytea_output=escape&extra_float_digits=-5",
	} {
		t.Run(name, func(t *testing.T) {
			columns, rows, err := relation(t, url+habits, `Odd "s.T;x`, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(columns, ""); got != "abcdefghijk" {
				t.Errorf("columns %s", got)
			}
			want := [][]string{{"1", "0.30000000000000004", "x", "2019-12-31 22:00:00+00", `\x00ff`, "{a,b}", `{"a": 1}`, "1.50", "t", "2020-01-31", "P1D"}, {"", "NaN", "", "", "", "", "", "", "", "", ""}}
			if len(rows) != 2 || !slices.Equal(rows[0], want[0]) || !slices.Equal(rows[1], want[1]) {
				t.Errorf("%q", rows)
			}
		})
	}
}

func TestARelationIsOnlyReadAndSaysHowToWriteIt(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	perform(t, url, "CREATE TABLE kept (a int)", "INSERT INTO kept VALUES (1)", "CREATE SEQUENCE numbers",
		"CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'DELETE FROM kept RETURNING a'")
	for name, row := range map[string]struct{ table, query, says string }{
		"it writes":                            {"", "DELETE FROM kept", "only read"},
		"it writes and returns rows":           {"", "INSERT INTO kept VALUES (2) RETURNING a", "only read"},
		"it writes behind a WITH":              {"", "WITH gone AS (DELETE FROM kept RETURNING a) SELECT * FROM gone", "only read"},
		"it calls what writes":                 {"", "SELECT writes()", "only read"},
		"it draws a number":                    {"", "SELECT nextval('numbers')", "only read"},
		"it makes a table":                     {"", "SELECT 1 AS a INTO made", "only read"},
		"it locks":                             {"", "SELECT * FROM kept FOR UPDATE", "only read"},
		"it would write afterwards":            {"", "SELECT set_config('transaction_read_only', 'off', false)", "only read"},
		"it asks to write":                     {"", "SET TRANSACTION READ WRITE", "only read"},
		"it ends the transaction":              {"", "COMMIT", "only read"},
		"it runs a program":                    {"", "COPY (SELECT 1) TO PROGRAM 'true'", "only read"},
		"it runs a block":                      {"", "DO $$ BEGIN DELETE FROM kept; END $$", "only read"},
		"it is two statements":                 {"", "SELECT 1; DROP TABLE kept", "one select"},
		"it leaves the transaction and writes": {"", "COMMIT; DROP TABLE kept", "one select"},
		"it is empty":                          {"", " ", "returns rows"},
		"it has no columns":                    {"", "SELECT FROM kept", "returns rows"},
		"it has a parameter":                   {"", "SELECT $1::text", "values into the query"},
		"it is misspelt":                       {"", "SELEC 1", "mend the query"},
		"it divides by zero in its third row":  {"", "SELECT 1 / (3 - n) FROM generate_series(1, 5) n", "leave such rows out"},
		"it has a zero byte":                   {"", "SELECT 'a\x00'", "without"},
		"it is no UTF-8":                       {"", "SELECT '\xff'", "without"},
		"the table is not there":               {"nothing", "", "there are kept"},
		"the table is an injection":            {`kept"; DROP TABLE kept; --`, "", "there are kept"},
		"the name has too many parts":          {"a.b.c.d", "", "mend the query"},
		"the name is dots":                     {"..", "", "mend the query"},
		"nothing is named":                     {"", "", "there are kept"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := relation(t, url, row.table, row.query)
			var help *classify.HintError
			if !errors.As(err, &help) || !strings.Contains(help.Hint, row.says) {
				t.Errorf("%v, remedy %+v", err, help)
			}
			if err != nil && strings.Contains(err.Error(), "classify:classify") {
				t.Errorf("it shows the password: %v", err)
			}
			if n := perform(t, url, "SELECT count(*) FROM kept"); n != "1" {
				t.Errorf("%s rows are left", n)
			}
		})
	}
}

func TestWithoutANameTheSourceIndicatorsAreReadWhoeverMadeThem(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	perform(t, url, "CREATE TABLE source_indicators (indicator_id text, name text)", "INSERT INTO source_indicators VALUES ('A', 'Exports')")
	columns, rows, err := relation(t, url, "", "")
	if err != nil || !slices.Equal(columns, []string{"indicator_id", "name"}) || len(rows) != 1 || rows[0][0] != "A" {
		t.Errorf("%v %v, %v", columns, rows, err)
	}

	store := postgrestest.Database(t)
	begun(t, store, 3, postgres.Options{})
	columns, rows, err = relation(t, store, "", "")
	if at := slices.Index(columns, "values"); err != nil || len(rows) != 3 || at < 0 || !strings.HasPrefix(rows[0][at], `[{"date" : `) {
		t.Errorf("%v %v, %v", columns, rows, err)
	}
}

func TestAFaultInTheMiddleOfARelationSaysHowFarItCameAndWhatHelps(t *testing.T) {
	t.Parallel()
	const slow = "SELECT pg_backend_pid(), n, CASE WHEN n > 20000 THEN pg_sleep(60)::text END FROM generate_series(1, 30000) n"
	t.Run("the server ends the statement", func(t *testing.T) {
		t.Parallel()
		_, rows, err := relation(t, postgrestest.Database(t)+"&statement_timeout=1000", "", slow)
		var help *classify.HintError
		if len(rows) == 0 || !errors.As(err, &help) || !strings.Contains(help.Hint, "statement_timeout=0") || !strings.Contains(err.Error(), "rows)") {
			t.Errorf("%d rows, %v, %+v", len(rows), err, help)
		}
	})
	t.Run("the connection is ended", func(t *testing.T) {
		t.Parallel()
		url := postgrestest.Database(t)
		r, err := postgres.OpenRelation(t.Context(), url, "", slow)
		if err != nil {
			t.Fatal(err)
		}
		row, err := r.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		perform(t, url, "SELECT pg_terminate_backend("+row[0]+")")
		for err == nil {
			_, err = r.Next(t.Context())
		}
		var passing *classify.RetryableError
		var help *classify.HintError
		if !errors.As(err, &passing) || !errors.As(err, &help) || !strings.Contains(help.Hint, "give the command again") {
			t.Errorf("%v, %+v", err, help)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("the caller has enough", func(t *testing.T) {
		t.Parallel()
		r, err := postgres.OpenRelation(t.Context(), postgrestest.Database(t), "", slow)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("enough")
		cancel(enough)
		if _, err := r.Next(ctx); !errors.Is(err, enough) {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Not beside other tests, whose memory it would measure.
func TestTheMemoryOfARelationDoesNotGrowWithItsRows(t *testing.T) {
	const n = 400_000
	r, err := postgres.OpenRelation(t.Context(), postgrestest.Database(t), "", "SELECT n, repeat('x', 200) FROM generate_series(1, 400000) n")
	if err != nil {
		t.Fatal(err)
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := heap(), uint64(0)
	for i := range n {
		if _, err := r.Next(t.Context()); err != nil {
			t.Fatal(i, err)
		}
		if i%50_000 == 0 {
			most = max(most, heap())
		}
	}
	if _, err := r.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if most > before+8<<20 {
		t.Errorf("from %d to %d bytes", before, most)
	}
}
