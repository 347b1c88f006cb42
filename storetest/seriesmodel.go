package storetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"classify"
)

// seriesModel says what an indicator has after rows and imports.
type seriesModel struct {
	own      []classify.Observation
	imported map[string]float64
	row      bool // there is a catalogue row
}

// values are those of the catalogue at other dates, then the imported ones by date.
func (m *seriesModel) values() (all []classify.Observation) {
	for _, o := range m.own {
		if _, hidden := m.imported[o.Date]; !hidden {
			all = append(all, o)
		}
	}
	for _, date := range slices.Sorted(maps.Keys(m.imported)) {
		all = append(all, classify.Observation{Date: date, Value: m.imported[date]})
	}
	return all
}

func (m *seriesModel) take(values []classify.Observation) {
	if m.row = true; len(values) > 0 {
		m.own = values
	}
}

func (m *seriesModel) point(o classify.Observation, upsert bool, counts *classify.SeriesCounts) {
	stands, found := m.imported[o.Date]
	if i := slices.IndexFunc(m.own, func(p classify.Observation) bool { return p.Date == o.Date }); !found && i >= 0 {
		stands, found = m.own[i].Value, true
	}
	switch {
	case !found:
		counts.Added++
	case stands == o.Value:
		counts.Unchanged++
	case upsert:
		counts.Replaced++
	default:
		counts.Kept++
		return
	}
	m.imported[o.Date] = o.Value
}

// anySequence brings rows and imports of an indicator in any order and compares
// it with the model.
func anySequence(t *testing.T, open Opener) {
	s := begin(t, open)
	dates := []string{"2023", "2024", "2024-Q1", "2024-01", "2024-02", "2024-W05", "no date"}
	observations := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) classify.Observation {
		return classify.Observation{Date: rapid.SampledFrom(dates).Draw(r, "date"), Value: float64(rapid.IntRange(0, 2).Draw(r, "value"))}
	}), 0, 5)
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		id, model := fmt.Sprintf("M.%05d", n), seriesModel{imported: map[string]float64{}}
		for range rapid.IntRange(1, 5).Draw(r, "steps") {
			values := observations.Draw(r, "values")
			if rapid.Bool().Draw(r, "a row") {
				s.restart()
				s.take(classify.SourceRow{Indicator: classify.Indicator{ID: id, Name: "n", Values: values}, File: "a.csv", Line: 1})
				model.take(values)
			} else {
				upsert := rapid.Bool().Draw(r, "upsert")
				points, want := make([]classify.SeriesPoint, len(values)), classify.SeriesCounts{}
				for i, o := range values {
					points[i] = point(id, o.Date, o.Value)
					model.point(o, upsert, &want)
				}
				got, _, err := s.imports(classify.SeriesImport{Upsert: upsert}, points...)
				if err != nil {
					r.Fatal(err)
				}
				got.Indicators, got.Waiting = 0, 0
				if got != want {
					r.Fatalf("counts %+v, wanted %+v", got, want)
				}
			}
			if !model.row {
				continue
			}
			if ind := s.indicator(id); !slices.Equal(ind.Values, model.values()) {
				r.Fatalf("values %v, wanted %v", ind.Values, model.values())
			}
			for w, err := range s.Todo(t.Context(), s.run, classify.Selection{Mode: classify.ModeForce, IDs: []string{id}}) {
				if err != nil || w.Hash != w.InputHash() {
					r.Fatalf("hash %s of %v, %v", w.Hash, w.Values, err)
				}
			}
		}
	})
}
