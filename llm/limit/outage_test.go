package limit_test

import (
	"context"
	"errors"
	"fmt"
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

func TestRetryAfterIsObeyed(t *testing.T) {
	t.Parallel()
	for _, pause := range []time.Duration{70 * time.Millisecond, 1500 * time.Millisecond, time.Minute} {
		t.Run(pause.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := limit.New(limit.Config{})
				for range 10 {
					mustAcquire(t, l).Settle(answered)
				}
				err := failure(llm.RateLimited)
				err.RetryAfter = pause
				mustAcquire(t, l).Settle(limit.Outcome{Err: err})
				told := time.Now()
				if s := l.State(); !s.Paused.Equal(told.Add(pause)) {
					t.Errorf("paused until %v, want %v", s.Paused, told.Add(pause))
				}
				p := mustAcquire(t, l)
				if waited := time.Since(told); waited < pause {
					t.Errorf("a call went out after %v, asked to wait %v", waited, pause)
				}
				if waited := time.Since(told); pause >= time.Second && waited > pause+time.Second/5 {
					t.Errorf("a call went out after %v, asked to wait %v", waited, pause)
				}
				p.Settle(answered)
			})
		})
	}
}

func TestWaitThatIsTooLongEndsTheRun(t *testing.T) {
	t.Parallel()
	for _, pause := range []time.Duration{time.Hour, 1 << 62} {
		t.Run(pause.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := limit.New(limit.Config{})
				err := failure(llm.RateLimited)
				err.RetryAfter = pause
				mustAcquire(t, l).Settle(limit.Outcome{Err: err})
				_, got := l.Acquire(t.Context(), classify.Tokens{})
				var end *classify.TerminalError
				if !errors.As(got, &end) || !strings.Contains(got.Error(), "takes no call before") || classify.Hint(got) == "" {
					t.Errorf("error is %v", got)
				}
			})
		})
	}
}

func TestEndedContextEndsTheWaitAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{})
		held := mustAcquire(t, l) // the first call is alone
		cause := errors.New("the run was stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error, 3)
		for range 3 {
			go func() {
				_, err := l.Acquire(ctx, classify.Tokens{})
				ended <- err
			}()
		}
		synctest.Wait()
		if s := l.State(); s.Waiting != 3 {
			t.Fatalf("%d callers are waiting, want 3", s.Waiting)
		}
		began := time.Now()
		cancel(cause)
		for range 3 {
			if err := <-ended; !errors.Is(err, cause) {
				t.Errorf("error is %v", err)
			}
		}
		if _, err := l.Acquire(ctx, classify.Tokens{}); !errors.Is(err, cause) {
			t.Errorf("error is %v", err)
		}
		if s := l.State(); s.Waiting != 0 || s.InFlight != 1 || time.Since(began) > 0 {
			t.Errorf("state is %+v after %v", s, time.Since(began))
		}
		held.Settle(answered)
		mustAcquire(t, l).Settle(answered)
	})
}

func TestCallersAreServedInTheirOrder(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{RPM: 600})
		first := mustAcquire(t, l)
		var order []int
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if i%10 == 3 { // some leave the queue from its middle
					ctx, cancel = context.WithTimeout(ctx, time.Millisecond)
				}
				defer cancel()
				// Large ones are not overtaken by small ones.
				p, err := l.Acquire(ctx, classify.Tokens{Input: 10_000 * (i % 2)})
				if err != nil {
					return
				}
				order = append(order, i) // one at a time: the pace sees to that
				p.Settle(answered)
			})
			synctest.Wait()
		}
		wait(time.Millisecond)
		first.Settle(answered)
		wg.Wait()
		if len(order) != 90 {
			t.Fatalf("%d callers were served, want 90", len(order))
		}
		for i := 1; i < len(order); i++ {
			if order[i] < order[i-1] {
				t.Fatalf("served in the order %v", order)
			}
		}
	})
}

