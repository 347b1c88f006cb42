package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"classify/cluster"
	"classify/internal/postgrestest"
)

const clusterNodes = 3

// team is a cluster of native nodes with its PostgreSQL.
type team struct {
	*cluster.Cluster
	b      *bench
	server *postgrestest.Server
}

// withDatabase starts a PostgreSQL for a measurement. The context ends with an
// interrupt, so that no process of a cluster outlives the measurement.
func (b *bench) withDatabase(measure func(context.Context, *postgrestest.Server) error) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server, err := b.database(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	return measure(ctx, server)
}

// withCluster brings a cluster up on an empty database. serve are the flags of its
// service; change may alter the topology.
func (b *bench) withCluster(ctx context.Context, server *postgrestest.Server, serve []string, change func(*cluster.Topology), measure func(*team) error) (err error) {
	if err := b.migrated(ctx, server); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(b.dir, "cluster")
	if err != nil {
		return err
	}
	topology := cluster.Default(b.clusterName(), clusterNodes)
	if change != nil {
		change(&topology)
	}
	c, err := cluster.Make(filepath.Join(dir, "nodes"), topology)
	if err != nil {
		return err
	}
	c.Binaries.Self, c.Serve, c.Env = b.binary, serve, []string{"CLASSIFY_STORE=" + server.URL("classify")}
	if err := c.Up(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Clean(context.WithoutCancel(ctx))) }()
	return measure(&team{c, b, server})
}

// migrated empties the database, and makes the tables of the store.
func (b *bench) migrated(ctx context.Context, server *postgrestest.Server) error {
	if err := fresh(ctx, server); err != nil {
		return err
	}
	_, err := b.classify("store", "migrate", "--store", server.URL("classify"))
	return err
}

// clusterName is one that no other cluster of this machine has.
func (b *bench) clusterName() string { return fmt.Sprintf("bench-%d", os.Getpid()) }

// run classifies a catalogue on the cluster.
func (t *team) run(path string, flags ...string) (asked, measured, error) {
	return t.b.runInto(t.server, path, append([]string{"--engine", "restate", "--nodes", strings.Join(t.Topology.Ingresses(), ",")}, flags...)...)
}

// runInto classifies a catalogue into PostgreSQL, and sees that all of it was done.
func (b *bench) runInto(server *postgrestest.Server, path string, flags ...string) (a asked, m measured, err error) {
	args := append([]string{"run", path, "--store", server.URL("classify"), "--quiet", "--json", "--rejects", filepath.Join(b.dir, "rejects.csv")}, flags...)
	if m, err = b.classify(args...); err != nil {
		return a, m, err
	}
	if err := decode(m.out, &a); err != nil {
		return a, m, err
	}
	return a, m, reconciled(a)
}

// emptied takes everything out of the tables of a store that a service has open.
func emptied(ctx context.Context, server *postgrestest.Server) (err error) {
	c, err := pgx.Connect(ctx, server.AdminURL("classify"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	var tables string
	err = c.QueryRow(ctx, `SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('classify_schema', 'classify_features')`).Scan(&tables)
	if err != nil {
		return err
	}
	if _, err := c.Exec(ctx, "TRUNCATE "+tables); err != nil {
		return err
	}
	_, err = c.Exec(ctx, "CHECKPOINT")
	return err
}

// clusterUp is how long the command takes that brings a cluster up.
func (b *bench) clusterUp() error {
	const times = 3
	return b.withDatabase(func(ctx context.Context, server *postgrestest.Server) error {
		var took []string
		worst := 0.0
		for i := range times {
			dir := filepath.Join(b.dir, fmt.Sprintf("up-%d", i))
			began := time.Now()
			// Here, where it finds what make tools fetched.
			err := b.exec("", b.binary, "cluster", "up", "--nodes", fmt.Sprint(clusterNodes), "--name", b.clusterName(), "--dir", dir, "--store", server.URL("classify"))
			if err != nil {
				return err
			}
			seconds := time.Since(began).Seconds()
			c, err := cluster.Open(dir)
			if err != nil {
				return err
			}
			if err := c.Clean(context.WithoutCancel(ctx)); err != nil {
				return err
			}
			worst = max(worst, seconds)
			took = append(took, fmt.Sprintf("%.1f", seconds))
		}
		const most = 20
		b.add(figure{
			what:     fmt.Sprintf("`cluster up`, %d nodes, native, with S3 and the service", clusterNodes),
			wanted:   fmt.Sprintf("ready in under %d s", most),
			measured: fmt.Sprintf("%.1f s at worst (%s s)", worst, strings.Join(took, ", ")),
			reached:  worst < most,
		})
		return nil
	})
}

// soon tries something again until it succeeds or patience is over.
func soon(ctx context.Context, patience time.Duration, try func() error) error {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-look.C:
		}
	}
}
