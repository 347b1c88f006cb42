package rulebook

// gdpKinds decide what is related to GDP or national income (decision 5).
var gdpKinds = []rule[kind]{
	{id: "gdp.balance", reason: "what nets out stays a balance, also in % of GDP (decision 5)", when: condition{any: of(fBalance, fDeficit), units: uPercent, not: of(fDebt, fReserves, fCredit, fDeposits, fAssets), test: ofGDP}, is: isBalance, sure: 0.93},
	{id: "gdp.component", reason: "a component of GDP is a share of it (decision 5)",
		when: condition{any: of(fConsumption, fInvestment, fValueAdded), units: uPercent, not: of(fFDI, fPortfolio, fDepletion, fAid, fAcquisition), test: ofGDP}, is: isShare, sure: 0.95,
		examples: []example{{"Gross fixed capital formation (% of GDP)", ""}, {"Agriculture, value added (% of GDP)", ""}, {"Personal Consumption as Share of GDP", "%"}, {"General government final consumption expenditure (% of GDP)", ""}, {"Total investment", "Percent of GDP"}}},
	{id: "gdp.sector", reason: "a sector of GDP is a share of it (decision 5)", when: condition{any: of(fSector), units: uPercent, not: of(fDebt, fCredit, fExports, fImports, fTradeFlow, fSpending, fRevenue, fTax, fReserves, fAssets, fSaving, fFDI, fBalance, fBorrowed, fDeposits, fRents, fDebtService, fAid, fRemittance, fDebtNetCode), test: ofGDP}, is: isShare, sure: 0.85,
		examples: []example{{"Manufacturing sector", "% of GDP"}}},
	{id: "gdp.share", reason: "the name says share: a class of what makes up the whole", when: condition{all: of(fShareWord), units: uPercent | uRatio, not: of(fDebt, fCredit), test: ofGDP}, is: isShare, sure: 0.9,
		examples: []example{{"Labour income share", "% of GDP"}}},
	{id: "gdp.world", reason: "a country's part of the world's output is a share (decision 1)", when: condition{all: of(fGDP), units: uPercent, test: says(fWorld)}, is: isShare, sure: 0.95,
		examples: []example{{"Gross domestic product based on purchasing-power-parity (PPP) share of world total", "Percent"}}},
	{id: "gdp.ratio", reason: "debt, credit, trade, revenue and expenditure against GDP are ratios (decision 5)", when: condition{units: uPercent | uRatio, test: ofGDP}, is: isRatio, sure: 0.93,
		examples: []example{{"Government Debt to GDP", "%"}, {"Exports of goods and services (% of GDP)", ""}, {"Trade (% of GDP)", ""}, {"General government revenue", "Percent of GDP"}, {"Domestic credit to private sector (% of GDP)", ""}, {"Foreign direct investment, net inflows (% of GDP)", ""}, {"Tax revenue (% of GDP)", ""}, {"Current health expenditure (% of GDP)", ""}, {"Oil rents (% of GDP)", ""}, {"Broad money (% of GDP)", ""}, {"Total debt service (% of GNI)", ""}}},
}

