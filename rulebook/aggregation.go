package rulebook

import "classify"

// aggregation is how values of the decided type roll up.
func aggregation(r *reading) *rule[classify.Aggregation] {
	return first(aggregationRules, r)
}

// changeBasis says against what a change is measured; "" for other types.
func changeBasis(r *reading) classify.ChangeBasis {
	if r.kind != kChange {
		return ""
	}
	return first(basisRules, r).is
}

var basisRules = []rule[classify.ChangeBasis]{
	{id: "basis.contribution", reason: "the text says contribution", when: condition{test: func(r *reading) bool { return r.says(of(fContribution)) }}, is: classify.ChangeContribution, sure: 0.95},
	{id: "basis.year", reason: "the text names the year before", when: condition{test: func(r *reading) bool { return r.says(of(fYoY)) }}, is: classify.ChangeYearOnYear, sure: 0.95},
	{id: "basis.annualised", reason: "the text says annual rate", when: condition{test: func(r *reading) bool { return r.says(of(fAnnualRate)) }}, is: classify.ChangeAnnualised, sure: 0.95},
	{id: "basis.previous", reason: "the text names the period before", when: condition{test: func(r *reading) bool { return r.says(of(fPrevious)) }}, is: classify.ChangePreviousPeriod, sure: 0.95},
	{id: "basis.unknown", reason: "the text does not say", is: classify.ChangeUnknown, sure: 0.9},
}

var aggregationRules = []rule[classify.Aggregation]{
	{id: "aggregation.change", reason: "a change is period-rate before all else", when: condition{kinds: kChange}, is: classify.PeriodRate, sure: 0.99},
	{id: "aggregation.cumulative", reason: "a running total takes its last value for the year", when: condition{kinds: kFlow | kVolume | kCount | kBalance, units: uAmount, test: func(r *reading) bool { return r.q.Cumulative }}, is: classify.PeriodCumulative, sure: 0.95},
	{id: "aggregation.stock", reason: "stocks, capacities, thresholds and allocations take the last value", when: condition{kinds: kStock | kCapacity | kThreshold | kAllocation}, is: classify.PointInTime, sure: 0.97},
	{id: "aggregation.none", reason: "coefficients and probabilities have no roll-up", when: condition{kinds: kCoefficient | kProbability}, is: classify.NotApplicable, sure: 0.95},
	{id: "aggregation.flow", reason: "flows, volumes and balances of flows add up", when: condition{kinds: kFlow | kVolume | kBalance, units: uAmount | uUnknown}, is: classify.PeriodTotal, sure: 0.95},
	{id: "aggregation.average", reason: "everything else is averaged", is: classify.PeriodAverage, sure: 0.6},
}
