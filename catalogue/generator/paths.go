package generator

import (
	"math"

	"classify"
)

// run gives n values from a period on, in the item's unit.
func (d *draft) run(first period, n int) []float64 {
	m := d.concept.moves
	if m.min < m.max {
		m.level = m.min + (m.max-m.min)*(0.2+0.6*d.random.Float64())
	}
	size := d.purse.size / d.spelling.div
	values := make([]float64, n, n+1)
	switch m.path {
	case arising, pulsing:
		d.runSeasonal(values, first, m, size)
	case standing, levelled, quoted:
		d.runTrending(values, first, m, size)
	case rising:
		d.runRising(values, first, m, size)
	case swinging:
		d.runSwinging(values, m, size)
	case wandering:
		d.runWandering(values, m, size)
	case stepped:
		d.runStepped(values, m, size)
	case reading:
		d.runReading(values, first, m, size)
	case flagged:
		d.runFlagged(values, m)
	}
	return values
}

// referenceYear is when a level is the size that the table says.
const referenceYear = 2021

// trend is the growth factor of the first period and of each further one.
func (d *draft) trend(first period, growth float64) (start, step float64) {
	reference := float64(referenceYear)
	if d.concept.moves.path == levelled {
		reference = float64(atoi(d.spelling.labels.BasePeriod)) + 0.5
	}
	years := first.year(d.frequency) - reference
	return math.Pow(1+growth, years), math.Pow(1+growth, 1/periodsPerYear(d.frequency))
}

// growthHere varies a concept's growth from country to country.
func (d *draft) growthHere(m motion) float64 { return m.growth * (0.5 + d.random.Float64()) }

func (d *draft) runSeasonal(values []float64, first period, m motion, size float64) {
	factor, step := d.trend(first, d.growthHere(m))
	size *= 0.6 + 0.8*d.random.Float64()
	if d.adjustment == classify.SeasonallyAdjusted {
		m.season = even
	}
	for i := range values {
		values[i] = size * factor * d.seasonal(m.season, first+period(i)) * math.Exp(m.noise*d.random.NormFloat64())
		factor *= step
	}
}

// seasonal is the relative size of a period of months or quarters.
func (d *draft) seasonal(s season, p period) float64 {
	row := &seasons[s]
	switch d.frequency {
	case classify.Monthly:
		return row[int(p)%12]
	case classify.Quarterly:
		q := int(p) % 4 * 3
		return (row[q] + row[q+1] + row[q+2]) / 3
	}
	return 1
}

func (d *draft) runTrending(values []float64, first period, m motion, size float64) {
	factor, step := d.trend(first, d.growthHere(m))
	drift, keep, noise := 0.0, 0.9, m.noise
	if m.path == quoted {
		keep, noise = 1, m.noise/math.Sqrt(max(periodsPerYear(d.frequency), 1))
	}
	if m.path != levelled {
		size *= 0.6 + 0.8*d.random.Float64()
	}
	for i := range values {
		drift = keep*drift + noise*d.random.NormFloat64()
		values[i] = size * factor * math.Exp(drift)
		factor *= step
	}
}

// runRising never falls: the look-alike of a running total.
func (d *draft) runRising(values []float64, first period, m motion, size float64) {
	factor, _ := d.trend(first, m.growth)
	value := size * factor * (0.8 + 0.4*d.random.Float64())
	step := m.growth / periodsPerYear(d.frequency)
	for i := range values {
		values[i] = value
		value *= 1 + step*(0.7+0.6*d.random.Float64())
	}
}

func (d *draft) runSwinging(values []float64, m motion, size float64) {
	unit := size / max(math.Abs(m.level), m.noise)
	state := 0.0
	for i := range values {
		state = 0.5*state + 0.87*d.random.NormFloat64()
		values[i] = unit * (m.level + m.noise*state)
	}
}

func (d *draft) runWandering(values []float64, m motion, size float64) {
	unit := size / math.Abs(d.concept.moves.level)
	value := m.level
	for i := range values {
		value = m.level + 0.9*(value-m.level) + m.noise*d.random.NormFloat64()
		value = min(max(value, m.min), m.max)
		values[i] = value * unit
	}
}

// runStepped changes by decision, about every tenth period: a bounded rate up
// or down in steps of the noise, an amount of money upwards.
func (d *draft) runStepped(values []float64, m motion, size float64) {
	bounded, value := m.min < m.max, size
	if bounded {
		value = math.Round(m.level/m.noise) * m.noise
	}
	for i := range values {
		values[i] = value
		switch {
		case d.random.IntN(10) > 0:
		case bounded:
			value = min(max(value+m.noise*float64(d.random.IntN(5)-2), m.min), m.max)
		default:
			value *= 1 + m.growth + m.noise*d.random.Float64()
		}
	}
}

// runReading follows the year like the weather.
func (d *draft) runReading(values []float64, first period, m motion, size float64) {
	perYear := periodsPerYear(d.frequency)
	amplitude := 0.4
	if perYear <= 1 {
		amplitude = 0
	}
	size *= 0.7 + 0.6*d.random.Float64()
	for i := range values {
		year := (first + period(i)).year(d.frequency)
		values[i] = size * (1 - amplitude*math.Cos(2*math.Pi*(year-0.08)) + m.noise*d.random.NormFloat64())
	}
}

func (d *draft) runFlagged(values []float64, m motion) {
	on := d.chance(m.level)
	for i := range values {
		if on {
			values[i] = 1
		}
		if d.chance(0.1) {
			on = d.chance(m.level)
		}
	}
}

// atoi reads the four digits of a base year.
func atoi(year string) int {
	n := 0
	for _, r := range year {
		n = 10*n + int(r-'0')
	}
	return n
}
