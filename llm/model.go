// Package llm holds the words that everything about language models shares: a
// model, a request, its answer, what it used, and how it can fail. Providers
// (openai, anthropic), the prompts, the limiter, the gateway in front of a
// model and the policies are packages of their own below it.
package llm

import (
	"context"
	"encoding/json"
	"time"

	"classify"
)

// A Model answers one request with JSON. It makes exactly one attempt over the
// network: retries, limits and accounts are the gateway's. Implementations are
// safe for concurrent use.
type Model interface {
	ID() ID
	// MaxTokens is the most that an answer to a request may take, with what the
	// model thinks before it: what the call can cost at most follows from it. It
	// is 0 where the model takes no bound.
	MaxTokens(r *Request) int
	// Ask sends a request. Every error is a *CallError, except the cause of a
	// ctx that has ended.
	Ask(ctx context.Context, r *Request) (*Response, error)
}

// ID names a model and where it is.
type ID struct {
	Provider string // "openai", "anthropic", "openai-compatible", "lmstudio", "ollama", "vllm"
	Model    string // as it is asked for
	BaseURL  string // without user, password and query; "" is the provider's own
}

// Server is the address of the model's server as far as answers depend on it:
// that of a provider with a service of its own, where it is another one. A
// local server that moves gives the same answers.
func (id ID) Server() string {
	switch id.Provider {
	case "openai", "anthropic":
		return id.BaseURL
	}
	return ""
}

// String is the form that --stage-model takes: provider/model.
func (id ID) String() string { return id.Provider + "/" + id.Model }

// Request is one call. What does not change from call to call comes first, so
// that the provider can keep it in its prefix cache.
type Request struct {
	Stage     classify.Stage
	Prompt    string // version of the prompt
	System    string // the static part
	User      string // the question, or the questions of a pack
	Repair    *Repair
	Schema    Schema
	MaxOutput int // tokens that the answer may take, without reasoning
	// Bound is the most tokens that the call may put out, reasoning included; 0
	// leaves it to the model's MaxTokens. What was reserved of a budget is what
	// the provider is asked to keep to.
	Bound int
}

// ReasoningRoom is how many tokens a model that cannot help thinking may think
// before its answer, to begin with.
const ReasoningRoom = 2048

// Repair asks again for an answer that could not be used.
type Repair struct {
	Answer string // what the model answered
	Reason string // why that cannot be used
}

// Schema is the strict JSON schema of an answer: every object closed, every
// property required.
type Schema struct {
	Name string // letters, digits and _; at most 64
	JSON json.RawMessage
}

// Response is an answer that is complete; whether it can be used is the
// prompt's to say.
type Response struct {
	Text      string // the JSON text
	Model     string // as the server named itself
	Tokens    classify.Tokens
	Limits    Limits
	RequestID string
}

// Limits are what a provider announced about its rate limits in the headers of
// an answer. A zero Window is one that it did not announce.
type Limits struct {
	Requests Window `json:"requests,omitzero"`
	Input    Window `json:"input_tokens,omitzero"`
	Output   Window `json:"output_tokens,omitzero"`
	Total    Window `json:"tokens,omitzero"` // input and output together
}

// Window is one announced limit.
type Window struct {
	Limit     int           `json:"limit"`     // what the provider allows per minute, or per Reset where that is far away; 0: not announced
	Remaining int           `json:"remaining"` // what is left of it now
	Reset     time.Duration `json:"reset_ns"`  // until it is whole again
}

// Announced reports whether any limit was announced.
func (l Limits) Announced() bool {
	return l.Requests.Limit > 0 || l.Input.Limit > 0 || l.Output.Limit > 0 || l.Total.Limit > 0
}

// A BatchModel answers many requests later, at a lower price. Its errors are
// those of Model.
type BatchModel interface {
	ID() ID
	MaxTokens(r *Request) int
	// Submit hands a batch in under an id of the caller's, and returns the
	// provider's. After an error whose class is Connection or Timeout it is open
	// whether the provider has it: Find tells.
	Submit(ctx context.Context, b BatchRequest) (remoteID string, err error)
	// Find looks for a batch that was submitted under the caller's id at or after
	// a time. Where the provider keeps no metadata, the keys of the items tell.
	// sure is false where neither its presence nor its absence could be proved.
	Find(ctx context.Context, id string, since time.Time, keys []string) (remoteID string, sure bool, err error)
	// Poll says how far a batch is.
	Poll(ctx context.Context, remoteID string) (BatchStatus, error)
	// Results yields what a finished batch brought, in no order.
	Results(ctx context.Context, remoteID string, yield func(BatchResult) error) error
}

// BatchRequest is a batch to be submitted; the requests have distinct keys of
// at most 64 letters, digits, - and _.
type BatchRequest struct {
	ID       string
	Keys     []string
	Requests []*Request // in the order of Keys
}

// BatchStatus is how far a batch is.
type BatchStatus struct {
	Unknown bool   // the provider does not know the batch, or not any more
	Ended   bool   // its results can be read
	Failed  string // why it will never have any; "" if it may
	Done    int    // requests that have been answered
	Total   int
}

// BatchResult is what a batch brought for one key: a response or an error.
type BatchResult struct {
	Key      string
	Response *Response
	Err      *CallError
}
