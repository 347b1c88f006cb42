package prompt

import (
	"context"
	"strings"
	"unicode"

	"classify"
	"classify/rulebook"
	"classify/units"
)

// kindText is what family and type depend on. Left out are currency, scale,
// base period, country, seasonal adjustment and the number of values: GDP is a
// flow in all of them.
type kindText struct {
	// Concept decides nearly alone.
	Concept string `json:"concept"`
	// UnitType decides between an amount, a change of it and a relation.
	UnitType classify.UnitType `json:"unit_type,omitempty"`
	// Unit is what the unit says beyond its type: persons or things, celsius or
	// tonnes, and words such as net or respondents.
	Unit string `json:"unit,omitempty"`
	// Per is the denominator or the whole: of GDP is a ratio, of exports a share.
	Per string `json:"per,omitempty"`
	// Money tells a price from a ratio where the unit type is a rate.
	Money bool `json:"money,omitempty"`
	// Prices is left out for plain amounts, whose kind does not depend on it.
	Prices classify.Prices `json:"prices,omitempty"`
	// Change is against what the unit says that the value changed.
	Change classify.ChangeBasis `json:"change,omitempty"`
	// Cumulative decides how an amount rolls up.
	Cumulative bool `json:"cumulative,omitempty"`
	// ToDate stands where the name says year to date, and the values do not add up.
	ToDate bool `json:"to_date,omitempty"`
	// Collected decides how a quote rolls up.
	Collected string `json:"collected,omitempty"`
	// Signs and Level stand only where the texts leave open whether a percentage
	// is a level or a change.
	Signs string `json:"signs,omitempty"`
	Level string `json:"level,omitempty"`
	// Topic and Description stand only where the rulebook does not know the
	// concept well; the topic also where it says that a government's money is meant.
	Topic       string `json:"topic,omitempty"`
	Description string `json:"description,omitempty"`

	open bool // the texts alone do not decide the family
}

// book says what the texts alone decide.
var book = rulebook.New()

// wellKnown is the rulebook's confidence from which on the texts decide a
// family, so that nothing but them is asked with.
const wellKnown = 0.8

func canonicalKind(q *classify.FamilyQuestion) kindText {
	name := q.Concept
	if name == "" {
		name = q.Name
	}
	c := conceptOf(name, q.UnitType)
	t := kindText{Concept: c.name, UnitType: q.UnitType, Per: perOf(q.Per), Cumulative: q.Cumulative, ToDate: c.toDate && !q.Cumulative, Collected: q.Collection}
	t.Money = q.HasCurrency && q.UnitType != classify.UnitCurrency
	t.readUnit(q)
	if t.Collected == "" {
		t.Collected = c.collected
	}
	if q.UnitType != classify.UnitCurrency && q.UnitType != classify.UnitRate {
		t.Prices = q.Prices
	}
	t.readValues(q)
	return t
}

// readValues adds what the texts leave open.
func (t *kindText) readValues(q *classify.FamilyQuestion) {
	text := *q
	text.Signs, text.Level = "positive", "above-100"
	plain, _ := book.AnswerFamily(context.Background(), text) // the rulebook answers every question
	t.open = plain.Confidence < wellKnown || !rulebook.Knows(q.Concept)
	if given(q.Signs) || given(q.Level) {
		text.Signs, text.Level = "mixed", "below-100"
		other, _ := book.AnswerFamily(context.Background(), text)
		if t.open || plain.Rule != other.Rule || other.Confidence < wellKnown {
			t.Signs, t.Level = known(q.Signs), known(q.Level)
		}
		// All that is below nought once is a change or a balance, and every small
		// number may be one.
		if t.Signs == "negative" {
			t.Signs = "mixed"
		}
		if t.Level == "below-1" {
			t.Level = "below-100"
		}
	}
	if strings.Contains(q.Topic, publicFinance) && !strings.Contains(t.Concept, "government") {
		t.Topic = publicFinance
	}
	if t.open {
		t.Topic, t.Description = tidy(q.Topic, maxUnit), definition(q.Description, t.Concept)
	}
}

// publicFinance is a topic that tells whose income and pay is meant.
const publicFinance = "government finance"

// definition is the first sentence of a description: what follows is about
// sources and methods. It is "" where it only repeats the name.
func definition(description, name string) string {
	text := tidy(description, maxDescription)
	if i := strings.Index(text, ". "); i > 0 {
		text = text[:i]
	}
	text = strings.TrimSuffix(text, ".")
	if text == name {
		return ""
	}
	return text
}

func given(bucket string) bool { return known(bucket) != "" }

// known reads the bucket "unknown" as nothing said.
func known(bucket string) string {
	if bucket == "unknown" {
		return ""
	}
	return bucket
}

