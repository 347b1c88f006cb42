package rulebook

import (
	"strings"

	"classify"
)

const (
	higher = classify.HigherIsPositive
	lower  = classify.LowerIsPositive
)

// orientationRules say how a higher value reads for the economy (taxonomy §6):
// neutral unless the reading holds over the whole plausible range.
var orientationRules = concat(neutralFirst, orientationOfPeople, orientationOfIndices, orientationOfMoney,
	[]rule[classify.Orientation]{{id: "orientation.neutral", reason: "no reading holds over the whole plausible range", is: classify.Neutral, sure: 0.75}})

var neutralFirst = []rule[classify.Orientation]{
	{id: "orientation.share", reason: "a share of a total is neutral, even where its numerator is listed", when: condition{kinds: kShare | kAllocation | kThreshold}, is: classify.Neutral, sure: 0.95,
		examples: []example{{"Fuel exports (% of merchandise exports)", ""}}},
	{id: "orientation.contribution", reason: "a contribution to growth reads as its component does", when: condition{kinds: kChange, test: func(r *reading) bool {
		t := r.concept.tail
		return r.concept.head.has(fContribution) && t.meets(of(fConsumption, fInvestment, fExports, fTradeBalance, fOutput, fValueAdded)) && !t.meets(of(fGovernment, fImports, fInventories, fPriceIndex, fInflation))
	}}, is: higher, sure: 0.8,
		examples: []example{{"Contributions to percent change in real gross domestic product: Personal consumption expenditures", "Percentage Points at Annual Rate"}}},
	{id: "orientation.yes-no", reason: "whether a law exists is no listed reading", when: condition{kinds: kIndex, test: says(fYesNo)}, is: classify.Neutral, sure: 0.6},
	{id: "orientation.first-is-best", reason: "a number that counts from the best place is a rank", when: condition{kinds: kIndex, test: (*reading).firstIsBest}, is: lower, sure: 0.85,
		examples: []example{{"Ease of doing business index (1=most business-friendly regulations)", ""}}},
	{id: "orientation.one-in", reason: "one death in more people is a lower risk", when: condition{all: of(fProbability), any: of(fDeaths, fMortality), test: func(r *reading) bool { return r.says(of(fOneIn)) }}, is: higher, sure: 0.8,
		examples: []example{{"Lifetime risk of maternal death (1 in: rate varies by country)", ""}}},
	{id: "orientation.transaction-cost", reason: "what a transaction costs is a price, whatever is sent", when: condition{any: of(fTransactionCost)}, is: classify.Neutral, sure: 0.85,
		examples: []example{{"Average transaction cost of sending remittances to a specific country (%)", ""}}},
	{id: "orientation.class", reason: "a group's part in a whole is neutral, even where the whole is listed", when: condition{kinds: kPercentage | kRatio, test: func(r *reading) bool {
		h := r.concept.head
		return h.has(fPartTimeWord) && !h.has(fUnemployed) || h.has(fPrivateWord) && h.has(fEnrollment) || h.has(fShareWord) && h.has(fPartSector) && !h.meets(of(fPolitical))
	}}, is: classify.Neutral, sure: 0.8,
		examples: []example{{"Part time employment, total (% of total employment)", ""}, {"School enrollment, primary, private (% of total primary)", ""}, {"Female share of employment in senior and middle management (%)", ""}}},
	{id: "orientation.domestic-demand", reason: "shares of GDP are neutral, also of all that is spent", when: condition{kinds: kRatio, any: of(fGDP, fDomesticDemand, fTradeFlow), test: ofGDP}, is: classify.Neutral, sure: 0.8,
		examples: []example{{"Gross national expenditure (% of GDP)", ""}}},
	{id: "orientation.damage", reason: "damage by emissions reads as the emissions do", when: condition{all: of(fClimateDamage), not: of(fNetSaving)}, is: lower, sure: 0.7,
		examples: []example{{"Adjusted savings: carbon dioxide damage (current US$)", ""}}},
	{id: "orientation.inputs", reason: "the use of an input has no listed reading", when: condition{all: of(fFertilizer)}, is: classify.Neutral, sure: 0.7,
		examples: []example{{"Fertilizer consumption (kilograms per hectare of arable land)", ""}}},
	{id: "orientation.departures", reason: "residents who travel abroad mirror imports", when: condition{kinds: kCount, any: of(fDepartures)}, is: classify.Neutral, sure: 0.8,
		examples: []example{{"International tourism, number of departures", ""}}},
	{id: "orientation.intensity", reason: "emissions per energy or output read worse when they rise", when: condition{any: of(fIntensity)}, is: lower, sure: 0.85,
		examples: []example{{"CO2 intensity (kg per kg of oil equivalent energy use)", ""}}},
	{id: "orientation.displacement", reason: "people driven from their homes read worse", when: condition{all: of(fNewDisplacement)}, is: lower, sure: 0.75,
		examples: []example{{"Internally displaced persons, new displacement associated with disasters (number of cases)", ""}}},
	{id: "orientation.freight", reason: "goods carried are output of transport", when: condition{kinds: kVolume | kCount | kChange | kIndex, any: of(fFreight), not: of(fPrice, fCost, fPriceIndex)}, is: higher, sure: 0.7,
		examples: []example{{"Railways, goods transported (million ton-km)", ""}, {"Container port traffic (TEU: 20 foot equivalent units)", ""}}},
	{id: "orientation.received-abroad", reason: "income and exports of services received from abroad read as exports do", when: condition{kinds: kFlow, any: of(fReceivedAbroad)}, is: higher, sure: 0.75,
		examples: []example{{"Primary income receipts (BoP, current US$)", ""}, {"Charges for the use of intellectual property, receipts (BoP, current US$)", ""}}},
	{id: "orientation.hours-worked", reason: "an index of hours worked counts them all unless it says average", when: condition{kinds: kIndex | kChange, any: of(fHoursWorked), not: of(fAverage, fProductivity, fTotalHours)}, is: higher, sure: 0.85,
		examples: []example{{"Hours Worked", "Index 2015=100"}}},
	{id: "orientation.government-pay", reason: "government spending is neutral, also on its employees", when: condition{kinds: kFlow, all: of(fWageBill), test: func(r *reading) bool { return strings.Contains(r.q.Topic, "government finance") }}, is: classify.Neutral, sure: 0.75},
	{id: "orientation.volatility", reason: "volatility and country risk read worse when they rise", when: condition{kinds: kVolatility | kProbability}, is: lower, sure: 0.93,
		examples: []example{{"CBOE Volatility Index: VIX", "Index"}}},
	{id: "orientation.risk-spread", reason: "credit and country-risk spreads read worse when they rise", when: condition{kinds: kSpread, any: of(fRiskPremium, fDefault)}, is: lower, sure: 0.93,
		examples: []example{{"ICE BofA US High Yield Index Option-Adjusted Spread", "Percent"}}},
	{id: "orientation.price-of-money", reason: "interest rates, term spreads, yields and exchange rates are neutral", when: condition{kinds: kInterest | kYield | kSpread}, is: classify.Neutral, sure: 0.95,
		examples: []example{{"Interest Rate", "%"}}},
	{id: "orientation.wage", reason: "wages read better when they rise", when: condition{kinds: kPrice | kIndex | kChange, any: of(fWage, fMinWage, fEarnings)}, is: higher, sure: 0.9,
		examples: []example{{"Average Hourly Earnings of All Employees: Utilities", "Dollars per Hour"}, {"Wage Growth", "percent"}, {"Minimum Wages", "EUR/Month"}}},
	{id: "orientation.survey-price", reason: "price components of surveys are neutral", when: condition{kinds: kIndex | kChange, any: of(fSurveyPrices, fInflation, fPriceIndex, fPrice, fHousePrice, fDeflator, fREER), not: of(fStockIndex, fTermsOfTrade)}, is: classify.Neutral, sure: 0.95,
		examples: []example{{"Dallas Fed Manufacturing Prices Paid Index", "points"}, {"Core Inflation Rate", "%"}, {"Consumer price index (2010 = 100)", ""}, {"Lmi Inventory Costs", "points"}}},
	{id: "orientation.cost", reason: "costs and commodities are prices", when: condition{kinds: kIndex | kChange, any: of(fCost, fCommodity), not: of(fStockIndex, fTermsOfTrade, fOutput, fExports, fSales)}, is: classify.Neutral, sure: 0.93,
		examples: []example{{"Unit labour cost", "Index 2015=100"}, {"Labour Costs", "points"}}},
	{id: "orientation.stocks-of-goods", reason: "inventories and order backlogs are neutral", when: condition{any: of(fInventories, fBacklog, fStockpile), kinds: kStock | kBalance | kIndex | kChange | kRatio | kVolume}, is: classify.Neutral, sure: 0.94,
		examples: []example{{"Changes in Inventories", "DZD Million"}, {"ISM Manufacturing Backlog of Orders", "points"}}},
	{id: "orientation.price", reason: "prices and price levels are neutral", when: condition{kinds: kPrice | kRatio, test: func(r *reading) bool { return r.kind == kPrice || r.concept.all.has(fDollarIndex) }}, is: classify.Neutral, sure: 0.94,
		examples: []example{{"Crude Oil Price - Brent", "USD per barrel"}}},
}

