package rulebook

import "classify"

// aggregation is how values of the decided type roll up (taxonomy §5).
func aggregation(r *reading) *rule[classify.Aggregation] {
	return first(aggregationRules, r)
}

var aggregationRules = concat(settledAggregations, quoteAggregations, labourAggregations, relativeAggregations, amountAggregations, lastAggregations)

// settledAggregations follow from the type alone.
var settledAggregations = []rule[classify.Aggregation]{
	{id: "aggregation.change", reason: "a change is period-rate before all else", when: condition{kinds: kChange}, is: classify.PeriodRate, sure: 0.99},
	{id: "aggregation.none", reason: "coefficients and likelihoods have no roll-up", when: condition{kinds: kCoefficient | kProbability}, is: classify.NotApplicable, sure: 0.96},
	{id: "aggregation.moving-average", reason: "a moving average of anything is averaged", when: condition{kinds: kCount | kPercentage | kRatio | kIndex | kPrice | kInterest | kFlow | kVolume | kYield, test: says(fMovingAverage)}, is: classify.PeriodAverage, sure: 0.93,
		examples: []example{{"Jobless Claims 4-week Average", "Thousand"}}},
	{id: "aggregation.cumulative", reason: "a running total takes its last value for the year", when: condition{kinds: kFlow | kVolume | kCount | kBalance, units: uAmount | uUnknown, test: func(r *reading) bool { return r.q.Cumulative }}, is: classify.PeriodCumulative, sure: 0.96},
	{id: "aggregation.rolling-sum", reason: "a rolling sum takes the last value", when: condition{kinds: kFlow | kBalance | kVolume | kCount, units: uAmount, test: says(fRollingSum)}, is: classify.PointInTime, sure: 0.85,
		examples: []example{{"Budget balance, 12-month rolling sum", "EUR Million"}}},
	{id: "aggregation.stock-average", reason: "the text says that levels are averaged over the period", when: condition{kinds: kStock, test: func(r *reading) bool { return r.q.Collection == "average" || r.says(of(fAverage, fMovingAverage)) }}, is: classify.PeriodAverage, sure: 0.8},
	{id: "aggregation.stock", reason: "stocks, capacities, thresholds and allocations take the last value", when: condition{kinds: kStock | kCapacity | kThreshold | kAllocation}, is: classify.PointInTime, sure: 0.98,
		examples: []example{{"Foreign Exchange Reserves", "USD Million"}}},
	{id: "aggregation.gap", reason: "gaps and sentiment are averaged", when: condition{kinds: kGap | kSentiment}, is: classify.PeriodAverage, sure: 0.93},
}

