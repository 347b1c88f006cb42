package storetest

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"classify"
)

var ledgerTests = map[string]func(*testing.T, Opener){
	"a call is recorded with the answers that it gave": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		want := CachedAnswer(7, 1)
		record(t, s, Call(7, 1), want, CachedAnswer(7, 2))
		same(t, "answer", cached(t, s, want.Key), want)
		same(t, "costs", costs(t, s, 0), []classify.CostLine{{RunID: 7, Stage: classify.StageFamily, Provider: "openai", Model: "gpt-x",
			Outcome: classify.CallAnswered, Calls: 1, Questions: 2, Tokens: Call(7, 1).Tokens, USD: 0.25, Latency: 1500 * time.Millisecond}})
		if _, err := s.CachedAnswer(t.Context(), "nothing"); !errors.Is(err, classify.ErrNotFound) {
			t.Errorf("an answer that is not there: %v", err)
		}
	},
	"calls of many callers are all recorded": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		const callers, each = 32, 20
		var work errgroup.Group
		for c := range callers {
			work.Go(func() error {
				for i := range each {
					n := c*each + i
					if err := s.RecordCall(t.Context(), Call(1, n), []classify.CachedAnswer{CachedAnswer(1, n)}); err != nil {
						return err
					}
					if _, err := s.CachedAnswer(t.Context(), CachedAnswer(1, n).Key); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := work.Wait(); err != nil {
			t.Fatal(err)
		}
		lines := costs(t, s, 1)
		if len(lines) != 1 || lines[0].Calls != callers*each || lines[0].Tokens.Input != 1000*callers*each {
			t.Errorf("costs: %+v", lines)
		}
		same(t, "answers", len(cachedAll(t, s, classify.CacheFilter{})), callers*each)
	},
}

func record(t *testing.T, s classify.Store, c classify.Call, answers ...classify.CachedAnswer) {
	t.Helper()
	if err := s.RecordCall(t.Context(), c, answers); err != nil {
		t.Fatal(err)
	}
}

func cached(t *testing.T, s classify.Store, key string) classify.CachedAnswer {
	t.Helper()
	a, err := s.CachedAnswer(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func cachedAll(t *testing.T, s classify.Store, f classify.CacheFilter) (all []classify.CachedAnswer) {
	t.Helper()
	for a, err := range s.CachedAnswers(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

func costs(t *testing.T, s classify.Store, run int64) []classify.CostLine {
	t.Helper()
	lines, err := s.Costs(t.Context(), run)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}
