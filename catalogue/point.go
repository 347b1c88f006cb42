package catalogue

import (
	"strings"

	"classify"
	"classify/series"
)

// values collects the dated values of a row: a list of points, and the columns
// of a wide file.
func (b *binding) values(ind *classify.Indicator, rec *record) {
	n := len(rec.points)
	if n == 0 && len(b.dates) > 0 {
		for _, d := range b.dates {
			if d.column < len(rec.cells) && rec.cells[d.column] != "" {
				n++
			}
		}
	}
	if n > 0 {
		ind.Values = make([]classify.Observation, 0, n)
	}
	for _, p := range rec.points {
		b.addPoint(ind, p)
	}
	if text := b.text(rec.cells, fieldValues); text != "" {
		b.addList(ind, text, rec.valid)
	}
	for _, d := range b.dates {
		if d.column >= len(rec.cells) {
			continue
		}
		cell := rec.cells[d.column]
		if cell == "" || missing(cell) {
			continue
		}
		if v, ok := series.ParseValue(cell); ok {
			ind.Values = append(ind.Values, classify.Observation{Date: d.date, Value: v})
		} else {
			setAside(ind, b.columns[d.column]+": "+strings.TrimSpace(cell))
		}
	}
	if len(ind.Values) == 0 {
		ind.Values = nil
	}
}

// addPoint adds a point that the source lists; what is no observation is
// counted. A listed point without a value is one of these; an empty cell of a
// wide file is not, because there every date has a cell.
func (b *binding) addPoint(ind *classify.Indicator, p point) {
	date, ok := b.date(p.date)
	if ok {
		if v, ok := series.ParseValue(p.value); ok {
			ind.Values = append(ind.Values, classify.Observation{Date: date, Value: v})
			return
		}
	}
	setAside(ind, p.date+": "+p.value)
}

// date reads a date. The rows of a catalogue have mostly the same dates, so one
// string serves them all, and no date keeps the row that it stood in.
func (b *binding) date(written string) (string, bool) {
	if date, ok := b.dateOf[written]; ok {
		return date, true
	}
	date, ok := series.ParseDate(written)
	if !ok || len(written) > 32 {
		return date, ok
	}
	if b.dateOf == nil || len(b.dateOf) >= maxDates {
		b.dateOf = make(map[string]string)
	}
	date = strings.Clone(date)
	b.dateOf[strings.Clone(written)] = date
	return date, true
}

// maxDates bounds the dates that are remembered: two centuries of days.
const maxDates = 1 << 16

func setAside(ind *classify.Indicator, example string) {
	if ind.SetAside == 0 {
		ind.SetAsideExample = strings.Clone(clip(example, 120))
	}
	ind.SetAside++
}

// missing reports whether a cell is one of the signs for "no value".
func missing(cell string) bool {
	switch strings.ToLower(strings.TrimSpace(cell)) {
	case "", "..", "...", ".", "-", "--", "---", "–", "—", ":", "n/a", "na", "#n/a", "n.a.", "nan", "null", "none", "nil", "x", "…":
		return true
	}
	return false
}
