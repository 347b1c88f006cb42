package generator

import "classify"

func pricePer(label, forms string) unit {
	return unit{money: moneyPerThing, per: perThing{label, forms}}
}

var priceConcepts = []concept{
	{"EXCHANGE_RATE", "Exchange rate|Official exchange rate|Foreign exchange rate", "Markets", unit{money: exchangeRate}, quotedPrice, "DMAW", neutral, "", priced(1, 0.02, 0.1)},
	{"CRUDE_EXPORT_PRICE", "Average export price of crude oil|Crude oil, average export price", "Energy", pricePer("barrel", " per barrel|/barrel|, per barrel"), meanPrice, "MQA", neutral, "", priced(78, 0.01, 0.25)},
	{"GOLD_PRICE", "Gold price|Price of gold", "Markets", pricePer("", " per troy ounce| per ounce|/troy oz"), quotedPrice, "DMW", neutral, "", priced(2100, 0.06, 0.13)},
	{"MINIMUM_WAGE", "Minimum wage, monthly|Statutory minimum wage", "Labour", pricePer("month", " per month|/month|, per month"), setPrice, "AMS", higher, noAggregation, motion{path: stepped, level: 420, by: inDollars, growth: 0.06, noise: 0.03}},
	{"AVERAGE_WAGE", "Average monthly wage|Average gross monthly earnings|Average monthly earnings of employees", "Labour", pricePer("month", " per month|/month|, per month"), meanPrice, "MQA", higher, "", motion{path: pulsing, level: 1400, by: inDollars, growth: 0.06, noise: 0.01}},
	{"HOURLY_EARNINGS", "Average hourly earnings|Average hourly earnings of all employees", "Labour", pricePer("hour", " per hour|/hour|, per hour"), meanPrice, "MQ", higher, "", motion{path: standing, level: 14, by: inDollars, growth: 0.04, noise: 0.003}},
	{"HOUSE_PRICE", "Average price of dwellings|Average house price", "Housing", pricePer("", " per square metre| per m2|/m2"), meanPrice, "QAM", neutral, "", motion{path: standing, level: 2300, by: inDollars, growth: 0.05, noise: 0.01}},
	{"SHARE_PRICE", "Share price of the largest bank, closing|Closing share price, largest telecommunications company", "Markets", pricePer("", " per share|/share|, per share"), setPrice, "DMW", neutral, noOrientation, priced(24, 0.06, 0.25)},
	{"PETROL_PRICE", "Petrol pump price|Gasoline price at the pump", "Energy", pricePer("", " per litre|/litre| per liter"), meanPrice, "WM", neutral, noAggregation, priced(1.2, 0.03, 0.12)},
	{"ELECTRICITY_PRICE", "Average electricity price for households|Electricity, average price for household consumers", "Energy", pricePer("", " per kWh|/kWh| per kilowatt-hour"), meanPrice, "SA", neutral, "", motion{path: standing, level: 0.16, by: inDollars, growth: 0.03, noise: 0.02}},
	{"POLICY_RATE", "Policy interest rate|Central bank policy rate|Policy rate", "Money", percent.with(percentOf("", "percent per annum|% per annum|% p.a.")), setRate, "MDQ", neutral, "", motion{path: stepped, level: 5.5, min: 0.25, max: 16, noise: 0.25}},
	{"LENDING_RATE", "Lending rate|Bank lending rate|Lending interest rate", "Money", percent.with(percentOf("", "percent per annum|% per annum")), meanRate, "MQA", neutral, "", between(4, 16, 0.15)},
	{"DEPOSIT_RATE", "Deposit rate|Deposit interest rate", "Money", percent.with(percentOf("", "percent per annum|% per annum")), meanRate, "MQA", neutral, "", between(1, 10, 0.12)},
	{"INTERBANK_RATE", "Interbank rate, 3-month|Three-month interbank rate", "Money", percent.with(percentOf("", "% per annum")), quotedRate, "DMW", neutral, "", between(1, 12, 0.1)},
	{"BOND_YIELD", "Government bond yield, 10-year|10-year government bond yield", "Markets", percent.with(percentOf("", "% per annum")), quotedYield, "DMW", neutral, "", between(1.5, 13, 0.1)},
}

