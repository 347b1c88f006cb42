// Package gateway stands between a question and a language model: an answer
// that is stored is not asked for again, a question in flight is asked once,
// every call fits the budget and the provider's limits, is repeated where that
// helps, is validated, and stands in the ledger.
package gateway

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"classify"
	"classify/drain"
	"classify/llm"
	"classify/llm/limit"
	"classify/llm/price"
	"classify/llm/prompt"
)

// Ledger is where answers and calls are kept; a classify.ModelStore is one.
type Ledger interface {
	CachedAnswer(ctx context.Context, key string) (classify.CachedAnswer, error)
	RecordCall(ctx context.Context, c classify.Call, answers []classify.CachedAnswer) error
}

// Config is what a Gateway works with. Model, Limiter, Ledger and Budget are
// required.
type Config struct {
	Model   llm.Model
	Limiter *limit.Limiter
	Ledger  Ledger
	Budget  *Budget
	// Claims keeps a question from being asked by several processes that share
	// the ledger; nil where this process is alone.
	Claims classify.QuestionClaims
	RunID  int64       // what the ledger notes, unless ForRun says otherwise; 0: outside a run
	Price  price.Model // what tokens cost
	Priced bool        // whether the price is known
	Pack   int         // questions of one stage in a call, at most; 0 and 1: one
	// Ended is called once when no further call can succeed: what else asks for
	// the same run may stop as well. Default: nothing.
	Ended func(*classify.TerminalError)
	Now   func() time.Time
}

// Gateway asks one model. It is safe for concurrent use.
type Gateway struct {
	Config
	id    llm.ID
	admit context.Context // ends when no new call may begin
	stop  context.CancelCauseFunc
	calls context.Context // outlives admit, so that what is paid is kept
	notes context.Context // outlives calls, so that what was paid is noted
	ended context.CancelFunc

	answered atomic.Bool  // whether the model has ever answered
	early    atomic.Int64 // faults before it has
	refusals atomic.Int64 // calls in succession that the provider refused as they are
	made     atomic.Int64 // calls
	inFlight atomic.Int64
	turns    turns
	warm     warmth
	sizes    sizes
	packs    packs
	claims   claims
	recent   *lru.Cache[string, result]

	mu      sync.Mutex
	flights map[string]*flight
	closed  bool
	wg      sync.WaitGroup
}

// Answer is a usable answer and who gave it.
type Answer struct {
	JSON   json.RawMessage
	Model  string // as the server named itself
	Prompt string // version of the prompt, and classify.PackedMark where it was answered in a pack
}

// AnswerOf is an answer that was stored.
func AnswerOf(a classify.CachedAnswer) Answer {
	version := a.Prompt
	if a.Params == prompt.PackedParams {
		version += classify.PackedMark
	}
	return Answer{JSON: a.Answer, Model: a.Reported, Prompt: version}
}

// UnusableError says that the model was asked twice and gave no answer that
// the taxonomy allows: a person has to look.
type UnusableError struct{ Reason string }

func (e *UnusableError) Error() string { return "no usable answer: " + e.Reason }

// flight is one question on its way. What it holds is read after done is closed.
type flight struct {
	key    string
	run    int64 // who asked first
	q      prompt.Question
	repair *llm.Repair // why it is asked again
	done   chan struct{}
	result
}

type result struct {
	answer Answer
	err    error
}

// remembered is how many results stay in memory; the others are read from the
// ledger again.
const remembered = 1 << 14

// New returns a gateway whose calls begin only while ctx lives. What is in
// flight when ctx ends goes on for up to drain.Time. Close has to be called.
func New(ctx context.Context, c Config) *Gateway {
	if c.Now == nil {
		c.Now = time.Now
	}
	g := &Gateway{Config: c, id: c.Model.ID(), flights: map[string]*flight{}}
	g.admit, g.stop = context.WithCancelCause(ctx)
	calls, endCalls := drain.After(ctx, drain.Time)
	notes, endNotes := drain.After(calls, drain.Time)
	g.calls, g.notes, g.ended = calls, notes, func() { endCalls(); endNotes() }
	g.recent, _ = lru.New[string, result](remembered) // fails for a size below 1 alone
	g.claims = claims{store: c.Claims, owner: rand.Text(), held: map[string]bool{}, forget: func() {}}
	if c.Claims != nil {
		renewed, forget := context.WithCancel(context.Background())
		g.claims.forget = forget
		go g.renew(renewed)
	}
	return g
}

