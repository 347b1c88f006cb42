package main

import (
	"context"
	"errors"
	"fmt"

	"classify"
)

// plan sets a person's labels, settles what the run has to do, and notes what
// the flags named and the store does not have.
func (r *runCommand) plan(ctx context.Context, store classify.Store, s *summary) (classify.Plan, error) {
	set, err := store.SetOverrides(ctx, r.labels)
	if err != nil {
		return classify.Plan{}, err
	}
	if r.overrides != "" {
		s.Notes = append(s.Notes, fmt.Sprintf("%s of %s set from %s", counted(set.Labels, "label"), counted(set.Indicators, "indicator"), r.overrides))
	}
	if set.Unknown > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s of --overrides not in the store, for instance %q", counted(set.Unknown, "id"), set.UnknownExample))
	}
	if r.resume {
		if r.selection.Since, err = interruptedSince(ctx, store, s.Run, r.logic); err != nil {
			return classify.Plan{}, err
		}
	}
	if s.Plan, err = store.Plan(ctx, s.Run, r.selection); err != nil {
		return classify.Plan{}, err
	}
	if r.stale {
		plain := r.selection
		plain.Mode = classify.ModeChanged
		due, err := store.Plan(ctx, s.Run, plain)
		if err != nil {
			return classify.Plan{}, err
		}
		s.Stale = s.Plan.Todo - due.Todo
	}
	return s.Plan, r.missingIDs(ctx, store, s)
}

// interruptedSince is the first of the forced runs of this logic, right before
// this one, that did not come to their end. One that answered nothing left
// nothing to go on from.
func interruptedSince(ctx context.Context, store classify.AnswerReader, run int64, logic string) (since int64, err error) {
	runs, err := store.Runs(ctx, 0)
	if err != nil {
		return 0, err
	}
	for _, earlier := range runs {
		if earlier.ID == run {
			continue
		}
		if earlier.State == "done" || earlier.Mode != classify.ModeForce || earlier.LogicVersion != logic {
			break
		}
		committed, err := store.RunOutcomes(ctx, earlier.ID)
		if err != nil {
			return 0, err
		}
		if len(committed) > 0 {
			since = earlier.ID
		}
	}
	if since == 0 {
		return 0, classify.WithHint(errors.New("there is nothing to resume: the run before was not a --force of this logic that was interrupted"),
			"leave --resume out to do everything again")
	}
	return since, nil
}

// missingIDs notes the ids of --only that the store does not have.
func (r *runCommand) missingIDs(ctx context.Context, store classify.Store, s *summary) error {
	if s.Plan.Selected >= len(r.only) {
		return nil
	}
	var missing []string
	for _, id := range r.only {
		switch _, err := store.Indicator(ctx, id); {
		case errors.Is(err, classify.ErrNotFound):
			missing = append(missing, id)
		case err != nil:
			return err
		}
	}
	if len(missing) > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s of --only not found, for instance %q", counted(len(missing), "id"), missing[0]))
	}
	return nil
}

// nothingSelected says why a selection is empty.
func (r *runCommand) nothingSelected(ctx context.Context, store classify.Store) error {
	err := errors.New("no indicator is selected")
	switch {
	case len(r.only) > 0:
		return classify.WithHint(err, "ids are exact; classify export lists them all")
	case len(r.where) > 0:
		status, statusErr := store.Status(ctx)
		if statusErr != nil {
			return statusErr
		}
		return classify.WithHint(err, "labels in --where are those of earlier answers; %s in the store have none for their input",
			counted(status.Pending, "indicator"))
	}
	if r.from.url != "" {
		return classify.WithHint(err, "the table or query of --from has no rows for this role: look with psql")
	}
	return classify.WithHint(err, "name a catalogue: classify run FILE")
}

// resumeHint tells how to go on after an error, unless the same command would
// meet it again.
func (r *runCommand) resumeHint(err error) error {
	var invalid *classify.InvalidInputError
	var usage *usageError
	if classify.Hint(err) != "" || errors.As(err, &invalid) || errors.As(err, &usage) {
		return err
	}
	return classify.WithHint(err, "what was committed is kept; go on with: %s", r.resumeCommand())
}

// resumeCommand is the command that goes on where this run ends.
func (r *runCommand) resumeCommand() string {
	if r.force && !r.resume {
		return commandLine() + " --resume"
	}
	return commandLine()
}
