package limit

import (
	"context"
	"errors"
	"math"
	"time"

	"classify"
)

// turnstile takes the slots of calls out of a budget that processes share. A
// process has one take under way or in hand at a time, and a small one, so that
// however many callers it has, it gets no more turns than another process does.
type turnstile struct {
	pool  classify.RatePool // nil: this process has the limits for itself
	model string

	slots  []slot             // in hand, in the order of their moments
	taking context.CancelFunc // ends the take under way; nil: there is none
	late   bool               // the last take came too late
	owed   float64            // tokens to take beside those of the next calls; below 0: to give back
	tokens bucket             // how much may be given back; its level means nothing
}

// slot is the moment from which on a call may be sent, and the tokens that were
// taken for it.
type slot struct {
	at     time.Time
	tokens float64
}

const (
	// blockTime is the time that the slots of one take last at the whole rate.
	blockTime = 100 * time.Millisecond
	// slotLife is how long after its moment a slot is used at latest. With
	// classify.RateBurst it stays below the second that the strictest providers
	// grant.
	slotLife = 400 * time.Millisecond
	// lateTake is how long ago the moment of a slot may be when it arrives.
	lateTake = time.Second
	// mostTokens bounds one take.
	mostTokens = 1 << 40
)

var errNobodyWaits = errors.New("nobody waits for a call any more")

// pass says whether a call that the limits of this process permit has a slot. It
// begins a take where callers wait and nothing is in hand.
func (l *Limiter) pass(now time.Time) verdict {
	t := &l.turnstile
	rate := l.quota.shared()
	if t.pool == nil || rate == (classify.RateLimit{}) {
		return verdict{ok: true}
	}
	for len(t.slots) > 0 && now.Sub(t.slots[0].at) > slotLife {
		l.owe(now, -t.drop().tokens)
	}
	switch {
	case len(t.slots) == 0:
		if t.taking == nil && !l.waiting.empty() {
			l.take(now, rate)
		}
		return verdict{} // the end of the take serves
	case t.slots[0].at.Sub(now) > l.config.GiveUp:
		return verdict{err: notBefore(t.slots[0].at, "the limit per minute, which processes share, is taken until then", nil)}
	case t.slots[0].at.After(now):
		return verdict{at: t.slots[0].at}
	}
	return verdict{ok: true}
}

// take begins to take slots for the first callers that wait.
func (l *Limiter) take(now time.Time, rate classify.RateLimit) {
	t := &l.turnstile
	costs, tokens := l.block(rate), 0.0
	for _, c := range costs {
		tokens += c
	}
	owed := t.owed
	total := math.Round(max(-mostTokens, min(mostTokens, tokens+owed)))
	t.owed = tokens + owed - total
	ctx, cancel := context.WithCancelCause(context.Background())
	t.taking = func() { cancel(errNobodyWaits) }
	go func() {
		slots, err := t.pool.TakeSlots(ctx, t.model, len(costs), int(total), rate)
		left := ctx.Err() != nil
		cancel(nil)
		l.mu.Lock()
		defer l.mu.Unlock()
		t.taking = nil
		switch {
		case err == nil:
			l.receive(now, slots, costs)
		default:
			t.owed += total - tokens
			if !left {
				l.fail(err)
			}
		}
		l.serve(l.config.Now())
	}()
}

// block is the tokens of the calls to take slots for. It holds no more than this
// process can send when the moments come.
func (l *Limiter) block(rate classify.RateLimit) (costs []float64) {
	n := min(l.waiting.n, max(1, l.window.calls()-l.inFlight))
	if rate.RPM > 0 {
		n = min(n, int(math.Ceil(rate.RPM/60*blockTime.Seconds())))
	}
	if l.breaker.open() || l.quota.narrow() {
		n = 1
	}
	tokens, most := 0.0, rate.TPM/60*blockTime.Seconds()
	for p := l.waiting.first; len(costs) < n; p = p.next {
		cost := 0.0
		if rate.TPM > 0 {
			cost = l.quota.price(p.estimate).tokens()
			if tokens += cost; tokens > most && len(costs) > 0 {
				break
			}
		}
		costs = append(costs, cost)
	}
	return costs
}

// receive takes over the slots of a take that was asked for at a time. The clock
// of the pool is not that of this process: its answer may have been under way for
// any part of the time since then. One that came so late that its calls would be
// on top of those of a later minute, because this process was suspended, say, is
// given up, but not twice in succession.
func (l *Limiter) receive(asked time.Time, s classify.Slots, costs []float64) {
	t, now := &l.turnstile, l.config.Now()
	wait := min(s.Wait, longestPause)
	if t.late = !t.late && now.Sub(asked.Add(wait)) > lateTake && now.Sub(asked) > slotLife; t.late {
		for _, c := range costs {
			l.owe(now, -c)
		}
		return
	}
	for _, c := range costs {
		t.slots = append(t.slots, slot{now.Add(max(0, wait)), c})
		wait = min(wait+max(0, s.Every), longestPause)
	}
}

// fail ends the waits of all: the pool has no slots.
func (l *Limiter) fail(err error) {
	for !l.waiting.empty() {
		p := l.waiting.first
		p.err = err
		l.waiting.remove(p)
		close(p.ready)
	}
}

// spend uses the first slot in hand for a call of a cost.
func (l *Limiter) spend(now time.Time, c charge) {
	if len(l.turnstile.slots) > 0 {
		l.owe(now, c.tokens()-l.turnstile.drop().tokens)
	}
}

// restore puts the slot of a call that was not sent back.
func (l *Limiter) restore(now time.Time, c charge) {
	if t := &l.turnstile; t.pool != nil && l.quota.shared() != (classify.RateLimit{}) {
		t.slots = append([]slot{{now, c.tokens()}}, t.slots...)
	}
}

func (t *turnstile) drop() slot {
	first := t.slots[0]
	t.slots = t.slots[1:]
	return first
}

// owe takes more tokens with the next take, or gives back a negative number.
func (l *Limiter) owe(now time.Time, more float64) {
	t, rate := &l.turnstile, l.quota.shared().TPM/60
	if t.pool == nil || rate == 0 {
		t.owed = 0
		return
	}
	t.tokens.set(now, rate, 0, 0)
	t.owed += t.tokens.allowed(now, more)
}

// release ends a take that nobody waits for.
func (l *Limiter) release() {
	if l.turnstile.taking != nil && l.waiting.empty() {
		l.turnstile.taking()
	}
}