// firstIsBest reports whether the name or unit explains a scale that begins
// with the best: "1=most business-friendly".
func (r *reading) firstIsBest() bool {
	for _, s := range [...]string{"1=most", "1=best", "1 = most", "1 = best"} {
		if strings.HasPrefix(r.q.UnitPhrase, s) || strings.Contains(r.q.Name, "("+s) {
			return true
		}
	}
	return false
}

var orientationOfPeople = []rule[classify.Orientation]{
	{id: "orientation.claims", reason: "jobless claims and their change read worse when they rise", when: condition{any: of(fClaims, fLayoffs)}, is: lower, sure: 0.95,
		examples: []example{{"Claimant Count Change", "Thousand"}, {"Challenger Job Cuts", "Persons"}}},
	{id: "orientation.benefits", reason: "coverage of unemployment benefits is neutral", when: condition{any: of(fUnempBenefit)}, is: classify.Neutral, sure: 0.85},
	{id: "orientation.unemployment", reason: "unemployment reads worse when it rises", when: condition{any: of(fUnemployment, fUnemploymentRate, fUnemployed), not: of(fBenefits, fProgramme)}, is: lower, sure: 0.97,
		examples: []example{{"Unemployment Rate", "%"}, {"Unemployed Persons", "Thousand"}}},
	{id: "orientation.turnover", reason: "quits, separations, average hours and the labour force are neutral", when: condition{any: of(fQuits)}, is: classify.Neutral, sure: 0.93, examples: []example{{"Quits: Total Nonfarm", "Rate"}}},
	{id: "orientation.total-hours", reason: "total hours worked read better when they rise", when: condition{any: of(fTotalHours)}, is: higher, sure: 0.93,
		examples: []example{{"Indexes of Aggregate Weekly Hours of All Employees: Financial Activities", "Index 2007=100"}}},
	{id: "orientation.hours", reason: "average hours worked are neutral", when: condition{any: of(fHours), not: of(fProductivity)}, is: classify.Neutral, sure: 0.93,
		examples: []example{{"Average Weekly Hours of All Employees: Total Private", "Hours"}}},
	{id: "orientation.poverty", reason: "poverty, hunger, disease, mortality and crime read worse when they rise", when: condition{any: of(fPoverty, fPovertyGap, fHunger, fMortality, fDeaths, fCrime, fIncidence, fInequality, fPayGap), not: of(fCauseOf, fAccess, fProgramme, fCompleteness)}, is: lower, sure: 0.94,
		examples: []example{{"Poverty headcount ratio at national poverty lines (% of population)", ""}, {"Mortality rate, infant (per 1,000 live births)", ""}, {"GINI index (World Bank estimate)", "%"}, {"Number of infant deaths", ""}}},
	{id: "orientation.access", reason: "access to services reads better when it rises", when: condition{any: of(fAccess, fCompleteness), not: of(fExports, fImports, fBankruptcies), kinds: kPercentage | kRatio | kCount | kIndex}, is: higher, sure: 0.9,
		examples: []example{{"Access to electricity (% of population)", ""}, {"Immunization, measles (% of children ages 12-23 months)", ""}, {"Individuals using the Internet (% of population)", ""}}},
	{id: "orientation.disease", reason: "disease reads worse when it rises", when: condition{any: of(fDisease), kinds: kPercentage | kRatio | kCount}, is: lower, sure: 0.9,
		examples: []example{{"Prevalence of HIV, total (% of population ages 15-49)", ""}, {"Children (0-14) living with HIV", ""}}},
	{id: "orientation.out-of-school", reason: "children out of school, repeating or in unemployment read worse when they rise", when: condition{any: of(fOutOfSchool)}, is: lower, sure: 0.92,
		examples: []example{{"Children out of school (% of primary school age)", ""}}},
	{id: "orientation.school", reason: "schooling and life expectancy read better when they rise", when: condition{any: of(fEnrollment, fLiteracy, fLifeExpectancy, fSchooling, fHealthStaff), kinds: kPercentage | kRatio | kDuration | kCount | kIndex}, is: higher, sure: 0.92,
		examples: []example{{"Life expectancy at birth, total (years)", ""}, {"School enrollment, primary (% gross)", ""}, {"Nurses", "per 1000 people"}}},
	{id: "orientation.services", reason: "telephones, branches and servers are access to services", when: condition{any: of(fSubscriptions, fBranches), kinds: kRatio | kCount}, is: higher, sure: 0.85,
		examples: []example{{"Mobile cellular subscriptions (per 100 people)", ""}}},
	{id: "orientation.population", reason: "population and the labour force are neutral", when: condition{any: of(fPopulation, fMigration, fMigrants, fRefugees, fAgeGroup, fDependency, fFertility, fPupils), not: of(fEmployment, fEmploymentRate, fParticipation, fGDP, fIncome, fAccess, fExposure, fEmissions)}, is: classify.Neutral, sure: 0.92,
		examples: []example{{"Population, total", ""}, {"Net migration", ""}, {"Population growth (annual %)", ""}}},
	{id: "orientation.child-labour", reason: "child, informal and vulnerable employment read worse when they rise", when: condition{any: of(fChildLabor)}, is: lower, sure: 0.8,
		examples: []example{{"Children in employment, total (% of children ages 7-14)", ""}}},
	{id: "orientation.employment", reason: "employment, participation, hires and vacancies read better when they rise", when: condition{any: of(fEmployment, fEmployed, fEmploymentRate, fParticipation, fPayrolls, fHires, fVacancies), kinds: kPercentage | kCount | kBalance | kIndex | kChange}, is: higher, sure: 0.93,
		examples: []example{{"ADP Employment Change", "Thousand"}, {"Labor Force Participation Rate", "%"}, {"Hires: Retail Trade", "Level in Thousands"}, {"Employment change YoY", "%"}}},
	{id: "orientation.openings", reason: "more openings for each who looks for work read better", when: condition{all: of(fVacancies), kinds: kRatio}, is: higher, sure: 0.8,
		examples: []example{{"Jobs to applicants ratio", ""}}},
	{id: "orientation.time-to", reason: "shorter procedures are ease of business", when: condition{any: of(fTimeTo), kinds: kDuration | kCount | kRatio | kPercentage, test: func(r *reading) bool { return r.kind != kPercentage || !r.concept.all.has(fPartSector) }}, is: lower, sure: 0.85,
		examples: []example{{"Time required to start a business (days)", ""}}},
	{id: "orientation.bankruptcies", reason: "bankruptcies and bad loans read worse when they rise", when: condition{any: of(fBankruptcies, fNPL, fArrears, fDefault)}, is: lower, sure: 0.94,
		examples: []example{{"Bankruptcies", "Companies"}, {"Bank nonperforming loans to total gross loans (%)", ""}, {"Interest arrears, official creditors (current US$)", ""}}},
	{id: "orientation.events", reason: "housing starts, permits and tourist arrivals read better when they rise", when: condition{any: of(fHousingStarts, fPermits, fTourists, fFirms, fPatents), not: of(fMigrants, fRefugees, fAsylum), kinds: kCount | kVolume | kChange | kIndex}, is: higher, sure: 0.9,
		examples: []example{{"Housing Starts", "thousands of units"}, {"Tourist Arrivals", ""}, {"Housing Starts YoY", "Percent"}}},
}

