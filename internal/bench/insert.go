package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify/catalogue"
)

const generated = 10903

// catalogueFile generates a catalogue once and returns its path.
func (b *bench) catalogueFile(n int, flags ...string) (string, error) {
	path := filepath.Join(b.dir, fmt.Sprintf("generated-%d%s.csv", n, strings.Join(flags, "")))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	_, err := b.classify(append([]string{"generate", "--n", fmt.Sprint(n), "-o", path}, flags...)...)
	return path, err
}

// repeats is how often the short measurements are taken; the fastest counts.
const repeats = 9

// insert compares a run with a bare loop that inserts the same rows.
func (b *bench) insert() error {
	for _, variant := range []struct {
		name  string
		flags []string
	}{{"with sample values", nil}, {"without sample values", []string{"--no-values"}}} {
		path, err := b.catalogueFile(generated, variant.flags...)
		if err != nil {
			return err
		}
		store := filepath.Join(b.dir, "insert.db")
		ours, err := best(repeats, func() (float64, error) {
			removeStore(store)
			m, err := b.classify("run", path, "--store", "sqlite:"+store, "--quiet")
			return m.seconds, err
		})
		if err != nil {
			return err
		}
		rows, err := readRows(store)
		if err != nil {
			return err
		}
		bare, err := best(repeats, func() (float64, error) { return bareInsert(store, filepath.Join(b.dir, "bare.db"), rows) })
		if err != nil {
			return err
		}
		b.add(figure{
			what:     fmt.Sprintf("`run` on %d generated indicators, rulebook, SQLite, durable, %s", generated, variant.name),
			wanted:   "at most 2.0 × a bare loop that inserts the same rows",
			measured: fmt.Sprintf("%.2f × (%.2f s against %.2f s for %d rows)", ours/bare, ours, bare, len(rows)),
			reached:  ours <= 2*bare,
		})
	}
	return nil
}

func removeStore(path string) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(path + suffix)
	}
}

// row is one stored row: its table and its values.
type row struct {
	table  string
	values []any
}

// stored are the tables that a run fills, in the order of their writing: the
// rows of an indicator follow each other.
var stored = struct{ intake, answers []string }{
	[]string{"source_indicators", "time_series_data"},
	[]string{"classifications", "normalization_results", "time_inference_results", "cumulative_detection_results",
		"family_assignment_results", "type_classification_results", "boolean_review_results", "final_review_results",
		"classification_history", "processing_log"},
}

// readRows reads every row that a run stored: first the intake, then the
// answers, indicator by indicator.
func readRows(path string) ([]row, error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var rows []row
	for _, table := range stored.intake {
		err := readTable(conn, table, func(_ string, r row) { rows = append(rows, r) })
		if err != nil {
			return nil, err
		}
	}
	byIndicator := map[string][]row{}
	var order []string
	for _, table := range stored.answers {
		err := readTable(conn, table, func(id string, r row) {
			if byIndicator[id] == nil {
				order = append(order, id)
			}
			byIndicator[id] = append(byIndicator[id], r)
		})
		if err != nil {
			return nil, err
		}
	}
	for _, id := range order {
		rows = append(rows, byIndicator[id]...)
	}
	return rows, nil
}

func readTable(conn *sqlite.Conn, table string, use func(id string, r row)) error {
	return sqlitex.Execute(conn, "SELECT * FROM "+table, &sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
		r := row{table: table, values: make([]any, s.ColumnCount())}
		for i := range r.values {
			switch s.ColumnType(i) {
			case sqlite.TypeInteger:
				r.values[i] = s.ColumnInt64(i)
			case sqlite.TypeFloat:
				r.values[i] = s.ColumnFloat(i)
			case sqlite.TypeText:
				r.values[i] = s.ColumnText(i)
			case sqlite.TypeBlob:
				blob := make([]byte, s.ColumnLen(i))
				s.ColumnBytes(i, blob)
				r.values[i] = blob
			}
		}
		use(s.GetText("indicator_id"), r)
		return nil
	}})
}

