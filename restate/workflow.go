package restate

import (
	"context"
	"errors"
	"log/slog"

	sdk "github.com/restatedev/sdk-go"

	"classify"
	"classify/llm/gateway"
	"classify/telemetry"
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
	State       string           `json:"state"` // "open": under way, or never begun; "committed", for an hour
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
	traced, end := s.Tracer.StartWorkflow(inside(ctx), telemetry.Workflow{RunID: t.RunID, IndicatorID: t.Work.ID, Key: sdk.Key(ctx), Trace: t.Trace})
	c, err := s.classify(ctx, traced, t)
	if err != nil {
		s.Log.WarnContext(ctx, "not done", slog.Int64(telemetry.AttrRun, t.RunID), slog.String(telemetry.AttrIndicator, t.Work.ID), slog.Any("error", err))
		if sdk.IsTerminalError(err) { // otherwise there will be another attempt
			end(err)
		}
		return classify.Committed{}, err
	}
	sdk.Set(ctx, stateKey, State{IndicatorID: t.Work.ID, RunID: t.RunID, State: "committed", Outcome: c.Outcome})
	end(nil)
	return c.Committed(), nil
}

// classify runs the stages and the save. Its errors are those that Restate knows
// what to do with.
func (s *Service) classify(ctx sdk.WorkflowContext, stages context.Context, t Task) (classify.Classification, error) {
	c, err := classify.Classify(gateway.ForRun(stages, t.RunID), s.Stages, t.Work.Indicator)
	if err != nil {
		return c, toRestate(err)
	}
	c.InputHash, c.LogicVersion = t.Work.Hash, s.LogicVersion
	again := true
	saveErr := sdk.RunVoid(ctx, func(step sdk.RunContext) error {
		again = false
		return s.save(step, t.RunID, c)
	}, sdk.WithName("save"))
	s.Metrics.SaveStep(again)
	if saveErr != nil {
		return c, saveErr
	}
	return c, nil
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
		return State{State: "open"}, nil
	}
	return *state, nil
}
