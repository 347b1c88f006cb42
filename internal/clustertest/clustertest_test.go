package clustertest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"classify/internal/clustertest"
	"classify/internal/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

func TestAClusterWorksAfterItsStart(t *testing.T) {
	t.Parallel()
	c := clustertest.Start(t, clustertest.Options{Nodes: 1, Store: postgrestest.Database(t)})
	s := c.Status(t.Context())
	if !s.Works() || len(s.Processes) != 3 {
		t.Errorf("%+v", s)
	}
}

// inside is set in the process that the next test starts and kills.
const inside = "CLASSIFY_TEST_LAUNCH"

func TestNothingIsLeftOfAProcessThatIsKilled(t *testing.T) {
	if os.Getenv(inside) != "" {
		clustertest.Start(t, clustertest.Options{Nodes: 1, Store: os.Getenv(inside)})
		if err := os.WriteFile(filepath.Join(os.TempDir(), "ready"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		<-t.Context().Done() // it is killed before
		return
	}
	t.Parallel()
	store := postgrestest.Database(t)
	for name, point := range map[string]string{
		"while the program is built":   "classify-*",
		"while the first program runs": "classify-*/cluster/s3/pid.json",
		"while a node starts":          "classify-*/cluster/node-1/pid.json",
		"when the cluster works":       "ready",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNothingIsLeftOfAProcessThatIsKilled$")
			cmd.Env = append(os.Environ(), inside+"="+store, "TMPDIR="+dir)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, point, func() bool {
				found, err := filepath.Glob(filepath.Join(dir, point))
				return err != nil || len(found) > 0
			})
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // it was killed
			if err := os.Remove(filepath.Join(dir, "ready")); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			waitFor(t, "no folder of a cluster", func() bool {
				left, err := filepath.Glob(filepath.Join(dir, "classify-*"))
				return err == nil && len(left) == 0
			})
			waitFor(t, "no process", func() bool {
				out, err := exec.Command("ps", "-eo", "args").Output()
				return err == nil && !strings.Contains(string(out), dir)
			})
		})
	}
}

// waitFor looks until something is so, or two minutes are over.
func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatal("it did not come to this: " + what)
		}
	}
}
