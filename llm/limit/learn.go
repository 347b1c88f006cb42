package limit

import "time"

// pace is the rate that refusals taught, in calls per second.
//
// A provider's bucket is empty whenever it refuses. Between two refusals it has
// therefore let through just what it filled with, so calls let through over time
// passed is the limit itself, however large the bucket is; only if it ran over
// in between is the limit higher. After a refusal the pace starts a little below
// that, comes close to it slowly, stays there, and then feels its way beyond,
// ever faster: the cubic curve of TCP's congestion control (RFC 9438). It is
// announced limits' second line of defence: somebody else may share them.
type pace struct {
	peak   float64   // the limit as far as it is known; 0: no refusal yet
	since  time.Time // of the last decrease
	rough  bool      // peak follows from one refusal only
	pause  time.Duration
	anchor time.Time // a refusal
	passed float64   // calls let through and not refused since then
	queued float64   // those of them that had waited for it
}

const (
	// recently is the time over which the rate at a first refusal is taken.
	recently = 2 * time.Second
	// drop is by how much the pace falls below the limit after a refusal, and
	// flat how long it takes to come back to it.
	drop = 0.10
	flat = 20 * time.Second
	// costly is how many times the wait after a refusal the next one should be
	// away.
	costly = 20
	// below is how far from the found limit the flat part keeps.
	below = 0.98
	// shortest is the time between refusals that says anything about the rate.
	shortest = 200 * time.Millisecond
	// slower is the decrease where the rate cannot be told.
	slower = 0.7
)

// rate is the pace now; 0 is none.
func (p *pace) rate(now time.Time) float64 {
	if p.peak == 0 {
		return 0
	}
	t := now.Sub(p.since).Seconds()
	if p.rough {
		// The next refusal tells the limit: it should come soon, but not at once.
		return p.peak * (1 + 0.05*t)
	}
	flat := max(flat, costly*p.pause).Seconds()
	x := min(t/flat-1, 10)
	return below * p.peak * (1 + drop*x*x*x)
}

// granted counts a call that was let through; queued is whether it had waited.
func (p *pace) granted(queued bool) {
	p.passed++
	if queued {
		p.queued++
	}
}

// unsent takes back a call that was let through and not sent.
func (p *pace) unsent() { p.passed-- }

// refused learns from the refusal of a call that was sent at a time. recent is
// the rate of calls lately, now the rate that was permitted, 0 if any was. It
// reports whether the pace was lowered: refusals of calls that were sent before
// the last decrease are not another one.
func (p *pace) refused(now, sent time.Time, recent, permitted float64, retryAfter time.Duration) bool {
	p.passed--
	if p.peak > 0 && !sent.After(p.since) {
		return false
	}
	took := sent.Sub(p.anchor)
	p.pause = min(retryAfter, time.Minute)
	if permitted == 0 {
		permitted = recent
	}
	switch {
	case p.peak == 0:
		p.peak, p.rough = max(recent, 1.0/60), true
	case took < shortest:
		p.peak = slower * permitted
		p.since = now
		return true // the anchor stays: a longer time tells more
	default:
		found := (p.passed + 1) / took.Seconds()
		if p.queued < p.passed/2 {
			found = max(found, slower*permitted) // there were not enough calls to tell
		}
		p.peak, p.rough = min(found, permitted), took < time.Second
	}
	p.since = now
	if p.rough && took < time.Second && !p.anchor.IsZero() {
		return true
	}
	p.anchor, p.passed, p.queued = sent, 0, 0
	return true
}
