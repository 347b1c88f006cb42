package gateway_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"classify"
	"classify/llm/gateway"
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
