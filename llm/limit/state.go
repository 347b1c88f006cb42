package limit

import "time"

// Source says where the limits in force come from.
type Source string

const (
	None      Source = ""          // no limit is known
	Announced Source = "announced" // by the provider
	Learned   Source = "learned"   // from refusals
	Set       Source = "set"       // by a person
)

// Breaker says whether the provider is there.
type Breaker string

const (
	Closed   Breaker = "closed"    // it answers
	Open     Breaker = "open"      // it is down: calls wait
	HalfOpen Breaker = "half-open" // it is down, and one call is trying it
)

// State is how a limiter stands.
type State struct {
	RPM    float64 `json:"rpm"` // calls per minute that are let through at most, by all that share the limit; 0: no limit is known
	TPM    float64 `json:"tpm"` // the lowest limit on tokens per minute; 0: none is known
	Source Source  `json:"source"`

	CallsPerMinute  float64 `json:"calls_per_minute"`  // let through, over the last 10 s
	TokensPerMinute float64 `json:"tokens_per_minute"` // the same, as estimated

	InFlight int `json:"in_flight"`
	Window   int `json:"window"` // how many calls may be under way
	Waiting  int `json:"waiting"`

	Breaker Breaker   `json:"breaker"`
	Since   time.Time `json:"since,omitzero"` // of the outage; zero: none
	Paused  time.Time `json:"paused_until,omitzero"`
}

// State returns how the limiter stands now.
func (l *Limiter) State() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.config.Now()
	calls, tokens := l.sent.rate(now, meterSpan)
	learned := l.learned.rate()
	l.quota.setPace(now, learned)
	s := State{
		RPM:             60 * l.quota.perSecond(),
		CallsPerMinute:  60 * calls,
		TokensPerMinute: 60 * tokens,
		InFlight:        l.inFlight,
		Window:          l.window.calls(),
		Waiting:         l.waiting.n,
		Breaker:         Closed,
		Since:           l.breaker.opened,
	}
	for k := input; k < kinds; k++ {
		s.TPM = lower(s.TPM, l.quota.limit(k))
	}
	s.Source = l.quota.source(learned)
	switch {
	case l.breaker.trying != nil:
		s.Breaker = HalfOpen
	case l.breaker.open():
		s.Breaker = Open
	}
	if l.asked.until.After(now) {
		s.Paused = l.asked.until
	}
	return s
}

// source says where the limit on requests comes from, or that on tokens if there
// is none.
func (q *quota) source(learned float64) Source {
	if learned > 0 && learned <= q.perSecond() {
		return Learned
	}
	for k := range q.minute {
		limit := q.limit(k)
		switch {
		case limit == 0:
		case limit == q.announced[k].perMinute:
			return Announced
		default:
			return Set
		}
	}
	if q.day != [kinds]bucket{} {
		return Announced
	}
	return None
}
