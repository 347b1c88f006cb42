package series

import (
	"math"

	"classify"
)

// limits are what the evidence has to show. Without a name the arithmetic
// stands alone and has to be plainer.
type limits struct {
	least, most float64 // evenness: a January, or a first quarter, is lighter or heavier than the others
	few         int     // transitions seen
}

func limitsFor(y *year, named bool) limits {
	switch {
	case y.perYear == 12 && named:
		return limits{0.05, 6, 3}
	case y.perYear == 12 && y.inside >= 8:
		return limits{0.1, 5, 6}
	case y.perYear == 12:
		return limits{0.3, 3, 6}
	case y.perYear == 4 && named:
		return limits{0.2, 3, 3}
	case y.perYear == 4 && y.start == 0:
		return limits{0.35, 1.9, 6}
	case y.perYear == 4:
		return limits{0.45, 1.6, 7}
	case named:
		return limits{0.35, 2.5, 2}
	}
	return limits{} // half-years alternate with every season
}

// verdict weighs the evidence.
func verdict(c classify.Cumulative, s []sample, y year, perYear int32, falls bool, o Options) classify.Cumulative {
	if falls {
		if sure := y.ramp(o.NamedYTD); sure > 0 {
			return y.accumulating(c, sure)
		}
		if sure := y.balance(o.NamedYTD); sure > 0 {
			return y.accumulating(c, sure)
		}
	}
	if len(s) > 1 && s[len(s)-1].slot-s[0].slot < perYear {
		if y, sure := alone(s, perYear, o.NamedYTD); sure > 0 {
			return y.accumulating(c, sure)
		}
	}
	return periodic(c, s, y)
}

// accumulating reports a year that the values run from.
func (y *year) accumulating(c classify.Cumulative, sure float64) classify.Cumulative {
	c.Pattern = classify.PatternYTD
	if y.start != 0 {
		c.Pattern = classify.PatternFiscalYTD
	}
	c.StartMonth = int(y.start*(12/y.perYear)) + 1
	c.Resets, c.Rises, c.Falls = y.resets, y.rises, y.falls
	c.Transitions = y.inside + y.crossings
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
	case even < l.least || even > l.most:
		return 0
	}
	return y.confidence(named)
}

// balance judges values that go both ways within the year.
func (y *year) balance(named bool) float64 {
	least := 2
	if named {
		least = 1
	}
	even := y.evenness()
	if y.perYear != 12 || y.crossings < least || y.inside < 8 || y.resets*4 < y.crossings*3 ||
		y.persist < 8*y.renew || y.jitter > 0.3*y.power || even < 0.3 || even > 3 {
		return 0
	}
	return y.confidence(named) - 0.08
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

// alone judges values of a single year, of which no reset is seen.
func alone(s []sample, perYear int32, named bool) (year, float64) {
	starts := []int32{0, s[0].slot % perYear}
	for _, start := range starts {
		y := evidence(s, start, perYear)
		if y.crossings > 0 || y.inside == 0 {
			continue
		}
		even := y.evenness()
		against := y.falls
		if y.gain < 0 {
			against = y.rises
		}
		plain := against <= y.inside/8 && math.Abs(y.gain) > 0.95*y.move && y.first*y.gain > 0
		few, least, most := 8, 0.6, 1.67
		if named {
			few, least, most = 2, 0.2, 4
		}
		if plain && y.inside >= few && even >= least && even <= most {
			sure := 0.8
			if named {
				sure = 0.92
			}
			return y, sure
		}
	}
	return year{}, 0
}

// periodic reports values that do not accumulate, or too few to say so.
func periodic(c classify.Cumulative, s []sample, y year) classify.Cumulative {
	c.Pattern, c.Confidence = classify.PatternPeriodic, 0.97
	if len(s) < 4 {
		c.Pattern, c.Confidence = classify.PatternUnknown, 0
	}
	return c
}
