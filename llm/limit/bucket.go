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
	spare float64   // how much may be given back now
	at    time.Time // when level was right
}

// What was not used after all is given back seconds later. The provider's bucket,
// which holds a second, may have run over in the meantime, so that only so much
// more than was charged additionally is taken back.
const (
	spareTime = 400 * time.Millisecond // of the rate
	spareRate = 1 - share              // of the rate: by so much the provider's bucket gains
)

// refill brings the level up to now.
func (b *bucket) refill(now time.Time) {
	if d := now.Sub(b.at); d > 0 {
		b.level = min(b.burst, b.level+b.rate*d.Seconds())
		b.spare = min(b.rate*spareTime.Seconds(), b.spare+spareRate*b.rate*d.Seconds())
		b.at = now
	}
}

// set changes rate and burst from now on. A bucket that had no limit starts at
// start.
func (b *bucket) set(now time.Time, rate, burst, start float64) {
	if b.rate == 0 {
		b.level, b.at, b.spare = start, now, 0
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

// take charges cost.
func (b *bucket) take(cost float64) { b.level -= cost }

// correct charges more, or gives back a negative number.
func (b *bucket) correct(now time.Time, more float64) {
	if b.rate == 0 {
		return
	}
	b.level = min(b.burst, b.level-b.allowed(now, more))
}

// allowed is how much of a correction may be made now.
func (b *bucket) allowed(now time.Time, more float64) float64 {
	b.refill(now)
	more = max(more, -b.spare)
	b.spare = min(b.rate*spareTime.Seconds(), b.spare+more)
	return more
}
