package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"classify/cluster"
	"classify/internal/postgrestest"
	"classify/llm/simulator"
)

const (
	openInvocations = 1000
	// slowAnswer keeps them open.
	slowAnswer = 30 * time.Second
)

// clusterMemory measures what open invocations take at the service, and what a
// client takes that hands out a large catalogue.
func (b *bench) clusterMemory(large int) error {
	// The client first: a process begins with the peak memory of the one that starts
	// it.
	if err := b.clientMemory(large); err != nil {
		return fmt.Errorf("client: %w", err)
	}
	path, err := b.catalogueFile(2*openInvocations, "--distinct")
	if err != nil {
		return err
	}
	return b.withDatabase(func(ctx context.Context, server *postgrestest.Server) error {
		return b.withModel(simulator.Config{Latency: slowAnswer}, func(p *provider) error {
			room := func(t *cluster.Topology) { t.InvocationsPerPartition = 2 * openInvocations / t.Partitions }
			return b.withCluster(ctx, server, p.flags("--policy", "thorough"), room, func(t *team) error { return t.openMemory(ctx, path) })
		})
	})
}

// openMemory watches the service while more and more invocations are open.
func (t *team) openMemory(ctx context.Context, path string) error {
	service, err := t.servicePID(ctx)
	if err != nil {
		return err
	}
	idle, _, err := residentMB(service)
	if err != nil {
		return err
	}
	client, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- t.handOut(client, path) }()
	most, reached := 0, false
	err = soon(ctx, 4*time.Minute, func() error {
		counts, err := cluster.Admin{URL: t.Topology.Nodes[0].AdminURL()}.Invocations(ctx)
		if err != nil {
			return err
		}
		most = max(most, counts["running"])
		if reached = most >= openInvocations; !reached {
			return fmt.Errorf("%d invocations were open at most", most)
		}
		return nil
	})
	if err == nil {
		// What is open asks its model for as long as that takes.
		err = pause(ctx, slowAnswer)
	}
	_, peak, memoryErr := residentMB(service)
	stop()
	if err := errors.Join(err, memoryErr, <-ended); err != nil {
		return err
	}
	const limit = 1200
	t.b.add(figure{
		what:     fmt.Sprintf("memory of the service with %d open invocations, each waiting for a model for %s", most, slowAnswer),
		wanted:   fmt.Sprintf("under %.1f GB", limit/1000.0),
		measured: fmt.Sprintf("%.0f MB at its peak, %.0f MB before; %.2f MB for each", peak, idle, (peak-idle)/float64(most)),
		reached:  peak < limit,
	})
	return nil
}

// servicePID is the process of the only replica.
func (t *team) servicePID(ctx context.Context) (int, error) {
	for _, p := range t.Status(ctx).Processes {
		if p.Name == cluster.ReplicaName(1) && p.PID != 0 {
			return p.PID, nil
		}
	}
	return 0, errors.New("the service does not live")
}

// handOut runs a client until ctx ends, and takes no notice of how it does then.
func (t *team) handOut(ctx context.Context, path string) error {
	cmd := exec.CommandContext(ctx, t.b.binary, "run", path, "--store", t.server.URL("classify"), "--quiet", "--engine", "restate",
		"--nodes", strings.Join(t.Topology.Ingresses(), ","), "--in-flight", fmt.Sprint(openInvocations*11/10))
	cmd.Dir = t.b.dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.CombinedOutput()
	if ctx.Err() == nil && err != nil {
		return fmt.Errorf("the client: %w\n%s", err, out)
	}
	return nil
}

// pause waits.
func pause(ctx context.Context, long time.Duration) error {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
