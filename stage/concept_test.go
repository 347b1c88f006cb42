package stage

import (
	"testing"

	"classify"

	"pgregory.net/rapid"
)

func TestTheCountryIsTakenOutOfAName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Bulgaria - Unemployment rate":                                     "Unemployment rate",
		"Population, total (Bangladesh)":                                   "Population, total",
		"Unemployment rate in Kenya":                                       "Unemployment rate",
		"Consumer Price Index for the United States":                       "Consumer Price Index",
		"Guinea-Bissau Alternative Official FX Rate":                       "Alternative Official FX Rate",
		"Central African Republic Alternative Official FX Rate":            "Alternative Official FX Rate",
		"Korea, Rep. - Exports":                                            "Exports",
		"Türkiye: Inflation":                                               "Inflation",
		"German Industrial Production":                                     "Industrial Production",
		"Swiss franc exchange rate":                                        "Swiss franc exchange rate",
		"Kenya":                                                            "Kenya",
		"U.S. Dollars to Euro Spot Exchange Rate":                          "U.S. Dollars to Euro Spot Exchange Rate",
		"Net bilateral aid flows from DAC donors, Italy (current US$)":     "Net bilateral aid flows from DAC donors, Italy (current US$)",
		"Exports: Value Goods for China":                                   "Exports: Value Goods",
		"School enrollment, primary (gross), gender parity index (GPI)":    "School enrollment, primary (gross), gender parity index (GPI)",
		"Merchandise exports to economies in the Arab World (current US$)": "Merchandise exports to economies in the Arab World (current US$)",
		"Chad Rainfall":                                                    "Rainfall",
	} {
		if got := withoutCountry(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestFrequencyAndAdjustmentAreTakenOffAName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"industrial production, seasonally adjusted": "industrial production",
		"exports (monthly)":                          "exports",
		"retail trade, nsa, monthly":                 "retail trade",
		"average weekly hours":                       "average weekly hours",
		"monthly":                                    "monthly",
	} {
		if got := withoutQualifiers(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestTheCountryComesFromItsFieldOrASafeID(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		ind  classify.Indicator
		want string
	}{
		"alpha-3 field":           {classify.Indicator{Country: "ken"}, "KE"},
		"a name in the field":     {classify.Indicator{Country: "Kenya"}, "KE"},
		"an id with a middle":     {classify.Indicator{ID: "WEO:NGA:Exports"}, "NG"},
		"an id that only looks":   {classify.Indicator{ID: "FRED:USACPI"}, ""},
		"an unknown field counts": {classify.Indicator{ID: "WEO:NGA:Exports", Country: "Atlantis"}, ""},
	} {
		if got := countryOf(&row.ind); got != row.want {
			t.Errorf("%s: %q, want %q", name, got, row.want)
		}
	}
}

func TestAPlainUnitIsOneQuestionForAllCountries(t *testing.T) {
	t.Parallel()
	a := unitQuestion(&classify.Indicator{ID: "1", Name: "Kenya - Exports", Units: "USD Million", Country: "KEN"})
	b := unitQuestion(&classify.Indicator{ID: "2", Name: "Exports (Peru)", Units: "USD Million", Country: "PER"})
	if a != b {
		t.Errorf("%+v is not %+v", a, b)
	}
	if q := unitQuestion(&classify.Indicator{Name: "Exports", Units: "$ million", Country: "CAN"}); q.Country != "CA" {
		t.Errorf("a shared symbol needs the country: %+v", q)
	}
}

func TestNamesOfAnyBytesAreRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.StringMatching(`(Kenya|İstanbul|Côte d'Ivoire)? ?[-:(]?.{0,20}\)?`)).Draw(t, "name")
		if got := withoutCountry(name); len(got) > 2*len(name)+4 {
			t.Fatalf("%q grew to %q", name, got)
		}
		withoutQualifiers(fold(name))
	})
}

func TestADescriptionIsAskedOnlyWhereTheNameDoesNotDecide(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Government debt": "", "Zorbl quux": "what it is"} {
		f := classify.Facts{Indicator: classify.Indicator{Name: name, Description: "What  it is"}}
		if got := familyQuestion(&f).Description; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestTheShapeIsAskedOnlyOfPercentages(t *testing.T) {
	t.Parallel()
	shape := classify.Shape{Points: 12, Negatives: 4, Median: 2.5}
	for unit, want := range map[classify.UnitType]string{classify.UnitPercentage: "mixed", classify.UnitCurrency: "unknown"} {
		f := classify.Facts{Indicator: classify.Indicator{Name: "Exports"}, Time: classify.TimeInference{Shape: shape}}
		f.UnitType = unit
		if got := familyQuestion(&f).Signs; got != want {
			t.Errorf("%s: %q, want %q", unit, got, want)
		}
	}
}
