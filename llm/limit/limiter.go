// Package limit decides when a call to one model of one provider may be sent:
// it keeps within the limits that the provider announces, finds out those that
// it does not, adapts how many calls are under way, and waits while the
// provider is down.
//
// Every attempt passes through Acquire and ends in Settle:
//
//	permit, err := limiter.Acquire(ctx, estimate)
//	if err != nil {
//		return err
//	}
//	answer, err := model.Ask(ctx, request)
//	permit.Settle(limit.Outcome{...})
//
// A permit that is not settled keeps its place among the calls under way for
// good.
package limit

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"classify"
	"classify/llm"
)

// Config says how a limiter is set up. Its zero value is ready for use.
type Config struct {
	// RPM and TPM are a person's caps: requests, and input and output tokens
	// together, per minute. They hold besides what the provider announces: the
	// lower wins. 0 is no cap.
	RPM, TPM int
	// Pool is the budget that processes share, under the name of Model: the
	// limits on requests and on all tokens, those that a person set and those that
	// the provider announced, are those of all of them together. Every call waits
	// for a slot of it; where it fails, Acquire returns its error. nil: this
	// process has the limits for itself.
	Pool  classify.RatePool
	Model string
	// CountsCached says that the provider counts input tokens that it read from
	// its prefix cache against its limits.
	CountsCached bool
	// MaxInFlight is the most calls under way at a time; 0 is DefaultInFlight.
	MaxInFlight int
	// Announced are limits that the provider announced earlier. They are
	// forgotten if its first answer announces none.
	Announced llm.Limits
	// GiveUp is for how long the provider may be down, or no call be permitted,
	// before Acquire fails; 0 is 15 minutes.
	GiveUp time.Duration
	// Now is the clock; nil is time.Now. Timers are those of package time.
	Now func() time.Time
	// Rand returns a number in [0,1) that spreads the tries after an outage; nil
	// is rand.Float64.
	Rand func() float64
}

// Outcome is how a call ended.
type Outcome struct {
	// Tokens are those really used; zero is not known, and the estimate stands,
	// except after a 429.
	Tokens  classify.Tokens
	Limits  llm.Limits     // as announced with the answer, or those of Err
	Err     *llm.CallError // nil: answered
	Latency time.Duration  // 0: the time since Acquire returned
}

// Limiter paces the calls to one model of one provider. It is safe for
// concurrent use. It holds at most one timer, and no goroutine but that of a take
// out of Config.Pool while somebody waits for it.
type Limiter struct {
	config Config

	mu       sync.Mutex
	waiting  queue
	inFlight int
	timer    *time.Timer
	armed    time.Time // when the timer goes off; zero: it does not

	quota     quota     // announced and set limits, in tokens and requests
	learned   pace      // what refusals taught about the rate
	window    window    // how many calls may be under way
	breaker   breaker   // whether the provider is there at all
	turnstile turnstile // slots of the budget that processes share
	asked     askPause  // the wait that the provider asked for
	sent      meter     // what was let through lately
}

// askPause is a wait that the provider asked for by Retry-After.
type askPause struct {
	until time.Time
	by    *llm.CallError
}

// longestPause bounds what a Retry-After can ask for, so that no sum of times
// overflows; nobody waits that long, see Config.GiveUp.
const longestPause = 31 * 24 * time.Hour

