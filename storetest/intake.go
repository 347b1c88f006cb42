package storetest

import (
	"math"
	"testing"

	"classify"
)

var intakeTests = map[string]func(*testing.T, Opener){
	"a row says whether it is new, changed, unchanged, a duplicate or a conflict": dispositions,
	"duplicates are found within one batch": func(t *testing.T, open Opener) {
		s := begin(t, open)
		rows := Catalogue(0, 2)
		other := rows[1]
		other.Line, other.Indicator.Name = 9, "Another name"
		again := rows[0]
		again.Line = 8
		same(t, "taken", s.take(rows[0], rows[1], again, other, rows[0]), []classify.Taken{
			{Kind: classify.TakenNew}, {Kind: classify.TakenNew},
			{Kind: classify.TakenDuplicate, FirstFile: "catalogue.csv", FirstLine: 2},
			{Kind: classify.TakenConflict, FirstFile: "catalogue.csv", FirstLine: 3},
			{Kind: classify.TakenDuplicate, FirstFile: "catalogue.csv", FirstLine: 2},
		})
		same(t, "the first row stays", s.indicator("IND.00001"), Indicator(1))
	},
	"the first row of a duplicate is named from this run, not from an earlier one": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 1)...)
		s.restart()
		moved := classify.SourceRow{Indicator: Indicator(0), File: "new.csv", Line: 40}
		later := classify.SourceRow{Indicator: Indicator(0), File: "other.csv", Line: 7}
		same(t, "taken", s.take(moved), []classify.Taken{{Kind: classify.TakenUnchanged}})
		same(t, "taken", s.take(later), []classify.Taken{{Kind: classify.TakenDuplicate, FirstFile: "new.csv", FirstLine: 40}})
	},
	"an indicator comes back with every field and its values in the order of the source": func(t *testing.T, open Opener) {
		s := begin(t, open)
		bare := classify.SourceRow{Indicator: classify.Indicator{ID: "BARE", Name: "n"}, File: "f", Line: 1}
		twice := classify.SourceRow{Indicator: classify.Indicator{ID: "TWICE", Name: "n", Values: []classify.Observation{
			{Date: "2024", Value: 1}, {Date: "2023", Value: math.MaxFloat64}, {Date: "2024", Value: 2}, {Date: "", Value: math.SmallestNonzeroFloat64}}}}
		s.take(append(Catalogue(0, 2), bare, twice)...)
		for _, want := range []classify.Indicator{Indicator(0), Indicator(1), bare.Indicator, twice.Indicator} {
			same(t, "indicator", s.indicator(want.ID), want)
		}
	},
	"changed values replace the old ones and touch no other indicator": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 3)...)
		s.restart()
		row := Catalogue(1, 2)[0]
		row.Indicator.Values = []classify.Observation{{Date: "2030", Value: 1}, {Date: "2031", Value: 2}, {Date: "2032", Value: 3}, {Date: "2033", Value: 4}}
		same(t, "taken", s.take(row), []classify.Taken{{Kind: classify.TakenChanged}})
		for _, want := range []classify.Indicator{Indicator(0), row.Indicator, Indicator(2)} {
			same(t, "indicator", s.indicator(want.ID), want)
		}
	},
	"a row without id, or with a value that is no number, is refused with its batch": func(t *testing.T, open Opener) {
		s := begin(t, open)
		nameless, unreal := Catalogue(1, 2)[0], Catalogue(1, 2)[0]
		nameless.Indicator.ID = ""
		unreal.Indicator.Values = []classify.Observation{{Date: "2024", Value: math.Inf(1)}}
		for name, bad := range map[string]classify.SourceRow{"no id": nameless, "infinite": unreal} {
			if _, err := s.Take(t.Context(), s.run, []classify.SourceRow{Catalogue(0, 1)[0], bad}); !isInvalid(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		same(t, "indicators", s.status().Indicators, 0)
	},
	"a large batch and hostile texts are taken": func(t *testing.T, open Opener) {
		s := begin(t, open)
		rows := Catalogue(0, 1200)
		rows[7].Indicator.Description = longText(2 << 20)
		rows[8].Indicator.Name = "'; DROP TABLE source_indicators; --"
		rows[9].Indicator.ID = "id with 'quotes', \"more\", % and \\"
		for i, taken := range s.take(rows...) {
			if taken.Kind != classify.TakenNew {
				t.Fatalf("row %d: %v", i, taken)
			}
		}
		for _, i := range []int{7, 8, 9} {
			same(t, "indicator", s.indicator(rows[i].Indicator.ID), rows[i].Indicator)
		}
		same(t, "indicators", s.status().Indicators, 1200)
	},
	"what is read back has the hash that the store knows": func(t *testing.T, open Opener) {
		s := begin(t, open)
		row := Catalogue(0, 1)[0]
		row.Indicator.Values = []classify.Observation{{Date: "2021", Value: math.Copysign(0, -1)}, {Date: "2022", Value: 1e15}, {Date: "2023", Value: 1 << 62},
			{Date: "2024", Value: math.MaxFloat64}, {Date: "2025", Value: math.SmallestNonzeroFloat64}, {Date: "2026", Value: 0.1}}
		s.take(row)
		s.save(Answer(s.indicator(row.Indicator.ID)))
		same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))
		s.restart()
		same(t, "taken", s.take(row), []classify.Taken{{Kind: classify.TakenUnchanged}})
	},
	"no rows are nothing": func(t *testing.T, open Opener) {
		s := begin(t, open)
		same(t, "taken", len(s.take()), 0)
	},
}

func longText(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "economic indicator "[i%19]
	}
	return string(b)
}

func dispositions(t *testing.T, open Opener) {
	s := begin(t, open)
	rows := Catalogue(0, 3)
	renamed := rows[1]
	renamed.Indicator.Name = "Another name"
	duplicate := rows[0]
	duplicate.File, duplicate.Line = "second.csv", 5

	same(t, "first run", s.take(rows[0], rows[1]), []classify.Taken{{Kind: classify.TakenNew}, {Kind: classify.TakenNew}})
	same(t, "first run, second file", s.take(duplicate, renamed), []classify.Taken{
		{Kind: classify.TakenDuplicate, FirstFile: "catalogue.csv", FirstLine: 2},
		{Kind: classify.TakenConflict, FirstFile: "catalogue.csv", FirstLine: 3},
	})
	same(t, "a conflict changes nothing", s.indicator("IND.00001"), Indicator(1))

	s.restart()
	same(t, "second run", s.take(rows[0], renamed, rows[2]), []classify.Taken{
		{Kind: classify.TakenUnchanged}, {Kind: classify.TakenChanged}, {Kind: classify.TakenNew}})
	same(t, "second run, the same again", s.take(renamed), []classify.Taken{
		{Kind: classify.TakenDuplicate, FirstFile: "catalogue.csv", FirstLine: 3}})
	same(t, "changed", s.indicator("IND.00001"), renamed.Indicator)
}
