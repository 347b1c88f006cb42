package rulebook

// flowKinds decide amounts of money that arise during a period.
var flowKinds = []rule[kind]{
	{id: "flow.output", reason: "GDP, income and value added arise during a period, also per person (decision 1)", when: condition{any: of(fGDP, fValueAdded, fIncome, fDomesticDemand, fProfit, fOutput), units: uMoney}, is: isFlow, sure: 0.97,
		examples: []example{{"Gross domestic product, current prices", "National currency"}, {"GDP per capita (current US$)", ""}, {"GDP, PPP (current international $)", ""}, {"Agriculture, value added (constant LCU)", ""}, {"Corporate Profits", "EUR Million"}, {"Disposable Personal Income", "Billions of Dollars"}}},
	{id: "flow.spending", reason: "consumption, investment and spending arise during a period", when: condition{any: of(fConsumption, fInvestment, fSpending, fSubsidy, fBenefits, fPayments, fDepletion, fWageBill, fPaidAbroad), units: uMoney}, is: isFlow, sure: 0.96,
		examples: []example{{"Real Personal Consumption Expenditures", "Billions of Chained 2012 Dollars"}, {"Gross fixed capital formation (current US$)", ""}, {"External health expenditure per capita (current US$)", ""}, {"General government total expenditure", "National currency"}, {"Total Construction Spending", "Millions of Dollars"}}},
	{id: "flow.trade", reason: "exports and imports arise during a period", when: condition{any: of(fExports, fImports, fTradeFlow), units: uMoney}, is: isFlow, sure: 0.97,
		examples: []example{{"Exports of goods and services (BoP, current US$)", ""}, {"Imports", "USD Million"}, {"Merchandise exports (current US$)", ""}}},
	{id: "flow.sales", reason: "sales, orders, shipments and turnover in money arise during a period (decision 8)", when: condition{any: of(fSales, fOrders, fShipments, fTurnover), units: uMoney}, is: isFlow, sure: 0.96,
		examples: []example{{"Advance Retail Sales: Retail Trade", "Millions of Dollars"}, {"Value of Manufacturers' Shipments for Durable Goods Industries: Electrical Equipment, Appliances, and Components", "Million of Dollars"}, {"Manufacturers' New Orders: Durable Goods", "Millions of Dollars"}, {"Stocks traded, total value (current US$)", ""}}},
	{id: "flow.revenue", reason: "revenue, taxes, grants and borrowing arise during a period", when: condition{any: of(fRevenue, fTax, fGrants, fBorrowed, fCommitment), units: uMoney}, is: isFlow, sure: 0.95,
		examples: []example{{"Tax revenue (current LCU)", ""}, {"Government Revenues", "EUR Million"}, {"International tourism, receipts (current US$)", ""}}},
	{id: "flow.investment", reason: "direct and portfolio investment and remittances arise during a period (decision 5)", when: condition{any: of(fFDI, fPortfolio, fRemittance), units: uMoney}, is: isFlow, sure: 0.93,
		examples: []example{{"Foreign Direct Investment", "USD Million"}, {"Remittances", "USD Million"}, {"Personal remittances, received (current US$)", ""}}},
	{id: "flow.tourism", reason: "what tourists or travellers spend arises during a period", when: condition{any: of(fTourists, fEnergyUse, fWater, fTransport), units: uMoney}, is: isFlow, sure: 0.75},
}

// capacityKinds stand before stocks: what could be held is not what is held.
var capacityKinds = []rule[kind]{
	{id: "capacity.installed", reason: "the most that could be produced, held or supplied", when: condition{any: of(fCapacity), not: of(fCapacityUse), units: uPhysical | uCount | uUnknown}, is: isCapacity, sure: 0.93,
		examples: []example{{"Installed electricity generating capacity", "GW"}, {"Refinery capacity", "thousand barrels per day"}, {"Natural Gas Working Capacity", "TWh"}}},
	{id: "volume.unit-unknown", reason: "emissions and energy are quantities, in whatever unit", when: condition{any: of(fEmissions, fEnergyUse, fWater, fWaste, fTransport), units: uUnknown, not: of(fIndexWord, fRateWord)}, is: isVolume, sure: 0.7,
		examples: []example{{"Electricity consumption", ""}}},
	{id: "volume.per-capita-volume", reason: "a quantity used per head relates two quantities", when: condition{any: of(fEmissions, fEnergyUse, fDisease, fWater), all: of(fPerCapita), units: uPhysical}, is: isRatio, sure: 0.75},
	{id: "volume.arms", reason: "deliveries of arms are a volume", when: condition{all: of(fArms), units: uUnknown | uPhysical | uCount}, is: isVolume, sure: 0.85,
		examples: []example{{"Arms imports (SIPRI trend indicator values)", "SIPRI trend indicator values"}}},
}

