package local_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"classify"
	"classify/local"
	"classify/progress"
)

// memory is a RunStore for the engine alone: storetest has the real ones.
type memory struct {
	classify.RunStore
	todo []classify.Indicator
	save func(ctx context.Context, c classify.Classification) error

	mu    sync.Mutex
	saved map[string]classify.Classification
}

func (m *memory) Todo(context.Context, int64, classify.Selection) iter.Seq2[classify.Work, error] {
	return func(yield func(classify.Work, error) bool) {
		for _, ind := range m.todo {
			if !yield(classify.Work{Indicator: ind, Hash: "hash of " + ind.ID}, nil) {
				return
			}
		}
	}
}

func (m *memory) Save(ctx context.Context, _ int64, c classify.Classification) error {
	if m.save != nil {
		if err := m.save(ctx, c); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.saved == nil {
		m.saved = map[string]classify.Classification{}
	}
	m.saved[c.IndicatorID] = c
	return nil
}

// answers are Stages that pass everything; hook runs in the first stage.
type answers struct {
	classify.Stages
	hook func(ctx context.Context, id string) error
}

func (a answers) Normalize(ctx context.Context, ind classify.Indicator) (classify.Normalization, error) {
	if a.hook == nil {
		return classify.Normalization{}, nil
	}
	return classify.Normalization{}, a.hook(ctx, ind.ID)
}

func (answers) InferTime(context.Context, classify.Indicator, classify.Normalization) (classify.TimeInference, error) {
	return classify.TimeInference{}, nil
}

func (answers) AssignFamily(context.Context, classify.Facts) (classify.FamilyAssignment, error) {
	return classify.FamilyAssignment{Family: classify.OtherFamily}, nil
}

func (answers) ClassifyType(context.Context, classify.Facts, classify.FamilyAssignment) (classify.TypeClassification, error) {
	return classify.TypeClassification{KindLabels: classify.KindLabels{Type: classify.OtherType, Aggregation: classify.NotApplicable}}, nil
}

func (answers) BooleanReview(context.Context, classify.Facts, classify.Draft) (classify.Verdict, error) {
	return classify.Verdict{Passed: true}, nil
}

func indicators(n int) []classify.Indicator {
	all := make([]classify.Indicator, n)
	for i := range all {
		all[i] = classify.Indicator{ID: fmt.Sprintf("I%05d", i), Name: "x"}
	}
	return all
}

func engine(store *memory, stages classify.Stages) (*local.Engine, *progress.Counts) {
	p := &progress.Counts{}
	return &local.Engine{Stages: stages, Store: store, LogicVersion: "logic", Progress: p, Workers: 4}, p
}

func TestEveryIndicatorIsSavedOnceWithItsHashAndLogic(t *testing.T) {
	t.Parallel()
	store := &memory{todo: indicators(5000)}
	var saves atomic.Int64
	store.save = func(context.Context, classify.Classification) error { saves.Add(1); return nil }
	e, p := engine(store, answers{})
	if err := e.Run(t.Context(), 1, classify.Selection{}); err != nil {
		t.Fatal(err)
	}
	if len(store.saved) != 5000 || saves.Load() != 5000 || p.Snapshot().Done() != 5000 {
		t.Fatalf("%d indicators saved in %d calls, %d counted; want 5000", len(store.saved), saves.Load(), p.Snapshot().Done())
	}
	c := store.saved["I00042"]
	if c.LogicVersion != "logic" || c.InputHash != "hash of I00042" {
		t.Errorf("logic %q, input hash %q", c.LogicVersion, c.InputHash)
	}
	if s := p.Snapshot(); s.Stages[classify.StageBooleanReview] != 5000 || s.Stages[classify.StageFinalReview] != 0 {
		t.Errorf("stages %v", s.Stages)
	}
}

func TestAFailingIndicatorDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	store := &memory{todo: indicators(100)}
	e, p := engine(store, answers{hook: func(_ context.Context, id string) error {
		if id == "I00007" {
			return errors.New("no unit")
		}
		return nil
	}})
	if err := e.Run(t.Context(), 1, classify.Selection{}); err != nil {
		t.Fatal(err)
	}
	s := p.Snapshot()
	want := classify.Failure{Stage: classify.StageNormalize, Reason: "no unit"}
	if s.Outcomes[classify.Failed] != 1 || s.Outcomes[classify.Classified] != 99 || s.Failures[want] != 1 {
		t.Errorf("outcomes %v, failures %v", s.Outcomes, s.Failures)
	}
}

