package generator

import "classify"

var quantityConcepts = []concept{
	{"OIL_PRODUCTION_DAILY", "Crude oil production|Oil production", "Energy", dailyOil, volume, "MAQ", higher, noAggregation, living(0.012, 0.01, 0.02)},
	{"OIL_OUTPUT", "Crude oil output|Output of crude petroleum", "Energy", oil, volume, "MQAMmq", higher, "", happening(4, 0.01, 0.03, mild)},
	{"ELECTRICITY_GENERATION", "Electricity generation|Electricity generated, total|Electricity production", "Energy", gigawattHours, volume, "MQAMQmqf", higher, "", happening(0.0045, 0.03, 0.02, mild)},
	{"VEHICLE_SALES", "Passenger car sales|Total vehicle sales|New car registrations", "Business", number, volume, "MQAMQm", higher, "", happening(0.02, 0.02, 0.06, december)},
	{"STEEL_PRODUCTION", "Crude steel production|Steel production", "Business", tonnes, volume, "MQAMmf", higher, "", happening(0.2, 0.02, 0.03, mild)},
	{"CO2_EMISSIONS", "CO2 emissions|Carbon dioxide emissions, total", "Climate", tonnes, volume, "AQ", lower, "", happening(4.5, 0.01, 0.01, even)},
	{"SHARES_TRADED", "Shares traded, number|Number of shares traded on the stock exchange", "Markets", number, volume, "DMM", neutral, noOrientation, motion{path: wandering, level: 30, by: perHead, min: 5, max: 80, noise: 6}},

	{"POPULATION", "Population, total|Total population|Population", "Population", persons, inhabitants, "AQM", neutral, "", living(1, 0.015, 0)},
	{"EMPLOYED", "Employed persons|Number of employed persons|Employment, total", "Labour", persons, headcount, "MQA", higher, "", living(0.42, 0.012, 0.003)},
	{"UNEMPLOYED", "Unemployed persons|Number of unemployed persons|Unemployment, persons", "Labour", persons, headcount, "MQA", lower, "", living(0.03, 0, 0.02)},
	{"LABOUR_FORCE", "Labour force, total|Labor force|Economically active population", "Labour", persons, headcount, "MQA", neutral, "", living(0.46, 0.012, 0.002)},
	{"TOURIST_ARRIVALS", "International tourist arrivals|Tourist arrivals|Arrivals of foreign tourists", "Tourism", persons, events, "MQAMQmq", higher, "", happening(0.35, 0.04, 0.05, summer)},
	{"HOUSING_STARTS", "Housing starts|Dwellings started", "Housing", number, events, "MQMQm", higher, "", happening(0.004, 0.02, 0.08, summer)},
	{"BANKRUPTCIES", "Bankruptcies|Corporate bankruptcies|Business insolvencies", "Business", number, events, "MQAMm", lower, "", happening(0.0002, 0.02, 0.12, mild)},
	{"JOBLESS_CLAIMS", "Initial jobless claims|Jobless claims", "Labour", thousandPersons, events, "WWM", lower, "", happening(0.035, 0, 0.07, mild)},
	{"TEMPERATURE", "Average temperature|Mean air temperature", "Climate", physical("", "Celsius|degrees Celsius|°C|deg. Celsius"), headcount, "MA", neutral, "", motion{path: reading, level: 17, noise: 0.06}},
	{"RAINFALL", "Precipitation|Rainfall", "Climate", physical("mm", "mm|millimetres|Millimeters|millimeters"), events, "MA", neutral, noAggregation, motion{path: arising, level: 900, noise: 0.3, season: summer}},
	{"HIRES", "Hires, total|Hires: total private", "Labour", thousandPersons, events, "MQ", higher, "", happening(0.2, 0.02, 0.03, summer)},
	{"CASES_TOTAL", "Confirmed measles cases, cumulative total|Cumulative total of confirmed measles cases", "Health", number, events, "t", lower, "", happening(0.0004, 0, 0.5, mild)},
}

