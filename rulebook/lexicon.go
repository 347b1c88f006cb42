package rulebook

// An entry maps phrases, separated by "|", to a feature. Words are folded as
// package tokens does (singular, "percent" is "%", numbers are "#"); a phrase
// that ends in "!" hides the words inside it.
type entry struct {
	feature feature
	phrases string
}

// concat joins lists by subject into one, in order.
func concat[T any](lists ...[]T) (all []T) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// lexicon is built once.
var lexicon = newScanner(concat(wordEntries, moneyEntries, financeEntries, balanceEntries,
	labourEntries, peopleEntries, goodsEntries, institutionEntries))

var wordEntries = []entry{
	{fNone, "after tax!|before tax!|pre tax!|net of tax!|year maturity!|date of change!|dates of changes!|price adjusted!|at market exchange rate!|without iva and ccadj!|with iva and ccadj!"},
	{fDivider, "to income|to disposable income|to deposit|to asset|to reserve|to export|to import|to sale|to revenue|to loan|to capital|to earning|to total loan|to total gross loan|to bank asset|to bank deposit|to rent|as % of|as a % of|in % of|as share of|as a share of|to gdp|to gni|relative to|as proportion of|as a proportion of|" +
		"as a ratio to|as % share of|% of|% gdp|% change in"},
	{fShareWord, "bank asset concentration!|bank concentration!|market concentration!|share|share of|share of world|share in|share held by|distribution of|composition of|currency composition|structure of|breakdown of|weight of|market share"},
	{fOfGDP, "% of gdp!|% gdp!|to gdp!|to gdp ratio!|share of gdp!|share of gross domestic product!|% of gross domestic product!|% of gni!|to gni!|% of gross national income!|" +
		"% of potential gdp|% of potential output|% of fiscal year gdp|gdp ratio|ratio to gdp!|% of trend gdp|percentage of gdp"},
	{fOfTotal, "% of total|% of all|share of total|share in total|% total"},
	{fRatioWord, "energy dependency|import dependency|average transaction cost!|transaction cost!|ratio|ratio of|quotient|proportion"},
	{fRateWord, "rate"},
	{fIndexWord, "index|barometer|composite indicator|leading indicator|diffusion|climate indicator|sentiment indicator|economic indicator|stance meter"},
	{fScoreWord, "score|rating|cluster average|scale #|scale # #|points scale|statistical capacity|# low to # high|assessment of statistical capacity|index score"},
	{fRank, "rank|ranking"},
	{fGrowth, "growth|growth rate|rate of growth|% growth|rate of change|percent change|% change|change in %|" +
		"relative change|log change|% increase|growth of|appreciation|depreciation rate|expansion rate"},
	{fYoY, "year earlier|on a year earlier|year before|a year ago|a year earlier|yoy|y y|year over year|year on year|from year ago|year ago|annual growth|annual %|annual % growth|annual % change|annual change|" +
		"# month change|# month rate|over # month|same period of previous year|compared with the same period|same period|same period previous year|same month of previous year|previous year|preceding year|corresponding period|" +
		"annual growth rate|annual rate of change|annual inflation|yearly change|y o y|annual gdp growth|oya|full year|redbook|redbook index"},
	{fPrevious, "mom|m m|month over month|month on month|qoq|q q|quarter over quarter|quarter on quarter|wow|previous period|preceding period|previous month|preceding month|previous quarter|" +
		"preceding quarter|monthly change|quarterly change|weekly change|daily change|monthly growth|quarterly growth|month to month|from preceding period|m o m|q o q|monthly rate of change|day over day|" +
		"from month ago|from quarter ago|# month growth"},
	{fAnnualRate, "at annual rate!|seasonally adjusted annual rate!|annual rate|annualized|at annual rate|saar|compounded annual rate|annualized rate|qoq annualized|qoq ar|average annual growth|compound annual|cagr"},
	{fChange, "change|change in|changes in|changes in inventory|change in inventory|change in stocks|change in reserve|net change|variation|variation in|increase in|decrease in|increase|decrease|total change|build up|drawdown|chg"},
	{fContribution, "contribution to|contribution to growth|contribution to gdp|contributions to % change|contribution of|annual growth as % of broad money|growth as %|points contribution"},
	{fNet, "net"},
	{fYTD, "ytd|since the beginning of the year|since the start of the year|realization to date|realisation to date|to month|from january|fiscal year to|year to date|fiscal year to date|fytd|cumulative since january|january to|since beginning of year|from beginning of year|from the beginning of the year|accumulated in the year"},
	{fCumulativeWord, "cumulative|accumulated|running total|cumulated|to date"},
	{fMovingAverage, "# week average|# month average|# week moving average|# month moving average|# day moving average|# day average|# quarter moving average|# quarter average|moving average|week average|four week average|#m average|# mma|#wk avg|#wk average|# wk average"},
	{fAverage, "average|mean|median|period average|average of daily|monthly average|annual average|typical"},
	{fEndOfPeriod, "end of period|end of month|end of year|end of quarter|period end|end period|eop|closing|close|as of end|outstanding at end|last day|end of day|year end|month end"},
	{fNumberOf, "number of|number of people|number of unemployed|number of employed|number of enterprise|number of departure|number of arrival|total number|by count|number|no of|count of"},
	{fPerCapita, "per capita|per person|per head|per inhabitant|per student|per pupil|per adult|per household"},
	{fPerWorker, "per worker|per person employed|per employee|per employed person|per hour worked|per person engaged"},
	{fPerHour, "per hour|hourly|per week|weekly|per month|monthly|per day|daily"},
	{fPerDay, "per day|bbl d|b d|mb d|daily average|barrels day|a day|kb d"},
	{fPerPopulation, "per # people|per # population|per # inhabitant|per # live birth|per # person|per # adult|per million people|per million population|per # woman|per # women|per thousand|per # female|per # male|per million|" +
		"per # million people|per hundred people|per # child|per # children|per # female population|per # male population|per # people age|births per woman|per # uninfected|per # employee|per # pop|per # worker|per # female adult|per # male adult|per thousand people|per # population at risk|per # household|" +
		"per hundred|per mille|births per|male births per female births"},
	{fCurrentPrices, "# price!|# # price!|constant national price!|current national price!|current price!|constant price!|chained price!|market price!|at current price!|at constant price!|in current price!|in constant price!|purchaser price!|basic price!|producer price valuation!|factor cost!|at market price!|previous year price!|at basic price!"},
	{fPercentSign, "%"},
	{fFemaleMale, "ratio of female to male|female to male"},
	{fProgramme, "social protection|social safety net|social insurance|unemployment benefit|labor program"},
	{fRespondents, "respondent|% reporting|% of firms reporting|percent reporting|% expecting|% saying|% of respondents|survey answer|reporting increase|reporting decrease|reporting no change"},
	{fNetPercentage, "rics|price balance|net % of|net percentage|net balance|% balance|balance of opinion|balance of answers|balance of respondents|net % balance|balance % |balance of responses"},
	{fMinus, "minus|spread between|difference between|difference of"},
	{fGross, "gross"},
	{fNew, "immigration|emigration|new|newly|business application|business formation|new business|new listing|filing"},
	{fOfPopulation, "% of population|% of people|% of total population|% of rural population|% of urban population|% of adult|of population age|% of women|% of men|% of children|% of household|% of female|% of male|% of married women|% of pregnant women|% of the population|population covered"},
	{fOfGroup, "% of births|% of cohort|% of firm|% of relevant age group|% of new case|% of one year old|% of working age|% of labor force|% of total labor force|% of civilian labor force|% gross|% net|% of adults|% of primary school|% of official school age|% of youth|% of teacher|% of female teacher|" +
		"% of male teacher|% of total teacher|% of capacity|% of land area|% of age|% of school age|% of under"},
	{fMoneyWord, "dollar|euro|pound|yen|yuan|renminbi|franc|peso|rupee|lcu|$|usd|eur|gbp|cent|krona|krone|rand|ruble|won|lira|baht|rupiah|ringgit|shilling|naira|dinar|dirham|riyal|chf|jpy|cny|cad|aud|inr|brl|zar|money|national currency|local currency|zloty|forint|koruna|hryvnia|tenge|dong|cedi|birr|kwacha|taka|shekel|kwanza|metical|pula|dalasi|leone|ariary|tugrik|kyat|kip|riel|afghani|manat|somoni|brazilian real|peruvian sol|romanian leu|moldovan leu|bulgarian lev|georgian lari|armenian dram|rial|guarani|bolivar|boliviano|quetzal|lempira|renminbi|sterling"},
	{fOfFirms, "% of firm"},
	{fChildLabor, "child employment|children in employment|child labor|vulnerable employment|informal employment"},
	{fUnempBenefit, "unemployment benefit"},
	{fNetSaving, "net saving|net national saving|adjusted net saving"},
	{fCompleteness, "completeness of"},
	{fPaidAbroad, "primary income payment!|income payment!|personal remittances paid!|remittance paid!|primary income on fdi!|secondary income other sector payment!|secondary income payment!|secondary income receipt!"},
	{fListings, "active listing|listing count|total listing|pending listing|new listing|housing inventory active listing count"},
	{fDaysOnMarket, "days on market"},
	{fUnderWay, "under construction|in progress|outstanding permits"},
	{fBankEarnings, "velocity of m2 money stock!|velocity of m1 money stock!|velocity of mzm money stock!|velocity of money!|velocity of m2!|velocity of m1!|return on asset|return on equity|return on average asset|return on average equity|net interest margin|cost to income"},
	{fVolumeWord, "volume|number of transaction|number of payment|transactions number|shares traded!|transaction volume|contracts traded"},
	{fPayGap, "gender pay gap!|pay gap!|wage gap!|gender wage gap!"},
	{fOpinion, "trust in|satisfaction|satisfied|approval rating|going in the right direction|job approval|optimistic|% of answer|worried|tend to trust|confidence in government|better off|worse off"},
	{fNetLending, "net lending"},
	{fNetBorrowing, "net borrowing|borrowing requirement"},
	{fAsylum, "asylum application|asylum"},
	{fImportCover, "months of import|import cover|month of import|import coverage|weeks of import"},
	{fCurrencyWord, "currency"},
	{fWorld, "% of world|of world|share of world|world total|of world total"},
	{fRollingSum, "cumulative over # month|accumulated in # month|accumulated over # month|cumulated over # month|rolling sum|# month sum|# month rolling|rolling # month|trailing # month|# month total|moving sum|sum of last"},
	{fNone, "excluding current transfer receipt!|excluding transfer receipt!|excluding transfer!|excluding grant!|excluding tax!|excluding interest payment!|excluding net interest!|excluding gold!|excluding oil!|excluding vehicle!|excluding car!"},
	{fPersonWord, "per capita|per person|per head|per inhabitant"},
	{fHouseholdWord, "per household"},
	{fWorkerWord, "per worker|per person employed|per employed person|per person engaged|per employee"},
	{fLevelWord, "level|outstanding|outstanding notional amount|at market value|end of period position|outstanding amount|amount outstanding|amounts outstanding"},
	{fPrivateWord, "private"},
	{fChildWork, "child employment|children in employment|economically active children"},
	{fStatusInWork, "wage worker|self employed|unpaid family worker|family worker|own account worker"},
	{fOfUnemployed, "of total unemployed|of the unemployed|% of unemployed"},
	{fBelief, "who believe|who agree|who think|is justified in|believe that"},
	{fHoursWorked, "hours worked"},
	{fTransactionCost, "average transaction cost!|transaction cost!|cost of sending"},
	{fRecipients, "recipient|beneficiary|claimants|persons receiving|people receiving|enrollee"},
	{fOneIn, "# in"},
	{fYesNo, "# yes # no|# yes"},
	{fIntensity, "co2 intensity|carbon intensity|emission intensity|emissions intensity"},
	{fPartTimeWord, "part time employment|part time worker|part time"},
	{fNewDisplacement, "new displacement"},
	{fRemovals, "net emissions removals|emissions removals|net emission"},
	{fReceivedAbroad, "primary income receipt|intellectual property receipt|charges for the use of intellectual property receipt|royalties and license fees receipt"},
	{fLossOfSales, "losses due to theft|losses due to|value lost due to|value lost"},
	{fTractors, "tractor"},
	{fDepartures, "number of departure|outbound|tourism departure"},
	{fProducerPrice, "producer price|farm gate price|farmgate price|farm price"},
	{fSupportPrice, "support price|guaranteed price|administered price|price cap|intervention price"},
	{fFilling, "filling level|fill level|filling degree|filling rate|storage full|% full"},
	{fSaidFlow, "flow|transaction flow"},
	{fUnion, "union member|union membership|union density|trade union"},
	{fWaterStress, "water stress"},
	{fFertilizer, "fertilizer consumption|fertilizer use|pesticide use"},
	{fClimateDamage, "carbon dioxide damage|emission damage|climate damage|disaster loss|economic losses from"},
	{fFreight, "container throughput|container port traffic|freight|goods transported|container|cargo|teu|port traffic"},
	{fPeriodEvent, "births attended|hospital admission!|hospital discharge!|outpatient visit!|doctor visit!|consultation!|time spent dealing|new business registered|new businesses|businesses registered|business registration|new company|newly registered|success rate|pushed below|pushed further below|spending more than|death registration|deaths registered|surgical procedure|new registration|new business density|drought|flood|case detection|survival to age|last # month|time spent on|receiving prenatal care|receiving treatment|charge off rate|charge off|successfully treated|affected by disaster|outage|# hour day"},
	{fLocalCurrency, "national currency|local currency|domestic currency|lcu|local currency unit|national currency per"},
	{fAdjusted, "seasonally adjusted|seasonally adjusted annual rate|sa|saar|season adjusted|seasonally and calendar adjusted|swda|working day and seasonally adjusted"},
	{fNotAdjusted, "not seasonally adjusted|nsa|unadjusted|non seasonally adjusted|without seasonal adjustment|not adjusted"},
	{fNominalName, "current price|at current price|in current price|nominal gdp|gdp nominal|nominal"},
	{fRealName, "constant price|at constant price|in constant price|real gdp|real gross domestic product|constant"},
	{fCoverage, "credit bureau!|credit registry!|private credit bureau!|public credit registry!|coverage|access to|completeness|prevalence|using|use of|with access|covered|proportion of|incidence of|literate|immunized|treated"},
}