// readUnit writes a unit phrase as what it says beyond unit type, denominator
// and money.
func (t *kindText) readUnit(q *classify.FamilyQuestion) {
	phrase := strings.ToLower(tidy(q.UnitPhrase, maxUnit))
	if q.HasCurrency {
		phrase = anyMoney(phrase)
	}
	p := units.Parse(phrase, units.Hints{})
	if p.IsChange {
		t.Change = p.Change
	}
	if t.Collected == "" {
		t.Collected = p.Collection
	}
	if !p.Known || !t.coveredBy(&p, phrase, q) {
		t.Unit = phrase
		return
	}
	for _, word := range deciding {
		if hasWords(phrase, word) && !strings.Contains(t.Per, word) {
			t.Unit = join(t.Unit, word)
		}
	}
}

// coveredBy reports whether unit type, denominator and unit say what the phrase
// says, apart from the deciding words.
func (t *kindText) coveredBy(p *units.Parsed, phrase string, q *classify.FamilyQuestion) bool {
	switch p.UnitType {
	case classify.UnitCurrency:
	case classify.UnitPercentagePoints:
		return q.UnitType == p.UnitType && onlySays(phrase, t.Per)
	case classify.UnitRatio:
		t.Unit = phrase // one in so many, months of imports: few, and no currency in them
		if plainRatio[phrase] {
			t.Unit = ""
		}
	case classify.UnitRate:
		if !q.HasCurrency {
			if p.Unit == "" || t.Per == "currency" {
				return false
			}
			t.Unit = withoutPrefix(p.Unit)
		}
	case classify.UnitPercentage:
		// Else it names another whole than stage 1, or says something of its own.
		return p.Per == q.Per && q.UnitType == p.UnitType && onlySays(phrase, t.Per)
	case classify.UnitIndex:
		if yesOrNo[phrase] {
			t.Unit = "0 or 1"
		}
		return p.BasePeriod != "" || plainIndex[phrase] || t.Unit != "" // else a score from 0 to 10 and the like
	case classify.UnitCount:
		if q.UnitType != classify.UnitCurrency { // else the phrase is a scale alone
			t.Unit = withoutPrefix(p.Unit)
		}
	default:
		t.Unit = withoutPrefix(p.Unit)
	}
	return true
}

// anyMoney writes every currency code of a folded phrase as one of them: which
// one decides nothing, and a folded code that is also a word (try, bob, sar) is
// not read as a currency any more.
func anyMoney(phrase string) string {
	var b strings.Builder
	for i := 0; i < len(phrase); {
		j := i
		for j < len(phrase) && isWordByte(phrase[j]) {
			j++
		}
		if j-i == 3 && units.IsCurrency(strings.ToUpper(phrase[i:j])) {
			b.WriteString("usd")
		} else {
			b.WriteString(phrase[i:j])
		}
		if j < len(phrase) {
			b.WriteByte(phrase[j])
			j++
		}
		i = j
	}
	return b.String()
}

// deciding are words of a unit phrase that its labels do not hold and that an
// answer may depend on.
var deciding = []string{"net", "gross", "level", "outstanding", "market value", "rolling", "moving average", "sum", "mean", "median",
	"cumulative", "accumulated", "flow", "flows", "transactions", "minus",
	// Codes of the debt statistics: outstanding, disbursed, repaid, interest, service, net flows and transfers.
	"dod", "dis", "amt", "int", "tds", "nfl", "ntr"}

// onlySays reports whether a percentage's phrase has no word but those that say
// per cent, a change, or the whole.
func onlySays(phrase, whole string) bool {
	for word := range strings.FieldsFuncSeq(phrase, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if !percentWords[word] && !strings.Contains(whole, strings.TrimSuffix(strings.ReplaceAll(word, "labor", "labour"), "s")) {
			return false
		}
	}
	return true
}

var percentWords = set("percent|percentage|per|cent|pct|pc|of|the|a|an|in|on|at|to|from|total|annual|annum|p|rate|growth|change|changes|year|y|yoy|m|mom|q|qoq|earlier|ago|before|over|previous|preceding|period|month|quarter|prices|current|constant|seasonally|adjusted|not|sa|nsa|saar|points|point|pp|ppt|basis|bp|bps|contribution|contributions")

var plainRatio = set("ratio|coefficient|times|x|multiple|number")

var yesOrNo = set("+1 or 0|0 or 1|1 or 0|binary|dummy|yes or no|0/1")

var plainIndex = set("index|points|index points|index number|indices|score|pts|point")

// withoutPrefix is a unit without what only makes its numbers smaller: kt and Mt
// are tonnes.
func withoutPrefix(unit string) string {
	if base, ok := prefixed[unit]; ok {
		return base
	}
	return tidy(unit, maxWord)
}

var prefixed = map[string]string{
	"number": "", "units": "",
	"kt": "t", "Mt": "t", "Gt": "t", "kg": "t", "kWh": "Wh", "MWh": "Wh", "GWh": "Wh", "TWh": "Wh", "kW": "W", "MW": "W", "GW": "W", "TW": "W",
	"kJ": "J", "MJ": "J", "GJ": "J", "TJ": "J", "PJ": "J", "EJ": "J", "ktCO2e": "tCO2e", "MtCO2e": "tCO2e", "kgCO2e": "tCO2e", "ktoe": "toe", "Mtoe": "toe",
}

