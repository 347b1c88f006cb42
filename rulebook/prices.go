package rulebook

// priceKinds decide money per unit of a good, service, asset or currency.
var priceKinds = []rule[kind]{
	{id: "price.exchange-rate", reason: "an exchange rate is a price (decision 6), also in a bare currency code",
		when: condition{any: of(fFX, fPPPFactor), units: uCurrency | uRate | uRatio | uUnknown, not: of(fReserves, fMoney, fDeposits, fDebt, fCredit, fREER, fDollarIndex, fVolatility, fTurnover)}, is: isPrice, sure: 0.97,
		examples: []example{{"Official exchange rate (LCU per US$, period average)", ""}, {"Pakistan Parallel FX Rate (PKR)", "PKR"}, {"Central African Republic Alternative Official FX Rate Rate (XAF)", "XAF"}, {"U.S. Dollars to Euro Spot Exchange Rate", "U.S. Dollars to One Euro"}, {"PPP conversion factor, GDP (LCU per international $)", ""}, {"Implied PPP conversion rate", "National currency per current international dollar"}}},
	{id: "price.currency-pair", reason: "two currency codes name an exchange rate", when: condition{units: uCurrency | uRate | uRatio | uUnknown | uIndex, test: (*reading).currencyPair}, is: isPrice, sure: 0.9,
		examples: []example{{"USD/JPY", "JPY"}, {"EURUSD", ""}}},
	{id: "price.currency", reason: "vendors name the exchange rate of a country just Currency", when: condition{all: of(fCurrencyWord), test: func(r *reading) bool { return r.concept.words == 1 }}, is: isPrice, sure: 0.85,
		examples: []example{{"Currency", ""}}},
	{id: "price.currency-name", reason: "a currency by its bare name in money is an exchange rate", when: condition{all: of(fMoneyWord), units: uCurrency | uUnknown | uRate, test: (*reading).bareCurrency}, is: isPrice, sure: 0.85,
		examples: []example{{"South African Rand", "ZAR"}, {"Japanese Yen", "JPY"}, {"Zambian Kwacha", "ZMW"}, {"Brazilian Real", "BRL"}, {"Euro", "USD"}}},
	{id: "price.wage-bill", reason: "the wage bill of an economy is a flow (decision 7)",
		when: condition{all: of(fWageBill), not: of(fAverage, fPerHour, fMinWage, fPerWorker, fEarnings), units: uCurrency}, is: isFlow, sure: 0.93,
		examples: []example{{"Compensation of Employees, Received: Wage and Salary Disbursements", "Billions of Dollars"}, {"Compensation of employees (current LCU)", ""}}},
	{id: "price.productivity", reason: "output per worker or hour is output, as GDP per person is",
		when: condition{all: of(fProductivity), not: of(fWater), units: uCurrency | uRate}, is: isFlow, sure: 0.75,
		examples: []example{{"GDP per person employed (constant 2011 PPP $)", ""}, {"Agriculture, value added per worker (constant 2010 US$)", ""}}},
	{id: "price.wage", reason: "wages per hour, week or month are a price (decision 7)",
		when: condition{any: of(fWage, fMinWage, fEarnings), units: uCurrency | uRate, not: of(fProfit, fRevenue, fRemittance)}, is: isPrice, sure: 0.94,
		examples: []example{{"Average Hourly Earnings of All Employees: Utilities", "Dollars per Hour"}, {"Minimum Wages", "EUR/Month"}, {"Wages", "TRY/Month"}, {"Average Weekly Earnings of All Employees: Durable Goods", "Dollars per Week"}}},
	{id: "price.house", reason: "a house price in money is a price", when: condition{all: of(fHousePrice), units: uCurrency | uRate}, is: isPrice, sure: 0.96,
		examples: []example{{"Median Sales Price of Houses Sold for the United States", "Dollars"}, {"Average House Prices", "GBP"}}},
	{id: "price.said", reason: "the name says price, the unit is money", when: condition{any: of(fPrice, fSharePrice, fRentPrice), units: uCurrency | uRate, not: of(fIncome, fExports, fImports, fSpending, fRevenue, fGDP, fSales, fDebt, fRents, fOutput, fOrders, fConsumption, fInvestment, fMarketCap, fValueAdded), test: (*reading).hasCurrency}, is: isPrice, sure: 0.95,
		examples: []example{{"Crude Oil Price - Brent", "USD per barrel"}, {"Pump price for gasoline (US$ per liter)", ""}, {"Gasoline Prices", "USD/Liter"}, {"Average Price: Eggs, Grade A, Large (Cost per Dozen) in U.S. City Average", "U.S. Dollars"}, {"Cost to export, border compliance (US$)", ""}}},
	{id: "price.commodity", reason: "a commodity in money per quantity is its price", when: condition{all: of(fCommodity), units: uRate, not: of(fEmissions, fOutput, fEnergyUse), test: (*reading).hasCurrency}, is: isPrice, sure: 0.96,
		examples: []example{{"Gold", "USD/t.oz"}, {"Soybeans", "USd/Bu"}}},
	{id: "price.commodity-quote", reason: "a commodity by its bare name in money is a quote", when: condition{all: of(fCommodity), units: uCurrency | uUnknown, not: notAQuote, test: func(r *reading) bool { return r.concept.words <= 4 }}, is: isPrice, sure: 0.82,
		examples: []example{{"Gold", "USD"}, {"Crude Oil", "USD"}}},
	{id: "volume.per-head", reason: "a quantity per head stays a quantity, as income per head stays a flow", when: condition{any: of(fEmissions, fEnergyUse, fWater, fWaste, fConsumption), units: uRate, not: of(fGDP), test: func(r *reading) bool {
		return !r.hasCurrency() && (r.q.Per == "person" || r.says(of(fPerCapita)))
	}}, is: isVolume, sure: 0.7,
		examples: []example{{"CO2 emissions (metric tons per capita)", ""}, {"Electric power consumption (kWh per capita)", ""}}},
	{id: "price.water", reason: "output per unit of water is a ratio of two quantities", when: condition{any: of(fWater, fEmissions, fEnergyUse), units: uRate | uRatio}, is: isRatio, sure: 0.85,
		examples: []example{{"Water productivity, total (constant 2010 US$ GDP per cubic meter of total freshwater withdrawal)", ""}, {"CO2 emissions (kg per 2010 US$ of GDP)", ""}}},
	{id: "price.rate-unit", reason: "money per unit of a good, service, asset or working time is a price", when: condition{units: uRate, not: of(fIncome, fConsumption, fGDP, fSpending, fPerCapita), test: (*reading).hasCurrency}, is: isPrice, sure: 0.9,
		examples: []example{{"Electricity for households", "EUR/MWh"}}},
}