// quoteAggregations are of prices and rates: quoted at a date or averaged.
var quoteAggregations = []rule[classify.Aggregation]{
	{id: "aggregation.said-end", reason: "the words say end of period", when: condition{kinds: kPrice | kInterest | kYield | kSpread | kVolatility | kIndex, test: func(r *reading) bool {
		return r.q.Collection == "end" || r.says(of(fEndOfPeriod)) && !r.says(of(fAverage))
	}}, is: classify.PointInTime, sure: 0.93,
		examples: []example{{"Exchange rate, end of period", "LCU per US$"}}},
	{id: "aggregation.stock-market", reason: "stock indices and share prices take the last value", when: condition{kinds: kIndex | kPrice, any: of(fStockIndex, fSharePrice)}, is: classify.PointInTime, sure: 0.94,
		examples: []example{{"S&P 500 Index", "index"}, {"Stock Market", "points"}}},
	{id: "aggregation.policy-rate", reason: "a policy rate takes the last value", when: condition{kinds: kInterest, test: (*reading).policyRate}, is: classify.PointInTime, sure: 0.93,
		examples: []example{{"Interest Rate", "%"}, {"Central bank policy rate", "% p.a."}}},
	{id: "aggregation.said-average", reason: "the words say average, mean or median", when: condition{kinds: kPrice | kInterest | kYield | kSpread | kVolatility, test: func(r *reading) bool { return r.q.Collection == "average" || r.says(of(fAverage)) }}, is: classify.PeriodAverage, sure: 0.95,
		examples: []example{{"Official exchange rate (LCU per US$, period average)", ""}}},
	{id: "aggregation.crop-price", reason: "what producers of a crop are paid is an average, unless a board sets it for a season: the name does not tell", when: condition{kinds: kPrice, all: of(fProducerPrice), any: of(fCommodity)}, is: classify.PeriodAverage, sure: 0.5,
		examples: []example{{"Producer price of wheat", "USD per tonne"}}},
	{id: "aggregation.support-price", reason: "a price that a rule guarantees holds at a date", when: condition{kinds: kPrice, any: of(fSupportPrice)}, is: classify.PointInTime, sure: 0.85,
		examples: []example{{"Minimum support price, rice", "INR per quintal"}}},
	{id: "aggregation.statutory-price", reason: "a minimum wage or price that a rule sets holds at a date", when: condition{kinds: kPrice, all: of(fMinWage)}, is: classify.PointInTime, sure: 0.85,
		examples: []example{{"Minimum Wages", "EUR/Month"}}},
	{id: "aggregation.wage", reason: "earnings and consumer prices are averages over the period", when: condition{kinds: kPrice, any: of(fWage, fEarnings, fHousePrice, fRentPrice)}, is: classify.PeriodAverage, sure: 0.95,
		examples: []example{{"Average Hourly Earnings of All Employees: Utilities", "Dollars per Hour"}}},
	{id: "aggregation.lending", reason: "lending, deposit and mortgage rates are averaged", when: condition{kinds: kInterest, any: of(fLendingRate, fAverageBillRate)}, is: classify.PeriodAverage, sure: 0.93,
		examples: []example{{"Lending interest rate (%)", ""}, {"Bank Lending Rate", "%"}}},
	{id: "aggregation.quote-daily", reason: "a market quote by the day or week is valid at its date", when: condition{kinds: kPrice | kInterest | kYield | kSpread | kVolatility, test: (*reading).market}, is: classify.PointInTime, sure: 0.95},
	{id: "aggregation.quote-monthly", reason: "a market quote by the month or less often, without a word, is an average", when: condition{kinds: kPrice | kInterest | kYield | kSpread | kVolatility}, is: classify.PeriodAverage, sure: 0.9,
		examples: []example{{"Crude Oil Price - Brent", "USD per barrel"}}},
	{id: "aggregation.index", reason: "indices, scores and ratings are averaged", when: condition{kinds: kIndex}, is: classify.PeriodAverage, sure: 0.97,
		examples: []example{{"Business Confidence", "points"}, {"Corruption Index", "Points"}}},
}

// policyRate reports a rate that a central bank sets. "Interest Rate" with no
// other word is the one by which vendors name it.
func (r *reading) policyRate() bool {
	c := r.concept.all
	return c.has(fPolicyRate) && !c.has(fLendingRate) || c.has(fInterest) && r.concept.words <= 2 && !c.meets(of(fLendingRate, fInterbank, fMortgageRate))
}

