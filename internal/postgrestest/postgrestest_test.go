package postgrestest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"classify/internal/postgrestest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

// waitFor looks until something is so, or 30 seconds are over.
func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatal("it did not come to this: " + what)
		}
	}
}

// inside is set in the process that the next test starts and kills.
const inside = "CLASSIFY_TEST_LAUNCH"

// TestNothingIsLeftOfAProcessThatIsKilled kills a process at several points of
// the life of its server.
func TestNothingIsLeftOfAProcessThatIsKilled(t *testing.T) {
	if os.Getenv(inside) != "" {
		url := postgrestest.Database(t)
		postgrestest.PgBouncer(t, url)
		if err := os.WriteFile(filepath.Join(os.TempDir(), "ready"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		<-t.Context().Done() // it is killed before
		return
	}
	t.Parallel()
	programs := postgrestest.Shared(t).Bin // a copy, where those of the project are closed to others
	for name, point := range map[string]string{
		"when its folder is there":      "classify-postgres-*",
		"while the files are made":      "classify-postgres-*/data/base/1",
		"while the server starts":       "classify-postgres-*/log",
		"when the server is there":      "classify-postgres-*/data/postmaster.pid",
		"with a server and a PgBouncer": "ready",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, err := os.MkdirTemp("", "killed-")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(dir) })
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestNothingIsLeftOfAProcessThatIsKilled$")
			cmd.Env = append(os.Environ(), inside+"=1", "TMPDIR="+dir, "CLASSIFY_TEST_POSTGRES="+programs)
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
			waitFor(t, "an empty folder", func() bool {
				left, err := os.ReadDir(dir)
				return err == nil && len(left) == 0
			})
			waitFor(t, "no process", func() bool {
				out, err := exec.Command("ps", "-eo", "args").Output()
				return err == nil && !strings.Contains(string(out), dir)
			})
		})
	}
}
