package limit

import (
	"math"
	"time"

	"classify"
	"classify/llm"
)

// The things that a provider limits.
const (
	requests = iota
	input
	output
	total
	kinds
)

const (
	// share of a limit that is used: the rest lets the provider's bucket fill up
	// again after somebody else, or an earlier run, has emptied it.
	share = 0.99
	// catchUp is how much of missed time is made up for at once. The strictest
	// providers' buckets hold one second; the rest of it is for calls that arrive
	// later than they were sent, and for tokens that were not foreseen.
	catchUp       = 500 * time.Millisecond
	catchUpTokens = 300 * time.Millisecond
	// spread is by how much two calls may come closer together on their way. It
	// matters only where a second's limit is about one call.
	spread = 50 * time.Millisecond
)

// charge is what a call takes from each bucket.
type charge [kinds]float64

func (c charge) tokens() float64 { return c[total] }

// quota holds the buckets of the limits that are announced or set.
type quota struct {
	countsCached bool
	pooled       bool           // what processes share is not limited here
	caps         [kinds]float64 // a person's, per minute; 0: none
	minute       [kinds]bucket
	day          [kinds]bucket // limits over a much longer time
	announced    [kinds]announced
	heard        bool // an answer has come; before, announced is from memory
	in, out      estimate
	learned      float64 // pace in force besides, in calls per second; 0: none
}

// announced is one limit as the provider gave it.
type announced struct {
	perMinute float64 // 0: none
	daily     int     // a limit that proved to be one over a longer time; 0: none
}

func newQuota(c Config, now time.Time) quota {
	q := quota{countsCached: c.CountsCached, pooled: c.Pool != nil}
	q.caps[requests] = float64(max(0, c.RPM))
	q.caps[total] = float64(max(0, c.TPM))
	q.announce(now, c.Announced, 0)
	for k := range q.minute {
		q.apply(now, k)
		q.minute[k].level = q.minute[k].burst
	}
	return q
}

// heed takes over what an answer announced; what it does not mention stays,
// unless it was only remembered.
func (q *quota) heed(now time.Time, l llm.Limits, inFlight int) {
	if !q.heard {
		q.heard = true
		if !l.Announced() {
			q.announced = [kinds]announced{}
			q.day = [kinds]bucket{}
		}
	}
	q.announce(now, l, inFlight)
	for k := range q.minute {
		q.apply(now, k)
	}
}

func (q *quota) announce(now time.Time, l llm.Limits, inFlight int) {
	for k, w := range [kinds]llm.Window{l.Requests, l.Input, l.Output, l.Total} {
		if w.Limit <= 0 {
			continue
		}
		a := &q.announced[k]
		certain, daily := overLongTime(w)
		if certain {
			a.daily = w.Limit
		}
		if !daily && a.daily != w.Limit {
			*a = announced{perMinute: float64(w.Limit)}
			q.day[k] = bucket{}
			continue
		}
		a.perMinute = 0
		missing := float64(max(0, w.Limit-w.Remaining))
		rate := float64(w.Limit) / (24 * time.Hour).Seconds()
		if missing > 0 && w.Reset > 0 {
			rate = missing / w.Reset.Seconds()
		}
		level := float64(w.Remaining)
		if k == requests {
			level -= float64(inFlight) // sent since, for all that is known
		}
		q.day[k] = bucket{rate: rate, burst: float64(w.Limit), level: level, at: now}
	}
}

// overLongTime reports whether a limit is one over a day or so rather than a
// minute. certain is false where that only follows from how fast it fills up
// again: one of 10,000 a day says "9,999 left, whole again in 8.64 s".
func overLongTime(w llm.Window) (certain, daily bool) {
	if w.Reset > 2*time.Minute {
		return true, true
	}
	missing := w.Limit - w.Remaining
	if missing <= 0 || w.Remaining < 0 || w.Reset <= 0 {
		return false, false
	}
	whole := w.Reset.Seconds() * float64(w.Limit) / float64(missing)
	return false, math.Abs(whole/(24*time.Hour).Seconds()-1) < 0.02
}

// limit returns the limit per minute in force, 0 if there is none.
func (q *quota) limit(k int) float64 { return lower(q.announced[k].perMinute, q.caps[k]) }

