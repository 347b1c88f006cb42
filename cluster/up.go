package cluster

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"classify"
)

const (
	// startTime is how long the start of a cluster may take.
	startTime = 90 * time.Second
	// stopTime is how long a process may take to end by itself: a service waits for
	// the calls that are paid.
	stopTime = 45 * time.Second
	nodeStop = 20 * time.Second
)

// Up starts what does not live of the cluster, and returns when it works: every
// partition has a leader, every node lists the services, the object store answers.
// What a first start cannot bring up it ends again.
func (c *Cluster) Up(ctx context.Context) error {
	unlock, err := c.lock()
	if err != nil {
		return err
	}
	defer unlock()
	return c.up(ctx)
}

func (c *Cluster) up(ctx context.Context) (err error) {
	if c.Binaries, err = c.Binaries.find(ctx); err != nil {
		return err
	}
	if err := c.claimName(); err != nil {
		return err
	}
	if err := c.freePorts(ctx, !c.Topology.Founded); err != nil {
		return err
	}
	began := !c.lives()
	if err := c.save(); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, startTime)
	defer stop()
	if err := c.startAll(ctx); err != nil {
		if began { // nothing is left running of what did not come up
			err = errors.Join(err, c.stopAll(context.WithoutCancel(ctx)))
		}
		return err
	}
	return nil
}

// startAll starts S3, nodes and service at once, and waits for them in the order
// in which they need each other.
func (c *Cluster) startAll(ctx context.Context) error {
	if err := c.startS3(ctx); err != nil {
		return err
	}
	for _, n := range c.Topology.Nodes {
		if err := c.startNode(n); err != nil {
			return err
		}
	}
	service, sctx := errgroup.WithContext(ctx)
	service.Go(func() error { return c.startService(sctx, c.Version, c.Topology.Service) })
	err := c.waitLed(ctx)
	if serviceErr := service.Wait(); err == nil {
		err = serviceErr
	}
	if err != nil {
		return err
	}
	c.Topology.Founded = true
	if err := c.save(); err != nil {
		return err
	}
	if _, err := c.admin().Register(ctx, c.Topology.Service.URL()); err != nil {
		return err
	}
	return c.waitListed(ctx)
}

// admin is the API of a node that lives, or of the first.
func (c *Cluster) admin() Admin {
	for _, n := range c.Topology.Nodes {
		if c.node(n).pid() != 0 {
			return Admin{n.AdminURL()}
		}
	}
	return Admin{c.Topology.Nodes[0].AdminURL()}
}

func (c *Cluster) startS3(ctx context.Context) error {
	d, t := c.s3(), &c.Topology
	if d.pid() == 0 {
		args := []string{"server", "--quiet", "--address", net.JoinHostPort(t.S3.Host, strconv.Itoa(t.S3.Port)),
			"--config-dir", filepath.Join(d.dir, "config"), "--certs-dir", filepath.Join(d.dir, "certs"), filepath.Join(d.dir, "data")}
		env := append(plainEnv(), "HOME="+d.dir, "MINIO_ROOT_USER="+t.S3.AccessKey, "MINIO_ROOT_PASSWORD="+t.S3.SecretKey, "MINIO_BROWSER=off", "MINIO_UPDATE=off", "MINIO_REGION=local")
		if err := d.start(c.Binaries.S3, args, env); err != nil {
			return err
		}
		c.say("S3 starts on %s", t.S3.URL())
	}
	err := until(ctx, startTime, func() error {
		if d.pid() == 0 {
			return permanent(d.died())
		}
		return answers(ctx, t.S3.URL()+"/minio/health/live")
	})
	if err != nil {
		return fmt.Errorf("the object store: %w", err)
	}
	// It answers before it can store anything.
	return until(ctx, startTime, func() error { return t.makeBucket(ctx) })
}

