package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/restate"
)

// standIn takes the place of an ingress and all that is behind it: it accepts
// batches, and has the store say that their indicators are classified. For as many
// as the client is measured with, a cluster on this machine would take an hour.
type standIn struct {
	url  string
	done chan submitted
}

// submitted is an indicator that was accepted.
type submitted struct {
	run      int64
	id, hash string
}

// standInQueue is how many of them may wait to be written.
const standInQueue = 10_000

// start listens until stop is called, which returns what the writing failed at.
func (s *standIn) start(ctx context.Context, server *postgrestest.Server) (stop func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.url, s.done = "http://"+l.Addr().String(), make(chan submitted, standInQueue)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /restate/health", func(w http.ResponseWriter, _ *http.Request) { reply(w, map[string]any{"services": restate.Services}) })
	mux.HandleFunc("POST /"+restate.API+"/health", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, restate.Health{Version: classify.Version, TaxonomyVersion: classify.TaxonomyVersion, LogicVersion: "stand-in", Samples: 60})
	})
	mux.HandleFunc("POST /"+restate.API+"/batch", s.batch)
	h := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go h.Serve(l) // ends with stop
	writing, end := context.WithCancel(ctx)
	written := make(chan error, 1)
	go func() { written <- s.write(writing, server) }()
	return func() error {
		_ = h.Close() // nobody asks any more
		end()
		return <-written
	}, nil
}

func reply(w http.ResponseWriter, answer any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // who asked may have gone
}

func (s *standIn) batch(w http.ResponseWriter, r *http.Request) {
	var b restate.Batch
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, restate.MaxBody)).Decode(&b); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var a restate.Accepted
	for i := range b.Work {
		a.Workflows = append(a.Workflows, restate.Submitted{IndicatorID: b.Work[i].ID, Key: b.Work[i].ID})
		select {
		case s.done <- submitted{b.RunID, b.Work[i].ID, b.Work[i].Hash}:
		case <-r.Context().Done():
			return
		}
	}
	reply(w, a)
}

// write has the history say what was accepted, as much at once as there is.
func (s *standIn) write(ctx context.Context, server *postgrestest.Server) error {
	c, err := pgx.Connect(ctx, server.URL("classify"))
	if err != nil {
		return err
	}
	defer func() { _ = c.Close(context.WithoutCancel(ctx)) }() // it is written already
	columns := []string{"indicator_id", "run_id", "outcome", "review_status", "overall_confidence", "input_hash", "classified_at", "labels", "answer"}
	for {
		var rows [][]any
		select {
		case one := <-s.done:
			rows = append(rows, one.row())
		case <-ctx.Done():
			return nil
		}
		for more := true; more && len(rows) < standInQueue; {
			select {
			case one := <-s.done:
				rows = append(rows, one.row())
			default:
				more = false
			}
		}
		if _, err := c.CopyFrom(ctx, pgx.Identifier{"classification_history"}, columns, pgx.CopyFromRows(rows)); err != nil && ctx.Err() == nil {
			return fmt.Errorf("write what was accepted: %w", err)
		}
	}
}

func (s submitted) row() []any {
	return []any{s.id, s.run, string(classify.Classified), "", 1.0, s.hash, time.Now(), "{}", "{}"}
}

// clientMemory is the peak memory of a client that hands out n indicators.
func (b *bench) clientMemory(n int) error {
	path, err := b.catalogueFile(n, "--no-values")
	if err != nil {
		return err
	}
	return b.withDatabase(func(ctx context.Context, server *postgrestest.Server) error {
		if err := b.migrated(ctx, server); err != nil {
			return err
		}
		var s standIn
		stop, err := s.start(ctx, server)
		if err != nil {
			return err
		}
		_, m, err := b.runInto(server, path, "--engine", "restate", "--nodes", s.url)
		if stopErr := stop(); stopErr != nil {
			err = stopErr
		}
		if err != nil {
			return err
		}
		const most = 150
		b.add(figure{
			what:     fmt.Sprintf("peak memory of a client that submits %d indicators, with a stand-in for ingress and service that accepts them and notes them as done", n),
			wanted:   fmt.Sprintf("under %d MB", most),
			measured: fmt.Sprintf("%.0f MB (%.0f s, with reading the catalogue into the store)", m.peakMB, m.seconds),
			reached:  m.peakMB < most,
		})
		return nil
	})
}