// labourAggregations are of persons: headcounts are averaged, events add up.
var labourAggregations = []rule[classify.Aggregation]{
	{id: "aggregation.duration-statutory", reason: "an age that a rule sets holds at a date", when: condition{kinds: kDuration, all: of(fRetirement)}, is: classify.PointInTime, sure: 0.65,
		examples: []example{{"Retirement Age Men", "Years"}}},
	{id: "aggregation.duration", reason: "durations are averaged", when: condition{kinds: kDuration}, is: classify.PeriodAverage, sure: 0.93,
		examples: []example{{"Life expectancy at birth, total (years)", ""}}},
	{id: "aggregation.claims-continued", reason: "continued claims are a headcount", when: condition{kinds: kCount, all: of(fContinued)}, is: classify.PeriodAverage, sure: 0.85,
		examples: []example{{"Continuing Jobless Claims", "Thousand"}}},
	{id: "aggregation.labour-events", reason: "hires, quits, layoffs and claims are events of the period", when: condition{kinds: kCount, any: of(fHires, fQuits, fLayoffs, fClaims)}, is: classify.PeriodTotal, sure: 0.94,
		examples: []example{{"Hires: Retail Trade", "Level in Thousands"}, {"Initial Jobless Claims", "Thousand"}}},
	{id: "aggregation.vacancies", reason: "openings are counted at a date", when: condition{kinds: kCount, all: of(fVacancies)}, is: classify.PointInTime, sure: 0.6,
		examples: []example{{"Job Openings: Total Nonfarm", "Level in Thousands"}}},
	{id: "aggregation.headcount", reason: "labour-market headcounts are averaged", when: condition{kinds: kCount, any: of(fEmployed, fEmployment, fUnemployed, fUnemployment, fLaborForce, fParticipation), not: of(fTourists, fFirms)}, is: classify.PeriodAverage, sure: 0.9,
		examples: []example{{"Labor Force", "thousands of persons"}, {"Unemployed Persons", "Thousand"}}},
	{id: "aggregation.concerned", reason: "people concerned during a period are averaged", when: condition{kinds: kCount, any: of(fPoverty), all: of(fNumberOf)}, is: classify.PeriodAverage, sure: 0.85,
		examples: []example{{"Number of people pushed below the $1.90 ($ 2011 PPP) poverty line by out-of-pocket health care expenditure", ""}}},
	{id: "aggregation.recipients", reason: "people who receive a benefit are concerned during the period", when: condition{kinds: kCount, any: of(fRecipients), not: of(fNew)}, is: classify.PeriodAverage, sure: 0.75,
		examples: []example{{"SNAP Benefits Recipients in United States", "Persons"}}},
	{id: "aggregation.events-averaged", reason: "the words average and typical settle it, also of events", when: condition{kinds: kCount, any: of(fCrime, fTimeTo), test: says(fAverage)}, is: classify.PeriodAverage, sure: 0.75,
		examples: []example{{"Power outages in firms in a typical month (number)", ""}, {"Number of visits or required meetings with tax officials (average for affected firms)", ""}}},
	{id: "aggregation.weather", reason: "temperature is averaged", when: condition{kinds: kCount, any: of(fTemperature, fExposure)}, is: classify.PeriodAverage, sure: 0.95,
		examples: []example{{"Temperature", "celsius"}}},
	{id: "aggregation.rainfall", reason: "rain adds up", when: condition{kinds: kCount, all: of(fWeather), not: of(fAverage)}, is: classify.PeriodTotal, sure: 0.85,
		examples: []example{{"Precipitation", "mm"}}},
	{id: "aggregation.rating-count", reason: "procedures and the like are counted at a date", when: condition{kinds: kCount, any: of(fTimeTo)}, is: classify.PointInTime, sure: 0.8,
		examples: []example{{"Procedures to build a warehouse (number)", ""}}},
	{id: "aggregation.under-way", reason: "what is under way or listed is counted at a date", when: condition{kinds: kCount, any: of(fUnderWay, fListings)}, is: classify.PointInTime, sure: 0.9,
		examples: []example{{"New Private Housing Units Under Construction: Total", "Thousands of Units"}}},
	{id: "aggregation.newly", reason: "new cases and registrations are events", when: condition{kinds: kCount, any: of(fNew, fPeriodEvent, fDeaths, fBirths, fIncidence, fHousingStarts, fPermits, fBankruptcies, fTourists, fPatents, fMortality, fTransport)}, is: classify.PeriodTotal, sure: 0.94,
		examples: []example{{"Housing Starts", "thousands of units"}, {"Adults (ages 15+) newly infected with HIV", ""}, {"Bankruptcies", "Companies"}}},
	{id: "aggregation.existing", reason: "people and things that exist are counted at a date", when: condition{kinds: kCount, any: of(fPopulation, fPupils, fRefugees, fMigrants, fDisease, fHouseholds, fSubscriptions, fFirms, fSpecies, fEnrollment, fHealthStaff, fPartSector)}, is: classify.PointInTime, sure: 0.92,
		examples: []example{{"Population, total", ""}, {"Listed domestic companies, total", ""}, {"Primary education, pupils", ""}, {"Mobile cellular subscriptions", ""}}},
}

