package catalogue

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"classify"
)

// parquetTable reads rows page by page: its memory is that of one page per
// column, however large the row groups are.
type parquetTable struct {
	groups []parquet.RowGroup
	rows   parquet.Rows
	batch  []parquet.Row
	at, n  int // next row of the batch, and how many it has
	row    int
	ended  bool // the current group has no row beyond the batch
	leaves []leaf
	cells  []string
	points []point
	raw    []byte // the row as CSV, for the rejects
}

// leaf is what a column of the file is to a row.
type leaf struct {
	column int // of the binding; -1 if it is part of a point, or of nothing
	part   pointPart
	text   func(parquet.Value) string
}

type pointPart int

const (
	noPart pointPart = iota
	datePart
	valuePart
)

const parquetBatch = 64

// openParquet reads the footer. It does not close the file.
func openParquet(file *os.File, b *binding) (t *parquetTable, err error) {
	defer recoverDamaged(&err)
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(64<<10))
	if err != nil {
		return nil, damaged(err)
	}
	t = &parquetTable{groups: f.RowGroups(), batch: make([]parquet.Row, parquetBatch)}
	schema := f.Schema()
	for _, path := range schema.Columns() {
		c, ok := schema.Lookup(path...)
		if !ok {
			return nil, damaged(fmt.Errorf("column %q is not in the schema", strings.Join(path, ".")))
		}
		t.leaves = append(t.leaves, leafOf(c, path, b))
	}
	if !isHeading(b.columns, b) {
		return nil, noNameError(0, b.columns, b)
	}
	t.cells = make([]string, len(b.columns))
	return t, nil
}

func leafOf(c parquet.LeafColumn, path []string, b *binding) leaf {
	l := leaf{column: -1, text: textOf(c.Node.Type())}
	last := path[len(path)-1]
	switch {
	case c.MaxRepetitionLevel == 0 && len(path) == 1, c.MaxRepetitionLevel == 1 && last == "element":
		l.column = b.column(path[0])
	case c.MaxRepetitionLevel == 1 && b.syn == catalogueSynonyms:
		if column := b.column(path[0]); !b.holdsPoints(column) {
			break
		}
		switch fold(last) {
		case "date", "period", "time", "year", "timeperiod", "obsdate", "key":
			l.part = datePart
		case "value", "obsvalue", "val":
			l.part = valuePart
		}
	}
	return l
}

func (t *parquetTable) next(rec *record) (err error) {
	defer recoverDamaged(&err)
	for t.at >= t.n {
		if err := t.read(); err != nil {
			return err
		}
	}
	row := t.batch[t.at]
	t.at++
	t.row++
	clear(t.cells)
	t.points = t.points[:0]
	row.Range(func(column int, values []parquet.Value) bool {
		if column < len(t.leaves) {
			t.put(&t.leaves[column], values)
		}
		return true
	})
	*rec = record{line: t.row, cells: t.cells, points: t.points}
	t.raw = appendCSV(t.raw[:0], t.cells, t.points)
	rec.raw = t.raw
	return nil
}

// put files the values of one column of a row.
func (t *parquetTable) put(l *leaf, values []parquet.Value) {
	if l.part != noPart {
		for i, v := range values {
			if v.IsNull() && len(values) == 1 && v.DefinitionLevel() == 0 {
				return // no list at all
			}
			if i >= len(t.points) {
				t.points = append(t.points, point{})
			}
			if l.part == datePart {
				t.points[i].date = l.text(v)
			} else {
				t.points[i].value = l.text(v)
			}
		}
		return
	}
	if l.column < 0 {
		return
	}
	for _, v := range values {
		if v.IsNull() {
			continue
		}
		if text := l.text(v); t.cells[l.column] == "" {
			t.cells[l.column] = text
		} else {
			t.cells[l.column] += "; " + text
		}
	}
}

// read fills the batch from the current row group, or goes to the next one. A
// group is closed only when its last batch has been used up, because closing it
// frees the pages that the values are parts of.
func (t *parquetTable) read() error {
	t.at, t.n = 0, 0
	if t.ended {
		if err := t.close(); err != nil {
			return &lineError{t.row, damaged(err)}
		}
	}
	if t.rows == nil {
		if len(t.groups) == 0 {
			return io.EOF
		}
		t.rows, t.groups, t.ended = t.groups[0].Rows(), t.groups[1:], false
	}
	n, err := t.rows.ReadRows(t.batch)
	t.n = n
	switch {
	case err == io.EOF:
		t.ended = true
	case err == nil && n == 0:
		err = io.ErrNoProgress
		fallthrough
	case err != nil:
		return &lineError{t.row + 1, damaged(err)}
	}
	return nil
}

