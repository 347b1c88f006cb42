// Package local runs the six stages inside the process: bounded workers over
// all cores, and a bounded number of answers on their way to the store.
package local

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"classify"
	"classify/drain"
	"classify/progress"
)

// inFlight bounds the answers that wait for their commit. It is what one
// commit can share; each takes some kilobytes.
const inFlight = 2048

// Engine classifies what a selection of the store has to do.
type Engine struct {
	Stages classify.Stages
	Store  classify.RunStore
	// Workers is how many indicators are classified at once; 0 means one per
	// core. Where a model answers, nearly all of them wait for it.
	Workers int
	// LogicVersion is stored with every answer.
	LogicVersion string
	// Progress counts what is committed; required.
	Progress *progress.Counts
}

// Run classifies the selection and returns when every answer is durable. A
// cancelled context ends it early: what was begun is committed, and the
// context's error is returned. Any other error ends the run too; what was
// committed before stays. An indicator whose answer is still pending, or that no
// budget is left for, is left as it is: Progress counts it, and the run goes on
// with those that need neither.
func (e *Engine) Run(ctx context.Context, runID int64, s classify.Selection) error {
	saveCtx, stopSaves := drain.After(ctx, drain.Time)
	defer stopSaves()
	saves, saveCtx := errgroup.WithContext(saveCtx)
	saves.SetLimit(inFlight)
	workErr := e.classify(ctx, runID, s, func(c classify.Classification) error {
		if saveCtx.Err() != nil {
			return context.Cause(saveCtx) // a save failed; the others would too
		}
		saves.Go(func() error { return e.save(saveCtx, runID, c) })
		return nil
	})
	// A failed save is the reason why the workers stopped.
	if saveErr := saves.Wait(); saveErr != nil && !Interrupted(saveErr) {
		return saveErr
	} else if saveErr != nil && workErr == nil {
		return saveErr
	}
	return workErr
}

// RunShared is Run where other runs share the work: when the selection is
// through, it comes back for what a run beside it had in hand and did not do.
// Progress knows how much there is.
func (e *Engine) RunShared(ctx context.Context, runID int64, s classify.Selection) error {
	for {
		before := e.Progress.Snapshot().Handed
		err := e.Run(ctx, runID, s)
		if now := e.Progress.Snapshot(); err != nil || now.Handed >= now.Total || now.Handed == before {
			return err
		}
		s.NotBy = runID // what was done is not done again, whatever the mode
	}
}

// Rehearse takes the selection through the stages and stores nothing.
func (e *Engine) Rehearse(ctx context.Context, runID int64, s classify.Selection) error {
	return e.classify(ctx, runID, s, func(classify.Classification) error { return nil })
}

// classify hands every classification of the selection to done, from several
// goroutines at once.
func (e *Engine) classify(ctx context.Context, runID int64, s classify.Selection, done func(classify.Classification) error) error {
	work, ctx := errgroup.WithContext(ctx)
	todo := make(chan classify.Work, 64)
	work.Go(func() error {
		defer close(todo)
		return e.read(ctx, runID, s, todo)
	})
	stages := e.Progress.Stages(e.Stages)
	for range e.workers() {
		work.Go(func() error {
			for w := range todo {
				c, err := classify.Classify(ctx, stages, w.Indicator)
				if left(err) {
					e.Progress.Leave(err)
					continue
				}
				if err != nil {
					return fmt.Errorf("indicator %q: %w", w.ID, err)
				}
				c.InputHash, c.LogicVersion = w.Hash, e.LogicVersion
				if err := done(c); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return work.Wait()
}

func (e *Engine) read(ctx context.Context, runID int64, s classify.Selection, todo chan<- classify.Work) error {
	for w, err := range e.Store.Todo(ctx, runID, s) {
		if err != nil {
			return fmt.Errorf("read what is to do: %w", err)
		}
		select {
		case todo <- w:
			e.Progress.Hand(1)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func (e *Engine) save(ctx context.Context, runID int64, c classify.Classification) error {
	if err := e.Store.Save(ctx, runID, c); err != nil {
		return &classify.TerminalError{Err: fmt.Errorf("save %q: %w", c.IndicatorID, err)}
	}
	e.Progress.Commit(c.Committed())
	return nil
}

func (e *Engine) workers() int {
	if e.Workers > 0 {
		return e.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// left reports whether an error leaves one indicator undone without ending the
// run.
func left(err error) bool {
	var pending *classify.PendingError
	var budget *classify.BudgetError
	return errors.As(err, &pending) || errors.As(err, &budget)
}

// Interrupted reports whether an error of Run means that its context ended.
func Interrupted(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
