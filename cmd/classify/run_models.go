package main

import (
	"context"
	"errors"
	"fmt"

	"classify"
	"classify/local"
)

// modelWorkers is how many indicators are open at once where a model answers:
// nearly all of them wait, many of them for the same answer.
const modelWorkers = 1024

// classify does what the plan says: by rules alone, or with models.
func (r *runCommand) classify(ctx context.Context, store classify.Store, s *summary, progress *local.Progress, view *view) (err error) {
	engine := &local.Engine{Store: store, Workers: r.workers, LogicVersion: r.logic, Progress: progress}
	if r.lineup.offline() {
		if r.dryRun {
			return nil
		}
		engine.Stages = r.lineup.pipeline(r.lineup.answerer(nil))
		view.classifying()
		return engine.Run(ctx, s.Run, r.selection)
	}
	if s.Models, err = r.expect(ctx, store, s.Run); err != nil || r.dryRun {
		return err
	}
	if !r.quiet {
		fmt.Fprintln(r.cmd.ErrOrStderr(), s.Models.brief())
	}
	asking, err := r.lineup.open(ctx, store, s.Run, r.spending)
	if err != nil {
		return err
	}
	if engine.Workers == 0 {
		engine.Workers = modelWorkers
	}
	engine.Stages = r.lineup.pipeline(r.lineup.answerer(asking.askers()))
	asking.expected = sum(s.Models.Lines).Calls
	view.asking(asking)
	view.classifying()
	if r.batchAPI {
		err = r.inBatches(ctx, asking, engine, s.Run, view)
	} else {
		err = engine.Run(ctx, s.Run, r.selection)
	}
	if closeErr := asking.close(ctx); err == nil {
		err = closeErr
	}
	costs, costErr := store.Costs(context.WithoutCancel(ctx), s.Run)
	if costErr != nil && err == nil {
		err = costErr
	}
	s.Models.actual(costs)
	return err
}

// expect rehearses the run to say what it will ask.
func (r *runCommand) expect(ctx context.Context, store classify.Store, run int64) (*expectation, error) {
	return r.lineup.expect(ctx, store, r.spending, func(stages classify.Stages) error {
		rehearsal := &local.Engine{Stages: stages, Store: store, Progress: &local.Progress{}}
		return rehearsal.Rehearse(ctx, run, r.selection)
	})
}

// inBatches classifies what has all its answers, submits the questions of the
// rest, waits for the batches, and begins anew, until nothing is left to ask.
func (r *runCommand) inBatches(ctx context.Context, a *asking, engine *local.Engine, run int64, view *view) error {
	selection := r.selection
	for _, id := range a.order {
		if err := a.lines[id].desk.Resume(ctx); err != nil {
			return err
		}
	}
	for {
		engine.Progress.Again()
		if err := engine.Run(ctx, run, selection); err != nil {
			return err
		}
		// What this run has done is not done again, whatever the mode.
		selection.NotBy = run
		pending := 0
		for _, id := range a.order {
			pending += a.lines[id].desk.Pending()
		}
		if pending == 0 {
			return nil
		}
		if err := a.submitAll(ctx); err != nil {
			return err
		}
	}
}

// submitAll submits what waits at every desk, and waits for all batches.
func (a *asking) submitAll(ctx context.Context) error {
	var unpaid error
	submitted := false
	for _, id := range a.order {
		desk := a.lines[id].desk
		if desk.Pending() == 0 {
			continue
		}
		err := desk.Submit(ctx)
		var budget *classify.BudgetError
		switch {
		case errors.As(err, &budget):
			unpaid = err
		case err != nil:
			return err
		default:
			submitted = true
		}
	}
	if !submitted {
		return unpaid
	}
	for _, id := range a.order {
		if err := a.lines[id].desk.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}
