package gateway_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"classify/llm"
)

func TestWhatIsInFlightWhenARunIsStoppedIsKeptAndNothingNewIsAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		m := &scripted{answer: always(flow), hold: make(chan struct{})}
		s := open(ctx, t, m)
		ended := make(chan error)
		go func() { _, err := s.Ask(ctx, about("exports")); ended <- err }()
		synctest.Wait() // it is on its way
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("the caller got %v", err)
		}
		if _, err := s.Ask(t.Context(), about("imports")); !errors.Is(err, context.Canceled) {
			t.Errorf("a new question got %v", err)
		}
		close(m.hold)
		s.Close()
		if m.calls() != 1 || len(s.ledger.answers) != 1 || s.ledger.outcomes() != "answered" {
			t.Errorf("%d calls, %d answers, %s", m.calls(), len(s.ledger.answers), s.ledger.outcomes())
		}
	})
}

func TestACallThatNeverEndsIsGivenUpAfterTheDrain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := open(ctx, t, &scripted{answer: always(flow), hold: make(chan struct{})})
		go func() { _, _ = s.Ask(ctx, about("exports")) }() // its error is that of the stopped run
		synctest.Wait()
		began := time.Now()
		cancel()
		s.Close()
		if took := time.Since(began); took != 30*time.Second || s.ledger.outcomes() != string(llm.Cancelled) {
			t.Errorf("after %s: %s", took, s.ledger.outcomes())
		}
	})
}
