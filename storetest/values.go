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
		s.take(bare("n"))
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
	"a row without values keeps those that are stored":                     keepsValues,
	"a row without values that comes after one with values is a duplicate": afterValues,
	"staged values replace what was stored": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.stage(at("BARE", "2023", 9), at("BARE", "2024", 1))
		s.take(bare("n"))
		s.restart()
		s.stage(at("BARE", "2024", 5))
		same(t, "taken", s.take(bare("n")), []classify.Taken{{Kind: classify.TakenChanged}})
		same(t, "values", s.indicator("BARE").Values, []classify.Observation{{Date: "2024", Value: 5}})
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

// keepsValues brings values once, and then the catalogue alone: as it was, with
// another name, and with a label of a person.
func keepsValues(t *testing.T, open Opener) {
	s := begin(t, open)
	s.stage(at("BARE", "2023", 9), at("BARE", "2024", 1))
	full := Catalogue(0, 1)[0]
	s.take(bare("n"), full)
	kept := s.indicator("BARE").Values
	same(t, "values", kept, []classify.Observation{{Date: "2023", Value: 9}, {Date: "2024", Value: 1}})
	s.save(passed(s.indicator("BARE")), passed(s.indicator(full.Indicator.ID)))

	s.restart()
	poor := full
	poor.Indicator.Values, poor.Indicator.SetAside, poor.Indicator.SetAsideExample = nil, 0, ""
	same(t, "taken", s.take(bare("n"), poor), []classify.Taken{{Kind: classify.TakenUnchanged}, {Kind: classify.TakenUnchanged}})
	same(t, "the same row again", s.take(bare("n"))[0].Kind, classify.TakenDuplicate)
	same(t, "values and what was set aside", s.indicator(full.Indicator.ID), full.Indicator)
	same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))

	s.restart()
	s.override(classify.Override{IndicatorID: "BARE", Field: "per", Value: "capita"})
	same(t, "renamed", s.take(bare("another name")), []classify.Taken{{Kind: classify.TakenChanged}})
	want := classify.Indicator{ID: "BARE", Name: "another name", Values: kept, Overrides: map[string]string{"per": "capita"}}
	same(t, "renamed", s.todo(all(classify.ModeChanged)), []classify.Indicator{want})
	s.save(passed(want))
	same(t, "the hash covers the values", s.todoIDs(all(classify.ModeChanged)), []string(nil))
	same(t, "the others", s.indicator(full.Indicator.ID), full.Indicator)

	s.restart()
	again := bare("another name")
	again.Indicator.Values = []classify.Observation{{Date: "2030", Value: 3}}
	same(t, "with values", s.take(again), []classify.Taken{{Kind: classify.TakenChanged}})
	same(t, "with values", s.indicator("BARE").Values, again.Indicator.Values)
}

func afterValues(t *testing.T, open Opener) {
	s := begin(t, open)
	rich := bare("n")
	rich.Indicator.Values = []classify.Observation{{Date: "2024", Value: 1}}
	same(t, "taken", s.take(rich, bare("n"), bare("another name")), []classify.Taken{{Kind: classify.TakenNew},
		{Kind: classify.TakenDuplicate, FirstFile: "f", FirstLine: 1}, {Kind: classify.TakenConflict, FirstFile: "f", FirstLine: 1}})
	same(t, "indicator", s.indicator("BARE"), rich.Indicator)
}

// bare is a row without anything but a name.
func bare(name string) classify.SourceRow {
	return classify.SourceRow{Indicator: classify.Indicator{ID: "BARE", Name: name}, File: "f", Line: 1}
}

func at(id, date string, value float64) classify.DatedValue {
	return classify.DatedValue{IndicatorID: id, Observation: classify.Observation{Date: date, Value: value}}
}
