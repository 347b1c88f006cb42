package generator

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"classify"
)

// ValuesColumn is the column that holds the series as a JSON array of objects
// with "date" and "value".
const ValuesColumn = "sample_values"

// WriteCatalogue writes the catalogue as CSV, or as JSON lines, with the dirt
// of real catalogues in its dates and values. The columns are those of
// classify.InputFields; with o.Values, ValuesColumn follows.
func WriteCatalogue(w io.Writer, o Options) error {
	b := bufio.NewWriterSize(w, 1<<16)
	write := writeCSV
	if o.JSONL {
		write = writeJSONL
	}
	if err := write(b, o); err != nil {
		return fmt.Errorf("write catalogue: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write catalogue: %w", err)
	}
	return nil
}

func writeCSV(w io.Writer, o Options) error {
	header := classify.InputFields
	if o.Values {
		header = append(header[:len(header):len(header)], ValuesColumn)
	}
	out := csv.NewWriter(w)
	if err := out.Write(header); err != nil {
		return err
	}
	record := make([]string, len(header))
	var series []byte
	for it := range Generate(o) {
		for i, column := range classify.InputFields {
			record[i], _ = it.Indicator.Get(column)
		}
		if o.Values {
			series = it.appendSeries(series[:0])
			record[len(record)-1] = string(series)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func writeJSONL(w io.Writer, o Options) error {
	var line []byte
	for it := range Generate(o) {
		line = append(line[:0], '{')
		for _, column := range classify.InputFields {
			value, _ := it.Indicator.Get(column)
			if value == "" {
				continue
			}
			if len(line) > 1 {
				line = append(line, ',')
			}
			line = append(strconv.AppendQuote(line, column), ':')
			line = appendJSONString(line, value)
		}
		if o.Values {
			line = append(line, `,"`+ValuesColumn+`":`...)
			line = it.appendSeries(line)
		}
		line = append(line, '}', '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func appendJSONString(b []byte, s string) []byte {
	for _, r := range s {
		if r < ' ' || r == '"' || r == '\\' || r >= utf8.RuneSelf {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...) // no string fails to encode
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// appendSeries writes the series as the source would.
func (it *Item) appendSeries(b []byte) []byte {
	b = append(b, '[')
	for i, v := range it.Indicator.Values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"date":"`...)
		b = it.appendDate(b, v.Date)
		b = append(b, `","value":`...)
		b = it.appendValue(b, v.Value)
		b = append(b, '}')
	}
	for i := range it.dirt.nulls {
		b = append(b, `,{"date":"`...)
		b = append(b, it.lastDate()...)
		b = append(b, `","value":`...)
		b = append(b, []string{"null", `"NaN"`}[i%2]...)
		b = append(b, '}')
	}
	if it.dirt.junk > 0 {
		b = append(b, `,{"date":"`+junkDate+`","value":`+junkValue+`}`...)
	}
	return append(b, ']')
}

func (it *Item) appendDate(b []byte, date string) []byte {
	switch {
	case it.dirt.compact:
		year, quarter, _ := strings.Cut(date, "-")
		return append(append(b, year...), quarter...)
	case it.dirt.timestamp:
		return append(append(b, date...), "T00:00:00Z"...)
	}
	return append(b, date...)
}

func (it *Item) appendValue(b []byte, v float64) []byte {
	if !it.dirt.text {
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	b = append(b, '"')
	if it.dirt.grouped {
		b = appendGrouped(b, v)
	} else {
		b = strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	return append(b, '"')
}

// appendGrouped writes 1234567.5 as 1,234,567.5.
func appendGrouped(b []byte, v float64) []byte {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if v < 0 {
		b, text = append(b, '-'), text[1:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, whole[i])
	}
	if fraction != "" {
		b = append(append(b, '.'), fraction...)
	}
	return b
}

// LabelColumns are the label columns that WriteLabels writes: all of
// classify.Fields except per, where an empty cell would assert that there is
// no denominator.
var LabelColumns = func() []string {
	var columns []string
	for _, name := range classify.FieldNames() {
		if name != "per" {
			columns = append(columns, name)
		}
	}
	return columns
}()

// WriteLabels writes the true labels as CSV: indicator_id and LabelColumns, in
// the order of the catalogue. The cell of a column that is not asserted is
// empty; an empty currency means that there is none.
func WriteLabels(w io.Writer, o Options) error {
	b := bufio.NewWriterSize(w, 1<<16)
	out := csv.NewWriter(b)
	record := append([]string{"indicator_id"}, LabelColumns...)
	err := out.Write(record)
	for it := range Generate(o) {
		if err != nil {
			break
		}
		record[0] = it.Indicator.ID
		for i, column := range LabelColumns {
			record[i+1], _ = it.Label(column)
		}
		err = out.Write(record)
	}
	out.Flush()
	for _, e := range []error{err, out.Error(), b.Flush()} {
		if e != nil {
			return fmt.Errorf("write labels: %w", e)
		}
	}
	return nil
}
