package catalogue

import (
	"fmt"
	"io"
	"strings"

	"classify"
)

// Export formats.
const (
	ExportCSV     = "csv"
	ExportJSONL   = "jsonl"
	ExportParquet = "parquet"
	ExportSDMX    = "sdmx-csv"
)

// ExportFormats are the formats that NewWriter knows.
var ExportFormats = []string{ExportCSV, ExportJSONL, ExportParquet, ExportSDMX}

// Meta stands in every row of an export, so that a file says for itself what
// made it.
type Meta struct {
	TaxonomyVersion string // "" is this module's
	RulebookVersion string
	ProgramVersion  string // "" is this module's
}

// ExportColumns are the columns of an export in their order: the id and the
// name, every label, how the review ended, and what made the answer.
func ExportColumns() []string {
	columns := append([]string{"indicator_id", "name"}, classify.FieldNames()...)
	return append(columns, "review_status", "overall_confidence", "outcome",
		"taxonomy_version", "rulebook_version", "logic_version", "program_version")
}

// Writer writes classifications as flat rows. It is not safe for concurrent
// use.
//
// Texts are written as the source has them. A name that begins with "=", "+",
// "-" or "@" is a formula to a spreadsheet; the files are data for programs, so
// nothing is put before it. Import such a file as text.
type Writer struct {
	rows     int
	encoder  encoder
	unmapped map[string]int
}

// encoder is one format.
type encoder interface {
	write(*classify.Stored) error
	close() error
}

// NewWriter writes to w in one of ExportFormats; it does not close w. A label
// that is null is an empty cell in CSV, null in JSONL and Parquet. Parquet has
// typed columns: text, int32, double and bool. sdmx-csv is an SDMX-CSV 2.0
// message of the structure that WriteStructure writes.
func NewWriter(w io.Writer, format string, m Meta) (*Writer, error) {
	if m.TaxonomyVersion == "" {
		m.TaxonomyVersion = classify.TaxonomyVersion
	}
	if m.ProgramVersion == "" {
		m.ProgramVersion = classify.Version
	}
	out := &Writer{}
	var err error
	switch format {
	case ExportCSV:
		out.encoder, err = newCSVEncoder(w, m)
	case ExportJSONL:
		out.encoder = newJSONLEncoder(w, m)
	case ExportParquet:
		out.encoder = newParquetEncoder(w, m)
	case ExportSDMX:
		out.unmapped = map[string]int{}
		out.encoder, err = newSDMXEncoder(w, out.unmapped)
	default:
		return nil, classify.WithHint(fmt.Errorf("unknown export format %q", format), "formats are %s", strings.Join(ExportFormats, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", format, err)
	}
	return out, nil
}

// Write adds a row.
func (w *Writer) Write(s classify.Stored) error {
	if err := w.encoder.write(&s); err != nil {
		return fmt.Errorf("write %q: %w", s.IndicatorID, err)
	}
	w.rows++
	return nil
}

// Rows returns how many rows were written.
func (w *Writer) Rows() int { return w.rows }

// Unmapped returns what had no code in SDMX, as "field=value", and in how many
// rows; it is empty for every other format.
func (w *Writer) Unmapped() map[string]int { return w.unmapped }

// Close writes what is buffered, and the footer of a Parquet file. Without it
// the file is not complete.
func (w *Writer) Close() error {
	if err := w.encoder.close(); err != nil {
		return fmt.Errorf("finish the export: %w", err)
	}
	return nil
}

type kind int

const (
	textKind kind = iota
	intKind
	doubleKind
	boolKind
)

// exportColumn is one column: its type, and its value as text, where null is
// apart from the empty text.
type exportColumn struct {
	name     string
	kind     kind
	required bool
	value    func(*classify.Stored) (text string, null bool)
}

func exportColumns(m Meta) []exportColumn {
	optional := func(name string, k kind, get func(*classify.Stored) string) exportColumn {
		return exportColumn{name, k, false, func(s *classify.Stored) (string, bool) { v := get(s); return v, v == "" }}
	}
	constant := func(name, value string) exportColumn {
		return optional(name, textKind, func(*classify.Stored) string { return value })
	}
	columns := []exportColumn{
		{"indicator_id", textKind, true, func(s *classify.Stored) (string, bool) { return s.IndicatorID, false }},
		{"name", textKind, true, func(s *classify.Stored) (string, bool) { return s.Name, false }},
	}
	for i := range classify.Fields {
		columns = append(columns, labelColumn(&classify.Fields[i]))
	}
	return append(columns,
		optional("review_status", textKind, func(s *classify.Stored) string { return string(s.ReviewStatus) }),
		exportColumn{"overall_confidence", doubleKind, false, func(s *classify.Stored) (string, bool) {
			return formatFloat(s.OverallConfidence), !answered(s)
		}},
		optional("outcome", textKind, func(s *classify.Stored) string { return string(s.Outcome) }),
		constant("taxonomy_version", m.TaxonomyVersion),
		constant("rulebook_version", m.RulebookVersion),
		optional("logic_version", textKind, func(s *classify.Stored) string { return s.LogicVersion }),
		constant("program_version", m.ProgramVersion),
	)
}

// labelColumn is the column of a label. The labels of an indicator that failed
// before its review are null, also those whose zero value reads like one.
func labelColumn(f *classify.Field) exportColumn {
	c := exportColumn{name: f.Name, kind: labelKind(f)}
	c.value = func(s *classify.Stored) (string, bool) {
		if !answered(s) {
			return "", true
		}
		v := f.Get(&s.Labels)
		return v, v == ""
	}
	return c
}

func answered(s *classify.Stored) bool { return s.Labels.UnitType != "" }

// labelKind finds the type of a label by how its zero value is written.
func labelKind(f *classify.Field) kind {
	switch f.Get(&classify.Labels{}) {
	case "0":
		return intKind
	case "false":
		return boolKind
	}
	return textKind
}
