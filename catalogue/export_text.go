package catalogue

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"

	"classify"
)

func formatFloat(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

type csvEncoder struct {
	csv     *csv.Writer
	columns []exportColumn
	row     []string
}

func newCSVEncoder(w io.Writer, m Meta) (*csvEncoder, error) {
	e := &csvEncoder{csv: csv.NewWriter(w), columns: exportColumns(m)}
	e.row = make([]string, len(e.columns))
	for i, c := range e.columns {
		e.row[i] = c.name
	}
	return e, e.csv.Write(e.row)
}

func (e *csvEncoder) write(s *classify.Stored) error {
	for i, c := range e.columns {
		text, null := c.value(s)
		if null {
			text = ""
		}
		e.row[i] = text
	}
	return e.csv.Write(e.row)
}

func (e *csvEncoder) close() error {
	e.csv.Flush()
	return e.csv.Error()
}

type jsonlEncoder struct {
	w       *bufio.Writer
	columns []exportColumn
	keys    [][]byte
	line    []byte
}

func newJSONLEncoder(w io.Writer, m Meta) *jsonlEncoder {
	e := &jsonlEncoder{w: bufio.NewWriter(w), columns: exportColumns(m)}
	for i, c := range e.columns {
		key := ","
		if i == 0 {
			key = "{"
		}
		e.keys = append(e.keys, strconv.AppendQuote([]byte(key), c.name))
	}
	return e
}

func (e *jsonlEncoder) write(s *classify.Stored) error {
	b := e.line[:0]
	for i, c := range e.columns {
		b = append(append(b, e.keys[i]...), ':')
		text, null := c.value(s)
		switch {
		case null:
			b = append(b, "null"...)
		case c.kind == textKind:
			quoted, err := json.Marshal(text)
			if err != nil {
				return err
			}
			b = append(b, quoted...)
		default:
			b = append(b, text...)
		}
	}
	e.line = append(b, '}', '\n')
	_, err := e.w.Write(e.line)
	return err
}

func (e *jsonlEncoder) close() error { return e.w.Flush() }
