package generator

import (
	"strings"

	"classify"
)

// A moneyKind is how an amount of money is put.
type moneyKind int

const (
	notMoney           moneyKind = iota
	amount                       // at current prices, said or not
	constantMoney                // at the prices of a base year
	perPerson                    // per inhabitant, unscaled
	perYear                      // per person and year, as an income threshold
	annualRate                   // seasonally adjusted, at annual rates
	internationalMoney           // purchasing power parity
	moneyPerThing                // a price
	exchangeRate                 // of the country's currency against the dollar
)

// A perThing is what a price is for: the label, and how it is written after
// the currency.
type perThing struct {
	label string // "" where the label is not asserted
	forms string // separated by "|"
}

// moneySpellings is the number of spellings of every kind of money.
const moneySpellings = 6

func (u unit) spellings() int {
	if u.money != notMoney {
		return moneySpellings
	}
	return len(u.fixed)
}

// A purse is the currency of one item and the size of its values.
type purse struct {
	country *country
	foreign bool    // in US dollars, whatever the country
	size    float64 // a typical value, unscaled
	column  bool    // the country stands in its own column
	pick    int     // settles scale and synonyms
}

func (p purse) currency() *country {
	if p.foreign {
		return usa
	}
	return p.country
}

// spell returns the n-th spelling of a unit.
func (u unit) spell(n int, p purse) spelling {
	k := p.currency()
	switch u.money {
	case notMoney:
		return u.fixed[n]
	case amount, constantMoney, annualRate:
		return spellAmount(u.money, n, p)
	case perPerson:
		s := spellPlain(k, "person", []string{"{c}", "{w}", "{c} per capita", "{w} per person", "{c} per person", "{w} per capita"}[n])
		s.perKnown = n > 1 // otherwise only the name tells
		return s
	case perYear:
		return spellPlain(k, "year", []string{"{c} per year", "{w} per year", "{c}/year", "{c} per annum", "{w}, per year", "{c}, per year"}[n])
	case internationalMoney:
		l := labels(classify.UnitCurrency, "", classify.ScaleRaw, "")
		l.PPP, l.Prices = true, classify.PricesCurrent
		text := []string{"current international $", "Current international dollars", "PPP, current international $",
			"Purchasing power parity; current international dollars", "international dollars, current prices", "current international $, PPP"}[n]
		return spelling{text: text, labels: l, div: 1}
	case exchangeRate:
		return spellExchangeRate(p.country, n)
	}
	forms := strings.Split(u.per.forms, "|")
	lead := []string{"{c}", "{w}", "{c}", "{s}", "{w}", "{c}"}[n]
	s := spellPlain(k, u.per.label, lead+forms[n%len(forms)])
	s.labels.UnitType, s.labels.Unit, s.perKnown = classify.UnitRate, "", u.per.label != ""
	return s
}

// spellPlain fills in code, words and symbol of a currency.
func spellPlain(k *country, per, text string) spelling {
	l := labels(classify.UnitCurrency, k.currency, classify.ScaleRaw, per)
	l.Currency = k.currency
	symbol := k.symbol
	if symbol == "" || k.shared {
		symbol = k.currency
	}
	text = strings.Replace(text, "{c}", k.currency, 1)
	text = strings.Replace(text, "{w}", k.money, 1)
	text = strings.Replace(text, "{s}", symbol, 1)
	return spelling{text: upperFirst(text), labels: l, div: 1, perKnown: true}
}

func spellExchangeRate(k *country, n int) spelling {
	s := spellPlain(k, "", []string{"{c} per USD", "{c} per US$", "{w} per US dollar", "{c}/USD", "{c}", "{w} per U.S. dollar"}[n])
	if k == usa {
		s.text = strings.NewReplacer("per USD", "per EUR", "/USD", "/EUR", "US$", "EUR", "U.S. dollar", "euro", "US dollar", "euro").Replace(strings.Replace(s.text, "US dollars", "USD", 1))
	}
	s.perKnown = false
	s.labels.Unit = ""
	if n != 4 {
		s.labels.UnitType = classify.UnitRate
	}
	return s
}

type scaleWords struct {
	pow10                        int
	title, plural, short, column string
}

