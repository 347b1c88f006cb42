package storetest

import (
	"math"
	"testing"

	"classify"
)

var valueTests = map[string]func(*testing.T, Opener){
	"staged values join their indicator": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.stage(at("IND.00001", "2024-05", 5), at("IND.00001", "2024-04", 4))
		s.stage(at("IND.00001", "2024-01", 100), at("IND.00002", "2024-01", 7))
		s.take(Catalogue(0, 2)...)
		same(t, "without staged values", s.indicator("IND.00000"), Indicator(0))
		same(t, "its own of other dates, then the staged by date", s.indicator("IND.00001").Values, []classify.Observation{
			{Date: "2024-02", Value: 2.5}, {Date: "2024-03", Value: 1}, {Date: "2024-01", Value: 100}, {Date: "2024-04", Value: 4}, {Date: "2024-05", Value: 5}})
	},
	"a later staged value of the same date wins": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.stage(at("BARE", "2024", 1), at("BARE", "2023", 9), at("BARE", "2024", 2))
		s.stage(at("BARE", "2024", 3))
		s.take(classify.SourceRow{Indicator: classify.Indicator{ID: "BARE", Name: "n"}, File: "f", Line: 1})
		same(t, "values", s.indicator("BARE").Values, []classify.Observation{{Date: "2023", Value: 9}, {Date: "2024", Value: 3}})
	},
	"the same rows and values again are unchanged, in whatever order the values come": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.stage(at("IND.00000", "2025", 1), at("IND.00000", "2026", 2))
		s.take(Catalogue(0, 1)...)
		s.restart()
		s.stage(at("IND.00000", "2026", 2), at("IND.00000", "2025", 1))
		same(t, "taken", s.take(Catalogue(0, 1)...), []classify.Taken{{Kind: classify.TakenUnchanged}})
		s.restart()
		same(t, "without the values", s.take(Catalogue(0, 1)...), []classify.Taken{{Kind: classify.TakenChanged}})
		same(t, "indicator", s.indicator("IND.00000"), Indicator(0))
	},
	"values without an indicator are counted and named": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(3, 4)...)
		s.restart()
		s.stage(at("IND.00000", "2024", 1), at("Z", "2024", 1), at("IND.00003", "2024", 1), at("A", "2024", 1), at("A", "2023", 1), at("M", "2024", 1))
		s.take(Catalogue(0, 1)...)
		for _, row := range []struct {
			limit int
			want  []string
		}{{10, []string{"A", "IND.00003", "M", "Z"}}, {2, []string{"A", "IND.00003"}}, {0, nil}} {
			n, named, err := s.OrphanValues(t.Context(), s.run, row.limit)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "orphans", n, 4)
			same(t, "named", named, row.want)
		}
		s.restart()
		n, _, err := s.OrphanValues(t.Context(), s.run, 10)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "orphans in the next run", n, 0)
	},
	"a staged value that is no number is refused": func(t *testing.T, open Opener) {
		s := begin(t, open)
		err := s.StageValues(t.Context(), s.run, []classify.DatedValue{at("A", "2024", 1), at("A", "2025", math.NaN())})
		if !isInvalid(err) {
			t.Errorf("got %v", err)
		}
		n, _, err := s.OrphanValues(t.Context(), s.run, 10)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "staged", n, 0)
	},
}

func at(id, date string, value float64) classify.DatedValue {
	return classify.DatedValue{IndicatorID: id, Observation: classify.Observation{Date: date, Value: value}}
}
