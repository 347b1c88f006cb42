// Package labels reads label files: what a person says of indicators, by
// indicator_id and any of the label columns.
package labels

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
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

// Read reads a label file: CSV with indicator_id, any label columns, and
// optionally sure (1 or 0). Every value is checked against the taxonomy.
func Read(path string) (*File, error) {
	t, err := readTable(path)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path}
	for _, name := range t.header {
		if name == "indicator_id" || name == "sure" {
			continue
		}
		if classify.FieldByName(name) == nil {
			return nil, classify.WithHint(fmt.Errorf("labels %q line 1: no label is called %q", path, name),
				"the labels are: %s", strings.Join(classify.FieldNames(), ", "))
		}
		f.Fields = append(f.Fields, name)
	}
	for _, r := range t.rows {
		row := Row{IndicatorID: r.cells["indicator_id"], Line: r.line, Values: map[string]string{}, Doubtful: r.cells["sure"] == "0"}
		for _, name := range f.Fields {
			v := r.cells[name]
			if v == "" && !slices.Contains(nullable, name) {
				continue
			}
			var l classify.Labels
			if err := classify.FieldByName(name).Set(&l, v); err != nil {
				return nil, fmt.Errorf("labels %q line %d: %w", path, r.line, err)
			}
			row.Values[name] = v
		}
		f.Rows = append(f.Rows, row)
	}
	return f, nil
}

// ReadOverrides reads a person's labels: CSV with indicator_id, field and
// value, or a label file. Empty cells of a label file set nothing.
func ReadOverrides(path string) ([]classify.Override, error) {
	t, err := readTable(path)
	if err != nil {
		return nil, err
	}
	long := slices.Contains(t.header, "field") && slices.Contains(t.header, "value")
	var overrides []classify.Override
	for _, r := range t.rows {
		fields := t.header
		if long {
			fields = []string{r.cells["field"]}
		}
		for _, field := range fields {
			value := r.cells[field]
			if long {
				value = r.cells["value"]
			} else if field == "indicator_id" || field == "sure" || value == "" {
				continue
			}
			if err := classify.CheckOverride(field, value); err != nil {
				return nil, fmt.Errorf("overrides %q line %d: %w", path, r.line, err)
			}
			overrides = append(overrides, classify.Override{IndicatorID: r.cells["indicator_id"], Field: field, Value: value})
		}
	}
	return overrides, nil
}

type table struct {
	header []string
	rows   []tableRow
}

type tableRow struct {
	line  int
	cells map[string]string
}

// readTable reads a small CSV file that has an indicator_id in every row.
func readTable(path string) (*table, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("labels %q: %w", path, noRows(err))
	}
	for i, h := range header {
		header[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))
	}
	if !slices.Contains(header, "indicator_id") {
		return nil, classify.WithHint(fmt.Errorf("labels %q line 1: no column indicator_id", path),
			"the first line names the columns, for instance: indicator_id,family,type")
	}
	t := &table{header: header}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, fmt.Errorf("labels %q: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		row := tableRow{line, map[string]string{}}
		for i, cell := range record {
			if i < len(header) {
				row.cells[header[i]] = strings.TrimSpace(cell)
			}
		}
		if row.cells["indicator_id"] == "" {
			return nil, fmt.Errorf("labels %q line %d: no indicator_id", path, line)
		}
		t.rows = append(t.rows, row)
	}
}

func noRows(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty")
	}
	return err
}
