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
			local = append(local, effortOf{m.seconds, m.cpu})
		}
		return b.withCluster(ctx, server, nil, nil, func(t *team) error { return t.againstBare(ctx, path, fastest(local)) })
	})
}

// effortOf is what a measurement took, in seconds.
type effortOf struct{ seconds, cpu float64 }

func fastest(all []effortOf) effortOf {
	best := all[0]
	for _, e := range all {
		if e.seconds < best.seconds {
			best = e
		}
	}
	return best
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
	costs, err := t.spending(ctx)
	if err != nil {
		return err
	}
	var six, ours, one []effortOf
	for round := range clusterRounds {
		for _, m := range []struct {
			into *[]effortOf
			do   func() (effortOf, error)
		}{
			{&six, func() (e effortOf, err error) {
				e.seconds, err = base.measure(ctx, generated, bareSteps)
				return e, err
			}},
			{&ours, func() (effortOf, error) { return t.runEmptied(ctx, path) }},
			{&one, func() (e effortOf, err error) { e.seconds, err = base.measure(ctx, generated, 1); return e, err }},
		} {
			e, err := costs.of(m.do)
			if err != nil {
				return err
			}
			*m.into = append(*m.into, e)
		}
		fmt.Fprintf(t.b.log, "  round %d: bare %.1f s (CPU %.1f s), run %.1f s (%.1f s), one step %.1f s (%.1f s)\n", round+1,
			six[round].seconds, six[round].cpu, ours[round].seconds, ours[round].cpu, one[round].seconds, one[round].cpu)
	}
	t.b.addCluster(fastest(six), fastest(ours), fastest(one), local)
	return nil
}

// runEmptied runs a catalogue into an empty store; cpu is that of the client.
func (t *team) runEmptied(ctx context.Context, path string) (effortOf, error) {
	if err := emptied(ctx, t.server); err != nil {
		return effortOf{}, err
	}
	_, m, err := t.run(path)
	return effortOf{m.seconds, m.cpu}, err
}

// of adds what all processes spend meanwhile.
func (s spent) of(do func() (effortOf, error)) (e effortOf, err error) {
	before, err := s.now()
	if err != nil {
		return e, err
	}
	if e, err = do(); err != nil {
		return e, err
	}
	after, err := s.now()
	e.cpu += after - before
	return e, err
}

func (b *bench) addCluster(six, ours, one, local effortOf) {
	rate := func(e effortOf) float64 { return generated / e.seconds }
	const least = 1.2
	b.add(figure{
		what:   fmt.Sprintf("%d generated indicators, rulebook, %d nodes, PostgreSQL, all durable", generated, clusterNodes),
		wanted: fmt.Sprintf("at least %.1f × the throughput of as many workflows of %d empty durable steps in the same cluster", least, bareSteps),
		measured: fmt.Sprintf("%.2f × (%.0f per second against %.0f; %.1f s against %.1f s; CPU of all processes %.1f s against %.1f s)", rate(ours)/rate(six),
			rate(ours), rate(six), ours.seconds, six.seconds, ours.cpu, six.cpu),
		reached: rate(ours) >= least*rate(six),
	})
	b.add(figure{
		what:   fmt.Sprintf("%d workflows of one empty durable step, in the same cluster", generated),
		wanted: fmt.Sprintf("stated, against %d steps", bareSteps),
		measured: fmt.Sprintf("%.2f × (%.0f per second; %.1f s; CPU %.1f s); the run above reaches %.2f of it", rate(one)/rate(six), rate(one), one.seconds, one.cpu,
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