// volumeKinds decide quantities that are not in money.
var volumeKinds = []rule[kind]{
	{id: "balance.removals", reason: "emissions net of removals can change sign", when: condition{all: of(fRemovals), units: uPhysical}, is: isBalance, sure: 0.7,
		examples: []example{{"GHG net emissions/removals by LUCF (Mt of CO2 equivalent)", ""}}},
	{id: "volume.use-per-capita", reason: "a physical quantity per person, area or output relates two quantities", when: condition{units: uRate | uRatio, any: of(fEmissions, fEnergyUse, fWater, fCropYield, fArea, fConsumption), test: noCurrency}, is: isRatio, sure: 0.85,
		examples: []example{{"Cereal yield (kg per hectare)", ""}, {"Arable land (hectares per person)", ""}}},
	{id: "count.weather", reason: "temperature and rainfall are plain physical readings", when: condition{any: of(fWeather), units: uPhysical | uUnknown | uCount | uRate | uDuration}, is: isCount, sure: 0.93,
		examples: []example{{"Temperature", "celsius"}, {"Average precipitation in depth (mm per year)", ""}, {"Precipitation", "mm"}}},
	{id: "count.pollution", reason: "a concentration in the air is a plain physical reading", when: condition{any: of(fEmissions), all: of(fExposure), units: uPhysical | uRate}, is: isCount, sure: 0.75,
		examples: []example{{"PM2.5 air pollution, mean annual exposure (micrograms per cubic meter)", ""}}},
	{id: "volume.physical", reason: "a quantity of goods or energy during a period, not in money (decision 8)",
		when: condition{any: of(fOutput, fEmissions, fEnergyUse, fExports, fImports, fSales, fWater, fTransport, fShipments, fOrders, fConsumption, fArms, fTradeFlow, fCommodity, fWaste), units: uPhysical, not: of(fIndexWord, fInflation, fPrice, fFX)}, is: isVolume, sure: 0.93,
		examples: []example{{"Crude Oil Production (Year-to-Date)", "million barrels"}, {"CO2 emissions (kt)", ""}, {"Capture fisheries production (metric tons)", ""}, {"Air transport, freight (million ton-km)", ""}, {"Annual freshwater withdrawals, total (billion cubic meters)", ""}, {"Steel Production", "Thousand Tonnes"}}},
	{id: "volume.vehicles", reason: "vehicle registrations and sales in units are volumes (decision 9)", when: condition{any: of(fVehicles), units: uCount | uUnknown | uPhysical, not: of(fTourists)}, is: isVolume, sure: 0.93,
		examples: []example{{"Car Registrations", "Units"}, {"Total Vehicle Sales", "Million"}, {"Lightweight Vehicle Sales: Autos and Light Trucks", "Millions of Units"}}},
	{id: "volume.said", reason: "the name says volume, the unit counts", when: condition{any: of(fVolumeWord, fTurnover), units: uCount | uPhysical, not: of(fTourists, fEmployed)}, is: isVolume, sure: 0.85,
		examples: []example{{"UPI Transactions, Volume", "in Mn"}, {"NYSE Composite, shares traded", "Million shares"}}},
	{id: "volume.units-sold", reason: "sales, production and freight in units are volumes (decision 8)", when: condition{any: of(fSales, fOutput, fTransport, fShipments, fTurnover, fExports, fImports, fOrders), units: uCount, not: of(fTourists, fDeaths, fEmployed)}, is: isVolume, sure: 0.88,
		examples: []example{{"New Home Sales", "Thousand units"}, {"Existing Home Sales", "Number of Units"}}},
}

func noCurrency(r *reading) bool { return !r.hasCurrency() }

// uMoney is an amount of money, or an amount in a unit that nobody named.
const uMoney = uCurrency | uUnknown
