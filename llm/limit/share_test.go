package limit_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/limit"
)

// pool is a budget in the bubble of a test, as far away as a store is.
type pool struct {
	mu      sync.Mutex
	taken   classify.RateTaken
	rand    *rand.Rand
	slowest time.Duration // that a take takes
	broken  error
	takes   int
}

func newPool() *pool { return &pool{rand: rand.New(rand.NewPCG(1, 3)), slowest: 20 * time.Millisecond} }

func (p *pool) TakeSlots(ctx context.Context, _ string, n, tokens int, rate classify.RateLimit) (classify.Slots, error) {
	p.mu.Lock()
	there, back := p.delay(), p.delay()
	p.mu.Unlock()
	select {
	case <-time.After(there):
	case <-ctx.Done():
		return classify.Slots{}, context.Cause(ctx)
	}
	p.mu.Lock()
	p.takes++
	slots, err := p.taken.Take(time.Now(), n, tokens, rate)
	if p.broken != nil {
		err = p.broken
	}
	p.mu.Unlock()
	wait(back)
	return slots, err
}

func (p *pool) delay() time.Duration { return time.Duration(p.rand.Float64() * float64(p.slowest) / 2) }

// process is one of several that share a limit, with a demand that never ends.
type process struct {
	limiter *limit.Limiter
	callers int
	median  time.Duration
	used    func(*rand.Rand) classify.Tokens

	mu     sync.Mutex
	sent   []time.Time
	tokens int
}

// run sends calls until ctx ends.
func (p *process) run(ctx context.Context) {
	var all sync.WaitGroup
	for i := range p.callers {
		r := rand.New(rand.NewPCG(uint64(i), 4))
		all.Go(func() {
			for {
				permit, err := p.limiter.Acquire(ctx, classify.Tokens{Input: 900, Output: 100})
				if err != nil {
					return
				}
				used := p.used(r)
				p.mu.Lock()
				p.sent = append(p.sent, time.Now())
				p.tokens += used.Input + used.Output
				p.mu.Unlock()
				wait(time.Duration(float64(p.median) * math.Exp(0.4*r.NormFloat64())))
				permit.Settle(limit.Outcome{Tokens: used})
			}
		})
	}
	all.Wait()
}

