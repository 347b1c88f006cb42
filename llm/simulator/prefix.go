package simulator

import (
	"sync"
	"time"

	"classify"
)

// The providers' prefix caches, as both document them: a prefix of at least
// 1,024 tokens is kept for five minutes after its last use. OpenAI counts what
// it found in steps of 128 tokens.
const (
	minPrefix  = 1024
	prefixStep = 128
	prefixLife = 5 * time.Minute
)

type prefixKey struct {
	endpoint, model string
	static          uint64
}

// prefixes are the prefix caches of all models.
type prefixes struct {
	mu   sync.Mutex
	used map[prefixKey]time.Time
}

// cacheable is how much of a request's static part its provider can cache.
func cacheable(endpoint string, a *ask) int {
	n := a.static.tokens
	switch {
	case n < minPrefix || endpoint == endpointMessages && !a.cacheable:
		return 0
	case endpoint == endpointChat:
		return n / prefixStep * prefixStep
	}
	return n
}

// tokens counts the input of a request. A prefix is found by the requests that
// come after the first answer with it.
func (p *prefixes) tokens(endpoint string, a *ask, now time.Time) classify.Tokens {
	t := classify.Tokens{Input: a.static.tokens + tokensOf(a.chars)}
	n := cacheable(endpoint, a)
	if n == 0 {
		return t
	}
	p.mu.Lock()
	at, ok := p.used[prefixKey{endpoint, a.model, a.static.key}]
	p.mu.Unlock()
	switch {
	case ok && now.Sub(at) < prefixLife:
		t.Cached = n
	case endpoint == endpointMessages:
		t.CacheWrite = n
	}
	return t
}

// keep notes that a prefix was used.
func (p *prefixes) keep(endpoint string, a *ask, now time.Time) {
	if cacheable(endpoint, a) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.used == nil || len(p.used) >= maxStatics {
		p.used = map[prefixKey]time.Time{}
	}
	p.used[prefixKey{endpoint, a.model, a.static.key}] = now
}
