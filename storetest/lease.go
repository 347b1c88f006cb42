package storetest

import (
	"errors"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"classify"
)

var leaseTests = map[string]func(*testing.T, Opener){
	"a second run is locked out and told who writes": func(t *testing.T, open Opener) {
		s, other := begin(t, open), open(t, Options{})
		for name, second := range map[string]classify.Store{"the same store": s, "another process": other} {
			_, err := second.StartRun(t.Context(), classify.Run{})
			locked := lockedBy(t, err)
			if locked == nil {
				continue
			}
			same(t, name+": run", locked.RunID, s.run)
			same(t, name+": process", locked.PID, os.Getpid())
			if locked.Host == "" || time.Since(locked.Heartbeat) > time.Minute || locked.Silence > time.Minute || classify.Hint(err) == "" {
				t.Errorf("%s: %+v, hint %q", name, locked, classify.Hint(err))
			}
		}
		s.finish()
		if _, err := other.StartRun(t.Context(), classify.Run{}); err != nil {
			t.Errorf("after the first has ended: %v", err)
		}
	},
	"labels cannot be set beside a run of another process": func(t *testing.T, open Opener) {
		s, other := begin(t, open), open(t, Options{})
		label := []classify.Override{{IndicatorID: "A", Field: "per", Value: "capita"}}
		_, err := other.SetOverrides(t.Context(), label)
		lockedBy(t, err)
		if _, err := other.SetOverrides(t.Context(), nil); err != nil {
			t.Errorf("no label at all: %v", err)
		}
		s.override(label...)
		s.finish()
		if _, err := other.SetOverrides(t.Context(), label); err != nil {
			t.Error(err)
		}
	},
	"readers work while a run writes": func(t *testing.T, open Opener) {
		s, reader := begin(t, open), open(t, Options{})
		s.take(Catalogue(0, 2)...)
		s.save(Answer(Indicator(0)))
		status, err := reader.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		same(t, "indicators", status.Indicators, 2)
		if status.Writer == nil || status.Writer.RunID != s.run {
			t.Errorf("writer: %+v", status.Writer)
		}
	},
	"a run whose process is gone is taken over at once": func(t *testing.T, open Opener) {
		gone := abandoned(t, open, classify.Run{PID: deadProcess(t)})
		s := begin(t, open)
		takenOver(t, gone, s)
	},
	"a run whose process is gone is killed, before another takes it over and after": killedRun,
	"a run on another host is taken over after half a minute of silence": func(t *testing.T, open Opener) {
		gone := abandoned(t, open, classify.Run{Host: "elsewhere", PID: 1})
		quiet := &session{Store: open(t, Options{Now: in(25 * time.Second)}), t: t}
		_, err := quiet.StartRun(t.Context(), classify.Run{})
		if locked := lockedBy(t, err); locked != nil && (locked.Silence < 20*time.Second || locked.Silence > 28*time.Second) {
			t.Errorf("last heard of %s ago", locked.Silence)
		}
		same(t, "state", run(t, quiet).State, "running")
		later := &session{Store: open(t, Options{Now: in(31 * time.Second)}), t: t}
		later.start()
		takenOver(t, gone, later)
	},
	"a store that is closed gives the lease back and ends the run as interrupted": func(t *testing.T, open Opener) {
		first := begin(t, open)
		first.take(Catalogue(0, 1)...)
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		s := begin(t, open)
		runs, err := s.Runs(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "state", runs[1].State, "interrupted")
		same(t, "indicators", s.status().Indicators, 1)
	},
	"a closed store says so": func(t *testing.T, open Opener) {
		s := begin(t, open)
		for range 2 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Save(t.Context(), s.run, Answer(Indicator(1))); err == nil {
			t.Error("saved into a closed store")
		}
		if _, err := s.Status(t.Context()); err == nil {
			t.Error("read from a closed store")
		}
	},
	"what is no running run cannot write": func(t *testing.T, open Opener) {
		s := begin(t, open)
		finished := s.run
		s.restart()
		for name, run := range map[string]int64{"finished": finished, "unknown": s.run + 5, "none": 0} {
			refusedTo(t, name, s.Store, run)
		}
	},
}