// perOf is a denominator without which currency it is.
func perOf(per string) string {
	if units.IsCurrency(per) || per == "national-currency" || per == "international-dollar" {
		return "currency"
	}
	if per == "troy-ounce" {
		return "ounce"
	}
	return tidy(strings.ReplaceAll(strings.TrimPrefix(per, "total-"), "labor", "labour"), maxWord)
}

func (t *kindText) question() classify.FamilyQuestion {
	q := classify.FamilyQuestion{Concept: t.Concept, UnitType: t.UnitType, Per: t.Per, HasCurrency: t.Money || t.UnitType == classify.UnitCurrency,
		Prices: t.Prices, Cumulative: t.Cumulative, Collection: t.Collected, Signs: t.Signs, Level: t.Level, Topic: t.Topic, Description: t.Description}
	if t.ToDate || t.Cumulative {
		q.Concept += ", year to date"
	}
	q.UnitPhrase = t.phrase()
	q.Name = q.Concept
	if q.UnitPhrase != "" {
		q.Name += " (" + q.UnitPhrase + ")"
	}
	return q
}

// phrase writes a unit as a catalogue might.
func (t *kindText) phrase() string {
	words := t.Unit
	per := strings.ReplaceAll(t.Per, "-", " ")
	switch {
	case t.Money || t.UnitType == classify.UnitCurrency:
		words = join(words, "money")
		if per != "" {
			words += " per " + per
		}
	case t.Unit != "" && per != "" && strings.Contains(t.Unit, per):
	case t.UnitType == classify.UnitPercentage && per != "":
		words = join("% of "+per, words)
	case t.UnitType == classify.UnitPercentage && !strings.Contains(words, "%"):
		words = join("%", words)
	case t.UnitType == classify.UnitIndex && words == "":
		words = "index"
	case per != "":
		words = join(words, "per "+per)
	}
	return join(words, changePhrases[t.Change])
}

var changePhrases = map[classify.ChangeBasis]string{
	classify.ChangeYearOnYear: "% change on a year earlier", classify.ChangePreviousPeriod: "% change on previous period", classify.ChangeAnnualised: "% change at annual rate",
	classify.ChangeContribution: "contribution to growth", classify.ChangeUnknown: "% change",
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

// canonicalFamily is what the family depends on: all that kindText holds, but
// for what decides a roll-up alone.
func canonicalFamily(q *classify.FamilyQuestion) kindText {
	t := canonicalKind(q)
	if !t.open {
		t.Cumulative, t.ToDate, t.Collected = false, false, ""
	}
	return t
}

// typeText is what the type depends on besides.
type typeText struct {
	Family classify.Family `json:"family"`
	kindText
	// Frequency is "often" (weekly or more often) where a market quote is valid
	// at its date and not an average, and "annual" where that says against what a
	// change is measured.
	Frequency string        `json:"frequency,omitempty"`
	Type      classify.Type `json:"type,omitempty"` // as a person set it
}

const often = "often"

func canonicalType(q *classify.TypeQuestion) typeText {
	t := typeText{Family: q.Family, kindText: canonicalKind(&q.FamilyQuestion), Type: q.Type}
	t.rollUp(q.Family)
	t.Frequency = t.frequency(q.Family, q.Frequency)
	return t
}

// rollUp leaves out the moment of collection where it decides nothing: an amount
// of the end of a period is a stock, or a flow that nobody collects at an end.
func (t *kindText) rollUp(family classify.Family) {
	if family == classify.PhysicalFundamental && t.Collected != "average" && !t.open {
		t.Collected = ""
	}
}

func (t *kindText) frequency(family classify.Family, f classify.Frequency) string {
	switch f {
	case classify.Intraday, classify.Daily, classify.Weekly, classify.Biweekly:
		// Prices and rates are quoted, and so are spreads and volatilities.
		if t.Collected == "" && (family == classify.PriceValue || family == classify.ChangeMovement || family == classify.NumericMeasurement && t.UnitType != classify.UnitCount) {
			return often
		}
	case classify.Annual, classify.MultiYear:
		if family == classify.ChangeMovement && (t.Change == "" || t.Change == classify.ChangeUnknown) {
			return string(classify.Annual)
		}
	}
	return ""
}

// frequencyOf reads the bucket back. Nothing said is a frequency that decides
// nothing.
func frequencyOf(bucket string) classify.Frequency {
	switch bucket {
	case often:
		return classify.Daily
	case string(classify.Annual):
		return classify.Annual
	}
	return classify.Monthly
}

func (t *typeText) question() classify.TypeQuestion {
	q := classify.TypeQuestion{FamilyQuestion: t.kindText.question(), Family: t.Family, Type: t.Type}
	q.Frequency = frequencyOf(t.Frequency)
	return q
}
