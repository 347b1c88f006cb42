package generator

var (
	money         = unit{money: amount}
	realMoney     = unit{money: constantMoney}
	moneyPerHead  = unit{money: perPerson}
	annualisedSum = unit{money: annualRate}
)

var flowConcepts = []concept{
	{"GDP_CURRENT", "Gross domestic product, current prices|GDP at current prices|Nominal GDP, current prices", "National accounts", money, flow, "QAQAq", higher, "", flowing(1, 0.07, 0.01, mild)},
	{"GDP_REAL", "Gross domestic product, constant prices|Real GDP|GDP at constant prices", "National accounts", realMoney, flow, "QA", higher, "", flowing(0.9, 0.03, 0.01, mild)},
	{"GDP_ANNUAL_RATE", "Gross domestic product|GDP", "National accounts", annualisedSum, flow, "QQM", higher, "", motion{path: standing, level: 1, by: ofGDP, growth: 0.05, noise: 0.005}},
	{"GDP_PER_CAPITA", "GDP per capita|Gross domestic product per capita|GDP per capita, current prices", "National accounts", moneyPerHead, flow, "AQ", higher, "", motion{path: arising, level: 1, by: ofGDP, growth: 0.05, noise: 0.01}},
	{"GDP_PPP", "GDP, PPP|Gross domestic product, purchasing power parity", "National accounts", unit{money: internationalMoney}, flow, "A", higher, "", flowing(1.8, 0.05, 0.01, even)},
	{"HOUSEHOLD_CONSUMPTION", "Household final consumption expenditure|Private consumption expenditure|Consumer spending", "National accounts", money, flow, "QAQAq", higher, "", flowing(0.6, 0.06, 0.01, december)},
	{"FIXED_INVESTMENT", "Gross fixed capital formation|Gross fixed investment", "National accounts", money, flow, "QAQAqm", higher, "", flowing(0.23, 0.06, 0.02, summer)},
	{"EXPORTS", "Exports of goods|Merchandise exports|Exports", "Trade", money, flow, "MQAMQAmqfg", higher, "", flowing(0.28, 0.06, 0.05, mild)},
	{"IMPORTS", "Imports of goods|Merchandise imports|Imports", "Trade", money, flow, "MQAMQAmqfg", neutral, "", flowing(0.3, 0.06, 0.05, mild)},
	{"SERVICES_EXPORTS", "Exports of services|Services exports, total", "Trade", money, flow, "QAQAq", higher, "", flowing(0.08, 0.07, 0.04, summer)},
	{"REMITTANCES", "Personal remittances, received|Workers' remittances, receipts|Remittances received", "Balance of payments", money, flow, "MQAMQAmf", higher, "", flowing(0.05, 0.06, 0.05, mild)},
	{"FDI_INFLOWS", "Foreign direct investment, net inflows|FDI inflows|Foreign direct investment inflows", "Balance of payments", money, flow, "MQAQAm", higher, "", flowing(0.03, 0.04, 0.25, even)},
	{"RETAIL_SALES", "Retail sales|Retail trade turnover|Sales of retail trade", "Business", money, flow, "MQMQm", higher, "", flowing(0.3, 0.06, 0.015, december)},
	{"GOVERNMENT_REVENUE", "Government revenue|General government revenue|Central government revenue", "Government", money, flow, "MQAMQAmqfg", neutral, "", flowing(0.26, 0.07, 0.06, mild)},
	{"GOVERNMENT_EXPENDITURE", "Government expenditure|General government total expenditure|Government spending", "Government", money, flow, "MQAMQAmqfg", neutral, "", flowing(0.29, 0.07, 0.04, yearEnd)},
	{"WAGE_BILL", "Compensation of employees|Wages and salaries paid|Total wages and salaries", "Labour", money, flow, "QAQAq", higher, noOrientation, flowing(0.42, 0.06, 0.01, december)},
	{"FIXED_ASSET_INVESTMENT", "Fixed asset investment|Investment in fixed assets", "Business", money, flow, "MQmmq", higher, "", flowing(0.35, 0.07, 0.04, summer)},
	{"TOURISM_RECEIPTS", "International tourism receipts|Tourism receipts|Receipts from international tourism", "Tourism", money, flow, "MQAMQm", higher, "", flowing(0.04, 0.06, 0.05, summer)},
	{"PERSONAL_INCOME", "Personal income|Personal income of households", "Consumer", annualisedSum, flow, "MQ", higher, "", motion{path: standing, level: 0.75, by: ofGDP, growth: 0.05, noise: 0.004}},
	{"HEALTH_EXPENDITURE_PER_CAPITA", "Health expenditure per capita|Current health expenditure per capita", "Health", moneyPerHead, flow, "A", neutral, "", motion{path: arising, level: 0.07, by: ofGDP, growth: 0.05, noise: 0.02}},
	{"PRIVATISATION_TOTAL", "Privatisation proceeds, cumulative total since 2005|Total privatisation proceeds since 2005, cumulative", "Government", money, flow, "t", neutral, noOrientation, flowing(0.004, 0.02, 0.3, even)},
}

