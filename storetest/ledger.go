package storetest

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync/atomic"
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
		same(t, "costs", costs(t, s, 0), []classify.CostLine{{RunID: 7, Stage: classify.StageFamily, Provider: "openai", Model: "gpt-x", Server: Call(7, 1).Server,
			Outcome: classify.CallAnswered, Calls: 1, Questions: 2, Tokens: Call(7, 1).Tokens, USD: 0.25, Latency: 1500 * time.Millisecond}})
	},
	"the last calls of a run say how many were under way": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		for i, n := range append([]int{90}, slices.Repeat([]int{3, 7, 5}, 40)...) {
			c := Call(7, i)
			c.InFlight = n
			record(t, s, c)
		}
		for run, want := range map[int64]int{7: 7, 8: 0} {
			n, err := s.CallsUnderWay(t.Context(), run)
			check(t, err)
			same(t, "under way", n, want)
		}
	},
	"a call that failed is recorded without an answer": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		c := classify.Call{Outcome: "timeout", Error: "no whole answer in 120s"}
		record(t, s, c)
		same(t, "costs", costs(t, s, 0), []classify.CostLine{{Outcome: "timeout", Calls: 1, Unpriced: 1}})
		same(t, "answers", cachedAll(t, s, classify.CacheFilter{}), []classify.CachedAnswer(nil))
	},
	"an answer whose key is stored already is left as it is, and its call is recorded": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		first, second := CachedAnswer(1, 1), CachedAnswer(2, 2)
		record(t, s, Call(1, 1), first)
		second.Key = first.Key
		record(t, s, Call(2, 2), second, CachedAnswer(2, 3))
		twice := CachedAnswer(3, 4)
		other := twice
		other.Params = "effort=high"
		record(t, s, Call(3, 3), twice, other)
		same(t, "the first", cached(t, s, first.Key), first)
		same(t, "the same key twice in one call", cached(t, s, twice.Key), twice)
		same(t, "answers", len(cachedAll(t, s, classify.CacheFilter{})), 3)
		same(t, "lines", len(costs(t, s, 0)), 3)
	},
	"calls of many callers are all recorded, and one key of theirs once": manyCallers,
	"calls and answers of indicators share the store":                    callsBesideSaves,
	"no lease is needed, whoever writes": func(t *testing.T, open Opener) {
		s := begin(t, open)
		other := open(t, Options{})
		s.save(Answer(Indicator(1)))
		record(t, other, Call(s.run, 1), CachedAnswer(s.run, 1))
		s.save(Answer(Indicator(2)))
		record(t, s.Store, Call(s.run, 2), CachedAnswer(s.run, 2))
		same(t, "calls", costs(t, s, s.run)[0].Calls, 2)
		same(t, "answers", len(cachedAll(t, s, classify.CacheFilter{})), 2)
	},
	"costs are summed by run, stage, provider, model, outcome and batch, in that order": costSums,
	"a call with a price that is no number is refused": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		for _, usd := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			c := Call(1, 1)
			c.USD = usd
			if err := s.RecordCall(t.Context(), c, nil); !isInvalid(err) {
				t.Errorf("%v: %v", usd, err)
			}
		}
		same(t, "costs", costs(t, s, 0), []classify.CostLine(nil))
	},
	"an answer that could not be found or exported again is refused with its call": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		for name, spoil := range map[string]func(*classify.CachedAnswer){
			"no key":                 func(a *classify.CachedAnswer) { a.Key = "" },
			"no answer":              func(a *classify.CachedAnswer) { a.Answer = nil },
			"an answer cut short":    func(a *classify.CachedAnswer) { a.Answer = []byte(`{"family": "ph`) },
			"no question":            func(a *classify.CachedAnswer) { a.Question = nil },
			"a question that is two": func(a *classify.CachedAnswer) { a.Question = []byte(`{} {}`) },
		} {
			bad := CachedAnswer(1, 2)
			spoil(&bad)
			if err := s.RecordCall(t.Context(), Call(1, 1), []classify.CachedAnswer{CachedAnswer(1, 1), bad}); !isInvalid(err) {
				t.Errorf("%s: recorded: %v", name, err)
			}
			if _, err := s.ImportAnswers(t.Context(), []classify.CachedAnswer{CachedAnswer(1, 1), bad}); !isInvalid(err) {
				t.Errorf("%s: imported: %v", name, err)
			}
		}
		same(t, "answers", cachedAll(t, s, classify.CacheFilter{}), []classify.CachedAnswer(nil))
		same(t, "costs", costs(t, s, 0), []classify.CostLine(nil))
	},
	"a paid call is recorded although its context has ended": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		ctx, cancel := contextOf(t)
		cancel()
		if err := s.RecordCall(ctx, Call(1, 1), []classify.CachedAnswer{CachedAnswer(1, 1)}); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := s.Close(); err != nil { // it waits for what is being committed
			t.Fatal(err)
		}
		s = open(t, Options{})
		same(t, "calls", len(costs(t, s, 1)), 1)
		same(t, "answer", cached(t, s, CachedAnswer(1, 1).Key), CachedAnswer(1, 1))
	},
	"everything about models is there when the store is opened again": reopenedModels,
}

