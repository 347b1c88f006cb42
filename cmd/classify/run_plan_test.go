package main

import (
	"path/filepath"
	"testing"

	"classify"
	"classify/sqlite"
	"classify/storetest"
)

// A run goes on from the first of the forced runs of its logic right before it
// that were cut short.
func TestResumeGoesOnFromTheForceThatWasInterrupted(t *testing.T) {
	t.Parallel()
	force := func(state string, answers int) past {
		return past{classify.Run{Mode: classify.ModeForce, LogicVersion: "logic-2"}, state, answers}
	}
	plain := func(state string) past {
		return past{classify.Run{Mode: classify.ModeChanged, LogicVersion: "logic-2"}, state, 1}
	}
	older := func(state string) past {
		return past{classify.Run{Mode: classify.ModeForce, LogicVersion: "logic-1"}, state, 1}
	}
	for name, row := range map[string]struct {
		before []past
		since  int64 // 0: there is nothing to resume
	}{
		"the first run of a store":                         {nil, 0},
		"a force that was interrupted":                     {[]past{plain("done"), force("interrupted", 1)}, 2},
		"a force that failed in the middle":                {[]past{force("failed", 1)}, 1},
		"a force that came to its end":                     {[]past{force("interrupted", 1), force("done", 1)}, 0},
		"a force that was resumed and interrupted again":   {[]past{force("done", 1), force("interrupted", 1), force("interrupted", 1)}, 2},
		"a plain run that was interrupted before":          {[]past{plain("interrupted"), force("interrupted", 1)}, 2},
		"a plain run that was interrupted after":           {[]past{force("interrupted", 1), plain("interrupted")}, 0},
		"a force of an older logic":                        {[]past{older("interrupted")}, 0},
		"a force of an older logic before one of this":     {[]past{older("interrupted"), force("interrupted", 1)}, 2},
		"a resume that found nothing to go on with":        {[]past{force("done", 1), force("failed", 0)}, 0},
		"a resume that failed at once, after a real force": {[]past{force("interrupted", 1), force("failed", 0)}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for _, p := range row.before {
				p.run(t, s)
			}
			own, err := s.StartRun(t.Context(), classify.Run{Mode: classify.ModeForce, LogicVersion: "logic-2"})
			if err != nil {
				t.Fatal(err)
			}
			since, err := interruptedSince(t.Context(), s, own, "logic-2")
			if since != row.since || (err == nil) != (row.since > 0) || err != nil && classify.Hint(err) == "" {
				t.Errorf("since run %d, not %d: %v", since, row.since, err)
			}
		})
	}
}

// past is a run of before: how it ended, and how many answers it stored.
type past struct {
	classify.Run
	state   string
	answers int
}

func (p past) run(t *testing.T, s classify.Store) {
	t.Helper()
	id, err := s.StartRun(t.Context(), p.Run)
	if err != nil {
		t.Fatal(err)
	}
	for n := range p.answers {
		if err := s.Save(t.Context(), id, storetest.Answer(storetest.Indicator(n))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.FinishRun(t.Context(), id, classify.RunResult{State: p.state}); err != nil {
		t.Fatal(err)
	}
}
