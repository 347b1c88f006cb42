package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"classify/cluster"
)

// Scenario is one way to disturb a run.
type Scenario struct {
	Name       string
	Indicators int // in the run
	InFlight   int // unfinished at once: how long the run takes
	// Stall is the longest time that may pass without a newly committed indicator;
	// 0: what is broken keeps all work from going on.
	Stall time.Duration
	// Short says that it belongs to the tests, too.
	Short bool
	// Repeat says that it is played with many seeds.
	Repeat bool
	// Strike disturbs. What is left broken is mended after the run.
	Strike func(ctx context.Context, f *Field, chance *rand.Rand) error
}

func (s *Scenario) named(err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	return nil
}

// stalled is the figure for a node that is gone.
const stalled = 20 * time.Second

// Scenarios are all of them; those that change the cluster most come last.
var Scenarios = []Scenario{
	{Name: "kill -9 of a follower", Indicators: 400, InFlight: 40, Stall: stalled, Short: true, Strike: killFollower},
	{Name: "kill -9 of the metadata leader", Indicators: 400, InFlight: 40, Stall: stalled, Strike: killLeader},
	{Name: "kill -9 of two nodes, and back", Indicators: 400, InFlight: 40, Strike: killTwo},
	{Name: "kill -9 of a service replica", Indicators: 400, InFlight: 40, Stall: stalled, Short: true, Strike: killReplica},
	{Name: "kill -9 of all service replicas", Indicators: 400, InFlight: 40, Strike: killService},
	{Name: "MinIO gone for a minute", Indicators: 1500, InFlight: 30, Stall: stalled, Strike: stopStore},
	{Name: "PostgreSQL restarted", Indicators: 400, InFlight: 40, Short: true, Strike: restartDatabase},
	{Name: "a node held, and let go (SIGSTOP, SIGCONT)", Indicators: 400, InFlight: 40, Stall: stalled, Strike: holdNode},
	{Name: "kill -9 of any one node", Indicators: 300, InFlight: 40, Stall: stalled, Repeat: true, Strike: killAny},
	{Name: "a rolling restart of everything", Indicators: 1000, InFlight: 30, Strike: restartAll},
	{Name: "a new version of the service", Indicators: 600, InFlight: 30, Stall: stalled, Strike: deploy},
	{Name: "a node without its db/", Indicators: 400, InFlight: 40, Stall: stalled, Strike: wipeDB},
	{Name: "a node without its data, replaced", Indicators: 1000, InFlight: 30, Strike: replaceNode},
	{Name: "3 → 5 → 3 nodes", Indicators: 1500, InFlight: 30, Strike: scale},
}

// pause lets the run go on for a while.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// metadataLeader is the node that leads the metadata now.
func (f *Field) metadataLeader(ctx context.Context) (cluster.Node, error) {
	t := &f.Cluster.Topology
	out, err := exec.CommandContext(ctx, f.Cluster.Binaries.Control, "--address", strings.Join(t.Addresses(), ","), "metadata-server", "list").Output()
	if err != nil {
		return cluster.Node{}, fmt.Errorf("restatectl metadata-server list: %w", err)
	}
	for line := range strings.Lines(string(out)) {
		// NODE STATUS VERSION LEADER …
		if words := strings.Fields(line); len(words) > 3 && words[1] == "Member" {
			return t.Node(strings.TrimPrefix(words[3], "N"))
		}
	}
	return cluster.Node{}, fmt.Errorf("restatectl names no leader:\n%s", out)
}

// follower is any node that does not lead the metadata.
func (f *Field) follower(ctx context.Context, chance *rand.Rand) (cluster.Node, error) {
	leader, err := f.metadataLeader(ctx)
	if err != nil {
		return leader, err
	}
	nodes := f.Cluster.Topology.Nodes
	for _, i := range chance.Perm(len(nodes)) {
		if nodes[i].ID != leader.ID {
			return nodes[i], nil
		}
	}
	return leader, fmt.Errorf("there is no node beside %s", leader.Name)
}

func killFollower(ctx context.Context, f *Field, chance *rand.Rand) error {
	n, err := f.follower(ctx, chance)
	if err != nil {
		return err
	}
	return f.Cluster.Signal(n.Name, syscall.SIGKILL)
}

func killLeader(ctx context.Context, f *Field, _ *rand.Rand) error {
	n, err := f.metadataLeader(ctx)
	if err != nil {
		return err
	}
	return f.Cluster.Signal(n.Name, syscall.SIGKILL)
}

