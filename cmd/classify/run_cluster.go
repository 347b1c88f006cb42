package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/cluster"
	"classify/progress"
	"classify/restate"
	"classify/telemetry"
)

// engines that a run can use.
const (
	engineLocal   = "local"
	engineRestate = "restate"
)

// clusterFlags are the flags of a run on a cluster.
type clusterFlags struct {
	nodes    []string
	batch    int
	inFlight int
}

func (f *clusterFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.nodes, "nodes", nil, "--engine restate: ingresses of the nodes (default: those of the cluster of this machine, else http://127.0.0.1:8080)")
	flags.IntVar(&f.batch, "batch", restate.DefaultBatch, fmt.Sprintf("--engine restate: indicators in a request, 1 to %d", restate.MaxBatch))
	flags.IntVar(&f.inFlight, "in-flight", restate.DefaultInFlight, "--engine restate: at most N indicators unfinished at once")
}

// onCluster reports whether the stages run elsewhere.
func (f *runFlags) onCluster() bool { return f.engine == engineRestate }

// checkCluster refuses what a run on a cluster does not take: who answers there is
// the service's to say.
func (f *runFlags) checkCluster(cmd *cobra.Command) error {
	flags := cmd.Flags()
	if !f.onCluster() {
		for _, name := range []string{"nodes", "batch", "in-flight"} {
			if flags.Changed(name) {
				return classify.WithHint(usagef("--%s goes with a cluster", name), "add --engine restate")
			}
		}
		return nil
	}
	for _, name := range []string{"provider", "model", "base-url", "stage-model", "policy", "threshold", "rpm", "tpm", "prices", "call-timeout", "samples"} {
		if flags.Changed(name) {
			return classify.WithHint(usagef("--%s: who answers, and how, is what the service of the cluster was started with", name),
				"give it to classify cluster up, cluster deploy or serve")
		}
	}
	for _, name := range []string{"budget-usd", "pack", "batch-api", "resubmit", "dry-run", "workers"} {
		if flags.Changed(name) {
			return classify.WithHint(usagef("--%s goes with --engine local", name), "leave it out, or leave --engine out")
		}
	}
	switch {
	case f.batch < 1 || f.batch > restate.MaxBatch:
		return usagef("--batch %d: write a number from 1 to %d", f.batch, restate.MaxBatch)
	case f.inFlight < 1:
		return usagef("--in-flight %d: write a number from 1 on", f.inFlight)
	}
	return nil
}

// askCluster finds the service, and takes from it what answers depend on.
func (r *runCommand) askCluster(ctx context.Context, at place) error {
	if at.url == "" {
		return classify.WithHint(usagef("--store %s: a cluster and its runs share their store, and an SQLite file has a single writer", at.path),
			"--store postgres://USER@HOST:5432/DATABASE")
	}
	if len(r.nodes) == 0 {
		r.nodes = livingNodes()
	}
	health, err := restate.Ask(ctx, r.nodes, func(node string, err error) {
		fmt.Fprintf(r.cmd.ErrOrStderr(), "%s does not answer (%v): the others do its share\n", node, err)
	})
	if err != nil {
		return err
	}
	for _, p := range health.Problems {
		return classify.WithHint(fmt.Errorf("the service is not ready: %s: %s", p.Name, p.Problem), "%s", p.Remedy)
	}
	r.logic, r.samples, r.provider = health.LogicVersion, health.Samples, health.Provider
	return nil
}

// livingNodes are the ingresses of the cluster of this machine.
func livingNodes() []string {
	if dir, err := cluster.DefaultDir(defaultCluster); err == nil {
		if c, err := cluster.Open(dir); err == nil {
			return c.Topology.Ingresses()
		}
	}
	return []string{cluster.NewNode(1).IngressURL()}
}

// handOut classifies on the cluster.
func (r *runCommand) handOut(ctx context.Context, store classify.Store, s *summary, counts *progress.Counts, view *view) error {
	tracer, err := telemetry.Tracing(ctx, telemetry.Options{Node: "run"})
	if err != nil {
		return err
	}
	ctx, ended := tracer.StartRun(ctx, s.Run)
	engine := &restate.Engine{Store: store, Nodes: r.nodes, LogicVersion: r.logic, Batch: r.batch, InFlight: r.inFlight, Progress: counts, Trace: telemetry.Inject(ctx)}
	batches := (s.Plan.Todo + r.batch - 1) / r.batch
	engine.Observe = func(e restate.Event) { view.node(e, batches) }
	view.cluster.Store(engine)
	view.classifying()
	began := time.Now()
	err = engine.RunShared(ctx, s.Run, r.selection)
	ended(err)
	end, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	err = errors.Join(err, tracer.Shutdown(end))
	s.Nodes = engine.States()
	costs, costErr := store.Costs(context.WithoutCancel(ctx), s.Run)
	if len(costs) > 0 {
		s.Models = &expectation{Took: time.Since(began).Minutes()}
		s.Models.actual(costs)
	}
	if err == nil {
		err = costErr
	}
	return err
}

// eventLine is what happened between the run and a node, in a line.
func eventLine(e restate.Event, batches int) string {
	switch {
	case e.Failed != nil:
		return fmt.Sprintf("%s fails (%v): the others do its share", e.Node, e.Failed)
	case e.Back:
		return e.Node + " is back"
	}
	return fmt.Sprintf("Batch %d/%d → %s: %s", e.Batch, max(e.Batch, batches), e.Node, counted(e.Indicators, "indicator"))
}

// nodeLine is what a node did so far, in a line.
func nodeLine(n restate.NodeState, all int) string {
	line := fmt.Sprintf("%s  %5.1f %%  %s in %s  %s per batch", n.Name, 100*share(n.Indicators, all), counted(n.Indicators, "indicator"), batches(n.Batches), n.Latency.Round(time.Millisecond))
	if n.Errors > 0 {
		line += "  " + counted(n.Errors, "error")
	}
	if n.Down {
		line += "  does not answer"
	}
	return line
}

func batches(n int) string {
	if n == 1 {
		return "1 batch"
	}
	return count(n) + " batches"
}

func printNodes(w io.Writer, nodes []restate.NodeState) {
	all := 0
	for _, n := range nodes {
		all += n.Indicators
	}
	var rows [][]string
	for _, n := range nodes {
		rows = append(rows, []string{n.Name, n.URL, count(n.Batches), count(n.Indicators), fmt.Sprintf("%.1f %%", 100*share(n.Indicators, all)),
			n.Latency.Round(time.Millisecond).String(), count(n.Errors)})
	}
	fmt.Fprintln(w, "\nWhat the nodes accepted:")
	fmt.Fprintln(w)
	printTable(w, []string{"node", "address", ">batches", ">indicators", ">share", ">per batch", ">errors"}, rows)
}

// nodeLines is one line for each node.
func nodeLines(nodes []restate.NodeState) []string {
	all := 0
	for _, n := range nodes {
		all += n.Indicators
	}
	lines := make([]string, len(nodes))
	for i, n := range nodes {
		lines[i] = nodeLine(n, all)
	}
	return lines
}

func joined(nodes []restate.NodeState) string { return strings.Join(nodeLines(nodes), "; ") }
