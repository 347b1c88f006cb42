package catalogue

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"classify"
)

// jsonTable reads objects, from lines or from an array.
type jsonTable struct {
	frames interface {
		frame() (record []byte, reason string, err error)
	}
	lineOf   func() int
	binding  *binding
	limits   Options
	latin1   *int
	keys     map[string]int // quoted key → column
	cells    []string
	buffered []record // what the search for columns has read already
}

// columnDepth is how many records are read to learn their columns.
const columnDepth = 20

// openJSON finds out how the objects are laid out and which columns they have.
func openJSON(r io.Reader, head []byte, b *binding, o Options, latin1Rows *int) (*jsonTable, error) {
	t := &jsonTable{binding: b, limits: o, latin1: latin1Rows, keys: map[string]int{}}
	switch layoutOf(head, b) {
	case layoutLines:
		f := &lineFrames{in: buffered{r: r}, maxSize: o.MaxRecord}
		t.frames, t.lineOf = f, func() int { return f.line }
	case layoutContainer:
		f := &objectFrames{in: buffered{r: r}, maxSize: o.MaxRecord, at: 1}
		if _, err := f.peek(); err != nil {
			return nil, err
		}
		f.in.discard(1)
		f.opened = append(f.opened, '{')
		t.frames, t.lineOf = f, func() int { return f.line }
	default:
		f := &objectFrames{in: buffered{r: r}, maxSize: o.MaxRecord, at: 1}
		t.frames, t.lineOf = f, func() int { return f.line }
	}
	return t, t.learnColumns()
}

// learnColumns reads the first records and keeps them.
func (t *jsonTable) learnColumns() error {
	var ahead []record
	for len(ahead) < columnDepth {
		var rec record
		err := t.read(&rec)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if len(rec.raw) > rawLimit+utf8.UTFMax {
			rec.raw = rec.raw[:rawLimit+utf8.UTFMax]
		}
		rec.raw, rec.text = bytes.Clone(rec.raw), rec.keepRaw()
		rec.cells = append([]string(nil), rec.cells...)
		ahead = append(ahead, rec)
	}
	t.buffered = ahead
	if len(ahead) == 0 {
		return classify.WithHint(errNoRecords, "a JSON catalogue is an array of objects, an object that holds one, or one object per line")
	}
	if !isHeading(t.binding.columns, t.binding) {
		if len(t.binding.columns) == 0 {
			return &lineError{ahead[0].line, fmt.Errorf("no record can be read: %s", ahead[0].reject)}
		}
		return noNameError(ahead[0].line, t.binding.columns, t.binding)
	}
	return nil
}

func (t *jsonTable) next(rec *record) error {
	if len(t.buffered) > 0 {
		*rec = t.buffered[0]
		t.buffered = t.buffered[1:]
		return nil
	}
	return t.read(rec)
}

func (t *jsonTable) read(rec *record) error {
	frame, reason, err := t.frames.frame()
	if err != nil {
		return err
	}
	*rec = record{line: t.lineOf(), raw: frame, reject: reason}
	if reason != "" {
		return nil
	}
	object := bytes.TrimSpace(frame)
	if !utf8.Valid(object) {
		*t.latin1++
		object = []byte(latin1(string(object)))
	}
	if err := validObject(object); err != nil {
		rec.reject = err.Error()
		return nil
	}
	rec.text = string(object)
	t.fill(rec, rec.text)
	return nil
}

func validObject(b []byte) error {
	if json.Valid(b) && b[0] == '{' {
		return nil
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return fmt.Errorf("the row has NUL bytes")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(b, &object); err != nil && !json.Valid(b) {
		return fmt.Errorf("the row is not valid JSON: %w", err)
	}
	return fmt.Errorf("the row is no JSON object")
}

// fill takes the cells out of an object.
func (t *jsonTable) fill(rec *record, object string) {
	clear(t.cells)
	rec.valid = true
	for key, value := range members(object) {
		column, known := t.keys[key]
		if !known {
			if len(t.keys) >= maxColumns {
				rec.reject = fmt.Sprintf("the file has more than %d different keys", maxColumns)
				return
			}
			column = t.binding.column(strings.Clone(strings.TrimSpace(unquote(key))))
			t.keys[strings.Clone(key)] = column
		}
		for column >= len(t.cells) {
			t.cells = append(t.cells, "")
		}
		if len(value) > t.limits.MaxCell {
			rec.reject = t.binding.cellTooLong(column, len(value), t.limits.MaxCell)
			return
		}
		if t.binding.holdsPoints(column) {
			t.cells[column] = pointsText(value)
			rec.valid = rec.valid && value[0] != '"'
		} else {
			t.cells[column] = cellText(value)
		}
	}
	rec.cells = t.cells
}

// maxColumns bounds what a file without a heading can make the reader remember.
const maxColumns = 10_000

// pointsText keeps a list of points as JSON; a string that holds one is opened.
func pointsText(v string) string {
	if v[0] == '"' {
		return unquote(v)
	}
	if v[0] == 'n' {
		return ""
	}
	return v
}

func (t *jsonTable) close() error { return nil }

type layout int

const (
	layoutElements  layout = iota // an array, or objects one after the other
	layoutLines                   // one object per line
	layoutContainer               // an object that holds the array
)

// layoutOf looks at the beginning of a JSON stream.
func layoutOf(head []byte, b *binding) layout {
	head = bytes.TrimLeft(head, " \t\r\n\ufeff")
	if len(head) == 0 || head[0] != '{' {
		return layoutElements
	}
	line, _, more := bytes.Cut(head, []byte{'\n'})
	if json.Valid(line) && (more || len(bytes.TrimSpace(head[len(line):])) == 0) {
		rest := bytes.TrimSpace(head[len(line):])
		if len(rest) > 0 || !holdsRecords(string(line), b) {
			return layoutLines
		}
		return layoutContainer
	}
	end := valueEnd(head, 0)
	if end < len(head) && len(bytes.TrimSpace(head[end:])) > 0 {
		rest, _, _ := bytes.Cut(head[end:], []byte{'\n'})
		if bytes.IndexByte(head[:end], '\n') < 0 && len(bytes.TrimSpace(rest)) == 0 {
			return layoutLines
		}
		return layoutElements
	}
	if end < len(head) && !holdsRecords(string(head[:end]), b) {
		return layoutElements
	}
	if json.Valid(head) && !holdsRecords(string(head), b) {
		return layoutElements
	}
	if bytes.IndexByte(head, '\n') < 0 && !holdsRecords(string(head), b) {
		return layoutLines
	}
	return layoutContainer
}

// holdsRecords reports whether an object, perhaps cut off, has an array whose
// first element is an object with the columns of a catalogue.
func holdsRecords(object string, b *binding) bool {
	for key, value := range members(object) {
		if len(value) < 2 || value[0] != '[' || isValuesName(unquote(key)) {
			continue
		}
		i := skipSpace(value, 1)
		if i >= len(value) || value[i] != '{' {
			continue
		}
		var columns []string
		for k := range members(value[i:valueEnd(value, i)]) {
			columns = append(columns, unquote(k))
		}
		if isHeading(columns, b) {
			return true
		}
	}
	return false
}