var proportionConcepts = []concept{
	{"UNEMPLOYMENT_RATE", "Unemployment rate|Unemployment rate, total|Harmonised unemployment rate", "Labour", percent.with(percentOf("", "% of labour force|Percent of total labor force")), percentage, "MQA", lower, "", between(3, 14, 0.25)},
	{"PARTICIPATION_RATE", "Labour force participation rate|Labor force participation rate", "Labour", percent.with(percentOf("", "% of population ages 15+")), percentage, "MQA", higher, "", between(52, 75, 0.3)},
	{"CAPACITY_UTILISATION", "Capacity utilisation|Capacity utilization, manufacturing|Manufacturing capacity utilisation", "Business", percent.with(percentOf("", "Percent of Capacity|% of capacity")), percentage, "MQ", higher, "", between(68, 88, 0.8)},
	{"LITERACY", "Literacy rate, adult total|Adult literacy rate", "Education", percent.with(percentOf("", "% of people ages 15 and above")), prevalence, "AL", higher, "", between(60, 97, 0.3)},
	{"INTERNET_USERS", "Individuals using the Internet|Internet users", "Technology", percentOf("", "% of population|Percent of population|percent of population|% of total population"), prevalence, "AS", higher, "", between(30, 90, 1.5)},

	{"DEBT_TO_GDP", "Government debt to GDP|General government gross debt|Central government debt, total", "Government", percentGDP, stockRatio, "AQ", lower, "", between(25, 120, 1.5)},
	{"REVENUE_TO_GDP", "General government revenue|Government revenue to GDP", "Government", percentGDP, flowRatio, "AQ", neutral, "", between(15, 45, 0.7)},
	{"EXPENDITURE_TO_GDP", "General government total expenditure|Government spending to GDP", "Government", percentGDP, flowRatio, "AQ", neutral, "", between(15, 50, 0.8)},
	{"IMPORT_COVER", "Import cover of foreign reserves|Reserves, import cover", "Balance of payments", spelled(labels(classify.UnitRatio, "", classify.ScaleRaw, ""), false, "months of imports|Months of imports|months of imports of goods|months of imports of goods and services"), stockRatio, "MQA", higher, "", between(2, 12, 0.3)},
	{"DOCTORS", "Medical doctors|Physicians", "Health", per1000, stockRatio, "AL", higher, "", between(0.5, 5, 0.06)},
	{"MATERNAL_MORTALITY", "Maternal mortality ratio|Maternal mortality", "Health", spelled(labels(classify.UnitRate, "", classify.ScaleRaw, ""), false, "per 100,000 live births|deaths per 100,000 live births|modeled estimate, per 100,000 live births|per 100 000 live births"), flowRatio, "A", lower, "", between(5, 400, 6)},
	{"CORPORATE_TAX_RATE", "Corporate tax rate|Corporate income tax rate", "Taxes", percent, stockRatio, "AM", neutral, "", motion{path: stepped, level: 24, min: 10, max: 38, noise: 1}},
	{"RESERVE_REQUIREMENT", "Cash reserve ratio|Reserve requirement ratio", "Money", percent, stockRatio, "MQ", neutral, "", motion{path: stepped, level: 6, min: 1, max: 18, noise: 0.5}},

	{"AGRICULTURE_SHARE", "Agriculture, value added|Agriculture, forestry and fishing, value added", "National accounts", percentGDP, flowShare, "AQ", neutral, "", between(1, 30, 0.4)},
	{"FUEL_EXPORTS_SHARE", "Fuel exports", "Trade", percentOf("", "% of merchandise exports|Percent of merchandise exports|% of total merchandise exports|per cent of merchandise exports"), flowShare, "AM", neutral, "", between(2, 60, 1)},
	{"SERVICES_EMPLOYMENT_SHARE", "Employment in services", "Labour", percentOf("", "% of total employment|Percent of total employment|per cent of total employment|% of employment"), flowShare, "AQ", neutral, "", between(35, 80, 0.4)},
	{"POPULATION_0_14", "Population ages 0-14|Population, ages 0 to 14", "Population", percentOf("", "% of total population|Percent of total population|% of total|per cent of total population"), stockShare, "AL", neutral, "", between(14, 45, 0.2)},
	{"LABOUR_INCOME_SHARE", "Labour share of income|Labour income share", "Labour", percent.with(percentOf("gdp", "% of GDP")), flowShare, "AQ", neutral, "", between(40, 62, 0.4)},

	{"TERM_SPREAD", "10-year minus 2-year government bond yield spread|Government bond spread, 10-year minus 2-year", "Markets", percentagePoints.with(basisPoints), quotedGap, "DMW", neutral, "", changing(0.9, 0.4)},
	{"COUNTRY_RISK_SPREAD", "EMBI spread|Emerging market sovereign bond spread (EMBI)", "Markets", basisPoints, quotedGap, "DM", lower, "", between(1.2, 7, 0.12)},
}
