package generator

import (
	"strings"

	"classify"
)

// A style is the manner of a publisher: where it puts the country, the unit
// and the frequency.
type style int

const (
	development style = iota // unit in brackets in the name, country as a code
	outlook                  // "Kenya - Gross domestic product", country as a code
	database                 // "… for Kenya", nothing in the country column
	vendor                   // short names, country by name
	bank                     // national bank or office, country by alpha-2 code
	styles
)

// hasColumn reports whether the country stands in its own column.
func (s style) hasColumn() bool { return s != database }

func (d *draft) texts() classify.Indicator {
	ind := classify.Indicator{
		ID: d.identifier(), Units: d.spelling.text, Scale: d.spelling.scaleColumn,
		Topic: d.concept.topic, Periodicity: d.periodicity(),
	}
	name := d.oneOf(d.concept.names) + d.suffix()
	k := d.country
	switch d.style {
	case development:
		ind.SourceName, ind.Country, ind.Dataset = "World Development Database", k.code, "Development indicators"
		ind.LongName = name
		if !strings.Contains(name, "(") {
			name += " (" + ind.Units + ")"
			if d.chance(0.4) && d.spelling.scaleColumn == "" {
				ind.Units = ""
			}
		}
	case outlook:
		ind.SourceName, ind.Country, ind.Dataset = "International economic outlook", k.code, "Outlook, October edition"
		name = k.name + " - " + name
	case database:
		ind.SourceName = "Regional research database"
		name += " for " + theCountry(k)
	case vendor:
		ind.SourceName, ind.Country, ind.CategoryGroup = "Meridian Data", k.name, d.concept.topic
		ind.Topic = ""
	default:
		ind.SourceName, ind.Country = d.oneOf("Central Bank of |National Statistics Office of ")+theCountry(k), k.alpha2
		if d.chance(0.3) {
			name += ", " + k.name
		}
	}
	if d.chance(0.35) {
		ind.Description = d.description()
	}
	if d.style != bank || d.chance(0.5) {
		ind.SourceURL = "https://data.example.org/series/" + d.concept.code
	}
	ind.Name = name
	d.declare(&ind)
	return ind
}

// declare fills in the source's own scale and currency: needed where the
// phrase is short, mostly right, sometimes contradictory. The phrase wins.
func (d *draft) declare(ind *classify.Indicator) {
	currency := d.spelling.labels.Currency
	bare := ind.Units == "" && d.style == development
	switch r := d.random.Float64(); {
	case currency == "" || bare && !d.spelling.ambiguous:
	case d.spelling.ambiguous, r < 0.3:
		ind.CurrencyCode = currency
	case r < 0.33:
		ind.CurrencyCode = "USD"
		if currency == "USD" {
			ind.CurrencyCode = "EUR"
		}
	}
	if d.spelling.scaleColumn != "" || d.spelling.labels.ScalePow10 == 0 || bare {
		return
	}
	switch r := d.random.Float64(); {
	case r < 0.15:
		for _, w := range scaleNames {
			if w.pow10 == d.spelling.labels.ScalePow10 {
				ind.Scale = w.column
			}
		}
	case r < 0.17:
		ind.Scale = "Units"
	}
}

// suffix says in the name what the values are accumulated over, or at which
// moment they are taken.
func (d *draft) suffix() string {
	switch {
	case d.silent:
		return ""
	case d.pattern == classify.PatternYTD:
		return d.oneOf(", year to date| YTD|, cumulative since the beginning of the year|, year-to-date|, January to date")
	case d.pattern == classify.PatternFiscalYTD:
		return d.oneOf(", fiscal year to date|, cumulative since the start of the fiscal year| FYTD|, fiscal year-to-date")
	case d.collection == "end":
		return ", end of period"
	case d.collection == "average":
		return ", period average"
	case d.adjustment == classify.SeasonallyAdjusted:
		return ", seasonally adjusted"
	case d.adjustment == classify.NotAdjusted:
		return ", not seasonally adjusted"
	}
	return ""
}

// periodicity is what the source declares: now and then nothing, or something
// that its own dates contradict.
func (d *draft) periodicity() string {
	if d.options.Values && d.points >= 8 {
		switch r := d.random.Float64(); {
		case r < 0.08:
			return ""
		case r < 0.1 && d.frequency == classify.Quarterly:
			return "Annual"
		case r < 0.1 && d.frequency == classify.Monthly && !d.isCumulative():
			return "Quarterly"
		}
	}
	if d.frequency == classify.Monthly && d.concept.kind.agg == classify.PointInTime && d.chance(0.3) {
		return "Monthly, End of Period"
	}
	return d.oneOf(periodicities[d.frequency])
}

var periodicities = map[classify.Frequency]string{
	classify.Daily:      "Daily|D|daily|5 day week",
	classify.Weekly:     "Weekly|W|Weekly, Ending Friday|weekly",
	classify.Monthly:    "Monthly|M|monthly|Monthly",
	classify.Quarterly:  "Quarterly|Q|quarterly",
	classify.SemiAnnual: "Biannually|semi-annual|Semiannual|Half-yearly",
	classify.Annual:     "Annual|Yearly|A|annual",
	classify.MultiYear:  "Every 5 years|Every five years",
}

// description says what is measured without naming the country, as a
// definition does.
func (d *draft) description() string {
	text, _, _ := strings.Cut(d.concept.names, "|")
	switch {
	case d.isYTD() && !d.silent:
		text += ", accumulated from the start of the year"
	case d.mode == 't':
		text += ", accumulated since the first observation"
	}
	return text + ". " + d.oneOf("Compiled from administrative records and surveys.|Preliminary figures are revised in later releases.|Methods follow international manuals, with national deviations.|Coverage and definitions can differ from those of other countries.")
}

// theCountry puts the article before the names that take one.
func theCountry(k *country) string {
	switch k.code {
	case "USA", "GBR", "ARE", "NLD", "PHL", "DOM":
		return "the " + k.name
	}
	return k.name
}
