package series

import (
	"math"

	"classify"
)

// limits are what the evidence has to show. Without a name the arithmetic
// stands alone and has to be plainer.
type limits struct {
	least, most float64 // evenness: a January, or a first quarter, is lighter or heavier than the others
	lopsided    float64
	few         int // transitions seen
}

func limitsFor(y *year, named bool) limits {
	free := math.Inf(1)
	switch {
	case y.perYear == 12 && named:
		return limits{0.05, 6, free, 3}
	case y.perYear == 12 && y.inside >= 8:
		return limits{0.1, 5, free, 6}
	case y.perYear == 12:
		return limits{0.3, 3, free, 6}
	case y.perYear == 4 && named:
		return limits{0.2, 3, free, 3}
	case y.perYear == 4 && y.crossings > 2:
		return limits{0.3, 2.1, 9, 6}
	case y.perYear == 4:
		return limits{0.45, 1.9, 3.5, 5}
	case named:
		return limits{0.35, 2.5, free, 2}
	}
	return limits{} // half-years alternate with every season
}

// verdict weighs the evidence. Where falls is false the values never fall in
// size, and y says nothing.
func verdict(c classify.Cumulative, s []sample, y year, perYear int32, falls bool, o Options) classify.Cumulative {
	if falls {
		if sure := y.ramp(o.NamedYTD); sure > 0 {
			return y.accumulating(c, sure)
		}
		if sure := y.balance(o.NamedYTD); sure > 0 {
			return y.accumulating(c, sure)
		}
	}
	perhaps := falls && o.NamedYTD && y.mayAccumulate()
	if s[len(s)-1].slot-s[0].slot < perYear {
		alone, sure, similar := alone(s, perYear, o.NamedYTD)
		if sure > 0 {
			return alone.accumulating(c, sure)
		}
		perhaps = perhaps || similar || midYear(s, perYear)
	}
	return periodic(c, s, perhaps)
}

// accumulating reports a year that the values run from.
func (y *year) accumulating(c classify.Cumulative, sure float64) classify.Cumulative {
	c.Pattern = classify.PatternYTD
	if y.start != 0 {
		c.Pattern = classify.PatternFiscalYTD
	}
	c.StartMonth = int(y.start*(12/y.perYear)) + 1
	c.Resets, c.Rises, c.Falls = y.resets, y.rises, y.falls
	c.Transitions = y.inside + y.crossings + y.late
	c.Confidence = sure
	return c
}

// ramp judges values that pile up in one direction. It returns the confidence,
// or 0.
func (y *year) ramp(named bool) float64 {
	l := limitsFor(y, named)
	if y.crossings == 0 || y.inside == 0 || y.inside+y.crossings < l.few || y.resets*5 < y.crossings*4 {
		return 0
	}
	against := y.falls
	if y.gain < 0 {
		against = y.rises
	}
	even := y.evenness()
	switch {
	case math.Abs(y.gain) < 0.9*y.move || y.first*y.gain <= 0 || math.Abs(y.first) < 0.8*y.firstSize:
		return 0
	case against > max(1, y.inside/12):
		return 0
	case !named && y.start != 0 && y.crossings == 1 && y.inside < 12 && math.Abs(y.gain) < 0.96*y.move:
		return 0 // one fall of a few noisy months proves no fiscal year
	case even < l.least || even > l.most || y.lopsided() > l.lopsided:
		return 0
	}
	return y.confidence(named)
}

// balance judges values that go both ways within the year.
func (y *year) balance(named bool) float64 {
	even := y.evenness()
	renewal, jitter, least, most := 8.0, 0.3, 0.3, 3.0
	switch {
	case named && y.perYear == 4:
		renewal, jitter, least, most = 4, 0.5, 0.3, 3
	case named && y.crossings == 1:
		renewal, jitter, least, most = 12, 0.25, 0.25, 4
	case named:
		renewal, jitter, least, most = 6, 0.45, 0.15, 6
	case y.perYear != 12:
		return 0 // a season of four steps does the same
	case y.crossings == 1 && y.start != 0 && y.inside < 12:
		return 0 // one fall of a few noisy months proves no fiscal year
	case y.crossings == 1:
		renewal, jitter = 25, 0.15
	case y.crossings == 2:
		renewal = 14
	}
	if !y.usualStart() || y.crossings == 0 || y.inside < 6 || y.resets*4 < y.crossings*3 ||
		y.persist < renewal*y.renew || y.jitter > jitter*y.power || even < least || even > most {
		return 0
	}
	return y.confidence(named) - 0.08
}