var stockConcepts = []concept{
	{"GOVERNMENT_DEBT", "Central government debt|General government gross debt|Public debt, total", "Government", money, stock, "MQA", lower, "", held(0.6, 0.08, 0.01)},
	{"EXTERNAL_DEBT", "External debt|Gross external debt|Total external debt stocks", "Balance of payments", money, stock, "QAM", lower, "", held(0.5, 0.06, 0.01)},
	{"RESERVES", "Foreign exchange reserves|Official reserve assets|International reserves", "Money", money, stock, "MQAW", higher, "", held(0.18, 0.03, 0.02)},
	{"MONEY_SUPPLY_M2", "Money supply M2|Broad money M2|M2 money stock", "Money", money, stock, "MQA", neutral, "", motion{path: rising, level: 0.7, by: ofGDP, growth: 0.16}},
	{"BANK_DEPOSITS", "Total deposits of commercial banks|Bank deposits|Deposits in the banking system", "Money", money, stock, "MQA", neutral, noOrientation, held(0.6, 0.09, 0.006)},
	{"PRIVATE_CREDIT", "Domestic credit to the private sector|Total bank credit|Loans to the private sector", "Money", money, stock, "MQA", neutral, "", motion{path: rising, level: 0.55, by: ofGDP, growth: 0.11}},
	{"MARKET_CAPITALISATION", "Stock market capitalisation|Market capitalisation of listed companies", "Markets", money, stock, "MQA", higher, "", held(0.6, 0.05, 0.04)},
	{"INVENTORIES", "Manufacturers' total inventories|Manufacturing inventories, total", "Business", money, stock, "MQ", neutral, "", held(0.12, 0.04, 0.008)},
	{"GOLD_RESERVES", "Gold reserves|Official gold reserves", "Money", tonnes, stock, "QAM", higher, "", motion{path: standing, level: 3, by: perHead, growth: 0.02, noise: 0.004}},
	{"GAS_STORAGE", "Natural gas in underground storage|Natural gas in storage", "Energy", gigawattHours, stock, "WMQ", neutral, "", motion{path: reading, level: 0.002, by: perHead, growth: 0, noise: 0.01}},
	{"POWER_CAPACITY", "Installed electricity generating capacity|Installed power generation capacity", "Energy", megawatts, capacity, "AQ", higher, noOrientation, living(0.0009, 0.04, 0.002)},
	{"REFINERY_CAPACITY", "Oil refinery capacity|Crude oil refining capacity", "Energy", dailyOil, capacity, "AM", higher, noOrientation, living(0.01, 0.01, 0.001)},
}

var balanceConcepts = []concept{
	{"TRADE_BALANCE", "Trade balance|Balance of trade in goods|Merchandise trade balance", "Trade", money, balance, "MQAMQAm", higher, "", netting(-0.04, 0.03)},
	{"CURRENT_ACCOUNT", "Current account balance|Current account, balance", "Balance of payments", money, balance, "QAM", higher, "", netting(-0.02, 0.03)},
	{"CURRENT_ACCOUNT_GDP", "Current account balance to GDP|Current account balance", "Balance of payments", percentGDP, balanceRate, "QA", higher, "", changing(-1.5, 2.5)},
	{"BUDGET_BALANCE", "Government budget balance|Central government budget balance|Fiscal balance", "Government", money, balance, "MQAMQAmf", higher, "", netting(-0.04, 0.02)},
	{"BUDGET_BALANCE_GDP", "General government net lending/borrowing|Government budget balance to GDP", "Government", percentGDP, balanceRate, "AQ", higher, "", changing(-3, 2)},
	{"PORTFOLIO_INVESTMENT", "Portfolio investment, net|Net portfolio investment", "Balance of payments", money, balance, "QAM", neutral, "", netting(0.005, 0.02)},
	{"NET_MIGRATION", "Net migration|Net international migration", "Population", persons, balance, "AQ", neutral, noOrientation, motion{path: swinging, level: 0.001, by: perHead, noise: 0.002}},
	{"EMPLOYMENT_CHANGE", "Employment change|Non-farm payrolls, monthly change|Net change in employment", "Labour", thousandPersons, balance, "MMQ", higher, "", motion{path: swinging, level: 0.004, by: perHead, noise: 0.006}},
	{"CHANGE_IN_INVENTORIES", "Changes in inventories|Change in inventories", "National accounts", money, balance, "QA", neutral, "", netting(0.006, 0.01)},
	{"SAVING", "Gross national saving|Household saving|Gross saving", "National accounts", money, balance, "QA", neutral, "", netting(0.22, 0.02)},
}
