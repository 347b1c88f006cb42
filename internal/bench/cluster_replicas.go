package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"classify/cluster"
	"classify/internal/postgrestest"
	"classify/llm/simulator"
)

const (
	// sharedWork is how many distinct indicators several replicas classify: three calls
	// each, for a minute and a half.
	sharedWork = 480
	// steadyFrom is when the steady minute begins, after the first call.
	steadyFrom = 15 * time.Second
)

// clusterReplicas measures how several replicas of the service share one limit. The
// provider has none: nothing but the replicas themselves keeps it.
func (b *bench) clusterReplicas() error {
	path, err := b.catalogueFile(sharedWork, "--distinct")
	if err != nil {
		return err
	}
	return b.withDatabase(func(ctx context.Context, server *postgrestest.Server) error {
		for _, n := range []int{1, 2, 4} {
			if err := b.shareLimit(ctx, server, path, n); err != nil {
				return fmt.Errorf("%d replicas: %w", n, err)
			}
		}
		return nil
	})
}

func (b *bench) shareLimit(ctx context.Context, server *postgrestest.Server, path string, replicas int) error {
	var seen visits
	return b.withModel(simulator.Config{Latency: latency, Sigma: sigma}, func(p *provider) error {
		serve := p.flags("--policy", "thorough", "--rpm", fmt.Sprint(rpm))
		more := func(t *cluster.Topology) { t.Service.Replicas = replicas }
		return b.withCluster(ctx, server, serve, more, func(t *team) error {
			var pids []int
			for _, process := range t.Status(ctx).Processes {
				if strings.HasPrefix(process.Name, "service-") {
					pids = append(pids, process.PID)
				}
			}
			if _, _, err := t.run(path); err != nil {
				return err
			}
			all, err := seen.sorted()
			if err != nil {
				return err
			}
			return b.addShare(all, pids)
		})
	}, seen.watch)
}

// addShare judges the calls of replicas with these processes.
func (b *bench) addShare(all []visit, pids []int) error {
	if len(all) == 0 {
		return fmt.Errorf("the provider was not asked")
	}
	from := all[0].at.Add(steadyFrom)
	steady := between(all, from, from.Add(time.Minute))
	if last := all[len(all)-1].at; last.Before(from.Add(time.Minute)) {
		return fmt.Errorf("the work was done after %s: there is no steady minute", last.Sub(all[0].at))
	}
	used := float64(len(steady)) / rpm
	most := mostWithin(all, time.Minute)
	by := make([]int, len(pids))
	for _, v := range steady {
		i := slices.Index(pids, v.pid)
		if i < 0 {
			return fmt.Errorf("process %d asked the provider, and is no replica", v.pid)
		}
		by[i]++
	}
	unfair, mean := 0.0, float64(len(steady))/float64(len(pids))
	for _, n := range by {
		unfair = max(unfair, math.Abs(float64(n)/mean-1))
	}
	// A second's burst may fall into the minute.
	const allowed = rpm + rpm/60
	b.add(figure{
		what:     fmt.Sprintf("replicas of the service: %d, under one limit of %d RPM, %s, a provider without limits", len(pids), rpm, latency),
		wanted:   fmt.Sprintf("98 to 100 %% used in a steady minute, at most %d calls in any 60 s, each replica within 10 %% of its share", allowed),
		measured: fmt.Sprintf("%.1f %% used, %d calls at most in 60 s, calls by replica %v (%.1f %% off at most)", 100*used, most, by, 100*unfair),
		reached:  used >= 0.98 && len(steady) <= allowed && most <= allowed && unfair <= 0.1,
	})
	return nil
}
