package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"classify"
	"classify/catalogue/generator"
	"classify/cluster"
	"classify/internal/clustertest"
	"classify/internal/postgrestest"
	"classify/llm/simulator"
	"classify/postgres"
	"classify/sqlite"
)

const (
	// latency of the simulated model, and the share of its answers that are wrong:
	// whether an answer is kept or asked for again shows in them.
	latency   = 200 * time.Millisecond
	errorRate = 0.03
	// replicas of the service.
	replicas = 2
)

// Field is what scenarios happen on, one after the other: a cluster, its store, its
// model and its catalogue.
type Field struct {
	Cluster  *cluster.Cluster
	Database *postgrestest.Server

	program string
	folder  string
	model   *model
	store   *postgres.Store // looks on
	used    int             // indicators that scenarios had
	ends    []func() error
}

// model is a simulated provider that is asked over HTTP.
type model struct {
	*simulator.Server
	url  string
	http *http.Server
}

func startModel(latency time.Duration) (*model, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := simulator.New(simulator.Config{Latency: latency, Sigma: 0.3, ErrorRate: errorRate, Seed: 1})
	m := &model{Server: s, url: "http://" + l.Addr().String() + "/v1", http: &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}}
	go func() { _ = m.http.Serve(l) }() // ends with close
	return m, nil
}

func (m *model) close() error {
	m.Server.Close()
	return m.http.Close()
}

// flags choose the model.
func (m *model) flags() []string {
	return []string{"--provider=openai", "--base-url=" + m.url, "--model=gpt-5-mini", "--policy=thorough", "--rpm=60000", "--tpm=500000000"}
}

// Prepare starts everything. What it returns is to be closed, also after an error.
func Prepare(ctx context.Context) (f *Field, err error) {
	f = &Field{}
	if f.program, err = clustertest.Program(ctx); err != nil {
		return f, err
	}
	var end func() error
	f.folder, end, err = clustertest.Folder()
	f.ends = append(f.ends, end)
	if err != nil {
		return f, err
	}
	if f.Database, err = postgrestest.Launch(ctx, postgrestest.Options{}); err != nil {
		return f, err
	}
	f.ends = append(f.ends, f.Database.Close)
	if f.store, err = postgres.Open(ctx, f.Database.URL("classify")+"&pool_max_conns=2", postgres.Options{}); err != nil {
		return f, err
	}
	f.ends = append(f.ends, f.store.Close)
	if f.model, err = startModel(latency); err != nil {
		return f, err
	}
	f.ends = append(f.ends, f.model.close)
	f.Cluster, end, err = clustertest.Launch(ctx, clustertest.Options{Replicas: replicas, Store: f.Database.URL("classify"), Serve: f.model.flags()})
	f.ends = append(f.ends, end)
	return f, err
}

// Close ends everything.
func (f *Field) Close() error {
	var err error
	for i := len(f.ends) - 1; i >= 0; i-- {
		err = errors.Join(err, f.ends[i]())
	}
	f.ends = nil
	return err
}

// catalogue writes n indicators that no scenario had before: what is asked about them
// no cache knows.
func (f *Field) catalogue(n int) (path string, err error) {
	all := generator.Options{N: f.used + n, Seed: 1, Distinct: true, Values: true, JSONL: true}
	var b bytes.Buffer
	if err := generator.WriteCatalogue(&b, all); err != nil {
		return "", err
	}
	lines := bytes.SplitAfter(b.Bytes(), []byte("\n"))
	path = filepath.Join(f.folder, fmt.Sprintf("from-%d.jsonl", f.used))
	lines = lines[f.used : f.used+n]
	f.used += n
	return path, os.WriteFile(path, bytes.Join(lines, nil), 0o600)
}

// command runs the program in the folder.
func (f *Field) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, f.program, args...)
	cmd.Dir = f.folder
	cmd.Env = append(os.Environ(), "CLASSIFY_STORE="+f.Database.URL("classify"), "OPENAI_API_KEY=simulated")
	return cmd
}

// undisturbed runs the local engine on a catalogue, with a model that answers the
// same at once, and returns its answers by indicator.
func (f *Field) undisturbed(ctx context.Context, path string) (map[string]classify.Classification, error) {
	m, err := startModel(0)
	if err != nil {
		return nil, err
	}
	defer m.close()
	file := path + ".db"
	cmd := f.command(ctx, append([]string{"run", path, "--store", "sqlite:" + file, "--quiet", "--json"}, m.flags()...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the undisturbed run: %w\n%s", err, out)
	}
	store, err := sqlite.Open(ctx, file, sqlite.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer store.Close()
	expected := map[string]classify.Classification{}
	for s, err := range store.Classifications(ctx, nil) {
		if err != nil {
			return nil, err
		}
		expected[s.IndicatorID] = answer(s)
	}
	return expected, nil
}

// answer is all that an answer says, but for when and by which address it was given.
func answer(s classify.Stored) classify.Classification {
	s.LogicVersion = ""
	return s.Classification
}