func TestSeveralRefusalsOfOneBurstAreOneDecrease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{})
		for range 20 {
			mustAcquire(t, l).Settle(answered)
			wait(100 * time.Millisecond)
		}
		burst := make([]*limit.Permit, 5)
		for i := range burst {
			burst[i] = mustAcquire(t, l)
		}
		burst[0].Settle(limit.Outcome{Err: failure(llm.RateLimited)})
		after := l.State()
		for _, p := range burst[1:] {
			p.Settle(limit.Outcome{Err: failure(llm.RateLimited)})
		}
		if s := l.State(); s.RPM != after.RPM || s.Window != after.Window || s.Source != limit.Learned {
			t.Errorf("state went from %+v to %+v with more refusals of one burst", after, s)
		}
	})
}

func TestDailyLimitIsNotTakenAsPerMinute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		window llm.Window
		rpm    float64
	}{
		{"whole again in hours", llm.Window{Limit: 14_400, Remaining: 14_000, Reset: 40 * time.Minute}, 0},
		{"nearly whole: 10,000 a day", llm.Window{Limit: 10_000, Remaining: 9_999, Reset: 8640 * time.Millisecond}, 0},
		{"200 a day", llm.Window{Limit: 200, Remaining: 199, Reset: 432 * time.Second}, 0},
		{"a minute that has just begun", llm.Window{Limit: 900, Remaining: 899, Reset: 59 * time.Second}, 891},
		{"a bucket of a second", llm.Window{Limit: 900, Remaining: 14, Reset: 67 * time.Millisecond}, 891},
		{"no reset", llm.Window{Limit: 900}, 891},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := limit.New(limit.Config{})
				mustAcquire(t, l).Settle(limit.Outcome{Limits: llm.Limits{Requests: c.window}})
				if s := l.State(); s.RPM != c.rpm || s.Source != limit.Announced {
					t.Errorf("%v calls a minute (%s), want %v", s.RPM, s.Source, c.rpm)
				}
			})
		})
	}
}

func TestUsedUpDailyLimitHoldsCallsBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{})
		day := llm.Window{Limit: 1440, Remaining: 2, Reset: 1438 * time.Minute} // one a minute
		mustAcquire(t, l).Settle(limit.Outcome{Limits: llm.Limits{Requests: day}})
		began := time.Now()
		for i, want := range []time.Duration{0, 0, time.Minute, 2 * time.Minute} {
			p := mustAcquire(t, l)
			if at := time.Since(began); at < want || at > want+time.Second {
				t.Errorf("call %d went out after %v, want %v", i+1, at, want)
			}
			p.Settle(answered)
		}
		day.Limit, day.Remaining, day.Reset = 24, 0, 24*time.Hour
		mustAcquire(t, l).Settle(limit.Outcome{Limits: llm.Limits{Requests: day}})
		_, err := l.Acquire(t.Context(), classify.Tokens{})
		var end *classify.TerminalError
		if !errors.As(err, &end) || !strings.Contains(err.Error(), "its limit for the day is used up") {
			t.Errorf("with an hour to wait the error is %v", err)
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

func TestSettlingTwiceCountsOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{})
		p := mustAcquire(t, l)
		p.Settle(answered)
		p.Settle(answered)
		if s := l.State(); s.InFlight != 0 {
			t.Errorf("%d calls under way, want 0", s.InFlight)
		}
	})
}

// BenchmarkCall is a call's share of the limiter alone.
func BenchmarkCall(b *testing.B) {
	for _, waiting := range []int{1, 256} {
		b.Run(fmt.Sprintf("callers=%d", waiting), func(b *testing.B) {
			l := limit.New(limit.Config{MaxInFlight: 32})
			estimate := classify.Tokens{Input: 900, Output: 100}
			o := limit.Outcome{Tokens: estimate, Latency: time.Millisecond}
			b.ReportAllocs()
			todo := make(chan struct{}, b.N)
			for range b.N {
				todo <- struct{}{}
			}
			close(todo)
			b.ResetTimer()
			var wg sync.WaitGroup
			for range waiting {
				wg.Go(func() {
					for range todo {
						p, err := l.Acquire(context.Background(), estimate)
						if err != nil {
							b.Error(err)
							return
						}
						p.Settle(o)
					}
				})
			}
			wg.Wait()
		})
	}
}
