package catalogue

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"classify"
)

// csvTable reads the rows of a CSV stream whose heading it has found.
type csvTable struct {
	frames  *csvFrames
	feed    feed
	csv     *csv.Reader
	binding *binding // nil while the separator is looked for
	fed     int64
	columns int
	limits  Options
	latin1  *int // counts the rows that were no UTF-8
}

// feed hands one record at a time to encoding/csv, which reads on only where a
// record needs more.
type feed struct{ rest []byte }

func (f *feed) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// headingDepth is how many rows may stand before the heading: the World Bank
// puts source and date there.
const headingDepth = 25

// openCSV finds the separator and the heading. head is what the stream begins
// with; enough says when the columns of a row are a heading.
func openCSV(r io.Reader, head []byte, b *binding, o Options, latin1Rows *int) (*csvTable, int, error) {
	sep := sniffSeparator(head, b)
	t := &csvTable{frames: newCSVFrames(r, sep, o.MaxRecord), limits: o, latin1: latin1Rows, binding: b}
	t.reset()
	var first []string
	firstLine := 0
	var rec record
	for n := 0; n < headingDepth; n++ {
		err := t.next(&rec)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		if rec.reject != "" {
			return nil, 0, classify.WithHint(&lineError{rec.line, errors.New(rec.reject)},
				"a catalogue begins with a line of column names, separated by comma, semicolon, tab or bar")
		}
		if isHeading(rec.cells, b) {
			for _, c := range rec.cells {
				b.add(strings.TrimSpace(c))
			}
			t.columns = len(rec.cells)
			return t, n, nil
		}
		if first == nil || len(rec.cells) > len(first) {
			first, firstLine = append(first[:0:0], rec.cells...), rec.line
		}
	}
	if first == nil {
		return nil, 0, errEmpty
	}
	return nil, 0, noNameError(firstLine, first, b)
}

// noNameError explains a heading in which the name is not found.
func noNameError(line int, columns []string, b *binding) error {
	if b.syn == pointSynonyms {
		return noSeriesError(line, columns)
	}
	probe := newBinding(b.syn, b.mapping)
	for _, c := range columns {
		probe.add(strings.TrimSpace(c))
	}
	lacking := ""
	for _, field := range requiredFields(b.syn) {
		if len(probe.fields[b.syn.field(field)]) == 0 && b.mapping[field] == nil {
			lacking = field
			break
		}
	}
	if lacking == "" { // the columns of a mapping are what is missing
		_, err := probe.mapped()
		return &lineError{line, err}
	}
	if err := errOnlyValues(probe); err != nil && lacking == "name" {
		return &lineError{line, err}
	}
	return classify.WithHint(&lineError{line, fmt.Errorf("the heading has no column for %s; its columns are %s", lacking, probe.columnNames())},
		"name it with --map %s=COLUMN; known names are %s", lacking, strings.Join(b.syn.columns[b.syn.field(lacking)].Names, ", "))
}

// requiredFields are what a heading must have.
func requiredFields(s *synonyms) []string {
	if s == valueSynonyms {
		return []string{"indicator_id", "date", "value"}
	}
	return []string{"name"}
}

// isHeading reports whether the cells of a row are column names.
func isHeading(cells []string, b *binding) bool {
	if len(cells) == 0 {
		return false
	}
	probe := newBinding(b.syn, b.mapping)
	for _, c := range cells {
		probe.add(strings.TrimSpace(c))
	}
	if b.syn == pointSynonyms {
		joined, err := probe.mapped()
		probe.joined = joined
		return err == nil && probe.arrangement() != noSeries
	}
	for _, field := range requiredFields(b.syn) {
		f := b.syn.field(field)
		if len(probe.fields[f]) > 0 {
			continue
		}
		wanted := b.mapping[field]
		if wanted == nil {
			return false
		}
		if _, err := probe.find(wanted); err != nil {
			return false
		}
	}
	return true
}