// bareInsert inserts the rows into a new file with the schema and the pragmas
// of a store: one transaction, prepared statements, nothing else.
func bareInsert(schemaOf, path string, rows []row) (float64, error) {
	removeStore(path)
	schema, pageSize, err := readSchema(schemaOf)
	if err != nil {
		return 0, err
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	for _, sql := range append([]string{"PRAGMA page_size=" + pageSize, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA cache_size=-32768", "PRAGMA temp_store=FILE"}, schema...) {
		if err := sqlitex.ExecuteTransient(conn, sql, nil); err != nil {
			return 0, fmt.Errorf("%s: %w", sql, err)
		}
	}
	statements := map[string]*sqlite.Stmt{}
	for _, table := range append(append([]string{}, stored.intake...), stored.answers...) {
		var n int
		if err := sqlitex.Execute(conn, "SELECT count(*) FROM pragma_table_info(?)", &sqlitex.ExecOptions{
			Args: []any{table}, ResultFunc: func(s *sqlite.Stmt) error { n = s.ColumnInt(0); return nil }}); err != nil {
			return 0, err
		}
		sql := fmt.Sprintf("INSERT INTO %s VALUES (%s)", table, strings.TrimSuffix(strings.Repeat("?,", n), ","))
		if statements[table], err = conn.Prepare(sql); err != nil {
			return 0, fmt.Errorf("%s: %w", sql, err)
		}
	}
	start := time.Now()
	if err := insertAll(conn, statements, rows); err != nil {
		return 0, err
	}
	return time.Since(start).Seconds(), nil
}

func insertAll(conn *sqlite.Conn, statements map[string]*sqlite.Stmt, rows []row) (err error) {
	defer sqlitex.Transaction(conn)(&err)
	for _, r := range rows {
		s := statements[r.table]
		for i, v := range r.values {
			switch v := v.(type) {
			case int64:
				s.BindInt64(i+1, v)
			case float64:
				s.BindFloat(i+1, v)
			case string:
				s.BindText(i+1, v)
			case []byte:
				s.BindBytes(i+1, v)
			default:
				s.BindNull(i + 1)
			}
		}
		if _, err := s.Step(); err != nil {
			return fmt.Errorf("insert into %s: %w", r.table, err)
		}
		if err := s.Reset(); err != nil {
			return err
		}
	}
	return nil
}

// readSchema returns the statements that make the tables and indexes of a
// store, and the size of its pages.
func readSchema(path string) (schema []string, pageSize string, err error) {
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadOnly)
	if err != nil {
		return nil, "", err
	}
	defer conn.Close()
	if err := sqlitex.ExecuteTransient(conn, "PRAGMA page_size", &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error { pageSize = s.ColumnText(0); return nil }}); err != nil {
		return nil, "", err
	}
	err = sqlitex.Execute(conn, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC", &sqlitex.ExecOptions{
		ResultFunc: func(s *sqlite.Stmt) error { schema = append(schema, s.ColumnText(0)); return nil }})
	return schema, pageSize, err
}

// nothing compares a run on an unchanged catalogue with reading, parsing and
// hashing the same file.
func (b *bench) nothing() error {
	for _, variant := range []struct {
		name  string
		flags []string
	}{{"with sample values", nil}, {"without sample values", []string{"--no-values"}}} {
		path, err := b.catalogueFile(generated, variant.flags...)
		if err != nil {
			return err
		}
		store := filepath.Join(b.dir, "nothing.db")
		removeStore(store)
		if _, err := b.classify("run", path, "--store", "sqlite:"+store, "--quiet"); err != nil {
			return err
		}
		var summary struct {
			Outcomes map[string]int `json:"outcomes"`
		}
		again, err := best(repeats, func() (float64, error) {
			m, err := b.classify("run", path, "--store", "sqlite:"+store, "--quiet")
			return m.seconds, err
		})
		if err != nil {
			return err
		}
		if err := b.json(&summary, "run", path, "--store", "sqlite:"+store, "--quiet", "--json"); err != nil {
			return err
		}
		hash, err := best(repeats, func() (float64, error) { return readAndHash(path) })
		if err != nil {
			return err
		}
		done := summary.Outcomes["classified"] + summary.Outcomes["escalated"] + summary.Outcomes["failed"]
		b.add(figure{
			what:     "nothing to do: `run` again on the same catalogue, " + variant.name,
			wanted:   "no stage run, at most 1.5 × reading, parsing and hashing the file",
			measured: fmt.Sprintf("%.2f × (%.2f s against %.2f s), %d indicators done, %d skipped", again/hash, again, hash, done, summary.Outcomes["skipped"]),
			reached:  again <= 1.5*hash && done == 0,
		})
	}
	return nil
}

func readAndHash(path string) (float64, error) {
	start := time.Now()
	r, err := catalogue.Open(context.Background(), []string{path}, nil, catalogue.Options{})
	if err != nil {
		return 0, err
	}
	n := 0
	for row, err := range r.Rows() {
		if err != nil {
			return 0, err
		}
		if row.Reject == nil && row.Indicator.InputHash() != "" {
			n++
		}
	}
	if n == 0 {
		return 0, fmt.Errorf("%s has no usable row", path)
	}
	return time.Since(start).Seconds(), nil
}
