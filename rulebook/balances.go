package rulebook

// balanceKinds decide differences of flows or stocks, which can change sign.
var balanceKinds = []rule[kind]{
	{id: "balance.aid", reason: "net aid is net recording within one category: a flow (decision 5)", when: condition{any: of(fAid), units: uCurrency, not: of(fChange)}, is: isFlow, sure: 0.96,
		examples: []example{{"Net bilateral aid flows from DAC donors, Italy (current US$)", ""}, {"Net official flows from UN agencies, UNDP (current US$)", ""}, {"Net ODA received per capita (current US$)", ""}}},
	{id: "balance.aid-relative", reason: "net aid against income or spending is a ratio (decision 5)", when: condition{any: of(fAid), units: uRelative}, is: isRatio, sure: 0.94,
		examples: []example{{"Net ODA received (% of GNI)", ""}, {"Net ODA received (% of gross capital formation)", ""}}},
	{id: "balance.net-transfer", reason: "net flows minus interest: a difference between categories (decision 5)", when: condition{units: uCurrency, test: says(fNetTransferCode)}, is: isBalance, sure: 0.6,
		examples: []example{{"PPG, IBRD (NTR, current US$)", ""}, {"Net transfers on external debt, total (NTR, current US$)", ""}}},
	{id: "balance.debt-net-flow", reason: "net flows on debt are net recording within one category of transactions: a flow (decision 5)", when: condition{units: uCurrency, test: says(fDebtNetCode)}, is: isFlow, sure: 0.85,
		examples: []example{{"Net flows on external debt, total (NFL, current US$)", ""}, {"PPG, bonds (NFL, current US$)", ""}}},
	{id: "balance.net-foreign-assets", reason: "assets minus liabilities: a difference of two stocks", when: condition{any: of(fNetForeign), units: uCurrency | uPercent | uUnknown}, is: isBalance, sure: 0.85,
		examples: []example{{"Net foreign assets (current LCU)", ""}, {"Net international investment position", "USD Million"}}},
	{id: "balance.external", reason: "current account, trade, capital and financial account balances can change sign (decision 5)",
		when: condition{any: of(fCurrentAccount, fTradeBalance, fFinancialAccount, fErrors, fNetIncome, fNetInvestment), units: uCurrency | uPercent | uUnknown | uPoints | uCount}, is: isBalance, sure: 0.96,
		examples: []example{{"Current account balance (BoP, current US$)", ""}, {"Dominican Republic - Current account balance", "Percent of GDP"}, {"Trade Balance", "USD millions"}, {"Net primary income (BoP, current US$)", ""}, {"Net errors and omissions (BoP, current US$)", ""}, {"External balance on goods and services (% of GDP)", ""},
			{"Foreign direct investment, net (BoP, current US$)", ""}, {"Portfolio Investment, net (BoP, current US$)", ""}, {"Current Account", "USD Million"}}},
	{id: "balance.fiscal", reason: "a budget balance can change sign (decision 5)", when: condition{any: of(fFiscalBalance), units: uCurrency | uPercent | uUnknown, not: of(fSpending, fRevenue)}, is: isBalance, sure: 0.95,
		examples: []example{{"General government net lending/borrowing", "Percent of GDP"}, {"Government Budget", "percent of GDP"}, {"Net lending (+) / net borrowing (-) (current LCU)", ""}, {"Federal Surplus or Deficit [-]", "Millions of Dollars"}, {"Government Budget Value", "EUR Million"}}},
	{id: "balance.saving", reason: "saving in money is income minus consumption: a balance", when: condition{any: of(fSaving, fNetSaving), units: uCurrency, not: of(fDeposits), test: func(r *reading) bool {
		return r.concept.all.has(fNetSaving) || !r.concept.all.meets(of(fSpending, fConsumption, fDepletion))
	}}, is: isBalance, sure: 0.93,
		examples: []example{{"Personal Saving", "Billions of Dollars"}, {"Gross domestic savings (current US$)", ""}, {"Adjusted savings: net national savings (current US$)", ""}}},
	{id: "balance.capital-flows", reason: "capital flows net purchases against sales", when: condition{any: of(fTICFlow), units: uCurrency}, is: isBalance, sure: 0.8,
		examples: []example{{"Net Long-term TIC Flows", "USD Million"}, {"Capital Flows", "USD Million"}}},
	{id: "balance.change", reason: "a change of an amount is a balance: change in inventories, reserves, credit or debt",
		when: condition{all: of(fChange), units: uAmount, not: of(fPovertyGap, fFX)}, is: isBalance, sure: 0.94,
		examples: []example{{"Changes in Inventories", "DZD Million"}, {"Total change in external debt stocks (current US$)", ""}, {"Net change in interest arrears (current US$)", ""}, {"Consumer Credit Change", "USD Billion"}, {"Natural Gas Stocks Change", "billion cubic feet"}}},
	{id: "balance.said", reason: "the name says balance, surplus or deficit", when: condition{any: of(fBalance, fDeficit), units: uCurrency | uPercent | uUnknown | uCount | uPhysical, not: of(fReserves, fDeposits, fCredit, fAssets, fMoney, fHoldings, fDebt, fArea, fCapacity, fOutput)}, is: isBalance, sure: 0.88,
		examples: []example{{"Net cash balance of the treasury", "EUR Million"}}},
}