// shareKinds decide parts of a whole.
var shareKinds = []rule[kind]{
	{id: "ratio.losses", reason: "losses against sales relate two amounts", when: condition{all: of(fLossOfSales), units: uPercent}, is: isRatio, sure: 0.75,
		examples: []example{{"Losses due to theft and vandalism (% of annual sales for affected firms)", ""}}},
	{id: "percentage.firms", reason: "how many firms have an attribute", when: condition{all: of(fFirms), units: uPercent, in: of(fOfFirms)}, is: isPercentage, sure: 0.93,
		examples: []example{{"Firms offering formal training (% of firms)", ""}, {"Firms visited or required meetings with tax officials (% of firms)", ""}}},
	{id: "share.ages", reason: "the ages of a population add up: one is a share", when: condition{all: of(fAgeGroup, fPopulation), units: uPercent, not: of(fPoverty, fEmployment, fUnemployment, fDisease, fAccess, fPrevalence, fLiteracy, fEnrollment, fSubscriptions, fPolitical, fRefugees), test: ofPeople}, is: isShare, sure: 0.96,
		examples: []example{{"Population ages 0-14, female (% of total)", ""}, {"Population ages 65 and above (% of total population)", ""}, {"Population ages 20-24, male (% of male population)", ""}}},
	{id: "share.cause", reason: "causes of death add up", when: condition{all: of(fCauseOf), not: of(fCompleteness), units: uPercent}, is: isShare, sure: 0.8, examples: []example{{"Cause of death, by injury (% of total)", ""}}},
	{id: "percentage.attribute", reason: "an attribute of people or places and its complement are percentages", when: condition{any: of(fPopulation, fPartSector, fPolitical, fPupils, fPoverty, fAccess, fPrevalence, fLiteracy, fDisease, fHunger, fOwnership, fSubscriptions, fHouseholds, fRefugees, fMigrants, fAgeGroup, fDeaths, fBirths), units: uPercent,
		not: of(fEnrollment, fDependency, fMortality, fIncome, fBeneficiary, fWealth, fDebt, fDebtService, fCredit)}, is: isPercentage, sure: 0.88,
		examples: []example{{"Urban population (% of total)", ""}, {"Access to electricity (% of population)", ""}, {"Population, female (% of total)", ""}, {"Literacy rate, adult total (% of people ages 15 and above)", ""}, {"Individuals using the Internet (% of population)", ""}, {"Prevalence of undernourishment (% of population)", ""},
			{"Proportion of seats held by women in national parliaments (%)", ""}, {"Poverty headcount ratio at national poverty lines (% of population)", ""}, {"Home Ownership Rate", "%"}, {"Births attended by skilled health staff (% of total)", ""}, {"International migrant stock (% of population)", ""}}},
	{id: "share.income", reason: "the income of one part of the people is a share", when: condition{all: of(fIncome, fShareWord), units: uPercent}, is: isShare, sure: 0.96,
		examples: []example{{"Income share held by highest 10%", "%"}, {"Labour share of income", "%"}}},
	{id: "percentage.non-performing", reason: "loans with an attribute and their complement: a percentage", when: condition{all: of(fNPL), units: uPercent | uRatio}, is: isPercentage, sure: 0.88,
		examples: []example{{"Bank nonperforming loans to total gross loans (%)", ""}, {"Delinquency Rate on Credit Card Loans, All Commercial Banks", "Percent"}}},
	{id: "ratio.bank", reason: "capital, liquidity and earnings of banks against something else", when: condition{any: of(fBankCapital, fBankEarnings), units: uPercent | uRatio | uUnknown}, is: isRatio, sure: 0.93,
		examples: []example{{"Bank capital to assets ratio (%)", ""}, {"Bank liquid reserves to bank assets ratio (%)", ""}, {"Return on Average Assets for all U.S. Banks", "Percent"}}},
	{id: "share.interest-of-expense", reason: "interest is one class of expense, one creditor's service one class of all debt service", when: condition{all: of(fDebtService), units: uPercent, test: func(r *reading) bool {
		return r.phrase.all.meets(of(fSpending)) && !r.phrase.all.has(fRevenue) || r.phrase.all.has(fDebtService)
	}}, is: isShare, sure: 0.88,
		examples: []example{{"Interest payments (% of expense)", ""}, {"Multilateral debt service (% of public and publicly guaranteed debt service)", ""}}},
	{id: "ratio.reserves", reason: "debt, service and reserves against another quantity", when: condition{any: of(fDebtService, fReserves), units: uPercent | uRatio | uDuration | uUnknown, not: of(fInterest, fShareWord)}, is: isRatio, sure: 0.87,
		examples: []example{{"Total reserves (% of total external debt)", ""}, {"Total reserves in months of imports", ""}, {"Interest payments (% of revenue)", ""}, {"Debt service to exports (%)", ""}}},
	{id: "share.debt-of-debt", reason: "one kind of debt within all debt is a share", when: condition{any: of(fDebt), units: uPercent, in: of(fDebt)}, is: isShare, sure: 0.93,
		examples: []example{{"Concessional debt (% of total external debt)", ""}, {"Short-term debt (% of total external debt)", ""}}},
	{id: "share.benefits", reason: "what part of all benefits goes to one group is a share, what they add to its welfare a ratio", when: condition{all: of(fBeneficiary), units: uPercent, in: of(fBenefits)}, is: isShare, sure: 0.85,
		examples: []example{{"Benefit incidence of social safety net programs to poorest quintile (% of total safety net benefits)", ""}}},
	{id: "ratio.adequacy", reason: "benefits against the welfare of a household are a ratio", when: condition{all: of(fBeneficiary), units: uPercent}, is: isRatio, sure: 0.75,
		examples: []example{{"Adequacy of social insurance programs (% of total welfare of beneficiary households)", ""}}},
	{id: "ratio.water-stress", reason: "water withdrawn can exceed what is renewed: a ratio", when: condition{all: of(fWaterStress)}, is: isRatio, sure: 0.8,
		examples: []example{{"Level of water stress: freshwater withdrawal as a proportion of available freshwater resources", ""}}},
	{id: "share.said", reason: "the name says share, composition or distribution", when: condition{any: of(fShareWord), units: uPercent | uRatio}, is: isShare, sure: 0.88,
		examples: []example{{"Currency composition of PPG debt, Euro (%)", ""}, {"Share of renewable energy in electricity generation", "%"}}},
	{id: "share.same-whole", reason: "a part against the whole of the same quantity is a share", when: condition{units: uPercent, not: of(fNet), test: (*reading).partOfItself}, is: isShare, sure: 0.92,
		examples: []example{{"Fuel exports (% of merchandise exports)", ""}, {"Compensation of employees (% of expense)", ""}, {"Agricultural methane emissions (% of total)", ""}, {"Taxes on exports (% of tax revenue)", ""}, {"Travel services (% of commercial service exports)", ""}, {"External health expenditure (% of current health expenditure)", ""}, {"Social contributions (% of revenue)", ""}, {"Chemicals (% of value added in manufacturing)", ""}, {"Forest area (% of land area)", ""}}},
	{id: "ratio.other-whole", reason: "a quantity against a different one is a ratio", when: condition{any: of(fWealth, fDebt, fExports, fImports, fTradeFlow, fRevenue, fSpending, fTax, fCredit, fMoney, fDeposits, fAssets, fTurnover, fIncome, fInventories, fSaving, fCost, fEnergyUse, fPrice, fRentPrice, fHousePrice, fTourists), units: uPercent | uRatio | uRate, test: relates}, is: isRatio, sure: 0.84,
		examples: []example{{"Short-term debt (% of total reserves)", ""}, {"External debt stocks (% of exports of goods, services and primary income)", ""}, {"Total Business: Inventories to Sales Ratio", "Ratio"}}},
	{id: "ratio.said", reason: "the name says ratio", when: condition{any: of(fRatioWord, fDependency, fFemaleMale, fDollarIndex), units: uPercent | uRatio | uUnknown | uRate | uCount, not: of(fEmploymentRate, fPoverty)}, is: isRatio, sure: 0.85,
		examples: []example{{"Age dependency ratio (% of working-age population)", ""}}},
}

