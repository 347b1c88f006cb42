package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"classify"
)

// RunShared runs the part of the suite that stores with several writers have to
// pass beside Run.
func RunShared(t *testing.T, fresh func(t *testing.T) Opener) {
	for name, test := range sharedTests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh(t))
		})
	}
}

var sharedTests = map[string]func(*testing.T, Opener){
	"shared runs live beside each other, and one that is not shared beside none": func(t *testing.T, open Opener) {
		a, b := beginShared(t, open), beginShared(t, open)
		if a.run == b.run {
			t.Errorf("both are run %d", a.run)
		}
		alone := open(t, Options{})
		_, err := alone.StartRun(t.Context(), classify.Run{})
		lockedBy(t, err)
		info, err := alone.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		same(t, "writers", len(info.Writers), 2)
		a.finish()
		b.finish()
		run, err := alone.StartRun(t.Context(), classify.Run{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.StartRun(t.Context(), classify.Run{Shared: true})
		if locked := lockedBy(t, err); locked != nil {
			same(t, "locked by", locked.RunID, run)
		}
	},
	"a budget is one for all that share the store":                         sharedBudget,
	"takers of several processes get slots of their own":                   sharedSlots,
	"shared runs do each indicator once":                                   shareWork,
	"what a shared run has in hand is free when it has ended":              handedOn,
	"what a shared run had in hand is free when its process is gone":       handedOnByTheDead,
	"the files and values of each shared run are its own":                  intakesApart,
	"one of two shared runs that die is killed, and the other goes on":     oneDies,
	"answers of shared runs to one indicator are both kept in the history": bothKept,
	"a run is saved for by another process": func(t *testing.T, open Opener) {
		s, replica := begin(t, open), open(t, Options{})
		s.take(Catalogue(0, 2)...)
		for n := range 2 {
			if err := replica.Save(t.Context(), s.run, passed(Indicator(n))); err != nil {
				t.Fatal(err)
			}
		}
		same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string(nil))
		if err := replica.Close(); err != nil {
			t.Fatal(err)
		}
		s.save(passed(Indicator(1))) // its end does not end the run
	},
	"a series is imported beside a run, which does its indicator with it": func(t *testing.T, open Opener) {
		s, other := begin(t, open), open(t, Options{})
		s.take(Catalogue(0, 2)...)
		s.save(passed(Indicator(0)), passed(Indicator(1)))
		if _, err := other.ImportSeries(t.Context(), classify.SeriesImport{File: "a.csv"}, each([]classify.SeriesPoint{point("IND.00001", "2030", 1)}, nil), nil); err != nil {
			t.Fatal(err)
		}
		same(t, "to do", s.todoIDs(all(classify.ModeChanged)), []string{"IND.00001"})
	},
	"a question is asked by one process at a time": func(t *testing.T, open Opener) {
		s, other := open(t, Options{}), open(t, Options{})
		claim(t, s, "key", "first")
		refuse(t, other, "key", "second")
		refuse(t, s, "key", "second")
		claim(t, other, "key", "first") // it is the owner that counts
		if err := other.ReleaseQuestion(t.Context(), "key", "second"); err != nil {
			t.Fatal(err)
		}
		refuse(t, other, "key", "second")
		if err := s.ReleaseQuestion(t.Context(), "key", "first"); err != nil {
			t.Fatal(err)
		}
		claim(t, other, "key", "second")
	},
	"a claim that is prolonged lives on": func(t *testing.T, open Opener) {
		s, later, muchLater := open(t, Options{}), open(t, Options{Now: in(50 * time.Second)}), open(t, Options{Now: in(100 * time.Second)})
		claim(t, s, "key", "first")
		claim(t, later, "key", "first")
		refuse(t, muchLater, "key", "second")
		claim(t, open(t, Options{Now: in(115 * time.Second)}), "key", "second")
	},
	"of many claims those are prolonged that their owner still has": func(t *testing.T, open Opener) {
		s, later := open(t, Options{}), open(t, Options{Now: in(50 * time.Second)})
		claim(t, s, "key", "first")
		claim(t, s, "another key", "first")
		claim(t, s, "a key of another", "second")
		for _, keys := range [][]string{nil, {"key", "a key of another", "nobody's key"}} {
			if err := later.ProlongQuestions(t.Context(), keys, "first", time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		muchLater := open(t, Options{Now: in(100 * time.Second)})
		refuse(t, muchLater, "key", "second")
		claim(t, muchLater, "another key", "second")
		claim(t, muchLater, "a key of another", "first")
		claim(t, muchLater, "nobody's key", "second")
	},
	"of many that claim a question at once one gets it": func(t *testing.T, open Opener) {
		stores := []classify.Store{open(t, Options{}), open(t, Options{})}
		var wait sync.WaitGroup
		var got [20]bool
		for n := range got {
			wait.Go(func() {
				own, err := stores[n%2].ClaimQuestion(t.Context(), "key", fmt.Sprint("process ", n), time.Minute)
				if got[n] = own; err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := len(slices.DeleteFunc(got[:], func(own bool) bool { return !own })); n != 1 {
			t.Errorf("%d got it", n)
		}
	},
}

// beginShared opens the store as another process and starts a shared run.
func beginShared(t *testing.T, open Opener) *session {
	t.Helper()
	s := &session{Store: open(t, Options{}), t: t}
	s.startShared(classify.Run{})
	return s
}

func (s *session) startShared(r classify.Run) {
	s.t.Helper()
	r.Shared, r.LogicVersion = true, "logic-1"
	var err error
	if s.run, err = s.StartRun(s.t.Context(), r); err != nil {
		s.t.Fatal(err)
	}
}

// refuse claims a question that another owner has.
func refuse(t *testing.T, s classify.Store, key, owner string) {
	t.Helper()
	if own, err := s.ClaimQuestion(t.Context(), key, owner, time.Minute); err != nil || own {
		t.Errorf("%s claimed %s: %t, %v", owner, key, own, err)
	}
}

// shareWork lets four shared runs do a catalogue of several pages at once.
func shareWork(t *testing.T, open Opener) {
	const n = 2300
	first := begin(t, open)
	for i := 0; i < n; i += 500 {
		first.take(Catalogue(i, min(n, i+500))...)
	}
	first.finish()
	var mu sync.Mutex
	done := map[string]int{}
	var wait sync.WaitGroup
	for range 4 {
		s := beginShared(t, open)
		wait.Go(func() {
			for w, err := range s.Todo(t.Context(), s.run, all(classify.ModeChanged)) {
				if err == nil {
					err = s.Save(t.Context(), s.run, passed(w.Indicator))
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				done[w.ID]++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	for id, times := range done {
		if times != 1 {
			t.Errorf("%s was done %d times", id, times)
		}
	}
	same(t, "indicators done", len(done), n)
	same(t, "outcomes", first.status().Outcomes, map[classify.Outcome]int{classify.Classified: n})
}

// inHand starts a run that takes work and does none of it.
func inHand(t *testing.T, open Opener, r classify.Run) *session {
	t.Helper()
	s := &session{Store: open(t, Options{}), t: t}
	s.startShared(r)
	for _, err := range s.Todo(t.Context(), s.run, all(classify.ModeChanged)) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	return s
}

func handedOn(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 3)...)
	s.finish()
	first := inHand(t, open, classify.Run{})
	second := beginShared(t, open)
	same(t, "while the first has it in hand", second.todoIDs(all(classify.ModeChanged)), []string(nil))
	same(t, "planned nevertheless", second.plan(all(classify.ModeChanged)).Todo, 3)
	same(t, "the first again", len(first.todoIDs(all(classify.ModeChanged))), 3)
	first.finish()
	same(t, "when it has ended", len(second.todoIDs(all(classify.ModeChanged))), 3)
}

func handedOnByTheDead(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 3)...)
	s.finish()
	inHand(t, open, classify.Run{PID: deadProcess(t)})
	next := beginShared(t, open) // finds the process gone
	same(t, "to do", len(next.todoIDs(all(classify.ModeChanged))), 3)
}

func intakesApart(t *testing.T, open Opener) {
	a, b := beginShared(t, open), beginShared(t, open)
	a.stage(at("IND.00000", "2030", 1), at("A", "2030", 1))
	b.stage(at("IND.00000", "2031", 2), at("B", "2030", 1))
	a.take(Catalogue(0, 2)...)
	same(t, "values of a", a.indicator("IND.00000").Values[3], classify.Observation{Date: "2030", Value: 1})
	b.take(Catalogue(1, 3)...)
	for name, row := range map[string]struct {
		s        *session
		selected []string
		orphan   []string
	}{"a": {a, []string{"IND.00000", "IND.00001"}, []string{"A"}}, "b": {b, []string{"IND.00001", "IND.00002"}, []string{"B", "IND.00000"}}} {
		same(t, name, row.s.plan(classify.Selection{Intake: true, Mode: classify.ModeForce}), classify.Plan{Selected: 2, Todo: 2})
		_, orphans, err := row.s.OrphanValues(t.Context(), row.s.run, 5)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "values without an indicator of "+name, orphans, row.orphan)
	}
	same(t, "a row of both", b.take(Catalogue(0, 1)...)[0].Kind, classify.TakenChanged)
	a.finish()
	same(t, "when a has ended", b.plan(classify.Selection{Intake: true, Mode: classify.ModeForce}).Selected, 3)
}

func oneDies(t *testing.T, open Opener) {
	s := beginShared(t, open)
	s.take(Catalogue(0, 2)...)
	gone := &session{Store: open(t, Options{}), t: t}
	gone.startShared(classify.Run{PID: deadProcess(t)})
	gone.save(passed(Indicator(0)))
	next := beginShared(t, open)
	states := map[int64]string{}
	runs, err := next.Runs(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		states[r.ID] = r.State
	}
	same(t, "states", states, map[int64]string{s.run: "running", gone.run: "killed", next.run: "running"})
	refusedTo(t, "the one that is gone", gone.Store, gone.run)
	s.save(passed(Indicator(1)))
	same(t, "to do", next.todoIDs(all(classify.ModeChanged)), []string(nil))
}

func bothKept(t *testing.T, open Opener) {
	a, b := beginShared(t, open), beginShared(t, open)
	a.take(Catalogue(0, 1)...)
	a.save(Answer(Indicator(0)))
	b.save(passed(Indicator(0)))
	same(t, "current", a.classification("IND.00000").RunID, b.run)
	for _, s := range []*session{a, b} {
		counts, err := s.RunOutcomes(t.Context(), s.run)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "committed", counts, map[classify.Outcome]int{classify.Classified: 1})
	}
	differ := collect(a, a.Compare(t.Context(), a.run, b.run))
	same(t, "differences", len(differ), 1)
}