func (t *parquetTable) close() (err error) {
	defer recoverDamaged(&err)
	if t.rows == nil {
		return nil
	}
	rows := t.rows
	t.rows, t.ended = nil, false
	return rows.Close()
}

// appendCSV appends a row as a line of CSV, so that a reject can be mended; the
// points are the last cell. It stops once that is longer than a reject may be.
func appendCSV(b []byte, cells []string, points []point) []byte {
	for i, c := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		if b = appendCell(b, c[:min(len(c), rawLimit)]); len(b) > rawLimit {
			return b
		}
	}
	for i, p := range points {
		b = append(b, ",;"[min(i, 1)])
		b = append(append(append(b, p.date...), '='), p.value...)
		if len(b) > rawLimit {
			break
		}
	}
	return b
}

func appendCell(b []byte, c string) []byte {
	if !strings.ContainsAny(c, ",\"\r\n") {
		return append(b, c...)
	}
	b = append(b, '"')
	for {
		before, after, more := strings.Cut(c, `"`)
		b = append(b, before...)
		if !more {
			return append(b, '"')
		}
		b = append(b, `""`...)
		c = after
	}
}

func damaged(err error) error {
	if text := err.Error(); printable(text) != text {
		err = errors.New(printable(text)) // the library quotes no names
	}
	return classify.WithHint(fmt.Errorf("the parquet file is damaged: %w", err), "write it again, or give the table as CSV")
}

// recoverDamaged turns the panic of the library on a damaged page into an error.
func recoverDamaged(err *error) {
	if p := recover(); p != nil {
		*err = damaged(fmt.Errorf("%v", p))
	}
}

// textOf returns how values of a type are written: numbers plainly, dates as
// package series reads them.
func textOf(typ parquet.Type) func(parquet.Value) string {
	if logical := typ.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.DateType:
			return nullable(func(v parquet.Value) string {
				return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)
			})
		case *format.TimestampType:
			unit := time.Nanosecond
			switch l.Unit.Value.(type) {
			case *format.MilliSeconds:
				unit = time.Millisecond
			case *format.MicroSeconds:
				unit = time.Microsecond
			}
			return nullable(timestampText(unit))
		case *format.DecimalType:
			if typ.Kind() == parquet.Int32 || typ.Kind() == parquet.Int64 {
				return nullable(decimalText(typ.Kind(), int(l.Scale)))
			}
		}
	}
	return nullable(plainText(typ.Kind()))
}

func timestampText(unit time.Duration) func(parquet.Value) string {
	per := int64(time.Second / unit)
	return func(v parquet.Value) string {
		return time.Unix(v.Int64()/per, v.Int64()%per*int64(unit)).UTC().Format(time.RFC3339)
	}
}

func nullable(text func(parquet.Value) string) func(parquet.Value) string {
	return func(v parquet.Value) string {
		if v.IsNull() {
			return ""
		}
		return text(v)
	}
}

func decimalText(kind parquet.Kind, scale int) func(parquet.Value) string {
	return func(v parquet.Value) string {
		n := v.Int64()
		if kind == parquet.Int32 {
			n = int64(v.Int32())
		}
		return strconv.FormatInt(n, 10) + "e-" + strconv.Itoa(scale)
	}
}

func plainText(kind parquet.Kind) func(parquet.Value) string {
	switch kind {
	case parquet.Boolean:
		return func(v parquet.Value) string { return strconv.FormatBool(v.Boolean()) }
	case parquet.Int32:
		return func(v parquet.Value) string { return strconv.FormatInt(int64(v.Int32()), 10) }
	case parquet.Int64:
		return func(v parquet.Value) string { return strconv.FormatInt(v.Int64(), 10) }
	case parquet.Int96:
		return func(v parquet.Value) string { // days since the Julian epoch, and nanoseconds of the day
			i := v.Int96()
			const unixEpoch = 2440588
			nanos := int64(i[0]) | int64(i[1])<<32
			return time.Unix((int64(i[2])-unixEpoch)*86400, nanos).UTC().Format(time.RFC3339)
		}
	case parquet.Float:
		return func(v parquet.Value) string { return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32) }
	case parquet.Double:
		return func(v parquet.Value) string { return strconv.FormatFloat(v.Double(), 'g', -1, 64) }
	default:
		return func(v parquet.Value) string { return validText(string(v.ByteArray())) }
	}
}
