package stage_test

import (
	"fmt"
	"testing"

	"classify"
	"classify/rulebook"
	"classify/stage"
)

// The word total alone makes no running total of what merely grows; only what
// an epidemic or a campaign adds up, or a name that says cumulative, does.
func TestATotalThatGrowsIsNoRunningTotalUnlessItSaysSo(t *testing.T) {
	t.Parallel()
	book := rulebook.New()
	stages := stage.New(book, book)
	for _, row := range []struct {
		name, units string
		running     bool
	}{
		{"Population, total", "", false},
		{"Total reserves", "USD Million", false},
		{"Number of deaths, total", "Number", false},
		{"Total cases filed in district courts", "Number", false},
		{"Consumer price index, total", "Index 2015=100", false},
		{"Labor force, total", "Persons", false},
		{"Total external debt stocks", "USD Million", false},
		{"Employment, total", "Thousand", false},
		{"Coronavirus cases, total", "Persons", true},
		{"Cumulative number of patents granted", "Number", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			ind := classify.Indicator{ID: "X", Name: row.name, Units: row.units}
			for i := range 20 {
				ind.Values = append(ind.Values, classify.Observation{Date: fmt.Sprintf("%d-%02d", 2023+i/12, i%12+1), Value: 1000 + 40*float64(i)})
			}
			c, err := classify.Classify(t.Context(), stages, ind)
			if err != nil {
				t.Fatal(err)
			}
			if c.Labels.IsCumulative != row.running {
				t.Errorf("cumulative is %v (pattern %s), want %v", c.Labels.IsCumulative, c.Labels.CumulativePattern, row.running)
			}
		})
	}
}

// Money per head stays money, and the name says of whom.
func TestMoneyPerHeadTakesItsDenominatorFromTheName(t *testing.T) {
	t.Parallel()
	book := rulebook.New()
	stages := stage.New(book, book)
	for _, row := range []struct{ name, units, per string }{
		{"GDP per capita (current US$)", "", "person"},
		{"GDP per Capita", "USD", "person"},
		{"Disposable income per person", "GBP", "person"},
		{"Net worth per household", "USD", "household"},
		{"GDP per person employed (constant 2011 PPP $)", "", "worker"},
		{"Agriculture, value added per worker (constant 2010 US$)", "", "worker"},
		{"Gross domestic product", "USD Million", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c, err := classify.Classify(t.Context(), stages, classify.Indicator{ID: "X", Name: row.name, Units: row.units})
			if err != nil {
				t.Fatal(err)
			}
			if c.Labels.Per != row.per || c.Labels.UnitType != classify.UnitCurrency {
				t.Errorf("%s per %q, want currency-amount per %q", c.Labels.UnitType, c.Labels.Per, row.per)
			}
		})
	}
}
