package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"

	"classify"
)

var seriesTests = map[string]func(*testing.T, Opener){
	"imported points follow the values of the catalogue by date": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 2)...)
		counts := s.series(point("IND.00001", "2025-01", 5), point("IND.00001", "2023-12", 3), point("IND.00001", "2023-Q4", 4))
		same(t, "counts", counts, classify.SeriesCounts{Added: 3, Indicators: 1})
		same(t, "values", s.indicator("IND.00001").Values, []classify.Observation{{Date: "2024-02", Value: 2.5}, {Date: "2024-01", Value: -1e-300},
			{Date: "2024-03", Value: 1}, {Date: "2023-12", Value: 3}, {Date: "2023-Q4", Value: 4}, {Date: "2025-01", Value: 5}})
		same(t, "the other", s.indicator("IND.00000"), Indicator(0))
		same(t, "series", s.points("IND.00000"), []classify.SeriesPoint{
			point("IND.00000", "2024-01", -1e-300), point("IND.00000", "2024-02", 2.5), point("IND.00000", "2024-03", 0)})
	},
	"a series says where each of its points is from": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(1, 2)...)
		first, second := point("IND.00001", "2024-04", 4), point("IND.00001", "2023-01", 1)
		first.SourceVersion, first.Line = "may", 17
		s.series(first, second)
		first.Imported, first.Line, second.Imported = true, 0, true
		same(t, "series", s.points("IND.00001"), []classify.SeriesPoint{second,
			point("IND.00001", "2024-01", -1e-300), point("IND.00001", "2024-02", 2.5), point("IND.00001", "2024-03", 1), first})
		same(t, "of an unknown indicator", s.points("NOBODY"), []classify.SeriesPoint(nil))
	},
	"the order of arrival changes nothing":          anyOrder,
	"an indicator that got points is done once":     doneOnce,
	"the same points again change nothing":          againUnchanged,
	"a value that stands at a date stays, and says": standing,
	"with upsert a point replaces the value that stands at its date": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(1, 2)...)
		s.series(point("IND.00001", "2025-01", 5))
		newer := point("IND.00001", "2025-01", 6)
		newer.SourceVersion = "june"
		counts, kept, err := s.imports(classify.SeriesImport{File: "b.csv", Upsert: true}, newer, point("IND.00001", "2024-02", 9), point("IND.00001", "2024-03", 1))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "counts", counts, classify.SeriesCounts{Replaced: 2, Unchanged: 1, Indicators: 1})
		same(t, "kept", kept, []classify.SeriesPoint(nil))
		newer.Imported = true
		same(t, "the newest of the series", s.points("IND.00001")[3], newer)
		same(t, "values", s.indicator("IND.00001").Values, []classify.Observation{{Date: "2024-01", Value: -1e-300},
			{Date: "2024-02", Value: 9}, {Date: "2024-03", Value: 1}, {Date: "2025-01", Value: 6}})
	},
	"imported points stay when the catalogue row comes again":          rowAgain,
	"imported points stay when the catalogue row comes without values": rowWithoutValues,
	"a point that the catalogue had too stays when its row has it no more": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(1, 2)...)
		same(t, "counts", s.series(point("IND.00001", "2024-01", -1e-300), point("IND.00001", "2023-01", 7)),
			classify.SeriesCounts{Added: 1, Unchanged: 1, Indicators: 1})
		row := Catalogue(1, 2)[0]
		row.Indicator.Values = []classify.Observation{{Date: "2024-03", Value: 1}, {Date: "2024-04", Value: 2}}
		s.take(row)
		same(t, "values", s.indicator("IND.00001").Values, []classify.Observation{{Date: "2024-03", Value: 1}, {Date: "2024-04", Value: 2},
			{Date: "2023-01", Value: 7}, {Date: "2024-01", Value: -1e-300}})
	},
	"imported points win over those of a separate file": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.series(point("BARE", "2024", 1))
		s.stage(at("BARE", "2024", 5), at("BARE", "2023", 4))
		same(t, "taken", s.take(bare("n"))[0].Kind, classify.TakenNew)
		same(t, "values", s.indicator("BARE").Values, []classify.Observation{{Date: "2023", Value: 4}, {Date: "2024", Value: 1}})
	},
	"a series waits for its catalogue row": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 1)...)
		counts := s.series(point("BARE", "2024", 1), point("IND.00000", "2025-01", 2), point("BARE", "2023", 3), point("LATER", "2024", 4))
		same(t, "counts", counts, classify.SeriesCounts{Added: 4, Indicators: 4, Waiting: 2})
		same(t, "indicators", s.status().Indicators, 1)
		if _, err := s.Indicator(t.Context(), "BARE"); !errors.Is(err, classify.ErrNotFound) {
			t.Errorf("it is there before its row: %v", err)
		}
		same(t, "series", len(s.points("BARE")), 2)
		same(t, "taken", s.take(bare("n")), []classify.Taken{{Kind: classify.TakenNew}})
		same(t, "values", s.indicator("BARE").Values, []classify.Observation{{Date: "2023", Value: 3}, {Date: "2024", Value: 1}})
		same(t, "waiting now", s.series().Waiting, 1)
	},
	"within an import the first value of a date stays, with upsert the last": func(t *testing.T, open Opener) {
		s := begin(t, open)
		points := []classify.SeriesPoint{point("BARE", "2024", 1), point("BARE", "2024", 1), point("BARE", "2024", 2), point("BARE", "2024", 3)}
		counts, kept, err := s.imports(classify.SeriesImport{}, points...)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "counts", counts, classify.SeriesCounts{Added: 1, Unchanged: 1, Kept: 2, Indicators: 1, Waiting: 1})
		same(t, "kept", kept, points[2:])
		counts, _, err = s.imports(classify.SeriesImport{Upsert: true}, points...)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "counts with upsert", counts, classify.SeriesCounts{Replaced: 2, Unchanged: 2, Indicators: 1, Waiting: 1})
		same(t, "value", s.points("BARE")[0].Value, 3.0)
	},
	"labels of a person do not take a series from its indicator": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(1, 2)...)
		s.series(point("IND.00001", "2025-01", 5))
		s.override(classify.Override{IndicatorID: "IND.00001", Field: "per", Value: "capita"})
		s.save(passed(s.indicator("IND.00001")))
		same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))
		same(t, "taken", s.take(Catalogue(1, 2)...)[0].Kind, classify.TakenUnchanged)
	},
	"points that cannot be stored are refused": func(t *testing.T, open Opener) {
		s := begin(t, open)
		for name, p := range map[string]classify.SeriesPoint{"no number": point("A", "2024", math.NaN()), "too large": point("A", "2024", math.Inf(1)),
			"no id": point("", "2024", 1), "no date": point("A", "", 1)} {
			if _, _, err := s.imports(classify.SeriesImport{}, p); !isInvalid(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		same(t, "series", s.points("A"), []classify.SeriesPoint(nil))
	},
	"rows and imports in any order give what was said of them": anySequence,
	"what was stored before an error stays":                    brokenOff,
	"an import ends with its context": func(t *testing.T, open Opener) {
		s := &session{Store: open(t, Options{}), t: t}
		ctx, cancel := contextOf(t)
		endless := func(yield func(classify.SeriesPoint, error) bool) {
			for n := 0; ; n++ {
				if n == 10 {
					cancel()
				}
				if !yield(point("A", fmt.Sprint(1000+n%8000), 1), nil) {
					return
				}
			}
		}
		if _, err := s.ImportSeries(ctx, classify.SeriesImport{}, endless, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	},
	"an import ends when nobody wants to hear of what was kept": func(t *testing.T, open Opener) {
		s := &session{Store: open(t, Options{}), t: t}
		full := errors.New("no room for rejected points")
		twice := []classify.SeriesPoint{point("A", "2024", 1), point("A", "2024", 2), point("A", "2024", 3)}
		told := 0
		_, err := s.ImportSeries(t.Context(), classify.SeriesImport{}, each(twice, nil), func(classify.SeriesPoint) error { told++; return full })
		if !errors.Is(err, full) || told != 1 {
			t.Errorf("told %d times, and got %v", told, err)
		}
	},
}

// point is an imported observation as a file gives it.
func point(id, date string, value float64) classify.SeriesPoint {
	return classify.SeriesPoint{DatedValue: at(id, date, value)}
}

func each(points []classify.SeriesPoint, then error) iter.Seq2[classify.SeriesPoint, error] {
	return func(yield func(classify.SeriesPoint, error) bool) {
		for _, p := range points {
			if !yield(p, nil) {
				return
			}
		}
		if then != nil {
			yield(classify.SeriesPoint{}, then)
		}
	}
}

// imports imports points between two runs, and returns what was kept out.
func (s *session) imports(o classify.SeriesImport, points ...classify.SeriesPoint) (counts classify.SeriesCounts, kept []classify.SeriesPoint, err error) {
	s.t.Helper()
	s.finish()
	defer s.start()
	counts, err = s.ImportSeries(s.t.Context(), o, each(points, nil), func(p classify.SeriesPoint) error {
		kept = append(kept, p)
		return nil
	})
	if sum := counts.Added + counts.Replaced + counts.Unchanged + counts.Kept; err == nil && (sum != len(points) || len(kept) != counts.Kept) {
		s.t.Errorf("%d points came, %d were counted; %d were kept out and %d told", len(points), sum, counts.Kept, len(kept))
	}
	return counts, kept, err
}

// series imports points that do not meet others.
func (s *session) series(points ...classify.SeriesPoint) classify.SeriesCounts {
	s.t.Helper()
	counts, _, err := s.imports(classify.SeriesImport{File: "series.csv"}, points...)
	if err != nil {
		s.t.Fatal(err)
	}
	return counts
}

// points is the whole series of an indicator.
func (s *session) points(id string) []classify.SeriesPoint {
	s.t.Helper()
	var points []classify.SeriesPoint
	for p, err := range s.Series(s.t.Context(), id) {
		if err != nil {
			s.t.Fatal(err)
		}
		points = append(points, p)
	}
	return points
}

// anyOrder brings the same series oldest first, newest first, date by date
// across indicators, and before its catalogue row.
func anyOrder(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 4)...)
	var points [4][]classify.SeriesPoint
	for n := range points {
		for month := 1; month <= 12; month++ {
			points[n] = append(points[n], point(fmt.Sprintf("IND.%05d", n), fmt.Sprintf("2026-%02d", month), float64(month)))
		}
	}
	slices.Reverse(points[1])
	var byDate []classify.SeriesPoint
	for month := range 12 {
		byDate = append(byDate, points[2][(month*5)%12], points[3][(month*7)%12])
	}
	s.series(points[0]...)
	s.series(points[1]...)
	s.series(byDate[:9]...)
	same(t, "counts", s.series(byDate[9:]...), classify.SeriesCounts{Added: 15, Indicators: 15})

	first := s.indicator("IND.00000").Values
	same(t, "values", len(first), 15)
	for _, ind := range s.todo(classify.Selection{Mode: classify.ModeForce, Samples: 5}) {
		same(t, "newest of "+ind.ID, ind.Values, first[10:])
		same(t, "imported of "+ind.ID, s.indicator(ind.ID).Values[3:], first[3:])
	}
}

