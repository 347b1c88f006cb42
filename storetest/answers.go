package storetest

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"classify"
)

var answerTests = map[string]func(*testing.T, Opener){
	"an answer comes back with every field as it was saved": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 3)...)
		before := time.Now().Add(-time.Second)
		want := Answer(Indicator(1))
		s.save(want)
		got := s.classification(want.IndicatorID)
		same(t, "classification", got.Classification, want)
		same(t, "run", got.RunID, s.run)
		if got.SavedAt.Before(before) || got.SavedAt.After(time.Now().Add(time.Second)) {
			t.Errorf("saved at %s", got.SavedAt)
		}
	},
	"an answer without the final review has none": func(t *testing.T, open Opener) {
		s := begin(t, open)
		want := passed(Indicator(1))
		s.save(want)
		same(t, "classification", s.classification(want.IndicatorID).Classification, want)
	},
	"a failed answer keeps the stages that were reached and the reason": func(t *testing.T, open Opener) {
		s := begin(t, open)
		for i, stage := range classify.StageNames {
			want := failed(Indicator(i), stage)
			s.save(want)
			same(t, "failed in "+string(stage), s.classification(want.IndicatorID).Classification, want)
		}
	},
	"any answer comes back as it was saved": func(t *testing.T, open Opener) {
		s := begin(t, open)
		rapid.Check(t, func(r *rapid.T) {
			want := drawAnswer(r)
			if err := s.Save(t.Context(), s.run, want); err != nil {
				r.Fatal(err)
			}
			got, err := s.Classification(t.Context(), want.IndicatorID)
			if err != nil {
				r.Fatal(err)
			}
			if diff := difference(want, got.Classification); diff != "" {
				r.Fatal(diff)
			}
		})
	},
	"another answer replaces the first with all its stages": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.save(Answer(Indicator(1)))
		for _, want := range []classify.Classification{passed(Indicator(1)), failed(Indicator(1), classify.StageFamily), Answer(Indicator(1))} {
			s.restart()
			s.save(want)
			same(t, "classification", s.classification(want.IndicatorID).Classification, want)
		}
	},
	"the same run and indicator saved twice count once": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.save(Answer(Indicator(1)), failed(Indicator(1), classify.StageType), Answer(Indicator(2)))
		outcomes, err := s.RunOutcomes(t.Context(), s.run)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "outcomes of the run", outcomes, map[classify.Outcome]int{classify.Classified: 1, classify.Failed: 1})
	},
	"many callers save at once": func(t *testing.T, open Opener) {
		s := begin(t, open)
		const n = 1500
		var saves errgroup.Group
		for i := range n {
			saves.Go(func() error { return s.Save(t.Context(), s.run, Answer(Indicator(i))) })
		}
		if err := saves.Wait(); err != nil {
			t.Fatal(err)
		}
		i := 0
		for stored, err := range s.Classifications(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			same(t, "classification", stored.Classification, Answer(Indicator(i)))
			i++
		}
		same(t, "answers", i, n)
	},
	"a saved answer is seen by every reader at once": func(t *testing.T, open Opener) {
		s, reader := begin(t, open), open(t, Options{})
		for n := range 20 {
			want := Answer(Indicator(n))
			s.save(want)
			got, err := reader.Classification(t.Context(), want.IndicatorID)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "classification", got.Classification, want)
		}
	},
	"readers see whole answers while a run replaces them": readersSeeWholeAnswers,
	"an answer is there when the store is opened again": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 2)...)
		s.save(Answer(Indicator(1)))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		again := &session{Store: open(t, Options{}), t: t}
		same(t, "classification", again.classification("IND.00001").Classification, Answer(Indicator(1)))
		same(t, "indicator", again.indicator("IND.00000"), Indicator(0))
	},
	"an answer without id, or with an outcome that is none, is refused": func(t *testing.T, open Opener) {
		s := begin(t, open)
		nameless, skipped, empty, unreal := Answer(Indicator(1)), Answer(Indicator(1)), Answer(Indicator(1)), Answer(Indicator(1))
		nameless.IndicatorID = ""
		skipped.Outcome = classify.Skipped
		empty.Outcome = ""
		unreal.Family.Confidence = math.NaN()
		for _, c := range []classify.Classification{nameless, skipped, empty, unreal} {
			if err := s.Save(t.Context(), s.run, c); !isInvalid(err) {
				t.Errorf("id %q, outcome %q: %v", c.IndicatorID, c.Outcome, err)
			}
		}
		same(t, "answers", s.status().Outcomes, map[classify.Outcome]int{})
	},
	"what the store does not have is not found": func(t *testing.T, open Opener) {
		s := begin(t, open)
		_, answer := s.Classification(t.Context(), "NOBODY")
		_, indicator := s.Indicator(t.Context(), "NOBODY")
		for what, err := range map[string]error{"classification": answer, "indicator": indicator} {
			if !errors.Is(err, classify.ErrNotFound) || err.Error() != `indicator "NOBODY": not found` {
				t.Errorf("%s: %v", what, err)
			}
		}
	},
	"current answers are yielded by id, those of a condition alone": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 4)...)
		stock := passed(Indicator(0))
		stock.Labels.Type, stock.Labels.Prices, stock.Labels.PPP = classify.Stock, "", false
		s.save(failed(Indicator(3), classify.StageTime), Answer(Indicator(2)), Answer(Indicator(1)), stock)
		for name, row := range map[string]struct {
			where []classify.Condition
			want  []string
		}{
			"none":           {nil, []string{"IND.00000", "IND.00001", "IND.00002", "IND.00003"}},
			"a label":        {[]classify.Condition{{Field: "type", Values: []string{"stock"}}}, []string{"IND.00000"}},
			"two values":     {[]classify.Condition{{Field: "type", Values: []string{"stock", "flow"}}}, []string{"IND.00000", "IND.00001", "IND.00002"}},
			"two conditions": {[]classify.Condition{{Field: "type", Values: []string{"flow"}}, {Field: "indicator_id", Values: []string{"IND.00002", "IND.00003"}}}, []string{"IND.00002"}},
			"an outcome":     {[]classify.Condition{{Field: "outcome", Values: []string{"failed"}}}, []string{"IND.00003"}},
			"a review":       {[]classify.Condition{{Field: "review_status", Values: []string{"passed"}}}, []string{"IND.00000"}},
			"an empty label": {[]classify.Condition{{Field: "prices", Values: []string{""}}}, []string{"IND.00000", "IND.00003"}},
			"a flag":         {[]classify.Condition{{Field: "ppp", Values: []string{"true"}}}, []string{"IND.00001", "IND.00002"}},
			"no flag":        {[]classify.Condition{{Field: "ppp", Values: []string{"false"}}, {Field: "type", Values: []string{"stock"}}}, []string{"IND.00000"}},
			"a number":       {[]classify.Condition{{Field: "scale_pow10", Values: []string{"6"}}}, []string{"IND.00000", "IND.00001", "IND.00002"}},
			"an input":       {[]classify.Condition{{Field: "name", Values: []string{"Exports of goods, 2"}}}, []string{"IND.00002"}},
			"nothing fits":   {[]classify.Condition{{Field: "country", Values: []string{"FR"}}}, nil},
		} {
			var got []string
			for stored, err := range s.Classifications(t.Context(), row.where) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, stored.IndicatorID)
			}
			same(t, name, got, row.want)
		}
	},
	"a reading that is broken off leaves the store usable": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.save(Answer(Indicator(1)), Answer(Indicator(2)))
		for range 20 {
			for range s.Classifications(t.Context(), nil) {
				break
			}
		}
		s.save(Answer(Indicator(3)))
		same(t, "outcomes", s.status().Outcomes, map[classify.Outcome]int{classify.Classified: 3})
	},
}

// readersSeeWholeAnswers saves two different answers in turn; a reader must
// never meet the labels of one with a stage of the other.
func readersSeeWholeAnswers(t *testing.T, open Opener) {
	s, reader := begin(t, open), open(t, Options{})
	first, second := Answer(Indicator(1)), failed(Indicator(1), classify.StageTime)
	s.save(first)
	var writes sync.WaitGroup
	writes.Go(func() {
		for i := range 200 {
			c := first
			if i%2 == 0 {
				c = second
			}
			if err := s.Save(t.Context(), s.run, c); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 200 {
		got, err := reader.Classification(t.Context(), first.IndicatorID)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := difference(first, got.Classification), difference(second, got.Classification); a != "" && b != "" {
			t.Fatalf("neither of the two answers:\n%s", fmt.Sprint(a, b))
		}
	}
	writes.Wait()
}
