// Package batch asks language models through the providers' batch endpoints:
// at a lower price, and later. Questions are gathered, submitted together, and
// answered from the cache once the batch is back. What was submitted survives
// the program, and nothing is submitted twice.
package batch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"classify"
	"classify/llm"
	"classify/llm/gateway"
	"classify/llm/price"
	"classify/llm/prompt"
)

// Store keeps batches and answers; a classify.ModelStore is one.
type Store interface {
	CachedAnswer(ctx context.Context, key string) (classify.CachedAnswer, error)
	SaveBatch(ctx context.Context, b classify.Batch) error
	Batches(ctx context.Context, states ...classify.BatchState) ([]classify.Batch, error)
	BatchItems(ctx context.Context, batchID string) ([]classify.BatchItem, error)
	CollectBatch(ctx context.Context, b classify.Batch, calls []classify.Call, answers []classify.CachedAnswer) error
}

// Asker asks one question at once. *gateway.Gateway is one.
type Asker interface {
	Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error)
}

// Config is what a Desk works with. All but First, Observe, Now and Every are
// required.
type Config struct {
	Model  llm.BatchModel
	Store  Store
	Budget *gateway.Budget
	RunID  int64
	Price  price.Model
	Priced bool
	// First asks one question at once before the first batch, unless it is nil:
	// what a model refuses shows there, and would otherwise cost every question of
	// the batch.
	First Asker
	// Resubmit gives up batches of which nobody knows whether the provider has
	// them: their questions are asked, and perhaps paid, again.
	Resubmit bool
	Observe  func(b classify.Batch, s llm.BatchStatus) // called after each look at a batch
	Now      func() time.Time
	Every    time.Duration // first pause between two looks at a batch; default 5 s, growing to a minute
}

// Desk gathers the questions for one model. It is an Asker of the cascade and
// safe for concurrent use.
type Desk struct {
	Config
	id llm.ID

	// Only Submit, Resume and Wait use these.
	proved    bool // First has been asked
	refused   int  // submissions in succession that did not arrive
	maxTokens int  // of one batch
	backoff   *backoff.ExponentialBackOff

	mu       sync.Mutex
	pending  map[string]item    // to be submitted, by key
	rejected map[string]item    // answered unusably once
	unusable map[string]error   // answered unusably twice
	blocked  map[string]bool    // in a batch of which nobody knows
	missed   map[string]int     // how often a batch brought nothing for a key
	reserved map[string]float64 // what was taken from the budget for a batch, by its id
}

// item is one question on its way.
type item struct {
	q      prompt.Question
	repair *llm.Repair
}

// New returns a Desk.
func New(c Config) *Desk {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Every == 0 {
		c.Every = 5 * time.Second
	}
	return &Desk{Config: c, id: c.Model.ID(), maxTokens: firstTokens, backoff: backoff.NewExponentialBackOff(), pending: map[string]item{}, rejected: map[string]item{},
		unusable: map[string]error{}, blocked: map[string]bool{}, missed: map[string]int{}, reserved: map[string]float64{}}
}

// errPending and errBlocked are why an indicator is left for now.
var (
	errPending = errors.New("the question waits for a batch")
	errBlocked = errors.New("the question is in a batch of which nobody knows whether the provider has it")
)

// Ask returns the stored answer. Where there is none it notes the question for
// the next batch and returns a *classify.PendingError; other errors are a
// *gateway.UnusableError, and a *classify.TerminalError where the store fails.
func (d *Desk) Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
	key := q.Key(d.id)
	stored, err := d.Store.CachedAnswer(ctx, key)
	if err == nil {
		return gateway.AnswerOf(stored), nil
	}
	if !errors.Is(err, classify.ErrNotFound) {
		return gateway.Answer{}, &classify.TerminalError{Err: fmt.Errorf("look up an answer: %w", err)}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.unusable[key] != nil:
		return gateway.Answer{}, &gateway.UnusableError{Reason: d.unusable[key].Error()}
	case d.blocked[key]:
		return gateway.Answer{}, &classify.PendingError{Err: errBlocked}
	}
	if _, ok := d.pending[key]; !ok {
		d.pending[key] = item{q: q, repair: d.rejected[key].repair}
	}
	return gateway.Answer{}, &classify.PendingError{Err: errPending}
}

// Pending is how many questions wait to be submitted.
func (d *Desk) Pending() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.pending)
}

// Blocked is how many questions are in batches of which nobody knows whether
// the provider has them.
func (d *Desk) Blocked() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.blocked)
}
