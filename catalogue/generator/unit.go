package generator

import (
	"strings"

	"classify"
)

// A unit is the kind of unit that a concept is published in: either one of a
// list of fixed spellings, or money, which is spelled by currency and scale.
type unit struct {
	fixed []spelling
	money moneyKind
	per   perThing // of money per thing
}

// A spelling is a unit phrase and what is true of it.
type spelling struct {
	text   string
	labels classify.UnitLabels
	// div divides the concept's level, in its base unit, into the values.
	div float64
	// scaleColumn is what the source writes into its scale column, because the
	// phrase itself names no scale.
	scaleColumn string
	// perKnown says that labels.Per holds, also where it is empty.
	perKnown bool
	// basis is the base of a change that the phrase itself names.
	basis classify.ChangeBasis
	// ambiguous: the phrase needs the declared currency, or the country, to be read.
	ambiguous bool
}

// spelled makes a unit of fixed spellings that differ in words only.
func spelled(labels classify.UnitLabels, perKnown bool, texts string) unit {
	var u unit
	for text := range strings.SplitSeq(texts, "|") {
		u.fixed = append(u.fixed, spelling{text: text, labels: labels, div: 1, perKnown: perKnown})
	}
	return u
}

func (u unit) with(others ...unit) unit {
	for _, o := range others {
		u.fixed = append(u.fixed[:len(u.fixed):len(u.fixed)], o.fixed...)
	}
	return u
}

func (u unit) scaled(pow10 int) unit {
	u.fixed = append([]spelling(nil), u.fixed...)
	for i := range u.fixed {
		u.fixed[i].labels.ScalePow10 = pow10
		u.fixed[i].labels.Scale, _ = classify.ScaleOf(pow10)
		u.fixed[i].div = pow(pow10)
	}
	return u
}

// divided makes spellings whose unit is that many base units of the level.
func (u unit) divided(by float64) unit {
	u.fixed = append([]spelling(nil), u.fixed...)
	for i := range u.fixed {
		u.fixed[i].div *= by
	}
	return u
}

func (u unit) saying(basis classify.ChangeBasis) unit {
	for i := range u.fixed {
		u.fixed[i].basis = basis
	}
	return u
}

func labels(t classify.UnitType, code string, scale classify.Scale, per string) classify.UnitLabels {
	return classify.UnitLabels{UnitType: t, Unit: code, Scale: scale, Per: per}
}

func percentOf(per, texts string) unit {
	return spelled(labels(classify.UnitPercentage, "percent", classify.ScalePercent, per), per != "", texts)
}

func based(year string) unit {
	l := labels(classify.UnitIndex, "index", classify.ScaleIndex, "")
	l.BasePeriod = year
	return spelled(l, false, year+"=100|Index "+year+"=100|Index, "+year+" = 100|index ("+year+"=100)|"+year+" = 100")
}

func points(texts string) unit {
	return spelled(labels(classify.UnitIndex, "index", classify.ScaleIndex, ""), false, texts)
}

func physical(code, texts string) unit {
	return spelled(labels(classify.UnitPhysical, code, classify.ScaleRaw, ""), false, texts)
}

func counted(code, texts string) unit {
	return spelled(labels(classify.UnitCount, code, classify.ScaleRaw, ""), false, texts)
}

func pow(n int) float64 {
	p := 1.0
	for range n {
		p *= 10
	}
	return p
}

// The units that more than one concept is published in. A code of "" is one
// that the unit column is not asserted for.
var (
	percent    = percentOf("", "%|percent|Percent|per cent")
	percentGDP = percentOf("gdp", "% of GDP|Percent of GDP|per cent of GDP|percent of GDP|% GDP")
	percentYoY = percentOf("", "%|percent").with(
		percentOf("", "% y/y|Percent Change from Year Ago|annual % growth|% change on a year earlier|YoY, %").saying(classify.ChangeYearOnYear))
	percentOnPrevious = percentOf("", "%|percent").with(
		percentOf("", "Growth Rate Previous Period|% change on previous period|Percent change, previous period").saying(classify.ChangePreviousPeriod))
	percentagePoints = spelled(classify.UnitLabels{UnitType: classify.UnitPercentagePoints, Unit: "percentage-points"}, false,
		"percentage points|Percentage points|percentage point|pp|p.p.")
	basisPoints = spelled(classify.UnitLabels{UnitType: classify.UnitPercentagePoints, Unit: "percentage-points"}, false,
		"basis points|Basis points|bps|bp").divided(0.01)
	anyPoints = points("points|Points|index points|index")
	baseYears = based("2010").with(based("2015"), based("2021"))

	persons = counted("persons", "persons|Persons|number of persons|Number of people").with(
		counted("persons", "Thousands of persons|thousand persons|Persons, thousands|thousands of people").scaled(3),
		counted("persons", "Millions of persons|million persons").scaled(6))
	thousandPersons = counted("persons", "Thousands of persons|thousand persons|Persons, thousands|thousands of people|Thousand Persons").scaled(3)
	number          = counted("", "Number|number|units|Units").with(
		counted("", "Thousands|thousands|Thousand units|thousands of units").scaled(3))
	tonnes = physical("t", "tonnes|metric tons|t").with(
		physical("t", "thousand tonnes|Thousand metric tons|Thousands of tonnes").scaled(3),
		physical("kt", "kt|kilotonnes").divided(1e3))
	gigawattHours = physical("GWh", "GWh|gigawatt-hours|Gigawatt hours").with(
		physical("kWh", "million kWh|Millions of kilowatt hours").scaled(6).divided(1e-6),
		physical("TWh", "TWh").divided(1e3))
	megawatts   = physical("MW", "MW|megawatts|Megawatts").with(physical("GW", "GW").divided(1e3))
	dailyOil    = physical("bbl/d", "thousand barrels per day|Thousand barrels per day|kb/d|Thousands of barrels per day").scaled(3)
	oil         = physical("bbl", "million barrels|Millions of barrels|Million bbl|Barrels, millions").scaled(6)
	per1000     = spelled(labels(classify.UnitRate, "", classify.ScaleRaw, "1000-people"), true, "per 1000 people|per 1,000 people|per 1,000 population|per thousand population")
	coefficient = spelled(labels(classify.UnitRatio, "", classify.ScaleRaw, ""), false, "ratio|Ratio|coefficient|Coefficient")
	years       = spelled(labels(classify.UnitDuration, "", classify.ScaleRaw, ""), false, "years|Years|number of years|Years of age")
)
