package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"classify"
	"classify/sqlite"
)

// program is this test binary in the role of the program: testscript.Main
// put it on the path under that name.
func program(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "classify", args...)
	cmd.Dir = dir
	return cmd
}

// large generates a catalogue that takes a run a while.
func large(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "large.csv")
	if out, err := program(t, dir, "generate", "--n", "12000", "--no-values", "-o", path).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// waitForAnswers polls the store, as any reader may, until the first run has
// committed some answers.
func waitForAnswers(t *testing.T, store string) {
	t.Helper()
	waitForRun(t, store, 1)
}

// committed counts what a run has committed so far.
func committed(t *testing.T, path string, run int64) int {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		return 0 // the run has not made it yet
	}
	defer s.Close()
	outcomes, err := s.RunOutcomes(t.Context(), run)
	if err != nil {
		return 0
	}
	n := 0
	for _, c := range outcomes {
		n += c
	}
	return n
}

// waitForRun polls until a run has committed some answers.
func waitForRun(t *testing.T, store string, run int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			t.Fatal("the run committed nothing in a minute")
		case <-poll.C:
		}
		if committed(t, store, run) > 0 {
			return
		}
	}
}

func answered(t *testing.T, path string) int {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		return 0 // the run has not made it yet
	}
	defer s.Close()
	status, err := s.Status(t.Context())
	if err != nil {
		return 0
	}
	n := 0
	for _, c := range status.Outcomes {
		n += c
	}
	return n
}

var reconciled = regexp.MustCompile(`(\d+) indicators = (\d+) classified \+ (\d+) escalated \+ (\d+) failed \+ (\d+) skipped`)

func TestAStoppedOrKilledRunGoesOnWithWhatIsNotCommitted(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]os.Signal{"Ctrl-C": os.Interrupt, "SIGTERM": syscall.SIGTERM, "kill -9": os.Kill} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path, store := large(t, dir), filepath.Join(dir, "classify.db")
			first := program(t, dir, "run", path, "--quiet")
			var stdout, stderr bytes.Buffer
			first.Stdout, first.Stderr = &stdout, &stderr
			if err := first.Start(); err != nil {
				t.Fatal(err)
			}
			waitForAnswers(t, store)
			if err := first.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			err := first.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) {
				t.Fatalf("the run ended before it was stopped: %v\n%s", err, stdout.String())
			}
			before := answered(t, store)
			if signal != os.Kill {
				if !strings.Contains(stderr.String(), "go on with: classify run "+path) || !strings.Contains(stdout.String(), "not done") {
					t.Errorf("no summary or no command to resume with:\n%s%s", stdout.String(), stderr.String())
				}
				if exit.ExitCode() != exitFailed {
					t.Errorf("exit code %d, want %d", exit.ExitCode(), exitFailed)
				}
			}
			out, err := program(t, dir, "run", path, "--quiet").CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			m := reconciled.FindStringSubmatch(string(out))
			if m == nil || m[1] != "12000" {
				t.Fatalf("no reconciled summary of 12000 indicators:\n%s", out)
			}
			if m[5] != strconv.Itoa(before) {
				t.Errorf("%s skipped, but %d were committed before the stop", m[5], before)
			}
			if after := answered(t, store); after != 12000 {
				t.Errorf("%d answers at the end, want 12000", after)
			}
		})
	}
}

func TestAnInterruptedForceGoesOnWithWhatItHasNotDone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, store := large(t, dir), filepath.Join(dir, "classify.db")
	if out, err := program(t, dir, "run", path, "--quiet").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	forced := program(t, dir, "run", path, "--quiet", "--force")
	var stderr bytes.Buffer
	forced.Stderr = &stderr
	if err := forced.Start(); err != nil {
		t.Fatal(err)
	}
	waitForRun(t, store, 2)
	if err := forced.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := forced.Wait(); err == nil {
		t.Fatal("the run ended before it was stopped")
	}
	if !strings.Contains(stderr.String(), "--force --resume") {
		t.Errorf("the command to go on with is not told:\n%s", stderr.String())
	}
	before := committed(t, store, 2)
	out, err := program(t, dir, "run", path, "--quiet", "--force", "--resume").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if m := reconciled.FindStringSubmatch(string(out)); m == nil || m[1] != "12000" || m[5] != strconv.Itoa(before) {
		t.Errorf("want %d skipped:\n%s", before, out)
	}
	if out, err := program(t, dir, "run", path, "--quiet", "--force", "--resume").CombinedOutput(); err == nil {
		t.Errorf("there was nothing to resume, and it did\n%s", out)
	}
}

func TestASecondWritingRunStopsAndNamesTheFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "classify.db")
	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	host, _ := os.Hostname()
	if _, err := s.StartRun(t.Context(), classify.Run{StartedAt: time.Now(), Host: host, PID: os.Getpid()}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.csv"), []byte("id,name\nA,Exports\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := program(t, dir, "run", "a.csv", "--quiet").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "process "+strconv.Itoa(os.Getpid())) {
		t.Errorf("error %v\n%s", err, out)
	}
}