// abandoned is a run that took two rows, staged a value, saved one answer, and
// is heard of no more.
func abandoned(t *testing.T, open Opener, r classify.Run) *session {
	t.Helper()
	s := &session{Store: open(t, Options{}), t: t}
	var err error
	if s.run, err = s.StartRun(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	s.stage(at("NOBODY", "2024", 1))
	s.take(Catalogue(0, 2)...)
	s.save(Answer(Indicator(0)))
	return s
}

// killedRun begins at noon, saves one answer of each outcome two seconds later,
// and its process ends without a word.
func killedRun(t *testing.T, open Opener) {
	noon := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	var after atomic.Int64
	clock := func() time.Time { return noon.Add(time.Duration(after.Load())) }
	gone := &session{Store: open(t, Options{Now: clock}), t: t}
	var err error
	if gone.run, err = gone.StartRun(t.Context(), classify.Run{PID: deadProcess(t)}); err != nil {
		t.Fatal(err)
	}
	after.Store(int64(2 * time.Second))
	gone.save(Answer(Indicator(0)), escalated(Indicator(1)), failed(Indicator(2), classify.StageTime), Answer(Indicator(3)))
	after.Store(int64(10 * time.Second))

	reader := &session{Store: open(t, Options{Now: clock}), t: t}
	before := run(t, reader)
	end := noon.Add(2 * time.Second)
	if before.FinishedAt == nil || !before.FinishedAt.Equal(end) {
		t.Errorf("it ended at %v", before.FinishedAt)
	}
	same(t, "state", before.State, "killed")
	same(t, "result", before.Result, classify.RunResult{State: "killed", Classified: 2, Escalated: 1, Failed: 1})
	status := reader.status()
	same(t, "latest", *status.Latest, before)
	same(t, "rate", status.Rate, 2.0, closeTo)
	if status.Writer != nil {
		t.Errorf("writer: %+v", status.Writer)
	}

	reader.start()
	runs, err := reader.Runs(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "when another has taken it over", runs[1], before)
	same(t, "the one that did", runs[0].State, "running")
}

// takenOver checks that s has the store, and gone has not.
func takenOver(t *testing.T, gone, s *session) {
	t.Helper()
	runs, err := s.Runs(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(runs) != 2 || runs[0].ID != s.run || runs[0].State != "running" || runs[1].ID != gone.run || runs[1].State != "killed" {
		t.Errorf("runs: %+v", runs)
	}
	lockedBy(t, gone.Save(t.Context(), gone.run, Answer(Indicator(1))))
	refusedTo(t, "the run that was taken over", gone.Store, gone.run)

	same(t, "the committed answer stays", s.classification("IND.00000").Classification, Answer(Indicator(0)))
	same(t, "nothing of the intake", s.plan(classify.Selection{Intake: true, Mode: classify.ModeForce}), classify.Plan{})
	n, _, err := s.OrphanValues(t.Context(), s.run, 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "staged values", n, 0)
	s.take(Catalogue(0, 2)...)
	same(t, "what is left to do", s.todoIDs(classify.Selection{Intake: true, Mode: classify.ModeChanged}), []string{"IND.00001"})
	s.save(Answer(Indicator(1)))
}

// refusedTo checks that every write of a run fails.
func refusedTo(t *testing.T, name string, s classify.Store, run int64) {
	t.Helper()
	_, taken := s.Take(t.Context(), run, Catalogue(5, 6))
	for what, err := range map[string]error{
		"take":   taken,
		"stage":  s.StageValues(t.Context(), run, []classify.DatedValue{at("A", "2024", 1)}),
		"save":   s.Save(t.Context(), run, Answer(Indicator(5))),
		"finish": s.FinishRun(t.Context(), run, classify.RunResult{}),
	} {
		if err == nil {
			t.Errorf("%s: %s was not refused", name, what)
		}
	}
	if _, err := s.Indicator(t.Context(), "IND.00005"); !errors.Is(err, classify.ErrNotFound) {
		t.Errorf("%s: the refused row is there: %v", name, err)
	}
}

// lockedBy returns the lock that an error tells of.
func lockedBy(t *testing.T, err error) *classify.LockedError {
	t.Helper()
	var locked *classify.LockedError
	if !errors.As(err, &locked) {
		t.Errorf("not locked: %v", err)
		return nil
	}
	return locked
}

// deadProcess returns the number of a process of this host that has ended.
func deadProcess(t *testing.T) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
}

// in is a clock that is ahead.
func in(d time.Duration) func() time.Time {
	return func() time.Time { return time.Now().Add(d) }
}
