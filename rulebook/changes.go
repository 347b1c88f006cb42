package rulebook

// changeKinds decide what is a change against another period: before anything
// else, whatever it is that changes.
var changeKinds = []rule[kind]{
	{id: "change.contribution", reason: "a contribution to growth is a change, before anything else (decision 12)",
		when: condition{units: uPercentish | uUnknown | uRatio, test: says(fContribution)}, is: isChange, sure: 0.97,
		examples: []example{{"Contribution of net exports to GDP growth", "Percentage points"}, {"Claims on private sector (annual growth as % of broad money)", ""}, {"Contributions to percent change in real gross domestic product: Exports", "Percent"}}},
	{id: "change.capacity", reason: "capacity added is no rate of change", when: condition{all: of(fCapacityUse), not: of(fGrowth, fYoY, fPrevious), units: uPercentish, notIn: changeWords}, is: isPercentage, sure: 0.97,
		examples: []example{{"Capacity Utilization", "%"}, {"Capacity Utilization: Manufacturing", "Percent of Capacity"}}},
	{id: "change.poverty-gap", reason: "an increase of the poverty gap that spending causes is no change over time",
		when: condition{all: of(fPovertyGap), units: uPercentish}, is: isPercentage, sure: 0.6,
		examples: []example{{"Poverty gap at $1.90 a day (2011 PPP) (%)", "%"}, {"Poverty gap at national poverty lines (%)", ""}}},
	{id: "change.pay-gap", reason: "what one group earns less than another relates two earnings", when: condition{all: of(fPayGap), units: uPercentish, notIn: changeWords}, is: isRatio, sure: 0.8,
		examples: []example{{"Gender pay gap in unadjusted form", "%"}}},
	{id: "change.output-gap", reason: "a deviation from potential, trend or target is a gap",
		when: condition{any: of(fGap), units: uNoAmount | uUnknown | uPhysical}, is: isGap, sure: 0.95,
		examples: []example{{"Output gap in percent of potential GDP", "Percent of potential GDP"}, {"Credit-to-GDP gap", "Percentage points"}}},
	{id: "change.of-gdp", reason: "changes in inventories or reserves against GDP net out: a balance (decision 5)",
		when: condition{any: of(fChange), units: uPercentish, in: of(fOfGDP)}, is: isBalance, sure: 0.85,
		examples: []example{{"Changes in inventories", "% of GDP"}}},
	{id: "change.percent", reason: "a change in percent is a rate of change before anything else (decision 12)",
		when: condition{units: uPercentish | uUnknown, not: of(fVolatility, fPovertyGap, fNetPercentage, fRespondents, fProbability, fCorrelation), test: (*reading).saysPercentChange}, is: isChange, sure: 0.98,
		examples: []example{{"GDP growth (annual %)", ""}, {"Retail Sales YoY", "%"}, {"Employment change YoY", "%"}, {"Total greenhouse gas emissions (% change from 1990)", ""}, {"Industrial Production", "Percent Change from Year Ago"},
			{"Consumer Price Index: All Items", "Growth Rate Previous Period"}, {"Wage Growth", "percent"}, {"Producer Prices Change", "%"}, {"S&P Global Equity Indices (annual % change)", ""}}},
	{id: "change.annual-rate", reason: "the annual rate of a price index is its change against a year before", when: condition{all: of(fAnnualRate), any: of(fPriceIndex), units: uPercentish}, is: isChange, sure: 0.93,
		examples: []example{{"CPIH ANNUAL RATE 00: ALL ITEMS 2015=100", "%"}}},
	{id: "change.inflation", reason: "inflation in percent is a rate of change (decision 2)",
		when: condition{any: of(fInflation), units: uPercentish | uUnknown, not: of(fProbability, fThreshold, fSpread, fVolatility, fNetPercentage), test: notOfGDP}, is: isChange, sure: 0.97,
		examples: []example{{"Core Inflation Rate", "%"}, {"10-Year Breakeven Inflation Rate", "Percent"}, {"Michigan 5 Year Inflation Expectations", "%"}}},
	{id: "change.price-index", reason: "a price index in percent is its change: an index has no per cent (decisions 1 and 2)",
		when: condition{any: of(fPriceIndex, fHousePrice, fDeflator), units: uPercentish, not: of(fSurveyPrices, fShareWord, fRatioWord, fDollarIndex, fTermsOfTrade, fPMI), test: barePercent}, is: isChange, sure: 0.93,
		examples: []example{{"CPI Trimmed-Mean", "Percent"}, {"Producer Prices", "%"}, {"House Price Index", "%"}}},
	{id: "change.output-percent", reason: "output, sales, orders and trade in a bare percent are their growth: the unit decides between level and change (decision 1)",
		when: condition{any: of(fOutput, fSales, fOrders, fShipments, fTermsOfTrade, fLeading), units: uPercentish, not: notALevel, test: barePercent}, is: isChange, sure: 0.93,
		examples: []example{{"Industrial Production", "%"}, {"Retail Sales", "percent"}, {"Manufacturing Production", "%"}, {"Factory Orders", "%"}, {"Economic Activity", "%"}}},
	{id: "change.level-percent", reason: "an amount in a bare percent, small and of changing sign, is its growth (decision 1)",
		when: condition{any: of(fGDP, fConsumption, fInvestment, fExports, fImports, fInventories, fMoney, fCredit, fProductivity, fWage, fEarnings, fCost, fIncome, fSpending, fWageBill, fValueAdded, fDomesticDemand, fStockIndex, fCommodity, fPermits, fHousingStarts, fPayrolls, fProfit, fLeading, fPopulation, fTourists, fVehicles, fEmployment, fEmployed),
			units: uPercentish, not: notALevel, test: func(r *reading) bool { return barePercent(r) && r.signsMixed() && r.q.Level != "above-100" }}, is: isChange, sure: 0.9},
	{id: "change.level-percent-unsigned", reason: "an amount in a bare percent is its growth (decision 1)",
		when: condition{any: of(fGDP, fConsumption, fInvestment, fExports, fImports, fInventories, fMoney, fCredit, fProductivity, fWage, fEarnings, fCost, fIncome, fWageBill, fValueAdded, fDomesticDemand, fStockIndex, fPermits, fHousingStarts, fPayrolls, fProfit, fSpending),
			units: uPercentish, not: notALevel, test: barePercent}, is: isChange, sure: 0.65,
		examples: []example{{"Business Inventories", "%"}, {"Personal Spending", "%"}, {"Unit Labor Costs", "%"}}},
}

