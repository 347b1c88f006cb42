package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"classify/internal/postgrestest"
	"classify/llm"
)

// clusterModels compares a cluster with the local engine where a model answers,
// under the same limits, for the policies that ask little and much.
func (b *bench) clusterModels() error {
	path, err := b.catalogueFile(generated)
	if err != nil {
		return err
	}
	return b.withDatabase(func(ctx context.Context, server *postgrestest.Server) error {
		for _, policy := range []string{"cascade", "thorough"} {
			if err := b.clusterModel(ctx, server, path, policy); err != nil {
				return fmt.Errorf("%s: %w", policy, err)
			}
		}
		return nil
	})
}

func (b *bench) clusterModel(ctx context.Context, server *postgrestest.Server, path, policy string) error {
	var alone, together modelRun
	err := b.withModel(realTime(), func(p *provider) (err error) {
		if err := b.migrated(ctx, server); err != nil {
			return err
		}
		_, m, err := b.runInto(server, path, p.flags("--policy", policy)...)
		if err != nil {
			return err
		}
		alone, err = ofModel(ctx, server, p, m)
		return err
	})
	if err != nil {
		return err
	}
	// A provider of its own: what the first one let pass does not count here.
	err = b.withModel(realTime(), func(p *provider) error {
		return b.withCluster(ctx, server, p.flags("--policy", policy), nil, func(t *team) error {
			_, m, err := t.run(path)
			if err != nil {
				return err
			}
			together, err = ofModel(ctx, server, p, m)
			return err
		})
	})
	if err != nil {
		return err
	}
	const most = 1.05
	b.add(figure{
		what:   fmt.Sprintf("%d generated indicators on the cluster, `%s`, %d RPM, %s, in real time", generated, policy, rpm, latency),
		wanted: "at most 5 % slower than `--engine local` with PostgreSQL under the same limits; no time-out",
		measured: fmt.Sprintf("%+.1f %% (%.1f s against %.1f s), %d calls against %d, %d time-outs against %d, %d refused with 429 against %d",
			100*(together.seconds/alone.seconds-1), together.seconds, alone.seconds, together.calls, alone.calls, together.timeouts, alone.timeouts, together.refused, alone.refused),
		reached: together.seconds <= most*alone.seconds && together.timeouts == 0,
	})
	return nil
}

// modelRun is what a run with a model took.
type modelRun struct {
	seconds                  float64
	calls, refused, timeouts int
}

func ofModel(ctx context.Context, server *postgrestest.Server, p *provider, m measured) (modelRun, error) {
	timeouts, err := callsThat(ctx, server, llm.Timeout)
	c := p.Counts()
	return modelRun{m.seconds, c.Accepted, c.Refused, timeouts}, err
}

// callsThat counts the calls in the ledger that ended so.
func callsThat(ctx context.Context, server *postgrestest.Server, how llm.Class) (n int, err error) {
	c, err := pgx.Connect(ctx, server.URL("classify"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	return n, c.QueryRow(ctx, "SELECT count(*) FROM model_calls WHERE outcome = $1", string(how)).Scan(&n)
}
