package rulebook_test

import (
	"testing"

	"classify"
	"classify/rulebook"
	"classify/stage"

	"pgregory.net/rapid"
)

func answer(t *testing.T, ind classify.Indicator) classify.Classification {
	t.Helper()
	book := rulebook.New()
	c, err := classify.Classify(t.Context(), stage.New(book, book), ind)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func months(values ...float64) (o []classify.Observation) {
	for i, v := range values {
		o = append(o, classify.Observation{Date: []string{"2023", "2024"}[i/12] + "-" + []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"}[i%12], Value: v})
	}
	return o
}

func TestUnitsAreReadFromTheNameWhereTheSourceGivesNone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		ind      classify.Indicator
		unitType classify.UnitType
		pow10    int
		currency string
		rule     string
	}{
		{"a method note is no unit", classify.Indicator{ID: "a", Name: "Unemployment, total (% of total labor force) (modeled ILO estimate)", Units: "modeled ILO estimate"}, classify.UnitPercentage, 0, "", "unit.name"},
		{"the declared scale fills in", classify.Indicator{ID: "a", Name: "GDP", Units: "National currency", Scale: "Billions", Country: "NGA"}, classify.UnitCurrency, 9, "NGN", "unit.phrase"},
		{"the unit's own scale wins", classify.Indicator{ID: "a", Name: "Exports", Units: "USD Million", Scale: "Billions"}, classify.UnitCurrency, 6, "USD", "unit.phrase"},
		{"a diffusion index in percent is an index", classify.Indicator{ID: "a", Name: "ISM Manufacturing PMI", Units: "%"}, classify.UnitIndex, 0, "", "unit.index"},
		{"a difference of rates in percent is in points", classify.Indicator{ID: "a", Name: "TED Spread", Units: "Percent"}, classify.UnitPercentagePoints, 0, "", "unit.difference"},
		{"money supply is never counted", classify.Indicator{ID: "a", Name: "Money Supply M3", Units: "Million"}, classify.UnitCurrency, 6, "", "unit.money"},
		{"a vendor's scale stands behind the quantity", classify.Indicator{ID: "a", Name: "Crude Oil Stocks Change", Units: "BBL/1Million"}, classify.UnitPhysical, 6, "", "unit.phrase"},
		{"a bare dollar of a national provider is its own", classify.Indicator{ID: "FRED:X", Name: "Gross Domestic Product", Units: "Billions of Dollars"}, classify.UnitCurrency, 9, "USD", "unit.phrase"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := answer(t, c.ind).Normalization
			if n.UnitType != c.unitType || n.ScalePow10 != c.pow10 || n.Currency != c.currency || n.Rule != c.rule {
				t.Errorf("%+v", n)
			}
		})
	}
}

func TestRunningTotalsAreFoundByArithmeticAndByName(t *testing.T) {
	t.Parallel()
	rising := months(10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 11, 22, 33, 44, 55, 66, 77, 88, 99, 110, 121, 132)
	flat := months(10, 12, 9, 11, 10, 13, 8, 12, 11, 10, 9, 12)
	for _, c := range []struct {
		name       string
		ind        classify.Indicator
		cumulative bool
	}{
		{"values that reset each January", classify.Indicator{Name: "Exports", Units: "USD Million", Values: rising}, true},
		{"a name that says so, without values", classify.Indicator{Name: "Exports, year to date", Units: "USD Million"}, true},
		{"a name that says so against the values", classify.Indicator{Name: "Exports, year to date", Units: "USD Million", Values: flat}, false},
		{"a balance whose name says so", classify.Indicator{Name: "Budget balance, year to date", Units: "EUR Million", Values: months(5, 3, 4, -2, -1, 3, 1, -6, -9, -7, -3, -8)}, true},
		{"a stock that happens to rise and fall back", classify.Indicator{Name: "Government debt", Units: "USD Million", Values: rising}, false},
		{"a growth rate of an accumulated value", classify.Indicator{Name: "Industrial production, accumulated, YoY", Units: "%", Values: rising}, false},
		{"a rolling sum", classify.Indicator{Name: "Current account, accumulated in 12 months", Units: "USD Million", Values: flat}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.ind.ID, c.ind.Periodicity = "a", "Monthly"
			got := answer(t, c.ind)
			if got.Labels.IsCumulative != c.cumulative {
				t.Errorf("%+v, %v", got.Time.Cumulative, got.Time.Evidence)
			}
			if c.cumulative && got.Labels.Aggregation != classify.PeriodCumulative {
				t.Errorf("rolls up as %s", got.Labels.Aggregation)
			}
		})
	}
}

