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
	peak  float64       // the limit as far as it is known; 0: no refusal yet
	rough bool          // peak is a first guess
	pause time.Duration // that the provider asked for with the last refusal
	since time.Time     // of the last decrease
	grown time.Duration // for how long the pace was in use since then
	last  time.Time     // when a call was let through

	calls   int           // let through so far
	waited  int           // those of them that had to wait for a limit
	anchor  sentCall      // a call that was refused
	refused int           // calls sent after it that were refused as well
	idle    time.Duration // of the time since then
}

// sentCall is a call that was sent: when, as the how-manieth, and how many had
// waited until then.
type sentCall struct {
	at            time.Time
	calls, waited int
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
	// rare is how many calls one refusal should be worth at least.
	rare = 60
	// below is how far from the found limit the flat part keeps.
	below = 0.98
	// shortest and fewest are the time and the calls between refusals that say
	// anything about the rate; those that follow sooner are the same burst.
	shortest = 200 * time.Millisecond
	fewest   = 4
	// plenty is from how many calls on the rate is right within a few per cent.
	plenty = 40
	// slower is the decrease where the rate cannot be told.
	slower = 0.7
	// slowest is the least pace, in calls per second.
	slowest = 1.0 / 60
)

// rate is the pace; 0 is none.
func (p *pace) rate() float64 {
	if p.peak == 0 {
		return 0
	}
	t := p.grown.Seconds()
	if p.rough {
		// The next refusal tells the limit: it should come soon, but not at once.
		return p.peak * (1 + 0.05*t)
	}
	flat := max(flat.Seconds(), costly*p.pause.Seconds(), rare/p.peak)
	x := min(t/flat-1, 10)
	return below * p.peak * (1 + drop*x*x*x)
}

// granted counts a call that was let through, after a wait for a limit or not.
// The curve goes on only as far as it is followed: while there are too few calls,
// or the provider is down, nothing is learnt.
func (p *pace) granted(now time.Time, waited bool) sentCall {
	passed := now.Sub(p.last)
	usual := passed
	if p.peak > 0 {
		usual = min(passed, p.pause+time.Duration(2/p.rate()*float64(time.Second)))
	}
	p.idle += passed - usual
	p.last = now
	p.calls++
	if waited {
		p.waited++
		p.grown += usual
	}
	return sentCall{now, p.calls, p.waited}
}

// refuse learns from the refusal of a call. recent is the rate of calls lately,
// permitted the rate that was permitted, 0 if any was. It reports whether the
// pace was lowered: several refusals in one burst, and those of calls that were
// sent before the last decrease, are not another one.
func (p *pace) refuse(now time.Time, c sentCall, recent, permitted float64, retryAfter time.Duration) bool {
	if c.calls > p.anchor.calls {
		p.refused++
	}
	if permitted == 0 {
		permitted = recent
	}
	took := c.at.Sub(p.anchor.at)
	switch {
	case p.peak == 0:
		p.peak, p.rough = slower*recent, true
		p.anchor, p.refused, p.idle = c, 0, 0
	case !c.at.After(p.since) || took < shortest || c.calls-p.anchor.calls < fewest:
		return false
	default:
		p.peak = min(p.found(c, took, permitted), permitted)
		if p.rough = p.rough && took < time.Second && c.calls-p.anchor.calls < plenty; !p.rough {
			p.anchor, p.refused, p.idle = c, 0, 0
		} // else it stays: a longer time tells more
	}
	p.peak = max(p.peak, slowest)
	p.pause, p.since, p.grown = min(retryAfter, time.Minute), now, 0
	return true
}

// found is the rate at which calls got through between two refusals.
func (p *pace) found(c sentCall, took time.Duration, permitted float64) float64 {
	// The refused call itself has found almost enough for it.
	passed := float64(c.calls - p.anchor.calls - (p.refused - 1))
	rate := passed / max(took-p.idle, shortest).Seconds()
	if 2*(c.waited-p.anchor.waited) < c.calls-p.anchor.calls || p.idle > took/10 {
		return max(rate, slower*permitted) // there were not enough calls to tell
	}
	return rate
}
