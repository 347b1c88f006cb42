package restate

import (
	"context"
	"errors"
	"fmt"
	"os"

	sdk "github.com/restatedev/sdk-go"

	"classify"
	"classify/telemetry"
)

// Batch is 1 to MaxBatch indicators. With a run they are work that the store handed
// out to that run, and are saved for it. Without one they are rows of a catalogue:
// they are taken into the store first, and saved by whatever replica does them.
type Batch struct {
	RunID int64 `json:"run_id,omitempty"`
	// Submission is the same in all batches of a run, and in no others. Without one
	// the batch is one of its own.
	Submission string               `json:"submission,omitempty"`
	Work       []classify.Work      `json:"work,omitempty"`       // with a run
	Indicators []classify.Indicator `json:"indicators,omitempty"` // without one
	Trace      string               `json:"trace,omitempty"`
}

// Accepted names the workflows of a batch, in its order. That they were accepted
// says nothing about their being done: see getState, or the store.
type Accepted struct {
	Workflows []Submitted `json:"workflows"`
}

// Submitted is the workflow of one indicator.
type Submitted struct {
	IndicatorID string `json:"indicator_id"`
	Key         string `json:"key"`
}

// StatusQuery asks for one indicator, or for one run.
type StatusQuery struct {
	IndicatorID string `json:"indicator_id,omitempty"`
	RunID       int64  `json:"run_id,omitempty"`
}

// Status is what the store has: the current answer of an indicator, or what a run
// has committed, by outcome.
type Status struct {
	Answer   *classify.Stored         `json:"answer,omitempty"`
	Outcomes map[classify.Outcome]int `json:"outcomes,omitempty"`
}

// Health is who answers, and what keeps it from answering.
type Health struct {
	Version         string              `json:"version"`
	TaxonomyVersion string              `json:"taxonomy_version"`
	LogicVersion    string              `json:"logic_version"`
	Samples         int                 `json:"samples"` // newest values of an indicator that are looked at; 0: all
	Provider        string              `json:"provider"`
	Store           string              `json:"store,omitempty"` // an identifier: who shares it shares the store
	Problems        []telemetry.Problem `json:"problems,omitempty"`
}

func (s *Service) api() sdk.ServiceDefinition {
	return sdk.NewService(API,
		sdk.WithDocumentation("Accepts batches of indicators, and tells what became of them."),
		sdk.WithInactivityTimeout(s.Inactivity), sdk.WithAbortTimeout(abort), sdk.WithJournalRetention(0), sdk.WithIdempotencyRetention(kept), waitedFor()).
		Handler("batch", sdk.NewServiceHandler(s.batch)).
		Handler("getStatus", sdk.NewServiceHandler(s.status)).
		Handler("health", sdk.NewServiceHandler(s.health))
}

// batch hands each indicator to a workflow of its own.
func (s *Service) batch(ctx sdk.Context, b Batch) (Accepted, error) {
	if err := b.check(); err != nil {
		return Accepted{}, toRestate(err)
	}
	work, submission := b.Work, b.Submission
	if b.RunID == 0 {
		taken, err := sdk.Run(ctx, func(step sdk.RunContext) ([]classify.Work, error) {
			taken, err := s.takeIn(step, b.Indicators)
			return taken, toRestate(err)
		}, sdk.WithName("take"))
		if err != nil {
			return Accepted{}, err
		}
		work = taken
	}
	if submission == "" {
		// Every call is new work: who wants the same batch done once gives it an
		// idempotency key.
		submission = ctx.Request().ID
	}
	accepted := Accepted{Workflows: make([]Submitted, len(work))}
	for i := range work {
		key := Key(submission, &work[i], s.LogicVersion)
		sdk.WorkflowSend(ctx, Workflow, key, "run").Send(Task{RunID: b.RunID, Work: work[i], Trace: b.Trace})
		accepted.Workflows[i] = Submitted{IndicatorID: work[i].ID, Key: key}
	}
	return accepted, nil
}

