package classify

// Terms is every enumerated field of the taxonomy with its values. Code,
// docs/taxonomy.md and the prompts of language models are made from it.
var Terms = []FieldTerms{
	{"unit_type", "what kind of unit the values are in", []Term{
		{"currency-amount", "an amount of money, also per person, household or worker", "USD million; GDP per capita in current US$", ""},
		{"percentage", "per cent of something, or a change in per cent", "%; % of GDP; annual % growth", ""},
		{"percentage-points", "a difference of two percentages, or a contribution to growth; basis points with factor 0.01", "contribution to growth; 10y–2y spread", ""},
		{"index", "a number with a base or a scale of its own", "2010=100; points; score (0-10)", ""},
		{"count", "a number of people, things or events", "thousands of persons; number of firms", ""},
		{"physical", "a quantity in a physical unit", "kt; GWh; barrels per day", ""},
		{"rate", "something per something: money per good, service, asset or working time, or events per population", "USD per barrel; per 1,000 live births; LCU per US$", ""},
		{"ratio", "a quotient without a unit: cover, coefficient, multiplier", "months of imports; times", ""},
		{"duration", "a length of time", "years; days; hours per week", ""},
		{"unknown", "the texts do not say, or no dictionary has it", "SIPRI trend indicator values", ""},
	}},
	{"scale", "the power of ten in which the values are written", []Term{
		{"raw-units", "10^0", "", "0"},
		{"hundreds", "10^2", "", "2"},
		{"thousands", "10^3", "Th.; thousand", "3"},
		{"ten-thousands", "10^4", "", "4"},
		{"hundred-thousands", "10^5; lakh", "", "5"},
		{"millions", "10^6", "mn", "6"},
		{"ten-millions", "10^7; crore", "", "7"},
		{"hundred-millions", "10^8", "USD Hundred Million", "8"},
		{"billions", "10^9", "bn", "9"},
		{"trillions", "10^12", "tn", "12"},
		{"percent", "a percentage; 10^0", "", "0"},
		{"index", "an index; 10^0", "", "0"},
	}},
	{"prices", "the prices at which an amount of money is valued", []Term{
		{"current", "prices of the period itself (nominal)", "current US$", ""},
		{"constant", "prices of a base period (real)", "constant 2015 US$", ""},
		{"chained", "chain-linked volumes", "Billions of Chained 2012 Dollars", ""},
	}},
	{"seasonal_adjustment", "whether the season was taken out", []Term{
		{"nsa", "not seasonally adjusted", "", "N"},
		{"sa", "seasonally adjusted", "saar sets this and annualised", "S"},
	}},
	{"reporting_frequency", "how often a value is published", []Term{
		{"intraday", "several times a day", "", "H"},
		{"daily", "every day or business day", "5 day week", "D"},
		{"weekly", "every week", "Weekly, Ending Wednesday", "W"},
		{"biweekly", "every two weeks", "", "W2"},
		{"monthly", "every month", "M; Monthly, End of Period", "M"},
		{"quarterly", "every quarter", "Q", "Q"},
		{"semi-annual", "every half-year", "Biannually (without dates)", "S"},
		{"annual", "every year", "Yearly", "A"},
		{"multi-year", "every two years or more", "every 5 years", "A2, A3, A5, A10 by the dates; else _O"},
		{"irregular", "at no fixed interval", "", "I"},
		{"unknown", "neither dates nor texts say", "", "_U"},
	}},
	{"time_basis", "when a value is valid; follows from type and temporal aggregation", []Term{
		{"point-in-time", "valid at an instant", "debt, reserves, a closing price", ""},
		{"per-period", "arises during the period", "exports, growth, an average rate, a price index", ""},
		{"cumulative", "a running total from a start", "year to date, fiscal year to date", ""},
	}},
	{"cumulative_pattern", "what arithmetic on the dated values says", []Term{
		{"ytd", "rises within the calendar year, falls back at its start", "", ""},
		{"fiscal-ytd", "the same with another start month", "", ""},
		{"running-total", "never falls over many periods, and the name says total or cumulative", "", ""},
		{"periodic", "not cumulative", "", ""},
		{"unknown", "too few points", "", ""},
	}},
	{"family", "the kind of quantity", []Term{
		{"physical-fundamental", "amounts of the economy: stocks, flows, balances, capacities, volumes", "GDP, debt, exports, oil production", ""},
		{"numeric-measurement", "counts, and one quantity against another", "population, unemployment rate, debt to GDP", ""},
		{"price-value", "money per unit, the price of money, the return of an asset", "crude oil, policy rate, bond yield", ""},
		{"change-movement", "changes, dispersion and deviations", "inflation, VIX, output gap", ""},
		{"composite-derived", "constructed numbers and coefficients", "CPI, PMI, money multiplier", ""},
		{"temporal", "lengths of time, likelihoods, critical levels", "life expectancy, recession probability, poverty line", ""},
		{"qualitative", "opinion and composition by decision", "survey answers, portfolio weights", ""},
		{"other", "none of these; used rarely, and then reviewed", "", ""},
	}},
	{"type", "what the value is; the pair with the family has to stand in the table of types", typeTerms()},
	{"change_basis", "against what a change is measured", []Term{
		{"previous-period", "the period before; compounds", "MoM, QoQ", "G2; G1Y where annual"},
		{"year-on-year", "the same period a year before", "YoY, annual % growth", "G1Y"},
		{"annualised", "a short change at an annual rate", "saar growth", ""},
		{"contribution", "a part of another change, in percentage points", "contribution to GDP growth", "GO1Y where annual"},
		{"unknown", "the texts do not say", "", ""},
	}},
	{"temporal_aggregation", "how a higher frequency may be rolled up", []Term{
		{"point-in-time", "last value", "stocks, capacity, quoted prices, population, policy rate, ratios of stocks", "E"},
		{"period-average", "mean", "indices, average prices, labour-market percentages and headcounts, durations", "A"},
		{"period-total", "sum; by the mean where annualised", "flows, volumes, balances of flows, counts of events", "S (Y where annualised)"},
		{"period-cumulative", "for the year its last value; for shorter periods the difference of successive last values, beginning anew at the reset", "year-to-date amounts", "S"},
		{"period-rate", "a previous-period rate compounds; any other is recomputed from levels or refused; never a sum", "growth, inflation", ""},
		{"not-applicable", "none", "correlation, elasticity, multiplier, probability", ""},
	}},
	{"orientation", "how a higher value reads for the economy of that country", []Term{
		{"higher-is-positive", "higher is better over the whole plausible range", "output, employment, reserves, balances, confidence", ""},
		{"lower-is-positive", "lower is better over the whole plausible range", "unemployment, debt, poverty, mortality, volatility", ""},
		{"neutral", "no reading holds over the whole range", "inflation, interest rates, exchange rates, shares of GDP", ""},
	}},
	{"review_status", "how the reviews ended", []Term{
		{"passed", "the labels stand", "", ""},
		{"corrected", "the final review changed at least one field", "", ""},
		{"escalated", "a person must look", "", ""},
		{"failed", "no answer is good enough, or an error", "", ""},
	}},
}