// manyCallers records from 32 callers at once; each also brings an answer under
// a key that all share, and reads what it was told to be durable.
func manyCallers(t *testing.T, open Opener) {
	s := open(t, Options{})
	const callers, each = 32, 15
	var work errgroup.Group
	for c := range callers {
		work.Go(func() error {
			for i := range each {
				n := 1000 + c*each + i
				shared, own := CachedAnswer(int64(c+1), i), CachedAnswer(1, n)
				if err := s.RecordCall(t.Context(), Call(1, n), []classify.CachedAnswer{own, shared}); err != nil {
					return err
				}
				for _, key := range []string{own.Key, shared.Key} {
					if _, err := s.CachedAnswer(t.Context(), key); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	lines := costs(t, s, 1)
	if len(lines) != 1 || lines[0].Calls != callers*each || lines[0].Tokens.Input != 1000*callers*each || lines[0].Questions != 2*callers*each {
		t.Errorf("costs: %+v", lines)
	}
	same(t, "answers", len(cachedAll(t, s, classify.CacheFilter{})), callers*each+each)
}

// callsBesideSaves records calls while a run saves, and a run that does not
// run is refused without harm to them.
func callsBesideSaves(t *testing.T, open Opener) {
	s := begin(t, open)
	const n = 200
	var work errgroup.Group
	var refused atomic.Int64
	for i := range n {
		work.Go(func() error { return s.Save(t.Context(), s.run, passed(Indicator(i))) })
		work.Go(func() error {
			return s.RecordCall(t.Context(), Call(s.run, i), []classify.CachedAnswer{CachedAnswer(s.run, i)})
		})
		if i%20 == 0 {
			work.Go(func() error {
				if err := s.Save(t.Context(), s.run+1, passed(Indicator(n+i))); err != nil {
					refused.Add(1)
				}
				return nil
			})
		}
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	same(t, "refused", refused.Load(), int64(n/20))
	same(t, "calls", costs(t, s, s.run)[0].Calls, n)
	same(t, "answers", len(cachedAll(t, s, classify.CacheFilter{})), n)
	same(t, "indicators", s.status().Outcomes, map[classify.Outcome]int{classify.Classified: n})
}

func costSums(t *testing.T, open Opener) {
	s := open(t, Options{})
	call := func(run int64, stage classify.Stage, provider, model string, outcome classify.CallOutcome, batch string) classify.Call {
		c := Call(run, 1)
		c.Stage, c.Provider, c.Model, c.Outcome, c.Batch = stage, provider, model, outcome, batch
		return c
	}
	line := func(c classify.Call, n int) classify.CostLine {
		return classify.CostLine{RunID: c.RunID, Stage: c.Stage, Provider: c.Provider, Model: c.Model, Server: c.Server, Outcome: c.Outcome, Batch: c.Batch != "",
			Calls: n, Questions: 2 * n, USD: 0.25 * float64(n), Latency: time.Duration(n) * c.Latency,
			Tokens: classify.Tokens{Input: 1000 * n, Cached: 600 * n, CacheWrite: 100 * n, Output: 50 * n, Reasoning: 20 * n}}
	}
	sorted := []classify.Call{
		call(0, classify.StageFamily, "openai", "b", classify.CallAnswered, ""),
		call(1, classify.StageFamily, "anthropic", "b", classify.CallAnswered, ""),
		call(1, classify.StageFamily, "openai", "a", classify.CallAnswered, ""),
		call(1, classify.StageFamily, "openai", "b", classify.CallAnswered, ""),
		call(1, classify.StageFamily, "openai", "b", classify.CallAnswered, "batch-1"),
		call(1, classify.StageFamily, "openai", "b", "rate-limited", ""),
		call(1, classify.StageType, "openai", "a", classify.CallAnswered, ""),
		call(2, classify.StageFamily, "openai", "a", classify.CallAnswered, ""),
		call(10, classify.StageFamily, "Ärger", "a", classify.CallAnswered, ""),
	}
	var want []classify.CostLine
	for i := len(sorted) - 1; i >= 0; i-- { // not in the order in which they come back
		for range i + 1 {
			record(t, s, sorted[i])
		}
	}
	other := sorted[4]
	other.Batch = "batch-2"
	record(t, s, other)
	for i, c := range sorted {
		n := i + 1
		if i == 4 {
			n++ // of two batches
		}
		want = append(want, line(c, n))
	}
	same(t, "all", costs(t, s, 0), want, closeTo)
	same(t, "of a run", costs(t, s, 1), want[1:7], closeTo)
	same(t, "of a run without calls", costs(t, s, 5), []classify.CostLine(nil))

	unpriced := sorted[7]
	unpriced.USD, unpriced.Priced = 0, false
	record(t, s, unpriced)
	want[7].Calls, want[7].Questions, want[7].Unpriced, want[7].Latency = 9, 18, 1, 9*unpriced.Latency
	want[7].Tokens = want[7].Tokens.Add(unpriced.Tokens)
	same(t, "with a call that has no price", costs(t, s, 2), want[7:8], closeTo)
}

func reopenedModels(t *testing.T, open Opener) {
	s := open(t, Options{})
	record(t, s, Call(1, 1), CachedAnswer(1, 1))
	b := batch("b-1", 2)
	saveBatch(t, s, b)
	b.State = classify.BatchCollected
	check(t, s.CollectBatch(t.Context(), b, nil, []classify.CachedAnswer{CachedAnswer(1, 2)}))
	check(t, s.SaveModelTraits(t.Context(), "openai/gpt-x", []byte(`{"structured":"tool"}`)))
	check(t, s.Close())

	s = open(t, Options{})
	same(t, "calls", costs(t, s, 1)[0].Calls, 1)
	same(t, "answer", cached(t, s, CachedAnswer(1, 1).Key), CachedAnswer(1, 1))
	same(t, "batches", states(t, s), map[string]classify.BatchState{"b-1": classify.BatchCollected})
	same(t, "items", batchItems(t, s, b.ID), b.Items)
	same(t, "batch answer", cached(t, s, CachedAnswer(1, 2).Key), CachedAnswer(1, 2))
	traits, err := s.ModelTraits(t.Context(), "openai/gpt-x")
	check(t, err)
	same(t, "traits", string(traits), `{"structured":"tool"}`)
}

func record(t *testing.T, s classify.Store, c classify.Call, answers ...classify.CachedAnswer) {
	t.Helper()
	check(t, s.RecordCall(t.Context(), c, answers))
}

func costs(t *testing.T, s classify.Store, run int64) []classify.CostLine {
	t.Helper()
	lines, err := s.Costs(t.Context(), run)
	check(t, err)
	return lines
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
