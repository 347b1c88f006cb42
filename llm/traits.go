package llm

import "context"

// Traits are what was found out about one model on one server, so that it is
// found out once.
type Traits struct {
	// Structured is the way in which the server gives structured output:
	// "json_schema", "json_object", "tool" or "text"; "" is not known yet.
	Structured string `json:"structured,omitempty"`
	// Dropped are the parameters that the model refused.
	Dropped []string `json:"dropped,omitempty"`
	// Headroom is how many tokens the model's reasoning is given on top of an
	// answer's, after it was cut off in it.
	Headroom int `json:"headroom,omitempty"`
	// Limits are the last that the provider announced.
	Limits Limits `json:"limits"`
}

// Memory keeps traits between runs. Implementations are safe for concurrent
// use; a trait that cannot be kept is found out again.
type Memory interface {
	// Traits returns what is known; zero if nothing is.
	Traits(ctx context.Context, id ID) (Traits, error)
	Remember(ctx context.Context, id ID, t Traits) error
}
