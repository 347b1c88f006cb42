package classify

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// ModelStore keeps what language models were asked, what they answered and
// what that cost. Its methods need no lease: a call that was paid is recorded
// whoever writes to the store. All are safe for concurrent use.
type ModelStore interface {
	QuestionClaims
	RatePool

	// CachedAnswer returns the answer that is stored under a key, or ErrNotFound.
	CachedAnswer(ctx context.Context, key string) (CachedAnswer, error)
	// RecordCall stores a call and the usable answers that it gave in one
	// transaction, and returns when they are durable; concurrent calls share a
	// commit. An answer whose key is stored already is left as it is.
	RecordCall(ctx context.Context, c Call, answers []CachedAnswer) error
	// Costs sums the calls of a run, or of all with runID 0, by run, stage,
	// provider, model, server and outcome, in that order.
	Costs(ctx context.Context, runID int64) ([]CostLine, error)

	// CallsUnderWay returns how many calls may have been under way when a run was
	// killed, and billed without being in the ledger: the most that one of its last
	// hundred calls had beside it and with it. It is 0 for a run without calls.
	CallsUnderWay(ctx context.Context, runID int64) (int, error)

	// CacheStats counts the cached answers by stage, model, server and prompt version.
	CacheStats(ctx context.Context) ([]CacheStat, error)
	// CachedAnswers yields the answers that a filter selects, ordered by key.
	CachedAnswers(ctx context.Context, f CacheFilter) iter.Seq2[CachedAnswer, error]
	// ImportAnswers adds the answers whose keys are not stored yet, and returns
	// how many these were.
	ImportAnswers(ctx context.Context, answers []CachedAnswer) (added int, err error)
	// ClearAnswers takes away the answers that a filter selects, and returns how
	// many these were.
	ClearAnswers(ctx context.Context, f CacheFilter) (removed int, err error)

	// ModelTraits returns what SaveModelTraits stored under an id, or ErrNotFound.
	ModelTraits(ctx context.Context, id string) (json.RawMessage, error)
	// SaveModelTraits remembers what was found out about a model and its server.
	SaveModelTraits(ctx context.Context, id string, traits json.RawMessage) error

	// SaveBatch stores a batch with its items, or replaces the state of one that
	// is stored. It is durable on return.
	SaveBatch(ctx context.Context, b Batch) error
	// Batches returns the batches, oldest first, without their items; only those
	// in one of the states if any are given.
	Batches(ctx context.Context, states ...BatchState) ([]Batch, error)
	// BatchItems returns the items of a batch in their order.
	BatchItems(ctx context.Context, batchID string) ([]BatchItem, error)
	// CollectBatch stores what a batch brought, its calls and the answers that can
	// be used, together with its new state, in one transaction. A batch that is
	// collected already stays as it is; one that is not stored is an ErrNotFound.
	CollectBatch(ctx context.Context, b Batch, calls []Call, answers []CachedAnswer) error
}

// CachedAnswer is a usable answer of a language model. Key is the hash of
// stage, canonical question, provider, model, server, prompt version and
// parameters.
type CachedAnswer struct {
	Key      string          `json:"key"`
	Stage    Stage           `json:"stage"`
	Provider string          `json:"provider"`
	Model    string          `json:"model"`            // as it was asked for
	Server   string          `json:"server,omitempty"` // its address; "" is the provider's own
	Reported string          `json:"reported"`         // as the server named itself
	Prompt   string          `json:"prompt"`           // version of the prompt
	Params   string          `json:"params,omitempty"`
	Question json.RawMessage `json:"question"`
	Answer   json.RawMessage `json:"answer"`
	At       time.Time       `json:"at"`
	RunID    int64           `json:"run_id,omitempty"` // 0: outside a run, or imported
}

// CacheFilter selects cached answers; what is empty selects all.
type CacheFilter struct {
	Stage  Stage
	Model  string    // as it was asked for
	Server string    // address of its server
	Prompt string    // version of the prompt
	Before time.Time // answered before
}

// CacheStat is how many answers of one kind are cached.
type CacheStat struct {
	Stage    Stage     `json:"stage"`
	Provider string    `json:"provider"`
	Model    string    `json:"model"`
	Server   string    `json:"server,omitempty"`
	Prompt   string    `json:"prompt"`
	Answers  int       `json:"answers"`
	Bytes    int64     `json:"bytes"` // of questions and answers
	Oldest   time.Time `json:"oldest"`
	Newest   time.Time `json:"newest"`
}

