package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"

	"classify"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// schemaLock is what two migrations at once wait for; the number is arbitrary.
const schemaLock = 0x636c7366

// migrations are the numbered files; their number is the version of the schema.
func migrations() ([]string, error) {
	files, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(files))
	for i, name := range files {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		texts[i] = string(text)
	}
	return texts, nil
}

// migrate brings the tables up to this program, in one transaction that keeps
// others out, and makes hypertables of them where TimescaleDB is there.
func (s *Store) migrate(ctx context.Context) error {
	known, err := migrations()
	if err != nil {
		return err
	}
	if err := s.writable(ctx); err != nil {
		return err
	}
	// The usual case takes no lock.
	if version, err := s.version(ctx); err != nil {
		return err
	} else if version > len(known) {
		return s.newer(version, len(known))
	} else if version == len(known) {
		return s.useTimescale(ctx)
	}
	err = s.write(ctx, "create the tables of store", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", schemaLock); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "CREATE TABLE IF NOT EXISTS classify_schema (version integer PRIMARY KEY, migrated_at timestamptz NOT NULL DEFAULT now())"); err != nil {
			return err
		}
		var version int
		if err := tx.QueryRow(ctx, "SELECT coalesce(max(version), 0) FROM classify_schema").Scan(&version); err != nil {
			return err
		}
		if version > len(known) {
			return s.newer(version, len(known))
		}
		for ; version < len(known); version++ {
			if _, err := tx.Conn().PgConn().Exec(ctx, known[version]).ReadAll(); err != nil {
				return fmt.Errorf("migration %d: %w", version+1, err)
			}
			if _, err := tx.Exec(ctx, "INSERT INTO classify_schema (version) VALUES ($1)", version+1); err != nil {
				return err
			}
		}
		return nil
	})
	if codeOf(err) == "42P07" { // a relation exists, and is not ours
		return classify.WithHint(fmt.Errorf("the database %s has tables of the same names that are no classify store: %w", s.place, err),
			"give the store a database or a schema of its own: createdb classify, or search_path=classify in the address")
	}
	if err != nil {
		return err
	}
	return s.useTimescale(ctx)
}

// writable refuses a server, database or role that only reads.
func (s *Store) writable(ctx context.Context) error {
	var standby, readOnly bool
	err := s.read(ctx, "open store", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on'").Scan(&standby, &readOnly)
	})
	switch {
	case err != nil:
		return err
	case standby:
		return &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("the server of store %s is a replica: it only reads", s.place), "name the primary in --store; commands that only read work here")}
	case readOnly:
		return &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("store %s: default_transaction_read_only is on for this server, database or role", s.place),
			"name the primary in --store, or: ALTER ROLE … SET default_transaction_read_only = off; commands that only read work here")}
	}
	return nil
}

// version is that of the schema, 0 if there is none.
func (s *Store) version(ctx context.Context) (version int, err error) {
	err = s.read(ctx, "open store", func(tx pgx.Tx) error {
		var there bool
		if err := tx.QueryRow(ctx, "SELECT to_regclass('classify_schema') IS NOT NULL").Scan(&there); err != nil || !there {
			return err
		}
		return tx.QueryRow(ctx, "SELECT coalesce(max(version), 0) FROM classify_schema").Scan(&version)
	})
	return version, err
}

// recognise sees that the schema is that of this program.
func (s *Store) recognise(ctx context.Context) error {
	known, err := migrations()
	if err != nil {
		return err
	}
	version, err := s.version(ctx)
	switch {
	case err != nil:
		return err
	case version == 0:
		return classify.WithHint(fmt.Errorf("the database %s has no classify store", s.place), "classify run FILE --store postgres://… makes one, and so does classify store migrate")
	case version > len(known):
		return s.newer(version, len(known))
	case version < len(known):
		return classify.WithHint(fmt.Errorf("the store %s has schema %d, older than this program's %d", s.place, version, len(known)), "classify store migrate brings it up to date")
	}
	return nil
}

func (s *Store) newer(version, known int) error {
	return classify.WithHint(fmt.Errorf("the store %s has schema %d, this program knows up to %d", s.place, version, known),
		"use the newer program that wrote it, or another database")
}
