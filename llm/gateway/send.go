package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"classify"
	"classify/llm"
	"classify/llm/limit"
	"classify/llm/prompt"
)

const (
	// maxFaults is how often one call is repeated after passing faults of the
	// provider. Limits and overload do not count: the limiter waits for these.
	maxFaults = 8
	// maxRefused bounds the repetitions after 429 and 529, which the limiter has
	// already spaced out.
	maxRefused = 200
	// firstFaults is how often a model that never answered is tried, by all calls
	// together: a wrong address should stop the run within seconds.
	firstFaults = 3
)

// errand is one call and its repetitions, until every question has landed.
type errand struct {
	g       *Gateway
	p       *prompt.Prompt
	flights []*flight
	attempt int
	faults  int
	refused int
	adapted int
	pause   *backoff.ExponentialBackOff
}

// send asks the questions in one call, and repeats it where that helps.
func (g *Gateway) send(p *prompt.Prompt, flights []*flight) {
	e := &errand{g: g, p: p, flights: flights}
	tried := g.warm.first(g.admit, p.Stage, g.Price.MinPrefix)
	defer tried()
	for len(e.flights) > 0 {
		e.attempt++
		resp, failed, err := e.call()
		if failed == nil || failed.Class != llm.Adapted { // the prefix of a refused request is not kept
			tried()
		}
		switch {
		case err != nil:
			e.fail(err)
		case failed != nil:
			e.after(failed)
		default:
			e.read(resp)
		}
	}
}

// called is a response with what the ledger has to note of its call.
type called struct {
	*llm.Response
	entry classify.Call
}

// call makes one attempt: a place under the limits, a part of the budget, the
// network. err is set where no attempt could be made.
func (e *errand) call() (*called, *llm.CallError, error) {
	g := e.g
	req := e.request()
	permit, most, err := e.admitted(req)
	if err != nil {
		return nil, nil, err
	}
	at := g.Now()
	g.made.Add(1)
	inFlight := g.inFlight.Add(1)
	resp, err := g.Model.Ask(g.calls, req)
	g.inFlight.Add(-1)
	took := g.Now().Sub(at)
	entry := e.entry(at, took)
	entry.InFlight = int(inFlight)
	if err != nil {
		failed := e.classed(err)
		permit.Settle(limit.Outcome{Tokens: failed.Tokens, Limits: failed.Limits, Err: failed, Latency: took})
		return nil, failed, e.noteFailure(entry, failed, most)
	}
	permit.Settle(limit.Outcome{Tokens: resp.Tokens, Limits: resp.Limits, Latency: took})
	g.answered.Store(true)
	g.refusals.Store(0)
	g.sizes.learn(req, len(e.flights), resp.Tokens)
	entry.Reported, entry.RequestID, entry.Tokens = resp.Model, resp.RequestID, resp.Tokens
	if g.Priced {
		entry.USD = g.Price.USD(resp.Tokens, false)
	}
	g.Budget.Settle(most, entry.USD)
	return &called{resp, entry}, nil, nil
}

// admitted waits for a turn, a part of the budget (the most that the call can
// cost), and a place under the limits.
func (e *errand) admitted(req *llm.Request) (permit *limit.Permit, most float64, err error) {
	g := e.g
	if err := g.turns.take(g.admit, e.p.Stage); err != nil {
		return nil, 0, err
	}
	defer g.turns.give()
	req.Bound = g.Model.MaxTokens(req)
	if g.Priced {
		if most, err = g.most(req); err != nil {
			return nil, 0, err
		}
	}
	if err := g.Budget.Reserve(g.admit, most); err != nil {
		var spent *classify.BudgetError
		if errors.As(err, &spent) {
			g.stop(err) // what waits for its turn need not wait any longer
		}
		return nil, 0, err
	}
	if permit, err = g.Limiter.Acquire(g.admit, g.sizes.estimate(req, len(e.flights))); err != nil {
		g.Budget.Settle(most, 0)
		return nil, 0, err
	}
	return permit, most, nil
}

// most is the most that a request can cost, in US dollars. Where nothing bounds
// the answer, only a budget without a limit can hold it.
func (g *Gateway) most(req *llm.Request) (float64, error) {
	if req.Bound == 0 && g.Budget.Limited() && g.Price.Output > 0 {
		return 0, &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("%s takes no bound on its answers: no budget can hold it", g.id), "leave --budget-usd out, or choose another model")}
	}
	return g.Price.Most(AtMost(req), req.Bound), nil
}

func (e *errand) request() *llm.Request {
	if len(e.flights) == 1 {
		f := e.flights[0]
		r := e.p.Request([]string{f.q.Text}, f.repair)
		if f.repair != nil {
			r.MaxOutput *= 2 // the first answer may have ended too early
		}
		return r
	}
	texts := make([]string, len(e.flights))
	for i, f := range e.flights {
		texts[i] = f.q.Text
	}
	return e.p.Request(texts, nil)
}

func (e *errand) entry(at time.Time, took time.Duration) classify.Call {
	return classify.Call{
		RunID: e.flights[0].run, At: at, Stage: e.p.Stage, Provider: e.g.id.Provider, Model: e.g.id.Model, Server: e.g.id.Server(), Prompt: e.p.Version,
		Questions: len(e.flights), Attempt: e.attempt, Latency: took, Priced: e.g.Priced,
	}
}

