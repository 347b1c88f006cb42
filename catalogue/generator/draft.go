package generator

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"classify"
)

// A draft is an item in the making: first what it is about, then its mode of
// publication and its unit, then its texts, labels and values.
type draft struct {
	options Options
	concept *concept
	country *country
	edition int
	turn    int    // steps through modes and spellings
	slot    uint64 // place in the endless catalogue; seeds what is random
	lead    string // of the id, instead of the edition
	random  *rand.Rand

	mode       byte
	frequency  classify.Frequency
	pattern    classify.Pattern
	start      int // first month of a year to date
	purse      purse
	spelling   spelling
	collection string              // "end", "average" or "", for what is quoted on a market
	adjustment classify.Adjustment // named in the texts, for what has a season
	style      style
	silent     bool // a year to date that no text mentions
	points     int  // of the series
}

// chance is true with that probability.
func (d *draft) chance(p float64) bool { return d.random.Float64() < p }

// oneOf picks one of the alternatives in "a|b|c".
func (d *draft) oneOf(alternatives string) string {
	n := strings.Count(alternatives, "|") + 1
	for range d.random.IntN(n) {
		alternatives = alternatives[strings.IndexByte(alternatives, '|')+1:]
	}
	text, _, _ := strings.Cut(alternatives, "|")
	return text
}

func (d *draft) item() Item {
	d.chooseMode()
	d.silent = d.options.Values && d.isYTD() && d.chance(0.2)
	d.points = d.length()
	d.style = style(d.random.IntN(int(styles)))
	d.chooseUnit()
	d.chooseCollection()
	d.chooseAdjustment()

	it := Item{Concept: d.concept.code, StartMonth: d.start}
	if d.options.Distinct {
		it.Concept = d.concept.names
	}
	it.Indicator = d.texts()
	it.Labels = d.labels()
	it.Asserted = d.asserted(&it.Labels)
	if d.options.Values {
		d.addValues(&it)
	}
	return it
}

// chooseMode steps through modes first and spellings second, so that a concept
// meets all combinations within a few countries.
func (d *draft) chooseMode() {
	modes := d.concept.modes
	d.mode = modes[d.turn%len(modes)]
	d.pattern = classify.PatternPeriodic
	switch fiscal := d.country.fiscal; {
	case d.mode == 'f' && fiscal == 1:
		d.mode = 'm'
	case d.mode == 'g' && (fiscal == 1 || fiscal%3 != 1): // whole quarters only
		d.mode = 'q'
	}
	switch d.mode {
	case 'm', 'q':
		d.pattern, d.start = classify.PatternYTD, 1
	case 'f', 'g':
		d.pattern, d.start = classify.PatternFiscalYTD, d.country.fiscal
	case 't':
		d.pattern = classify.PatternRunningTotal
	}
	d.frequency = frequencies[d.mode]
}

var frequencies = map[byte]classify.Frequency{
	'D': classify.Daily, 'W': classify.Weekly, 'M': classify.Monthly, 'm': classify.Monthly,
	'f': classify.Monthly, 't': classify.Monthly, 'Q': classify.Quarterly, 'q': classify.Quarterly,
	'g': classify.Quarterly, 'S': classify.SemiAnnual, 'A': classify.Annual, 'L': classify.MultiYear,
}

func (d *draft) isYTD() bool { return d.start > 0 }

func (d *draft) isCumulative() bool { return d.isYTD() || d.mode == 't' }

// length is the number of points of the series.
func (d *draft) length() int {
	if d.isYTD() && d.frequency == classify.Monthly && !d.silent && d.chance(0.04) {
		return 10 + d.random.IntN(4) // a single year
	}
	switch d.frequency {
	case classify.Daily:
		return 40 + d.random.IntN(20)
	case classify.Weekly:
		return 40 + d.random.IntN(20)
	case classify.Monthly:
		return 36 + d.random.IntN(24)
	case classify.Quarterly:
		return 20 + d.random.IntN(20)
	case classify.SemiAnnual:
		return 10 + d.random.IntN(15)
	case classify.MultiYear:
		return 5 + d.random.IntN(5)
	}
	return 10 + d.random.IntN(21)
}

// chooseUnit settles currency and spelling. A phrase that leaves the currency
// to the country is only used where the row names the country.
func (d *draft) chooseUnit() {
	u := d.concept.unit
	d.purse = purse{country: d.country, column: d.style.hasColumn(), pick: d.random.IntN(1 << 16)}
	d.purse.foreign = u.money != exchangeRate && d.chance(0.25)
	d.purse.size = d.concept.moves.size(d.country) / d.perYear()
	if u.money != notMoney {
		d.purse.size *= d.purse.currency().perUSD
	}
	if u.money == perPerson {
		d.purse.size /= d.country.people * 1e6
	}
	d.spelling = u.spell(d.turn/len(d.concept.modes)%u.spellings(), d.purse)
}

// perYear is by how many periods an annual amount is divided.
func (d *draft) perYear() float64 {
	if p := d.concept.moves.path; p != arising && p != swinging {
		return 1
	}
	return periodsPerYear(d.frequency)
}

// chooseCollection gives some market quotes and stocks a word for the moment.
func (d *draft) chooseCollection() {
	switch r := d.random.IntN(10); {
	case d.concept.kind.agg != "":
	case d.frequency == classify.Daily || d.frequency == classify.Weekly:
	case r < 3:
		d.collection = "end"
	case r < 6:
		d.collection = "average"
	}
}

// chooseAdjustment says of some series with a season whether it was taken out.
func (d *draft) chooseAdjustment() {
	if d.isCumulative() || d.concept.moves.season == even || d.concept.topic == "Climate" || d.frequency != classify.Monthly && d.frequency != classify.Quarterly {
		return
	}
	switch d.random.IntN(16) {
	case 0, 1:
		d.adjustment = classify.SeasonallyAdjusted
	case 2:
		d.adjustment = classify.NotAdjusted
	}
}

// identifier is the id: the edition, country, concept, currency and frequency.
// It ascends with the place in the catalogue.
func (d *draft) identifier() string {
	b := make([]byte, 0, 64)
	if d.lead == "" {
		b = append(b, "GEN"...)
		if d.edition > 0 {
			b = fmt.Appendf(b, "v%04d", d.edition)
		}
	}
	b = append(b, d.lead...)
	b = append(b, ':')
	b = append(b, d.country.code...)
	b = append(b, ':')
	b = append(b, d.concept.code...)
	if d.spelling.labels.Currency != "" {
		b = append(b, '.')
		b = append(b, d.spelling.labels.Currency...)
	}
	b = append(b, ':')
	b = append(b, modeSuffix[d.mode]...)
	return string(b)
}

var modeSuffix = map[byte]string{
	'D': "D", 'W': "W", 'M': "M", 'Q': "Q", 'S': "S", 'A': "A", 'L': "A5",
	'm': "M.YTD", 'q': "Q.YTD", 'f': "M.FYTD", 'g': "Q.FYTD", 't': "M.TOTAL",
}
