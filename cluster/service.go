package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"classify"
	"classify/restate"
)

// startService starts the replicas of a version that do not live, and what
// distributes work to them, and waits until they answer.
func (c *Cluster) startService(ctx context.Context, version int, s Service) error {
	all, ctx := errgroup.WithContext(ctx)
	for i := 1; i <= s.Replicas; i++ {
		d, listen := c.replica(version, i), net.JoinHostPort(s.Host, strconv.Itoa(s.ReplicaPort(i)))
		if d.pid() == 0 {
			args := append([]string{"serve", "--engine", "restate", "--listen", listen, "--replica", "v" + strconv.Itoa(version) + "/" + ReplicaName(i)}, c.Serve...)
			if err := d.start(c.Binaries.Self, args, append(os.Environ(), c.Env...)); err != nil {
				return err
			}
			c.say("%s starts on %s", ReplicaName(i), listen)
		}
		all.Go(func() error { return waitService(ctx, d, "http://"+listen) })
	}
	if s.Replicas > 1 {
		d, listen := c.balancer(version), net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
		if d.pid() == 0 {
			var targets []string
			for i := 1; i <= s.Replicas; i++ {
				targets = append(targets, address("http", s.Host, s.ReplicaPort(i)))
			}
			if err := d.start(c.Binaries.Self, []string{"cluster", "balance", "--listen", listen, strings.Join(targets, ",")}, plainEnv()); err != nil {
				return err
			}
			c.say("the balancer starts on %s", listen)
		}
		all.Go(func() error { return waitService(ctx, d, "http://"+listen) })
	}
	return all.Wait()
}

func waitService(ctx context.Context, d daemon, at string) error {
	err := until(ctx, startTime, func() error {
		if d.pid() == 0 {
			return permanent(d.died())
		}
		return answers(ctx, at+"/health")
	})
	if err != nil {
		return fmt.Errorf("the service: %w", err)
	}
	return nil
}

// stopService ends the processes of a version.
func (c *Cluster) stopService(ctx context.Context, version int) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, d := range c.all() {
		if strings.HasPrefix(d.name, fmt.Sprintf("v%d/", version)) {
			all.Go(func() error { return d.stop(ctx, stopTime) })
		}
	}
	return all.Wait()
}

// Missing names the services that a node does not list.
func Missing(ctx context.Context, n Node) ([]string, error) {
	listed, err := restate.Listed(ctx, n.IngressURL())
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, s := range restate.Services {
		if !slices.Contains(listed, s) {
			missing = append(missing, s)
		}
	}
	return missing, nil
}

// Deploy starts a new version of the service beside the one that runs, under its
// own address. New work goes to it; when the old one has finished what it began,
// it is forgotten and ended. The new one has so many replicas.
func (c *Cluster) Deploy(ctx context.Context, replicas int) (err error) {
	if replicas < 1 || replicas > MaxReplicas {
		return invalid(fmt.Sprintf("write a number from 1 to %d", MaxReplicas), "%d replicas of the service", replicas)
	}
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if c.Binaries, err = c.Binaries.find(ctx); err != nil {
		return err
	}
	old, oldVersion := c.Topology.Service, c.Version
	next := old
	next.Replicas = replicas
	if next.Port, err = nextPort(next); err != nil {
		return err
	}
	if err := c.startService(ctx, oldVersion+1, next); err != nil {
		return errors.Join(err, c.stopService(context.WithoutCancel(ctx), oldVersion+1))
	}
	made, err := c.admin().Register(ctx, next.URL())
	if err != nil {
		return errors.Join(err, c.stopService(context.WithoutCancel(ctx), oldVersion+1))
	}
	c.Topology.Service, c.Version = next, oldVersion+1
	if err := c.save(); err != nil {
		return err
	}
	c.say("version %d serves on %s", c.Version, next.URL())
	if err := c.waitListed(ctx); err != nil {
		return err
	}
	return c.retire(ctx, made.ID, oldVersion)
}

// retire lets the deployments before one drain, removes them, and ends their
// processes.
func (c *Cluster) retire(ctx context.Context, current string, version int) error {
	if err := Retire(ctx, c.admin(), current, c.say); err != nil {
		return err
	}
	return c.stopService(ctx, version)
}

// Retire waits until the deployments other than the current one have nothing left
// to do, and removes them.
func Retire(ctx context.Context, a Admin, current string, say func(string, ...any)) error {
	all, err := a.Deployments(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.ID == current {
			continue
		}
		last := -1
		err := until(ctx, 24*time.Hour, func() error {
			n, err := a.Draining(ctx, d.ID)
			if err == nil && n > 0 {
				if n != last {
					say("%s drains: %d invocations left", d.URI, n)
				}
				last = n
				err = classify.WithHint(fmt.Errorf("%s still has %d invocations", d.URI, n), "classify doctor names those that do not go on; run classify cluster deploy again to wait longer")
			}
			return err
		})
		if err != nil {
			return err
		}
		if err := a.Remove(ctx, d.ID); err != nil {
			return fmt.Errorf("remove the deployment %s: %w", d.URI, err)
		}
		say("%s has drained and is removed", d.URI)
	}
	return nil
}

// nextPort finds a port for another version of the service.
func nextPort(s Service) (int, error) {
	for port := s.Port + 100; port < 65000; port += 100 {
		s.Port = port
		all := []int{port}
		for i := 1; s.Replicas > 1 && i <= s.Replicas; i++ {
			all = append(all, s.ReplicaPort(i))
		}
		if !slices.ContainsFunc(all, func(p int) bool { return !free(s.Host, p) }) {
			return port, nil
		}
	}
	return 0, classify.WithHint(fmt.Errorf("there is no free port for another version of the service"), "ss -ltnp names who holds them")
}

// DeployAt makes the service at an address the one that new work goes to, lets the
// others drain, and removes them.
func DeployAt(ctx context.Context, a Admin, at string, say func(string, ...any)) error {
	d, err := a.Register(ctx, at)
	if err != nil {
		return err
	}
	say("new work goes to %s", at)
	return Retire(ctx, a, d.ID, say)
}