var changeConcepts = []concept{
	{"GDP_GROWTH", "GDP growth|Real GDP growth|Gross domestic product, constant prices", "National accounts", percentYoY, yearOnYear, "QA", higher, "", changing(3, 1.5)},
	{"GDP_GROWTH_QOQ", "GDP growth, quarter on quarter|GDP growth rate QoQ", "National accounts", percentOnPrevious, onPrevious, "Q", higher, "", changing(0.7, 0.6)},
	{"INFLATION", "Inflation rate|Inflation, consumer prices|Consumer price inflation", "Prices", percentYoY, yearOnYear, "MQA", neutral, "", changing(4, 1.2)},
	{"INFLATION_MOM", "Inflation rate MoM|Consumer prices, change on the previous month", "Prices", percentOnPrevious, onPrevious, "M", neutral, "", changing(0.35, 0.3)},
	{"INDUSTRIAL_GROWTH", "Industrial production YoY|Industrial production, change on a year earlier", "Business", percentYoY, yearOnYear, "MQ", higher, "", changing(2.5, 2.5)},
	{"MONEY_GROWTH", "Broad money growth|Money supply M2 growth YoY", "Money", percentYoY, yearOnYear, "MA", neutral, "", changing(9, 2)},
	{"WAGE_GROWTH", "Wage growth|Average earnings growth YoY", "Labour", percentYoY, yearOnYear, "MQ", higher, "", changing(5, 1.5)},
	{"GROWTH_CONTRIBUTION", "Contribution of net exports to GDP growth|Contribution to GDP growth: net exports", "National accounts", percentagePoints, contributed, "QA", higher, noOrientation, changing(0.2, 0.6)},
	{"INVESTMENT_YTD_GROWTH", "Fixed asset investment, year to date, YoY|Fixed asset investment YTD YoY growth", "Business", percentYoY, yearOnYear, "M", higher, "", changing(6, 1.5)},
	{"OUTPUT_YTD_GROWTH", "Industrial output, growth rate of the accumulated value|Industrial output growth rate of accumulated value, YoY", "Business", percentYoY, yearOnYear, "M", higher, "", changing(5.5, 1.2)},
	{"IMPLIED_VOLATILITY", "Stock market volatility index, option-implied|Implied volatility index of the stock market", "Markets", anyPoints, implied, "DM", lower, "", between(11, 35, 1.4)},
	{"CURRENCY_VOLATILITY", "Realised volatility of the exchange rate|Exchange rate, realised volatility (standard deviation of daily changes)", "Markets", percent, realised, "MQ", lower, "", between(3, 18, 0.6)},
	{"OUTPUT_GAP", "Output gap|Output gap of the total economy", "National accounts", percentOf("", "% of potential GDP|Percent of potential GDP|% of potential output|percent of potential GDP"), gap, "AQ", neutral, noOrientation, changing(-0.4, 1.2)},
}