// relativeAggregations are of percentages, ratios and shares: the numerator
// decides.
var relativeAggregations = []rule[classify.Aggregation]{
	{id: "aggregation.rates-of-law", reason: "tax rates and reserve requirements hold at a date", when: condition{kinds: kRatio, any: of(fTaxRate, fReserveRequirement)}, is: classify.PointInTime, sure: 0.92,
		examples: []example{{"Corporate Tax Rate", "%"}}},
	{id: "aggregation.said-average-relative", reason: "the words average, mean and median settle it", when: condition{kinds: kRatio | kPercentage | kShare, test: says(fAverage)}, is: classify.PeriodAverage, sure: 0.85,
		examples: []example{{"Average grant element on new external debt commitments (%)", ""}, {"Droughts, floods, extreme temperatures (% of population, average 1990-2009)", ""}}},
	{id: "aggregation.events-relative", reason: "events of the period, or the people whom they concern, against a whole: the ratio is averaged", when: condition{kinds: kRatio | kPercentage | kShare, test: says(fPeriodEvent)}, is: classify.PeriodAverage, sure: 0.8,
		examples: []example{{"Births attended by skilled health staff (% of total)", ""}, {"Tuberculosis treatment success rate (% of new cases)", ""}, {"Number of surgical procedures (per 100,000 population)", ""}, {"New business density (new registrations per 1,000 people ages 15-64)", ""}, {"Charge-Off Rate on Credit Card Loans, All Commercial Banks", "Percent"}}},
	{id: "aggregation.filling", reason: "how full a store is holds at a date", when: condition{kinds: kPercentage, any: of(fFilling)}, is: classify.PointInTime, sure: 0.92,
		examples: []example{{"Gas storage filling level", "%"}}},
	{id: "aggregation.staff-relative", reason: "health workers, branches and machines exist at a date", when: condition{kinds: kRatio, test: says(fHealthStaff, fBranches, fTractors)}, is: classify.PointInTime, sure: 0.9,
		examples: []example{{"Community health workers (per 1,000 people)", ""}, {"Specialist surgical workforce (per 100,000 population)", ""}, {"Commercial bank branches (per 100,000 adults)", ""}, {"Agricultural machinery, tractors per 100 sq. km of arable land", ""}}},
	{id: "aggregation.labour-percentage", reason: "labour-market percentages are averaged", when: condition{kinds: kPercentage | kRatio | kShare, any: of(fUnemployment, fUnemploymentRate, fEmploymentRate, fParticipation, fEmployment, fPartTime, fHires, fQuits, fLayoffs, fVacancies, fLaborForce, fEmployed, fUnion)}, is: classify.PeriodAverage, sure: 0.94,
		examples: []example{{"Unemployment Rate", "%"}, {"Employment in agriculture (% of total employment) (modeled ILO estimate)", ""}}},
	{id: "aggregation.utilisation", reason: "utilisation is averaged", when: condition{kinds: kPercentage | kRatio, any: of(fCapacityUse, fOccupancy)}, is: classify.PeriodAverage, sure: 0.95,
		examples: []example{{"Capacity Utilization", "%"}}},
	{id: "aggregation.mortality", reason: "mortality, incidence and births are averaged", when: condition{kinds: kRatio | kPercentage | kShare, any: of(fMortality, fIncidence, fFertility, fDeaths, fBirths, fCrime, fCauseOf), not: of(fAccess)}, is: classify.PeriodAverage, sure: 0.94,
		examples: []example{{"Mortality rate, infant (per 1,000 live births)", ""}, {"Fertility rate, total (births per woman)", ""}}},
	{id: "aggregation.intake", reason: "intake and completion are ratios of flows", when: condition{kinds: kRatio | kPercentage, any: of(fIntake, fCompletion, fProgression)}, is: classify.PeriodAverage, sure: 0.85,
		examples: []example{{"Gross intake ratio in first grade of primary education, total (% of relevant age group)", ""}, {"Primary completion rate, total (% of relevant age group)", ""}}},
	{id: "aggregation.balance-relative", reason: "a balance in percent is averaged", when: condition{kinds: kBalance, units: uNoAmount, not: of(fNetForeign, fPosition)}, is: classify.PeriodAverage, sure: 0.96,
		examples: []example{{"Current account balance (% of GDP)", ""}}},
	{id: "aggregation.position-relative", reason: "a position in percent takes the last value", when: condition{kinds: kBalance, units: uNoAmount}, is: classify.PointInTime, sure: 0.9,
		examples: []example{{"Net international investment position", "% of GDP"}}},
	{id: "aggregation.flow-numerator", reason: "the numerator arises during a period: the ratio is averaged", when: condition{kinds: kRatio | kShare | kPercentage, head: flowNouns, test: (*reading).flowNumerator}, is: classify.PeriodAverage, sure: 0.92,
		examples: []example{{"Tax revenue (% of GDP)", ""}, {"Exports of goods and services (% of GDP)", ""}, {"Fuel exports (% of merchandise exports)", ""}, {"Total debt service (% of GNI)", ""}, {"Agricultural methane emissions (% of total)", ""}}},
	{id: "aggregation.stock-numerator", reason: "the numerator exists at a date: the ratio takes the last value", when: condition{kinds: kRatio | kShare | kPercentage, head: stockNouns}, is: classify.PointInTime, sure: 0.91,
		examples: []example{{"Government Debt to GDP", "%"}, {"Domestic credit to private sector (% of GDP)", ""}, {"Population ages 0-14, female (% of total)", ""}, {"Access to electricity (% of population)", ""}, {"Forest area (% of land area)", ""}}},
	{id: "aggregation.percentage", reason: "access, prevalence and attributes are percentages of stocks", when: condition{kinds: kPercentage}, is: classify.PointInTime, sure: 0.75},
	{id: "aggregation.share", reason: "shares of what nobody named are averaged", when: condition{kinds: kShare | kRatio}, is: classify.PeriodAverage, sure: 0.6},
}