func TestAFailingStoreEndsTheRunAndNothingIsCountedThatWasNotCommitted(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	var saves atomic.Int64
	store := &memory{todo: indicators(100000)}
	store.save = func(context.Context, classify.Classification) error {
		if saves.Add(1) > 50 {
			return full
		}
		return nil
	}
	e, p := engine(store, answers{})
	err := e.Run(t.Context(), 1, classify.Selection{})
	var terminal *classify.TerminalError
	if !errors.Is(err, full) || !errors.As(err, &terminal) {
		t.Fatalf("error %v, want a terminal %v", err, full)
	}
	if done := p.Snapshot().Done(); done != len(store.saved) || done != 50 {
		t.Errorf("%d counted, %d saved; want 50", done, len(store.saved))
	}
	if n := saves.Load(); n > 20000 {
		t.Errorf("%d saves were tried after the store had failed", n)
	}
}

func TestACancelledRunCommitsWhatItBegan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		store := &memory{todo: indicators(5000)} // more than can wait for a commit
		store.save = func(ctx context.Context, _ classify.Classification) error {
			select {
			case <-release:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		e, p := engine(store, answers{})
		ended := make(chan error)
		go func() { ended <- e.Run(ctx, 1, classify.Selection{}) }()
		synctest.Wait() // everything is classified and waits for its commit
		cancel()
		synctest.Wait()
		close(release)
		if err := <-ended; !local.Interrupted(err) {
			t.Fatalf("error %v, want an interruption", err)
		}
		if done := p.Snapshot().Done(); done != len(store.saved) || done == 0 || done == 5000 {
			t.Errorf("%d counted, %d saved", done, len(store.saved))
		}
	})
}

func TestACancelThatComesAfterTheLastAnswerInterruptsNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	var saves atomic.Int64
	store := &memory{todo: indicators(1)}
	store.save = func(context.Context, classify.Classification) error {
		if saves.Add(1) == 1 {
			cancel()
		}
		return nil
	}
	e, p := engine(store, answers{})
	e.Workers = 1
	if err := e.Run(ctx, 1, classify.Selection{}); err != nil || p.Snapshot().Done() != 1 {
		t.Errorf("%d done, error %v", p.Snapshot().Done(), err)
	}
}

func TestACancelledRunDoesNotWaitForeverForItsStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		store := &memory{todo: indicators(10)}
		store.save = func(ctx context.Context, _ classify.Classification) error {
			<-ctx.Done() // a store that never answers
			return ctx.Err()
		}
		e, p := engine(store, answers{})
		ended := make(chan error)
		go func() { ended <- e.Run(ctx, 1, classify.Selection{}) }()
		synctest.Wait()
		cancel()
		if err := <-ended; !local.Interrupted(err) { // the clock of the bubble goes on by drain.Time
			t.Fatalf("error %v, want an interruption", err)
		}
		if p.Snapshot().Done() != 0 {
			t.Error("an answer was counted that no store has")
		}
	})
}

func TestAnIndicatorWhoseAnswerIsNotThereYetIsLeftAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	spent := &classify.BudgetError{Err: errors.New("the budget is spent")}
	store := &memory{todo: indicators(100)}
	e, p := engine(store, answers{hook: func(_ context.Context, id string) error {
		switch id {
		case "I00007", "I00008":
			return &classify.PendingError{Err: errors.New("in a batch")}
		case "I00009":
			return spent
		}
		return nil
	}})
	if err := e.Run(t.Context(), 1, classify.Selection{}); err != nil {
		t.Fatal(err)
	}
	s := p.Snapshot()
	if s.Done() != 97 || s.Pending != 2 || s.Unpaid != 1 || !errors.Is(s.Budget, spent) {
		t.Errorf("%d done, %d pending, %d unpaid (%v)", s.Done(), s.Pending, s.Unpaid, s.Budget)
	}
	p.Again()
	if s := p.Snapshot(); s.Done() != 97 || s.Pending != 0 || s.Unpaid != 0 || s.Budget != nil {
		t.Errorf("again: %+v", s)
	}
}