func TestTheDatesWinOverTheDeclaredFrequencyAndTheConflictIsRecorded(t *testing.T) {
	t.Parallel()
	c := answer(t, classify.Indicator{ID: "a", Name: "Exports", Units: "USD Million", Periodicity: "Yearly", Values: months(1, 2, 3, 4, 5, 6)})
	if c.Labels.ReportingFrequency != classify.Monthly || len(c.Time.Evidence) == 0 {
		t.Errorf("%s %v", c.Labels.ReportingFrequency, c.Time.Evidence)
	}
}

func TestAMarketQuoteRollsUpByItsFrequency(t *testing.T) {
	t.Parallel()
	for periodicity, want := range map[string]classify.Aggregation{
		"Daily": classify.PointInTime, "Weekly": classify.PointInTime, "Monthly": classify.PeriodAverage, "Monthly, End of Period": classify.PointInTime,
	} {
		c := answer(t, classify.Indicator{ID: "a", Name: "Brent Crude Oil Price", Units: "USD per barrel", Periodicity: periodicity})
		if c.Labels.Aggregation != want {
			t.Errorf("%s: %s, want %s", periodicity, c.Labels.Aggregation, want)
		}
	}
}

func TestAnUnknownConceptIsEscalatedAndNotGuessed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Zorbl quux", "Holidays", "Индекс чего-то", "x"} {
		c := answer(t, classify.Indicator{ID: "a", Name: name})
		if c.Outcome != classify.Escalated || c.OverallConfidence > 0.3 {
			t.Errorf("%q: %s at %.2f", name, c.Outcome, c.OverallConfidence)
		}
	}
}

// Whatever the texts are, the answer is a valid pair, rolls up in a way that
// its unit and type allow, and is the same when asked again.
func TestEveryAnswerStandsInTheTaxonomy(t *testing.T) {
	t.Parallel()
	book := rulebook.New()
	stages := stage.New(book, book)
	var names, unitsSeen []string
	for _, r := range rulebook.Rules() {
		for _, e := range r.Examples {
			names, unitsSeen = append(names, e.Name), append(unitsSeen, e.Units)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		ind := classify.Indicator{
			ID:          "a",
			Name:        rapid.OneOf(rapid.SampledFrom(names), rapid.String()).Draw(rt, "name") + rapid.SampledFrom([]string{"", " YTD", " growth", " index", " (% of GDP)", ", average"}).Draw(rt, "more"),
			Units:       rapid.OneOf(rapid.SampledFrom(unitsSeen), rapid.String()).Draw(rt, "units"),
			Periodicity: rapid.SampledFrom([]string{"", "Daily", "Monthly", "A", "nonsense"}).Draw(rt, "periodicity"),
			Scale:       rapid.SampledFrom([]string{"", "Millions", "Units", "bogus"}).Draw(rt, "scale"),
		}
		c, err := classify.Classify(t.Context(), stages, ind)
		if err != nil || c.Outcome == classify.Failed {
			rt.Fatalf("%v %+v", err, c.Failure)
		}
		row, ok := classify.Pair(c.Labels.Family, c.Labels.Type)
		if !ok {
			rt.Fatalf("%s/%s", c.Labels.Family, c.Labels.Type)
		}
		if c.Outcome == classify.Classified && (!row.Allows(c.Labels.Aggregation) || !classify.UnitAllows(c.Labels.UnitType, c.Labels.Aggregation)) {
			rt.Fatalf("%s in %s rolls up as %s", c.Labels.Type, c.Labels.UnitType, c.Labels.Aggregation)
		}
		if again, _ := classify.Classify(t.Context(), stages, ind); again.Labels != c.Labels || again.OverallConfidence != c.OverallConfidence {
			rt.Fatalf("%+v, then %+v", c.Labels, again.Labels)
		}
	})
}
