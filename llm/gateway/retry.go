package gateway

import (
	"context"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"

	"classify"
	"classify/llm"
)

// after decides what follows a failed attempt: the same call again, now or
// later, the questions one by one, or the end.
func (e *errand) after(failed *llm.CallError) {
	switch {
	case failed.Class == llm.Adapted:
		if e.adapted++; e.adapted > maxAdapted {
			e.fail(e.exhausted(failed))
		}
	case failed.Class == llm.RateLimited || failed.Class == llm.Overloaded:
		if e.refused++; e.refused > maxRefused {
			e.fail(e.exhausted(failed))
			return
		}
		if failed.Class == llm.Overloaded && failed.RetryAfter == 0 {
			e.wait()
		}
	case failed.Class.Passing():
		e.faults++
		switch {
		case !e.g.answered.Load() && e.g.early.Add(1) >= firstFaults:
			e.end(failed)
		case e.faults >= maxFaults:
			e.fail(e.exhausted(failed))
		default:
			e.wait()
		}
	case failed.Class.Unusable():
		e.unusable(failed)
	case failed.Class == llm.Cancelled:
		e.fail(context.Cause(e.g.calls))
	case e.g.answered.Load() && (failed.Class == llm.BadRequest || failed.Class == llm.BadAddress) && e.g.refusals.Add(1) < maxRefusals:
		// Others were answered: it is this question that the provider does not take.
		e.fail(e.exhausted(failed))
	default:
		e.end(failed)
	}
}

// maxAdapted bounds how often a request is changed: by the parameters that can
// be left out, and the ways to structured output.
const maxAdapted = 12

// maxRefusals is how many calls in succession a provider may refuse as they are
// before that concerns the whole run.
const maxRefusals = 5

// unusable treats an answer that is none: a pack is asked one by one, a single
// question once more.
func (e *errand) unusable(failed *llm.CallError) {
	bad := make([]sorted, len(e.flights))
	for i, f := range e.flights {
		bad[i] = sorted{flight: f, err: failed}
		if len(e.flights) == 1 {
			bad[i].answer = []byte(failed.Text)
		}
	}
	e.again(bad)
}

func (e *errand) exhausted(failed *llm.CallError) error {
	return fmt.Errorf("%s: no answer after %d attempts: %w", e.g.id, e.attempt, failed)
}

// end ends all calls of this model: no further one can succeed.
func (e *errand) end(failed *llm.CallError) {
	err := &classify.TerminalError{Err: fmt.Errorf("%s: %w", e.g.id, failed)}
	e.g.fail(err)
	e.fail(err)
}

// fail lands every question of the call with an error.
func (e *errand) fail(err error) {
	for _, f := range e.flights {
		e.g.land(f, result{err: err})
	}
	e.flights = nil
}

// wait pauses before the call is repeated, longer each time and with jitter,
// and lets the questions fail when no call may begin any more.
func (e *errand) wait() {
	if e.pause == nil {
		e.pause = backoff.NewExponentialBackOff()
		e.pause.InitialInterval, e.pause.Multiplier, e.pause.MaxInterval = 250*time.Millisecond, 2, 30*time.Second
	}
	timer := time.NewTimer(e.pause.NextBackOff())
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.g.admit.Done():
		e.fail(context.Cause(e.g.admit))
	}
}
