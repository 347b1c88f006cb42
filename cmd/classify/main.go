// Command classify finds out what the indicators of an economic catalogue are:
// unit, scale, currency, frequency, time basis, family, type, roll-up and
// orientation, with the evidence.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"classify"
)

// Exit codes, documented in docs/commands.md.
const (
	exitDone   = 0
	exitFailed = 1 // could not run
	exitUsage  = 2 // wrong usage
	exitSome   = 3 // ran, and some indicators failed or rows were rejected
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), stopSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	root := newRoot()
	stdout := &checkedFile{File: os.Stdout}
	root.SetOut(stdout)
	err := root.ExecuteContext(ctx)
	if err == nil && stdout.err != nil {
		err = fmt.Errorf("write the output: %w", stdout.err)
	}
	report(os.Stderr, err)
	return exitCode(err)
}

// stopSignals end a run cleanly. One that the caller ignores, as nohup does,
// stays ignored.
func stopSignals() []os.Signal {
	return slices.DeleteFunc([]os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}, signal.Ignored)
}

// usageError is a call that the user has to write differently.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// errSomeFailed ends a run in which indicators failed or rows were rejected;
// the summary has already said so.
var errSomeFailed = errors.New("some indicators failed or rows were rejected")

// checkedFile remembers that something could not be written.
type checkedFile struct {
	*os.File
	err error
}

func (f *checkedFile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b)
	if f.err == nil {
		f.err = err
	}
	return n, err
}

func exitCode(err error) int {
	var usage *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		return exitUsage
	case errors.Is(err, errSomeFailed):
		return exitSome
	}
	return exitFailed
}

// report writes what happened and what mends it.
func report(w io.Writer, err error) {
	if err == nil || errors.Is(err, errSomeFailed) {
		return
	}
	fmt.Fprintf(w, "classify: %v\n", err)
	if hint := classify.Hint(err); hint != "" {
		fmt.Fprintf(w, "  → %s\n", hint)
	}
}
