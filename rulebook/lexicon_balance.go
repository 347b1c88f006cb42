package rulebook

var balanceEntries = []entry{
	{fBalance, "balance|surplus|net exports|net lending|net borrowing|net trade|external balance|resource balance|bop balance|balance of payments balance|overall balance|operating balance|balance on|net capital account|net secondary income|net primary income|net income from abroad|net current transfers|cash balance"},
	{fTradeBalance, "trade balance|balance of trade|net exports|net trade|trade deficit|trade surplus|goods trade balance|external balance|balance on goods|balance on services|services balance|goods balance|balance on goods and services|balance of goods|resource balance|net service|net services receipt"},
	{fCurrentAccount, "current account!|current account balance!|current account deficit!|balance on current account!|current account to gdp!|current account surplus!|current account goods!|current account services!"},
	{fFiscalBalance, "budget balance|fiscal balance|government budget|budget deficit|budget surplus|net lending|net borrowing|primary balance|structural balance|government budget value|federal surplus or deficit!|surplus deficit!|deficit surplus!|fiscal deficit|primary surplus|primary deficit|overall fiscal balance|primary net lending|surplus or deficit!|deficit or surplus!|public sector net borrowing|budget"},
	{fFinancialAccount, "reserves and related items!|reserve assets net!|financial account!|capital account!|capital and financial account!|net financial account!|net capital account!|balance on financial account!"},
	{fDeficit, "negative surplus!|deficit|shortfall|public sector net borrowing|public sector borrowing requirement"},
	{fErrors, "errors and omissions|statistical discrepancy|discrepancy|residual debt stock flow reconciliation!"},
	{fNetIncome, "net primary income|net income from abroad|net secondary income|net current transfers|net factor income|net investment income|net taxes on products!|terms of trade adjustment!"},
	{fNetInvestment, "direct investment net!|investment net|net portfolio investment|net direct investment|portfolio investment net|foreign direct investment net!|net foreign direct investment|net other investment|other investment net|net official investment"},
}
