package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
)

// spent is the CPU time, in seconds, of all that takes part in the work of a
// cluster: nodes, S3, service, PostgreSQL and this process. What a client of its
// own process spends comes on top.
type spent struct {
	processes []int // of the cluster
	server    int   // PostgreSQL's first process
}

// spending finds the processes of a cluster.
func (t *team) spending(ctx context.Context) (spent, error) {
	var s spent
	for _, p := range t.Status(ctx).Processes {
		if p.PID != 0 {
			s.processes = append(s.processes, p.PID)
		}
	}
	file, err := os.ReadFile(filepath.Join(t.server.DataDir, "postmaster.pid"))
	if err != nil {
		return s, err
	}
	first, _, _ := strings.Cut(string(file), "\n")
	s.server, err = strconv.Atoi(strings.TrimSpace(first))
	return s, err
}

// now is what was spent until now.
func (s spent) now() (seconds float64, err error) {
	all, err := procfs.AllProcs()
	if err != nil {
		return 0, fmt.Errorf("the CPU time of the cluster: %w", err)
	}
	for _, p := range all {
		stat, err := p.Stat()
		if err != nil {
			continue // it has ended since
		}
		switch {
		case stat.PID == s.server:
			seconds += stat.CPUTime() + ofEnded(stat)
		case stat.PPID == s.server, stat.PID == os.Getpid(), slices.Contains(s.processes, stat.PID):
			seconds += stat.CPUTime()
		}
	}
	return seconds, nil
}

// ofEnded is the CPU time of the children of a process that have ended.
func ofEnded(s procfs.ProcStat) float64 {
	const ticksPerSecond = 100 // as procfs has it
	return float64(s.CUTime+s.CSTime) / ticksPerSecond
}

// residentMB is the memory of a living process: now, and at its peak.
func residentMB(pid int) (now, peak float64, err error) {
	p, err := procfs.NewProc(pid)
	if err != nil {
		return 0, 0, err
	}
	s, err := p.NewStatus()
	if err != nil {
		return 0, 0, err
	}
	return float64(s.VmRSS) / (1 << 20), float64(s.VmHWM) / (1 << 20), nil
}
