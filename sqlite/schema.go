package sqlite

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitemigration"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID marks a file as a classify store: "clsf".
const applicationID = 0x636c7366

// busyWait is how long a statement waits for another process that commits.
const busyWait = 10 * time.Second

// schema reads the migrations in the order of their names; the number of
// files is the version of the schema.
func schema() (sqlitemigration.Schema, error) {
	s := sqlitemigration.Schema{AppID: applicationID}
	files, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return s, err
	}
	for _, name := range files {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return s, err
		}
		s.Migrations = append(s.Migrations, string(text))
	}
	return s, nil
}

// writerPragmas: full synchronisation, because Save promises durability; a
// bounded cache and a bounded log, so that memory and disk do not grow with the
// catalogue.
const writerPragmas = `
PRAGMA synchronous = FULL;
PRAGMA cache_size = -32768;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
`

const readerPragmas = `
PRAGMA query_only = ON;
PRAGMA cache_size = -4096;
`

// openWriter opens the file for writing, and creates and migrates it.
func openWriter(ctx context.Context, path string) (conn *sqlite.Conn, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, classify.WithHint(fmt.Errorf("open store: %w", err), "make the file and its folder writable, or choose another: --store sqlite:PATH")
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	conn, err = sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err != nil {
		return nil, fault("open store", path, err)
	}
	defer func() {
		if err != nil {
			_ = conn.Close() // the first error is the one to tell
			conn = nil
		}
	}()
	conn.SetBusyTimeout(busyWait)
	current, err := recognise(conn, path)
	if err != nil {
		return conn, err
	}
	if err := pragmas(conn, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"+writerPragmas); err != nil {
		return conn, fault("open store", path, err)
	}
	if current {
		return conn, nil
	}
	s, err := schema()
	if err != nil {
		return conn, err
	}
	if err := sqlitemigration.Migrate(ctx, conn, s); err != nil {
		return conn, fault("create the tables of store", path, err)
	}
	return conn, nil
}

// recognise reports whether the file has today's schema. It refuses a file
// that is no store, and one of a newer program.
func recognise(conn *sqlite.Conn, path string) (current bool, err error) {
	app, err := number(conn, "PRAGMA application_id")
	if err != nil {
		return false, fault("open store", path, err)
	}
	version, err := number(conn, "PRAGMA user_version")
	if err != nil {
		return false, fault("open store", path, err)
	}
	tables, err := number(conn, "SELECT count(*) FROM sqlite_master")
	if err != nil {
		return false, fault("open store", path, err)
	}
	s, err := schema()
	if err != nil {
		return false, err
	}
	known := int64(len(s.Migrations))
	switch {
	case app == 0 && tables == 0:
		return false, nil
	case app != applicationID:
		return false, classify.WithHint(fmt.Errorf("open store %q: an SQLite database, but not a classify store", path),
			"choose another file: --store sqlite:PATH")
	case version > known:
		return false, classify.WithHint(fmt.Errorf("open store %q: its schema has version %d, this program knows up to %d", path, version, known),
			"use the newer program that wrote it, or another file: --store sqlite:PATH")
	}
	return version == known, nil
}

// openReaders opens the pool of reading connections.
func (s *Store) openReaders(ctx context.Context, alone bool) error {
	uri, flags := s.path, sqlite.OpenReadOnly
	if alone && unwritten(s.path) {
		// Without a log to read, a file in a folder that cannot be written
		// is read as it is: the log's index could not be created there.
		uri, flags = "file:"+escapeURI(s.path)+"?immutable=1", flags|sqlite.OpenURI
	}
	pool, err := sqlitex.NewPool(uri, sqlitex.PoolOptions{
		Flags: flags, PoolSize: readConnections,
		PrepareConn: func(c *sqlite.Conn) error {
			c.SetBusyTimeout(busyWait)
			return pragmas(c, readerPragmas)
		},
	})
	if err != nil {
		return fault("open store", s.path, err)
	}
	s.readers = pool
	if !alone {
		return nil
	}
	err = s.read(ctx, "open store", func(conn *sqlite.Conn) error {
		current, err := recognise(conn, s.path)
		if err == nil && !current {
			err = classify.WithHint(fmt.Errorf("open store %q: its schema is older than this program", s.path),
				"any classify run brings it up to date: classify run --store sqlite:%s", s.path)
		}
		return err
	})
	if err != nil {
		_ = pool.Close() // the first error is the one to tell
	}
	return err
}

// unwritten reports whether nobody like us can be writing: there is no log, and
// the file or its folder, where a log would be made, refuses it. A log of this
// reader's own making would keep the owner from writing.
func unwritten(path string) bool {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return false
	}
	probe, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return true
	}
	_ = probe.Close() // nothing was written
	return !folderWritable(filepath.Dir(path))
}

// escapeURI escapes what has a meaning in the path of an SQLite URI.
func escapeURI(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// pragmas runs statements that return at most a row of no interest.
func pragmas(conn *sqlite.Conn, script string) error {
	for _, q := range strings.Split(script, ";") {
		if strings.TrimSpace(q) == "" {
			continue
		}
		if err := sqlitex.ExecuteTransient(conn, q, nil); err != nil {
			return err
		}
	}
	return nil
}

// number returns the first column of a query's only row, or 0.
func number(conn *sqlite.Conn, query string, args ...any) (n int64, err error) {
	err = sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(st *sqlite.Stmt) error {
		n = st.ColumnInt64(0)
		return nil
	}})
	return n, err
}