var flowNouns = of(fGDP, fValueAdded, fConsumption, fInvestment, fExports, fImports, fTradeFlow, fIncome, fSpending, fRevenue, fTax, fSales, fOrders, fShipments, fRemittance, fFDI, fPortfolio, fAid, fDebtService, fRepayment,
	fDisbursement, fSaving, fProfit, fOutput, fPayments, fTurnover, fBenefits, fSubsidy, fRents, fDepletion, fGrants, fEmissions, fEnergyUse, fWater, fWageBill, fInflow, fAcquisition, fCost, fCropYield, fFertility, fTourists, fBorrowed, fFiscalBalance, fBankEarnings, fSector, fDomesticDemand, fWage, fMigration, fBeneficiary, fPatents, fTransport, fIssuance, fPolitical)

var stockNouns = of(fDebt, fReserves, fMoney, fDeposits, fCredit, fAssets, fLiabilities, fMarketCap, fHoldings, fPosition, fNetForeign, fWealth, fInventories, fNPL, fBankCapital, fPopulation, fArea, fAccess, fPrevalence, fHealthStaff, fSubscriptions, fDependency, fDensity, fPupils, fLiteracy, fAgeGroup, fRefugees,
	fMigrants, fPoverty, fHunger, fDisease, fEnrollment, fOwnership, fFreshwater, fHouseholds, fFirms, fVehicles, fCapacity, fBranches, fArrears, fCommitment, fPovertyGap, fPartSector, fBacklog, fSchooling)

// flowNumerator holds unless the numerator is rather a stock: reserves of
// banks, debt, credit, people.
func (r *reading) flowNumerator() bool {
	h := r.subject()
	if h.meets(of(fBankEarnings, fAcquisition, fDebtService, fRepayment, fDisbursement, fTurnover, fInflow, fIssuance)) {
		return true
	}
	if h.meets(of(fDebt, fReserves, fMoney, fDeposits, fCredit, fAssets, fLiabilities, fMarketCap, fHoldings, fPosition, fNPL, fBankCapital, fInventories, fArrears)) {
		return false
	}
	if r.kind == kPercentage {
		return !h.meets(of(fPopulation, fAccess, fPrevalence, fLiteracy, fDisease, fHunger, fPoverty, fSubscriptions, fOwnership, fPupils, fEnrollment, fPartSector, fAgeGroup, fPolitical, fHouseholds, fRefugees, fMigrants, fFirms))
	}
	return !h.meets(of(fFreshwater, fDensity, fHealthStaff, fAgeGroup, fArea))
}

// amountAggregations are of flows, balances and volumes.
var amountAggregations = []rule[classify.Aggregation]{
	{id: "aggregation.position", reason: "a difference of two stocks takes the last value", when: condition{kinds: kBalance, any: of(fNetForeign, fPosition)}, is: classify.PointInTime, sure: 0.9,
		examples: []example{{"Net foreign assets (current LCU)", ""}}},
	{id: "aggregation.per-day", reason: "a quantity per day is averaged", when: condition{kinds: kVolume | kFlow, test: func(r *reading) bool { return r.q.Per == "day" || r.unit == uRate || r.phrase.all.has(fPerDay) }}, is: classify.PeriodAverage, sure: 0.7,
		examples: []example{{"Crude Oil Production", "BBL/D/1K"}}},
	{id: "aggregation.flow-averaged", reason: "the words average, mean and median settle it", when: condition{kinds: kFlow, units: uAmount | uRate, all: of(fAverage), not: of(fPayments, fExports, fImports, fGDP)}, is: classify.PeriodAverage, sure: 0.88,
		examples: []example{{"Real Median Household Income in the United States", "2023 C-CPI-U Dollars"}}},
	{id: "aggregation.flow", reason: "flows, volumes and balances of flows add up", when: condition{kinds: kFlow | kVolume | kBalance, units: uAmount | uUnknown}, is: classify.PeriodTotal, sure: 0.97,
		examples: []example{{"Exports", "USD Million"}, {"Trade Balance", "USD Million"}, {"GDP per capita (current US$)", ""}}},
	{id: "aggregation.flow-relative", reason: "a flow in percent is averaged", when: condition{kinds: kFlow | kVolume | kBalance}, is: classify.PeriodAverage, sure: 0.8},
}

var lastAggregations = []rule[classify.Aggregation]{
	{id: "aggregation.count", reason: "a count of events adds up", when: condition{kinds: kCount, units: uAmount | uUnknown}, is: classify.PeriodTotal, sure: 0.6},
	{id: "aggregation.default", reason: "what nobody named is averaged", is: classify.PeriodAverage, sure: 0.4},
}