func (b *Batch) check() error {
	n, invalid := len(b.Work), (error)(nil)
	switch {
	case b.RunID < 0 || b.RunID > 0 && len(b.Indicators) > 0 || b.RunID == 0 && len(b.Work) > 0:
		invalid = errors.New("write run_id and work, or indicators alone")
	case b.RunID == 0:
		n = len(b.Indicators)
	}
	if invalid == nil && (n < 1 || n > MaxBatch) {
		invalid = fmt.Errorf("%d indicators; a batch has 1 to %d", n, MaxBatch)
	}
	if invalid != nil {
		return &classify.InvalidInputError{What: "batch", Err: invalid}
	}
	for i := range b.Indicators {
		if b.Indicators[i].ID == "" || b.Indicators[i].Name == "" {
			return &classify.InvalidInputError{What: fmt.Sprintf("indicator %d of the batch", i+1), Err: errors.New("indicator_id and name are required")}
		}
	}
	return nil
}

// takeIn stores the rows of a batch, in a run of its own that is over then, and
// returns them as work: with their hashes, labels and values.
func (s *Service) takeIn(ctx context.Context, indicators []classify.Indicator) (work []classify.Work, err error) {
	host, _ := os.Hostname()
	run, err := s.Store.StartRun(ctx, classify.Run{Host: host, PID: os.Getpid(), Command: API + "/batch", Shared: true, Mode: classify.ModeForce,
		LogicVersion: s.LogicVersion, Version: classify.Version, Engine: "restate", Provider: s.Provider})
	if err != nil {
		return nil, err
	}
	result := classify.RunResult{State: "failed", Read: len(indicators)}
	defer func() {
		if endErr := s.Store.FinishRun(context.WithoutCancel(ctx), run, result); err == nil {
			err = endErr
		}
	}()
	rows := make([]classify.SourceRow, len(indicators))
	for i, ind := range indicators {
		ind.Overrides, ind.SetAside, ind.SetAsideExample = nil, 0, ""
		rows[i] = classify.SourceRow{Indicator: ind, File: API, Line: i + 1}
	}
	taken, err := s.Store.Take(ctx, run, rows)
	if err != nil {
		return nil, err
	}
	for i, t := range taken {
		if t.Kind == classify.TakenConflict {
			return nil, &classify.InvalidInputError{What: fmt.Sprintf("indicator %q", indicators[i].ID), Err: errors.New("stands twice in the batch, with other input")}
		}
	}
	for w, err := range s.Store.Todo(ctx, run, classify.Selection{Intake: true, Mode: classify.ModeForce, LogicVersion: s.LogicVersion, Samples: s.Samples}) {
		if err != nil {
			return nil, err
		}
		work = append(work, w)
	}
	result = classify.RunResult{State: "done", Read: len(indicators), Accepted: len(indicators)}
	return work, nil
}

func (s *Service) status(ctx sdk.Context, q StatusQuery) (Status, error) {
	return sdk.Run(ctx, func(step sdk.RunContext) (Status, error) {
		switch {
		case q.IndicatorID != "":
			a, err := s.Store.Classification(step, q.IndicatorID)
			if errors.Is(err, classify.ErrNotFound) {
				return Status{}, sdk.ToTerminalError(fmt.Errorf("indicator %q has no answer", q.IndicatorID), sdk.WithErrorCode(404))
			}
			return Status{Answer: &a}, toRestate(err)
		case q.RunID > 0:
			outcomes, err := s.Store.RunOutcomes(step, q.RunID)
			return Status{Outcomes: outcomes}, toRestate(err)
		}
		return Status{}, toRestate(&classify.InvalidInputError{What: "getStatus", Err: errors.New("write indicator_id or run_id")})
	}, sdk.WithName("read"))
}

func (s *Service) health(ctx sdk.Context, _ sdk.Void) (Health, error) {
	return sdk.Run(ctx, func(step sdk.RunContext) (Health, error) { return s.Health(step), nil }, sdk.WithName("look"))
}

// Health says who answers here, and what keeps it from answering.
func (s *Service) Health(ctx context.Context) Health {
	h := Health{Version: classify.Version, TaxonomyVersion: classify.TaxonomyVersion, LogicVersion: s.LogicVersion, Samples: s.Samples, Provider: s.Provider, Store: s.StoreID}
	if s.Ready != nil {
		h.Problems = s.Ready(ctx)
	}
	return h
}
