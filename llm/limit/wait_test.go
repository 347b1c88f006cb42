package limit_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/limit"
)

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
		l := limit.New(limit.Config{RPM: 60})
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