// usualStart reports whether fiscal years begin there: with a quarter.
func (y *year) usualStart() bool { return y.perYear != 12 || y.start%3 == 0 }

// mayAccumulate reports whether the evidence leaves room for a name that says
// year to date: the values are no level that merely moves.
func (y *year) mayAccumulate() bool {
	even := y.evenness()
	return y.usualStart() && y.resets*2 > y.crossings && y.persist > 5*y.renew && even > 0.1 && even < 8
}

func (y *year) confidence(named bool) float64 {
	sure := 0.9
	switch {
	case y.resets >= 3:
		sure = 0.98
	case y.resets == 2:
		sure = 0.95
	}
	if named {
		sure = min(0.99, sure+0.04)
	}
	if y.start != 0 && !named {
		sure -= 0.03
	}
	return sure
}

// alone judges values of a single year, of which no reset is seen. They have to
// begin with the share of one period and to go on with the like. similar
// reports values that do so, but are too few to exclude chance.
func alone(s []sample, perYear int32, named bool) (best year, sure float64, similar bool) {
	for _, start := range [2]int32{0, s[0].slot % perYear} {
		y := evidence(s, start, perYear)
		if y.crossings+y.late > 0 || y.inside == 0 || y.opening*y.gain <= 0 {
			continue
		}
		against, even := y.falls, y.evenness()
		if y.gain < 0 {
			against = y.rises
		}
		switch {
		case against > y.inside/8 || math.Abs(y.gain) < 0.95*y.move:
		case named && y.plausibleOpening(float64((s[0].slot-start)%perYear+1)):
			return y, 0.92, true
		case perYear == 12 && y.inside >= 8 && start%3 == 0 && even > 0.6 && even < 1.67 && y.lopsided() < 4:
			return y, 0.8, true
		case even > 0.4 && even < 2.5:
			similar = true
		}
	}
	return year{}, 0, similar
}

// midYear reports values of a single year that may have begun to pile up
// before the first of them: they hardly turn, and the first is about what so
// many periods since the start of some quarter of the year add up to. No reset
// is seen, so that nothing proves it.
func midYear(s []sample, perYear int32) bool {
	if perYear != 12 && perYear != 4 {
		return false
	}
	for start := int32(0); start < perYear; start += perYear / 4 {
		y := evidence(s, start, perYear)
		if y.crossings+y.late > 0 || y.inside < 3 || y.opening*y.gain <= 0 || min(y.rises, y.falls) > y.inside/4 || math.Abs(y.gain) < 0.85*y.move {
			continue
		}
		if even := y.evenness(); even > 0.4 && even < 2.5 {
			return true
		}
	}
	return false
}

// plausibleOpening reports whether a named total may begin with the value that
// it has after so many periods: the more periods it sums, the nearer their
// mean is to that of the periods after it.
func (y *year) plausibleOpening(periods float64) bool {
	even, room := y.evenness(), 3/math.Sqrt(periods)
	return even < 1+room && even > 1/(1+1.3*room)
}

// periodic reports values that do not accumulate, or too few to say so.
func periodic(c classify.Cumulative, s []sample, perhaps bool) classify.Cumulative {
	c.Pattern, c.Confidence = classify.PatternPeriodic, 0.98
	switch {
	case perhaps:
		c.Pattern, c.Confidence = classify.PatternUnknown, 0
	case len(s) >= 10:
	case c.Transitions >= 4 && c.Falls*5 >= c.Transitions:
		c.Confidence = 0.93 // however few months they cover
	case len(s) >= 4:
		c.Confidence = 0.9
	default:
		c.Pattern, c.Confidence = classify.PatternUnknown, 0
	}
	return c
}
