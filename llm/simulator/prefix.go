package simulator

import (
	"sync"
	"time"

	"classify"
	"classify/llm/price"
)

// The providers' prefix caches, as both document them: a prefix of a least
// length, which the price table has by model, is kept for five minutes after its
// last use. OpenAI counts what it found in steps of 128 tokens.
const (
	prefixStep = 128
	prefixLife = 5 * time.Minute
	// anyPrefix is the least length for a model that the table does not have.
	anyPrefix = 1024
)

// minPrefix is the least prefix that the provider of an endpoint caches.
func minPrefix(endpoint, model string) int {
	provider := "openai"
	if endpoint == endpointMessages {
		provider = "anthropic"
	}
	if m, ok := price.Default().Model(provider, model); ok && m.MinPrefix > 0 {
		return m.MinPrefix
	}
	return anyPrefix
}

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
	case n < minPrefix(endpoint, a.model) || endpoint == endpointMessages && !a.cacheable:
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
