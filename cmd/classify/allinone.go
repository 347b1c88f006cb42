package main

import (
	"github.com/spf13/cobra"

	"classify/llm/cascade"
	"classify/restate"
	"classify/rulebook"
)

// newAllInOne brings everything up and classifies.
func newAllInOne() *cobra.Command {
	var up upFlags
	run := runFlags{engine: engineRestate, clusterFlags: clusterFlags{batch: restate.DefaultBatch, inFlight: restate.DefaultInFlight}, spending: spending{budget: -1, pack: 1}}
	cmd := &cobra.Command{
		Use:   "all-in-one FILE...",
		Short: "Start a cluster, classify a catalogue on it, and report",
		Long: `Start a cluster on this machine or go on with the one that is there, register the
service, classify the catalogues on it, and report: classify cluster up and classify
run --engine restate in one. The cluster stays: classify cluster down ends it.`,
		Example: `  classify all-in-one wdi.csv --store postgres://me@localhost:5432/classify
  classify all-in-one wdi.csv --nodes 3 --provider openai --model gpt-5-mini --rpm 900 --force`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := run.check(args); err != nil {
				return err
			}
			c, err := up.up(cmd)
			if err != nil {
				return err
			}
			run.nodes = c.Topology.Ingresses()
			r, err := run.ready(cmd, args, &lineup{modelFlags: &run.modelFlags, policy: cascade.Offline, book: rulebook.New()}) // the run asks the service who answers
			if err != nil {
				return err
			}
			return r.execute(cmd.Context())
		},
	}
	up.register(cmd)
	run.registerCatalogue(cmd)
	return cmd
}
