package units_test

import (
	"fmt"

	"classify/units"
)

func ExampleParse() {
	for _, phrase := range []string{"Billions of Chained 2012 Dollars", "% of GDP", "EUR/MWh", "Index Dec 2009=100", "per 1,000 live births"} {
		p := units.Parse(phrase, units.Hints{Country: "US"})
		fmt.Printf("%s: %s in %q, %s, per %q, base %q\n", phrase, p.UnitType, p.Unit, p.Scale, p.Per, p.BasePeriod)
	}
	// Output:
	// Billions of Chained 2012 Dollars: currency-amount in "USD", billions, per "", base "2012"
	// % of GDP: percentage in "percent", percent, per "gdp", base ""
	// EUR/MWh: rate in "EUR", raw-units, per "MWh", base ""
	// Index Dec 2009=100: index in "index", index, per "", base "2009-12"
	// per 1,000 live births: rate in "number", raw-units, per "1000-live-births", base ""
}

func ExampleSplit() {
	rest, phrase := units.Split("Unemployment, total (% of total labor force) (modeled ILO estimate)")
	fmt.Printf("%q, %q\n", rest, phrase)
	// Output: "Unemployment, total (modeled ILO estimate)", "% of total labor force"
}
