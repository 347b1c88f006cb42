package gateway

import (
	"context"
	"fmt"
	"math"
	"sync"

	"classify"
	"classify/llm/price"
)

// Budget is a hard cap on what calls may cost, in US dollars. One Budget is
// shared by all gateways of a run. It is safe for concurrent use.
type Budget struct {
	limit float64

	mu       sync.Mutex
	spent    float64
	reserved float64
	calls    int           // that hold a reservation
	changed  chan struct{} // closed when one of them gives it back
}

// NewBudget returns a budget of which some is spent already; a negative limit is
// none.
func NewBudget(limit, spent float64) *Budget {
	if limit < 0 {
		limit = math.Inf(1)
	}
	return &Budget{limit: limit, spent: spent, changed: make(chan struct{})}
}

// Reserve takes the most that a call may cost before it is made. Where that
// does not fit beside what others have reserved, it waits for these: most calls
// cost less than they reserve. It returns a *classify.BudgetError once it can
// never fit, and the cause of ctx.
func (b *Budget) Reserve(ctx context.Context, usd float64) error {
	for {
		b.mu.Lock()
		if b.spent+b.reserved+usd <= b.limit {
			b.reserved += usd
			b.calls++
			b.mu.Unlock()
			return nil
		}
		hopeless, changed := b.calls == 0 || b.spent+usd > b.limit, b.changed
		b.mu.Unlock()
		if hopeless {
			return b.exhausted(usd)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// exhausted names no sum that was spent: calls in flight still add to it.
func (b *Budget) exhausted(usd float64) error {
	return &classify.BudgetError{Err: classify.WithHint(
		fmt.Errorf("the budget of %s does not hold another call, which may cost up to %s", price.Dollars(b.limit), price.Dollars(usd)),
		"everything that was done is kept; go on with a larger --budget-usd")}
}

// Settle replaces a reservation by what the call cost.
func (b *Budget) Settle(reserved, cost float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved = max(0, b.reserved-reserved)
	b.calls--
	b.spent += cost
	close(b.changed)
	b.changed = make(chan struct{})
}

// Spent is what all settled calls cost, in US dollars.
func (b *Budget) Spent() float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

// Spend takes the most that a batch may cost, and fails with a
// *classify.BudgetError where it does not fit.
func (b *Budget) Spend(usd float64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+b.reserved+usd > b.limit {
		return b.exhausted(usd)
	}
	b.spent += usd
	return nil
}

// Return gives back what Spend took too much.
func (b *Budget) Return(usd float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent -= usd
}

// Left is what neither was spent nor is reserved, in US dollars.
func (b *Budget) Left() float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.limit - b.spent - b.reserved
}

// Limited reports whether there is a limit at all.
func (b *Budget) Limited() bool { return !math.IsInf(b.limit, 1) }