// Close begins no call any more and waits for those in flight, at most drain.Time
// after the context of New has ended, and as long for the ledger.
func (g *Gateway) Close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.stop(ErrClosed)
	g.wg.Wait()
	g.claims.forget()
	g.ended()
}

// fail stops everything that waits: no further call can succeed, or none could
// be kept.
func (g *Gateway) fail(err *classify.TerminalError) {
	g.stop(err)
	if g.Ended != nil {
		g.Ended(err)
	}
}

// ErrClosed is returned for a question that comes after Close.
var ErrClosed = errors.New("the gateway is closed")

// Ask returns the answer to a question: a stored one, that of a call in
// flight, or of a new call. An answer is durable before it is returned. Errors
// are an *UnusableError, a *classify.BudgetError, a *classify.TerminalError
// where no further call can succeed, the cause of ctx, or why this one question
// could not be answered.
func (g *Gateway) Ask(ctx context.Context, q prompt.Question) (Answer, error) {
	key := q.Key(g.id)
	if r, ok := g.recent.Get(key); ok {
		return r.answer, r.err
	}
	f, err := g.join(key, q, g.runOf(ctx))
	if err != nil {
		return Answer{}, err
	}
	select {
	case <-f.done:
		return f.answer, f.err
	case <-ctx.Done():
		return Answer{}, context.Cause(ctx)
	}
}

type runKey struct{}

// ForRun says for which run is asked within ctx: where a process asks for several
// of them, the ledger notes each call for the run that came with the question first.
func ForRun(ctx context.Context, run int64) context.Context {
	return context.WithValue(ctx, runKey{}, run)
}

// RunOf is the run that ForRun said, or 0.
func RunOf(ctx context.Context) int64 {
	run, _ := ctx.Value(runKey{}).(int64)
	return run
}

func (g *Gateway) runOf(ctx context.Context) int64 {
	if run := RunOf(ctx); run != 0 {
		return run
	}
	return g.RunID
}

// Calls is how many calls were made, also those that failed.
func (g *Gateway) Calls() int { return int(g.made.Load()) }

// InFlight is how many calls are under way.
func (g *Gateway) InFlight() int { return int(g.inFlight.Load()) }

// join returns the flight of a question, and starts it if there is none.
func (g *Gateway) join(key string, q prompt.Question, run int64) (*flight, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f, ok := g.flights[key]; ok {
		return f, nil
	}
	if g.closed {
		return nil, ErrClosed
	}
	f := &flight{key: key, run: run, q: q, done: make(chan struct{})}
	g.flights[key] = f
	g.wg.Add(1)
	go g.fly(f)
	return f, nil
}

// lookUp finds the stored answer: one that was given alone, and where questions
// are packed also one that was given in a pack.
func (g *Gateway) lookUp(f *flight) (classify.CachedAnswer, error) {
	stored, err := g.Ledger.CachedAnswer(g.calls, f.key)
	if g.Pack > 1 && errors.Is(err, classify.ErrNotFound) {
		return g.Ledger.CachedAnswer(g.calls, f.q.PackedKey(g.id))
	}
	return stored, err
}

// fly looks the question up, and asks it if nobody has.
func (g *Gateway) fly(f *flight) {
	stored, err := g.lookUp(f)
	if errors.Is(err, classify.ErrNotFound) && g.Claims != nil {
		stored, err = g.take(f)
	}
	switch {
	case err == nil:
		g.land(f, result{answer: AnswerOf(stored)})
	case g.admit.Err() != nil && errors.Is(err, context.Cause(g.admit)):
		g.land(f, result{err: err})
	case !errors.Is(err, classify.ErrNotFound):
		broken := &classify.TerminalError{Err: fmt.Errorf("look up an answer: %w", err)}
		g.fail(broken)
		g.land(f, result{err: broken})
	case g.Pack > 1:
		g.packs.add(g, f)
	default:
		g.send(prompt.Of(f.q.Stage), []*flight{f})
	}
}

// land ends a flight. A question that has no usable answer is not asked again
// in this run; any other failure may be.
func (g *Gateway) land(f *flight, r result) {
	f.result = r
	var unusable *UnusableError
	if r.err == nil || errors.As(r.err, &unusable) {
		g.recent.Add(f.key, r)
	}
	g.mu.Lock()
	delete(g.flights, f.key)
	g.mu.Unlock()
	close(f.done)
	if g.Claims == nil {
		g.wg.Done()
		return
	}
	go func() {
		defer g.wg.Done()
		g.release(f.key)
	}()
}