var changeWords = of(fGrowth, fYoY, fPrevious, fChange)

// notALevel are words that make a percentage something else than the growth
// of an amount.
var notALevel = of(fWorld, fShareWord, fRatioWord, fOfGDP, fOfTotal, fRateWord, fInterest, fYield, fPolicyRate, fLendingRate, fInterbank, fTaxRate, fNPL, fUnemployment,
	fUnemploymentRate, fEmploymentRate, fParticipation, fPMI, fConfidence, fSurvey, fNetPercentage, fRespondents, fSpread, fBalance, fCurrentAccount, fFiscalBalance, fTradeBalance, fVolatility, fBankCapital,
	fPrevalence, fAccess, fCoverage, fPartSector, fOwnership, fOccupancy, fPoverty, fProbability, fSaving, fReserveRequirement, fDebt, fDebtService, fCapacityUse, fIndexWord, fMortgageRate, fDivider)

// saysPercentChange reports whether the unit phrase or the name says that a
// percentage is a change against another period.
func (r *reading) saysPercentChange() bool {
	if r.phrase.all.has(fOfGDP) || r.concept.all.has(fOfGDP) {
		return r.phrase.all.meets(of(fGrowth)) && !r.concept.all.meets(of(fBalance, fDebt))
	}
	if r.phrase.all.meets(of(fGrowth, fYoY, fPrevious)) {
		return true
	}
	if r.unit == uUnknown {
		// Without a unit only the name can say that a change is meant.
		return r.concept.all.meets(of(fGrowth, fYoY, fPrevious)) && !r.concept.all.meets(of(fPayrolls))
	}
	return r.concept.head.meets(of(fGrowth, fYoY, fPrevious, fChange)) && !r.phrase.all.meets(of(fOfPopulation, fOfTotal))
}

func says(features ...feature) func(*reading) bool {
	s := of(features...)
	return func(r *reading) bool { return r.says(s) }
}

// barePercent reports whether a percentage names no whole and no denominator.
func barePercent(r *reading) bool {
	return r.q.Per == "" && !r.phrase.all.meets(of(fDivider, fOfGDP, fOfTotal, fOfPopulation, fOfGroup)) && !r.phrase.all.meets(wholes) && !r.concept.divided && !r.concept.all.meets(of(fOfGDP))
}

func notOfGDP(r *reading) bool { return !r.phrase.all.has(fOfGDP) }
