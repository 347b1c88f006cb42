package catalogue

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"

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
	parquetRow
	raw []byte // the row as CSV, for the rejects

	fileSize, fileRows int64
	bytesRead          *atomic.Int64 // nil if they are counted before
	counted            int64         // how many of them are counted
}

// leaf is what a column of the file is to a row.
type leaf struct {
	column int // of the binding; -1 if the row has no use for it
	list   bool
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
func openParquet(file *os.File, b *binding, o Options) (t *parquetTable, err error) {
	defer recoverDamaged(&err)
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	f, err := parquet.OpenFile(file, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(64<<10))
	if err != nil {
		return nil, damaged(err)
	}
	t = &parquetTable{groups: f.RowGroups(), batch: make([]parquet.Row, parquetBatch), fileSize: info.Size(), fileRows: f.NumRows()}
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
	t.parquetRow = newParquetRow(b, o)
	return t, nil
}

func leafOf(c parquet.LeafColumn, path []string, b *binding) leaf {
	l := leaf{column: -1, list: c.MaxRepetitionLevel > 0, text: textOf(c.Node.Type())}
	last := path[len(path)-1]
	switch {
	case c.MaxRepetitionLevel == 0 && len(path) == 1, c.MaxRepetitionLevel == 1 && last == "element":
		l.column = b.column(path[0])
	case c.MaxRepetitionLevel == 1 && b.syn == catalogueSynonyms:
		column := b.column(path[0])
		if !b.holdsPoints(column) {
			break
		}
		switch fold(last) {
		case "date", "period", "time", "year", "timeperiod", "obsdate", "key":
			l.column, l.part = column, datePart
		case "value", "obsvalue", "val":
			l.column, l.part = column, valuePart
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
	t.clear()
	row.Range(func(column int, values []parquet.Value) bool {
		return column >= len(t.leaves) || t.put(&t.leaves[column], values)
	})
	t.join()
	*rec = record{line: t.row, cells: t.cells, points: t.points, reject: t.reject}
	t.raw = appendCSV(t.raw[:0], t.cells, t.points)
	rec.raw = t.raw
	return nil
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
			t.countTo(t.fileSize)
			return io.EOF
		}
		t.rows, t.groups, t.ended = t.groups[0].Rows(), t.groups[1:], false
	}
	n, err := t.rows.ReadRows(t.batch)
	t.n = n
	if done := int64(t.row + n); done < t.fileRows {
		t.countTo(int64(float64(t.fileSize) * float64(done) / float64(t.fileRows)))
	}
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

// countTo counts the bytes of the file as read up to n. The library reads it
// in an order of its own, by columns; the rows say how far that is.
func (t *parquetTable) countTo(n int64) {
	if t.bytesRead != nil && n > t.counted {
		t.bytesRead.Add(n - t.counted)
		t.counted = n
	}
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
	if text := err.Error(); plainOrQuoted(text) != text {
		err = errors.New(plainOrQuoted(text)) // the library quotes no names
	}
	return classify.WithHint(fmt.Errorf("the parquet file is damaged: %w", err), "write it again, or give the table as CSV")
}

// recoverDamaged turns the panic of the library on a damaged page into an error.
func recoverDamaged(err *error) {
	if p := recover(); p != nil {
		*err = damaged(fmt.Errorf("%v", p))
	}
}
