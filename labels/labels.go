// Package labels reads label files: what a person says of indicators, by
// indicator_id and any of the label columns.
package labels

import (
	"fmt"
	"slices"
	"strings"

	"classify"
)

// Row is one indicator's labels. Values has a key for every labelled field;
// an empty value is null.
type Row struct {
	IndicatorID string
	Line        int
	Values      map[string]string
	// Doubtful marks a row with sure=0: its labellers were left in doubt, and
	// it is counted apart.
	Doubtful bool
}

// File is a label file.
type File struct {
	Path   string
	Fields []string // the label columns that it has, in its own order
	Rows   []Row
}

// nullable are the fields whose empty cell means null; any other empty cell
// is unlabelled.
var nullable = []string{"currency", "per"}

// Read reads a label file: CSV with an id under any name that a catalogue may
// give it, any label columns, and optionally sure (1 or 0; empty is 1). Every
// value is checked against the taxonomy and brought to its spelling ("Stock" and
// "TRUE" are what a spreadsheet makes of it), and every id stands once.
func Read(path string) (*File, error) {
	t, err := readTable("labels", path)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path}
	for _, name := range t.header {
		if name == idColumn || name == "sure" || name == "" {
			continue
		}
		if classify.FieldByName(name) == nil {
			return nil, classify.WithHint(fmt.Errorf("labels %q line 1: no label is called %.80q", path, name),
				"the labels are: %s", strings.Join(classify.FieldNames(), ", "))
		}
		f.Fields = append(f.Fields, name)
	}
	if len(f.Fields) == 0 {
		return nil, classify.WithHint(fmt.Errorf("labels %q line 1: no column is a label", path),
			"the labels are: %s", strings.Join(classify.FieldNames(), ", "))
	}
	lines := make(map[string]int, len(t.rows))
	for _, r := range t.rows {
		id := r.cells[idColumn]
		if line, twice := lines[id]; twice {
			return nil, fmt.Errorf("labels %q line %d: %q has labels in line %d already", path, r.line, id, line)
		}
		lines[id] = r.line
		row, err := f.row(r)
		if err != nil {
			return nil, fmt.Errorf("labels %q line %d: %w", path, r.line, err)
		}
		f.Rows = append(f.Rows, row)
	}
	return f, nil
}

func (f *File) row(r tableRow) (Row, error) {
	row := Row{IndicatorID: r.cells[idColumn], Line: r.line, Values: map[string]string{}, Doubtful: r.cells["sure"] == "0"}
	if sure := r.cells["sure"]; sure != "" && sure != "0" && sure != "1" {
		return row, classify.WithHint(fmt.Errorf("sure: %.80q is not 1 or 0", sure), "write 0 where the labellers were left in doubt, and else 1")
	}
	for _, name := range f.Fields {
		v := r.cells[name]
		if v == "" && !slices.Contains(nullable, name) {
			continue
		}
		value, err := canonical(classify.FieldByName(name), v)
		if err != nil {
			return row, err
		}
		row.Values[name] = value
	}
	return row, nil
}

// canonical is a value as the field itself writes it. Only a closed list takes
// the small letters of a value that it does not know as it stands.
func canonical(f *classify.Field, value string) (string, error) {
	var l classify.Labels
	err := f.Set(&l, value)
	if err != nil && f.Set(&l, strings.ToLower(value)) != nil {
		return "", err
	}
	return f.Get(&l), nil
}
