package transfer

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"time"

	"classify/tables"
)

// A Row has the values of a table's columns, in their order.
type Row []Value

// A Value of the kind that its column has. NULL and the zero value mean the
// same: a store writes what its own column wants.
type Value struct {
	Text  string  // Text and JSON
	Int   int64   // Int; Bool: 0 or 1; Time: microseconds since 1970, UTC
	Float float64 // Float
	Null  bool
}

// At is the value of a time. Stores keep microseconds.
func At(t time.Time) Value { return Value{Int: t.UnixMicro()} }

// Time is the time of a value, in UTC.
func (v *Value) Time() time.Time { return time.UnixMicro(v.Int).UTC() }

// Flag is the value of a truth.
func Flag(b bool) Value {
	if b {
		return Value{Int: 1}
	}
	return Value{}
}

// clean takes out of a row what not every store can hold, bytes that are zero or
// no UTF-8, and reports whether there were any.
func (t *Table) clean(r Row) (cleaned bool) {
	for i := range r {
		v := &r[i]
		switch kind := t.Columns[i].Kind; {
		case v.Text == "":
		case kind == tables.JSON && strings.Contains(v.Text, `\u0000`):
			v.Text, cleaned = cleanJSON(v.Text), true
		case kind == tables.Text && !plain(v.Text):
			v.Text, cleaned = cleanText(v.Text), true
		}
	}
	return cleaned
}

// plain reports whether every store can hold a text as it is.
func plain(text string) bool {
	return strings.IndexByte(text, 0) < 0 && strings.ToValidUTF8(text, "") == text
}

func cleanText(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

// cleanJSON takes zero bytes out of the texts of a JSON document. One that
// cannot be read stays as it is.
func cleanJSON(text string) string {
	doc, err := readJSON(text)
	if err != nil {
		return text
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(withoutZero(doc)); err != nil {
		return text
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func withoutZero(doc any) any {
	switch d := doc.(type) {
	case string:
		return cleanText(d)
	case []any:
		for i := range d {
			d[i] = withoutZero(d[i])
		}
	case map[string]any:
		cleaned := make(map[string]any, len(d))
		for name, value := range d {
			cleaned[cleanText(name)] = withoutZero(value)
		}
		return cleaned
	}
	return doc
}

// readJSON reads a document with its numbers as they are written.
func readJSON(text string) (doc any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err = d.Decode(&doc)
	return doc, err
}

// number is what a JSON number says: databases write the same one differently.
func number(n json.Number) (float64, bool) {
	f, err := n.Float64()
	if err != nil || math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}
