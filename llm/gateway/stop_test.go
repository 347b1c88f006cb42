package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"classify"
	"classify/drain"
	"classify/llm"
	"classify/llm/gateway"
	"classify/llm/limit"
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

func TestCloseBeginsNoCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &scripted{answer: always(flow), hold: make(chan struct{})}
		s := open(t.Context(), t, m, func(c *gateway.Config) { c.Limiter = limit.New(limit.Config{RPM: 60}) })
		for i := range 50 {
			go func() { _, _ = s.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))) }() // most of them never begin
		}
		synctest.Wait()
		before := m.calls()
		closed := make(chan struct{})
		go func() { s.Close(); close(closed) }()
		synctest.Wait()
		close(m.hold)
		<-closed
		if m.calls() != before || s.ledger.outcomes() == "" {
			t.Errorf("%d calls before Close, %d after it, recorded: %q", before, m.calls(), s.ledger.outcomes())
		}
	})
}

// broken is a ledger that takes nothing.
type broken struct{ ledger }

func (*broken) RecordCall(context.Context, classify.Call, []classify.CachedAnswer) error {
	return errors.New("disk full")
}

func TestWithoutALedgerThatTakesThemNoFurtherCallsAreMade(t *testing.T) {
	t.Parallel()
	var ended atomic.Int64
	s := open(t.Context(), t, &scripted{answer: always(flow)}, func(c *gateway.Config) {
		c.Ledger = &broken{}
		c.Ended = func(*classify.TerminalError) { ended.Add(1) }
	})
	for i := range 20 {
		var terminal *classify.TerminalError
		if _, err := s.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))); !errors.As(err, &terminal) {
			t.Errorf("error %v", err)
		}
	}
	if s.model.calls() != 1 || ended.Load() == 0 {
		t.Errorf("%d calls, ended %d times", s.model.calls(), ended.Load())
	}
}

// stuck is a ledger that never answers.
type stuck struct{ ledger }

func (*stuck) RecordCall(ctx context.Context, _ classify.Call, _ []classify.CachedAnswer) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

func TestAStoppedRunDoesNotWaitForeverForItsLedger(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := open(ctx, t, &scripted{answer: always(flow)}, func(c *gateway.Config) { c.Ledger = &stuck{} })
		go func() { _, _ = s.Ask(ctx, about("exports")) }() // its error is that of the stopped run
		synctest.Wait()
		began := time.Now()
		cancel()
		s.Close()
		if took := time.Since(began); took > 2*drain.Time {
			t.Errorf("Close took %s", took)
		}
	})
}

func TestAFirstCallThatHangsHoldsItsStageForSecondsOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &scripted{answer: func(n int, _ *llm.Request) (*llm.Response, error) {
			if n == 1 {
				time.Sleep(2 * time.Minute) // of the bubble's clock: the provider hangs
				return fails(llm.Timeout)
			}
			return says(flow)
		}}
		s := open(t.Context(), t, m, func(c *gateway.Config) {
			c.Limiter = limit.New(limit.Config{Announced: llm.Limits{Requests: llm.Window{Limit: 60_000, Remaining: 60_000}}})
			c.Price.MinPrefix = 1024
		})
		began := time.Now()
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if _, err := s.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))); err != nil {
					t.Error(err)
				}
				if i > 0 && m.calls() > 2 && time.Since(began) < time.Second {
					t.Error("nobody waited for the first call")
				}
			})
		}
		time.Sleep(15 * time.Second)
		if n := s.ledger.stored(); n < 19 {
			t.Errorf("%d answers after 15 s", n)
		}
		all.Wait()
		s.Close()
	})
}
