package limit

import "time"

// bucket is a token bucket whose level may be corrected afterwards, and may go
// below zero: x/time/rate has no way to give back what was reserved and then not
// used, or to charge what was used beyond the estimate. Its zero value has no
// limit.
type bucket struct {
	rate  float64 // per second; 0: no limit
	burst float64 // the most that the level rises to
	level float64
	at    time.Time // when level was right
}

// refill brings the level up to now.
func (b *bucket) refill(now time.Time) {
	if d := now.Sub(b.at); d > 0 {
		b.level = min(b.burst, b.level+b.rate*d.Seconds())
		b.at = now
	}
}

// set changes rate and burst from now on. A bucket that had no limit starts at
// start.
func (b *bucket) set(now time.Time, rate, burst, start float64) {
	if b.rate == 0 {
		b.level, b.at = start, now
	}
	b.refill(now)
	b.rate, b.burst = rate, burst
	b.level = min(b.level, burst)
}

// ready returns when cost may be taken: when the level has reached it, or, where
// the burst is smaller, when the bucket is full. What is taken then in any time t
// is at most rate·t plus the larger of burst and cost.
func (b *bucket) ready(now time.Time, cost float64) time.Time {
	if b.rate == 0 || cost <= 0 {
		return time.Time{}
	}
	b.refill(now)
	missing := min(cost, b.burst) - b.level
	// A part in a million of a call is rounding.
	if missing <= 1e-6*cost {
		return time.Time{}
	}
	wait := missing / b.rate
	if wait > longestPause.Seconds() {
		wait = longestPause.Seconds()
	}
	return now.Add(time.Duration(wait*float64(time.Second)) + time.Nanosecond)
}

// take charges cost; a negative one gives back.
func (b *bucket) take(cost float64) {
	if b.rate > 0 {
		b.level = min(b.burst, b.level-cost)
	}
}
