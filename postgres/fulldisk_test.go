//go:build unix

package postgres_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

// TestAFullDiskIsNamedAndNothingThatWasReportedIsLost fills the file system of
// the server.
func TestAFullDiskIsNamedAndNothingThatWasReportedIsLost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a small file system cannot be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for parent := filepath.Dir(dir); parent != os.TempDir() && parent != "/"; parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	server := postgrestest.Start(t, postgrestest.Options{DataDir: data, Settings: map[string]string{"min_wal_size": "32MB", "max_wal_size": "64MB"}})
	const n = 4000
	s, run := begun(t, server.URL("classify"), n, postgres.Options{Patience: 2 * time.Second})
	var room syscall.Statfs_t
	if err := syscall.Statfs(dir, &room); err != nil {
		t.Fatal(err)
	}
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, max(0, int(room.Bavail)*int(room.Bsize)-6<<20)), 0o644); err != nil {
		t.Fatal(err)
	}
	var saved []string
	var failure error
	for i := 0; i < n && failure == nil; i += 100 {
		var mu sync.Mutex
		var work errgroup.Group
		for k := range 100 {
			work.Go(func() error {
				ind := storetest.Indicator(i + k)
				err := s.Save(t.Context(), run, storetest.Answer(ind))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					saved = append(saved, ind.ID)
				}
				return err
			})
		}
		failure = work.Wait()
	}
	if failure == nil {
		t.Fatal("the disk did not fill up")
	}
	// Where the log of the server itself did not fit, it has ended.
	refused(t, failure, "save to store", map[bool]string{true: "make space", false: "look whether it runs"}[strings.Contains(failure.Error(), "53100")])
	t.Logf("after %d answers: %v", len(saved), failure)
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if c, err := pgx.Connect(t.Context(), server.URL("classify")); err == nil {
		c.Close(t.Context())
	} else if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, id := range saved {
		if _, err := s.Classification(t.Context(), id); err != nil {
			t.Fatalf("%s was reported and is not there: %v", id, err)
		}
	}
	// The same store goes on, and does what is left.
	var rest errgroup.Group
	rest.SetLimit(100)
	for i := range n {
		if ind := storetest.Indicator(i); !slices.Contains(saved, ind.ID) {
			rest.Go(func() error { return s.Save(t.Context(), run, storetest.Answer(ind)) })
		}
	}
	if err := rest.Wait(); err != nil {
		t.Fatalf("with space again: %v", err)
	}
	if err := s.FinishRun(t.Context(), run, classify.RunResult{}); err != nil {
		t.Error(err)
	}
	if findings, err := s.Check(t.Context()); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}
