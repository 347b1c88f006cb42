package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
	"golang.org/x/term"

	"classify"
)

// writeFile writes to a path, or to stdout for "-". The file appears whole or
// not at all: it is written beside its place and renamed.
func writeFile(stdout io.Writer, path string, write func(io.Writer) error) error {
	if path == "-" || path == "" {
		buffered := bufio.NewWriter(stdout)
		if err := write(buffered); err != nil {
			return err
		}
		return buffered.Flush()
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return classify.WithHint(err, "choose another path for the output, or - for the standard output")
	}
	defer os.Remove(tmp.Name()) // after the rename there is nothing to remove
	buffered := bufio.NewWriterSize(tmp, 1<<16)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// printTable prints rows under a header. Columns whose header starts with ">"
// are numbers and stand to the right.
func printTable(w io.Writer, header []string, rows [][]string) {
	right := map[int]bool{}
	titles := make([]string, len(header))
	for i, h := range header {
		titles[i] = strings.TrimPrefix(h, ">")
		right[i] = titles[i] != h
	}
	t := table.New().Headers(titles...).Rows(rows...).
		Border(lipgloss.NormalBorder()).BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderColumn(false).BorderHeader(true).BorderStyle(lipgloss.NewStyle().Faint(true)).
		StyleFunc(func(row, col int) lipgloss.Style {
			s := lipgloss.NewStyle().PaddingRight(2)
			if right[col] {
				s = s.Align(lipgloss.Right)
			}
			if row == table.HeaderRow {
				s = s.Bold(true)
			}
			return s
		})
	lipgloss.Fprintln(w, clean(t.String())) // without colours where w takes none
}

// clean takes the trailing blanks off every line.
func clean(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// isTerminal reports whether a writer is a terminal that can redraw.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// printable makes text from a catalogue safe for a terminal: control
// characters, which could move the cursor or hide text, become visible.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0):
			return '·'
		}
		return r
	}, s)
}
