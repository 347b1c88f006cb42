package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"classify"
	"classify/postgres"
	"classify/rulebook"
	"classify/sqlite"
)

// storeHelp says how a store is written.
const storeHelp = "write sqlite:PATH, for instance sqlite:classify.db, or postgres://USER@HOST:5432/DATABASE"

// place is where a store is: a file, or a database.
type place struct {
	path string // of an SQLite file; "" for a database
	url  string // of a PostgreSQL database; "" for a file
}

// parsePlace reads how a store is written; what names the flag or argument.
func parsePlace(what, text string) (place, error) {
	scheme, path, ok := strings.Cut(text, ":")
	switch {
	case ok && (scheme == "postgres" || scheme == "postgresql") && strings.HasPrefix(path, "//"):
		return place{url: text}, nil
	case !ok || scheme != "sqlite" || path == "":
		return place{}, classify.WithHint(usagef("%s %q: unknown kind of store", what, withoutPassword(text)), storeHelp)
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok { // no shell has expanded it behind "sqlite:"
		home, err := os.UserHomeDir()
		if err != nil {
			return place{}, fmt.Errorf("%s %q: %w", what, text, err)
		}
		path = filepath.Join(home, rest)
	}
	return place{path: path}, nil
}

// storePlace is what --store names.
func storePlace(cmd *cobra.Command) (place, error) {
	text, err := cmd.Flags().GetString("store")
	if err != nil {
		return place{}, err
	}
	return parsePlace("--store", text)
}

// storePath is the file that --store names, or "" where it is a database.
func storePath(cmd *cobra.Command) (string, error) {
	p, err := storePlace(cmd)
	return p.path, err
}

// storeFlag is the --store of the command line, for the commands that are
// proposed next, without a password; "" where it stands in the environment or in
// classify.toml, or is the default.
func storeFlag(cmd *cobra.Command) string {
	if f := cmd.Flags().Lookup("store"); f.Changed {
		return " --store " + quoted(withoutPassword(f.Value.String()))
	}
	return ""
}

// openStore opens the store that --store names.
func openStore(ctx context.Context, cmd *cobra.Command, readOnly bool) (classify.Store, error) {
	p, err := storePlace(cmd)
	if err != nil {
		return nil, err
	}
	direct := ""
	if f := cmd.Flags().Lookup(migrateURL); f != nil {
		direct = f.Value.String()
	}
	return p.open(ctx, readOnly, direct)
}

// open opens a store; direct is where a database is migrated, "" for the same
// address.
func (p place) open(ctx context.Context, readOnly bool, direct string) (classify.Store, error) {
	if p.url != "" {
		s, err := postgres.Open(ctx, p.url, postgres.Options{ReadOnly: readOnly, MigrateURL: direct})
		if err != nil {
			return nil, err // a nil *postgres.Store would be no nil Store
		}
		return s, nil
	}
	s, err := sqlite.Open(ctx, p.path, sqlite.Options{ReadOnly: readOnly})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// migrateURL is the flag of commands that may create or migrate a store.
const migrateURL = "migrate-url"

func registerMigrateURL(cmd *cobra.Command) {
	cmd.Flags().String(migrateURL, "", "where the tables of a postgres store are created and migrated, if --store goes through a pooler (default: --store)")
}

// reading opens the store for a command that only reads, and closes it after use.
func reading(cmd *cobra.Command, use func(ctx context.Context, s classify.AnswerReader) error) (err error) {
	s, err := openStore(cmd.Context(), cmd, true)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := s.Close(); err == nil {
			err = closeErr
		}
	}()
	return use(cmd.Context(), s)
}

// versionLine says which program, taxonomy and rulebook answered.
func versionLine() string {
	return fmt.Sprintf("classify %s, taxonomy %s, rulebook %s", classify.Version, classify.TaxonomyVersion, rulebook.Version)
}
