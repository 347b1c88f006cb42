package catalogue

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"

	"classify"
)

// A long catalogue has one row per observation: the texts of the indicator
// again and again, and a date and a value. Rows of one id that follow each
// other are one indicator.

const (
	// maxLongPoints bounds the values of one indicator: three centuries of days.
	maxLongPoints = 1 << 17
	// maxLongIDs bounds the ids that are remembered to find one that comes again.
	maxLongIDs = 1 << 18
)

// longColumns are where a long catalogue has its observation.
type longColumns struct {
	date, value int
}

// longCounts are what its note says of a long catalogue.
type longCounts struct {
	rows, indicators, empty int
}

// settleLong finds out whether the columns are those of a long catalogue: a
// date and a value, and no other place for values.
func (b *binding) settleLong() {
	if b.syn != catalogueSynonyms || len(b.dates) > 0 || b.has(fieldValues) {
		return
	}
	probe := newBinding(valueSynonyms, nil)
	for i, name := range b.columns {
		if b.means(i) {
			name = ""
		}
		probe.add(name)
	}
	if date, value := probe.fields[valueDate], probe.fields[valueValue]; len(date) > 0 && len(value) > 0 {
		b.long = &longColumns{date[0].column, value[0].column}
	}
}

// means reports whether a column belongs to a field of the catalogue.
func (b *binding) means(column int) bool {
	return slices.ContainsFunc(b.fields, func(s []source) bool {
		return slices.ContainsFunc(s, func(s source) bool { return s.column == column })
	}) || slices.ContainsFunc(b.joined, func(c []int) bool { return slices.Contains(c, column) })
}

// longReading gathers the rows of one indicator.
type longReading struct {
	reader *Reader
	s      *opened
	open   bool // row is an indicator whose rows may go on
	row    Row
	raw    []byte

	seed maphash.Seed
	seen map[uint64]uint64 // id → its first date
}

// longRowsOf yields the indicators of a long catalogue; it reports whether to
// go on.
func (r *Reader) longRowsOf(s *opened, yield func(Row, error) bool) bool {
	l := &longReading{reader: r, s: s, seed: maphash.MakeSeed(), seen: map[uint64]uint64{}}
	var rec record
	for {
		err := s.table.next(&rec)
		if err == io.EOF {
			return l.flush(yield)
		}
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			yield(Row{}, s.errorAt(rec.line, err))
			return false
		}
		if !l.take(&rec, yield) {
			return false
		}
	}
}

// take adds a row to the indicator that is open, or opens the next one.
func (l *longReading) take(rec *record, yield func(Row, error) bool) bool {
	l.s.long.rows++
	derived := l.reader.counters.Derived
	row := l.reader.row(l.s, rec)
	if row.Reject != nil {
		return yield(row, nil)
	}
	if !l.open || row.Indicator.ID != l.row.Indicator.ID {
		if !l.flush(yield) {
			return false
		}
		if err := l.comesAgain(&row, rec); err != nil {
			l.reader.counters.Read--
			l.reader.counters.Usable--
			yield(Row{}, l.s.errorAt(rec.line, err))
			return false
		}
		l.row, l.open, l.raw = row, true, append(l.raw[:0], row.raw...)
		l.addPoint(rec)
		return true
	}
	l.reader.counters.Usable--
	l.reader.counters.Derived = derived
	if reason := l.differs(&row.Indicator); reason != "" {
		l.reader.counters.Rejected++
		reject := row.Rejected(reason)
		return yield(Row{SourceRow: classify.SourceRow{File: row.File, Line: row.Line}, Reject: &reject}, nil)
	}
	l.reader.counters.Joined++
	if len(l.raw) <= rawLimit {
		l.raw = append(append(l.raw, '\n'), row.raw...)
	}
	l.addPoint(rec)
	return true
}

// addPoint adds the observation of a row. A date without a value says that
// there is none; anything else that is no observation is set aside.
func (l *longReading) addPoint(rec *record) {
	b := l.s.binding
	p := point{cellAt(rec.cells, b.long.date), cellAt(rec.cells, b.long.value)}
	if missing(p.value) {
		l.s.long.empty++
		return
	}
	b.addPoint(&l.row.Indicator, p)
}

// differs says why a row with the id of the open indicator is not one of its
// rows.
func (l *longReading) differs(ind *classify.Indicator) string {
	have := &l.row.Indicator
	if len(have.Values)+have.SetAside >= maxLongPoints {
		return fmt.Sprintf("id %q has %d values already, more are not read", ind.ID, maxLongPoints)
	}
	for _, f := range []struct{ what, here, before string }{
		{"name", ind.Name, have.Name},
		{"unit", ind.Units, have.Units},
		{"country", ind.Country, have.Country},
	} {
		if f.here != f.before {
			return fmt.Sprintf("id %q has the %s %s here and %s in line %d: one id is one indicator; --map indicator_id=COLUMN+COLUMN joins columns to an id",
				ind.ID, f.what, quoted(f.here, 80), quoted(f.before, 80), l.row.Line)
		}
	}
	return ""
}

// comesAgain is an error where an id that other ids have ended comes again with
// another date: the file is in another order, and its indicators would fall
// apart. With the same date the row is a duplicate like any other.
func (l *longReading) comesAgain(row *Row, rec *record) error {
	id := maphash.String(l.seed, row.Indicator.ID)
	date := maphash.String(l.seed, cellAt(rec.cells, l.s.binding.long.date))
	if first, again := l.seen[id]; again {
		if first == date {
			return nil
		}
		return classify.WithHint(fmt.Errorf("the id %s comes again after other ids: in a catalogue with a date and a value in every row the rows of an indicator follow each other",
			quoted(row.Indicator.ID, 80)),
			"sort the file by id; or make a catalogue of one row per indicator, and give this file beside it: classify run CATALOGUE --values FILE")
	}
	if len(l.seen) < maxLongIDs {
		l.seen[id] = date
	}
	return nil
}

// flush yields the indicator that is open.
func (l *longReading) flush(yield func(Row, error) bool) bool {
	if !l.open {
		return true
	}
	row := l.row
	row.raw = string(l.raw)
	row.size += len(l.raw) + observationSize*len(row.Indicator.Values)
	l.open, l.row = false, Row{}
	l.s.long.indicators++
	return yield(row, nil)
}

func cellAt(cells []string, column int) string {
	if column < len(cells) {
		return cells[column]
	}
	return ""
}

// errOnlyValues refuses a file of values in the place of a catalogue.
func errOnlyValues(b *binding) error {
	if b.syn != catalogueSynonyms {
		return nil
	}
	probe := newBinding(valueSynonyms, nil)
	for _, name := range b.columns {
		probe.add(name)
	}
	if len(probe.fields[valueDate]) == 0 || len(probe.fields[valueValue]) == 0 {
		return nil
	}
	return classify.WithHint(errors.New("this is a file of dated values, without names of indicators; its columns are "+b.columnNames()),
		"give it beside the catalogue that it belongs to: classify run CATALOGUE --values FILE; or name the column of the names with --map name=COLUMN")
}
