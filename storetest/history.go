package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"classify"
)

var historyTests = map[string]func(*testing.T, Opener){
	"runs are compared by what each had answered": compareRuns,
	"an answer that says the same is no difference": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.save(Answer(Indicator(1)))
		first := s.run
		s.restart()
		surer := Answer(Indicator(1))
		surer.OverallConfidence, surer.LogicVersion, surer.Family.Rule = 0.99, "logic-2", "family.2"
		s.save(surer)
		same(t, "differences", differences(s, first, s.run), []classify.Difference(nil))
	},
	"many differences come by id": func(t *testing.T, open Opener) {
		s := begin(t, open)
		first := s.run
		s.restart()
		const n = 1100
		var saves errgroup.Group
		for i := range n {
			saves.Go(func() error { return s.Save(t.Context(), s.run, passed(Indicator(n-1-i))) })
		}
		if err := saves.Wait(); err != nil {
			t.Fatal(err)
		}
		found := differences(s, first, s.run)
		same(t, "differences", len(found), n)
		for i, d := range found {
			if d.IndicatorID != Indicator(i).ID || d.A != nil || d.B == nil {
				t.Fatalf("difference %d: %q, A %v, B %v", i, d.IndicatorID, d.A != nil, d.B != nil)
			}
		}
	},
	"any answer comes back from the history as it was saved": func(t *testing.T, open Opener) {
		s := begin(t, open)
		first := s.run
		s.restart()
		rapid.Check(t, func(r *rapid.T) {
			want := drawAnswer(r)
			if err := s.Save(t.Context(), s.run, want); err != nil {
				r.Fatal(err)
			}
			for d, err := range s.Compare(t.Context(), first, s.run) {
				if err != nil {
					r.Fatal(err)
				}
				if d.IndicatorID != want.IndicatorID {
					continue
				}
				if diff := difference(want, *d.B); d.A != nil || diff != "" {
					r.Fatalf("A %v, B differs:\n%s", d.A, diff)
				}
				return
			}
			r.Fatal("no difference")
		})
	},
	"what a run committed is told by id, of no other run": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.save(passed(Indicator(1)), passed(Indicator(2)))
		first := s.run
		s.restart()
		lost := failed(Indicator(3), classify.StageTime)
		s.save(escalated(Indicator(1)), lost)
		got, err := s.Committed(t.Context(), s.run, []string{Indicator(1).ID, Indicator(2).ID, Indicator(3).ID, "never", "it's\x00"})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(got, func(a, b classify.Committed) int { return strings.Compare(a.IndicatorID, b.IndicatorID) })
		same(t, "committed", got, []classify.Committed{
			{IndicatorID: Indicator(1).ID, Outcome: classify.Escalated, ReviewStatus: classify.ReviewEscalated, OverallConfidence: escalated(Indicator(1)).OverallConfidence},
			{IndicatorID: Indicator(3).ID, Outcome: classify.Failed, ReviewStatus: classify.ReviewFailed, OverallConfidence: lost.OverallConfidence, Failure: lost.Failure},
		})
		s.finish()
		if got, err = s.Committed(t.Context(), first, []string{Indicator(1).ID, Indicator(3).ID}); err != nil || len(got) != 1 || got[0].Outcome != classify.Classified {
			t.Errorf("of the run before: %+v, %v", got, err)
		}
		if got, err = s.Committed(t.Context(), first, nil); err != nil || len(got) != 0 {
			t.Errorf("of no indicator: %+v, %v", got, err)
		}
	},
	"a run that does not exist cannot be compared": func(t *testing.T, open Opener) {
		s := begin(t, open)
		for _, err := range s.Compare(t.Context(), s.run, s.run+7) {
			if !errors.Is(err, classify.ErrNotFound) || !strings.Contains(err.Error(), fmt.Sprint("run ", s.run+7)) {
				t.Errorf("got %v", err)
			}
			return
		}
		t.Error("no error")
	},
	"a run's outcomes are its own": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.save(Answer(Indicator(1)), escalated(Indicator(2)), failed(Indicator(3), classify.StageTime), failed(Indicator(4), classify.StageType))
		first := s.run
		s.restart()
		s.save(Answer(Indicator(3)))
		for run, want := range map[int64]map[classify.Outcome]int{
			first:     {classify.Classified: 1, classify.Escalated: 1, classify.Failed: 2},
			s.run:     {classify.Classified: 1},
			s.run + 1: {},
		} {
			got, err := s.RunOutcomes(t.Context(), run)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "outcomes", got, want)
		}
	},
}

// compareRuns has three runs: the second changes 2, leaves 1 alone and adds 3;
// the third changes 1.
func compareRuns(t *testing.T, open Opener) {
	s := begin(t, open)
	one, two := Answer(Indicator(1)), Answer(Indicator(2))
	s.save(one, two)
	a := s.run

	s.restart()
	b := s.run
	two2, three := Answer(Indicator(2)), failed(Indicator(3), classify.StageTime)
	two2.Labels.Unit, two2.Normalization.Unit, two2.Family.Family = "EUR", "EUR", classify.PriceValue
	s.save(two2, three)

	s.restart()
	c := s.run
	one3 := escalated(Indicator(1))
	s.save(one3, two2)

	diff := func(id string, x, y *classify.Classification) classify.Difference {
		return classify.Difference{IndicatorID: id, A: x, B: y}
	}
	for name, row := range map[string]struct {
		a, b int64
		want []classify.Difference
	}{
		"a run with itself":       {b, b, nil},
		"first and second":        {a, b, []classify.Difference{diff("IND.00002", &two, &two2), diff("IND.00003", nil, &three)}},
		"second and first":        {b, a, []classify.Difference{diff("IND.00002", &two2, &two), diff("IND.00003", &three, nil)}},
		"second and third":        {b, c, []classify.Difference{diff("IND.00001", &one, &one3)}},
		"first and third":         {a, c, []classify.Difference{diff("IND.00001", &one, &one3), diff("IND.00002", &two, &two2), diff("IND.00003", nil, &three)}},
		"third and first, turned": {c, a, []classify.Difference{diff("IND.00001", &one3, &one), diff("IND.00002", &two2, &two), diff("IND.00003", &three, nil)}},
	} {
		same(t, name, differences(s, row.a, row.b), row.want)
	}
}

func differences(s *session, a, b int64) []classify.Difference {
	s.t.Helper()
	var all []classify.Difference
	for d, err := range s.Compare(s.t.Context(), a, b) {
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}
