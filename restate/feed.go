package restate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	sdk "github.com/restatedev/sdk-go"
	"golang.org/x/sync/errgroup"

	"classify"
)

// running is one Run of an Engine.
type running struct {
	*Engine
	runID int64
	// submission tells this call of Run from every other, so that an indicator which
	// it hands out again is new work.
	submission string
	ring       *ring
	batch      int
	log        *slog.Logger
	// window holds one entry for each unfinished indicator.
	window chan struct{}
	probes sync.WaitGroup

	mu   sync.Mutex
	open map[string]*flight // by indicator
}

// flight is an indicator that was handed to the cluster.
type flight struct {
	work  classify.Work
	key   string    // of its workflow
	asked time.Time // when its workflow was last accepted or looked at; zero: not accepted yet
}

// feed hands the selection out, and returns when a node has accepted all of it.
func (r *running) feed(ctx context.Context, s classify.Selection) error {
	defer r.probes.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	work, ctx := errgroup.WithContext(ctx)
	batches := make(chan []*flight)
	work.Go(func() error {
		defer close(batches)
		return r.read(ctx, s, batches)
	})
	for range perNode * len(r.ring.nodes) {
		work.Go(func() error {
			for b := range batches {
				if err := r.deliver(ctx, b); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return work.Wait()
}

// read makes batches of what the store hands out, as far as the window has room.
func (r *running) read(ctx context.Context, s classify.Selection, batches chan<- []*flight) error {
	var batch []*flight
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		select {
		case batches <- batch:
			batch = nil
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	for w, err := range r.Store.Todo(ctx, r.runID, s) {
		if err != nil {
			return fmt.Errorf("read what is to do: %w", err)
		}
		select {
		case r.window <- struct{}{}:
		default: // what is gathered has to go before anything can end
			if err := flush(); err != nil {
				return err
			}
			select {
			case r.window <- struct{}{}:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		r.Progress.Hand(1)
		batch = append(batch, r.begun(w))
		if len(batch) >= r.batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// begun notes an indicator as unfinished.
func (r *running) begun(w classify.Work) *flight {
	f := &flight{work: w, key: Key(r.submission, &w, r.LogicVersion)}
	r.mu.Lock()
	r.open[w.ID] = f
	r.mu.Unlock()
	return f
}

// deliver gives a batch to one node after the other until one accepts it.
func (r *running) deliver(ctx context.Context, flights []*flight) error {
	b := Batch{RunID: r.runID, Submission: r.submission, Trace: r.Trace, Work: make([]classify.Work, len(flights))}
	for i, f := range flights {
		b.Work[i] = f.work
	}
	for {
		n, err := r.ring.take(ctx)
		if err != nil {
			return err
		}
		began := time.Now()
		accepted, err := n.submit(ctx, b)
		if err == nil && len(accepted.Workflows) != len(flights) {
			err = fmt.Errorf("it accepted %d of %d indicators", len(accepted.Workflows), len(flights))
		}
		switch {
		case err == nil:
			r.accepted(flights, accepted)
			number := r.ring.accepted(n, len(flights), time.Since(began))
			r.observe(Event{Node: n.state.Name, Batch: number, Indicators: len(flights)})
			return nil
		case ctx.Err() != nil:
			r.ring.release(n)
			return context.Cause(ctx)
		case sdk.IsTerminalError(err):
			r.ring.release(n)
			return &classify.TerminalError{Err: fmt.Errorf("%s: the service refused a batch: %w", n.state.Name, fromRestate(int(sdk.AsTerminalError(err).Code()), sdk.AsTerminalError(err).Message()))}
		}
		if first := r.ring.failed(n, err); first {
			r.log.Warn("a node failed", slog.String("node", n.url), slog.Any("error", err))
			r.observe(Event{Node: n.state.Name, Failed: err})
			r.probes.Go(func() { r.probe(ctx, n) })
		}
	}
}

// accepted notes the keys of the workflows: the service makes them, of what it
// knows itself.
func (r *running) accepted(flights []*flight, a Accepted) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for i, f := range flights {
		f.key, f.asked = a.Workflows[i].Key, now
	}
}

// probe looks at a node that failed until it answers again.
func (r *running) probe(ctx context.Context, n *node) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = firstProbe, lastProbe
	for {
		timer := time.NewTimer(pause.NextBackOff())
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		if err := n.ready(ctx); err == nil {
			r.ring.back(n)
			r.observe(Event{Node: n.state.Name, Back: true})
			return
		}
	}
}

func (r *running) observe(e Event) {
	if r.Observe != nil {
		r.Observe(e)
	}
}

// errAccepted is a store that lacks what the cluster says is in it.
var errAccepted = errors.New("the cluster says that it is committed, and the store does not have it")
