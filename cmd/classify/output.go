package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/term"

	"classify"
)

// writeFile writes to a path, or to stdout for "-". A regular file appears
// whole or not at all, with the mode that it had: it is written beside its
// place and renamed. A link is followed; a device or a pipe is written to.
func writeFile(stdout io.Writer, path string, write func(io.Writer) error) error {
	if path == "-" || path == "" {
		return buffered(stdout, write)
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := os.FileMode(0o644)
	switch info, err := os.Stat(path); {
	case err != nil: // it is new
	case info.IsDir():
		return classify.WithHint(fmt.Errorf("write %q: it is a folder", path), "name a file in it")
	case !info.Mode().IsRegular():
		return writeThrough(path, write)
	default:
		mode = info.Mode().Perm()
	}
	if err := replaceFile(path, mode, write); err != nil {
		return classify.WithHint(fmt.Errorf("write %q: %w", path, cause(err)),
			"choose another path for the output, or - for the standard output; what stood there is unchanged")
	}
	return nil
}

// cause is the fault under a path error: its path is that of a temporary file.
func cause(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func replaceFile(path string, mode os.FileMode, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // after the rename there is nothing to remove
	err = buffered(tmp, write)
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func writeThrough(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	err = buffered(f, write)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// A named is a file that a command reads or writes, and the flag that says so.
type named struct{ flag, path string }

// distinct refuses outputs that are the same file as an input or as each
// other: what is read would be gone.
func distinct(outputs []named, inputs []named) error {
	for i, out := range outputs {
		if out.path == "" || out.path == "-" {
			continue
		}
		for _, in := range append(slices.Clone(inputs), outputs[:i]...) {
			if in.path != "" && in.path != "-" && sameFile(out.path, in.path) {
				return usagef("%s %s would overwrite %s %s", out.flag, out.path, in.flag, in.path)
			}
		}
	}
	return nil
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return infoA.Mode().IsRegular() && os.SameFile(infoA, infoB)
	}
	absA, errA := filepath.Abs(a)
	absB, errB := filepath.Abs(b)
	return errA == nil && errB == nil && absA == absB
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// isTerminal reports whether a writer is a terminal that can redraw.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// printable makes text from a catalogue safe for a terminal: characters that
// could move the cursor, turn the direction or hide text become visible.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp):
			return '·'
		}
		return r
	}, s)
}

// counted writes a number with its noun, for instance "1 row" or "2 rows".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
