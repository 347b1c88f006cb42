package storetest

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"classify"
)

// session is a store with a run, for tests that do not expect an error.
type session struct {
	classify.Store
	t   *testing.T
	run int64
}

// begin opens the store and starts a run.
func begin(t *testing.T, open Opener) *session {
	t.Helper()
	s := &session{Store: open(t, Options{}), t: t}
	s.start()
	return s
}

func (s *session) start() {
	s.t.Helper()
	var err error
	if s.run, err = s.StartRun(s.t.Context(), classify.Run{LogicVersion: "logic-1"}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) finish() {
	s.t.Helper()
	if err := s.FinishRun(s.t.Context(), s.run, classify.RunResult{State: "done"}); err != nil {
		s.t.Fatal(err)
	}
}

// restart ends the run and starts another.
func (s *session) restart() {
	s.t.Helper()
	s.finish()
	s.start()
}

func (s *session) take(rows ...classify.SourceRow) []classify.Taken {
	s.t.Helper()
	taken, err := s.Take(s.t.Context(), s.run, rows)
	if err != nil {
		s.t.Fatal(err)
	}
	return taken
}

func (s *session) save(answers ...classify.Classification) {
	s.t.Helper()
	for _, c := range answers {
		if err := s.Save(s.t.Context(), s.run, c); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *session) override(labels ...classify.Override) classify.OverrideCounts {
	s.t.Helper()
	counts, err := s.SetOverrides(s.t.Context(), labels)
	if err != nil {
		s.t.Fatal(err)
	}
	return counts
}

func (s *session) stage(values ...classify.DatedValue) {
	s.t.Helper()
	if err := s.StageValues(s.t.Context(), s.run, values); err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) plan(sel classify.Selection) classify.Plan {
	s.t.Helper()
	p, err := s.Plan(s.t.Context(), s.run, sel)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// todo returns the indicators that a selection has to do.
func (s *session) todo(sel classify.Selection) []classify.Indicator {
	s.t.Helper()
	var all []classify.Indicator
	for w, err := range s.Todo(s.t.Context(), s.run, sel) {
		if err != nil {
			s.t.Fatal(err)
		}
		all = append(all, w.Indicator)
	}
	return all
}

// todoIDs returns their ids.
func (s *session) todoIDs(sel classify.Selection) []string {
	s.t.Helper()
	return ids(s.todo(sel))
}

func (s *session) indicator(id string) classify.Indicator {
	s.t.Helper()
	ind, err := s.Indicator(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return ind
}

func (s *session) classification(id string) classify.Stored {
	s.t.Helper()
	c, err := s.Classification(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *session) status() classify.Status {
	s.t.Helper()
	status, err := s.Status(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return status
}

func ids(indicators []classify.Indicator) []string {
	var all []string
	for _, ind := range indicators {
		all = append(all, ind.ID)
	}
	return all
}

// same fails the test where two values differ.
func same(t *testing.T, what string, got, want any, options ...cmp.Option) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return // cmp takes long to find nothing
	}
	if diff := cmp.Diff(want, got, options...); diff != "" {
		t.Errorf("%s: wanted (-) and got (+):\n%s", what, diff)
	}
}

// isInvalid reports an input that no retry makes good.
func isInvalid(err error) bool {
	var invalid *classify.InvalidInputError
	return errors.As(err, &invalid)
}

// closeTo compares sums that may be added up in any order.
var closeTo = cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })

// contextOf is a context that a test can end before it ends itself.
func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}