// sniffSeparator returns the separator under which the beginning of the file
// has a heading, and the most columns.
func sniffSeparator(head []byte, b *binding) byte {
	best, bestScore := byte(','), 0
	for _, sep := range []byte(",;\t|") {
		if bytes.IndexByte(head, sep) < 0 {
			continue
		}
		t := &csvTable{frames: newCSVFrames(bytes.NewReader(head), sep, len(head)+1), limits: Options{MaxCell: len(head) + 1}, latin1: new(int)}
		t.reset()
		var rec record
		for range headingDepth {
			if t.next(&rec) != nil {
				break
			}
			score := len(rec.cells)
			if isHeading(rec.cells, b) {
				score += 1 << 30
			}
			if score > bestScore {
				best, bestScore = sep, score
			}
			if score >= 1<<30 {
				break
			}
		}
	}
	return best
}

func (t *csvTable) reset() {
	t.feed = feed{}
	t.fed = 0
	t.csv = csv.NewReader(&t.feed)
	t.csv.Comma = rune(t.frames.sep)
	t.csv.FieldsPerRecord = -1
	t.csv.LazyQuotes = true
	t.csv.TrimLeadingSpace = t.frames.sep != '\t'
	t.csv.ReuseRecord = true
}

func (t *csvTable) next(rec *record) error {
	frame, reason, err := t.frames.frame()
	for err == nil && reason == "" && t.blank(frame) {
		frame, reason, err = t.frames.frame()
	}
	if err != nil {
		return err
	}
	*rec = record{line: t.frames.line, raw: frame, reject: reason}
	if reason != "" {
		return nil
	}
	t.fields(rec)
	switch {
	case rec.reject != "" || t.columns == 0:
	case len(rec.cells) != t.columns:
		t.ragged(rec)
	case t.frames.swallowed(t.columns):
		rec.raw, _ = t.frames.firstLine()
		rec.reject = reasonUnclosed
	}
	return nil
}

// blank reports whether a record has nothing but separators, as spreadsheets
// write below a table. It is no row.
func (t *csvTable) blank(frame []byte) bool {
	for _, c := range frame {
		if c != t.frames.sep && c != ' ' && c != '\t' && c != '"' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// ragged looks at a row with too few or too many cells. If it has several
// lines, a stray quote has swallowed rows, which are read again.
func (t *csvTable) ragged(rec *record) {
	excess := 0
	for i := t.columns; i < len(rec.cells); i++ {
		if strings.TrimSpace(rec.cells[i]) != "" {
			excess++
		}
	}
	if excess == 0 && len(rec.cells) > t.columns {
		rec.cells = rec.cells[:t.columns]
		return
	}
	cells := len(rec.cells)
	if line, ok := t.frames.firstLine(); ok {
		rec.raw = line
		rec.reject = fmt.Sprintf("%s: with the lines after it the row has %d cells, the heading has %d", reasonUnclosed, cells, t.columns)
		return
	}
	if excess > 0 {
		rec.reject = fmt.Sprintf("the row has %d cells, the heading has %d", cells, t.columns)
	}
}

// fields lets encoding/csv take the cells out of a record.
func (t *csvTable) fields(rec *record) {
	if bytes.IndexByte(rec.raw, 0) >= 0 {
		rec.reject = "the row has NUL bytes"
		return
	}
	t.feed.rest = rec.raw
	t.fed += int64(len(rec.raw))
	cells, err := t.csv.Read()
	if err != nil || t.csv.InputOffset() != t.fed {
		rec.reject = "the row is not valid CSV"
		t.reset()
		return
	}
	rec.cells = cells
	if len(rec.raw) > t.limits.MaxCell {
		for i, c := range cells {
			if len(c) > t.limits.MaxCell {
				rec.reject = t.binding.cellTooLong(i, len(c), t.limits.MaxCell)
				return
			}
		}
	}
	if !utf8.Valid(rec.raw) {
		*t.latin1++
		for i, c := range cells {
			cells[i] = validText(c)
		}
	}
}

func (t *csvTable) close() error { return nil }