var constructedConcepts = []concept{
	{"CPI", "Consumer price index|CPI, all items|Consumer price index: all items", "Prices", baseYears, index, "MQA", neutral, "", indexed(0.045, 0.002)},
	{"PPI", "Producer price index|Producer prices, index", "Prices", baseYears, index, "MQ", neutral, "", indexed(0.035, 0.008)},
	{"GDP_DEFLATOR", "GDP deflator|Implicit price deflator of GDP", "Prices", baseYears, index, "QA", neutral, "", indexed(0.045, 0.004)},
	{"INDUSTRIAL_PRODUCTION", "Industrial production index|Index of industrial production", "Business", baseYears, index, "MQ", higher, "", motion{path: pulsing, level: 108, growth: 0.02, noise: 0.012, season: mild}},
	{"HOUSE_PRICE_INDEX", "House price index|Residential property price index", "Housing", baseYears, index, "QMA", neutral, "", indexed(0.05, 0.006)},
	{"REAL_EXCHANGE_RATE", "Real effective exchange rate|Real effective exchange rate index", "Trade", baseYears, index, "MA", neutral, "", motion{path: wandering, level: 98, min: 75, max: 125, noise: 1.2}},
	{"TERMS_OF_TRADE", "Terms of trade|Net barter terms of trade index", "Trade", baseYears, index, "QA", higher, "", motion{path: wandering, level: 102, min: 70, max: 150, noise: 2}},
	{"STOCK_INDEX", "Stock market index|Benchmark stock index, closing level", "Markets", anyPoints, stockIndex, "DMW", higher, "", motion{path: quoted, level: 4800, growth: 0.06, noise: 0.16}},
	{"MANUFACTURING_PMI", "Manufacturing PMI|Purchasing managers' index, manufacturing", "Business", anyPoints, index, "MQ", higher, "", between(43, 58, 1)},
	{"BUSINESS_CONFIDENCE", "Business confidence|Business confidence indicator", "Business", anyPoints, index, "MQ", higher, "", between(85, 112, 1.2)},
	{"CONSUMER_CONFIDENCE", "Consumer confidence|Consumer confidence indicator", "Consumer", anyPoints, index, "MQ", higher, "", changing(-12, 5)},
	{"CORRUPTION_PERCEPTIONS", "Corruption perceptions index", "Governance", points("score (0-100)|points|score|index"), index, "A", higher, noOrientation, motion{path: wandering, level: 45, min: 15, max: 90, noise: 1}},
	{"CREDIT_RATING", "Credit rating|Sovereign credit rating score", "Governance", anyPoints, index, "AM", higher, "", motion{path: stepped, level: 50, min: 15, max: 100, noise: 5}},

	{"STOCK_BOND_CORRELATION", "Rolling correlation of stock and bond returns|Stock-bond return correlation, 12-month rolling", "Markets", coefficient, correlation, "MW", neutral, "", motion{path: wandering, level: -0.1, min: -0.95, max: 0.95, noise: 0.12}},
	{"FUEL_DEMAND_ELASTICITY", "Price elasticity of petrol demand|Petrol demand, price elasticity", "Energy", coefficient, elasticity, "AL", neutral, "", motion{path: wandering, level: -0.35, min: -0.9, max: -0.05, noise: 0.05}},
	{"MONEY_MULTIPLIER", "Money multiplier|M2 money multiplier", "Money", coefficient, multiplier, "MQA", neutral, "", between(2, 7, 0.1)},

	{"LIFE_EXPECTANCY", "Life expectancy at birth|Life expectancy at birth, total", "Health", years, duration, "AL", higher, "", between(58, 85, 0.2)},
	{"WORKING_HOURS", "Average weekly hours worked|Average weekly hours of employees", "Labour", spelled(labels(classify.UnitDuration, "", classify.ScaleRaw, ""), false, "hours|Hours|hours per week|Hours per week"), duration, "MQA", neutral, "", between(33, 46, 0.2)},
	{"RECESSION_PROBABILITY", "Recession probability, 12 months ahead|Probability of recession in the next 12 months", "Business", percent, probability, "MQ", lower, noOrientation, between(2, 70, 4)},
	{"DEFAULT_PROBABILITY", "Corporate default probability, 12-month|Probability of corporate default within 12 months", "Markets", percent, probability, "MD", lower, "", between(0.5, 8, 0.2)},
	{"POVERTY_LINE", "National poverty line|National poverty line, per adult", "Social", unit{money: perYear}, threshold, "AL", neutral, "", motion{path: standing, level: 900, by: inDollars, growth: 0.05, noise: 0.01}},
	{"DEBT_CEILING", "Statutory debt ceiling|Legal debt ceiling of the government", "Government", money, threshold, "AQ", neutral, "", motion{path: stepped, level: 0.8, by: ofGDP, growth: 0.05, noise: 0.05}},
	{"BETTER_TIMES", "Consumers expecting their situation to improve, survey answers|Survey answers: households expecting better times", "Consumer", percentOf("", "% of respondents|Percent of respondents|per cent of answers|% of answers"), sentiment, "MQ", higher, noOrientation + " " + noAggregation, between(12, 48, 2)},
	{"EQUITY_WEIGHT", "Portfolio weight of equities, pension funds|Portfolio allocation of pension funds to equities", "Markets", percentOf("", "% of portfolio|Percent of portfolio|% of total assets|per cent of portfolio"), allocation, "AQ", neutral, "", between(15, 55, 1)},
	{"RECESSION_FLAG", "Recession indicator (1 = recession, 0 = expansion)|Recession dummy variable, 1 = recession", "Business", points("+1 or 0|0 or 1|dummy|binary"), other, "MQ", neutral, nothingMuch, motion{path: flagged, level: 0.15}},
}
