package storetest

import (
	"slices"
	"testing"

	"classify"
)

var upkeepTests = map[string]func(*testing.T, Opener){
	"an empty store is sound and says what it is": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		sound(t, s)
		info, err := s.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if info.Kind == "" || info.Place == "" || info.Server == "" || info.TimeSeries == "" || info.Schema == 0 || info.Schema != info.SchemaKnown || len(info.Writers) > 0 {
			t.Errorf("info: %+v", info)
		}
	},
	"a store with catalogues, answers and series is sound, and says who writes": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 5)...)
		s.stage(at("BARE", "2024", 1))
		s.take(bare("n"))
		s.save(Answer(Indicator(0)), passed(Indicator(1)), escalated(Indicator(2)), failed(Indicator(3), classify.StageFamily), failed(Indicator(4), classify.StageNormalize))
		s.series(point("IND.00001", "2025-01", 5), point("LATER", "2024", 4), point("IND.00002", "2024-02", 2.5))
		s.override(classify.Override{IndicatorID: "IND.00000", Field: "per", Value: "capita"})
		row := Catalogue(1, 2)[0]
		row.Indicator.Values = row.Indicator.Values[:1]
		s.take(row)
		sound(t, s)
		info, err := s.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(info.Writers) != 1 || info.Writers[0].RunID != s.run {
			t.Errorf("writers: %+v", info.Writers)
		}
		for name, want := range map[string]int64{"source_indicators": 6, "classifications": 5, "classification_history": 5} {
			i := slices.IndexFunc(info.Tables, func(t classify.TableInfo) bool { return t.Name == name })
			if i < 0 || info.Tables[i].Exact && info.Tables[i].Rows != want {
				t.Errorf("%s: %+v", name, info.Tables)
			}
		}
	},
}

// sound checks that a store finds nothing to complain of.
func sound(t *testing.T, s classify.Store) {
	t.Helper()
	findings, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Errorf("%s: %s (%s)", f.Check, f.Detail, f.Remedy)
	}
}