// notAQuote are words that make a commodity's name an amount of it.
var notAQuote = of(fOutput, fExports, fImports, fReserves, fStockpile, fSales, fEnergyUse, fInventories, fRents, fRevenue, fEmissions, fCapacity, fInvestment, fIncome, fSpending, fBalance, fTradeBalance, fValueAdded, fHoldings, fTax, fSubsidy, fConsumption, fWater, fEmployed, fEmployment, fWage, fDepletion)

// currencyPair reports whether the concept starts with a pair of currency
// codes, such as "eurusd" or "usd/cny central parity rate".
func (r *reading) currencyPair() bool {
	c := r.q.Concept
	if len(c) >= 7 && (c[3] == '/' || c[3] == '-') && (len(c) == 7 || c[7] == ' ') {
		return traded[c[:3]] && traded[c[4:7]]
	}
	return len(c) == 6 && traded[c[:3]] && traded[c[3:]]
}

// bareCurrency reports a name that is nothing but a currency's, beside a unit
// that is nothing but a code.
func (r *reading) bareCurrency() bool {
	return r.concept.words <= 3 && r.phrase.words <= 1 && !r.concept.all.meets(concepts)
}

// traded are the codes that name exchange rates in vendors' catalogues.
var traded = map[string]bool{
	"usd": true, "eur": true, "jpy": true, "gbp": true, "chf": true, "aud": true, "cad": true, "nzd": true, "cny": true, "sek": true, "nok": true, "dkk": true,
	"mxn": true, "brl": true, "zar": true, "inr": true, "rub": true, "try": true, "krw": true, "hkd": true, "sgd": true, "pln": true, "czk": true, "huf": true, "thb": true,
	"idr": true, "php": true, "myr": true, "twd": true, "ars": true, "clp": true, "cop": true, "egp": true, "ngn": true, "kes": true, "ils": true, "sar": true, "aed": true,
	"pkr": true, "vnd": true, "uah": true, "kzt": true, "ron": true, "bgn": true, "isk": true, "pen": true, "mad": true, "ghs": true, "xaf": true, "xof": true,
}
