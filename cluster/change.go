package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"classify"
)

// Down ends every process of the cluster: first who hands out work, then the
// nodes, then the object store. The data stays.
func (c *Cluster) Down(ctx context.Context) error {
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	defer c.forgetName()
	return c.stopAll(ctx)
}

func (c *Cluster) stopAll(ctx context.Context) error {
	nodes := map[string]bool{}
	for _, n := range c.Topology.Nodes {
		nodes[n.Name] = true
	}
	stop := func(which func(daemon) bool, patience time.Duration) error {
		var all errgroup.Group
		for _, d := range c.all() {
			if which(d) {
				all.Go(func() error { return d.stop(ctx, patience) })
			}
		}
		return all.Wait()
	}
	return errors.Join(
		stop(func(d daemon) bool { return !nodes[d.name] && d.name != "s3" }, stopTime),
		stop(func(d daemon) bool { return nodes[d.name] }, nodeStop),
		stop(func(d daemon) bool { return d.name == "s3" }, nodeStop))
}

// Clean ends the cluster and removes all of its data.
func (c *Cluster) Clean(ctx context.Context) error {
	if err := c.Down(ctx); err != nil {
		return err
	}
	return os.RemoveAll(c.Dir)
}

// Restart ends a node, the object store or a replica of the service, and starts it
// again, with the data that it has.
func (c *Cluster) Restart(ctx context.Context, name string) error {
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	d, err := c.daemonOf(name)
	if err != nil {
		return err
	}
	if err := d.stop(ctx, stopTime); err != nil {
		return err
	}
	return c.up(ctx)
}

// daemonOf finds a process by the name that people know it by.
func (c *Cluster) daemonOf(name string) (daemon, error) {
	switch {
	case name == "s3" || name == "minio":
		return c.s3(), nil
	case name == "service":
		return c.replica(c.Version, 1), nil
	case name == "balancer" && c.Topology.Service.Replicas > 1:
		return c.balancer(c.Version), nil
	}
	for i := 1; i <= c.Topology.Service.Replicas; i++ {
		if name == ReplicaName(i) {
			return c.replica(c.Version, i), nil
		}
	}
	n, err := c.Topology.Node(name)
	return c.node(n), err
}

// Scale adds nodes, or removes the last ones: what they keep moves to the others
// first. The services stay as they are.
func (c *Cluster) Scale(ctx context.Context, nodes int) error {
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	t := &c.Topology
	switch {
	case nodes < t.Replication || nodes < 1:
		return classify.WithHint(fmt.Errorf("%d nodes cannot keep %d copies", nodes, t.Replication), "write a number from %d to %d", t.Replication, MaxNodes)
	case nodes > MaxNodes:
		return invalid(fmt.Sprintf("write a number from %d to %d", t.Replication, MaxNodes), "a cluster of %d nodes", nodes)
	}
	for len(t.Nodes) < nodes {
		t.Nodes = append(t.Nodes, c.newNode())
	}
	if err := c.up(ctx); err != nil { // the new ones start, and those that should live do
		return err
	}
	for len(t.Nodes) > nodes {
		last := t.Nodes[len(t.Nodes)-1]
		if err := c.remove(ctx, last, false); err != nil {
			return err
		}
		if err := c.save(); err != nil {
			return err
		}
		c.say("%s is removed", last.Name)
	}
	return c.waitLed(ctx)
}

// newNode is a node under an id that no node had before.
func (c *Cluster) newNode() Node {
	id := 1
	for _, n := range c.Topology.Nodes {
		id = max(id, n.ID+1)
	}
	for {
		if _, err := os.Stat(filepath.Join(c.Dir, "removed", strconv.Itoa(id))); err != nil {
			return NewNode(id)
		}
		id++
	}
}

