package series

import (
	"cmp"
	"math"
	"slices"

	"classify"
)

// Options is what the texts say about a series.
type Options struct {
	Declared classify.Frequency // from the periodicity, or FrequencyUnknown
	// NamedYTD: a text calls the values year to date, or cumulative within a year.
	NamedYTD bool
	// NamedTotal: a text calls the values a running total since a start
	// ("cumulative", "since inception"). The word total alone says no such
	// thing: a total population only grows, and accumulates nothing.
	NamedTotal bool
}

// Analysis is what the dates and values say.
type Analysis struct {
	// Observed is the frequency of the dates: FrequencyUnknown unless there are
	// three distinct ones.
	Observed   classify.Frequency
	Cumulative classify.Cumulative
	Shape      classify.Shape
	// Notes are contradictions and peculiarities, as short sentences.
	Notes []string
}

// A point is one usable observation on the time line.
type point struct {
	at    int64 // first second of its period, from 1970-01-01
	value float64
	index int32 // where it stands in the input
	month int32 // year*12 + month-1: the last month of its period
	day   uint8 // of the month, for a date that names a day
	grain grain
	void  bool // another value has the same date
}

// Analyse reads dated values in whatever order. Points whose date is none or
// whose value is not finite, and all points of a date that has different
// values, are set aside and counted; a date that repeats its value counts
// once. Future dates are observations like any other. Multiplying all values
// by a positive constant changes the levels of the Shape (and Whole) alone.
// The values are not changed and not kept.
func Analyse(values []classify.Observation, o Options) Analysis {
	var room [64]point
	pts := room[:0]
	if len(values) > len(room) {
		pts = make([]point, 0, len(values))
	}
	pts = appendPoints(pts, values)
	unusable := len(values) - len(pts)
	inOrder(pts)
	pts, contradicting := distinct(pts)

	a := Analysis{Observed: classify.FrequencyUnknown}
	var formerly classify.Frequency
	if len(pts) >= 3 {
		a.Observed, formerly = observe(pts)
	}
	if contradicting > 0 {
		pts = slices.DeleteFunc(pts, func(p point) bool { return p.void })
	}
	a.Shape = shapeOf(pts, values)
	a.Shape.SetAside = unusable + contradicting
	a.Cumulative = accumulation(pts, a.Observed, o)
	a.Notes = notes(a, o, formerly, contradicting)
	return a
}

func appendPoints(pts []point, values []classify.Observation) []point {
	for i := range values {
		c, ok := canonicalDate(values[i].Date)
		if !ok {
			if c, ok = readDate(values[i].Date); !ok {
				continue
			}
		}
		v := values[i].Value
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		p := point{at: c.start(), value: v, index: int32(i), grain: c.grain}
		switch c.grain {
		case byYear:
			p.month = int32(c.year*12 + 11)
		case byHalf:
			p.month = int32(c.year*12 + c.part*6 - 1)
		case byQuarter:
			p.month = int32(c.year*12 + c.part*3 - 1)
		case byWeek: // a week belongs to the month of its Thursday
			y, m, _ := civil(floorDiv(p.at, daySeconds) + 3)
			p.month = int32(y*12 + m - 1)
		default:
			p.month, p.day = int32(c.year*12+c.part-1), uint8(c.day)
		}
		pts = append(pts, p)
	}
	return pts
}

// earlier orders points by time, and those of one date by value, so that the
// order of the input never matters.
func earlier(a, b point) int {
	return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.grain, b.grain), cmp.Compare(a.value, b.value))
}

// inOrder sorts the points. Sources write oldest or newest first.
func inOrder(pts []point) {
	rising, falling := true, true
	for i := 1; i < len(pts); i++ {
		c := earlier(pts[i-1], pts[i])
		rising, falling = rising && c <= 0, falling && c >= 0
	}
	switch {
	case rising:
	case falling:
		slices.Reverse(pts)
	default:
		slices.SortFunc(pts, earlier)
	}
}

// distinct leaves one point per date in ordered points. It marks those whose
// date has different values, and counts how many points of the input that are.
func distinct(pts []point) (left []point, contradicting int) {
	left = pts[:0]
	for i := 0; i < len(pts); {
		j := i + 1
		for j < len(pts) && pts[j].at == pts[i].at && pts[j].grain == pts[i].grain {
			j++
		}
		p := pts[i]
		if p.value != pts[j-1].value {
			p.void = true
			contradicting += j - i
		}
		left = append(left, p)
		i = j
	}
	return left, contradicting
}

// notes says in words what a reader of the answer should know.
func notes(a Analysis, o Options, formerly classify.Frequency, contradicting int) []string {
	var n []string
	if contradicting > 0 {
		n = append(n, "dates with different values were set aside")
	}
	if formerly != "" {
		n = append(n, "the older dates are "+string(formerly)+", the newest "+string(a.Observed))
	}
	if o.Declared != "" && o.Declared != classify.FrequencyUnknown && a.Observed != classify.FrequencyUnknown && o.Declared != a.Observed {
		n = append(n, "declared "+string(o.Declared)+", but the dates are "+string(a.Observed))
	}
	switch p := a.Cumulative.Pattern; {
	case o.NamedYTD && p == classify.PatternPeriodic:
		n = append(n, "named year to date, but the values do not accumulate")
	case o.NamedYTD && p == classify.PatternUnknown && a.Shape.Points > 0:
		n = append(n, "named year to date; too few values to see it")
	case o.NamedTotal && p == classify.PatternPeriodic:
		n = append(n, "named a running total, but the values fall")
	}
	return n
}
