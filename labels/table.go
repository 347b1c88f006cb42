package labels

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"classify"
	"classify/catalogue"
)

// idColumn is the id's own name, whatever a file calls its column.
const idColumn = "indicator_id"

// maxBytes bounds a label file: what a person labels is far below it.
const maxBytes = 256 << 20

const example = "the first line names the columns, for instance: indicator_id,family,type"

type table struct {
	header []string // in small letters; the id's column is called idColumn
	rows   []tableRow
}

type tableRow struct {
	line  int
	cells map[string]string
}

// readTable reads a small CSV file that has an id in every row. The separator
// is a comma, a semicolon or a tab. Its errors begin with what, the path and,
// where there is one, the line.
func readTable(what, path string) (*table, error) {
	fault := func(line int, err error) error {
		hint := classify.Hint(err)
		if line > 0 {
			err = fmt.Errorf("%s %q line %d: %w", what, path, line, err)
		} else {
			err = fmt.Errorf("%s %q: %w", what, path, err)
		}
		if hint != "" {
			return classify.WithHint(err, "%s", hint)
		}
		return err
	}
	in, err := openFile(path)
	if err != nil {
		return nil, fault(0, err)
	}
	defer in.Close()
	content := &bounded{r: in, left: maxBytes}
	buffer := bufio.NewReaderSize(content, 64<<10)
	if bom, err := buffer.Peek(3); err == nil && string(bom) == "\ufeff" {
		if _, err := buffer.Discard(3); err != nil {
			return nil, fault(0, err)
		}
	}
	head, err := buffer.Peek(64 << 10)
	if err != nil && err != io.EOF {
		return nil, fault(0, catalogue.WithoutPath(err))
	}
	r := csv.NewReader(buffer)
	r.Comma = separator(head)
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, fault(0, noRows(err))
	}
	t := &table{header: header}
	if err := t.name(); err != nil {
		return nil, fault(1, err)
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, fault(0, catalogue.WithoutPath(err))
		}
		line, _ := r.FieldPos(0)
		if err := t.add(line, record); err != nil {
			return nil, fault(line, err)
		}
	}
}

// openFile opens a file, or says what is in its place.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, classify.WithHint(errors.New("there is no such file"), "look at the path; labels are a CSV file: %s", example)
	case err == nil && info.IsDir():
		return nil, classify.WithHint(errors.New("this is a directory"), "name the file of labels in it")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, classify.WithHint(catalogue.WithoutPath(err), "look at the path, and whether you may read the file")
	}
	return f, nil
}

// separator is the one under which the first line has an id.
func separator(head []byte) rune {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	for _, sep := range ",;\t" {
		r := csv.NewReader(bytes.NewReader(line))
		r.Comma = sep
		r.LazyQuotes = true
		cells, err := r.Read()
		if err == nil && slices.ContainsFunc(cells, catalogue.MeansID) {
			return sep
		}
	}
	return ','
}

// name brings the columns to their own names and refuses a heading in which
// something is missing or stands twice.
func (t *table) name() error {
	for i, h := range t.header {
		t.header[i] = strings.ToLower(strings.TrimSpace(h))
	}
	if !slices.Contains(t.header, idColumn) {
		i := slices.IndexFunc(t.header, catalogue.MeansID)
		if i < 0 {
			return classify.WithHint(fmt.Errorf("no column %s; the columns are %s", idColumn, catalogue.QuotedList(t.header, 20)), "%s", example)
		}
		t.header[i] = idColumn
	}
	first := map[string]int{}
	for i, h := range t.header {
		if j, twice := first[h]; twice && h != "" {
			return classify.WithHint(fmt.Errorf("columns %d and %d are both called %q", j+1, i+1, h), "take one of them out")
		}
		first[h] = i
	}
	return nil
}

func (t *table) add(line int, record []string) error {
	row := tableRow{line, make(map[string]string, len(t.header))}
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		if i >= len(t.header) {
			if cell != "" {
				return fmt.Errorf("the row has %d cells, the heading has %d", len(record), len(t.header))
			}
			continue
		}
		if !utf8.ValidString(cell) {
			return classify.WithHint(fmt.Errorf("cell %d is not UTF-8", i+1), "save the file as UTF-8")
		}
		row.cells[t.header[i]] = cell
	}
	if row.cells[idColumn] == "" {
		return fmt.Errorf("no %s", idColumn)
	}
	t.rows = append(t.rows, row)
	return nil
}

func noRows(err error) error {
	if errors.Is(err, io.EOF) {
		return classify.WithHint(errors.New("the file is empty"), "%s", example)
	}
	return catalogue.WithoutPath(err)
}

// bounded ends a file that no person has written with an error.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("the file is longer than %d MiB", maxBytes>>20)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
