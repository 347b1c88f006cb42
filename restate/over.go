package restate

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"classify"
	"classify/llm/cascade"
	"classify/llm/gateway"
	"classify/llm/prompt"
)

const (
	// believed is for how long a run that lived is believed to live.
	believed = 2 * time.Second
	// lookedAt is how many of the newest runs are looked at.
	lookedAt = 200
)

// WhileRunning asks a model only for runs that live: when a client was stopped, the
// workflows that it left behind end instead of spending money.
func WhileRunning(runs classify.AnswerReader, asker cascade.Asker) cascade.Asker {
	return &whileRunning{runs: runs, asker: asker}
}

type whileRunning struct {
	runs  classify.AnswerReader
	asker cascade.Asker

	mu     sync.Mutex
	seen   time.Time
	states map[int64]string
}

func (w *whileRunning) Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
	if run := gateway.RunOf(ctx); run > 0 {
		state, err := w.state(ctx, run)
		if err != nil {
			return gateway.Answer{}, err
		}
		if state != "" && state != "running" {
			return gateway.Answer{}, &classify.TerminalError{Err: fmt.Errorf("run %d is over (%s): nothing is asked for it any more", run, state)}
		}
	}
	return w.asker.Ask(ctx, q)
}

// state is how a run stands, or "" for one that is not among the newest. The store
// is asked without the lock being held: some may ask it at the same time.
func (w *whileRunning) state(ctx context.Context, run int64) (string, error) {
	w.mu.Lock()
	state, known := w.states[run]
	fresh := time.Since(w.seen) < believed
	w.mu.Unlock()
	if known && (fresh || state != "running") {
		return state, nil
	}
	all, err := w.runs.Runs(ctx, lookedAt)
	if err != nil {
		return "", err
	}
	states := make(map[int64]string, len(all))
	for _, r := range all {
		states[r.ID] = r.State
	}
	if !slices.ContainsFunc(all, func(r classify.Run) bool { return r.ID == run }) {
		states[run] = ""
	}
	w.mu.Lock()
	w.states, w.seen = states, time.Now()
	w.mu.Unlock()
	return states[run], nil
}
