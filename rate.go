package classify

import (
	"context"
	"errors"
	"math"
	"time"
)

// RatePool is one budget of requests and tokens a minute for all processes that
// share a store.
type RatePool interface {
	// TakeSlots takes n calls, which use so many tokens together, out of the
	// budget of a model; the names of budgets are the callers' own. It returns at
	// once, with the moments at which the calls may be sent: who takes waits by
	// itself, and takes no more ahead than it needs. n may be 0, and tokens
	// negative: then what an earlier take estimated too high is given back. The
	// clock is the store's, the arithmetic that of RateTaken. It fails with an
	// *InvalidInputError for what RateTaken.Take refuses, and as the other methods
	// of the store do.
	TakeSlots(ctx context.Context, model string, n, tokens int, rate RateLimit) (Slots, error)
}

// RateLimit is how much a budget grows in a minute: requests, and input and output
// tokens together. 0 is no limit of that kind. Those who share a budget should
// name the same; each take counts by its own.
type RateLimit struct {
	RPM, TPM float64
}

// Slots are the moments of calls that may be sent: the first after Wait, each
// further one Every later. Wait is negative, down to -RateBurst, where the budget
// was not used up lately: slots in the past may be used at once.
type Slots struct {
	Wait, Every time.Duration
}

// RateBurst is how much of unused time is made up for: in any time t, no more than
// the budget of t + RateBurst and one call can be taken. The strictest providers'
// buckets hold one second; the rest of it is for calls that are sent late.
const RateBurst = 500 * time.Millisecond

// farthest is how far ahead a budget can be taken, so that no sum of times
// overflows; nobody waits that long.
const farthest = 31 * 24 * time.Hour

// RateTaken is until when a budget is taken: the theoretical arrival times of the
// generic cell rate algorithm, on the clock of its store. The zero value is one of
// which nothing was taken yet.
type RateTaken struct {
	Requests, Tokens time.Time
}

// Take takes n calls and their tokens. The first may be sent when all that was
// taken before has been paid for at the rate. A kind without a limit is left as
// it is. Tokens below 0 are given back as far as RateBurst allows. A negative n,
// and a rate that is negative or no number, is an *InvalidInputError.
func (t *RateTaken) Take(now time.Time, n, tokens int, r RateLimit) (Slots, error) {
	if n < 0 || !(r.RPM >= 0) || !(r.TPM >= 0) {
		return Slots{}, &InvalidInputError{What: "take from a budget of calls", Err: errors.New("the number of calls and the rate have to be 0 or more")}
	}
	first := now.Add(-RateBurst)
	if r.RPM > 0 && n > 0 {
		first = later(first, t.Requests)
	}
	if r.TPM > 0 && n > 0 {
		first = later(first, t.Tokens)
	}
	// What is saved up is that of the moment at which the calls are sent.
	full := later(first, now).Add(-RateBurst)
	limit := now.Add(farthest)
	var each, all time.Duration
	if r.RPM > 0 && n > 0 {
		each = lasting(1, r.RPM)
		t.Requests = earlier(limit, later(t.Requests, full).Add(lasting(float64(n), r.RPM)))
	}
	if r.TPM > 0 {
		all = lasting(float64(tokens), r.TPM)
		t.Tokens = earlier(limit, later(full, later(t.Tokens, full).Add(all)))
	}
	if n == 0 {
		return Slots{}, nil
	}
	return Slots{Wait: first.Sub(now), Every: max(each, all/time.Duration(n))}, nil
}

// lasting is how long a budget takes to grow by so much.
func lasting(n, perMinute float64) time.Duration {
	d := n * float64(time.Minute) / perMinute
	return time.Duration(math.Ceil(max(-float64(farthest), min(float64(farthest), d))))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
