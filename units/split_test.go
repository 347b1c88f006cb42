package units

import "testing"

func TestSplitTakesTheUnitOutOfANameAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, rest, phrase string }{
		{"GDP per capita (current US$)", "GDP per capita", "current US$"},
		{"Consumer price index (2010=100)", "Consumer price index", "2010=100"},
		{"Consumer price index (2010 = 100)", "Consumer price index", "2010 = 100"},
		{"Unemployment, youth female (% of female labor force ages 15-24) (modeled ILO estimate)", "Unemployment, youth female (modeled ILO estimate)", "% of female labor force ages 15-24"},
		{"Population, total (Bangladesh)", "Population, total (Bangladesh)", ""},
		{"Official exchange rate (LCU per US$, period average)", "Official exchange rate", "LCU per US$, period average"},
		{"Imports of goods and services (annual % growth)", "Imports of goods and services", "annual % growth"},
		{"Pakistan Parallel FX Rate (PKR)", "Pakistan Parallel FX Rate", "PKR"},
		{"Corporate Default Probability (12-month)", "Corporate Default Probability (12-month)", ""},
		{"Crude Oil Production (Year-to-Date)", "Crude Oil Production (Year-to-Date)", ""},
		{"Inflation Rate (YoY)", "Inflation Rate (YoY)", ""},
		{"Broad money (M2)", "Broad money (M2)", ""},
		{"Money supply M3 (M3)", "Money supply M3 (M3)", ""},
		{"Unemployment rate (women)", "Unemployment rate (women)", ""},
		{"Inflation (month)", "Inflation (month)", ""},
		{"Current account (balance)", "Current account (balance)", ""},
		{"Population (0-14)", "Population (0-14)", ""},
		{"Happiness score (0-10)", "Happiness score", "0-10"},
		{"Number of people pushed below the $1.90 ($ 2011 PPP) poverty line by out-of-pocket health care expenditure", "Number of people pushed below the $1.90 ($ 2011 PPP) poverty line by out-of-pocket health care expenditure", ""},
		{"Increase in poverty gap at $1.90 ($ 2011 PPP) poverty line due to out-of-pocket health care expenditure (% of poverty line)", "Increase in poverty gap at $1.90 ($ 2011 PPP) poverty line due to out-of-pocket health care expenditure", "% of poverty line"},
		{"Automated teller machines (ATMs) (per 100,000 adults)", "Automated teller machines (ATMs)", "per 100,000 adults"},
		{"Human Capital Index (HCI) (scale 0-1)", "Human Capital Index (HCI)", "scale 0-1"},
		{"Life expectancy at birth, total (years)", "Life expectancy at birth, total", "years"},
		{"Start-up procedures to register a business (number)", "Start-up procedures to register a business", "number"},
		{"Exports [USD mn] for Germany", "Exports for Germany", "USD mn"},
		{"Tax revenue (% of GDP), Kenya", "Tax revenue, Kenya", "% of GDP"},
		{"Exports, USD million", "Exports", "USD million"},
		{"GDP, current prices, USD billion", "GDP", "current prices, USD billion"},
		{"Government debt - % of GDP", "Government debt", "% of GDP"},
		{"GDP in current US$", "GDP", "current US$"},
		{"Exports in million USD", "Exports", "million USD"},
		{"Interest rate, %", "Interest rate", "%"},
		{"Industrial production, 2015=100", "Industrial production", "2015=100"},
		{"Investment in shares", "Investment in shares", ""},
		{"Population, total", "Population, total", ""},
		{"Change in inventories", "Change in inventories", ""},
		{"Government bond yield, 10 years", "Government bond yield, 10 years", ""},
		{"Consumer Price Index for All Urban Consumers: All Items", "Consumer Price Index for All Urban Consumers: All Items", ""},
		{"Exchange rate (TOP)", "Exchange rate", "TOP"},
		{"", "", ""},
		{"(%)", "", "%"},
		{"Rate )(%(", "Rate )(%(", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rest, phrase := Split(c.name)
			if rest != c.rest || phrase != c.phrase {
				t.Errorf("Split(%q) = %q, %q; want %q, %q", c.name, rest, phrase, c.rest, c.phrase)
			}
		})
	}
}
