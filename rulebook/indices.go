package rulebook

// indexKinds decide constructed numbers: whatever is in points or has a base,
// and what is an index although a catalogue writes something else.
var indexKinds = []rule[kind]{
	{id: "index.net-percentage", reason: "a balance of answers is an index (decision 11)", when: condition{all: of(fNetPercentage), units: uNoAmount | uUnknown}, is: isIndex, sure: 0.9,
		examples: []example{{"Net Percentage of Domestic Banks Tightening Standards for Commercial and Industrial Loans", "Percent"}}},
	{id: "index.respondents", reason: "survey answers without a constructed index", when: condition{units: uPercentish, test: says(fRespondents)}, is: isSentiment, sure: 0.8,
		examples: []example{{"Future New Orders; Percent Reporting Increases for Federal Reserve District 3: Philadelphia", "Percent"}}},
	{id: "index.opinion", reason: "what people think, in percent of those asked, is mood without a constructed index", when: condition{any: of(fOpinion, fBelief), units: uPercentish, not: of(fInflation, fGrowth)}, is: isSentiment, sure: 0.82,
		examples: []example{{"Trust in government", "Percentage of population"}}},
	{id: "index.survey", reason: "business and consumer surveys in points are indices, also their price, order and employment components (decision 11)",
		when: condition{any: of(fPMI, fSurvey, fConfidence, fSurveyPrices, fNetPercentage), units: uIndex}, is: isIndex, sure: 0.98,
		examples: []example{{"ISM Non Manufacturing Prices", "points"}, {"Lmi Inventory Costs", "points"}, {"Industry Index Manufacturing", "points"}, {"Kansas Fed Employment Index", "points"}, {"Business Confidence", "points"}, {"CFNAI Production Index", "%"}}},
	{id: "index.price", reason: "a price index with a base is an index, never a price (decision 2)", when: condition{any: of(fPriceIndex, fHousePrice, fDeflator, fPrice, fInflation), units: uIndex}, is: isIndex, sure: 0.98,
		examples: []example{{"Consumer price index (2010 = 100)", ""}, {"Export Prices", "points"}, {"Producer Price Index by Industry: Truck Transportation", "Index Dec 2003=100"}, {"GDP deflator (base year varies by country)", ""}}},
	{id: "index.stock-market", reason: "a stock index is an index", when: condition{any: of(fStockIndex, fSharePrice), units: uIndex}, is: isIndex, sure: 0.97,
		examples: []example{{"S&P 500 Index", "index"}, {"Stock Market", "points"}, {"Nikkei Stock Average, Nikkei 225", "Index"}}},
	{id: "index.effective-exchange-rate", reason: "an effective exchange rate is an index (decision 6)", when: condition{any: of(fREER), units: uIndex | uUnknown | uPercentish}, is: isIndex, sure: 0.97,
		examples: []example{{"Real effective exchange rate index (2010 = 100)", ""}, {"Real Trade-Weighted Value of the dollar for Maryland", "Index Jan 1988=100"}, {"Nominal Broad U.S. Dollar Index", "Index Jan 2006=100"}}},
	{id: "index.score", reason: "scores, ratings and ranks are constructed numbers", when: condition{any: of(fScoreWord, fCreditRating, fEase, fCorruption, fInequality, fRank), units: uIndex | uUnknown | uCount}, is: isIndex, sure: 0.95,
		examples: []example{{"CPIA trade rating (1=low to 6=high)", ""}, {"Corruption Index", "Points"}, {"World Happiness Index Score", "score (0-10)"}, {"GINI index (World Bank estimate)", "%"}, {"Credit Rating", "points"}, {"Ease of Doing Business", ""}}},
	{id: "index.unit", reason: "a number with a base or in points is an index", when: condition{units: uIndex}, is: isIndex, sure: 0.95,
		examples: []example{{"Industrial Production: Total Index", "Index 2017=100"}, {"Crop production index (2004-2006 = 100)", ""}, {"Indexes of Aggregate Weekly Hours of All Employees: Financial Activities", "Index 2007=100"}, {"Terms of Trade", "points"}}},
	{id: "index.name", reason: "the name says index, the unit says nothing", when: condition{any: of(fIndexWord, fLeading, fPMI, fConfidence, fTermsOfTrade), units: uUnknown | uRatio}, is: isIndex, sure: 0.85},
	{id: "index.name-percent", reason: "an index of sentiment or activity stays one even if the catalogue writes % (decision 11)", when: condition{any: of(fConfidence, fPMI), units: uPercentish, not: of(fRateWord), test: barePercent}, is: isIndex, sure: 0.75},
}
