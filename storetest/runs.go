package storetest

import (
	"os"
	"sync/atomic"
	"testing"
	"time"

	"classify"
)

var runTests = map[string]func(*testing.T, Opener){
	"a run comes back with everything that was stored of it": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		started := time.Date(2024, 2, 29, 23, 59, 58, 123456000, time.UTC)
		want := classify.Run{StartedAt: started, Host: "host", PID: 4711, Command: "run \"a b.csv\" --force", Mode: classify.ModeForce, LogicVersion: "logic-1",
			Version: "1.2.3", Engine: "local", Provider: "rulebook", State: "running", Result: classify.RunResult{State: "running"}}
		var err error
		if want.ID, err = s.StartRun(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		same(t, "running", run(t, s), want)

		want.State = "failed"
		want.Result = classify.RunResult{State: "failed", Error: "budget", Read: 12, Accepted: 9, Duplicates: 1, Rejected: 2,
			Selected: 9, Classified: 3, Escalated: 1, Failed: 2, Skipped: 3}
		if err := s.FinishRun(t.Context(), want.ID, want.Result); err != nil {
			t.Fatal(err)
		}
		got := run(t, s)
		if got.FinishedAt == nil || time.Since(*got.FinishedAt) > time.Minute {
			t.Errorf("finished at %v", got.FinishedAt)
		}
		got.FinishedAt = nil
		same(t, "finished", got, want)
	},
	"a run is of this process unless it says otherwise": func(t *testing.T, open Opener) {
		s := begin(t, open)
		r := run(t, s)
		if r.Host == "" || r.PID != os.Getpid() || time.Since(r.StartedAt) > time.Minute {
			t.Errorf("run: %+v", r)
		}
	},
	"the newest runs come first": func(t *testing.T, open Opener) {
		s := begin(t, open)
		for range 3 {
			s.restart()
		}
		for limit, want := range map[int]int{0: 4, 2: 2, 10: 4} {
			runs, err := s.Runs(t.Context(), limit)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "runs", len(runs), want)
			for i, r := range runs {
				same(t, "id", r.ID, s.run-int64(i))
			}
		}
	},
	"the rate is what was committed over the whole time of the run": func(t *testing.T, open Opener) {
		noon := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
		var after atomic.Int64
		s := &session{Store: open(t, Options{Now: func() time.Time { return noon.Add(time.Duration(after.Load())) }}), t: t}
		s.start()
		same(t, "at once", s.status().Rate, 0.0)
		after.Store(int64(2 * time.Second))
		s.save(Answer(Indicator(0)), escalated(Indicator(1)), failed(Indicator(2), classify.StageTime), Answer(Indicator(3)))
		same(t, "while it goes on", s.status().Rate, 2.0, closeTo)
		after.Store(int64(5 * time.Second))
		same(t, "while it does nothing", s.status().Rate, 0.8, closeTo)
		s.finish()
		after.Store(int64(time.Hour))
		same(t, "when it has ended", s.status().Rate, 0.8, closeTo)
		s.start()
		same(t, "of the next run", s.status().Rate, 0.0)
	},
	"a store without a run has none": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		runs, err := s.Runs(t.Context(), 0)
		if err != nil || len(runs) != 0 {
			t.Errorf("runs %v, error %v", runs, err)
		}
	},
}

// run returns the newest run.
func run(t *testing.T, s classify.Store) classify.Run {
	t.Helper()
	runs, err := s.Runs(t.Context(), 1)
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs %v, error %v", runs, err)
	}
	return runs[0]
}
