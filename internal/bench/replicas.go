package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"classify"
	"classify/catalogue"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/rulebook"
	"classify/stage"
)

const (
	manyReplicas = 20
	inFlight     = 2048 // answers of one replica that wait for their commit, as the engine has them
)

// replicas compares what twenty replicas commit together with what one does.
func (b *bench) replicas() (err error) {
	ctx := context.Background()
	server, err := b.database(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	path, err := b.catalogueFile(generated)
	if err != nil {
		return err
	}
	answers, err := classified(ctx, path)
	if err != nil {
		return err
	}
	rates, most := map[int]float64{}, 0
	for _, n := range []int{1, manyReplicas} {
		seconds, err := best(3, func() (float64, error) {
			if err := fresh(ctx, server); err != nil {
				return 0, err
			}
			took, connections, err := saveFrom(ctx, server, n, answers)
			most = max(most, connections)
			return took, err
		})
		if err != nil {
			return fmt.Errorf("%d replicas: %w", n, err)
		}
		rates[n] = float64(len(answers)) / seconds
	}
	b.add(figure{
		what:   fmt.Sprintf("%d replicas writing at once into PostgreSQL %s, up to %d answers each on their way", manyReplicas, server.Version, inFlight),
		wanted: "at most 8 connections each, no time-out, throughput at least that of one replica",
		measured: fmt.Sprintf("%d connections at most, %.0f answers per second against %.0f of one replica (%.2f ×), no error",
			most, rates[manyReplicas], rates[1], rates[manyReplicas]/rates[1]),
		reached: most <= 8 && rates[manyReplicas] >= rates[1],
	})
	return nil
}

// classified are the answers of the rulebook to a catalogue.
func classified(ctx context.Context, path string) (answers []classify.Classification, err error) {
	reader, err := catalogue.Open(ctx, []string{path}, nil, catalogue.Options{})
	if err != nil {
		return nil, err
	}
	book := rulebook.New()
	pipeline := stage.New(book, book)
	for row, err := range reader.Rows() {
		if err != nil {
			return nil, err
		}
		if row.Reject != nil {
			continue
		}
		c, err := classify.Classify(ctx, pipeline, row.Indicator)
		if err != nil {
			return nil, err
		}
		c.InputHash, c.LogicVersion = row.Indicator.InputHash(), "bench"
		answers = append(answers, c)
	}
	return answers, nil
}

// saveFrom saves answers for one run from n replicas, each with a pool of its
// own, and returns how long that took and the most connections that one had.
func saveFrom(ctx context.Context, server *postgrestest.Server, n int, answers []classify.Classification) (seconds float64, connections int, err error) {
	var stores []*postgres.Store
	defer func() {
		for _, s := range stores {
			err = errors.Join(err, s.Close())
		}
	}()
	for i := range n {
		s, err := postgres.Open(ctx, fmt.Sprintf("%s&application_name=replica-%d", server.URL("classify"), i), postgres.Options{})
		if err != nil {
			return 0, 0, err
		}
		stores = append(stores, s)
	}
	run, err := stores[0].StartRun(ctx, classify.Run{})
	if err != nil {
		return 0, 0, err
	}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan int, 1)
	go func() { watched <- mostConnections(watching, server) }()
	var work errgroup.Group
	began := time.Now()
	for i, s := range stores {
		work.Go(func() error {
			var saves errgroup.Group
			saves.SetLimit(inFlight)
			for k := i; k < len(answers); k += n {
				saves.Go(func() error { return s.Save(ctx, run, answers[k]) })
			}
			return saves.Wait()
		})
	}
	err = work.Wait()
	took := time.Since(began).Seconds()
	stop()
	connections = <-watched
	if err != nil {
		return 0, 0, err
	}
	counts, err := stores[0].RunOutcomes(ctx, run)
	saved := 0
	for _, c := range counts {
		saved += c
	}
	if err == nil && saved != len(answers) {
		err = fmt.Errorf("%d of %d answers are there", saved, len(answers))
	}
	return took, connections, err
}

// mostConnections looks how many connections a replica has, until ctx ends.
func mostConnections(ctx context.Context, server *postgrestest.Server) (most int) {
	c, err := pgx.Connect(ctx, server.AdminURL("classify"))
	if err != nil {
		return 0
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }() // it only looked
	for look := time.NewTicker(50 * time.Millisecond); ; {
		select {
		case <-ctx.Done():
			look.Stop()
			return most
		case <-look.C:
		}
		n := 0
		if err := c.QueryRow(ctx, `SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM pg_stat_activity
			WHERE application_name LIKE 'replica-%' GROUP BY application_name) u`).Scan(&n); err == nil {
			most = max(most, n)
		}
	}
}
