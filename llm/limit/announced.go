package limit

import "classify/llm"

// DefaultInFlight is how many calls may be under way at most where Config does
// not say.
const DefaultInFlight = 256

// Announced returns the limits per minute that the provider has announced, in a
// form that Config takes in a later run. What it announced over a longer time
// is not among them: how much of that is left changes.
func (l *Limiter) Announced() llm.Limits {
	l.mu.Lock()
	defer l.mu.Unlock()
	window := func(kind int) llm.Window {
		n := int(l.quota.announced[kind].perMinute)
		return llm.Window{Limit: n, Remaining: n}
	}
	return llm.Limits{Requests: window(requests), Input: window(input), Output: window(output), Total: window(total)}
}