// doneOnce saves what a run does, imports points for one of two indicators, and
// sees that one done again, and not twice.
func doneOnce(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 2)...)
	s.save(passed(Indicator(0)), passed(Indicator(1)))
	same(t, "before", s.plan(all(classify.ModeChanged)), classify.Plan{Selected: 2, Skipped: 2})
	s.series(point("IND.00001", "2025-01", 5))
	same(t, "pending", s.status().Pending, 1)
	same(t, "after", s.plan(all(classify.ModeChanged)), classify.Plan{Selected: 2, Todo: 1, Skipped: 1})
	for w, err := range s.Todo(t.Context(), s.run, classify.Selection{Mode: classify.ModeChanged, Samples: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		whole := s.indicator(w.ID)
		same(t, "hash of all values", w.Hash, whole.InputHash())
		same(t, "the newest alone", w.Values, []classify.Observation{{Date: "2025-01", Value: 5}})
		s.save(passed(whole))
	}
	same(t, "when it is done", s.plan(all(classify.ModeChanged)), classify.Plan{Selected: 2, Skipped: 2})
	s.restart()
	same(t, "its row again", s.take(Catalogue(0, 2)...), []classify.Taken{{Kind: classify.TakenUnchanged}, {Kind: classify.TakenUnchanged}})
	same(t, "in the next run", s.todoIDs(all(classify.ModeChanged)), []string(nil))
}

