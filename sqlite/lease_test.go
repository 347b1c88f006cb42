package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/internal/process"
)

func TestLeaseIsAlive(t *testing.T) {
	t.Parallel()
	host, err := os.Hostname()
	check(t, err)
	now := time.Date(2025, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, row := range map[string]struct {
		lease lease
		want  bool
	}{
		"this process":                              {lease{host: host, pid: os.Getpid(), process: process.Token, heartbeat: now}, true},
		"this process, silent":                      {lease{host: host, pid: os.Getpid(), process: process.Token, heartbeat: now.Add(-31 * time.Second)}, false},
		"an earlier process with this number":       {lease{host: host, pid: os.Getpid(), process: "another", heartbeat: now}, false},
		"the parent process":                        {lease{host: host, pid: os.Getppid(), process: "another", heartbeat: now}, true},
		"no process at all":                         {lease{host: host, pid: 0, process: "another", heartbeat: now}, false},
		"another host":                              {lease{host: "elsewhere", pid: 1, process: "another", heartbeat: now.Add(-29 * time.Second)}, true},
		"another host, silent":                      {lease{host: "elsewhere", pid: 1, process: "another", heartbeat: now.Add(-31 * time.Second)}, false},
		"another host whose clock is a little fast": {lease{host: "elsewhere", pid: 1, process: "another", heartbeat: now.Add(5 * time.Second)}, true},
	} {
		if got := row.lease.alive(now); got != row.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The heartbeat keeps a run that saves nothing for long.
func TestHeartbeat(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	var ahead atomic.Int64
	clock := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	beats, asked := make(chan time.Time), make(chan struct{}, 100)
	s := openHere(t, path, Options{beats: beats, Now: func() time.Time {
		defer func() { asked <- struct{}{} }()
		return clock()
	}})
	_, err := s.StartRun(t.Context(), classify.Run{Host: "elsewhere"})
	check(t, err)
	other := openHere(t, path, Options{Now: clock})
	for len(asked) > 0 {
		<-asked
	}

	ahead.Store(int64(20 * time.Second))
	beats <- time.Time{}
	<-asked
	beats <- time.Time{} // taken only when the first is stored
	<-asked              // the time of the second stands
	ahead.Store(int64(45 * time.Second))
	var locked *classify.LockedError
	if _, err := other.StartRun(t.Context(), classify.Run{}); !errors.As(err, &locked) {
		t.Errorf("25 seconds after the last beat: %v", err)
	}
	ahead.Store(int64(80 * time.Second))
	if _, err := other.StartRun(t.Context(), classify.Run{}); err != nil {
		t.Errorf("60 seconds after the last beat: %v", err)
	}
	check(t, other.Close())
	check(t, s.Close())
}

// A file that another process holds names the run that has the lease, also one
// that is silent, and nobody where there is none.
func TestHolderIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	s := openHere(t, path, Options{})
	busy := sqlite.ResultBusy.ToError()
	if err := s.holder(t.Context(), busy); !errors.Is(err, busy) {
		t.Errorf("without a run: %v", err)
	}
	run, err := s.StartRun(t.Context(), classify.Run{Host: "elsewhere", PID: 4711})
	check(t, err)
	later := openHere(t, path, Options{Now: func() time.Time { return time.Now().Add(time.Hour) }})
	var locked *classify.LockedError
	if err := later.holder(t.Context(), busy); !errors.As(err, &locked) || locked.RunID != run || locked.PID != 4711 ||
		locked.Silence < 50*time.Minute || classify.Hint(err) == "" {
		t.Errorf("beside a silent run: %v", err)
	}
	full := sqlite.ResultFull.ToError()
	if err := later.holder(t.Context(), full); !errors.Is(err, full) {
		t.Errorf("another fault: %v", err)
	}
	if err := later.holder(t.Context(), nil); err != nil {
		t.Errorf("no fault: %v", err)
	}
	check(t, later.Close())
	check(t, s.Close())
}