// between counts the calls of a time.
func (p *process) between(from, to time.Time) (n int) {
	for _, at := range p.sent {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}

// life is when a process comes and goes, from the start of a test.
type life struct {
	name     string
	from, to time.Duration // 0: the end
	callers  int
	median   time.Duration
}

const measured = 5 * time.Minute

// share runs processes beside each other for five minutes, after one in which
// they find out how many calls may be under way.
func share(c limit.Config, used func(*rand.Rand) classify.Tokens, lives []life) (processes []*process, began time.Time) {
	began = time.Now().Add(time.Minute)
	var all sync.WaitGroup
	for _, born := range lives {
		p := &process{callers: born.callers, median: born.median, used: used}
		processes = append(processes, p)
		all.Go(func() {
			wait(born.from)
			p.limiter = limit.New(c)
			end := time.Minute + measured
			if born.to > 0 {
				end = born.to
			}
			ctx, stop := context.WithTimeout(context.Background(), end-born.from)
			defer stop()
			p.run(ctx)
		})
	}
	all.Wait()
	return processes, began
}

// mostIn returns how many of the calls of all lie in a minute at most.
func mostIn(processes []*process) (most int) {
	var sent []time.Time
	for _, p := range processes {
		sent = append(sent, p.sent...)
	}
	slices.SortFunc(sent, time.Time.Compare)
	first := 0
	for i, at := range sent {
		for at.Sub(sent[first]) >= time.Minute {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

func exact(*rand.Rand) classify.Tokens { return classify.Tokens{Input: 900, Output: 100} }

func TestProcessesShareOneLimit(t *testing.T) {
	t.Parallel()
	alike := func(n int) (lives []life) {
		for i := range n {
			lives = append(lives, life{name: fmt.Sprint("process ", i+1), callers: 100, median: 1500 * time.Millisecond})
		}
		return lives
	}
	changed := func(lives []life, f func(*life)) []life {
		f(&lives[len(lives)-1])
		return lives
	}
	for _, c := range []struct {
		name     string
		lives    []life
		from, to time.Duration // of the five minutes: when the shares are compared
	}{
		{"one process", alike(1), 0, measured},
		{"two", alike(2), 0, measured},
		{"four", alike(4), 0, measured},
		{"two, of which one has a hundred times the callers", []life{
			{name: "few", callers: 5, median: 150 * time.Millisecond}, {name: "many", callers: 500, median: 150 * time.Millisecond},
		}, 0, measured},
		{"four, of which one dies in the middle", changed(alike(4), func(l *life) { l.to = 3 * time.Minute }), 0, 2 * time.Minute},
		{"three, and another one joins late", changed(alike(4), func(l *life) { l.from = 2 * time.Minute }), 90 * time.Second, measured},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				const rpm = 900
				processes, began := share(limit.Config{RPM: rpm, Pool: newPool(), Model: "m"}, exact, c.lives)
				sum, least, greatest := 0, math.MaxInt, 0
				for _, p := range processes {
					sum += p.between(began, began.Add(measured))
					n := p.between(began.Add(c.from), began.Add(c.to))
					least, greatest = min(least, n), max(greatest, n)
				}
				used, most := float64(sum)/(rpm*measured.Minutes()), mostIn(processes)
				t.Logf("used %.1f %%, at most %d calls in a minute, shares from %d to %d", 100*used, most, least, greatest)
				if used < 0.98 || used > 1 {
					t.Errorf("%.1f %% of the limit were used, want 98 to 100 %%", 100*used)
				}
				if most > rpm+rpm/60 {
					t.Errorf("%d calls in a minute, want at most %d and a second's worth", most, rpm)
				}
				if float64(greatest) > 1.1*float64(least) {
					t.Errorf("one process sent %d calls, another one %d, want them within 10 %%", least, greatest)
				}
			})
		})
	}
}

func TestProcessesShareALimitOnTokens(t *testing.T) {
	t.Parallel()
	const tpm = 600_000
	for name, used := range map[string]func(*rand.Rand) classify.Tokens{
		"estimates that are right":       exact,
		"estimates up to half off":       unsure,
		"estimates that are far too low": func(*rand.Rand) classify.Tokens { return classify.Tokens{Input: 1800, Output: 200} },
		"estimates that are far too high": func(*rand.Rand) classify.Tokens {
			return classify.Tokens{Input: 450, Output: 50}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				lives := []life{{callers: 100, median: 1500 * time.Millisecond}, {callers: 100, median: 1500 * time.Millisecond}}
				processes, _ := share(limit.Config{RPM: 3000, TPM: tpm, Pool: newPool(), Model: "m"}, used, lives)
				tokens := 0
				for _, p := range processes {
					tokens += p.tokens
				}
				share := float64(tokens) / (tpm * (time.Minute + measured).Minutes())
				t.Logf("used %.1f %%", 100*share)
				if share < 0.95 || share > 1.01 {
					t.Errorf("%.1f %% of the tokens were used, want 95 to 101 %%", 100*share)
				}
			})
		})
	}
}

func TestAnnouncedLimitIsSharedToo(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s, budget := newServer(1, 900, 0), newPool()
		s.announce = true
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				s.run(t, limit.New(limit.Config{Pool: budget, Model: "m", Announced: llm.Limits{Requests: llm.Window{Limit: 900}}}), 1500, nil)
			})
		}
		both.Wait()
		s.wantUsed(t, 900, 0.95)
		s.wantRefused(t, 0)
	})
}

func TestWithoutALimitThePoolIsNotAsked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		budget := newPool()
		newServer(1, 0, 0).run(t, limit.New(limit.Config{Pool: budget, Model: "m"}), 100, nil)
		if budget.takes > 0 {
			t.Errorf("%d takes", budget.takes)
		}
	})
}

func TestFaultOfThePoolEndsTheWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		budget := newPool()
		budget.broken = &classify.RetryableError{Err: errors.New("the server of the store is gone")}
		l := limit.New(limit.Config{RPM: 900, Pool: budget, Model: "m"})
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				_, err := l.Acquire(t.Context(), classify.Tokens{})
				if passing := (*classify.RetryableError)(nil); !errors.As(err, &passing) {
					t.Errorf("error is %v", err)
				}
			})
		}
		all.Wait()
		budget.broken = nil
		mustAcquire(t, l).Settle(answered)
	})
}

func TestWaitForASlotEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		slowest time.Duration // of the pool
		taken   int           // by others
	}{
		"while the pool is asked": {time.Hour, 0},
		"until the slot comes":    {0, 900},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				budget := newPool()
				budget.slowest = c.slowest
				if _, err := budget.taken.Take(time.Now(), c.taken, 0, classify.RateLimit{RPM: 900}); err != nil {
					t.Fatal(err)
				}
				l := limit.New(limit.Config{RPM: 900, Pool: budget, Model: "m"})
				ctx, stop := context.WithTimeout(t.Context(), time.Second)
				defer stop()
				began := time.Now()
				if _, err := l.Acquire(ctx, classify.Tokens{}); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error is %v", err)
				}
				if waited := time.Since(began); waited != time.Second {
					t.Errorf("waited %v", waited)
				}
				if s := l.State(); s.InFlight != 0 || s.Waiting != 0 {
					t.Errorf("state is %+v", s)
				}
				// The process is as it was.
				budget.mu.Lock()
				budget.slowest = 0
				budget.mu.Unlock()
				mustAcquire(t, l).Settle(answered)
			})
		})
	}
}

func TestSlotIsUsedSoonAfterItsMomentOrGivenUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		after time.Duration // the moment of the slot
		takes int
	}{
		{"before its moment", -time.Second, 1},
		{"at its moment", 0, 1},
		{"soon after", 300 * time.Millisecond, 1},
		{"too late", 500 * time.Millisecond, 2},
		{"much too late", time.Hour, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				budget := newPool()
				budget.slowest = 0
				began := time.Now()
				if _, err := budget.taken.Take(began, 60, 0, classify.RateLimit{RPM: 891}); err != nil {
					t.Fatal(err)
				}
				moment := budget.taken.Requests
				l := limit.New(limit.Config{RPM: 900, Pool: budget, Model: "m"})
				ctx, stop := context.WithTimeout(t.Context(), time.Second)
				defer stop()
				if _, err := l.Acquire(ctx, classify.Tokens{}); err == nil {
					t.Fatal("a slot came too early")
				}
				wait(time.Until(moment.Add(c.after)))
				mustAcquire(t, l).Settle(answered)
				if budget.takes != c.takes {
					t.Errorf("%d takes, want %d", budget.takes, c.takes)
				}
				if now := time.Now(); now.Before(moment) {
					t.Errorf("sent %v too early", moment.Sub(now))
				}
			})
		})
	}
}

func TestAnswerOfThePoolThatCameTooLateIsGivenUpOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		budget := newPool()
		budget.slowest = time.Hour // this process was suspended
		l := limit.New(limit.Config{RPM: 900, Pool: budget, Model: "m"})
		for range 3 {
			before := budget.takes
			mustAcquire(t, l).Settle(answered)
			if n := budget.takes - before; n != 2 {
				t.Errorf("%d takes for a call, want 2", n)
			}
		}
	})
}

func TestCallThatCannotBeSentForLongEndsTheRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		budget := newPool()
		if _, err := budget.taken.Take(time.Now(), 900*60, 0, classify.RateLimit{RPM: 900}); err != nil {
			t.Fatal(err)
		}
		_, err := limit.New(limit.Config{RPM: 900, Pool: budget, Model: "m"}).Acquire(t.Context(), classify.Tokens{})
		if end := (*classify.TerminalError)(nil); !errors.As(err, &end) || classify.Hint(err) == "" {
			t.Errorf("error is %v", err)
		}
	})
}
