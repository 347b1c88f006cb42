package rulebook

import "classify"

// changeBasis says against what a change is measured; nil for other types.
func changeBasis(r *reading) *rule[classify.ChangeBasis] {
	if r.kind != kChange {
		return nil
	}
	return first(basisRules, r)
}

var basisRules = []rule[classify.ChangeBasis]{
	{id: "basis.contribution", reason: "the text says contribution", when: condition{test: says(fContribution)}, is: classify.ChangeContribution, sure: 0.95,
		examples: []example{{"Contribution of net exports to GDP growth", "Percentage points"}}},
	{id: "basis.annualised", reason: "the text says annual rate", when: condition{test: says(fAnnualRate)}, is: classify.ChangeAnnualised, sure: 0.93,
		examples: []example{{"Real Gross Domestic Product", "Percent Change from Preceding Period, Seasonally Adjusted Annual Rate"}}},
	{id: "basis.year", reason: "the text names the year before", when: condition{test: says(fYoY)}, is: classify.ChangeYearOnYear, sure: 0.95,
		examples: []example{{"Inflation Rate (YoY)", "%"}, {"GDP growth (annual %)", ""}}},
	{id: "basis.previous", reason: "the text names the period before", when: condition{test: says(fPrevious)}, is: classify.ChangePreviousPeriod, sure: 0.95,
		examples: []example{{"Mid-month Inflation Rate MoM", "%"}, {"Consumer Price Index: All Items", "Growth Rate Previous Period"}}},
	{id: "basis.annual-frequency", reason: "a change published once a year is against the year before", when: condition{test: func(r *reading) bool { return r.q.Frequency == classify.Annual }}, is: classify.ChangeYearOnYear, sure: 0.9},
	{id: "basis.inflation", reason: "an inflation rate without a word is against a year before", when: condition{any: of(fInflation, fPriceIndex)}, is: classify.ChangeYearOnYear, sure: 0.8,
		examples: []example{{"Core Inflation Rate", "%"}}},
	{id: "basis.unknown", reason: "the text does not say", is: classify.ChangeUnknown, sure: 0.7},
}