// Call is one request to a language model, also one that failed.
type Call struct {
	RunID     int64         `json:"run_id,omitempty"` // 0: outside a run
	At        time.Time     `json:"at"`               // when it was sent
	Stage     Stage         `json:"stage"`
	Provider  string        `json:"provider"`
	Model     string        `json:"model"`
	Server    string        `json:"server,omitempty"` // its address; "" is the provider's own
	Reported  string        `json:"reported,omitempty"`
	Prompt    string        `json:"prompt"`
	Questions int           `json:"questions"` // more than one where they were packed
	Attempt   int           `json:"attempt"`   // 1 is the first
	Outcome   CallOutcome   `json:"outcome"`
	Tokens    Tokens        `json:"tokens"`
	USD       float64       `json:"usd"`    // by the price table; 0 if unpriced
	Priced    bool          `json:"priced"` // whether the price table has the model
	Latency   time.Duration `json:"latency_ns"`
	InFlight  int           `json:"in_flight"`            // calls to this model under way when this one was sent, with it
	Batch     string        `json:"batch,omitempty"`      // id of the batch that it was part of
	RequestID string        `json:"request_id,omitempty"` // the provider's
	Error     string        `json:"error,omitempty"`      // what failed, without secrets
}

// CallOutcome is how a call ended: "answered", "invalid" (an answer that could
// not be used), or the class of its error.
type CallOutcome string

const (
	CallAnswered CallOutcome = "answered"
	CallInvalid  CallOutcome = "invalid"
	CallAdapted  CallOutcome = "adapted" // refused for its form before anything was asked, and repeated in another
)

// Tokens counts what a call used. Input includes Cached and CacheWrite, Output
// includes Reasoning.
type Tokens struct {
	Input      int `json:"input"`
	Cached     int `json:"cached"`      // read from the provider's prefix cache
	CacheWrite int `json:"cache_write"` // written to it, where that has a price of its own
	Output     int `json:"output"`
	Reasoning  int `json:"reasoning"`
}

// Add sums two counts.
func (t Tokens) Add(u Tokens) Tokens {
	return Tokens{t.Input + u.Input, t.Cached + u.Cached, t.CacheWrite + u.CacheWrite, t.Output + u.Output, t.Reasoning + u.Reasoning}
}

// CostLine sums the calls of one run, stage, model and outcome.
type CostLine struct {
	RunID     int64         `json:"run_id"`
	Stage     Stage         `json:"stage"`
	Provider  string        `json:"provider"`
	Model     string        `json:"model"`
	Server    string        `json:"server,omitempty"`
	Outcome   CallOutcome   `json:"outcome"`
	Batch     bool          `json:"batch"`
	Calls     int           `json:"calls"`
	Questions int           `json:"questions"`
	Tokens    Tokens        `json:"tokens"`
	USD       float64       `json:"usd"`
	Unpriced  int           `json:"unpriced_calls"`
	Latency   time.Duration `json:"latency_ns"` // of all of them together
}

// BatchState is how far a provider batch is.
type BatchState string

const (
	BatchIntent    BatchState = "intent"    // about to be submitted; whether it was is open after a crash
	BatchSubmitted BatchState = "submitted" // the provider has it
	BatchCollected BatchState = "collected" // its answers are stored
	BatchFailed    BatchState = "failed"    // the provider refused it or it expired without answers
	BatchAmbiguous BatchState = "ambiguous" // whether the provider has it could not be found out
	BatchAbandoned BatchState = "abandoned" // an ambiguous one that a person gave up
)

// Batch is a number of questions that a provider answers later at a lower price.
type Batch struct {
	ID        string      `json:"id"` // the program's own, known to the provider
	RunID     int64       `json:"run_id"`
	Provider  string      `json:"provider"`
	Model     string      `json:"model"`
	Server    string      `json:"server,omitempty"` // its address; "" is the provider's own
	Stage     Stage       `json:"stage"`
	Prompt    string      `json:"prompt"` // version of the prompt
	State     BatchState  `json:"state"`
	RemoteID  string      `json:"remote_id,omitempty"`
	CreatedAt time.Time   `json:"created_at"`
	UpdatedAt time.Time   `json:"updated_at"`
	Error     string      `json:"error,omitempty"`
	Count     int         `json:"count"`
	Items     []BatchItem `json:"items,omitempty"`
}

// BatchItem is one question of a batch. Its key is the answer's in the cache.
type BatchItem struct {
	Key      string          `json:"key"`
	Question json.RawMessage `json:"question"`
	// Rejected is the answer that this item is asked again for, and Reason why.
	Rejected string `json:"rejected,omitempty"`
	Reason   string `json:"reason,omitempty"`
}
