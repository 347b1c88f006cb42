// Command chaos breaks a real native cluster while a run is classifying on it, in
// many ways, and checks each time that nobody can tell from the answers.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	seed := flag.Uint64("seed", 1, "what is broken when is drawn from it")
	kills := flag.Int("kills", 20, "how often any one node is killed at a random moment, each time with the next seed")
	only := flag.String("only", "", "only the scenarios whose name contains this")
	asJSON := flag.Bool("json", false, "print the outcomes as JSON")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *seed, *kills, *only, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

// errBroken says that a scenario did not end as it has to.
var errBroken = errors.New("not all scenarios ended as they have to")

// run goes through the scenarios on one cluster, and prints what came of them.
func run(ctx context.Context, w io.Writer, seed uint64, kills int, only string, asJSON bool) (err error) {
	var planned []Scenario
	var seeds []uint64
	for _, s := range Scenarios {
		times := 1
		if s.Repeat {
			times = kills
		}
		for i := range times {
			if strings.Contains(s.Name, only) {
				planned, seeds = append(planned, s), append(seeds, seed+uint64(i))
			}
		}
	}
	if len(planned) == 0 {
		return fmt.Errorf("no scenario has %q in its name", only)
	}
	f, err := Prepare(ctx)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	fmt.Fprintln(os.Stderr, "the cluster works")
	var outcomes []Outcome
	for i, s := range planned {
		fmt.Fprintf(os.Stderr, "%s, seed %d\n", s.Name, seeds[i])
		o := f.Run(ctx, s, seeds[i])
		if o.Err != nil {
			fmt.Fprintf(os.Stderr, "  %v\n", o.Err)
		}
		outcomes = append(outcomes, o)
		if ctx.Err() != nil || o.Unmended {
			break // what follows would say nothing
		}
	}
	show := table
	if asJSON {
		show = func(w io.Writer, outcomes []Outcome) error { return json.NewEncoder(w).Encode(outcomes) }
	}
	if err := show(w, outcomes); err != nil {
		return err
	}
	for _, o := range outcomes {
		if o.Err != nil {
			return errBroken
		}
	}
	return nil
}

// table prints what came of the scenarios.
func table(w io.Writer, outcomes []Outcome) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "scenario\tindicators\tcompleted\tlost\tduplicated calls\tin flight\tlongest stall\ttook\tseed\t")
	for _, o := range outcomes {
		verdict := "ok"
		if o.Err != nil {
			verdict = "BROKEN"
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d of %d\t%d\t%s\t%s\t%d\t%s\n", o.Scenario, o.Indicators, o.Completed, o.Lost, o.Duplicated, o.Calls, o.InFlight,
			o.Stall.Round(100*time.Millisecond), o.Took.Round(time.Second), o.Seed, verdict)
	}
	return t.Flush()
}