func ofGDP(r *reading) bool { return r.says(of(fOfGDP)) }

func ofPeople(r *reading) bool {
	return r.phrase.all.meets(of(fOfPopulation, fOfTotal, fPopulation, fOfGroup)) || r.concept.all.meets(of(fOfTotal, fOfPopulation, fShareWord)) || r.phrase.all == of(fPercentSign)
}

// relates reports whether a name or unit sets one thing against another.
func relates(r *reading) bool {
	return r.q.Per != "" || r.concept.divided || r.phrase.all.meets(wholes) || r.phrase.all.has(fDivider) || r.says(of(fRatioWord)) || r.unit == uRatio
}

// wholes are the quantities whose parts are expressed in percent of them.
var wholes = of(fExports, fImports, fTax, fRevenue, fSpending, fEmissions, fEnergyUse, fSales, fOutput, fValueAdded, fDebt, fCredit, fDeposits, fAssets, fReserves, fArea, fWater, fEmployment, fIncome, fConsumption, fInvestment, fBenefits, fTradeFlow, fBirths, fMoney, fHouseholds)

// partOfItself reports whether the unit phrase names the same quantity as the
// name, or just a total.
func (r *reading) partOfItself() bool {
	same := r.subject()
	for i := range same {
		same[i] &= (r.phrase.all[i] | r.concept.tail[i]) & wholes[i]
	}
	if same != (set{}) {
		return true
	}
	if r.phrase.all.has(fOfTotal) && !r.phrase.all.meets(wholes) {
		return true
	}
	// Parts of government finance and of trade in services are named by what
	// they are: compensation is expense, travel is a service export.
	switch {
	case r.phrase.all.meets(of(fSpending, fRevenue)) && r.subject().meets(of(fWageBill, fSpending, fSubsidy, fPayments, fTax, fGrants, fRevenue, fBenefits)):
		return true
	case r.phrase.all.meets(of(fExports, fImports)) && r.subject().meets(of(fSector, fTourists)):
		return true
	case r.phrase.all.has(fValueAdded) && r.subject().meets(of(fSector, fOutput)) && !r.subject().has(fTax):
		return true
	}
	return false
}
