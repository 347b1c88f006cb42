package transfer

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"classify/tables"
)

// checksum sums the hashes of rows, so that their order does not matter.
type checksum struct {
	rows int64
	sum  [2]uint64
	buf  []byte
}

func (c *checksum) add(t *Table, r Row) error {
	b := c.buf[:0]
	for i := range t.Columns {
		var err error
		if b, err = appendValue(b, t.Columns[i].Kind, &r[i]); err != nil {
			return fmt.Errorf("%s of %s: %w", t.Columns[i].Name, t.Name, err)
		}
	}
	c.buf = b
	h := sha256.Sum256(b)
	for i := range c.sum {
		c.sum[i] += binary.LittleEndian.Uint64(h[8*i:])
	}
	c.rows++
	return nil
}

// String is the sum as text; that of no rows is a row of zeros.
func (c *checksum) String() string {
	return fmt.Sprintf("%016x%016x", c.sum[0], c.sum[1])
}

// appendValue appends a value in a form that does not depend on its store.
func appendValue(b []byte, kind tables.Kind, v *Value) ([]byte, error) {
	switch kind {
	case tables.Text:
		return appendText(b, v.Text), nil
	case tables.JSON:
		if v.Text == "" {
			return append(b, 0), nil
		}
		doc, err := readJSON(v.Text)
		if err != nil {
			return b, err
		}
		return appendJSON(b, doc), nil
	case tables.Float:
		return appendFloat(b, v.Float), nil
	case tables.Time:
		if v.Null {
			return append(b, 0), nil
		}
		return binary.AppendVarint(append(b, 1), v.Int), nil
	}
	return binary.AppendVarint(b, v.Int), nil
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// appendFloat appends the bits of a number; of the two zeros there is one.
func appendFloat(b []byte, f float64) []byte {
	if f == 0 {
		f = 0
	}
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
}

func appendJSON(b []byte, doc any) []byte {
	switch d := doc.(type) {
	case string:
		return appendText(append(b, 's'), d)
	case json.Number:
		if f, ok := number(d); ok {
			return appendFloat(append(b, 'f'), f)
		}
		return appendText(append(b, 'n'), d.String())
	case bool:
		if d {
			return append(b, 't')
		}
		return append(b, 'u')
	case []any:
		b = binary.AppendUvarint(append(b, 'a'), uint64(len(d)))
		for _, value := range d {
			b = appendJSON(b, value)
		}
		return b
	case map[string]any:
		b = binary.AppendUvarint(append(b, 'o'), uint64(len(d)))
		for _, name := range slices.Sorted(maps.Keys(d)) {
			b = appendJSON(appendText(b, name), d[name])
		}
		return b
	}
	return append(b, '0') // null
}
