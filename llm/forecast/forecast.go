// Package forecast says before a run what it will ask language models: calls,
// tokens, dollars and minutes, by stage.
package forecast

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/cascade"
	"classify/llm/gateway"
	"classify/llm/price"
	"classify/llm/prompt"
)

// Cache is where answers may be already; a classify.ModelStore is one.
type Cache interface {
	CachedAnswer(ctx context.Context, key string) (classify.CachedAnswer, error)
}

// Counter is an Asker that asks nobody: it counts the questions that are not
// in the cache, each once. It is safe for concurrent use.
type Counter struct {
	id     llm.ID
	cache  Cache
	price  price.Model
	priced bool
	pack   int
	batch  bool

	mu     sync.Mutex
	seen   map[[16]byte]struct{}
	stages map[classify.Stage]*count
}

// count is what one stage would ask.
type count struct{ questions, cached, bytes int }

// Options are what a Counter has to know of a run.
type Options struct {
	Cache  Cache
	Price  price.Model
	Priced bool
	Pack   int  // questions of a stage in one call; 0 and 1: one
	Batch  bool // at the price of a provider batch
}

// NewCounter returns a Counter for one model.
func NewCounter(id llm.ID, o Options) *Counter {
	return &Counter{id: id, cache: o.Cache, price: o.Price, priced: o.Priced, pack: max(1, o.Pack), batch: o.Batch,
		seen: map[[16]byte]struct{}{}, stages: map[classify.Stage]*count{}}
}

// Ask returns the stored answer, or cascade.ErrNotAsked after it has counted
// the question.
func (c *Counter) Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
	key := q.Key(c.id)
	stored, err := c.cache.CachedAnswer(ctx, key)
	if c.pack > 1 && errors.Is(err, classify.ErrNotFound) {
		stored, err = c.cache.CachedAnswer(ctx, q.PackedKey(c.id))
	}
	if err != nil && !errors.Is(err, classify.ErrNotFound) {
		return gateway.Answer{}, &classify.TerminalError{Err: fmt.Errorf("look up an answer: %w", err)}
	}
	var short [16]byte
	if _, hexErr := hex.Decode(short[:], []byte(key[:2*len(short)])); hexErr != nil {
		return gateway.Answer{}, fmt.Errorf("key of a question: %w", hexErr)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.stages[q.Stage]
	if n == nil {
		n = &count{}
		c.stages[q.Stage] = n
	}
	_, seen := c.seen[short]
	c.seen[short] = struct{}{}
	switch {
	case err == nil && !seen:
		n.cached++
	case err != nil && !seen:
		n.questions++
		n.bytes += len(q.Text)
	}
	if err != nil {
		return gateway.Answer{}, cascade.ErrNotAsked
	}
	return gateway.AnswerOf(stored), nil
}

// A Line is what one stage will ask one model, or has asked it.
type Line struct {
	Stage     classify.Stage  `json:"stage"`
	Model     string          `json:"model"`
	Questions int             `json:"questions"` // distinct, not in the cache
	Cached    int             `json:"cached"`    // distinct, in the cache
	Calls     int             `json:"calls"`
	Tokens    classify.Tokens `json:"tokens"`
	USD       float64         `json:"usd"`
	Priced    bool            `json:"priced"`
}

// experience is what calls of a stage and model took so far, per question.
type experience struct{ input, cached, output float64 }

// Until a model has answered, an input token is taken as four bytes, nearly the
// whole static part as read from the prefix cache where the provider has one,
// and an answer as 120 tokens.
const (
	bytesPerToken = 4
	cachedShare   = 0.9
	outputTokens  = 120
)

// Lines returns what was counted, in the order of the stages. History are the
// calls of earlier runs, which say how many tokens a question takes.
func (c *Counter) Lines(history []classify.CostLine) []Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	var lines []Line
	for _, stage := range classify.StageNames {
		n := c.stages[stage]
		if n == nil {
			continue
		}
		l := Line{Stage: stage, Model: c.id.String(), Questions: n.questions, Cached: n.cached, Calls: (n.questions + c.pack - 1) / c.pack, Priced: c.priced}
		l.Tokens = c.tokens(stage, n, l.Calls, history)
		if c.priced {
			l.USD = c.price.USD(l.Tokens, c.batch)
		}
		lines = append(lines, l)
	}
	return lines
}

func (c *Counter) tokens(stage classify.Stage, n *count, calls int, history []classify.CostLine) classify.Tokens {
	if x, ok := c.learned(stage, history); ok {
		q := float64(n.questions)
		return classify.Tokens{Input: int(x.input * q), Cached: int(x.cached * q), Output: int(x.output * q)}
	}
	p := prompt.Of(stage)
	static := (len(p.System) + len(p.Schema.JSON)) / bytesPerToken
	t := classify.Tokens{Input: calls*static + n.bytes/bytesPerToken, Output: n.questions * outputTokens}
	if c.price.MinPrefix > 0 && static >= c.price.MinPrefix {
		t.Cached = int(float64(max(0, calls-1)*static) * cachedShare)
	}
	return t
}

// learned averages the answered calls of earlier runs that had the same size of
// packs, or nearly.
func (c *Counter) learned(stage classify.Stage, history []classify.CostLine) (experience, bool) {
	var t classify.Tokens
	questions, calls := 0, 0
	for _, h := range history {
		if h.Stage == stage && h.Provider == c.id.Provider && h.Model == c.id.Model && h.Outcome == classify.CallAnswered {
			t, questions, calls = t.Add(h.Tokens), questions+h.Questions, calls+h.Calls
		}
	}
	if questions == 0 || (questions > calls) != (c.pack > 1) {
		return experience{}, false
	}
	q := float64(questions)
	return experience{float64(t.Input) / q, float64(t.Cached) / q, float64(t.Output) / q}, true
}

// Pace is how fast a model may be asked.
type Pace struct {
	RPM, TPM int           // 0: unknown
	Latency  time.Duration // of a call; 0: unknown
	InFlight int           // at most
}

// Duration is how long calls of that size take at least: by requests, by
// tokens, or by what can be in flight. ok is false where nothing is known.
func (p Pace) Duration(calls int, tokens classify.Tokens) (d time.Duration, ok bool) {
	minutes := []float64{}
	if p.RPM > 0 {
		minutes = append(minutes, float64(calls)/float64(p.RPM))
	}
	if p.TPM > 0 {
		minutes = append(minutes, float64(tokens.Input+tokens.Output)/float64(p.TPM))
	}
	if p.Latency > 0 && p.InFlight > 0 {
		minutes = append(minutes, float64(calls)*p.Latency.Minutes()/float64(p.InFlight))
	}
	if len(minutes) == 0 {
		return 0, false
	}
	return time.Duration(slices.Max(minutes)*float64(time.Minute)) + p.Latency, true
}