// plainEnv is what a program needs to run, without what this process knows: keys
// of providers are no business of a database.
func plainEnv() []string {
	var env []string
	for _, name := range []string{"PATH", "TMPDIR", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// dataDir is where a node keeps its data, in its folder.
const dataDir = "data"

func (c *Cluster) configFile(n Node) string { return filepath.Join(c.node(n).dir, "config.toml") }

func (c *Cluster) startNode(n Node) error {
	d := c.node(n)
	if d.pid() != 0 {
		return nil
	}
	if _, err := os.Stat(c.configFile(n)); err == nil && c.Topology.Founded {
		if _, err := os.Stat(filepath.Join(d.dir, dataDir)); err != nil { // it would wait for ever
			return classify.WithHint(fmt.Errorf("%s has lost its data: it cannot come back under its id", n.Name), "classify cluster replace %s", n.Name)
		}
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return fullDisk(err)
	}
	config, err := encodeTOML(c.Topology.nodeSettings(n, c.Topology.native(n, filepath.Join(d.dir, dataDir), "")))
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.configFile(n), config, 0o600); err != nil {
		return fullDisk(err)
	}
	env := append(plainEnv(), "HOME="+d.dir, "DO_NOT_TRACK=1", "AWS_EC2_METADATA_DISABLED=true", "AWS_ACCESS_KEY_ID="+c.Topology.S3.AccessKey, "AWS_SECRET_ACCESS_KEY="+c.Topology.S3.SecretKey)
	if err := d.start(c.Binaries.Server, []string{"--no-logo", "--config-file", c.configFile(n)}, env); err != nil {
		return err
	}
	c.say("%s starts on %s", n.Name, n.IngressURL())
	return nil
}

// waitLed waits until every partition has a leader, and every node is seen by the
// others.
func (c *Cluster) waitLed(ctx context.Context) error {
	return until(ctx, startTime, func() error {
		for _, n := range c.Topology.Nodes {
			if d := c.node(n); d.pid() == 0 {
				return permanent(d.died())
			}
		}
		partitions, err := c.Partitions(ctx)
		if err != nil {
			return err
		}
		led := 0
		for _, p := range partitions {
			if p.Leader {
				led++
			}
		}
		members, err := c.Members(ctx)
		if err != nil {
			return err
		}
		for _, m := range members {
			if _, err := c.Topology.Node(m.Name); err == nil && m.State != "alive" {
				return fmt.Errorf("the cluster does not see %s yet: it is %s", m.Name, m.State)
			}
		}
		if led < c.Topology.Partitions {
			return classify.WithHint(fmt.Errorf("%d of %d partitions have a leader", led, c.Topology.Partitions), "classify doctor tells why; the logs: classify cluster logs")
		}
		return nil
	})
}

// waitListed waits until every node lists the eight services.
func (c *Cluster) waitListed(ctx context.Context) error {
	all, ctx := errgroup.WithContext(ctx)
	for _, n := range c.Topology.Nodes {
		all.Go(func() error {
			return until(ctx, startTime, func() error {
				missing, err := Missing(ctx, n)
				if err == nil && len(missing) > 0 {
					err = fmt.Errorf("%s does not know %s", n.Name, strings.Join(missing, ", "))
				}
				return err
			})
		})
	}
	return all.Wait()
}

// freePorts refuses ports that others hold. A new cluster moves to free ones, and
// says so; one that exists is known by its ports.
func (c *Cluster) freePorts(ctx context.Context, fresh bool) error {
	t := &c.Topology
	move := func(host string, port *int, what string, d daemon) error {
		if d.pid() != 0 || free(host, *port) {
			return nil
		}
		// A process that was killed counts as dead before the system has taken its
		// ports from it.
		if !fresh && until(ctx, 3*time.Second, func() error {
			if !free(host, *port) {
				return errLives
			}
			return nil
		}) == nil {
			return nil
		}
		if !fresh {
			return classify.WithHint(fmt.Errorf("port %d of %s is taken by another program", *port, what),
				"end that program (ss -ltnp 'sport = :%d' names it); a cluster that has data keeps its ports", *port)
		}
		taken := *port
		for next := taken + 100; next <= 65535; next += 100 {
			if free(host, next) && !slices.ContainsFunc(t.Ports(), func(p Port) bool { return p.Port == next }) {
				*port = next
				c.say("port %d is taken: %s is on %d", taken, what, next)
				return nil
			}
		}
		return classify.WithHint(fmt.Errorf("port %d of %s is taken, and so are those after it", taken, what), "end the programs that hold them: ss -ltnp")
	}
	for i := range t.Nodes {
		n := &t.Nodes[i]
		for _, p := range []struct {
			port *int
			what string
		}{{&n.Ingress, "the ingress of " + n.Name}, {&n.Admin, "the admin API of " + n.Name}, {&n.Port, n.Name}} {
			if err := move(n.Host, p.port, p.what, c.node(*n)); err != nil {
				return err
			}
		}
	}
	if err := move(t.S3.Host, &t.S3.Port, "S3", c.s3()); err != nil {
		return err
	}
	front := c.replica(c.Version, 1)
	if t.Service.Replicas > 1 {
		front = c.balancer(c.Version)
	}
	return move(t.Service.Host, &t.Service.Port, "the service", front)
}

func free(host string, port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// answers reports nil when an address answers with success.
func answers(ctx context.Context, url string) error {
	ctx, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := adminClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s says %s", url, resp.Status)
	}
	return nil
}
