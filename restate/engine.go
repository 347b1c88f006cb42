package restate

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"

	"classify"
	"classify/progress"
)

const (
	// DefaultBatch is how many indicators a request holds.
	DefaultBatch = 5
	// DefaultInFlight is how many indicators are unfinished at once: what the open
	// invocations of a cluster as it is set up by default can hold.
	DefaultInFlight = 1000
)

// Engine classifies what a selection of the store has to do, on a cluster. Work is
// handed out no faster than it is completed, and complete is what the store has.
type Engine struct {
	Store        classify.RunStore
	Nodes        []string // addresses of ingresses; at least one
	LogicVersion string   // that of the service
	Batch        int      // indicators in a request; 0: DefaultBatch
	InFlight     int      // indicators unfinished at once; 0: DefaultInFlight
	Progress     *progress.Counts
	Trace        string // W3C trace context of the run, or ""
	// Observe is told of every batch that a node accepted, and of every node that
	// failed or came back; nil: nobody is.
	Observe func(Event)
	Log     *slog.Logger // nil: nothing is logged

	mu   sync.Mutex
	ring *ring
}

// Event is what happens between a run and a node.
type Event struct {
	Node       string // "node 1"
	Batch      int    // its number in this run, or 0
	Indicators int    // in the batch
	Failed     error  // the node is left out from now on
	Back       bool   // the node is taken in again
}

// States is what the nodes did for the run so far.
func (e *Engine) States() []NodeState {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ring == nil {
		return nil
	}
	return e.ring.states()
}

// Run classifies the selection and returns when every answer is in the store. A
// cancelled context ends it early: no more work is handed out, what is under way
// has some seconds to be committed, and the context's error is returned. An
// indicator whose answer is pending, or that no budget is left for, is left as it is.
func (e *Engine) Run(ctx context.Context, runID int64, s classify.Selection) error {
	r, err := e.begin(runID)
	if err != nil {
		return err
	}
	defer r.ring.close()
	feeding, stop := context.WithCancelCause(ctx)
	fed := &ending{done: make(chan struct{})}
	go func() {
		defer close(fed.done)
		fed.err = r.feed(feeding, s)
	}()
	err = r.watch(context.WithoutCancel(ctx), ctx.Done(), fed)
	stop(err)
	<-fed.done
	switch {
	case err != nil:
		return err
	case fed.err == nil && r.unfinished() > 0: // they are given up
		return context.Cause(ctx)
	}
	return fed.err
}

// ending is how something ended; err may be read when done is closed.
type ending struct {
	done chan struct{}
	err  error
}

// RunShared is Run where other runs share the work; see local.Engine.
func (e *Engine) RunShared(ctx context.Context, runID int64, s classify.Selection) error {
	for {
		before := e.Progress.Snapshot().Handed
		err := e.Run(ctx, runID, s)
		if now := e.Progress.Snapshot(); err != nil || now.Handed >= now.Total || now.Handed == before {
			return err
		}
		s.NotBy = runID
	}
}

// begin sets a run up.
func (e *Engine) begin(runID int64) (*running, error) {
	ring, err := newRing(e.Nodes, time.Now)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	if e.ring != nil {
		ring.goOn(e.ring)
	}
	e.ring = ring
	e.mu.Unlock()
	r := &running{Engine: e, runID: runID, submission: rand.Text(), ring: ring, batch: e.Batch, window: make(chan struct{}, DefaultInFlight), open: map[string]*flight{}}
	if r.batch == 0 {
		r.batch = DefaultBatch
	}
	if e.InFlight > 0 {
		r.window = make(chan struct{}, e.InFlight)
	}
	if r.log = e.Log; r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	return r, nil
}
