package restate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	sdk "github.com/restatedev/sdk-go"
	"github.com/restatedev/sdk-go/ingress"

	"classify"
)

const (
	// firstLook and lastLook are the pauses between looks into the store: short
	// while answers come, longer while none does.
	firstLook = 150 * time.Millisecond
	lastLook  = time.Second
	// overdue is after which time a workflow is asked for itself, and how often.
	overdue = 5 * time.Second
	// asides is how many workflows are asked for themselves after one look.
	asides = 8
	// lastWords is how long what was handed out may still be committed after the
	// run was stopped.
	lastWords = 5 * time.Second
)

// watch counts what the store has of what was handed out, until the handing out
// has ended and all of it is there. Where that ended with an error, or stopped does,
// what is not there within lastWords is given up.
func (r *running) watch(ctx context.Context, stopped <-chan struct{}, fed *ending) error {
	pause := firstLook
	var until time.Time // for what is still waited; zero: for everything
	timer := time.NewTimer(pause)
	defer timer.Stop()
	handing := fed.done
	for {
		select {
		case <-handing:
			if handing = nil; fed.err != nil && until.IsZero() {
				until = time.Now().Add(lastWords)
			}
		case <-stopped:
			stopped, until = nil, time.Now().Add(lastWords)
		case <-timer.C:
		}
		settled, err := r.settle(ctx)
		if err == nil && settled == 0 {
			err = r.askAfter(ctx)
		}
		if err != nil {
			return err
		}
		if handing == nil && (r.unfinished() == 0 || !until.IsZero() && time.Now().After(until)) {
			return nil
		}
		pause = min(2*pause, lastLook)
		if settled > 0 {
			pause = firstLook
		}
		timer.Reset(pause)
	}
}

func (r *running) unfinished() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}

// page is for how many indicators the store is asked at once.
const page = 1000

// settle counts what is committed, and makes room for more.
func (r *running) settle(ctx context.Context) (settled int, err error) {
	r.mu.Lock()
	ids := slices.Collect(maps.Keys(r.open))
	r.mu.Unlock()
	for part := range slices.Chunk(ids, page) {
		done, err := r.Store.Committed(ctx, r.runID, part)
		if err != nil {
			return settled, err
		}
		for _, c := range done {
			r.Progress.Asked(c)
			r.Progress.Commit(c)
			r.close(c.IndicatorID)
		}
		settled += len(done)
	}
	return settled, nil
}

// close takes an indicator from what is unfinished.
func (r *running) close(id string) {
	r.mu.Lock()
	_, open := r.open[id]
	delete(r.open, id)
	r.mu.Unlock()
	if open {
		<-r.window
	}
}

// askAfter asks the cluster for some workflows whose answer is overdue: one that
// ended without an answer, or that nobody knows any more, would be waited for in vain.
func (r *running) askAfter(ctx context.Context) error {
	for _, f := range r.late() {
		n := r.ring.any()
		result, done, err := n.output(ctx, f.key)
		var unknown *ingress.InvocationNotFoundError
		switch failure := sdk.AsTerminalError(err); {
		case done:
			err = r.claimed(ctx, result)
		case err == nil: // it goes on
		case errors.As(err, &unknown):
			r.log.Warn("the cluster has lost a workflow; it is handed out again", slog.String("indicator", f.work.ID), slog.Int64("run", r.runID))
			err = r.deliver(ctx, []*flight{f})
		case failure != nil:
			err = r.ended(ctx, f, fromRestate(int(failure.Code()), failure.Message()), int(failure.Code()))
		default:
			err = nil // the node does not answer now; another one will
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// late are some flights that were accepted long ago.
func (r *running) late() []*flight {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	var some []*flight
	for _, f := range r.open {
		if !f.asked.IsZero() && now.Sub(f.asked) > overdue {
			f.asked = now
			if some = append(some, f); len(some) == asides {
				break
			}
		}
	}
	return some
}

// claimed checks what a workflow says that it committed.
func (r *running) claimed(ctx context.Context, c classify.Committed) error {
	found, err := r.Store.Committed(ctx, r.runID, []string{c.IndicatorID})
	if err == nil && len(found) == 0 {
		err = &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("indicator %q: %w", c.IndicatorID, errAccepted),
			"the service has to save to the store of the run: compare classify serve --store with --store")}
	}
	return err
}

// ended takes a workflow that ended without an answer as what it is: the end of
// the run, an indicator that is left, or one that failed, which the store notes.
func (r *running) ended(ctx context.Context, f *flight, err error, code int) error {
	var terminal *classify.TerminalError
	var budget *classify.BudgetError
	var pending *classify.PendingError
	switch {
	case code == codeOver:
		return classify.WithHint(err, "the service has to save to the store of the run: compare classify serve --store with --store")
	case errors.As(err, &terminal):
		return fmt.Errorf("indicator %q: %w", f.work.ID, err)
	case errors.As(err, &budget), errors.As(err, &pending):
		r.Progress.Leave(err)
		r.close(f.work.ID)
		return nil
	}
	c := classify.Classification{IndicatorID: f.work.ID, Name: f.work.Name, InputHash: f.work.Hash, LogicVersion: r.LogicVersion,
		Outcome: classify.Failed, ReviewStatus: classify.ReviewFailed, Failure: &classify.Failure{Reason: fmt.Sprintf("its workflow ended: %v", err)}}
	return r.Store.Save(ctx, r.runID, c)
}