func againUnchanged(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(1, 2)...)
	points := []classify.SeriesPoint{point("IND.00001", "2025-01", math.Copysign(0, -1)), point("IND.00001", "2025-02", 0.1), point("BARE", "2024", 1e300)}
	s.series(points...)
	whole := s.indicator("IND.00001")
	s.save(passed(whole))
	for _, upsert := range []bool{false, true} {
		counts, _, err := s.imports(classify.SeriesImport{Upsert: upsert}, points...)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "counts", counts, classify.SeriesCounts{Unchanged: 3, Indicators: 2, Waiting: 1})
	}
	same(t, "indicator", s.indicator("IND.00001"), whole)
	same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))
}

// standing imports other values than those that the catalogue and an earlier
// import have at their dates.
func standing(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(1, 2)...)
	s.series(point("IND.00001", "2025-01", 5))
	whole := s.indicator("IND.00001")
	s.save(passed(whole))
	points := []classify.SeriesPoint{point("IND.00001", "2025-01", 6), point("IND.00001", "2024-02", 7), point("IND.00001", "2025-01", 5)}
	for i := range points {
		points[i].Line, points[i].SourceVersion = i+2, "june"
	}
	counts, kept, err := s.imports(classify.SeriesImport{}, points...)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "counts", counts, classify.SeriesCounts{Kept: 2, Unchanged: 1, Indicators: 1})
	same(t, "kept", kept, points[:2])
	same(t, "indicator", s.indicator("IND.00001"), whole)
	same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))
}

