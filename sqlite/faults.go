package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"

	"zombiezen.com/go/sqlite"

	"classify"
)

// fault says what was attempted on which store, sorts an error of SQLite by
// what to do about it, and adds the remedy. Errors that the domain has typed
// already pass as they are.
func fault(doing, path string, err error) error {
	if err == nil || typed(err) {
		return err
	}
	wrapped := fmt.Errorf("%s %q: %w", doing, path, err)
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultFull:
		return &classify.TerminalError{Err: classify.WithHint(wrapped,
			"the disk is full: free space in %s, then run again; everything committed so far is kept", filepath.Dir(path))}
	case sqlite.ResultReadOnly:
		return &classify.TerminalError{Err: classify.WithHint(wrapped,
			"make the file and its folder writable, or choose another: --store sqlite:PATH")}
	case sqlite.ResultCantOpen:
		return &classify.TerminalError{Err: classify.WithHint(wrapped,
			"the folder %s has to exist, and to be writable for SQLite's own files beside the store", filepath.Dir(path))}
	case sqlite.ResultNotADB:
		return &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("%s %q: the file is not an SQLite database, so not a classify store", doing, path),
			"choose another file: --store sqlite:PATH")}
	case sqlite.ResultCorrupt:
		return &classify.TerminalError{Err: classify.WithHint(wrapped,
			"the file is damaged: restore it, or begin a new one: --store sqlite:PATH")}
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return &classify.RetryableError{Err: classify.WithHint(wrapped,
			"another program holds the file for more than %s: end it, then run again", busyWait)}
	case sqlite.ResultIOErr:
		return &classify.TerminalError{Err: classify.WithHint(wrapped,
			"the disk did not read or write: look at its space and health, then run again; everything committed so far is kept")}
	}
	return wrapped
}

// typed reports whether an error says by its type what to do.
func typed(err error) bool {
	var (
		invalid   *classify.InvalidInputError
		retryable *classify.RetryableError
		terminal  *classify.TerminalError
		hint      *classify.HintError
		locked    *classify.LockedError
	)
	return errors.Is(err, classify.ErrNotFound) || errors.Is(err, ErrClosed) ||
		errors.As(err, &invalid) || errors.As(err, &retryable) || errors.As(err, &terminal) ||
		errors.As(err, &hint) || errors.As(err, &locked)
}

// ownFault reports whether an error may be of a single answer, rather than of
// the file: its run does not run, or its content is too much for a row.
func ownFault(err error) bool {
	if err == nil {
		return false
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultTooBig, sqlite.ResultConstraint, sqlite.ResultMismatch:
		return true
	}
	return typed(err)
}
