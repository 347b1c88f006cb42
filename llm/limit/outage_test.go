package limit_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/limit"
)

func failure(c llm.Class) *llm.CallError {
	return &llm.CallError{Class: c, Err: errors.New("it broke")}
}

// mustAcquire takes a permit at once or fails the test.
func mustAcquire(t *testing.T, l *limit.Limiter) *limit.Permit {
	t.Helper()
	p, err := l.Acquire(t.Context(), classify.Tokens{})
	if err != nil {
		t.Fatalf("Acquire: %v", err)
	}
	return p
}

var answered = limit.Outcome{Latency: time.Second}

func TestCallsResumeWithinSecondsAfterAnOutage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		class    llm.Class
		announce bool
	}{
		{"refused connections", llm.Connection, true},
		{"server errors", llm.Server, false},
		{"an overloaded provider", llm.Overloaded, true},
		{"time-outs", llm.Timeout, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newServer(1, 900, 0)
				s.announce = c.announce
				down, up := s.began.Add(30*time.Second), s.began.Add(30*time.Second+3*time.Minute)
				tries := 0
				s.fault = func(_ *rand.Rand, now time.Time) *llm.CallError {
					if now.Before(down) || !now.Before(up) {
						return nil
					}
					tries++
					return failure(c.class)
				}
				l := limit.New(limit.Config{Rand: rand.New(rand.NewPCG(1, 1)).Float64})
				s.run(t, l, 2000, nil)
				if len(s.arrived) != 2000 {
					t.Errorf("%d calls were answered, want 2000", len(s.arrived))
				}
				if tries > 100 {
					t.Errorf("the provider was tried %d times while it was down", tries)
				}
				var first time.Time
				soon := 0
				for _, at := range s.arrived {
					if first.IsZero() && !at.Before(up) {
						first = at
					}
					if !first.IsZero() && at.Before(first.Add(20*time.Second)) {
						soon++
					}
				}
				if late := first.Sub(up); late > 11*time.Second {
					t.Errorf("the first call after the outage came %v late", late)
				}
				if soon < 150 {
					t.Errorf("%d calls in the 20 s after the first one, want at least half of 300", soon)
				}
				s.wantRefused(t, 0.02)
			})
		})
	}
}

func TestOneCallTriesAProviderThatIsDown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{Rand: func() float64 { return 0.5 }})
		mustAcquire(t, l).Settle(answered)
		last := time.Now()
		for range 5 {
			mustAcquire(t, l).Settle(limit.Outcome{Err: failure(llm.Connection)})
		}
		if s := l.State(); s.Breaker != limit.Open || !s.Since.Equal(last) {
			t.Fatalf("after five failures in a row the state is %+v", s)
		}
		granted := make(chan *limit.Permit, 10)
		for range 10 {
			go func() {
				if p, err := l.Acquire(t.Context(), classify.Tokens{}); err == nil {
					granted <- p
				}
			}()
		}
		for i, pause := range []time.Duration{500, 1000, 2000, 4000, 8000, 8000} {
			wait(pause*time.Millisecond - time.Millisecond)
			synctest.Wait()
			if len(granted) != 0 {
				t.Fatalf("try %d came before its pause of %d ms", i+1, pause)
			}
			wait(time.Millisecond)
			synctest.Wait()
			if len(granted) != 1 {
				t.Fatalf("after pause %d there are %d tries, want one", i+1, len(granted))
			}
			if s := l.State(); s.Breaker != limit.HalfOpen {
				t.Fatalf("breaker is %q during a try", s.Breaker)
			}
			p := <-granted
			if i == 5 {
				p.Settle(answered)
			} else {
				p.Settle(limit.Outcome{Err: failure(llm.Server)})
			}
		}
		synctest.Wait()
		if s := l.State(); s.Breaker != limit.Closed || s.InFlight != 4 || !s.Since.IsZero() {
			t.Errorf("after an answer the state is %+v", s)
		}
		for range 4 {
			(<-granted).Settle(answered)
		}
	})
}

func TestScatteredFailuresAreNotAnOutage(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{})
		began := time.Now()
		for i := range 100 {
			o := limit.Outcome{Err: failure(llm.Server)}
			if i%5 == 4 {
				o = answered
			}
			mustAcquire(t, l).Settle(o)
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("calls waited %v", took)
		}
	})
}

func TestProviderThatStaysDownIsGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(1, 900, 0)
		s.fault = func(*rand.Rand, time.Time) *llm.CallError { return failure(llm.Connection) }
		l := limit.New(limit.Config{GiveUp: 10 * time.Minute})
		var wg sync.WaitGroup
		errs := make(chan error, 50)
		for range 50 {
			wg.Go(func() {
				for {
					p, err := l.Acquire(t.Context(), classify.Tokens{})
					if err != nil {
						errs <- err
						return
					}
					p.Settle(s.ask())
				}
			})
		}
		wg.Wait()
		if took := time.Since(s.began); took < 10*time.Minute || took > 10*time.Minute+15*time.Second {
			t.Errorf("given up after %v, want 10 minutes", took)
		}
		for range 50 {
			err := <-errs
			var end *classify.TerminalError
			if !errors.As(err, &end) || !strings.Contains(err.Error(), "has not answered since") || !strings.Contains(err.Error(), "it broke") {
				t.Fatalf("error is %v", err)
			}
			if !strings.Contains(classify.Hint(err), "run the same command again") {
				t.Fatalf("hint is %q", classify.Hint(err))
			}
		}
		wait(time.Minute)
		mustAcquire(t, l).Settle(answered) // asked anew, it is tried anew
		if state := l.State(); state.Breaker != limit.Closed {
			t.Errorf("breaker is %q after an answer", state.Breaker)
		}
	})
}

func TestOverloadShrinksTheWindowByItsShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		every       int // which call meets an overloaded provider; 0: none
		least, most int
	}{
		{"none", 0, 64, 64},
		{"one in a hundred", 100, 40, 64},
		{"one in three", 3, 1, 24},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newServer(1, 0, 0)
				n := 0
				s.fault = func(*rand.Rand, time.Time) *llm.CallError {
					if n++; c.every > 0 && n%c.every == 0 {
						return failure(llm.Overloaded)
					}
					return nil
				}
				l := limit.New(limit.Config{MaxInFlight: 64})
				s.run(t, l, 2000, nil)
				if w := l.State().Window; w < c.least || w > c.most {
					t.Errorf("window is %d, want %d to %d", w, c.least, c.most)
				}
			})
		})
	}
}
