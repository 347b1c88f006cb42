package rulebook

// rateKinds decide the price of money and the return of assets, and the rates
// that are no price of money: reserve requirements and taxes.
var rateKinds = []rule[kind]{
	{id: "rate.reserve-requirement", reason: "a reserve requirement is a ratio (decision 6)", when: condition{all: of(fReserveRequirement), not: of(fMoney), units: uNoAmount | uUnknown}, is: isRatio, sure: 0.96,
		examples: []example{{"Cash Reserve Ratio", "%"}, {"Reserve requirement ratio for large banks", "percent"}}},
	{id: "rate.tax", reason: "a tax or contribution rate is a ratio (decision 10)",
		when: condition{all: of(fTaxRate), units: uNoAmount | uUnknown, not: of(fOfGDP, fShareWord), test: func(r *reading) bool {
			return !r.phrase.all.meets(of(fOfGDP, fRevenue, fSpending)) && !r.phrase.all.has(fTax)
		}}, is: isRatio, sure: 0.95,
		examples: []example{{"Corporate Tax Rate", "%"}, {"Social Security Rate For Companies", "percent"}, {"Tariff rate, applied, weighted mean, all products (%)", ""}, {"Sales Tax Rate", "%"}, {"Total tax and contribution rate (% of profit)", ""}}},
	{id: "rate.tariff-lines", reason: "a part of the tariff lines has an attribute", when: condition{all: of(fTaxRate, fShareWord), units: uPercent}, is: isPercentage, sure: 0.85,
		examples: []example{{"Share of tariff lines with international peaks, all products (%)", ""}}},
	{id: "rate.yield", reason: "the return of an asset is a yield (decision 6)",
		when: condition{all: of(fYield), units: uPercentish | uUnknown | uRate, not: of(fCropYield, fOwnership, fSpread, fHoldings, fDebt, fIssuance, fOutput, fFX, fInterbank), test: notRelated}, is: isYield, sure: 0.95,
		examples: []example{{"10-Year Treasury Constant Maturity Rate", "Percent"}, {"Government Bond 10Y", "percent"}, {"3 Month Bill Yield", "%"}, {"S&P 500 dividend yield", "%"}, {"Moody's Seasoned Baa Corporate Bond Yield", "Percent"}}},
	{id: "rate.policy", reason: "a policy rate is the price of money (decision 6)", when: condition{all: of(fPolicyRate), units: uPercentish | uUnknown, test: notRelated}, is: isInterest, sure: 0.96,
		examples: []example{{"Central bank policy rate", "% p.a."}, {"Reverse Repo Rate", "percent"}, {"Federal Funds Target Range - Upper Limit", "Percent"}, {"Bank Prime Loan Rate", "Percent"}}},
	{id: "rate.net-saving", reason: "net saving nets out depreciation, against income it is read as saving is", when: condition{any: of(fNetSaving), units: uPercent}, is: isRatio, sure: 0.6,
		examples: []example{{"Adjusted savings: net national savings (% of GNI)", ""}}},
	{id: "rate.saving", reason: "saving against income is a ratio", when: condition{all: of(fSaving), units: uPercent, test: notDeposit}, is: isRatio, sure: 0.88,
		examples: []example{{"Personal Saving Rate", "Percent"}, {"Personal Savings", "%"}, {"Gross savings (% of GDP)", ""}, {"Household Saving Ratio", "%"}}},
	{id: "rate.interest", reason: "an interest rate is the price of money (decision 6)",
		when: condition{any: of(fInterest, fLendingRate, fInterbank, fMortgageRate, fAverageBillRate), units: uPercentish | uUnknown, not: of(fDebtService, fArrears, fReschedule, fBankCapital, fBankEarnings, fNPL), test: notRelated}, is: isInterest, sure: 0.95,
		examples: []example{{"Lending interest rate (%)", ""}, {"Deposit Interest Rate", "percent"}, {"Interest Rate", "%"}, {"30-Year Fixed Rate Mortgage Average in the United States", "Percent"}, {"Secured Overnight Financing Rate", "Percent"}, {"Real interest rate (%)", ""}, {"Average interest on new external debt commitments (%)", ""}}},
	{id: "rate.grant-element", reason: "a grant element relates a gift to a loan's value", when: condition{all: of(fGrants), any: of(fCommitment), units: uPercent}, is: isRatio, sure: 0.75,
		examples: []example{{"Average grant element on new external debt commitments (%)", ""}}},
}

// notRelated holds where a percentage is not related to GDP, revenue or
// another whole: interest payments in % of revenue are no interest rate.
func notRelated(r *reading) bool {
	return !r.phrase.all.meets(of(fOfGDP, fOfTotal, fRevenue, fExports, fSpending, fReserves, fDebt, fOfPopulation)) && !r.concept.all.meets(of(fOfGDP))
}

func notDeposit(r *reading) bool { return !r.concept.all.meets(of(fDeposits, fLendingRate)) }
