package catalogue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"sync/atomic"

	"classify"
	"classify/series"
)

// PointRow is a point of a series file, a date that the file leaves open, or a
// reject.
type PointRow struct {
	classify.SeriesPoint
	Empty  bool    // the source says that it has no value for the date
	Reject *Reject // nil unless the point cannot be used
}

// PointReader reads the points of a series file. Its methods are for one
// goroutine; only Progress is safe for concurrent use.
type PointReader struct {
	ctx     context.Context
	s       *opened
	version string // of points whose row names none
	read    atomic.Int64
	total   int64
}

// arrangement is how the points of a file lie.
type arrangement int

const (
	noSeries    arrangement = iota
	long                    // a row is one point: indicator_id, date, value
	byIndicator             // a row is an indicator, with a column for each date
	byDate                  // a row is a date, with a column for each indicator
)

// arrangement tells by the columns how the points of a file lie.
func (b *binding) arrangement() arrangement {
	id, date, value := b.has(valueID), b.has(valueDate), b.has(valueValue)
	switch {
	case id && date && value:
		return long
	case id && !value && len(b.dates) > 0:
		return byIndicator
	case date && !id && !value && len(b.columns) > 1:
		return byDate
	}
	return noSeries
}

func noSeriesError(line int, columns []string) error {
	names := newBinding(pointSynonyms, nil)
	for _, c := range columns {
		names.add(strings.TrimSpace(c))
	}
	return classify.WithHint(&lineError{line, fmt.Errorf("the heading is not that of a series file; its columns are %s", names.columnNames())},
		"a row is a point (indicator_id, date, value), an indicator (indicator_id, and a column for each date), or a date (date, and a column for each indicator); --map names columns")
}

// Points opens a file of series: long, or wide by indicator or by date, told
// apart by its heading; CSV, JSON, JSONL or Parquet, packed or not. The path "-"
// is stdin. version is that of points whose row names none. Options.Map knows
// the fields indicator_id, date, value and source_version. Errors are
// *FileError, mostly with a classify.Hint. The reader is closed by the end of
// Rows, or by Close.
func Points(ctx context.Context, path string, stdin io.Reader, version string, o Options) (*PointReader, error) {
	r := &PointReader{ctx: ctx, version: version}
	s, err := open(ctx, path, stdin, pointSynonyms, o.withDefaults(), &r.read)
	if err != nil {
		return nil, err
	}
	r.s = s
	if sized := (&Reader{}); path != Stdin {
		sized.measure(path)
		r.total = max(0, sized.total)
	}
	return r, nil
}

// Progress returns the bytes read so far and those of the file, 0 if unknown.
func (r *PointReader) Progress() (read, total int64) { return r.read.Load(), r.total }

// Rejected is the reject of a point that was read well and yet was not stored.
func (r *PointReader) Rejected(p classify.SeriesPoint, reason string) Reject {
	return Reject{File: r.s.name, Line: p.Line, Reason: reason,
		Raw: cleanRaw(asCSV([]string{p.IndicatorID, p.Date, strconv.FormatFloat(p.Value, 'g', -1, 64), p.SourceVersion}))}
}

// Close closes the file; it may be called twice, and after Rows.
func (r *PointReader) Close() error { return r.s.close() }

// Rows yields every point once. An error ends the reading. Rows is called once.
func (r *PointReader) Rows() iter.Seq2[PointRow, error] {
	return func(yield func(PointRow, error) bool) {
		p := pointParser{s: r.s, version: r.version, yield: func(p PointRow) bool { return yield(p, nil) }, dates: map[string]string{}}
		var rec record
		for {
			err := r.s.table.next(&rec)
			if err == io.EOF {
				break
			}
			if err == nil {
				err = r.ctx.Err()
			}
			if err != nil {
				yield(PointRow{}, errors.Join(r.s.errorAt(rec.line, err), r.s.close()))
				return
			}
			if !p.record(&rec) {
				_ = r.s.close() // nobody listens any more
				return
			}
		}
		if err := r.s.close(); err != nil {
			yield(PointRow{}, fileError(r.s.name, 0, err))
		}
	}
}

// pointParser makes points of records.
type pointParser struct {
	s       *opened
	version string
	yield   func(PointRow) bool

	form   arrangement
	last   string            // id of the last point: one string for a run of rows
	dates  map[string]string // as written → canonical; "" is none
	labels []int             // columns that are indicators, of a file by date
}

// knownDates bounds the dates that are remembered.
const knownDates = 1 << 14

// record yields the points of a record; it reports whether to go on.
func (p *pointParser) record(rec *record) bool {
	if p.form == noSeries { // with the first record the columns are known
		p.form = p.s.binding.arrangement()
		p.labels = p.indicatorColumns()
	}
	if rec.reject != "" {
		return p.reject(rec, rec.reject)
	}
	switch p.form {
	case byIndicator:
		return p.indicator(rec)
	case byDate:
		return p.date(rec)
	}
	b := p.s.binding
	return p.point(rec, b.text(rec.cells, valueID), b.text(rec.cells, valueDate), b.text(rec.cells, valueValue))
}

// indicatorColumns are the columns of a file by date that are neither the date
// nor the version.
func (p *pointParser) indicatorColumns() (columns []int) {
	b := p.s.binding
	for i, name := range b.columns {
		if name != "" && !b.means(i) {
			columns = append(columns, i)
		}
	}
	return columns
}

func (p *pointParser) indicator(rec *record) bool {
	b := p.s.binding
	id := b.text(rec.cells, valueID)
	for _, d := range b.dates {
		if d.column < len(rec.cells) && !p.point(rec, id, d.date, rec.cells[d.column]) {
			return false
		}
	}
	return true
}

func (p *pointParser) date(rec *record) bool {
	b := p.s.binding
	date := b.text(rec.cells, valueDate)
	for _, i := range p.labels {
		if i < len(rec.cells) && !p.point(rec, b.columns[i], date, rec.cells[i]) {
			return false
		}
	}
	return true
}

// point yields one point of a record.
func (p *pointParser) point(rec *record, id, date, value string) bool {
	if id == "" {
		return p.reject(rec, "the row has no indicator_id")
	}
	canonical := p.canonical(date)
	if canonical == "" {
		return p.reject(rec, "the date "+quoted(date, 80)+" is none")
	}
	row := PointRow{}
	row.Line = rec.line
	number, ok := 0.0, true
	if row.Empty = missing(value); !row.Empty {
		if number, ok = series.ParseValue(value); !ok {
			return p.reject(rec, fmt.Sprintf("the value %s of %s is no number", quoted(value, 80), canonical))
		}
	}
	if id != p.last {
		p.last = strings.Clone(oneLine(id))
	}
	row.IndicatorID, row.Date, row.Value = p.last, canonical, number
	if row.SourceVersion = p.s.binding.text(rec.cells, pointVersion); row.SourceVersion == "" {
		row.SourceVersion = p.version
	}
	return p.yield(row)
}

// canonical is the canonical form of a date, or "".
func (p *pointParser) canonical(date string) string {
	if c, known := p.dates[date]; known {
		return c
	}
	c, ok := series.ParseDate(date)
	if !ok {
		c = ""
	}
	if len(p.dates) >= knownDates {
		clear(p.dates)
	}
	c = strings.Clone(c)
	p.dates[strings.Clone(date)] = c
	return c
}

func (p *pointParser) reject(rec *record, reason string) bool {
	return p.yield(PointRow{SeriesPoint: classify.SeriesPoint{Line: rec.line},
		Reject: &Reject{File: p.s.name, Line: rec.line, Reason: reason, Raw: cleanRaw(rec.keepRaw())}})
}
