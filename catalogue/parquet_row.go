package catalogue

import (
	"bytes"

	"github.com/parquet-go/parquet-go"
)

// parquetRow collects the cells of one row within the limits of a cell and of
// a row; its memory serves the next row again.
type parquetRow struct {
	binding *binding
	limits  Options
	cells   []string
	points  []point
	lists   [][]byte // by column: the elements of a list, joined
	sizes   []int    // by column, in bytes; what a value takes in JSON is counted low
	size    int      // of the row
	reject  string
}

// valueOverhead is counted for each value of a list beside its text, so that a
// list of nothing is bounded too. JSON has more than that around a value.
const valueOverhead = 8

func newParquetRow(b *binding, o Options) parquetRow {
	n := len(b.columns)
	return parquetRow{binding: b, limits: o, cells: make([]string, n), lists: make([][]byte, n), sizes: make([]int, n)}
}

func (t *parquetRow) clear() {
	clear(t.cells)
	clear(t.sizes)
	for i, list := range t.lists {
		if t.lists[i] = list[:0]; cap(list) > 64<<10 {
			t.lists[i] = nil // a row seldom has so much, and there may be many columns
		}
	}
	t.points, t.size, t.reject = t.points[:0], 0, ""
}

// put files the values of one column; it reports whether the row may have more.
func (t *parquetRow) put(l *leaf, values []parquet.Value) bool {
	if l.column < 0 {
		return true
	}
	for i, v := range values {
		if l.part != noPart && v.IsNull() && len(values) == 1 && v.DefinitionLevel() == 0 {
			return true // no list at all
		}
		if v.IsNull() && l.part == noPart {
			continue
		}
		if !t.count(l, v) {
			t.keepStart(l, v)
			return t.size <= t.limits.MaxRecord
		}
		switch text := l.text(v); {
		case l.part != noPart:
			t.putPoint(i, l.part, text)
		case l.list:
			if len(t.lists[l.column]) > 0 {
				t.lists[l.column] = append(t.lists[l.column], "; "...)
			}
			t.lists[l.column] = append(t.lists[l.column], text...)
		default:
			t.cells[l.column] = text
		}
	}
	return true
}

func (t *parquetRow) putPoint(i int, part pointPart, text string) {
	if i >= len(t.points) {
		t.points = append(t.points, point{})
	}
	if part == datePart {
		t.points[i].date = text
	} else {
		t.points[i].value = text
	}
}

// count adds a value to the size of its cell and of the row, and rejects the
// row if one of them is beyond its limit.
func (t *parquetRow) count(l *leaf, v parquet.Value) bool {
	n := 0
	if k := v.Kind(); k == parquet.ByteArray || k == parquet.FixedLenByteArray {
		n = len(v.ByteArray())
	}
	if l.list {
		n += valueOverhead
	}
	t.sizes[l.column] += n
	t.size += n
	switch {
	case t.reject != "":
	case t.sizes[l.column] > t.limits.MaxCell:
		t.reject = t.binding.cellTooLong(l.column, t.sizes[l.column], t.limits.MaxCell)
	case t.size > t.limits.MaxRecord:
		t.reject = tooLong(t.size, t.limits.MaxRecord)
	}
	return t.sizes[l.column] <= t.limits.MaxCell && t.size <= t.limits.MaxRecord
}

// keepStart keeps of a cell that is too long what a reject shows of it.
func (t *parquetRow) keepStart(l *leaf, v parquet.Value) {
	if l.list || v.IsNull() {
		return
	}
	if k := v.Kind(); k == parquet.ByteArray || k == parquet.FixedLenByteArray {
		text := v.ByteArray()
		t.cells[l.column] = string(bytes.ToValidUTF8(text[:min(len(text), rawLimit)], nil))
	}
}

// join makes cells of the lists.
func (t *parquetRow) join() {
	for i, list := range t.lists {
		if len(list) > 0 {
			t.cells[i] = string(list)
		}
	}
}
