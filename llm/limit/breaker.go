package limit

import (
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"classify"
	"classify/llm"
)

// breaker holds calls back while the provider is down, and tries it with one
// call after pauses that grow. sony/gobreaker has one fixed pause and turns
// callers away instead of letting them wait, so that little of it would be used.
type breaker struct {
	giveUp time.Duration
	rand   func() float64

	failures int       // in a row
	answered time.Time // when the provider last answered; at first: the start
	opened   time.Time // since when it is down; zero: it is not
	cause    *llm.CallError
	pauses   *backoff.ExponentialBackOff
	next     time.Time // of the next try
	trying   *Permit   // the try that is under way
}

const (
	// tolerated is how many failures in a row are not an outage yet, though one
	// more is. With 5 % of random faults, that many come once in millions of calls.
	tolerated = 4

	firstTry    = 500 * time.Millisecond
	longestTry  = 8 * time.Second
	tryGrowth   = 2
	trySpread   = 0.25
	afterOutage = 4 // calls under way after an outage, to begin with
)

func (b *breaker) open() bool { return !b.opened.IsZero() }

// blocks reports whether calls have to wait for one that is trying the provider,
// and when the next try may be made.
func (b *breaker) blocks(now time.Time) (bool, time.Time) {
	if !b.open() {
		return false, time.Time{}
	}
	return b.trying != nil, b.next
}

// end is when the provider is given up; zero if it is not down.
func (b *breaker) end() time.Time {
	if !b.open() {
		return time.Time{}
	}
	return b.opened.Add(b.giveUp)
}

func (b *breaker) givenUp(now time.Time) error {
	if !b.open() || now.Before(b.end()) {
		return nil
	}
	if b.trying == nil && !now.Before(b.next) && now.After(b.end()) {
		return nil // somebody asks anew, after all: that one is a try
	}
	err := fmt.Errorf("the provider has not answered since %s (%s): %w",
		b.answered.Format(time.DateTime), now.Sub(b.answered).Round(time.Second), b.cause)
	return &classify.TerminalError{Err: classify.WithHint(err, "%s", resume)}
}

const resume = "run the same command again when the provider answers: what is done is kept"

// notBefore is the error of a wait that is too long.
func notBefore(at time.Time, why string, by *llm.CallError) error {
	err := fmt.Errorf("the provider takes no call before %s: %s", at.Format(time.DateTime), why)
	if by != nil {
		err = fmt.Errorf("%w: %w", err, by)
	}
	return &classify.TerminalError{Err: classify.WithHint(err, "run the same command again after %s: what is done is kept", at.Format(time.DateTime))}
}

func (b *breaker) granted(p *Permit) {
	if b.open() {
		b.trying = p
	}
}

// unsent is a call of which nothing was learnt.
func (b *breaker) unsent(now time.Time, p *Permit) {
	if b.trying == p {
		b.trying, b.next = nil, now
	}
}

// alive notes that the provider answered, even if it refused. An answer to a call
// from before the outage does not end it.
func (b *breaker) alive(now time.Time, p *Permit, w *window) {
	b.answered = now
	if b.open() && b.trying != p {
		return
	}
	b.failures = 0
	if b.open() {
		b.opened, b.trying, b.cause, b.pauses = time.Time{}, nil, nil, nil
		w.restart()
	}
}

// failed notes that the provider did not answer. Failures of calls that were
// under way when it was found to be down say nothing new.
func (b *breaker) failed(now time.Time, p *Permit, err *llm.CallError) {
	b.failures++
	switch {
	case b.trying == p:
		b.trying = nil
	case b.open() || b.failures <= tolerated:
		return
	default:
		b.opened = now
		b.pauses = backoff.NewExponentialBackOff()
		b.pauses.InitialInterval, b.pauses.MaxInterval = firstTry, longestTry
		b.pauses.Multiplier, b.pauses.RandomizationFactor = tryGrowth, 0
	}
	b.cause = err
	pause := float64(b.pauses.NextBackOff()) * (1 + trySpread*(2*b.rand()-1))
	b.next = now.Add(time.Duration(pause))
}
