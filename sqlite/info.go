package sqlite

import (
	"context"
	"os"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
)

// Info describes the file: version, journal, tables with their rows, and who
// writes. Rows are counted where that is quick; of the values of catalogues, the
// largest table, the sum that their indicators know is given.
func (s *Store) Info(ctx context.Context) (info classify.StoreInfo, err error) {
	known, err := schema()
	if err != nil {
		return info, err
	}
	err = s.read(ctx, "describe store", func(conn *sqlite.Conn) error {
		info = classify.StoreInfo{Kind: "sqlite", Place: s.path, SchemaKnown: len(known.Migrations), TimeSeries: "plain tables",
			Tables: []classify.TableInfo{}, Writers: []classify.LockedError{}}
		return snapshot(conn, func() error { return s.describe(conn, &info) })
	})
	if err != nil {
		return classify.StoreInfo{}, err
	}
	for _, suffix := range []string{"", "-wal"} {
		if file, err := os.Stat(s.path + suffix); err == nil { // without a log there is no such file
			info.SizeBytes += file.Size()
		}
	}
	return info, nil
}

func (s *Store) describe(conn *sqlite.Conn, info *classify.StoreInfo) error {
	version, err := number(conn, "PRAGMA user_version")
	if err != nil {
		return err
	}
	info.Schema = int(version)
	library, err := word(conn, "SELECT sqlite_version()")
	if err != nil {
		return err
	}
	info.Server = "SQLite " + library
	journal, err := word(conn, "PRAGMA journal_mode")
	if err != nil {
		return err
	}
	info.Features = []classify.Feature{{Name: "write-ahead log", On: journal == "wal", Detail: "journal mode " + journal}}
	if info.Tables, err = tableSizes(conn); err != nil {
		return err
	}
	l, err := readLease(conn)
	if err == nil && l != nil && l.alive(s.now()) {
		info.Writers = append(info.Writers, *l.locked(s.now()))
	}
	return err
}

// tableSizes counts the rows of every table.
func tableSizes(conn *sqlite.Conn) (sizes []classify.TableInfo, err error) {
	names, err := words(conn, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	if err != nil {
		return nil, err
	}
	bytes, err := tableBytes(conn)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		count := "SELECT count(*) FROM " + name
		if name == "time_series_data" {
			count = "SELECT coalesce(sum(value_count), 0) FROM source_indicators"
		}
		n, err := number(conn, count)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, classify.TableInfo{Name: name, Rows: n, Exact: true, Bytes: bytes[name]})
	}
	return sizes, nil
}

// measuredBytes is up to which size of the file its tables are measured: every
// page has to be read for it.
const measuredBytes = 512 << 20

// tableBytes measures the tables with their indexes.
func tableBytes(conn *sqlite.Conn) (map[string]int64, error) {
	size, err := number(conn, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
	if err != nil || size > measuredBytes {
		return nil, err
	}
	bytes := map[string]int64{}
	err = sqlitex.ExecuteTransient(conn, "SELECT m.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_master m ON m.name = d.name WHERE d.aggregate = TRUE GROUP BY 1",
		&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			bytes[st.ColumnText(0)] = st.ColumnInt64(1)
			return nil
		}})
	return bytes, err
}

// word returns the first column of a query's only row, or "".
func word(conn *sqlite.Conn, query string) (string, error) {
	all, err := words(conn, query)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// words returns the first column of a query.
func words(conn *sqlite.Conn, query string, args ...any) (all []string, err error) {
	err = sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(st *sqlite.Stmt) error {
		all = append(all, st.ColumnText(0))
		return nil
	}})
	return all, err
}
