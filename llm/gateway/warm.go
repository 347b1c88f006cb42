package gateway

import (
	"context"
	"sync"
	"time"

	"classify"
)

// warmth lets the first call of each stage go ahead alone: the provider has the
// static part of a prompt in its prefix cache once one call with it has been
// answered, and calls that are sent before that pay for it in full.
type warmth struct {
	mu     sync.Mutex
	stages map[classify.Stage]chan struct{} // closed when the first attempt has ended
}

// longestWarming is how long the other calls of a stage wait for the first: one
// that hangs costs a part of the cache, not the run.
const longestWarming = 10 * time.Second

// first waits until the first attempt of a stage has ended, or is that attempt:
// the caller has to call tried when it has ended, and may call it again. Where
// the provider caches no prefixes nobody waits.
func (w *warmth) first(ctx context.Context, stage classify.Stage, minPrefix int) (tried func()) {
	if minPrefix == 0 {
		return func() {}
	}
	w.mu.Lock()
	ended, known := w.stages[stage]
	if !known {
		if w.stages == nil {
			w.stages = map[classify.Stage]chan struct{}{}
		}
		ended = make(chan struct{})
		w.stages[stage] = ended
	}
	w.mu.Unlock()
	if !known {
		return sync.OnceFunc(func() { close(ended) })
	}
	patience := time.NewTimer(longestWarming)
	defer patience.Stop()
	select {
	case <-ended:
	case <-patience.C:
	case <-ctx.Done():
	}
	return func() {}
}