var orientationOfMoney = []rule[classify.Orientation]{
	{id: "orientation.debt-flows", reason: "debt service, disbursements and other debt transactions are neutral", when: condition{kinds: kFlow, test: says(fDebtFlowCode, fDebtNetCode, fRepayment, fReschedule, fDebtService, fDisbursement, fNetTransferCode, fAid, fCommitment, fIssuance)}, is: classify.Neutral, sure: 0.94,
		examples: []example{{"PPG, bilateral concessional (AMT, current US$)", ""}, {"Net bilateral aid flows from DAC donors, Italy (current US$)", ""}}},
	{id: "orientation.debt-flow-ratios", reason: "debt service and aid are neutral", when: condition{kinds: kRatio | kBalance, any: of(fDebtService, fAid, fNetTransferCode, fUndisbursed)}, is: classify.Neutral, sure: 0.9,
		examples: []example{{"Total debt service (% of GNI)", ""}}},
	{id: "orientation.debt", reason: "debt and debt ratios read worse when they rise", when: condition{kinds: kStock | kRatio | kBalance | kChange | kPercentage, test: func(r *reading) bool {
		return (r.subject().has(fDebt) || r.phrase.all.has(fDebtStockCode)) && !r.says(of(fUndisbursed)) && !r.subject().meets(of(fReserves, fErrors, fGrants, fNetLending))
	}}, is: lower, sure: 0.95,
		examples: []example{{"Government Debt to GDP", "%"}, {"PPG, bonds (DOD, current US$)", ""}, {"Total change in external debt stocks (current US$)", ""}}},
	{id: "orientation.reserves", reason: "reserves read better when they rise", when: condition{any: of(fReserves), kinds: kStock | kRatio | kBalance | kChange, not: of(fBankCapital, fReserveRequirement, fMoney, fDeposits)}, is: higher, sure: 0.94,
		examples: []example{{"Foreign Exchange Reserves", "USD Million"}, {"Total Regional Reserves (CEMAC)", "XAF Million"}}},
	{id: "orientation.deficit", reason: "a deficit stated as a positive number reads worse when it rises", when: condition{kinds: kBalance | kFlow, any: of(fDeficit, fNetBorrowing), not: of(fNetLending)}, is: lower, sure: 0.8,
		examples: []example{{"Public Sector Net Borrowing", "GBP Million"}}},
	{id: "orientation.financial-account", reason: "financial-account balances are neutral", when: condition{kinds: kBalance, any: of(fFinancialAccount, fNetInvestment, fTICFlow, fErrors, fPortfolio, fCredit, fDeposits, fMoney, fAssets), not: of(fFDI, fNetForeign, fPosition)}, is: classify.Neutral, sure: 0.9,
		examples: []example{{"Net financial account (BoP, current US$)", ""}, {"Net Long-term TIC Flows", "USD Million"}}},
	{id: "orientation.saving", reason: "saving is neutral", when: condition{any: of(fSaving, fNetSaving)}, is: classify.Neutral, sure: 0.94, examples: []example{{"Personal Saving", "Billions of Dollars"}}},
	{id: "orientation.fdi", reason: "direct investment reads better when it rises, also as a balance", when: condition{any: of(fFDI), kinds: kFlow | kBalance | kRatio | kChange}, is: higher, sure: 0.88,
		examples: []example{{"Foreign direct investment, net inflows (% of GDP)", ""}}},
	{id: "orientation.balance", reason: "external and fiscal balances read better when they rise", when: condition{kinds: kBalance, any: of(fBalance, fCurrentAccount, fTradeBalance, fFiscalBalance, fNetIncome, fNetForeign, fPosition), not: of(fTax)}, is: higher, sure: 0.95,
		examples: []example{{"Current account balance (% of GDP)", ""}, {"Trade Balance", "USD Million"}, {"General government net lending/borrowing", "Percent of GDP"}}},
	{id: "orientation.emissions", reason: "emissions read worse when they rise", when: condition{any: of(fEmissions, fExposure, fWaste)}, is: lower, sure: 0.93,
		examples: []example{{"CO2 emissions (kt)", ""}, {"CO2 emissions (metric tons per capita)", ""}}},
	{id: "orientation.tax", reason: "taxes and payments abroad are neutral", when: condition{any: of(fTax, fTaxRate, fPaidAbroad), not: of(fProfit), kinds: kFlow | kRatio | kChange | kBalance | kPrice}, is: classify.Neutral, sure: 0.93,
		examples: []example{{"Taxes on exports (current LCU)", ""}, {"Primary income payments (BoP, current US$)", ""}, {"Corporate Tax Rate", "%"}}},
	{id: "orientation.government", reason: "taxes, imports, government revenue and spending are neutral", when: condition{any: of(fTax, fTaxRate, fImports, fSubsidy, fBenefits, fGrants, fRevenue, fTradeFlow), not: of(fRemittance, fGDP, fExports, fSales, fTermsOfTrade, fTourists, fOrders), kinds: kFlow | kRatio | kChange | kVolume | kIndex | kBalance}, is: classify.Neutral, sure: 0.92,
		examples: []example{{"Imports of goods and services (annual % growth)", ""}}},
	{id: "orientation.government-spending", reason: "government and social spending is neutral", when: condition{any: of(fSpending), not: of(fPersonalSpending, fInvestment, fConsumption, fGDP), kinds: kFlow | kRatio | kChange}, is: classify.Neutral, sure: 0.9,
		examples: []example{{"External health expenditure per capita (current US$)", ""}, {"General government total expenditure", "Percent of GDP"}}},
	{id: "orientation.credit", reason: "money supply and credit volumes are neutral", when: condition{any: of(fMoney, fCredit, fDeposits, fAssets, fLiabilities, fBorrowed), not: of(fMarketCap, fStockIndex), kinds: kStock | kRatio | kChange | kFlow | kBalance | kIndex}, is: classify.Neutral, sure: 0.92,
		examples: []example{{"Money Supply M2", "EUR Million"}, {"Broad money growth (annual %)", ""}}},
	{id: "orientation.market", reason: "the stock market reads better when it rises", when: condition{any: of(fStockIndex, fSharePrice, fMarketCap, fTurnover), kinds: kIndex | kStock | kRatio | kChange | kFlow | kPrice}, is: higher, sure: 0.9,
		examples: []example{{"S&P 500 Index", "index"}, {"Market capitalization of listed domestic companies (% of GDP)", ""}}},
	{id: "orientation.government-consumption", reason: "government spending is neutral", when: condition{all: of(fGovernment), any: of(fConsumption, fSpending, fInvestment), not: of(fGDP), kinds: kFlow | kChange | kRatio}, is: classify.Neutral, sure: 0.85,
		examples: []example{{"General government final consumption expenditure (annual % growth)", ""}}},
	{id: "orientation.output", reason: "output, income, investment, exports, sales and orders read better when they rise", when: condition{any: of(fGDP, fValueAdded, fConsumption, fInvestment, fExports, fIncome, fSales, fOrders, fShipments, fRemittance, fFDI, fProfit, fOutput, fWageBill, fProductivity, fDomesticDemand, fVehicles, fPersonalSpending, fTourists, fTurnover, fCropYield, fVolumeWord), not: of(fDepletion, fRents), kinds: kFlow | kVolume | kChange | kIndex | kRatio | kCount | kGap}, is: higher, sure: 0.93,
		examples: []example{{"GDP growth (annual %)", ""}, {"Exports", "USD Million"}, {"Retail Sales YoY", "%"}, {"Personal Spending", "%"}, {"Industrial Production: Total Index", "Index 2017=100"}, {"Capture fisheries production (metric tons)", ""}, {"New Home Sales YoY", "percent"}}},
	{id: "orientation.capacity", reason: "what could be produced or supplied reads as output does", when: condition{kinds: kCapacity}, is: higher, sure: 0.7,
		examples: []example{{"Installed electricity generating capacity", "GW"}}},
	{id: "orientation.utilisation", reason: "capacity utilisation reads better when it rises", when: condition{any: of(fCapacityUse), kinds: kPercentage | kIndex}, is: higher, sure: 0.94,
		examples: []example{{"Capacity Utilization", "%"}}},
}

