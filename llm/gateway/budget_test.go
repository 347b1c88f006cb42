package gateway_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"classify"
	"classify/llm"
	"classify/llm/gateway"
	"classify/llm/price"
)

func TestTheBudgetIsNeverExceededAndUsedAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	const affordable = 40
	limit := affordable*cost + 0.02 // and room for what one call may cost at most
	s := open(t.Context(), t, &scripted{answer: always(flow)}, func(c *gateway.Config) { c.Budget = gateway.NewBudget(limit, 0) })
	var all sync.WaitGroup
	var mu sync.Mutex
	answered, unpaid := 0, 0
	for i := range 200 {
		all.Go(func() {
			_, err := s.Ask(t.Context(), about(fmt.Sprintf("concept %d", i)))
			var spent *classify.BudgetError
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				answered++
			case errors.As(err, &spent) && classify.Hint(err) != "":
				unpaid++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if answered+unpaid != 200 || answered < affordable || s.budget.Spent() > limit || s.model.calls() != answered {
		t.Errorf("%d answered, %d unpaid, %d calls, $%.4f of $%.4f spent", answered, unpaid, s.model.calls(), s.budget.Spent(), limit)
	}
}

func TestABudgetOfNothingAsksNothing(t *testing.T) {
	t.Parallel()
	s := open(t.Context(), t, &scripted{answer: always(flow)}, func(c *gateway.Config) { c.Budget = gateway.NewBudget(0, 0) })
	_, err := s.Ask(t.Context(), about("exports"))
	var spent *classify.BudgetError
	if !errors.As(err, &spent) || s.model.calls() != 0 {
		t.Errorf("%d calls, %v", s.model.calls(), err)
	}
}

// Whatever calls use within what bounds them, and however they fail, no more is
// spent than the budget holds.
func TestNoUsageExceedsTheBudget(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		limit := rapid.Float64Range(0.001, 0.2).Draw(r, "budget")
		cost := price.Model{Input: rapid.Float64Range(0.1, 5).Draw(r, "input"), CacheWrite: rapid.Float64Range(0, 7).Draw(r, "cache write"), Output: rapid.Float64Range(0.1, 25).Draw(r, "output")}
		fate := rapid.SliceOfN(rapid.IntRange(0, 3), 40, 40).Draw(r, "fates")
		m := &scripted{answer: func(n int, q *llm.Request) (*llm.Response, error) {
			worst := (len(q.System)+len(q.Schema.JSON))/2 + len(q.User)
			tokens := classify.Tokens{Input: worst, CacheWrite: worst, Output: q.Bound}
			switch fate[n%len(fate)] {
			case 0:
				return nil, &llm.CallError{Class: llm.Truncated, Tokens: tokens, Err: errors.New("too long")}
			case 1:
				return nil, &llm.CallError{Class: llm.TooLarge, Err: errors.New("nobody knows what it cost")}
			case 2:
				tokens.Output /= 2
			}
			return &llm.Response{Text: flow, Model: "gpt-test-2026", Tokens: tokens}, nil
		}}
		l, budget := &ledger{}, gateway.NewBudget(limit, 0)
		g := gateway.New(t.Context(), gateway.Config{Model: m, Limiter: openLimit(), Ledger: l, Budget: budget, Price: cost, Priced: true})
		defer g.Close()
		var all sync.WaitGroup
		for i := range 30 {
			all.Go(func() { _, _ = g.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))) }) // answered, unusable or unpaid
		}
		all.Wait()
		spent := 0.0
		for _, c := range l.calls {
			spent += c.USD
		}
		if spent > limit+1e-9 || budget.Spent() > limit+1e-9 {
			r.Fatalf("$%f spent, $%f by the budget, of $%f", spent, budget.Spent(), limit)
		}
	})
}

func TestAModelWithoutABoundHasNoBudget(t *testing.T) {
	t.Parallel()
	s := open(t.Context(), t, &scripted{answer: always(flow), boundless: true}, func(c *gateway.Config) { c.Budget = gateway.NewBudget(1, 0) })
	var terminal *classify.TerminalError
	if _, err := s.Ask(t.Context(), about("exports")); !errors.As(err, &terminal) || classify.Hint(err) == "" || s.model.calls() != 0 {
		t.Errorf("%d calls, %v", s.model.calls(), err)
	}
}