// Types is the table of families and types.
var Types = []TypeTerm{
	{PhysicalFundamental, Stock, "an amount in existence at a date", "government debt, money supply, foreign reserves, market capitalisation, bank deposits", []Aggregation{PointInTime, PeriodAverage}, false},
	{PhysicalFundamental, Flow, "an amount that arises during a period", "GDP, exports, imports, FDI, retail sales in money, wages and salaries paid, remittances", []Aggregation{PeriodTotal, PeriodCumulative, PeriodAverage, PointInTime}, true},
	{PhysicalFundamental, Balance, "a difference of two flows or two stocks, which can change sign", "trade balance, current account, budget balance, net migration, employment change", []Aggregation{PeriodTotal, PeriodCumulative, PeriodAverage, PointInTime}, true},
	{PhysicalFundamental, Capacity, "the most that could be produced, held or supplied", "installed generating capacity, refinery capacity", []Aggregation{PointInTime, PeriodAverage}, false},
	{PhysicalFundamental, Volume, "a quantity of goods, energy or transactions during a period, not in money", "vehicle sales, oil production, electricity generated, emissions, water use", []Aggregation{PeriodTotal, PeriodCumulative, PeriodAverage, PointInTime}, true},
	{NumericMeasurement, Count, "a number of people, things or events; also a plain physical reading", "population, employed persons, tourist arrivals, housing starts, temperature", []Aggregation{PointInTime, PeriodAverage, PeriodTotal, PeriodCumulative}, true},
	{NumericMeasurement, Percentage, "how much of one population or whole has an attribute, on a 0–100 scale", "unemployment rate, participation rate, capacity utilisation, literacy", []Aggregation{PointInTime, PeriodAverage, NotApplicable}, false},
	{NumericMeasurement, Ratio, "one quantity against a different one; all that can exceed 100 by construction", "debt to GDP, loan to deposit, import cover, doctors per 1000 people, tax rate", []Aggregation{PointInTime, PeriodAverage, NotApplicable}, false},
	{NumericMeasurement, Share, "one class of a breakdown that adds up to the total", "labour share of income, fuel exports as % of exports, ages 0–14 (% of population)", []Aggregation{PointInTime, PeriodAverage, NotApplicable}, false},
	{NumericMeasurement, Spread, "the difference of two like rates or prices", "10y–2y, EMBI spread, bid–ask", []Aggregation{PointInTime, PeriodAverage}, false},
	{PriceValue, Price, "money per unit of a good, service, asset or currency", "crude oil, gold, minimum wage per hour, exchange rate, share price", []Aggregation{PointInTime, PeriodAverage}, false},
	{PriceValue, Rate, "the price of money", "policy rate, lending rate, deposit rate, interbank rate", []Aggregation{PointInTime, PeriodAverage}, false},
	{PriceValue, Yield, "the return of an asset", "government bond yield, dividend yield", []Aggregation{PointInTime, PeriodAverage}, false},
	{ChangeMovement, Rate, "a change against another period", "GDP growth, inflation, YoY, MoM, population growth", []Aggregation{PeriodRate}, false},
	{ChangeMovement, Volatility, "dispersion", "VIX, standard deviation", []Aggregation{PointInTime, PeriodAverage}, false},
	{ChangeMovement, Gap, "a deviation from a trend, target or potential", "output gap", []Aggregation{PeriodAverage, PointInTime}, false},
	{CompositeDerived, Index, "a constructed number with a base or a scale", "CPI, PPI, stock index, PMI, business confidence, terms of trade, corruption index", []Aggregation{PeriodAverage, PointInTime}, false},
	{CompositeDerived, Correlation, "a statistical coefficient of two series", "rolling correlation", []Aggregation{NotApplicable}, false},
	{CompositeDerived, Elasticity, "a response in per cent to a change in per cent", "price elasticity", []Aggregation{NotApplicable}, false},
	{CompositeDerived, Multiplier, "a transmission coefficient", "money multiplier", []Aggregation{NotApplicable}, false},
	{Temporal, Duration, "a length of time", "life expectancy, time to start a business, retirement age, working hours", []Aggregation{PeriodAverage, PointInTime, PeriodTotal}, false},
	{Temporal, Probability, "a likelihood", "recession probability", []Aggregation{NotApplicable}, false},
	{Temporal, Threshold, "a critical level that a rule sets", "poverty line, debt ceiling", []Aggregation{PointInTime}, false},
	{Qualitative, Sentiment, "mood or opinion without a constructed index", "survey answers, an outlook", []Aggregation{PeriodAverage, PointInTime}, false},
	{Qualitative, Allocation, "composition by decision", "portfolio weights, budget allocation", []Aggregation{PointInTime}, false},
	{OtherFamily, OtherType, "none of these", "to be used rarely, and then reviewed", []Aggregation{PointInTime, PeriodAverage, PeriodTotal, PeriodCumulative, PeriodRate, NotApplicable}, true},
}

// typeTerms makes the terms of the field "type" from Types, each type once.
func typeTerms() []Term {
	var terms []Term
	at := map[Type]int{}
	for _, t := range Types {
		if i, ok := at[t.Type]; ok {
			terms[i].Meaning += "; in " + string(t.Family) + ": " + t.Meaning
			terms[i].Examples += "; " + t.Examples
			continue
		}
		at[t.Type] = len(terms)
		terms = append(terms, Term{string(t.Type), t.Meaning, t.Examples, ""})
	}
	return terms
}

// TermsOf returns the terms of an enumerated field; nil for any other.
func TermsOf(field string) []Term {
	for i := range Terms {
		if Terms[i].Field == field {
			return Terms[i].Terms
		}
	}
	return nil
}