func killAny(_ context.Context, f *Field, chance *rand.Rand) error {
	nodes := f.Cluster.Topology.Nodes
	return f.Cluster.Signal(nodes[chance.IntN(len(nodes))].Name, syscall.SIGKILL)
}

func killTwo(ctx context.Context, f *Field, chance *rand.Rand) error {
	nodes := f.Cluster.Topology.Nodes
	for _, i := range chance.Perm(len(nodes))[:2] {
		if err := f.Cluster.Signal(nodes[i].Name, syscall.SIGKILL); err != nil {
			return err
		}
	}
	if err := pause(ctx, 3*time.Second); err != nil {
		return err
	}
	return f.Cluster.Up(ctx)
}

func killReplica(_ context.Context, f *Field, chance *rand.Rand) error {
	return f.Cluster.Signal(cluster.ReplicaName(1+chance.IntN(f.Cluster.Topology.Service.Replicas)), syscall.SIGKILL)
}

func killService(ctx context.Context, f *Field, _ *rand.Rand) error {
	for i := range f.Cluster.Topology.Service.Replicas {
		if err := f.Cluster.Signal(cluster.ReplicaName(i+1), syscall.SIGKILL); err != nil {
			return err
		}
	}
	if err := pause(ctx, 3*time.Second); err != nil {
		return err
	}
	return f.Cluster.Up(ctx)
}

func stopStore(ctx context.Context, f *Field, _ *rand.Rand) error {
	if err := f.Cluster.Signal("s3", syscall.SIGKILL); err != nil {
		return err
	}
	if err := pause(ctx, time.Minute); err != nil {
		return err
	}
	return f.Cluster.Up(ctx)
}

func restartDatabase(ctx context.Context, f *Field, _ *rand.Rand) error {
	if err := f.Database.Kill(); err != nil {
		return err
	}
	return f.Database.Start(ctx)
}

func holdNode(ctx context.Context, f *Field, chance *rand.Rand) error {
	nodes := f.Cluster.Topology.Nodes
	name := nodes[chance.IntN(len(nodes))].Name
	if err := f.Cluster.Signal(name, syscall.SIGSTOP); err != nil {
		return err
	}
	waited := pause(ctx, 15*time.Second)
	if err := f.Cluster.Signal(name, syscall.SIGCONT); err != nil {
		return err
	}
	return waited
}

func wipeDB(ctx context.Context, f *Field, chance *rand.Rand) error {
	n, err := f.follower(ctx, chance)
	if err != nil {
		return err
	}
	if _, err := f.Cluster.Snapshot(ctx, true); err != nil { // its logs alone do not bring it back
		return err
	}
	if err := f.Cluster.Signal(n.Name, syscall.SIGKILL); err != nil {
		return err
	}
	db := filepath.Join(f.Cluster.Dir, n.Name, "data", n.Name, "db")
	if _, err := os.Stat(db); err != nil {
		return err
	}
	if err := wait(ctx, func() error { return os.RemoveAll(db) }); err != nil {
		return err
	}
	return f.Cluster.Up(ctx)
}

func replaceNode(ctx context.Context, f *Field, chance *rand.Rand) error {
	n, err := f.follower(ctx, chance)
	if err != nil {
		return err
	}
	if err := f.Cluster.Signal(n.Name, syscall.SIGKILL); err != nil {
		return err
	}
	data := filepath.Join(f.Cluster.Dir, n.Name, "data")
	if err := wait(ctx, func() error { return os.RemoveAll(data) }); err != nil {
		return err
	}
	_, err = f.Cluster.Replace(ctx, n.Name)
	return err
}

func restartAll(ctx context.Context, f *Field, _ *rand.Rand) error {
	names := []string{"s3"}
	for _, n := range f.Cluster.Topology.Nodes {
		names = append(names, n.Name)
	}
	for i := range f.Cluster.Topology.Service.Replicas {
		names = append(names, cluster.ReplicaName(i+1))
	}
	for _, name := range names {
		if err := f.Cluster.Restart(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func deploy(ctx context.Context, f *Field, _ *rand.Rand) error {
	return f.Cluster.Deploy(ctx, f.Cluster.Topology.Service.Replicas)
}

func scale(ctx context.Context, f *Field, _ *rand.Rand) error {
	for _, n := range []int{5, 3} {
		if err := f.Cluster.Scale(ctx, n); err != nil {
			return fmt.Errorf("to %d nodes: %w", n, err)
		}
	}
	return nil
}
