package series

import (
	"math"

	"classify"
)

// A sample is the value of one period of the year's division into 12, 4 or 2.
type sample struct {
	slot  int32 // periods since year 0
	value float64
}

// division is into how many periods a series divides the year; 0 if its values
// cannot accumulate within one. What comes more often than monthly is seen
// through the last value of each month.
func division(f classify.Frequency, pts []point) int32 {
	switch f {
	case classify.Monthly, classify.Intraday, classify.Daily, classify.Weekly, classify.Biweekly:
		return 12
	case classify.Quarterly:
		return 4
	case classify.SemiAnnual:
		return 2
	case classify.Irregular:
		for i := range pts {
			if pts[i].grain == byYear {
				return 0
			}
		}
		return 12
	}
	return 0
}

// appendSlots puts ordered points into the periods of the year. Where two fall
// into one period the newer one counts. The values come out divided by a power
// of two, so that sums of their squares stay finite and scaling stays exact.
func appendSlots(to []sample, pts []point, f classify.Frequency, perYear int32) []sample {
	shift := monthEnds(pts, f)
	largest := 0.0
	for i := range pts {
		largest = max(largest, math.Abs(pts[i].value))
	}
	_, exponent := math.Frexp(largest)
	half := math.Ldexp(1, -exponent/2)
	rest := math.Ldexp(1, -exponent-(-exponent/2))
	for i := range pts {
		p := &pts[i]
		if coarser(p.grain, perYear) {
			continue // the year's value among those of its months
		}
		month := p.month
		switch {
		case shift < 0 && p.day > 0 && p.day <= 5:
			month-- // the last day of February, given as 1 March
		case shift > 0 && p.day >= 27:
			month++
		}
		s := sample{month / (12 / perYear), p.value * half * rest}
		if n := len(to); n > 0 && to[n-1].slot >= s.slot {
			to[n-1].value = s.value
			continue
		}
		to = append(to, s)
	}
	return to
}

// coarser reports whether a date names more than one of the year's periods.
func coarser(g grain, perYear int32) bool {
	return g == byYear || g == byHalf && perYear > 2 || g == byQuarter && perYear > 4
}

// monthEnds says at which end of the month the days of a series stand: -1 at
// its end, 1 at its beginning, 0 elsewhere or everywhere. Some of them wander
// into the neighbouring month.
func monthEnds(pts []point, f classify.Frequency) int {
	switch f {
	case classify.Monthly, classify.Quarterly, classify.SemiAnnual:
	default:
		return 0
	}
	first, last := 0, 0
	for i := range pts {
		switch d := pts[i].day; {
		case d >= 25:
			last++
		case d > 0 && d <= 5:
			first++
		}
	}
	switch {
	case last*5 >= len(pts)*4:
		return -1
	case first*5 >= len(pts)*4:
		return 1
	}
	return 0
}
