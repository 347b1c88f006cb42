// Package enginetest is the suite that every engine has to pass: the same input
// ends in the same rows and the same failures, whatever runs the stages, and what
// an engine counts is what the store has.
package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"classify"
	"classify/catalogue/generator"
	"classify/llm/cascade"
	"classify/progress"
	"classify/rulebook"
	"classify/stage"
)

// An Engine classifies what a selection of its store has to do.
type Engine interface {
	Run(ctx context.Context, runID int64, s classify.Selection) error
}

// Setup is what an engine is made of for one test.
type Setup struct {
	Store        classify.Store
	Asker        cascade.Asker // answers for all models
	LogicVersion string
	Progress     *progress.Counts
}

// Stages are the stages over the asker of a setup, through which an engine may lead
// it before.
func Stages(asker cascade.Asker) classify.Stages {
	book := rulebook.New()
	models := map[classify.Stage]cascade.Asker{}
	for _, s := range classify.StageNames {
		models[s] = asker
	}
	return stage.New(cascade.New(cascade.Config{Policy: cascade.Thorough, Book: book, Models: models}), book)
}

// Options say how the engine is made.
type Options struct {
	// Store makes an empty store for one test.
	Store func(t *testing.T) classify.Store
	// Engine makes an engine for one test.
	Engine func(t *testing.T, s Setup) Engine
}

// Run runs the suite.
func Run(t *testing.T, o Options) {
	for name, test := range map[string]func(*testing.T, Options){
		"every indicator gets the answer of Classify, and each question is asked once":      answers,
		"an indicator that fails is failed with its stage and reason, and the others go on": failures,
		"what a model answered unusably goes on as the stages say":                          unusable,
		"a person's labels stand": overrides,
		"an indicator whose answer is pending, or that no budget is left for, is left as it is": left,
		"an error that concerns all ends the run, and what was committed stays":                 terminal,
		"a run that is stopped keeps what was committed, and says so":                           stopped,
		"nothing to do is done at once":                                                         nothing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, o)
		})
	}
}

const logic = "logic-of-the-suite"

// setting is one test's store, run and engine.
type setting struct {
	Setup
	Engine
	t     *testing.T
	run   int64
	asker *asker
	rows  []classify.Indicator
}

