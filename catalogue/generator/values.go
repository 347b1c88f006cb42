package generator

import (
	"math"
	"math/rand/v2"
	"slices"

	"classify"
)

// dirt is what only the file shows: how dates and values are written.
type dirt struct {
	form      classify.Frequency // of the dates, for the compact form 2024Q1
	compact   bool
	timestamp bool // 2024-03-31T00:00:00Z
	text      bool // values as JSON strings
	grouped   bool // with thousands separators; implies text
	junk      int  // points "last10YearsAvg": none or one
	nulls     int  // further points that have no value
	revised   bool // one value of a year to date is lower than the one before
}

// addValues gives the item its series and the flaws of its source.
func (d *draft) addValues(it *Item) {
	d.random = rand.New(rand.NewPCG(^d.options.Seed, mix(d.slot)))
	first, form := d.span()
	before := 0 // periods since the start of the year, which the sum includes
	if d.isYTD() {
		for (first - period(before)).month(d.frequency) != d.start {
			before++
		}
	}
	values := d.run(first-period(before), before+d.points)
	if d.isCumulative() {
		d.accumulate(values, first-period(before))
	}
	values = values[before:]
	d.round(values)
	if d.isYTD() && d.chance(0.1) {
		it.dirt.revised = d.revise(values, first)
	}
	it.Indicator.Values = d.observe(values, first, form)
	it.dirt.form = d.frequency
	d.soil(it, form)
}

// span chooses the first period and the way in which dates are written.
func (d *draft) span() (first period, form dateForm) {
	last := periodOf(d.frequency, 2024, 1+d.random.IntN(12))
	if d.style == outlook && d.frequency == classify.Annual {
		last += 5 // forecasts
	}
	switch d.frequency {
	case classify.Monthly:
		last += period(d.random.IntN(10))
		form = dateForm(max(0, d.random.IntN(6)-3)) // 0 0 0 0 1 2
	case classify.Quarterly, classify.SemiAnnual, classify.Annual:
		if d.chance(0.25) {
			form = lastDay
		}
	}
	return last - period(d.points) + 1, form
}

// accumulate turns amounts per period into their running sum, which begins
// anew at the start of the year unless it is a total.
func (d *draft) accumulate(values []float64, first period) {
	sum := 0.0
	if d.mode == 't' {
		sum = d.purse.size / d.spelling.div * 40
	}
	for i, v := range values {
		if d.isYTD() && (first+period(i)).month(d.frequency) == d.start {
			sum = 0
		}
		sum += v
		values[i] = sum
	}
}

// revise lets one value fall slightly below the one before, within a year.
func (d *draft) revise(values []float64, first period) bool {
	i := 1 + d.random.IntN(len(values)-1)
	if (first+period(i)).month(d.frequency) == d.start || values[i-1] <= 0 {
		return false
	}
	values[i] = values[i-1] * (0.985 + 0.01*d.random.Float64())
	d.round(values[i : i+1])
	return true
}

// observe dates the values, leaves some out and brings them into the source's
// order.
func (d *draft) observe(values []float64, first period, form dateForm) []classify.Observation {
	noJanuary := d.frequency == classify.Monthly && (d.start == 1 && d.chance(0.15) || d.start == 0 && d.chance(0.02))
	gaps := 0
	if len(values) >= 15 && d.chance(0.06) {
		gaps = 1 + d.random.IntN(3)
	}
	observed := make([]classify.Observation, 0, len(values)+1)
	for i, v := range values {
		p := first + period(i)
		if noJanuary && p.month(d.frequency) == 1 {
			continue
		}
		if gaps > 0 && i > 2 && d.chance(0.1) {
			gaps--
			continue
		}
		observed = append(observed, classify.Observation{Date: p.date(d.frequency, form), Value: v})
	}
	if n := len(observed); n > 4 && d.chance(0.03) { // a date twice, with another value
		i := 1 + d.random.IntN(n-2)
		again := observed[i]
		again.Value *= 1.004
		d.roundOne(&again.Value)
		observed = slices.Insert(observed, i+1, again)
	}
	if d.chance(0.3) {
		slices.Reverse(observed)
	}
	return observed
}

// soil decides how the file writes dates and values.
func (d *draft) soil(it *Item, form dateForm) {
	r := d.random.Float64()
	it.dirt.compact = form == ownForm && d.frequency == classify.Quarterly && r < 0.3
	it.dirt.timestamp = form == lastDay && r < 0.3
	it.dirt.grouped = d.chance(0.03)
	it.dirt.text = it.dirt.grouped || d.chance(0.08)
	if d.chance(0.06) {
		it.dirt.nulls = 1 + d.random.IntN(2)
		it.Indicator.SetAsideExample = it.lastDate() + ": null"
	}
	if d.chance(0.05) {
		it.dirt.junk = 1
		if it.dirt.nulls == 0 {
			it.Indicator.SetAsideExample = junkDate + ": " + junkValue
		}
	}
	it.Indicator.SetAside = it.dirt.nulls + it.dirt.junk
}

// lastDate is the date of the last point as the file writes it.
func (it *Item) lastDate() string {
	return string(it.appendDate(nil, it.Indicator.Values[len(it.Indicator.Values)-1].Date))
}

// A point that is none, as real catalogues have it among their dates.
const (
	junkDate  = "last10YearsAvg"
	junkValue = "12.5"
)

func (d *draft) round(values []float64) {
	for i := range values {
		d.roundOne(&values[i])
	}
}

// roundOne keeps as many decimals as a publication does: none where the unit
// is whole things, otherwise enough for six significant digits of a typical
// value, fewer for what is bounded and hardly moves within them.
func (d *draft) roundOne(v *float64) {
	l := &d.spelling.labels
	decimals := 0
	size := d.purse.size / d.spelling.div
	if l.UnitType != classify.UnitCount || l.ScalePow10 > 0 {
		for decimals < 6 && size*math.Pow10(decimals) < 1e5 {
			decimals++
		}
	}
	if m := &d.concept.moves; m.min < m.max {
		switch {
		case m.noise/d.spelling.div >= 0.1:
			decimals = min(decimals, 2)
		default:
			decimals = min(decimals, 4)
		}
	}
	p := math.Pow10(decimals)
	*v = math.Round(*v*p) / p
}
