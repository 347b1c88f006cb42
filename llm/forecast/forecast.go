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

	lru "github.com/hashicorp/golang-lru/v2"

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

	answers *lru.Cache[string, gateway.Answer]

	mu     sync.Mutex
	asked  map[[16]byte]bool // whether a question that was met would be asked, or is answered
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
	answers, _ := lru.New[string, gateway.Answer](remembered) // fails for a size below 1 alone
	return &Counter{id: id, cache: o.Cache, price: o.Price, priced: o.Priced, pack: max(1, o.Pack), batch: o.Batch,
		answers: answers, asked: map[[16]byte]bool{}, stages: map[classify.Stage]*count{}}
}

// remembered is how many stored answers stay in memory; the others are read
// again where they are asked for again.
const remembered = 1 << 14

// Ask returns the stored answer, or cascade.ErrNotAsked after it has counted
// the question.
func (c *Counter) Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
	key := q.Key(c.id)
	if a, ok := c.answers.Get(key); ok {
		return a, nil
	}
	var short [16]byte
	if _, err := hex.Decode(short[:], []byte(key[:2*len(short)])); err != nil {
		return gateway.Answer{}, fmt.Errorf("key of a question: %w", err)
	}
	c.mu.Lock()
	asked := c.asked[short]
	c.mu.Unlock()
	if asked {
		return gateway.Answer{}, cascade.ErrNotAsked
	}
	stored, err := c.lookUp(ctx, key, q)
	if err != nil && !errors.Is(err, classify.ErrNotFound) {
		return gateway.Answer{}, &classify.TerminalError{Err: fmt.Errorf("look up an answer: %w", err)}
	}
	c.note(short, q, err == nil)
	if err != nil {
		return gateway.Answer{}, cascade.ErrNotAsked
	}
	answer := gateway.AnswerOf(stored)
	c.answers.Add(key, answer)
	return answer, nil
}

func (c *Counter) lookUp(ctx context.Context, key string, q prompt.Question) (classify.CachedAnswer, error) {
	stored, err := c.cache.CachedAnswer(ctx, key)
	if c.pack > 1 && errors.Is(err, classify.ErrNotFound) {
		return c.cache.CachedAnswer(ctx, q.PackedKey(c.id))
	}
	return stored, err
}

// note counts a question the first time that it is met.
func (c *Counter) note(short [16]byte, q prompt.Question, cached bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, met := c.asked[short]; met {
		return
	}
	c.asked[short] = !cached
	n := c.stages[q.Stage]
	if n == nil {
		n = &count{}
		c.stages[q.Stage] = n
	}
	if cached {
		n.cached++
		return
	}
	n.questions++
	n.bytes += len(q.Text)
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
	// Minutes is how long the calls take at least; null where nothing is known of
	// the model's limits.
	Minutes *float64 `json:"minutes,omitempty"`
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
		if h.Stage == stage && h.Provider == c.id.Provider && h.Model == c.id.Model && h.Server == c.id.Server() && h.Outcome == classify.CallAnswered {
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
	Input    int           // input tokens per minute; 0: unknown
	Output   int           // output tokens per minute; 0: unknown
	Latency  time.Duration // of a call; 0: unknown
	InFlight int           // at most
}

// Limited reports whether a limit of the provider is known.
func (p Pace) Limited() bool { return p.RPM > 0 || p.TPM > 0 || p.Input > 0 || p.Output > 0 }

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
	if p.Input > 0 {
		minutes = append(minutes, float64(tokens.Input)/float64(p.Input))
	}
	if p.Output > 0 {
		minutes = append(minutes, float64(tokens.Output)/float64(p.Output))
	}
	if p.Latency > 0 && p.InFlight > 0 {
		minutes = append(minutes, float64(calls)*p.Latency.Minutes()/float64(p.InFlight))
	}
	if len(minutes) == 0 {
		return 0, false
	}
	return time.Duration(slices.Max(minutes)*float64(time.Minute)) + p.Latency, true
}