// rowAgain brings the catalogue row with the same values, with others, and with
// one of a date that was imported.
func rowAgain(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(1, 2)...)
	s.series(point("IND.00001", "2023-02", 3), point("IND.00001", "2023-01", 2))
	imported := []classify.Observation{{Date: "2023-01", Value: 2}, {Date: "2023-02", Value: 3}}
	same(t, "the same", s.take(Catalogue(1, 2)...), []classify.Taken{{Kind: classify.TakenUnchanged}})
	for _, own := range [][]classify.Observation{{{Date: "2024-04", Value: 4}}, {{Date: "2024-05", Value: 4}, {Date: "2023-02", Value: 77}}, {{Date: "2023-01", Value: 2}}} {
		s.restart()
		row := Catalogue(1, 2)[0]
		row.Indicator.Values = own
		s.take(row)
		want := slices.Clone(own)
		want = slices.DeleteFunc(want, func(o classify.Observation) bool { return o.Date < "2024" })
		ind := s.indicator("IND.00001")
		same(t, "values", ind.Values, append(want, imported...))
		s.save(passed(ind))
		same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))
		same(t, "the same again", s.take(row)[0].Kind, classify.TakenDuplicate)
	}
}

func rowWithoutValues(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(1, 2)...)
	s.series(point("IND.00001", "2023-02", 3), point("BARE", "2024", 1))
	whole := s.indicator("IND.00001")
	poor := Catalogue(1, 2)[0]
	poor.Indicator.Values = nil
	same(t, "taken", s.take(poor, bare("n")), []classify.Taken{{Kind: classify.TakenUnchanged}, {Kind: classify.TakenNew}})
	same(t, "indicator", s.indicator("IND.00001"), whole)
	same(t, "values", s.indicator("BARE").Values, []classify.Observation{{Date: "2024", Value: 1}})
	s.restart()
	same(t, "taken again", s.take(poor, bare("n")), []classify.Taken{{Kind: classify.TakenUnchanged}, {Kind: classify.TakenUnchanged}})
	s.restart()
	poor.Indicator.Name = "Another name"
	same(t, "renamed", s.take(poor), []classify.Taken{{Kind: classify.TakenChanged}})
	same(t, "values of the renamed", s.indicator("IND.00001").Values, whole.Values)
}

// brokenOff ends an import with an error of its file, and then imports the whole.
func brokenOff(t *testing.T, open Opener) {
	const all = 60_000
	s := begin(t, open)
	s.take(Catalogue(1, 2)...)
	s.finish()
	points := make([]classify.SeriesPoint, all)
	for i := range points {
		points[i] = point("IND.00001", fmt.Sprintf("%04d-%02d-%02d", 1000+i/336, i/28%12+1, i%28+1), float64(i))
	}
	damaged := errors.New("line 7 cannot be read")
	counts, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "series.csv"}, each(points, damaged), nil)
	if !errors.Is(err, damaged) {
		t.Fatalf("got %v", err)
	}
	same(t, "stored", len(s.points("IND.00001")), counts.Added+3)
	again, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "series.csv"}, each(points, nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the whole", again, classify.SeriesCounts{Added: all - counts.Added, Unchanged: counts.Added, Indicators: 1})
	s.start()
	ind := s.indicator("IND.00001")
	same(t, "values", len(ind.Values), all+3)
	s.save(passed(ind))
	same(t, "to do", s.todoIDs(classify.Selection{Mode: classify.ModeChanged}), []string(nil))
}
