package storetest

import (
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"classify"
)

// fifteen is 900 a minute: a call every 66⅔ ms, and 1,000 tokens for each.
var fifteen = classify.RateLimit{RPM: 900, TPM: 900_000}

const callTime = time.Minute / 900

var budgetTests = map[string]func(*testing.T, Opener){
	"a budget is handed out at its rate, and half a second of unused time besides": func(t *testing.T, open Opener) {
		b := beginBudget(t, open)
		for i := range 20 {
			near(t, "the wait of a call", b.take(t, "m", 1, 1000).Wait, time.Duration(i)*callTime-classify.RateBurst)
		}
		b.pass(time.Hour)
		slots := b.take(t, "m", 10, 10_000)
		near(t, "the wait after an hour", slots.Wait, -classify.RateBurst)
		near(t, "the time between calls", slots.Every, callTime)
		near(t, "the wait of the next", b.take(t, "m", 1, 1000).Wait, 10*callTime-classify.RateBurst)
	},
	"more than the rate and half a second is never handed out in a minute": func(t *testing.T, open Opener) {
		b := beginBudget(t, open)
		var sent []time.Duration
		for turn := 0; b.passed() < 3*time.Minute; turn++ {
			if turn%100 == 99 {
				b.pass(2 * time.Second) // nobody asks for a while
			}
			slots := b.take(t, "m", 1+turn%4, 0)
			for i := range 1 + turn%4 {
				sent = append(sent, max(b.passed(), b.passed()+slots.Wait+time.Duration(i)*slots.Every))
			}
			b.pass(sent[len(sent)-1] - b.passed())
		}
		if most := mostIn(sent, time.Minute); most > 909 {
			t.Errorf("%d calls in a minute, want at most 909", most)
		}
	},
	"tokens hold calls back where they are what is short, and large calls longer": func(t *testing.T, open Opener) {
		b := beginBudget(t, open)
		slots := b.take(t, "m", 2, 30_000)
		near(t, "the wait of the first", slots.Wait, -classify.RateBurst)
		near(t, "the time between calls", slots.Every, time.Second)
		near(t, "the wait of the next", b.take(t, "m", 1, 0).Wait, 2*time.Second-classify.RateBurst)
	},
	"tokens that were estimated too high are given back, but not beyond what may be saved up": func(t *testing.T, open Opener) {
		b := beginBudget(t, open)
		take := func(n, tokens int) time.Duration {
			slots, err := b.TakeSlots(t.Context(), "m", n, tokens, classify.RateLimit{TPM: 900_000})
			if err != nil {
				t.Fatal(err)
			}
			return slots.Wait
		}
		take(1, 60_000)
		take(0, -30_000)
		near(t, "the wait after a part", take(1, 0), 2*time.Second-classify.RateBurst)
		take(0, -900_000)
		take(0, 15_000)
		near(t, "the wait after far too much", take(1, 0), time.Second-classify.RateBurst)
		take(1, -900_000)
		near(t, "the wait after a call that gave back", take(1, 0), 0)
	},
	"the budgets of two models do not disturb each other": func(t *testing.T, open Opener) {
		b := beginBudget(t, open)
		b.take(t, "m", 900, 0)
		near(t, "the wait for another model", b.take(t, "m at another server", 1, 0).Wait, -classify.RateBurst)
		near(t, "the wait for the model", b.take(t, "m", 1, 0).Wait, time.Minute-classify.RateBurst)
	},
	"where there is no limit nobody waits": func(t *testing.T, open Opener) {
		b := beginBudget(t, open)
		for range 3 {
			slots, err := b.TakeSlots(t.Context(), "m", 1000, 1<<40, classify.RateLimit{})
			if err != nil || slots.Wait > 0 || slots.Every != 0 {
				t.Errorf("slots %+v, %v", slots, err)
			}
		}
	},
	"what is no number of calls and no rate is refused": func(t *testing.T, open Opener) {
		b := beginBudget(t, open)
		for name, refused := range map[string]struct {
			n    int
			rate classify.RateLimit
		}{
			"fewer than no calls":      {-1, fifteen},
			"a negative rate":          {1, classify.RateLimit{RPM: -1}},
			"a rate that is no number": {1, classify.RateLimit{TPM: math.NaN()}},
		} {
			_, err := b.TakeSlots(t.Context(), "m", refused.n, 0, refused.rate)
			if invalid := (*classify.InvalidInputError)(nil); !errors.As(err, &invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		// The largest numbers are borne.
		for range 3 {
			if _, err := b.TakeSlots(t.Context(), "m", math.MaxInt32, math.MaxInt, classify.RateLimit{RPM: 1e-9, TPM: 1e-9}); err != nil {
				t.Error(err)
			}
		}
	},
	"concurrent takers get slots of their own": func(t *testing.T, open Opener) {
		b := beginBudget(t, open)
		disjoint(t, b.Store)
	},
}

// budget is a store on a clock of its own.
type budget struct {
	classify.Store
	clock *atomic.Int64
}

func beginBudget(t *testing.T, open Opener) budget {
	b := budget{clock: &atomic.Int64{}}
	b.Store = open(t, Options{Now: b.now})
	return b
}

func (b budget) now() time.Time        { return time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC).Add(b.passed()) }
func (b budget) pass(d time.Duration)  { b.clock.Add(int64(max(0, d))) }
func (b budget) passed() time.Duration { return time.Duration(b.clock.Load()) }

func (b budget) take(t *testing.T, model string, n, tokens int) classify.Slots {
	t.Helper()
	slots, err := b.TakeSlots(t.Context(), model, n, tokens, fifteen)
	if err != nil {
		t.Fatal(err)
	}
	return slots
}

// near compares times that a store may round to microseconds, some of them.
func near(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if d := got - want; d.Abs() > 50*time.Microsecond {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// mostIn is how many of some moments lie in a span of time at most.
func mostIn(moments []time.Duration, span time.Duration) (most int) {
	first := 0
	for i, at := range moments {
		for at-moments[first] >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// disjoint takes from one budget through several stores, and some callers of each,
// on a clock that stands still.
func disjoint(t *testing.T, stores ...classify.Store) {
	const callers, takes = 4, 10
	var mu sync.Mutex
	var waits []time.Duration
	var all sync.WaitGroup
	for _, s := range stores {
		for range callers {
			all.Go(func() {
				for range takes {
					slots, err := s.TakeSlots(t.Context(), "m", 2, 0, fifteen)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					waits = append(waits, slots.Wait, slots.Wait+slots.Every)
					mu.Unlock()
				}
			})
		}
	}
	all.Wait()
	slices.Sort(waits)
	if len(waits) != 2*len(stores)*callers*takes {
		t.Fatalf("%d slots were handed out", len(waits))
	}
	for i, wait := range waits {
		near(t, "the wait of a slot", wait, time.Duration(i)*callTime-classify.RateBurst)
	}
}

// sharedBudget: what one process takes, another one does not get.
func sharedBudget(t *testing.T, open Opener) {
	a := beginBudget(t, open)
	other := a
	other.Store = open(t, Options{Now: a.now})
	near(t, "the wait of the first", a.take(t, "m", 15, 0).Wait, -classify.RateBurst)
	near(t, "the wait of the other", other.take(t, "m", 15, 0).Wait, time.Second-classify.RateBurst)
	near(t, "the wait of the first, again", a.take(t, "m", 1, 0).Wait, 2*time.Second-classify.RateBurst)
}

func sharedSlots(t *testing.T, open Opener) {
	a := beginBudget(t, open)
	disjoint(t, a.Store, open(t, Options{Now: a.now}), open(t, Options{Now: a.now}))
}