// New returns a limiter for one model of one provider.
func New(c Config) *Limiter {
	if c.MaxInFlight <= 0 {
		c.MaxInFlight = DefaultInFlight
	}
	if c.GiveUp <= 0 {
		c.GiveUp = 15 * time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	l := &Limiter{config: c}
	now := c.Now()
	l.window = newWindow(c.MaxInFlight)
	l.breaker = breaker{giveUp: c.GiveUp, rand: c.Rand, answered: now}
	l.quota = newQuota(c, now)
	l.turnstile = turnstile{pool: c.Pool, model: c.Model}
	if c.Announced.Announced() {
		l.window.size = min(rememberedWindow, l.window.limit)
	}
	return l
}

// Permit is the right to send one call.
type Permit struct {
	limiter  *Limiter
	estimate classify.Tokens

	// Guarded by the limiter's mutex.
	charge     charge
	sent       sentCall
	paced      bool // had to wait for a limit
	settled    bool
	err        error         // why it was refused for good
	ready      chan struct{} // closed when granted or failed; nil: granted at once
	prev, next *Permit       // among those that wait
}

// Acquire waits until a call that is estimated to use some tokens may be sent;
// callers are served in the order in which they came. It fails with the cause of
// ctx as soon as that ends, and with a *classify.TerminalError when the provider
// was down for Config.GiveUp or permits no call for longer than that. An error of
// Config.Pool ends the waits of all that wait then.
func (l *Limiter) Acquire(ctx context.Context, estimate classify.Tokens) (*Permit, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	p := &Permit{limiter: l, estimate: estimate}
	l.mu.Lock()
	now := l.config.Now()
	if l.waiting.empty() {
		v := l.judge(now, p)
		switch {
		case v.err != nil:
			l.mu.Unlock()
			return nil, v.err
		case v.ok:
			l.grant(now, p)
			l.mu.Unlock()
			return p, nil
		}
	}
	p.ready = make(chan struct{})
	l.waiting.push(p)
	l.serve(now)
	l.mu.Unlock()

	select {
	case <-p.ready:
		if p.err != nil {
			return nil, p.err
		}
		return p, nil
	case <-ctx.Done():
		l.leave(p)
		return nil, context.Cause(ctx)
	}
}

// leave takes a caller back that no longer wants its permit.
func (l *Limiter) leave(p *Permit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.config.Now()
	switch {
	case p.err != nil:
	case !p.sent.at.IsZero():
		p.settled = true
		l.inFlight--
		c := p.charge
		l.quota.correct(now, charge{-c[requests], -c[input], -c[output], -c[total]})
		l.restore(now, c)
		l.breaker.unsent(now, p)
	default:
		l.waiting.remove(p)
	}
	l.release()
	l.serve(now)
}

// wake serves those whose moment has come.
func (l *Limiter) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed = time.Time{}
	l.serve(l.config.Now())
}

// serve lets callers through in their order until one has to wait, and sets the
// timer to the exact moment at which that one may go.
func (l *Limiter) serve(now time.Time) {
	for !l.waiting.empty() {
		p := l.waiting.first
		v := l.judge(now, p)
		switch {
		case v.err != nil:
			p.err = v.err
		case v.ok:
			l.grant(now, p)
		default:
			l.arm(now, v.at)
			return
		}
		l.waiting.remove(p)
		close(p.ready)
	}
}

// arm sets the timer; a zero time is a wait that a Settle ends, or a take.
func (l *Limiter) arm(now, at time.Time) {
	if at.IsZero() || at.Equal(l.armed) {
		return
	}
	l.armed = at
	if l.timer == nil {
		l.timer = time.AfterFunc(at.Sub(now), l.wake)
		return
	}
	l.timer.Reset(at.Sub(now))
}

// verdict says whether a call may be sent now. If not, at is when to look again;
// zero is when a call or a take has ended.
type verdict struct {
	ok  bool
	at  time.Time
	err error
}

// judge says whether p may be sent now. It charges nothing.
func (l *Limiter) judge(now time.Time, p *Permit) verdict {
	if err := l.breaker.givenUp(now); err != nil {
		return verdict{err: err}
	}
	at, why := l.asked.until, "it asked to wait"
	p.charge = l.quota.price(p.estimate)
	l.quota.setPace(now, l.learned.rate())
	if t, what := l.quota.ready(now, p.charge); t.After(at) {
		at, why = t, what
	}
	if at.Sub(now) > l.config.GiveUp {
		return verdict{err: notBefore(at, why, l.asked.by)}
	}
	blocked, probeAt := l.breaker.blocks(now)
	if probeAt.After(at) {
		at = probeAt
	}
	// What hangs from before an outage does not hold back the call that ends it.
	full := l.inFlight >= l.window.calls() && !l.breaker.open()
	if blocked || full {
		return verdict{at: l.breaker.end()}
	}
	if at.After(now) {
		p.paced = true
		if end := l.breaker.end(); !end.IsZero() && end.Before(at) {
			at = end
		}
		return verdict{at: at}
	}
	return l.pass(now)
}

// grant charges a call that judge permitted.
func (l *Limiter) grant(now time.Time, p *Permit) {
	l.inFlight++
	l.quota.take(p.charge)
	l.spend(now, p.charge)
	p.sent = l.learned.granted(now, p.paced)
	l.breaker.granted(p)
	l.sent.add(now, p.charge.tokens())
}
