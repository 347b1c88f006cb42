package catalogue

import (
	"fmt"
	"strconv"
)

// namedColumns is how many columns a note names.
const namedColumns = 5

// describe notes what was done to a file that its owner should know of.
func (r *Reader) describe(s *opened) {
	note := func(format string, args ...any) {
		r.notes = append(r.notes, plainOrQuoted(s.name)+": "+fmt.Sprintf(format, args...))
	}
	b := s.binding
	if s.preamble > 0 {
		note("skipped before the heading: %s", number(s.preamble, "row"))
	}
	if len(b.twice) > 0 {
		note("headings that stand over more than one column: %s; of a text the first column counts that is not empty, of a date all count",
			b.named(b.twice))
	}
	if !b.has(fieldID) {
		note("there is no id column; ids are derived from source, country, name and unit")
	}
	if b.idConcept {
		note("one row per country: indicator_id is %s:%s", plainOrQuoted(b.columns[b.fields[fieldID][0].column]), plainOrQuoted(b.columns[b.countryCol]))
	}
	if n := len(b.dates); n > 0 {
		first, last := b.period()
		note("%s of values by date, %s to %s", number(n, "column"), first, last)
	}
	if b.long != nil {
		note("one row per observation, by the columns %s and %s: %s, of which %d without a value, make %s",
			quoted(b.columns[b.long.date], 80), quoted(b.columns[b.long.value], 80), number(s.long.rows, "row"), s.long.empty, number(s.long.indicators, "indicator"))
	}
	if n := len(b.unread); n > 0 {
		note("%s with the look of a period, not read: %s; known are 2024, 2024-Q1, 2024-03 and Mar 2024", number(n, "column"), b.named(b.unread))
	}
	if s.latin1 > 0 {
		note("read as Windows-1252, not being UTF-8: %s", number(s.latin1, "row"))
	}
}

// number counts things.
func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// period returns the earliest and the latest date that has a column. Dates of
// several frequencies are compared by their text, which begins with the year.
func (b *binding) period() (first, last string) {
	first, last = b.dates[0].date, b.dates[0].date
	for _, d := range b.dates {
		first, last = min(first, d.date), max(last, d.date)
	}
	return first, last
}

// named quotes the names of columns.
func (b *binding) named(columns []int) string {
	names := make([]string, 0, namedColumns+1)
	for _, c := range columns {
		names = append(names, b.columns[c])
	}
	return QuotedList(names, namedColumns)
}
