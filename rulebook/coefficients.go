package rulebook

// coefficientKinds decide statistical coefficients, likelihoods, dispersion,
// differences of rates and critical levels.
var coefficientKinds = []rule[kind]{
	{id: "coefficient.correlation", reason: "a statistical coefficient of two series", when: condition{all: of(fCorrelation)}, is: isCorrelation, sure: 0.95,
		examples: []example{{"Rolling correlation of stocks and bonds", "coefficient"}}},
	{id: "coefficient.elasticity", reason: "a response in per cent to a change in per cent", when: condition{all: of(fElasticity)}, is: isElasticity, sure: 0.95,
		examples: []example{{"Price elasticity of gasoline demand", ""}}},
	{id: "coefficient.multiplier", reason: "a transmission coefficient", when: condition{all: of(fMultiplier)}, is: isMultiplier, sure: 0.95,
		examples: []example{{"M1 Money Multiplier", "Ratio"}}},
	{id: "coefficient.mortality", reason: "a probability of dying is read as mortality: deaths against those at risk",
		when: condition{all: of(fMortality), units: uRate | uRatio}, is: isRatio, sure: 0.93,
		examples: []example{{"Probability of dying at age 5-14 years (per 1,000 children age 5)", ""}, {"Maternal mortality ratio (modeled estimate, per 100,000 live births)", ""}, {"Suicide mortality rate (per 100,000 population)", ""}}},
	{id: "coefficient.probability", reason: "a likelihood", when: condition{all: of(fProbability)}, is: isProbability, sure: 0.93,
		examples: []example{{"Smoothed U.S. Recession Probabilities", "Percent"}, {"Corporate Default Probability (12-month)", "%"}}},
	{id: "coefficient.volatility", reason: "dispersion", when: condition{all: of(fVolatility), not: of(fPriceIndex)}, is: isVolatility, sure: 0.96,
		examples: []example{{"CBOE Volatility Index: VIX", "Index"}, {"Stock price volatility", ""}}},
	{id: "coefficient.spread", reason: "the difference of two like rates or prices",
		when: condition{any: of(fSpread, fTermSpread), not: of(fCorrelation), units: uPercentish | uIndex | uUnknown | uRatio | uRate}, is: isSpread, sure: 0.95,
		examples: []example{{"ICE BofA US High Yield Index Option-Adjusted Spread", "Percent"}, {"Interest rate spread (lending rate minus deposit rate, %)", ""}, {"Risk premium on lending (lending rate minus treasury bill rate, %)", ""}}},
	{id: "coefficient.minus", reason: "one interest rate or yield minus another",
		when: condition{all: of(fMinus), any: of(fYield, fInterest, fInterbank, fMortgageRate, fPolicyRate, fLendingRate), units: uPercentish | uUnknown}, is: isSpread, sure: 0.96},
	{id: "coefficient.allocation", reason: "composition by decision", when: condition{all: of(fAllocation), units: uPercentish | uUnknown, test: notOfGDP}, is: isAllocation, sure: 0.85,
		examples: []example{{"Pension fund asset allocation: equities", "%"}, {"Portfolio weight of bonds", "%"}}},
	{id: "coefficient.threshold", reason: "a critical level that a rule sets",
		when: condition{all: of(fThreshold), not: of(fPoverty, fPovertyGap, fPolicyRate, fPopulation, fInterbank), units: uCurrency | uRate | uPercentish | uUnknown}, is: isThreshold, sure: 0.9,
		examples: []example{{"National poverty line", "LCU per person per month"}, {"Federal debt ceiling", "Billions of Dollars"}, {"Inflation target", "%"}}},
}