var scaleNames = []scaleWords{
	{3, "Thousand", "Thousands", "th", "Thousands"},
	{6, "Million", "Millions", "mn", "Millions"},
	{9, "Billion", "Billions", "bn", "Billions"},
	{12, "Trillion", "Trillions", "tn", "Trillions"},
}

// readable picks a scale in which the value has between two and seven digits
// before the point; pick settles which, where there is a choice.
func readable(size float64, pick int) scaleWords {
	fit := make([]scaleWords, 0, len(scaleNames))
	for _, w := range scaleNames {
		if v := size / pow(w.pow10); v >= 20 && v < 2e7 {
			fit = append(fit, w)
		}
	}
	if len(fit) == 0 {
		return scaleNames[0]
	}
	return fit[pick%len(fit)]
}

// spellAmount spells a total. The sixth spelling is the one with the fewest
// words, as the World Bank and the IMF write it; the country's own habits
// (crore, hundred million) replace the first.
func spellAmount(kind moneyKind, n int, p purse) spelling {
	k, w := p.currency(), readable(p.size, p.pick)
	if n == 0 && !p.foreign && p.pick%2 == 0 {
		w = habit(p.country, w)
	}
	s := spelling{div: pow(w.pow10), perKnown: true}
	s.labels = labels(classify.UnitCurrency, k.currency, "", "")
	s.labels.Currency = k.currency
	symbol := k.symbol
	if symbol == "" {
		symbol = k.currency
	}
	if k.shared && n == 2 {
		s.ambiguous = true
	}
	switch n {
	case 0:
		s.text = k.currency + " " + w.title
	case 1:
		s.text = w.plural + " of " + k.money
	case 2:
		s.text = symbol + " " + w.short
	case 3:
		s.text = k.currency + ", " + strings.ToLower(w.plural)
	case 4:
		s.text = upperFirst(k.money) + ", " + w.plural
	default:
		spellBare(&s, kind, k, w, p)
	}
	s.labels.ScalePow10 = w.pow10
	if s.div == 1 {
		s.labels.ScalePow10 = 0
	}
	s.labels.Scale, _ = classify.ScaleOf(s.labels.ScalePow10)
	return price(s, kind, n)
}

// spellBare leaves the scale to its own column, or has none.
func spellBare(s *spelling, kind moneyKind, k *country, w scaleWords, p purse) {
	switch {
	case p.foreign && kind == amount:
		s.text, s.div, s.labels.Prices = "current US$", 1, classify.PricesCurrent
	case p.column && p.pick%3 > 0:
		s.text, s.scaleColumn, s.ambiguous = "National currency", w.column, true
		if p.foreign {
			s.text, s.ambiguous = "U.S. dollars", false
		}
	case p.column && kind == amount && !p.foreign:
		s.text, s.div, s.ambiguous, s.labels.Prices = "current LCU", 1, true, classify.PricesCurrent
	default:
		s.text, s.div = k.currency, 1
	}
}

// price adds what the kind of money says about its prices.
func price(s spelling, kind moneyKind, n int) spelling {
	switch kind {
	case constantMoney:
		s.labels.Prices, s.labels.BasePeriod = classify.PricesConstant, "2015"
		if n == 1 {
			s.text = strings.Replace(s.text, " of ", " of constant 2015 ", 1)
		} else {
			s.text += ", constant 2015 prices"
		}
	case annualRate:
		s.labels.SeasonalAdjustment, s.labels.Annualised = classify.SeasonallyAdjusted, true
		s.text += []string{", seasonally adjusted annual rate", ", SAAR"}[n%2]
	}
	return s
}

// habit replaces the scale by one that only some countries write.
func habit(k *country, w scaleWords) scaleWords {
	switch {
	case k.code == "IND" && w.pow10 >= 6:
		return scaleWords{7, "Crore", "", "", ""}
	case k.code == "IND" || k.code == "PAK" || k.code == "NPL" || k.code == "BGD":
		return scaleWords{5, "Lakh", "", "", ""}
	case (k.code == "CHN" || k.code == "JPN" || k.code == "KOR") && w.pow10 >= 9:
		return scaleWords{8, "Hundred Million", "", "", ""}
	}
	return w
}

func upperFirst(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
