package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/procfs"
)

// workers are the processes that take part in the work of a cluster, by what they
// are. What a client of its own process spends comes on top.
type workers struct {
	are      map[int]string
	postgres int // its first process
}

// cpuTime is CPU time in seconds, by what spent it.
type cpuTime map[string]float64

// workers finds the processes of a cluster.
func (t *team) workers(ctx context.Context) (workers, error) {
	w := workers{are: map[int]string{os.Getpid(): "this process"}}
	for _, p := range t.Status(ctx).Processes {
		kind, _, _ := strings.Cut(p.Name, "-") // node-1, service-1
		w.are[p.PID] = kind
	}
	file, err := os.ReadFile(filepath.Join(t.server.DataDir, "postmaster.pid"))
	if err != nil {
		return w, err
	}
	first, _, _ := strings.Cut(string(file), "\n")
	w.postgres, err = strconv.Atoi(strings.TrimSpace(first))
	return w, err
}

// spent is the CPU time until now.
func (w workers) spent() (cpuTime, error) {
	all, err := procfs.AllProcs()
	if err != nil {
		return nil, fmt.Errorf("the CPU time of the cluster: %w", err)
	}
	seconds := cpuTime{}
	for _, p := range all {
		stat, err := p.Stat()
		if err != nil {
			continue // it has ended since
		}
		switch kind, ok := w.are[stat.PID]; {
		case ok:
			seconds[kind] += stat.CPUTime()
		case stat.PID == w.postgres:
			seconds["postgres"] += stat.CPUTime() + ofEnded(stat)
		case stat.PPID == w.postgres:
			seconds["postgres"] += stat.CPUTime()
		}
	}
	return seconds, nil
}

// during is what a measurement and all workers meanwhile took.
func (w workers) during(do func() (effort effortOf, err error)) (effortOf, error) {
	before, err := w.spent()
	if err != nil {
		return effortOf{}, err
	}
	e, err := do()
	if err != nil {
		return e, err
	}
	after, err := w.spent()
	if err != nil {
		return e, err
	}
	for kind, seconds := range after {
		e.by[kind] = seconds - before[kind]
	}
	return e, nil
}

// effortOf is what a measurement took: its time in seconds, and CPU time.
type effortOf struct {
	seconds float64
	by      cpuTime
}

// cpu is the CPU time of all together, in seconds.
func (e effortOf) cpu() (all float64) {
	for _, s := range e.by {
		all += s
	}
	return all
}

func (c cpuTime) String() string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		parts = append(parts, fmt.Sprintf("%s %.1f s", kind, c[kind]))
	}
	return strings.Join(parts, ", ")
}

// fastest is the one of several that took the least time.
func fastest(all []effortOf) effortOf {
	return slices.MinFunc(all, func(a, b effortOf) int { return cmp.Compare(a.seconds, b.seconds) })
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