// set takes n generated indicators in.
func set(t *testing.T, o Options, n int, change ...func(*setting)) *setting {
	t.Helper()
	s := &setting{t: t, asker: newAsker()}
	s.Setup = Setup{Store: o.Store(t), Asker: s.asker, LogicVersion: logic, Progress: &progress.Counts{}}
	for item := range generator.Generate(generator.Options{N: n, Seed: 7, Distinct: true, Values: true}) {
		s.rows = append(s.rows, item.Indicator)
	}
	for _, f := range change {
		f(s)
	}
	run, err := s.Store.StartRun(t.Context(), classify.Run{Shared: true, Mode: classify.ModeForce, LogicVersion: logic})
	if err != nil {
		t.Fatal(err)
	}
	s.run = run
	source := make([]classify.SourceRow, len(s.rows))
	for i, ind := range s.rows {
		source[i] = classify.SourceRow{Indicator: ind, File: "suite", Line: i + 1}
	}
	if len(source) > 0 {
		if _, err := s.Store.Take(t.Context(), run, source); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Store.Plan(t.Context(), run, s.selection()); err != nil {
		t.Fatal(err)
	}
	s.Progress.SetTotal(len(source))
	s.Engine = o.Engine(t, s.Setup)
	return s
}

func (s *setting) selection() classify.Selection {
	return classify.Selection{Intake: true, Mode: classify.ModeForce, LogicVersion: logic}
}

// expected is what Classify says of an indicator of the store, with an asker of its
// own.
func (s *setting) expected(a *asker, id string) classify.Classification {
	s.t.Helper()
	ind, err := s.Store.Indicator(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	c, err := classify.Classify(s.t.Context(), Stages(a), ind)
	if err != nil {
		s.t.Fatal(err)
	}
	c.InputHash, c.LogicVersion = ind.InputHash(), logic
	return c
}

// same compares the rows of the store with what Classify says with an equal asker. Doubts
// are for the reviews, and are not stored.
func (s *setting) same(a *asker) {
	s.t.Helper()
	for _, ind := range s.rows {
		got, err := s.Store.Classification(s.t.Context(), ind.ID)
		if err != nil {
			s.t.Errorf("%s: %v", ind.ID, err)
			continue
		}
		if diff := cmp.Diff(s.expected(a, ind.ID), got.Classification, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(classify.Provenance{}, "Doubts")); diff != "" {
			s.t.Errorf("%s differs from Classify:\n%s", ind.ID, diff)
		}
	}
}

// reconciled compares what the engine counted with what the store has.
func (s *setting) reconciled() map[classify.Outcome]int {
	s.t.Helper()
	stored, err := s.Store.RunOutcomes(s.t.Context(), s.run)
	if err != nil {
		s.t.Fatal(err)
	}
	counted := s.Progress.Snapshot().Outcomes
	for _, o := range []classify.Outcome{classify.Classified, classify.Escalated, classify.Failed} {
		if stored[o] != counted[o] {
			s.t.Errorf("%d %s are counted, and %d stored", counted[o], o, stored[o])
		}
	}
	return stored
}

func total(outcomes map[classify.Outcome]int) (n int) {
	for _, k := range outcomes {
		n += k
	}
	return n
}

func answers(t *testing.T, o Options) {
	s := set(t, o, 40)
	if err := s.Run(t.Context(), s.run, s.selection()); err != nil {
		t.Fatal(err)
	}
	if n := total(s.reconciled()); n != len(s.rows) {
		t.Errorf("%d of %d indicators have an answer", n, len(s.rows))
	}
	if most, times := s.asker.most(); times != 1 {
		t.Errorf("a question was asked %d times: %s", times, most)
	}
	s.same(newAsker())
	snapshot := s.Progress.Snapshot()
	for _, name := range classify.StageNames[:5] {
		if snapshot.Stages[name] != len(s.rows) {
			t.Errorf("%s is counted %d times", name, snapshot.Stages[name])
		}
	}
	if snapshot.Stages[classify.StageFinalReview] == 0 {
		t.Error("no indicator came to the final review: the test shows too little")
	}
}

var errNoAnswer = errors.New("openai/suite: no answer after 8 attempts")

func failures(t *testing.T, o Options) {
	fails := func(a *asker) *asker {
		return a.failing(classify.StageType, errNoAnswer, 3)
	}
	s := set(t, o, 30, func(s *setting) { fails(s.asker) })
	if err := s.Run(t.Context(), s.run, s.selection()); err != nil {
		t.Fatal(err)
	}
	outcomes := s.reconciled()
	if n := outcomes[classify.Failed]; n == 0 || n == len(s.rows) || total(outcomes) != len(s.rows) {
		t.Errorf("%v", outcomes)
	}
	s.same(fails(newAsker()))
	for f, n := range s.Progress.Snapshot().Failures {
		if f.Stage != classify.StageType || f.Reason != errNoAnswer.Error() || n != outcomes[classify.Failed] {
			t.Errorf("%d failed: %+v", n, f)
		}
	}
}

func unusable(t *testing.T, o Options) {
	spoil := func(a *asker) *asker { return a.failing(classify.StageFamily, errUnusable, 2) }
	s := set(t, o, 30, func(s *setting) { spoil(s.asker) })
	if err := s.Run(t.Context(), s.run, s.selection()); err != nil {
		t.Fatal(err)
	}
	if n := total(s.reconciled()); n != len(s.rows) {
		t.Errorf("%d of %d indicators have an answer", n, len(s.rows))
	}
	s.same(spoil(newAsker()))
}

func overrides(t *testing.T, o Options) {
	s := set(t, o, 5, func(s *setting) {
		if _, err := s.Store.SetOverrides(t.Context(), []classify.Override{{IndicatorID: s.rows[2].ID, Field: "orientation", Value: "lower-is-positive"}}); err != nil {
			t.Fatal(err)
		}
	})
	if err := s.Run(t.Context(), s.run, s.selection()); err != nil {
		t.Fatal(err)
	}
	s.same(newAsker())
	got, err := s.Store.Classification(t.Context(), s.rows[2].ID)
	if err != nil || got.Labels.Orientation != "lower-is-positive" || !slices.Contains(got.Overridden, "orientation") {
		t.Errorf("%s, overridden %v, %v", got.Labels.Orientation, got.Overridden, err)
	}
}

func left(t *testing.T, o Options) {
	s := set(t, o, 30, func(s *setting) {
		s.asker.failing(classify.StageFamily, &classify.PendingError{Err: errors.New("in a batch")}, 3)
		s.asker.failing(classify.StageType, &classify.BudgetError{Err: classify.WithHint(errors.New("the budget is spent"), "go on with a larger one")}, 3)
	})
	if err := s.Run(t.Context(), s.run, s.selection()); err != nil {
		t.Fatal(err)
	}
	done, snapshot := total(s.reconciled()), s.Progress.Snapshot()
	if done == 0 || snapshot.Pending == 0 || snapshot.Unpaid == 0 || done+snapshot.Pending+snapshot.Unpaid != len(s.rows) {
		t.Errorf("%d done, %d pending, %d unpaid of %d", done, snapshot.Pending, snapshot.Unpaid, len(s.rows))
	}
	var spent *classify.BudgetError
	if !errors.As(snapshot.Budget, &spent) || classify.Hint(snapshot.Budget) != "go on with a larger one" {
		t.Errorf("the budget: %v, hint %q", snapshot.Budget, classify.Hint(snapshot.Budget))
	}
}

func terminal(t *testing.T, o Options) {
	s := set(t, o, 30, func(s *setting) {
		s.asker.failing(classify.StageType, &classify.TerminalError{Err: classify.WithHint(errors.New("the key is wrong"), "export another one")}, 6)
	})
	err := s.Run(t.Context(), s.run, s.selection())
	var ended *classify.TerminalError
	if !errors.As(err, &ended) || !strings.Contains(err.Error(), "the key is wrong") || classify.Hint(err) != "export another one" {
		t.Errorf("%v, hint %q", err, classify.Hint(err))
	}
	stored, storeErr := s.Store.RunOutcomes(t.Context(), s.run)
	if storeErr != nil || total(stored) >= len(s.rows) || stored[classify.Failed] != 0 {
		t.Errorf("stored %v, %v", stored, storeErr)
	}
}

func stopped(t *testing.T, o Options) {
	s := set(t, o, 30)
	ctx, cancel := context.WithCancel(t.Context())
	release := s.asker.after(12, cancel)
	defer release()
	if err := s.Run(ctx, s.run, s.selection()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if n := total(s.reconciled()); n == len(s.rows) {
		t.Error("nothing was left")
	}
}

func nothing(t *testing.T, o Options) {
	s := set(t, o, 0)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	if err := s.Run(ctx, s.run, s.selection()); err != nil {
		t.Error(err)
	}
	if s.Progress.Snapshot().Done() != 0 {
		t.Error("something was done")
	}
	if text, _ := s.asker.most(); text != "" {
		t.Error(fmt.Sprint("asked ", text))
	}
}
