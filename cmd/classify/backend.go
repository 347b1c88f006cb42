package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"classify"
	"classify/rulebook"
	"classify/sqlite"
)

// openStore opens the store that --store names.
func openStore(ctx context.Context, cmd *cobra.Command, readOnly bool) (classify.Store, error) {
	path, err := storePath(cmd)
	if err != nil {
		return nil, err
	}
	s, err := sqlite.Open(ctx, path, sqlite.Options{ReadOnly: readOnly})
	if err != nil {
		return nil, err // a nil *sqlite.Store would be no nil Store
	}
	return s, nil
}

// storePath is the file that --store names.
func storePath(cmd *cobra.Command) (string, error) {
	url, err := cmd.Flags().GetString("store")
	if err != nil {
		return "", err
	}
	scheme, path, ok := strings.Cut(url, ":")
	if !ok || scheme != "sqlite" || path == "" {
		return "", classify.WithHint(usagef("--store %q: unknown kind of store", url), "write --store sqlite:PATH, for instance --store sqlite:classify.db")
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok { // no shell has expanded it behind "sqlite:"
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("--store %q: %w", url, err)
		}
		path = filepath.Join(home, rest)
	}
	return path, nil
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
