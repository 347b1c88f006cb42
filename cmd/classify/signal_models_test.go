package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"classify"
	"classify/llm/simulator"
	"classify/sqlite"
)

// asks is a run that asks a simulated provider, until it was stopped.
type asks struct {
	sim   *simulator.Server
	dir   string
	store string
	args  []string
}

func newAsks(t *testing.T, c simulator.Config, indicators int) *asks {
	t.Helper()
	a := &asks{sim: simulator.New(c), dir: t.TempDir()}
	server := httptest.NewServer(a.sim)
	t.Cleanup(func() { a.sim.Close(); server.Close() })
	a.store = filepath.Join(a.dir, "s.db")
	path := filepath.Join(a.dir, "c.csv")
	if out, err := program(t, a.dir, "generate", "--n", strconv.Itoa(indicators), "--distinct", "--no-values", "-o", path).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	a.args = []string{"run", path, "--store", "sqlite:" + a.store, "--quiet", "--provider", "openai", "--model", "gpt-5-mini", "--base-url", server.URL + "/v1", "--policy", "thorough"}
	return a
}

// stop runs until the provider has been asked so often, stops the run with a
// signal, and returns what the provider had counted then.
func (a *asks) stop(t *testing.T, calls int, signal os.Signal) simulator.Counts {
	t.Helper()
	cmd := program(t, a.dir, a.args...)
	cmd.Env = append(os.Environ(), "OPENAI_API_KEY=simulated")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for a.sim.Counts().Accepted < calls {
		select {
		case <-look.C:
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
	counts := a.sim.Counts()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	if cmd.Wait() == nil {
		t.Error("a run that was stopped says that it came to its end")
	}
	return counts
}

// resume gives the same command again.
func (a *asks) resume(t *testing.T) {
	t.Helper()
	cmd := program(t, a.dir, a.args...)
	cmd.Env = append(os.Environ(), "OPENAI_API_KEY=simulated")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// answered counts the calls in the ledger that brought an answer, and checks
// that every indicator has an outcome where it should.
func (a *asks) answered(t *testing.T) (calls, pending int) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), a.store, sqlite.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	lines, err := s.Costs(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Outcome == classify.CallAnswered {
			calls += l.Calls
		}
	}
	status, err := s.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return calls, status.Pending
}

func TestStoppedByCtrlCARunBeginsNoCallAndKeepsWhatIsInFlight(t *testing.T) {
	t.Parallel()
	a := newAsks(t, simulator.Config{RPM: 30_000, TPM: 100_000_000, Announce: true, Latency: 300 * time.Millisecond}, 300)
	atStop := a.stop(t, 60, os.Interrupt)
	after := a.sim.Counts()
	calls, pending := a.answered(t)
	if calls != after.Paid || after.InFlight != 0 || after.Lost != 0 {
		t.Errorf("%d calls were paid, %d of them lost, %d are in the ledger", after.Paid, after.Lost, calls)
	}
	if more := after.Accepted - atStop.Accepted; more > 150 || pending == 0 {
		t.Errorf("%d calls after the signal, %d indicators pending", more, pending)
	}
	a.resume(t)
	if counts := a.sim.Counts(); counts.Questions.AnsweredAgain != 0 {
		t.Errorf("%d questions were paid twice", counts.Questions.AnsweredAgain)
	}
	if _, pending := a.answered(t); pending != 0 {
		t.Errorf("%d indicators lost", pending)
	}
}

func TestKilledARunPaysAtMostWhatWasInFlightAgain(t *testing.T) {
	t.Parallel()
	for _, calls := range []int{5, 100, 400} {
		t.Run(strconv.Itoa(calls), func(t *testing.T) {
			t.Parallel()
			a := newAsks(t, simulator.Config{RPM: 30_000, TPM: 100_000_000, Announce: true, Latency: 50 * time.Millisecond, Sigma: 0.4}, 200)
			a.stop(t, calls, syscall.SIGKILL)
			before := a.sim.Counts()
			stored, _ := a.answered(t)
			a.resume(t)
			after := a.sim.Counts()
			// What the ledger did not have when the process died is all that may be
			// asked a second time.
			if again := after.Questions.Repeated - before.Questions.Repeated; again > before.Accepted-stored {
				t.Errorf("%d questions asked again, %d calls were not recorded at the kill", again, before.Accepted-stored)
			}
			if _, pending := a.answered(t); pending != 0 {
				t.Errorf("%d indicators lost", pending)
			}
		})
	}
}
