package rulebook

// labourKinds decide what is said of work.
var labourKinds = []rule[kind]{
	{id: "labour.sector-share", reason: "employment in one sector, age or status against all employment is one class of a breakdown",
		when: condition{any: of(fEmployment), units: uPercent, not: of(fUnemployment, fPartTime, fEmploymentRate, fParticipation), in: of(fEmployment, fEmployed)}, is: isShare, sure: 0.88,
		examples: []example{{"Employment in agriculture (% of total employment) (modeled ILO estimate)", ""}, {"Self-employed, total (% of total employment) (modeled ILO estimate)", ""}}},
	{id: "labour.child-class", reason: "the sector or status in which children work is one class of a breakdown", when: condition{all: of(fChildWork), any: of(fSector, fStatusInWork), units: uPercent}, is: isShare, sure: 0.85,
		examples: []example{{"Child employment in agriculture (% of economically active children ages 7-14)", ""}, {"Children in employment, self-employed (% of children in employment, ages 7-14)", ""}}},
	{id: "labour.unemployed-class", reason: "the unemployed by duration or reason are classes of all the unemployed", when: condition{all: of(fOfUnemployed), units: uPercent}, is: isShare, sure: 0.75,
		examples: []example{{"Of Total Unemployed, Percent Unemployed 27 Weeks & over", "Percent"}}},
	{id: "labour.openings-ratio", reason: "openings against those who look for work relate two numbers", when: condition{all: of(fVacancies), any: of(fRatioWord), units: uPercent | uRatio | uUnknown | uRate}, is: isRatio, sure: 0.9,
		examples: []example{{"Jobs to applicants ratio", ""}, {"Job Openings to Applicants Ratio", "%"}}},
	{id: "labour.percentage", reason: "unemployment, employment and participation against a population are percentages (decision 4)",
		when: condition{any: of(fUnemployment, fUnemploymentRate, fEmploymentRate, fParticipation), units: uPercent | uUnknown | uPoints, not: of(fBenefits, fClaims, fProgramme, fFemaleMale, fPayrolls), test: func(r *reading) bool {
			return r.unit != uUnknown || r.concept.all.meets(of(fUnemploymentRate, fEmploymentRate, fParticipation))
		}}, is: isPercentage, sure: 0.97,
		examples: []example{{"Unemployment Rate", "%"}, {"Bulgaria - Unemployment rate", "Percent of total labor force"}, {"Unemployment, youth female (% of female labor force ages 15-24) (modeled ILO estimate)", "modeled ILO estimate"}, {"Labor force participation rate, total (% of total population ages 15+) (national estimate)", ""},
			{"Employment to population ratio, 15+, total (%) (modeled ILO estimate)", ""}, {"Labor Force Participation Rate - Women", "Percent"}}},
	{id: "labour.female-male", reason: "one rate against another is a ratio", when: condition{all: of(fFemaleMale), units: uPercent | uRatio | uUnknown}, is: isRatio, sure: 0.9,
		examples: []example{{"Ratio of female to male labor force participation rate (%) (modeled ILO estimate)", ""}}},
	{id: "labour.turnover-rate", reason: "hires, quits, layoffs and openings per 100 employed",
		when: condition{any: of(fHires, fQuits, fLayoffs, fVacancies), units: uPercent | uRate | uRatio}, is: isPercentage, sure: 0.65,
		examples: []example{{"Quits: Total Nonfarm", "Rate"}, {"Job Openings: Total Nonfarm", "Rate"}, {"Job Vacancy Rate", "%"}}},
	{id: "labour.part-time", reason: "an attribute of the employed and its complement are percentages",
		when: condition{any: of(fEmployment, fPartTime, fEmployed, fLaborForce, fUnion), units: uPercent, not: of(fWageBill)}, is: isPercentage, sure: 0.74,
		examples: []example{{"Part time employment, total (% of total employment)", ""}, {"Children in employment, total (% of children ages 7-14)", ""}, {"Labor force, female (% of total labor force)", ""}, {"Informal employment (% of total non-agricultural employment)", ""}}},
	{id: "labour.payrolls", reason: "a change of employment or claims in persons is a balance (decision 4)",
		when: condition{units: uCount | uUnknown, test: func(r *reading) bool {
			c := r.concept.all
			return c.has(fPayrolls) && !c.has(fRateWord) || c.has(fChange) && c.meets(of(fEmployment, fEmployed, fUnemployment, fClaims))
		}}, is: isBalance, sure: 0.95,
		examples: []example{{"ADP Employment Change", "Thousand"}, {"Non Farm Payrolls", "Thousand"}, {"Claimant Count Change", "Thousand"}, {"Employment Change", "Persons"}}},
	{id: "labour.level-of-payrolls", reason: "all employees on payrolls are a headcount", when: condition{all: of(fEmployed), units: uCount}, is: isCount, sure: 0.96,
		examples: []example{{"All Employees: Mining and Logging: Oil and Gas Extraction", "Thousands of Persons"}, {"Employed Persons", "Thousand"}}},
	{id: "labour.headcount", reason: "persons employed, unemployed or looking for work are counts (decision 4)",
		when: condition{any: of(fUnemployment, fUnemployed, fEmployment, fLaborForce, fVacancies, fHires, fQuits, fLayoffs, fClaims), units: uCount | uUnknown}, is: isCount, sure: 0.95,
		examples: []example{{"Labor Force", "thousands of persons"}, {"Unemployed Persons", "Thousand"}, {"Hires: Retail Trade", "Level in Thousands"}, {"Initial Claims", "Number"}, {"Job Vacancies", "Thousand"}, {"Challenger Job Cuts", "Persons"}}},
	{id: "labour.hours", reason: "working hours are a length of time", when: condition{any: of(fHours), units: uDuration | uUnknown, not: of(fProductivity)}, is: isDuration, sure: 0.95,
		examples: []example{{"Average Weekly Hours of All Employees: Total Private", "Hours"}, {"Average working hours of children, working only, ages 7-14 (hours per week)", ""}}},
	{id: "labour.migration", reason: "net migration is a balance in persons", when: condition{all: of(fMigration), units: uCount | uUnknown}, is: isBalance, sure: 0.95,
		examples: []example{{"Net migration", ""}}},
}
