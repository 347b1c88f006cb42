package limit_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/limit"
)

// strict is a bucket that holds one second of its limit, or some seconds.
type strict struct {
	perMinute float64 // 0: no limit
	seconds   float64 // of the limit that it holds; 0: one
	level     float64
	at        time.Time
}

func (b *strict) capacity() float64 { return max(1, b.perMinute/60*max(1, b.seconds)) }

func (b *strict) fill(now time.Time) {
	if b.at.IsZero() {
		b.level = b.capacity()
	} else {
		b.level = min(b.capacity(), b.level+now.Sub(b.at).Seconds()*b.perMinute/60)
	}
	b.at = now
}

// lacks is how long until n may be taken.
func (b *strict) lacks(n float64) time.Duration {
	missing := min(n, b.capacity()) - b.level
	if b.perMinute == 0 || missing <= 1e-9 {
		return 0
	}
	return time.Duration(math.Ceil(missing * 60 / b.perMinute * 1e9))
}

func (b *strict) window() llm.Window {
	if b.perMinute == 0 {
		return llm.Window{}
	}
	return llm.Window{
		Limit: int(b.perMinute), Remaining: int(max(0, b.level)),
		Reset: time.Duration((b.capacity() - b.level) * 60 / b.perMinute * 1e9),
	}
}

// server is a provider in the bubble of a test.
type server struct {
	median     time.Duration // of the latency, log-normal
	sigma      float64
	jitter     time.Duration // the most that a call takes to arrive
	announce   bool
	retryAfter func(time.Duration) time.Duration // what a refusal says; nil: nothing
	refusing   time.Duration                     // how long a refusal takes
	slots      int                               // calls worked on at a time; 0: all
	timeout    time.Duration                     // of the client; 0: none
	used       func(*rand.Rand) classify.Tokens
	fault      func(*rand.Rand, time.Time) *llm.CallError

	mu               sync.Mutex
	rand             *rand.Rand
	requests, tokens strict
	work             chan struct{}
	began            time.Time
	arrived          []time.Time // accepted calls
	refusals         []time.Time
	timeouts         int
	flying, most     int
	usedTokens       float64
}

func newServer(seed uint64, rpm, tpm float64) *server {
	return &server{
		median: 1500 * time.Millisecond, sigma: 0.4, jitter: 50 * time.Millisecond,
		retryAfter: exactly, rand: rand.New(rand.NewPCG(seed, 1)), began: time.Now(),
		requests: strict{perMinute: rpm}, tokens: strict{perMinute: tpm},
		used: func(*rand.Rand) classify.Tokens { return classify.Tokens{Input: 900, Output: 100} },
	}
}

func exactly(d time.Duration) time.Duration      { return d }
func wholeSeconds(d time.Duration) time.Duration { return (d + time.Second - 1).Truncate(time.Second) }

// arrive judges a call: how long it takes, and what it ends in.
func (s *server) arrive() (took time.Duration, o limit.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if s.fault != nil {
		if err := s.fault(s.rand, now); err != nil {
			return 50 * time.Millisecond, limit.Outcome{Err: err}
		}
	}
	used := s.used(s.rand)
	n := float64(used.Input + used.Output)
	s.requests.fill(now)
	s.tokens.fill(now)
	if wait := max(s.requests.lacks(1), s.tokens.lacks(n)); wait > 0 {
		s.refusals = append(s.refusals, now)
		err := &llm.CallError{Class: llm.RateLimited, Status: 429, Err: errors.New("slow down")}
		if s.retryAfter != nil {
			err.RetryAfter = s.retryAfter(wait)
		}
		took, o = s.refusing, limit.Outcome{Err: err}
	} else {
		s.requests.level--
		s.tokens.level -= n
		s.arrived = append(s.arrived, now)
		s.usedTokens += n
		took = time.Duration(float64(s.median) * math.Exp(s.sigma*s.rand.NormFloat64()))
		o = limit.Outcome{Tokens: used}
	}
	if s.announce {
		o.Limits = llm.Limits{Requests: s.requests.window(), Total: s.tokens.window()}
	}
	return took, o
}

// ask is one call.
func (s *server) ask() limit.Outcome {
	s.mu.Lock()
	s.flying++
	s.most = max(s.most, s.flying)
	there := time.Duration(s.rand.Float64() * float64(s.jitter))
	if s.slots > 0 && s.work == nil {
		s.work = make(chan struct{}, s.slots)
	}
	work := s.work
	s.mu.Unlock()
	defer func() { s.mu.Lock(); s.flying--; s.mu.Unlock() }()
	wait(there)
	var late <-chan time.Time
	if s.timeout > 0 {
		late = time.After(s.timeout)
	}
	if work != nil {
		select {
		case work <- struct{}{}:
			defer func() { <-work }()
		case <-late:
			return s.tooLate()
		}
	}
	took, o := s.arrive()
	select {
	case <-time.After(took):
		return o
	case <-late:
		return s.tooLate()
	}
}

func (s *server) tooLate() limit.Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timeouts++
	return limit.Outcome{Err: &llm.CallError{Class: llm.Timeout, Err: errors.New("no answer in time")}}
}

func wait(d time.Duration) { <-time.After(d) }

// run sends calls through a limiter until all are answered.
func (s *server) run(t *testing.T, l *limit.Limiter, calls int, estimate func(*rand.Rand) classify.Tokens) {
	t.Helper()
	const workers = 400
	todo := make(chan int, calls)
	for i := range calls {
		todo <- i
	}
	close(todo)
	if estimate == nil {
		estimate = func(*rand.Rand) classify.Tokens { return classify.Tokens{Input: 900, Output: 100} }
	}
	var wg sync.WaitGroup
	for w := range min(workers, calls) {
		r := rand.New(rand.NewPCG(uint64(w), 2))
		wg.Go(func() {
			for range todo {
				for done := false; !done; {
					p, err := l.Acquire(context.Background(), estimate(r))
					if err != nil {
						t.Errorf("Acquire: %v", err)
						return
					}
					o := s.ask()
					p.Settle(o)
					done = o.Err == nil
				}
			}
		})
	}
	wg.Wait()
}

// steady returns the accepted calls per second from 10 s after the start until
// fewer than 60 are left.
func (s *server) steady() float64 {
	from := s.began.Add(10 * time.Second)
	last := len(s.arrived) - 60
	first := 0
	for first < len(s.arrived) && s.arrived[first].Before(from) {
		first++
	}
	return float64(last-first) / s.arrived[last].Sub(from).Seconds()
}