var orientationOfIndices = []rule[classify.Orientation]{
	{id: "orientation.stress", reason: "stress, uncertainty, misery and terrorism read worse when they rise", when: condition{kinds: kIndex, any: of(fStress)}, is: lower, sure: 0.88,
		examples: []example{{"St. Louis Fed Financial Stress Index", "Index"}, {"Economic Policy Uncertainty Index for United States", "Index"}}},
	{id: "orientation.rank", reason: "a higher rank number is a worse place", when: condition{kinds: kIndex, any: of(fRank)}, is: lower, sure: 0.8,
		examples: []example{{"Corruption Rank", ""}, {"Competitiveness Rank", ""}}},
	{id: "orientation.terms-of-trade", reason: "terms of trade, competitiveness, credit rating and institutions read better when they rise", when: condition{kinds: kIndex, any: of(fTermsOfTrade, fEase, fCreditRating, fCorruption, fScoreWord)}, is: higher, sure: 0.85,
		examples: []example{{"Terms of Trade", "points"}, {"Corruption Index", "Points"}, {"Credit Rating", "points"}}},
	{id: "orientation.opinion", reason: "trust and satisfaction read better when they rise", when: condition{kinds: kSentiment, any: of(fOpinion)}, is: higher, sure: 0.8,
		examples: []example{{"Trust in government", "Percentage of population"}}},
	{id: "orientation.confidence", reason: "confidence, PMI and activity read better when they rise", when: condition{kinds: kIndex | kChange, any: of(fConfidence, fPMI, fSurvey, fLeading)}, is: higher, sure: 0.94,
		examples: []example{{"Business Confidence", "points"}, {"Industry Index Manufacturing", "points"}, {"CFNAI Production Index", "%"}}},
}