// classed makes any error of a model a *llm.CallError.
func (e *errand) classed(err error) *llm.CallError {
	var failed *llm.CallError
	if e.g.calls.Err() != nil {
		return &llm.CallError{Class: llm.Cancelled, Err: context.Cause(e.g.calls)}
	}
	if errors.As(err, &failed) {
		return failed
	}
	return &llm.CallError{Class: llm.BadRequest, Err: err}
}

// maxErrorText bounds the text of an error in the ledger.
const maxErrorText = 500

// noteFailure puts a failed attempt into the ledger and the budget. A call
// whose answer never arrived may have been billed: the budget counts the most
// that it can have cost.
func (e *errand) noteFailure(entry classify.Call, failed *llm.CallError, reserved float64) error {
	g := e.g
	entry.Outcome, entry.Reported, entry.RequestID, entry.Tokens = classify.CallOutcome(failed.Class), failed.Model, failed.RequestID, failed.Tokens
	entry.Error = clip(failed.Error(), maxErrorText)
	if failed.Class == llm.Adapted {
		entry.Questions = 0 // the request was refused for its form: nothing was asked
	}
	cost := 0.0
	if g.Priced {
		entry.USD = g.Price.USD(failed.Tokens, false)
		cost = entry.USD
		switch failed.Class {
		case llm.Timeout, llm.Connection, llm.Cancelled, llm.TooLarge, llm.Malformed:
			cost = reserved
		}
	}
	g.Budget.Settle(reserved, cost)
	return e.record(entry, nil)
}

// record writes to the ledger, also after the run was stopped: the call is paid.
// Where nothing can be written no further call may be made.
func (e *errand) record(entry classify.Call, answers []classify.CachedAnswer) error {
	err := e.g.Ledger.RecordCall(e.g.notes, entry, answers)
	if err == nil {
		return nil
	}
	broken := &classify.TerminalError{Err: fmt.Errorf("record a call to %s: %w", e.g.id, err)}
	e.g.fail(broken)
	return broken
}

// read takes the answers out of a response. What cannot be used is asked again
// once, alone, with the reason.
func (e *errand) read(r *called) {
	parts, err := e.p.Split(r.Text, len(e.flights))
	if err != nil {
		parts = make([]json.RawMessage, len(e.flights))
	}
	good, bad := sort(e.flights, parts)
	answers := make([]classify.CachedAnswer, len(good))
	for i, a := range good {
		answers[i] = e.cached(a.flight, a.answer, r)
	}
	r.entry.Outcome = classify.CallAnswered
	if len(good) == 0 {
		r.entry.Outcome = classify.CallInvalid
		r.entry.Error = clip(bad[0].repair().Reason, maxErrorText)
	}
	if err := e.record(r.entry, answers); err != nil {
		e.fail(err)
		return
	}
	for i, a := range good {
		e.g.land(a.flight, result{answer: AnswerOf(answers[i])})
	}
	e.again(bad)
}

// sorted is a question with what came back for it.
type sorted struct {
	*flight
	answer json.RawMessage // nil: none
	err    error           // why it cannot be used
}

func (s sorted) repair() *llm.Repair {
	r := &llm.Repair{Answer: string(s.answer), Reason: s.err.Error()}
	if r.Answer == "" {
		r.Answer = "(nothing)" // providers refuse an empty turn
	}
	return r
}

var errNoAnswer = errors.New("the question was not answered")

// sort checks every answer against its question.
func sort(flights []*flight, parts []json.RawMessage) (good, bad []sorted) {
	for i, f := range flights {
		s := sorted{flight: f, answer: parts[i]}
		if s.answer == nil {
			s.err = errNoAnswer
		} else {
			s.err = f.q.Check(s.answer)
		}
		if s.err == nil {
			good = append(good, s)
		} else {
			bad = append(bad, s)
		}
	}
	return good, bad
}

func (e *errand) cached(f *flight, answer json.RawMessage, r *called) classify.CachedAnswer {
	a := classify.CachedAnswer{
		Key: f.key, Stage: f.q.Stage, Provider: e.g.id.Provider, Model: e.g.id.Model, Server: e.g.id.Server(), Reported: r.Model, Prompt: e.p.Version,
		Question: json.RawMessage(f.q.Text), Answer: answer, At: e.g.Now().UTC(), RunID: f.run,
	}
	if len(e.flights) > 1 {
		a.Key, a.Params = f.q.PackedKey(e.g.id), prompt.PackedParams
	}
	return a
}

// again asks what could not be used once more, each question alone.
func (e *errand) again(bad []sorted) {
	alone := len(e.flights) == 1
	e.flights = nil
	for _, s := range bad {
		if s.flight.repair != nil {
			e.g.land(s.flight, result{err: &UnusableError{Reason: s.err.Error()}})
			continue
		}
		if s.flight.repair = s.repair(); s.answer == nil {
			s.flight.repair = nil // there is nothing to mend: it is asked as if for the first time
		}
		if alone {
			e.flights = []*flight{s.flight}
			continue
		}
		go e.g.send(e.p, []*flight{s.flight})
	}
}

// clip cuts a text to n bytes, between two characters.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}
