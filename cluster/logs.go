package cluster

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"
)

// Logs writes what processes of the cluster have logged: all of them, or the named
// ones. Each line begins with the name. With follow it goes on until ctx ends.
func (c *Cluster) Logs(ctx context.Context, w io.Writer, follow bool, names ...string) error {
	var which []daemon
	for _, name := range names {
		d, err := c.daemonOf(name)
		if err != nil {
			return err
		}
		which = append(which, d)
	}
	if len(names) == 0 {
		which = append(which, c.s3())
		for _, n := range c.Topology.Nodes {
			which = append(which, c.node(n))
		}
		for i := 1; i <= c.Topology.Service.Replicas; i++ {
			which = append(which, c.replica(c.Version, i))
		}
	}
	out := &lines{w: w}
	var tails sync.WaitGroup
	for _, d := range which {
		if !follow {
			if err := out.copy(ctx, d, false); err != nil {
				return err
			}
			continue
		}
		tails.Go(func() { out.fail(out.copy(ctx, d, true)) })
	}
	tails.Wait()
	return out.err
}

// lines writes whole lines of several sources.
type lines struct {
	mu  sync.Mutex
	w   io.Writer
	err error
}

func (l *lines) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = errors.Join(l.err, err)
}

func (l *lines) write(name, line string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := fmt.Fprintf(l.w, "%-9s | %s\n", name, strings.ToValidUTF8(strings.TrimRight(line, "\r\n"), "?"))
	return err
}

func (l *lines) copy(ctx context.Context, d daemon, follow bool) error {
	f, err := os.Open(d.logFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	rest := ""
	for {
		line, err := r.ReadString('\n')
		rest += line
		if err == nil || rest != "" && !follow {
			if err := l.write(d.name, rest); err != nil {
				return err
			}
			rest = ""
		}
		switch {
		case err == nil:
			continue
		case !errors.Is(err, io.EOF):
			return err
		case !follow:
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
