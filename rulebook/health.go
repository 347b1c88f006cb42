package rulebook

// peopleKinds decide what is said of people's lives, health and schooling.
var peopleKinds = []rule[kind]{
	{id: "people.life-expectancy", reason: "a length of life", when: condition{any: of(fLifeExpectancy, fSchooling), units: uDuration | uUnknown | uRate}, is: isDuration, sure: 0.97,
		examples: []example{{"Life expectancy at birth, total (years)", ""}, {"Mean years of schooling", "years"}}},
	{id: "people.time", reason: "a length of time", when: condition{any: of(fTimeTo, fAge), units: uDuration}, is: isDuration, sure: 0.95,
		examples: []example{{"Time required to start a business (days)", ""}, {"Retirement Age Men", "Years"}, {"Lead time to export, median case (days)", ""}}},
	{id: "people.procedures", reason: "a number of procedures or payments", when: condition{any: of(fTimeTo), units: uCount}, is: isCount, sure: 0.9,
		examples: []example{{"Procedures to build a warehouse (number)", ""}}},
	{id: "people.gross-enrolment", reason: "gross enrolment and completion can exceed 100 by construction: a ratio", when: condition{any: of(fEnrollment), units: uPercent | uUnknown, test: (*reading).exceedsHundred}, is: isRatio, sure: 0.93,
		examples: []example{{"School enrollment, primary (% gross)", ""}, {"Gross intake ratio in first grade of primary education, total (% of relevant age group)", ""}, {"Primary completion rate, total (% of relevant age group)", ""}}},
	{id: "people.enrolment", reason: "how many of an age group go to school", when: condition{any: of(fEnrollment, fPupils), units: uPercent, test: notMoney}, is: isPercentage, sure: 0.93,
		examples: []example{{"Adjusted net enrollment rate, primary (% of primary school age children)", ""}, {"Trained teachers in primary education (% of total teachers)", ""}, {"Persistence to grade 5, total (% of cohort)", ""}, {"Children out of school (% of primary school age)", ""}}},
	{id: "people.mortality", reason: "deaths against those at risk are a ratio", when: condition{any: of(fMortality, fDeaths, fFertility, fIncidence, fBirths, fCrime), units: uRate | uRatio}, is: isRatio, sure: 0.95,
		examples: []example{{"Fertility rate, total (births per woman)", ""}, {"Incidence of tuberculosis (per 100,000 people)", ""}}},
	{id: "people.mortality-percent", reason: "how many of a group die or fall ill", when: condition{any: of(fMortality, fIncidence), units: uPercent}, is: isPercentage, sure: 0.8,
		examples: []example{{"Mortality from CVD, cancer, diabetes or CRD between exact ages 30 and 70 (%)", ""}, {"Incidence of HIV (% of uninfected population ages 15-49)", ""}}},
	{id: "people.staff", reason: "doctors, beds, subscriptions and branches per head are ratios", when: condition{units: uRate | uRatio, any: of(fHealthStaff, fSubscriptions, fBranches, fPupils, fFirms, fDensity, fVehicles, fPopulation, fRefugees, fCases, fPatents, fDisease)}, is: isRatio, sure: 0.92,
		examples: []example{{"Nurses", "per 1000 people"}, {"Hospital beds (per 1,000 people)", ""}, {"Mobile cellular subscriptions (per 100 people)", ""}, {"Population density (people per sq. km of land area)", ""}, {"Researchers in R&D (per million people)", ""}}},
	{id: "people.machines", reason: "machines against an area or a number of people are a ratio", when: condition{units: uRate | uRatio, test: func(r *reading) bool { return r.says(of(fTractors)) && !r.hasCurrency() }}, is: isRatio, sure: 0.93,
		examples: []example{{"Agricultural machinery, tractors per 100 sq. km of arable land", ""}}},
	{id: "people.per-head", reason: "a number per head is a ratio", when: condition{units: uRate, in: of(fPerPopulation, fPerCapita), test: noCurrency}, is: isRatio, sure: 0.88},
}