// Replace gives a node that lost its data a successor: under a new id, as Restate
// asks, and on the same ports; the old one is removed from the cluster.
func (c *Cluster) Replace(ctx context.Context, name string) (Node, error) {
	unlock, err := c.lock()
	if err != nil {
		return Node{}, err
	}
	defer unlock()
	lost, err := c.Topology.Node(name)
	if err != nil {
		return Node{}, err
	}
	living := 0
	for _, n := range c.Topology.Nodes {
		if n.ID != lost.ID && c.node(n).pid() != 0 {
			living++
		}
	}
	if 2*living <= len(c.Topology.Nodes) {
		return Node{}, classify.WithHint(fmt.Errorf("%d of %d nodes live beside %s: that is no quorum", living, len(c.Topology.Nodes), lost.Name),
			"start the others first: classify cluster up")
	}
	if err := c.node(lost).stop(ctx, nodeStop); err != nil {
		return Node{}, err
	}
	next := c.newNode()
	next.Ingress, next.Admin, next.Port = lost.Ingress, lost.Admin, lost.Port
	if err := c.remove(ctx, lost, true); err != nil {
		return Node{}, err
	}
	c.Topology.Nodes = append(c.Topology.Nodes, next)
	if err := c.save(); err != nil {
		return Node{}, err
	}
	c.say("%s takes the place of %s", next.Name, lost.Name)
	return next, c.up(ctx)
}

// remove takes a node out of the cluster. One that is lost does not help with it;
// one that lives hands over what it keeps first.
func (c *Cluster) remove(ctx context.Context, n Node, lost bool) error {
	id := strconv.Itoa(n.ID)
	steps := [][]string{
		{"nodes", "set-worker-state", "--nodes", id, "--worker-state", "draining"},
		{"metadata-server", "remove-node", id},
	}
	if lost { // one that was started without its data is marked so, and cannot become read-only any more
		steps = append(steps, []string{"nodes", "set-storage-state", "--nodes", id, "--storage-state", "gone", "--force"})
	} else {
		steps = append(steps, []string{"nodes", "set-storage-state", "--nodes", id, "--storage-state", "read-only"})
	}
	d := c.node(n)
	if lost { // restatectl does not ask who does not answer
		if err := d.forget(); err != nil {
			return err
		}
	}
	for _, step := range steps {
		if err := until(ctx, 30*time.Second, func() error { _, err := c.control(ctx, step...); return c.unlessGone(ctx, n, err) }); err != nil {
			return err
		}
	}
	if lost {
		c.say("the others do without %s", n.Name)
	} else {
		c.say("%s hands over what it keeps", n.Name)
	}
	err := until(ctx, 2*time.Minute, func() error {
		if _, err := c.control(ctx, "nodes", "remove", "--nodes", id); err == nil {
			return nil
		} else if err := c.unlessGone(ctx, n, err); err == nil {
			return nil
		}
		// Old parts of the logs are kept on it until snapshots hold what they say.
		if _, err := c.control(ctx, "logs", "reconfigure", "--log-id", "0-"+strconv.Itoa(c.Topology.Partitions-1)); err != nil {
			return err
		}
		if _, err := c.Snapshot(ctx, true); err != nil {
			return err
		}
		return fmt.Errorf("%s still keeps parts of the logs", n.Name)
	})
	if err != nil {
		return classify.WithHint(err, "classify doctor tells what holds it; the same command goes on")
	}
	if err := d.stop(ctx, nodeStop); err != nil {
		return err
	}
	c.Topology.Nodes = slices.DeleteFunc(c.Topology.Nodes, func(m Node) bool { return m.ID == n.ID })
	if err := os.MkdirAll(filepath.Join(c.Dir, "removed", id), 0o700); err != nil { // the id is never used again
		return fullDisk(err)
	}
	return os.RemoveAll(d.dir)
}

// unlessGone makes an error about a node that the cluster does not have any more
// none.
func (c *Cluster) unlessGone(ctx context.Context, n Node, err error) error {
	if err == nil {
		return nil
	}
	members, listErr := c.Members(ctx)
	if listErr == nil && !slices.ContainsFunc(members, func(m Member) bool { return m.ID == n.ID }) {
		return nil
	}
	return err
}

// Signal sends a signal to a process of the cluster, for tests of what happens
// then.
func (c *Cluster) Signal(name string, s syscall.Signal) error {
	d, err := c.daemonOf(name)
	if err != nil {
		return err
	}
	pid := d.pid()
	if pid == 0 {
		return fmt.Errorf("%s does not live", name)
	}
	return syscall.Kill(pid, s)
}
