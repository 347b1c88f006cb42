// Package clustertest starts real native clusters for tests and measurements, and
// throws them away afterwards: also when the process that wanted them was killed.
package clustertest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"classify/cluster"
)

// Options are the choices of Start and Launch.
type Options struct {
	Nodes    int // 0: 3
	Replicas int // of the service; 0: 1
	// Store is the address of the PostgreSQL of the service. It has to be there.
	Store string
	// Serve are further flags of "classify serve"; the key of the provider is
	// "simulated".
	Serve []string
	// Env is added to the environment of the service.
	Env []string
	// Prepare may change the topology before the start; nil: nothing is changed.
	// It is one for small machines: 6 partitions, 128 MiB a node.
	Prepare func(*cluster.Topology)
	// Down leaves the cluster as it is before its first Up.
	Down bool
}

// Start is a cluster of the test's own, which works. It has a random name, free
// ports and a folder of its own, and is gone when the test is over.
func Start(t testing.TB, o Options) *cluster.Cluster {
	t.Helper()
	c, end, err := Launch(t.Context(), o)
	t.Cleanup(func() {
		if t.Failed() && c != nil {
			t.Log(Logs(c))
		}
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Launch is Start without a test. end kills what lives of the cluster and removes
// its folder; it is to be called after an error, too. c may be nil then.
func Launch(ctx context.Context, o Options) (c *cluster.Cluster, end func() error, err error) {
	folder, end, err := Folder()
	if err != nil {
		return nil, end, err
	}
	self, err := Program(ctx)
	if err != nil {
		return nil, end, err
	}
	name := filepath.Base(folder)
	t := cluster.Default(name, cmp.Or(o.Nodes, 3))
	t.Partitions, t.RocksDBMemory, t.Service.Replicas = 6, "128 MiB", cmp.Or(o.Replicas, 1)
	if err := freePorts(&t); err != nil {
		return nil, end, err
	}
	if o.Prepare != nil {
		o.Prepare(&t)
	}
	if c, err = cluster.Make(filepath.Join(folder, "cluster"), t); err != nil {
		return nil, end, err
	}
	c.Binaries.Self = self
	c.Serve = o.Serve
	c.Env = append([]string{"CLASSIFY_STORE=" + o.Store, "OPENAI_API_KEY=simulated", "ANTHROPIC_API_KEY=simulated"}, o.Env...)
	if o.Down {
		return c, end, nil
	}
	if err := c.Up(ctx); err != nil {
		return c, end, fmt.Errorf("start a cluster: %w\n%s", err, Logs(c))
	}
	return c, end, nil
}

// freePorts gives a topology ports that nobody holds, and that the system gives to
// no client: while a node is down, nobody is given its port.
func freePorts(t *cluster.Topology) error {
	taken := map[int]bool{}
	next := func(many int) (int, error) {
		for range 1000 {
			port := 15000 + rand.IntN(17000)
			if !open(port, many, taken) {
				continue
			}
			for i := range many {
				taken[port+i] = true
			}
			return port, nil
		}
		return 0, errors.New("there are no free ports")
	}
	ports := []*int{&t.S3.Port}
	for i := range t.Nodes {
		n := &t.Nodes[i]
		ports = append(ports, &n.Ingress, &n.Admin, &n.Port)
	}
	var err error
	for _, p := range ports {
		if *p, err = next(1); err != nil {
			return err
		}
	}
	t.Service.Port, err = next(1 + t.Service.Replicas) // the replicas listen behind it
	return err
}

// open reports whether so many ports from one on are free.
func open(port, many int, taken map[int]bool) bool {
	for p := port; p < port+many; p++ {
		if taken[p] {
			return false
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err != nil {
			return false
		}
		if l.Close() != nil {
			return false
		}
	}
	return true
}

// Logs are the ends of what the processes of a cluster have logged.
func Logs(c *cluster.Cluster) string {
	const most = 3000
	var b strings.Builder
	_ = filepath.WalkDir(c.Dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it has gone meanwhile
		case d.IsDir() && d.Name() == "data":
			return fs.SkipDir
		case d.Name() == "log":
			if text, err := os.ReadFile(path); err == nil {
				fmt.Fprintf(&b, "== %s\n%s\n", strings.TrimPrefix(path, c.Dir), text[max(0, len(text)-most):])
			}
		}
		return nil
	})
	return b.String()
}