func (r *reading) exceedsHundred() bool {
	return r.says(of(fGross)) || r.says(of(fCompletion)) || r.says(of(fRatioWord)) && r.says(of(fIntake))
}

func notMoney(r *reading) bool {
	return !r.says(of(fSpending, fOfGDP, fGDP, fSaving))
}

// countFirstKinds stand before amounts of money, whose nouns their names use.
var countFirstKinds = []rule[kind]{
	{id: "count.number-of", reason: "the name says number of", when: condition{all: of(fNumberOf), units: uCount | uUnknown, not: of(fIndexWord, fRatioWord, fChange, fVehicles, fTransport, fVolumeWord)}, is: isCount, sure: 0.94,
		examples: []example{{"Number of people spending more than 10% of household consumption or income on out-of-pocket health care expenditure", ""}, {"Number of under-five deaths", ""}}},
}

// countKinds decide numbers of people, things and events.
var countKinds = []rule[kind]{
	{id: "count.people", reason: "a number of people", when: condition{any: of(fPopulation, fPupils, fRefugees, fMigrants, fDisease, fHouseholds, fPoverty, fEnrollment, fPartSector, fHealthStaff), units: uCount | uUnknown, not: of(fIndexWord, fRateWord, fRatioWord)}, is: isCount, sure: 0.95,
		examples: []example{{"Population, total", ""}, {"Primary education, pupils", ""}, {"Refugee population by country or territory of asylum", ""}, {"Children (0-14) living with HIV", ""}}},
	{id: "count.events", reason: "a number of things or events (decision 9)", when: condition{any: of(fListings, fHousingStarts, fPermits, fBankruptcies, fTourists, fDeaths, fBirths, fPatents, fFirms, fSubscriptions, fCases, fCrime, fSpecies, fMortality, fIncidence, fTransport), units: uCount | uUnknown, not: of(fIndexWord, fRateWord, fRatioWord)}, is: isCount, sure: 0.94,
		examples: []example{{"Housing Starts", "thousands of units"}, {"Building Permits", "Thousand"}, {"Tourist Arrivals", ""}, {"Bankruptcies", "Companies"}, {"Patent applications, residents", ""}, {"Listed domestic companies, total", ""}, {"Mobile cellular subscriptions", ""}}},
}

// percentageKinds decide what is left in percent.
var percentageKinds = []rule[kind]{
	{id: "percentage.utilisation", reason: "how much of capacity is used (decision 4)", when: condition{any: of(fCapacityUse, fOccupancy), units: uPercent | uUnknown}, is: isPercentage, sure: 0.95,
		examples: []example{{"Hotel Occupancy Rate", "%"}, {"Rental Vacancy Rate", "Percent"}}},
	{id: "percentage.filling", reason: "how much of a store is filled", when: condition{all: of(fFilling), units: uPercent}, is: isPercentage, sure: 0.92,
		examples: []example{{"Gas storage filling level", "%"}}},
	{id: "percentage.time", reason: "how much of the time goes into something", when: condition{all: of(fTimeTo), units: uPercent}, is: isPercentage, sure: 0.8,
		examples: []example{{"Time spent dealing with the requirements of government regulations (% of senior management time)", ""}}},
	{id: "percentage.coverage", reason: "how many have an attribute", when: condition{any: of(fCoverage, fFirms, fCrime), units: uPercent}, is: isPercentage, sure: 0.78,
		examples: []example{{"Private credit bureau coverage (% of adults)", ""}, {"Binding coverage, all products (%)", ""}}},
	{id: "percentage.of-people", reason: "how many of a group of people", when: condition{units: uPercent, in: of(fOfPopulation, fOfGroup)}, is: isPercentage, sure: 0.8},
	{id: "percentage.other-whole", reason: "something against something else", when: condition{units: uPercent, test: relates}, is: isRatio, sure: 0.45},
}
