package series

import (
	"math"

	"classify"
)

// accumulation decides by arithmetic whether the values are totals that run
// since the start of a year. If they are, then the first value of each year is
// the share of one period, as are the differences after it; a level, however
// strong its season, does not fall to the size of its own changes.
func accumulation(pts []point, f classify.Frequency, o Options) classify.Cumulative {
	c := classify.Cumulative{Pattern: classify.PatternUnknown, Transitions: max(0, len(pts)-1)}
	countMoves(&c, pts)
	if len(pts) < 3 || f == classify.FrequencyUnknown {
		return c
	}
	answer := withinYear(c, pts, f, o)
	if answer.StartMonth == 0 && o.NamedTotal {
		return runningTotal(answer, pts)
	}
	return answer
}

func withinYear(c classify.Cumulative, pts []point, f classify.Frequency, o Options) classify.Cumulative {
	perYear := division(f, pts)
	if perYear == 0 {
		c.Pattern, c.Confidence = classify.PatternPeriodic, 0.99
		return c
	}
	var room [64]sample
	samples := appendSlots(room[:0], pts, f, perYear)
	if len(samples) < 2 {
		return c
	}
	fit, falls := bestYear(samples, perYear)
	return verdict(c, samples, fit, perYear, falls, o)
}

// countMoves counts rises and falls from one value to the next.
func countMoves(c *classify.Cumulative, pts []point) {
	for i := 1; i < len(pts); i++ {
		switch {
		case pts[i].value > pts[i-1].value:
			c.Rises++
		case pts[i].value < pts[i-1].value:
			c.Falls++
		}
	}
}

// fewestForTotal is how many transitions a running total has to go without a
// fall of its own.
const fewestForTotal = 6

// runningTotal recognises a total since a start that no year interrupts. Only
// its name tells it from a stock that grows. It returns c where it is none.
func runningTotal(c classify.Cumulative, pts []point) classify.Cumulative {
	// A fall is a revision if it takes away little of what was gained.
	gained, lost := 0.0, 0.0
	for i := 1; i < len(pts); i++ {
		if d := pts[i].value/2 - pts[i-1].value/2; d > 0 {
			gained += d
		} else {
			lost -= d
		}
	}
	if c.Transitions < fewestForTotal || gained == 0 || c.Falls*10 > c.Transitions || lost > gained/20 {
		return c
	}
	c.Pattern, c.Confidence = classify.PatternRunningTotal, 0.9
	if c.Falls > 0 {
		c.Confidence = 0.8
	}
	return c
}

// A year is the hypothesis that the values begin anew at one period of the
// year, and what speaks for it.
type year struct {
	start   int32 // period of the year, from 0
	perYear int32

	inside, rises, falls int     // transitions within a year
	crossings, resets    int     // transitions into the first half of another year
	late                 int     // and into the second half
	gain, move           float64 // sum of the differences within a year, and of their sizes
	periods              float64 // over so many periods
	first, firstSize     float64 // sum of the years' first values after a crossing, and of their sizes
	firstPeriods         float64 // of so many periods
	opening              float64 // the series' first value, per period of its year

	share [12]float64 // sum of what each period of the year adds
	seen  [12]int32   // how often it was seen

	persist, renew float64 // squared error at a crossing if the value goes on, and if it begins at 0
	jitter, power  float64 // squared differences and squared values within a year
}

// bestYear tries the starts of the year at which the values fall most.
func bestYear(s []sample, perYear int32) (year, bool) {
	var drop [12]float64
	for i := 1; i < len(s); i++ {
		if s[i].slot-s[i-1].slot > perYear {
			continue
		}
		d := math.Abs(s[i-1].value) - math.Abs(s[i].value)
		for slot := s[i-1].slot + 1; slot <= s[i].slot; slot++ {
			drop[slot%perYear] += d
		}
	}
	most := 0.0
	for _, d := range drop[:perYear] {
		most = max(most, d)
	}
	if most == 0 {
		return year{}, false
	}
	var best year
	for start := range perYear {
		// Two months fall alike where the first of the year is never published.
		if drop[start] < 0.999*most {
			continue
		}
		y := evidence(s, start, perYear)
		if best.perYear == 0 || start != 0 && best.start != 0 && math.Abs(math.Log(y.evenness())) < math.Abs(math.Log(best.evenness())) {
			best = y
		}
	}
	return best, true
}

// evidence sums what speaks for and against a year that begins at start.
func evidence(s []sample, start, perYear int32) year {
	y := year{start: start, perYear: perYear}
	for i := range s {
		at := (s[i].slot-start)%perYear + 1
		v := s[i].value
		added, gap := v, float64(at)
		switch {
		case i == 0:
			y.opening = v / gap
		case (s[i].slot-start)/perYear == (s[i-1].slot-start)/perYear:
			added, gap = v-s[i-1].value, float64(s[i].slot-s[i-1].slot)
			y.within(added, v, gap)
		case s[i].slot-s[i-1].slot <= perYear:
			y.across(s[i-1].value, v, gap, float64((s[i-1].slot-start)%perYear+1))
		}
		y.share[at-1] += added / gap
		y.seen[at-1]++
	}
	return y
}

// within weighs a difference d over so many periods of one year, up to v.
func (y *year) within(d, v, gap float64) {
	y.inside++
	switch {
	case d > 0:
		y.rises++
	case d < 0:
		y.falls++
	}
	y.gain += d
	y.move += math.Abs(d)
	y.periods += gap
	y.jitter += d * d / gap
	y.power += v * v
}

// across weighs the step from the value before a year's start, which is that
// of lastAt periods, to the first of the year, which is that of at periods.
func (y *year) across(before, v, at, lastAt float64) {
	y.first += v
	y.firstSize += math.Abs(v)
	y.firstPeriods += at
	if 2*int32(at) > y.perYear { // too late in the year to see a fall
		y.late++
		return
	}
	y.crossings++
	if math.Abs(v) < math.Abs(before)*min(0.7, 0.05+3.5*at/lastAt) {
		y.resets++
	}
	y.persist += (v - before) * (v - before)
	y.renew += v * v / at
}

// evenness compares the first values of the years with the differences after
// them, period by period: about 1 for what accumulates, far above it for a
// level. Before any crossing the series' first value stands for them.
func (y *year) evenness() float64 {
	perPeriod := y.move / y.periods
	if y.crossings+y.late == 0 {
		return math.Abs(y.opening) / perPeriod
	}
	return y.firstSize / y.firstPeriods / perPeriod
}

// lopsided is the largest share that a period of the year adds on average,
// over the smallest; infinite if one takes away. A level with a peak adds
// nearly all of its rise in one period.
func (y *year) lopsided() float64 {
	least, most := math.Inf(1), 0.0
	for k, n := range y.seen[:y.perYear] {
		if n > 0 {
			share := y.share[k] / float64(n)
			if y.gain < 0 {
				share = -share
			}
			least, most = min(least, share), max(most, share)
		}
	}
	if least <= 0 {
		return math.Inf(1)
	}
	return most / least
}
