package main

import (
	"context"
	"errors"
	"fmt"

	"classify/internal/postgrestest"
)

const (
	clusterRounds = 3
	clusterWarmUp = 2000 // indicators
)

// clusterRun compares a run on a cluster with what the cluster itself takes for as
// many workflows, and with a run without a cluster.
func (b *bench) clusterRun() error {
	path, err := b.catalogueFile(generated)
	if err != nil {
		return err
	}
	return b.withDatabase(func(ctx context.Context, server *postgrestest.Server) error {
		var local []effortOf
		for range clusterRounds {
			if err := b.migrated(ctx, server); err != nil {
				return err
			}
			_, m, err := b.runInto(server, path)
			if err != nil {
				return err
			}
			local = append(local, effortOf{m.seconds, cpuTime{"client": m.cpu}})
		}
		return b.withCluster(ctx, server, nil, nil, func(t *team) error { return t.againstBare(ctx, path, fastest(local)) })
	})
}

// againstBare measures in turns, so that all meet the machine in the same moods.
func (t *team) againstBare(ctx context.Context, path string, local effortOf) (err error) {
	base, err := t.startBaseline(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, base.close(context.WithoutCancel(ctx))) }()
	warm, err := t.b.catalogueFile(clusterWarmUp)
	if err != nil {
		return err
	}
	if _, err := base.measure(ctx, clusterWarmUp, bareSteps); err != nil {
		return err
	}
	if _, _, err := t.run(warm); err != nil {
		return err
	}
	all, err := t.workers(ctx)
	if err != nil {
		return err
	}
	bare := func(steps int) func() (effortOf, error) {
		return func() (effortOf, error) {
			seconds, err := base.measure(ctx, generated, steps)
			return effortOf{seconds, cpuTime{}}, err
		}
	}
	var six, ours, one []effortOf
	for range clusterRounds {
		if err := emptied(ctx, t.server); err != nil {
			return err
		}
		for _, m := range []struct {
			what string
			into *[]effortOf
			do   func() (effortOf, error)
		}{
			{"bare", &six, bare(bareSteps)},
			{"run", &ours, func() (effortOf, error) {
				_, m, err := t.run(path)
				return effortOf{m.seconds, cpuTime{"client": m.cpu}}, err
			}},
			{"one step", &one, bare(1)},
		} {
			e, err := all.during(m.do)
			if err != nil {
				return err
			}
			fmt.Fprintf(t.b.log, "  %s: %.1f s, CPU %.1f s (%s)\n", m.what, e.seconds, e.cpu(), e.by)
			*m.into = append(*m.into, e)
		}
	}
	t.b.addCluster(fastest(six), fastest(ours), fastest(one), local)
	return nil
}

func (b *bench) addCluster(six, ours, one, local effortOf) {
	rate := func(e effortOf) float64 { return generated / e.seconds }
	const least = 1.2
	b.add(figure{
		what:   fmt.Sprintf("%d generated indicators, rulebook, %d nodes, PostgreSQL, all durable", generated, clusterNodes),
		wanted: fmt.Sprintf("at least %.1f × the throughput of as many workflows of %d empty durable steps in the same cluster", least, bareSteps),
		measured: fmt.Sprintf("%.2f × (%.0f per second against %.0f; %.1f s against %.1f s; CPU of all processes %.1f s against %.1f s)", rate(ours)/rate(six),
			rate(ours), rate(six), ours.seconds, six.seconds, ours.cpu(), six.cpu()),
		reached: rate(ours) >= least*rate(six),
	})
	b.add(figure{
		what:   fmt.Sprintf("%d workflows of one empty durable step, in the same cluster", generated),
		wanted: fmt.Sprintf("stated, against %d steps", bareSteps),
		measured: fmt.Sprintf("%.2f × (%.0f per second; %.1f s; CPU %.1f s); the run above reaches %.2f of it", rate(one)/rate(six), rate(one), one.seconds, one.cpu(),
			rate(ours)/rate(one)),
		printed: true,
	})
	b.add(figure{
		what:     fmt.Sprintf("the same %d indicators with `--engine local`, PostgreSQL", generated),
		wanted:   "stated, against the cluster",
		measured: fmt.Sprintf("%.1f × (%.1f s against %.1f s)", ours.seconds/local.seconds, local.seconds, ours.seconds),
		printed:  true,
	})
}
