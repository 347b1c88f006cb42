package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"classify"
	"classify/drain"
	"classify/llm"
	"classify/llm/batch"
	"classify/llm/cascade"
	"classify/llm/forecast"
	"classify/llm/gateway"
	"classify/llm/limit"
	"classify/llm/price"
	"classify/llm/provider"
)

// spending are the flags that say how a run may ask.
type spending struct {
	budget   float64 // US dollars; negative: none
	before   float64 // of these, what the runs spent that this one goes on with
	pack     int
	batchAPI bool
	resubmit bool
	// shared: several processes may ask for the same store.
	shared bool
}

// asking are the models of a run while it goes on.
type asking struct {
	*lineup
	spending
	store  classify.ModelStore
	runID  int64
	stop   context.CancelCauseFunc // ends the asking of all models
	budget *gateway.Budget
	lines  map[llm.ID]*line
	order  []llm.ID
	// expected is how many calls the run is expected to make.
	expected int
}

// line is the way to one model.
type line struct {
	model   provider.Model
	limiter *limit.Limiter
	gateway *gateway.Gateway
	desk    *batch.Desk  // nil unless in batch mode
	batch   atomic.Value // string: how the batch that is waited for stands
}

// open makes the ways to all models of the line-up; nothing is sent yet. No new
// call begins after ctx has ended. close has to be called.
func (l *lineup) open(ctx context.Context, store classify.ModelStore, runID int64, s spending) (*asking, error) {
	a := &asking{lineup: l, spending: s, store: store, runID: runID, budget: gateway.NewBudget(s.budget, s.before), lines: map[llm.ID]*line{}, order: l.models()}
	ctx, a.stop = context.WithCancelCause(ctx)
	memory := llm.MemoryIn(store)
	for _, id := range a.order {
		cost, priced := l.price(id)
		traits, err := memory.Traits(ctx, id)
		if err != nil {
			return nil, errors.Join(err, a.close(ctx))
		}
		way := &line{model: provider.Open(id, provider.Options{Key: l.keys[id], Timeout: l.timeout, Memory: memory})}
		a.lines[id] = way
		limits := limit.Config{RPM: l.rpm, TPM: l.tpm, CountsCached: cost.CountsCached, Announced: traits.Limits}
		var claims classify.QuestionClaims
		if s.shared {
			claims = store
			limits.Pool, limits.Model = store, strings.TrimSpace(id.String()+" "+id.Server())
		}
		way.limiter = limit.New(limits)
		way.gateway = gateway.New(ctx, gateway.Config{Claims: claims, Model: way.model, Limiter: way.limiter, Ledger: store, Budget: a.budget,
			RunID: runID, Price: cost, Priced: priced, Pack: s.pack,
			Ended: func(err *classify.TerminalError) { a.stop(err) }}) // what the other models would still answer is lost with this one
		if s.batchAPI {
			way.desk = batch.New(batch.Config{Model: way.model, Store: store, Budget: a.budget, RunID: runID, Price: cost, Priced: priced,
				First: way.gateway, Resubmit: s.resubmit, Observe: way.observe})
		}
	}
	return a, nil
}

// observe notes how a batch stands.
func (w *line) observe(b classify.Batch, s llm.BatchStatus) {
	w.batch.Store(fmt.Sprintf("batch of %s: %d of %d answered", counted(b.Count, "question"), s.Done, s.Total))
}

// askers are the ways by stage.
func (a *asking) askers() map[classify.Stage]cascade.Asker {
	askers := map[classify.Stage]cascade.Asker{}
	for stage, id := range a.lineup.stages {
		if way := a.lines[id]; way.desk != nil {
			askers[stage] = way.desk
		} else {
			askers[stage] = way.gateway
		}
	}
	return askers
}