// lower returns the lower of two limits, where 0 is none.
func lower(a, b float64) float64 {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// usable is what is used of the limit of a kind, per second; 0 if there is none.
func (q *quota) usable(k int) float64 {
	limit := q.limit(k) / 60
	if k == requests && limit > 0 && limit < 1.5 {
		return 1 / (1/limit + spread.Seconds())
	}
	return share * limit
}

// shared is what is used of the limits that processes share.
func (q *quota) shared() classify.RateLimit {
	if !q.pooled {
		return classify.RateLimit{}
	}
	return classify.RateLimit{RPM: 60 * q.usable(requests), TPM: 60 * q.usable(total)}
}

// narrow reports whether this process is limited besides what it shares.
func (q *quota) narrow() bool {
	for k := range q.minute {
		if q.minute[k].rate > 0 || q.day[k].rate > 0 {
			return true
		}
	}
	return false
}

// perSecond is how many calls a second are permitted at most; 0: no limit is known.
func (q *quota) perSecond() float64 { return lower(q.usable(requests), q.learned) }

// apply sets the bucket of a kind to what is in force in this process.
func (q *quota) apply(now time.Time, k int) {
	rate, least, missed := q.usable(k), 0.0, catchUpTokens
	if q.pooled && (k == requests || k == total) {
		rate = 0
	}
	if k == requests {
		least, missed = 1, catchUp
		rate = lower(rate, q.learned)
	}
	if rate == 0 {
		q.minute[k] = bucket{}
		return
	}
	q.minute[k].set(now, rate, max(least, rate*missed.Seconds()), 0)
}

// setPace sets the learned pace in calls per second; 0 is none.
func (q *quota) setPace(now time.Time, rate float64) {
	if rate != q.learned {
		q.learned = rate
		q.apply(now, requests)
	}
}

// price says what a call of estimated size is charged.
func (q *quota) price(t classify.Tokens) charge {
	in, out := q.in.of(q.counted(t)), q.out.of(float64(t.Output))
	return charge{1, in, out, in + out}
}

// counted returns the input tokens that count against the limits.
func (q *quota) counted(t classify.Tokens) float64 {
	if q.countsCached {
		return float64(max(0, t.Input))
	}
	return float64(max(0, t.Input-t.Cached))
}

// ready returns when a charge may be taken from every bucket, and which limit
// that is due to.
func (q *quota) ready(now time.Time, c charge) (at time.Time, why string) {
	for k := range c {
		if t := q.minute[k].ready(now, c[k]); t.After(at) {
			at, why = t, "the limit per minute is too low for a call of this size"
		}
		if t := q.day[k].ready(now, c[k]); t.After(at) {
			at, why = t, "its limit for the day is used up"
		}
	}
	return at, why
}

func (q *quota) take(c charge) {
	for k := range c {
		q.minute[k].take(c[k])
		q.day[k].take(c[k])
	}
}

// correct charges more for a call that was let through; what is negative is
// given back.
func (q *quota) correct(now time.Time, more charge) {
	for k := range more {
		q.minute[k].correct(now, more[k])
		q.day[k].level -= more[k]
	}
}

// settle returns by how much a call used more than it was charged, and learns by
// how much such estimates are out.
func (q *quota) settle(asked classify.Tokens, c charge, used classify.Tokens) (more charge) {
	in, out := q.counted(used), float64(max(0, used.Output))
	q.in.learn(q.counted(asked), in)
	q.out.learn(float64(asked.Output), out)
	return charge{0, in - c[input], out - c[output], in + out - c[total]}
}

// drain empties what was saved up: a refusal says that the provider has none.
func (q *quota) drain(now time.Time) {
	b := &q.minute[requests]
	b.refill(now)
	b.level = min(b.level, 0)
}

// estimate learns by which factor estimates of tokens are out.
type estimate struct {
	asked, used float64 // sums that fade
	n           int
}

const (
	fade      = 0.98 // of the sums with every call: the last 50 count
	uncertain = 8    // calls until an estimate may be lowered
)

// of corrects an estimate; of nothing, it makes what a call uses on average.
func (e *estimate) of(asked float64) float64 {
	switch {
	case e.n == 0:
		return max(0, asked)
	case asked <= 0:
		return e.used * (1 - fade) / (1 - math.Pow(fade, float64(e.n)))
	case e.asked <= 0:
		return asked
	}
	f := min(4, max(0.25, e.used/e.asked))
	if e.n < uncertain {
		f = max(1, f)
	}
	return asked * f
}

func (e *estimate) learn(asked, used float64) {
	e.asked = fade*e.asked + max(0, asked)
	e.used = fade*e.used + used
	e.n++
}
