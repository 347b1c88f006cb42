package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/procfs"
)

// visits are the calls that reach a simulated provider, each with its moment and
// the process that sent it: what the provider sees, whatever the callers count.
type visits struct {
	mu  sync.Mutex
	all []visit
	err error // the first connection whose process was not found
}

type visit struct {
	at  time.Time
	pid int
}

type caller struct{}

// watch has a server note its calls before they are answered.
func (v *visits) watch(s *http.Server) {
	next := s.Handler
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		pid, err := processBehind(c)
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.err == nil {
			v.err = err
		}
		return context.WithValue(ctx, caller{}, pid)
	}
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pid, ok := r.Context().Value(caller{}).(int); ok && r.Method == http.MethodPost {
			v.mu.Lock()
			v.all = append(v.all, visit{time.Now(), pid})
			v.mu.Unlock()
		}
		next.ServeHTTP(w, r)
	})
}

// sorted are the calls so far, by their moments.
func (v *visits) sorted() ([]visit, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := slices.Clone(v.all)
	slices.SortFunc(all, func(a, b visit) int { return a.at.Compare(b.at) })
	return all, v.err
}

// processBehind is the process of this machine at the other end of a connection.
func processBehind(c net.Conn) (pid int, err error) {
	name, err := socketOf(c.RemoteAddr().(*net.TCPAddr).Port, c.LocalAddr().(*net.TCPAddr).Port)
	if err != nil {
		return 0, err
	}
	processes, err := procfs.AllProcs()
	if err != nil {
		return 0, err
	}
	for _, p := range processes {
		// The descriptors of others are not ours to see.
		if targets, err := p.FileDescriptorTargets(); err == nil && slices.Contains(targets, name) {
			return p.PID, nil
		}
	}
	return 0, fmt.Errorf("no process has the connection of %s", c.RemoteAddr())
}

// socketOf is the socket that goes from one port to another, as descriptors name it.
// Either port alone may be that of several.
func socketOf(from, to int) (string, error) {
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return "", err
	}
	const local, remote, inode = 1, 2, 9
	for line := range strings.Lines(string(table)) {
		columns := strings.Fields(line)
		if len(columns) > inode && columns[inode] != "0" && strings.HasSuffix(columns[local], fmt.Sprintf(":%04X", from)) &&
			strings.HasSuffix(columns[remote], fmt.Sprintf(":%04X", to)) {
			return "socket:[" + columns[inode] + "]", nil
		}
	}
	return "", fmt.Errorf("nobody on this machine connects port %d to %d", from, to)
}

// mostWithin is the largest number of calls in any stretch of so long.
func mostWithin(all []visit, long time.Duration) (most int) {
	first := 0
	for i, v := range all {
		for v.at.Sub(all[first].at) >= long {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// between are the calls of a stretch of time.
func between(all []visit, from, to time.Time) []visit {
	var some []visit
	for _, v := range all {
		if !v.at.Before(from) && v.at.Before(to) {
			some = append(some, v)
		}
	}
	return some
}