// close waits for what is in flight, and remembers the limits that the
// providers announced.
func (a *asking) close(ctx context.Context) error {
	var closing sync.WaitGroup
	for _, way := range a.lines {
		closing.Go(way.gateway.Close)
	}
	closing.Wait()
	a.stop(gateway.ErrClosed)
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), drain.Time)
	defer stop()
	memory := llm.MemoryIn(a.store)
	var failed error
	for _, id := range a.order {
		way := a.lines[id]
		if way == nil {
			continue // it was not opened
		}
		announced := way.limiter.Announced()
		if !announced.Announced() {
			continue
		}
		traits, err := memory.Traits(ctx, id)
		if err == nil {
			traits.Limits = announced
			err = memory.Remember(ctx, id, traits)
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// expect counts what a run will ask, without asking: rehearse takes the
// indicators through stages.
func (l *lineup) expect(ctx context.Context, store classify.ModelStore, s spending, rehearse func(classify.Stages) error) (*expectation, error) {
	counters := map[llm.ID]*forecast.Counter{}
	askers := map[classify.Stage]cascade.Asker{}
	for _, id := range l.models() {
		cost, priced := l.price(id)
		counters[id] = forecast.NewCounter(id, forecast.Options{Cache: store, Price: cost, Priced: priced, Pack: s.pack, Batch: s.batchAPI})
	}
	for stage, id := range l.stages {
		askers[stage] = counters[id]
	}
	if err := rehearse(l.pipeline(l.answerer(askers))); err != nil {
		return nil, err
	}
	history, err := store.Costs(ctx, 0)
	if err != nil {
		return nil, err
	}
	x := &expectation{Policy: string(l.policy)}
	memory := llm.MemoryIn(store)
	for _, id := range l.models() {
		lines := counters[id].Lines(history)
		traits, err := memory.Traits(ctx, id)
		if err != nil {
			return nil, err
		}
		x.pace(lines, l.paceOf(traits.Limits, history, id), s.batchAPI)
		x.Lines = append(x.Lines, lines...)
	}
	x.sort()
	return x, nil
}

// assumedLatency is how long a call takes where none was made yet.
const assumedLatency = 1500 * time.Millisecond

// paceOf is how fast a model may be asked, as far as it is known.
func (l *lineup) paceOf(known llm.Limits, history []classify.CostLine, id llm.ID) forecast.Pace {
	p := forecast.Pace{RPM: least(l.rpm, known.Requests.Limit), TPM: least(l.tpm, known.Total.Limit), Input: known.Input.Limit, Output: known.Output.Limit,
		Latency: assumedLatency, InFlight: limit.DefaultInFlight}
	var took time.Duration
	calls := 0
	for _, h := range history {
		if h.Provider == id.Provider && h.Model == id.Model && h.Server == id.Server() && h.Outcome == classify.CallAnswered && !h.Batch {
			took, calls = took+h.Latency, calls+h.Calls
		}
	}
	if calls > 0 {
		p.Latency = took / time.Duration(calls)
	}
	return p
}

// least is the smaller of two limits of which 0 is none.
func least(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// calls is how many calls were made to all models.
func (a *asking) calls() int {
	n := 0
	for _, way := range a.lines {
		n += way.gateway.Calls()
	}
	return n
}

// inFlight is how many calls are under way.
func (a *asking) inFlight() int {
	n := 0
	for _, way := range a.lines {
		n += way.gateway.InFlight()
	}
	return n
}

// state is how the asking stands, in a line.
func (a *asking) state() string {
	var parts []string
	for _, id := range a.order {
		way := a.lines[id]
		if way.desk != nil {
			standing, ok := way.batch.Load().(string)
			if !ok {
				standing = counted(way.desk.Pending(), "question") + " gathered"
			}
			parts = append(parts, id.Model+": "+standing)
			continue
		}
		s := way.limiter.State()
		part := fmt.Sprintf("%s: %s calls, %.0f per minute, %d in flight", id.Model, count(way.gateway.Calls()), s.CallsPerMinute, s.InFlight)
		if len(a.order) == 1 && a.expected > 0 {
			part = fmt.Sprintf("%s: %s of about %s calls, %.0f per minute, %d in flight", id.Model, count(way.gateway.Calls()), count(a.expected), s.CallsPerMinute, s.InFlight)
		}
		if s.Breaker != limit.Closed {
			part += fmt.Sprintf(", no answer since %s", s.Since.Format(time.TimeOnly))
		}
		parts = append(parts, part)
	}
	spent := price.Dollars(a.budget.Spent())
	if a.spending.budget >= 0 {
		spent += " of " + price.Dollars(a.spending.budget)
	}
	return strings.Join(parts, "; ") + ", " + spent
}
