package restate

import (
	"context"
	"errors"
	"log/slog"

	sdk "github.com/restatedev/sdk-go"

	"classify"
	"classify/llm/gateway"
)

// Task is what a workflow is given: all that its answer depends on, so that a
// replay needs nothing else.
type Task struct {
	RunID int64         `json:"run_id"`
	Work  classify.Work `json:"work"`
	// Trace is the W3C trace context of the run, or "".
	Trace string `json:"trace,omitempty"`
}

// State is how far a workflow is.
type State struct {
	IndicatorID string           `json:"indicator_id,omitempty"`
	RunID       int64            `json:"run_id,omitempty"`
	State       string           `json:"state"` // "unknown": not begun or already forgotten; "running", "committed"
	Outcome     classify.Outcome `json:"outcome,omitempty"`
}

const stateKey = "state"

func (s *Service) workflow() sdk.ServiceDefinition {
	return sdk.NewWorkflow(Workflow,
		sdk.WithDocumentation("Takes one indicator through the six stages and saves the answer; its key is made by the run."),
		sdk.WithInactivityTimeout(s.Inactivity), sdk.WithAbortTimeout(abort), sdk.WithWorkflowRetention(kept), sdk.WithJournalRetention(0),
		sdk.WithInvocationRetryPolicy(sdk.WithInitialRetryInterval(firstRetry), sdk.WithRetryIntervalFactor(2), sdk.WithMaxRetryInterval(lastRetry),
			sdk.WithMaxRetryAttempts(workflowAttempts), sdk.PauseOnMaxAttempts())).
		Handler("run", sdk.NewWorkflowHandler(s.run)).
		Handler("getState", sdk.NewWorkflowSharedHandler(getState))
}

// run takes one indicator through the stages. Its effects are durable steps: the
// questions to models, made so by Durable, and the save.
func (s *Service) run(ctx sdk.WorkflowContext, t Task) (classify.Committed, error) {
	s.open.Add(1)
	defer s.open.Add(-1)
	log := s.Log.With(slog.Int64("run", t.RunID), slog.String("indicator", t.Work.ID))
	sdk.Set(ctx, stateKey, State{IndicatorID: t.Work.ID, RunID: t.RunID, State: "running"})
	c, err := classify.Classify(gateway.ForRun(inside(ctx), t.RunID), s.Stages, t.Work.Indicator)
	if err != nil {
		log.WarnContext(ctx, "not classified", slog.Any("error", err))
		return classify.Committed{}, toRestate(err)
	}
	c.InputHash, c.LogicVersion = t.Work.Hash, s.LogicVersion
	err = sdk.RunVoid(ctx, func(step sdk.RunContext) error { return s.save(step, t.RunID, c) }, sdk.WithName("save"))
	if err != nil {
		log.WarnContext(ctx, "not saved", slog.Any("error", err))
		return classify.Committed{}, err
	}
	sdk.Set(ctx, stateKey, State{IndicatorID: t.Work.ID, RunID: t.RunID, State: "committed", Outcome: c.Outcome})
	return c.Committed(), nil
}

// save stores an answer. A run that is over is told from a store that is away: the
// answer belongs to nobody then, and the run that goes on makes it again. What no
// run is waiting for is saved for the run of this process.
func (s *Service) save(ctx context.Context, runID int64, c classify.Classification) error {
	own := runID == 0
	if own {
		var err error
		if runID, err = s.ownRun(ctx); err != nil {
			return err // another replica may have more luck
		}
	}
	err := s.Store.Save(ctx, runID, c)
	var invalid *classify.InvalidInputError
	var locked *classify.LockedError
	over := err != nil && !passing(err) && (errors.As(err, &invalid) || errors.As(err, &locked))
	switch {
	case over && own:
		s.forget(runID) // the next attempt begins another
		return err
	case over:
		return sdk.ToTerminalError(err, sdk.WithErrorCode(codeOver))
	}
	return toRestate(err)
}

func getState(ctx sdk.WorkflowSharedContext, _ sdk.Void) (State, error) {
	state, err := sdk.Get[*State](ctx, stateKey)
	switch {
	case err != nil:
		return State{}, err
	case state == nil:
		return State{State: "unknown"}, nil
	}
	return *state, nil
}
