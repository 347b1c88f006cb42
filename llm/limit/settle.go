package limit

import (
	"time"

	"classify"
	"classify/llm"
)

// Settle says how the call ended, and lets the next ones through. Only the first
// Settle of a permit counts.
func (p *Permit) Settle(o Outcome) {
	l := p.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if p.settled {
		return
	}
	p.settled = true
	now := l.config.Now()
	full := l.inFlight >= l.window.nearly()
	l.inFlight--
	if o.Latency <= 0 {
		o.Latency = now.Sub(p.sent.at)
	}
	l.heed(now, &o)
	l.account(now, p, &o)
	switch o.class() {
	case "":
		l.breaker.alive(now, p, &l.window)
		l.window.answered(now, o.Latency, l.inFlight, full)
	case llm.RateLimited:
		l.breaker.alive(now, p, &l.window)
		l.refused(now, p, &o)
	case llm.Overloaded, llm.Timeout:
		l.window.strained(now, p.sent.at)
		l.breaker.failed(now, p, o.Err)
	case llm.Server, llm.Connection:
		l.breaker.failed(now, p, o.Err)
	case llm.Cancelled:
		l.breaker.unsent(now, p)
	default:
		l.breaker.alive(now, p, &l.window)
	}
	l.serve(now)
}

// class is the class of the error; "" is also an answer that is there, but not
// of use: the provider is well.
func (o *Outcome) class() llm.Class {
	if o.Err == nil || o.Err.Class.Unusable() || o.Err.Class == llm.Malformed {
		return ""
	}
	return o.Err.Class
}

// heed takes over what the provider said about its limits.
func (l *Limiter) heed(now time.Time, o *Outcome) {
	limits := o.Limits
	if o.Err != nil && !limits.Announced() {
		limits = o.Err.Limits
	}
	if limits.Announced() || o.class() == "" {
		first := !l.quota.heard
		l.quota.heed(now, limits, l.inFlight)
		if first && o.class() == "" {
			l.window.open(l.quota.perSecond(), o.Latency)
		}
	}
	if o.Err == nil || o.Err.RetryAfter <= 0 {
		return
	}
	if until := now.Add(min(o.Err.RetryAfter, longestPause)); until.After(l.asked.until) {
		l.asked = askPause{until, o.Err}
	}
}

// account corrects what the call was charged. What a failed call used is not
// known unless it says so: the estimate stands, but for a 429, which uses none.
func (l *Limiter) account(now time.Time, p *Permit, o *Outcome) {
	used := o.Tokens
	if used == (classify.Tokens{}) && o.Err != nil {
		used = o.Err.Tokens
	}
	var more charge
	switch {
	case used != (classify.Tokens{}):
		more = l.quota.settle(p.estimate, p.charge, used)
	case o.class() == llm.RateLimited:
		more = charge{0, -p.charge[input], -p.charge[output], -p.charge[total]}
	}
	l.quota.correct(now, more)
	l.owe(now, more.tokens())
}

// refused slows down after a 429.
func (l *Limiter) refused(now time.Time, p *Permit, o *Outcome) {
	recent, _ := l.sent.rate(now, recently)
	l.quota.drain(now)
	if !l.learned.refuse(now, p.sent, recent, l.quota.minute[requests].rate, o.Err.RetryAfter) {
		return
	}
	l.window.refused(now, l.learned.rate())
}
