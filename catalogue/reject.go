package catalogue

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"classify"
)

// Reject is a row that cannot be used, and why.
type Reject struct {
	File   string
	Line   int    // 1-based line on which the row begins; for Parquet the row
	Reason string // one sentence
	Raw    string // the row as it stood, at most 64 kB of it, valid UTF-8
}

// rawLimit bounds Reject.Raw. A row that is worth mending is shorter.
const rawLimit = 64 << 10

func (r *Reject) Error() string {
	return fmt.Sprintf("%s line %d: %s", plainOrQuoted(r.File), r.Line, r.Reason)
}

// clip shortens a text to at most n bytes of whole characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const mark = "…"
	cut := n - len(mark)
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + mark
}

// keepRaw copies what of a row may be needed for a reject, in one piece.
func (rec *record) keepRaw() string {
	const most = rawLimit + utf8.UTFMax
	switch {
	case rec.text != "" && len(rec.text) <= most:
		return rec.text
	case rec.text != "":
		return strings.Clone(rec.text[:most])
	}
	return string(rec.raw[:min(len(rec.raw), most)])
}

// cleanRaw makes valid UTF-8 of at most rawLimit bytes of what keepRaw kept.
func cleanRaw(raw string) string {
	s := strings.ToValidUTF8(strings.TrimRight(raw, "\r\n"), "\uFFFD")
	return clip(strings.ReplaceAll(s, "\x00", "\uFFFD"), rawLimit)
}

// RejectWriter writes rejected rows to a CSV file (file, line, reason, raw),
// which is created with the first of them, where its path says. It is not safe
// for concurrent use.
type RejectWriter struct {
	path string
	file *os.File
	buf  *bufio.Writer
	csv  *csv.Writer
	n    int
}

var rejectHeading = []string{"file", "line", "reason", "raw"}

// NewRejectWriter returns a writer for path; nothing is created yet. A file of
// that name is replaced by the first reject.
func NewRejectWriter(path string) *RejectWriter { return &RejectWriter{path: path} }

// Write adds a row. An error says that the file cannot be created, with the
// remedy, or not be written.
func (w *RejectWriter) Write(r Reject) error {
	if w.file == nil {
		f, err := os.Create(w.path)
		if err != nil {
			return classify.WithHint(w.failed(err), "name a file that can be written with --rejects PATH")
		}
		w.file, w.buf = f, bufio.NewWriter(f)
		w.csv = csv.NewWriter(w.buf)
		if err := w.csv.Write(rejectHeading); err != nil {
			return w.failed(err)
		}
	}
	w.n++
	if err := w.csv.Write([]string{r.File, strconv.Itoa(r.Line), r.Reason, r.Raw}); err != nil {
		return w.failed(err)
	}
	return nil
}

func (w *RejectWriter) failed(err error) error {
	return fmt.Errorf("write rejected rows to %q: %w", w.path, WithoutPath(err))
}

// Count returns how many rows were written.
func (w *RejectWriter) Count() int { return w.n }

// Close writes what is buffered and closes the file. Where nothing was
// rejected, the rejects of an earlier run are removed: they are no longer true.
// It may be called twice.
func (w *RejectWriter) Close() error {
	if w.n == 0 {
		return w.removeStale()
	}
	if w.file == nil {
		return nil
	}
	w.csv.Flush()
	err := w.csv.Error()
	if e := w.buf.Flush(); err == nil {
		err = e
	}
	if e := w.file.Close(); err == nil {
		err = e
	}
	w.file = nil
	if err != nil {
		return w.failed(err)
	}
	return nil
}

// removeStale removes the file of an earlier run. A file that is not one is
// left alone.
func (w *RejectWriter) removeStale() error {
	f, err := os.Open(w.path)
	if err != nil {
		return nil // there is none that can be read
	}
	line, _ := bufio.NewReader(io.LimitReader(f, 64)).ReadString('\n')
	if err := f.Close(); err != nil || strings.TrimSpace(line) != strings.Join(rejectHeading, ",") {
		return err
	}
	if err := os.Remove(w.path); err != nil {
		return fmt.Errorf("remove the rejected rows of an earlier run from %q: %w", w.path, WithoutPath(err))
	}
	return nil
}
