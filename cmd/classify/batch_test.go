package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/llm/simulator"
	"classify/sqlite"
)

func TestABatchThatARunLeftIsNotPaidAgainByOneWithoutBatches(t *testing.T) {
	t.Parallel()
	a := newAsks(t, simulator.Config{BatchLatency: time.Hour}, 5)
	batched := append(append([]string{}, a.args...), "--batch-api")
	cmd := program(t, a.dir, batched...)
	cmd.Env = append(cmd.Environ(), "OPENAI_API_KEY=simulated")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitForBatch(t, a.store)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	before := a.sim.Counts().Accepted
	cmd = program(t, a.dir, a.args...)
	cmd.Env = append(cmd.Environ(), "OPENAI_API_KEY=simulated")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--resubmit") || a.sim.Counts().Accepted != before {
		t.Errorf("%v, %d calls\n%s", err, a.sim.Counts().Accepted-before, out)
	}
	cmd = program(t, a.dir, append(append([]string{}, a.args...), "--resubmit")...)
	cmd.Env = append(cmd.Environ(), "OPENAI_API_KEY=simulated")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// waitForBatch polls the store until a batch is at the provider.
func waitForBatch(t *testing.T, path string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			t.Fatal("no batch was submitted in a minute")
		case <-look.C:
		}
		s, err := sqlite.Open(ctx, path, sqlite.Options{ReadOnly: true})
		if err != nil {
			continue // the run has not made it yet
		}
		submitted, err := s.Batches(ctx, classify.BatchSubmitted)
		if closeErr := s.Close(); err == nil && closeErr == nil && len(submitted) > 0 {
			return
		}
	}
}
