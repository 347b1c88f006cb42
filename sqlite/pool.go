package sqlite

import (
	"context"
	"sync"

	"classify"
)

// budgets are those of models. One process writes to a file: they need not be in
// it.
type budgets struct {
	mu    sync.Mutex
	taken map[string]*classify.RateTaken
}

// TakeSlots takes n calls and their tokens out of the budget of a model, which
// this Store alone has.
func (s *Store) TakeSlots(ctx context.Context, model string, n, tokens int, rate classify.RateLimit) (classify.Slots, error) {
	if ctx.Err() != nil {
		return classify.Slots{}, context.Cause(ctx)
	}
	s.budgets.mu.Lock()
	defer s.budgets.mu.Unlock()
	taken := s.budgets.taken[model]
	if taken == nil {
		taken = &classify.RateTaken{}
	}
	slots, err := taken.Take(s.now(), n, tokens, rate)
	if err != nil {
		return classify.Slots{}, err
	}
	if s.budgets.taken == nil {
		s.budgets.taken = map[string]*classify.RateTaken{}
	}
	s.budgets.taken[model] = taken
	return slots, nil
}
