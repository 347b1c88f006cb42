package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"classify"
	"classify/drain"
	"classify/llm/price"
	"classify/local"
	"classify/progress"
)

// modelWorkers is how many indicators are open at once where a model answers:
// nearly all of them wait, many of them for the same answer.
const modelWorkers = 1024

// classify does what the plan says: by rules alone, or with models.
func (r *runCommand) classify(ctx context.Context, store classify.Store, s *summary, progress *progress.Counts, view *view) (err error) {
	engine := &local.Engine{Store: store, Workers: r.workers, LogicVersion: r.logic, Progress: progress}
	if r.lineup.offline() {
		if r.dryRun {
			return nil
		}
		engine.Stages = r.lineup.pipeline(r.lineup.answerer(nil))
		view.classifying()
		return engine.RunShared(ctx, s.Run, r.selection)
	}
	if s.Models, err = r.expect(ctx, store, s.Run); err != nil || r.dryRun {
		return err
	}
	line := s.Models.brief(r.lineup)
	if s.Stale > 0 {
		line = fmt.Sprintf("%s that an older logic answered again: ", counted(s.Stale, "indicator")) + line
	}
	view.say(line)
	if err := r.goOn(ctx, store, s); err != nil {
		return err
	}
	asking, err := r.lineup.open(ctx, store, s.Run, r.spending)
	if err != nil {
		return err
	}
	if engine.Workers == 0 {
		engine.Workers = modelWorkers
	}
	stopped := context.AfterFunc(ctx, func() {
		if n := asking.inFlight(); n > 0 {
			fmt.Fprintf(r.cmd.ErrOrStderr(), "stopping: waiting up to %s for %s that are paid; a second Ctrl-C gives their answers up\n", drain.Time, counted(n, "call"))
		}
	})
	defer stopped()
	engine.Stages = r.lineup.pipeline(r.lineup.answerer(asking.askers()))
	asking.expected = sum(s.Models.Lines).Calls
	view.asking(asking)
	view.classifying()
	began := time.Now()
	if r.batchAPI {
		err = r.inBatches(ctx, asking, engine, s.Run)
	} else {
		err = engine.RunShared(ctx, s.Run, r.selection)
	}
	if closeErr := asking.close(ctx); err == nil {
		err = closeErr
	}
	costs, costErr := store.Costs(context.WithoutCancel(ctx), s.Run)
	if costErr != nil && err == nil {
		err = costErr
	}
	s.Models.actual(costs)
	s.Models.Took = time.Since(began).Minutes()
	return err
}

// pickUp collects the batches that an earlier run left before anything is
// planned, so that no question in them is asked, and paid, a second time. A run
// without batches stops where some are still under way.
func (r *runCommand) pickUp(ctx context.Context, store classify.Store, run int64) (err error) {
	if r.lineup.offline() || r.dryRun {
		return nil
	}
	open, err := store.Batches(ctx, classify.BatchIntent, classify.BatchSubmitted, classify.BatchAmbiguous)
	if err != nil || len(open) == 0 {
		return err
	}
	how := r.spending
	how.batchAPI = true
	a, err := r.lineup.open(ctx, store, run, how)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close(ctx)) }()
	underWay := 0
	for _, id := range a.order {
		desk := a.lines[id].desk
		if r.batchAPI {
			if err := desk.Resume(ctx); err != nil {
				return err
			}
			continue
		}
		n, err := desk.PickUp(ctx)
		if err != nil {
			return err
		}
		underWay += n
	}
	if underWay > 0 {
		return classify.WithHint(fmt.Errorf("%s of an earlier run under way in batches of the provider", counted(underWay, "question")),
			"--batch-api waits for them; --resubmit gives them up, and pays for them a second time")
	}
	return nil
}

// expect rehearses the run to say what it will ask.
func (r *runCommand) expect(ctx context.Context, store classify.Store, run int64) (*expectation, error) {
	return r.lineup.expect(ctx, store, r.spending, func(stages classify.Stages) error {
		rehearsal := &local.Engine{Stages: stages, Store: store, Progress: &progress.Counts{}}
		return rehearsal.Rehearse(ctx, run, r.selection)
	})
}

// inBatches classifies what has all its answers, submits the questions of the
// rest, waits for the batches, and begins anew, until nothing is left to ask.
func (r *runCommand) inBatches(ctx context.Context, a *asking, engine *local.Engine, run int64) error {
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
		err := a.submitAll(ctx)
		if unpaid := new(classify.BudgetError); errors.As(err, &unpaid) {
			engine.Progress.Unpaid(engine.Progress.Snapshot().Pending, unpaid)
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// goOn counts what the runs before this one spent against its budget, as far as
// they did the same work and did not come to their end: the cap holds for the
// work, however often it is begun again.
func (r *runCommand) goOn(ctx context.Context, store classify.Store, s *summary) error {
	if r.budget < 0 {
		return nil
	}
	runs, err := store.Runs(ctx, 0)
	if err != nil {
		return err
	}
	for _, earlier := range runs {
		if earlier.ID == s.Run {
			continue
		}
		if earlier.State == "done" || earlier.LogicVersion != r.logic {
			break
		}
		costs, err := store.Costs(ctx, earlier.ID)
		if err != nil {
			return err
		}
		for _, c := range costs {
			r.before += c.USD
		}
	}
	if r.before > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("the budget of %s counts %s of the runs before, which did not come to their end", price.Dollars(r.budget), price.Dollars(r.before)))
	}
	return nil
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
