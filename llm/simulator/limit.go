package simulator

import (
	"math"
	"sync"
	"time"
)

// bucket is one limit: it fills with the limit's rate up to what the limit
// allows in one second, so that a minute's worth can never come at once.
type bucket struct {
	limit    int // per minute; 0 is none
	capacity float64
	level    float64
	at       time.Time
}

func newBucket(perMinute int, now time.Time) bucket {
	capacity := max(1, float64(perMinute)/60)
	return bucket{limit: perMinute, capacity: capacity, level: capacity, at: now}
}

func (b *bucket) fill(now time.Time) {
	if passed := now.Sub(b.at); passed > 0 {
		b.level = min(b.capacity, b.level+passed.Seconds()*float64(b.limit)/60)
		b.at = now
	}
}

// wait is how long until n can be taken; 0 is now. More than the capacity can
// be taken from a full bucket, which then owes the rest: a request that is
// larger than a second's worth would otherwise never pass.
func (b *bucket) wait(n float64) time.Duration {
	missing := min(n, b.capacity) - b.level
	if b.limit == 0 || missing <= 1e-9 {
		return 0
	}
	return b.after(missing)
}

func (b *bucket) after(n float64) time.Duration {
	return time.Duration(math.Ceil(n * 60 / float64(b.limit) * float64(time.Second)))
}

func (b *bucket) take(n float64) {
	if b.limit > 0 {
		b.level -= n
	}
}

// window is what a header announces: the limit per minute, what can be taken
// now, and when the bucket is whole again.
type window struct {
	limit, remaining int
	reset            time.Duration
}

func (b *bucket) window() window {
	if b.limit == 0 {
		return window{}
	}
	return window{b.limit, int(max(0, b.level+1e-9)), b.after(b.capacity - b.level)}
}

// standing is how the limits of a model stand after a request was judged.
type standing struct {
	now                      time.Time
	requests, tokens, output window
}

// gate holds the limits of one model.
type gate struct {
	mu                       sync.Mutex
	requests, tokens, output bucket
}

// gates are the limits by endpoint and model.
type gates struct {
	mu sync.Mutex
	of map[gateKey]*gate
}

type gateKey struct{ endpoint, model string }

// maxNames bounds the models that are told apart; the rest share one place.
const maxNames = 1000

const otherModel = "(other)"

func (s *Server) gate(endpoint, model string, now time.Time) *gate {
	s.gates.mu.Lock()
	defer s.gates.mu.Unlock()
	key := gateKey{endpoint, model}
	if g, ok := s.gates.of[key]; ok {
		return g
	}
	if s.gates.of == nil {
		s.gates.of = map[gateKey]*gate{}
	}
	if len(s.gates.of) >= maxNames {
		key.model = otherModel
		if g, ok := s.gates.of[key]; ok {
			return g
		}
	}
	g := &gate{requests: newBucket(s.c.RPM, now), tokens: newBucket(s.c.TPM, now)}
	if endpoint == endpointMessages {
		g.output = newBucket(s.c.OTPM, now)
	}
	s.gates.of[key] = g
	return g
}

// admit takes a request and its tokens from all limits, or nothing: then
// limit names the limit that was hit, and wait says for how long.
func (g *gate) admit(now time.Time, tokens, output int) (at standing, limit string, wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, l := range [...]struct {
		name string
		b    *bucket
		n    int
	}{{"requests", &g.requests, 1}, {"tokens", &g.tokens, tokens}, {"output tokens", &g.output, output}} {
		l.b.fill(now)
		if w := l.b.wait(float64(l.n)); w > wait {
			limit, wait = l.name, w
		}
	}
	if wait == 0 {
		g.requests.take(1)
		g.tokens.take(float64(tokens))
		g.output.take(float64(output))
	}
	return standing{now, g.requests.window(), g.tokens.window(), g.output.window()}, limit, wait
}
