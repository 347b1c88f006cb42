package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/catalogue"
	"classify/labels"
	"classify/llm/cascade"
	"classify/llm/provider"
	"classify/rulebook"
)

// runFlags are the flags of "classify run".
type runFlags struct {
	modelFlags
	spending
	clusterFlags
	engine           string
	dryRun           bool
	limit, sample    int
	seed             uint64
	only, where      []string
	force, resume    bool
	stale            bool
	retryFailed      bool
	overrides        string
	workers, samples int
	out, format      string
	mapping          []string
	values           []string
	fileFormat       string
	rejects          string
	from             source
	json, quiet      bool
	progressInterval time.Duration
}

func newRun() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [FILE...]",
		Short: "Classify a catalogue",
		Long: `Classify the indicators of one or more catalogues: CSV, JSON, JSONL or Parquet, also
.gz or .zst; "-" reads the standard input. With --from the rows of a PostgreSQL
table or query are the catalogue. Without either, what the store already holds
(source_indicators) is done.

With --provider a language model answers what the rules are not sure of; see
--policy. The environment has key, model and address of each provider:
OPENAI_API_KEY (or OPENAI_API_KEY_FILE), OPENAI_MODEL, OPENAI_BASE_URL, the same
with ANTHROPIC_, and LM_STUDIO_MODEL and LM_STUDIO_URL. Defaults of flags can
stand in ./classify.toml.

An indicator whose input did not change is skipped. A run that was stopped or
killed goes on where it was: give the same command again.

Exit codes: 0 done, 1 failed to run or interrupted, 2 wrong usage, 3 ran, and some indicators failed,
rows were rejected, or the budget ended before the work.`,
		Example: `  classify run catalogue.csv
  classify run wdi.csv --map units="Unit of measure" --out labels.csv
  classify run --where family=other --force
  classify run --from postgres://me@db/warehouse --query 'select code as indicator_id, title as name, unit as units from series'
  classify run wdi.csv --provider openai --model gpt-5-mini --dry-run
  classify run wdi.csv --provider anthropic --model claude-haiku-4-5 --budget-usd 2`,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := f.prepare(cmd, args)
			if err != nil {
				return err
			}
			return r.execute(cmd.Context())
		},
	}
	f.register(cmd)
	return cmd
}

func (f *runFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.engine, "engine", engineLocal, "where the stages run: local (in this process) or restate (on a cluster, which shares the store)")
	f.clusterFlags.register(cmd)
	f.modelFlags.register(cmd)
	flags.Float64Var(&f.budget, "budget-usd", -1, "stop asking models before this is spent, also by the runs that this one goes on with (default: no limit)")
	flags.IntVar(&f.pack, "pack", 1, "put up to K questions of a stage into one call")
	flags.BoolVar(&f.batchAPI, "batch-api", false, "ask through the provider's batch endpoint: half the price, within a day")
	flags.BoolVar(&f.resubmit, "resubmit", false, "give up batches of earlier runs of which nobody knows whether the provider has them, or that are still under way")
	flags.BoolVar(&f.dryRun, "dry-run", false, "take the catalogue in and show what asking models would cost; ask nothing")
	flags.IntVar(&f.workers, "workers", 0, "indicators classified at once (0: one per core)")
	flags.IntVar(&f.samples, "samples", 60, "use the newest N values of each indicator (0: all)")
	completeFixed(cmd, "engine", []string{engineLocal, engineRestate})
	registerMigrateURL(cmd)
	f.registerCatalogue(cmd)
}

// registerCatalogue registers what says which indicators are done, and where the
// answers go.
func (f *runFlags) registerCatalogue(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVar(&f.limit, "limit", 0, "select the first N indicators by id (0: all)")
	flags.IntVar(&f.sample, "sample", 0, "select N indicators at random, the same for the same --seed (0: all)")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of --sample")
	flags.StringSliceVar(&f.only, "only", nil, "only these indicator ids")
	flags.StringArrayVar(&f.where, "where", nil, "only indicators whose column has a value: family=price-value[,…]; repeat for \"and\"")
	flags.BoolVar(&f.force, "force", false, "do all selected indicators again")
	flags.BoolVar(&f.resume, "resume", false, "with --force: go on with the run that was interrupted, without what it has done")
	flags.BoolVar(&f.stale, "stale", false, "also do again what an older logic answered")
	flags.BoolVar(&f.retryFailed, "retry-failed", false, "do only what failed before")
	flags.StringVar(&f.overrides, "overrides", "", "CSV of a person's labels: indicator_id,field,value")
	flags.StringVar(&f.out, "out", "", "write the labels to a file, or - for the standard output")
	flags.StringVar(&f.format, "format", "", "format of --out: "+strings.Join(catalogue.ExportFormats, ", ")+" (default: by its ending, else csv)")
	flags.StringArrayVar(&f.mapping, "map", nil, "which column is which: units=my_column, indicator_id=Country+Code")
	flags.StringArrayVar(&f.values, "values", nil, "long file of values to join: id,date,value")
	flags.StringVar(&f.fileFormat, "input-format", "", "format of the catalogue: csv, json, jsonl, parquet (default: by its ending or content)")
	f.from.register(cmd)
	flags.StringVar(&f.rejects, "rejects", "", "where unusable rows go (default: FILE.rejects.csv in this folder)")
	flags.BoolVar(&f.json, "json", false, "print the summary as JSON")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
	completeFixed(cmd, "format", catalogue.ExportFormats)
	completeFixed(cmd, "input-format", []string{"csv", "json", "jsonl", "parquet"})
	completeWhere(cmd)
	flags.DurationVar(&f.progressInterval, "progress-interval", 3*time.Second, "time between progress lines where there is no terminal")
}

// prepare checks the flags and everything that can be checked before the
// store is touched.
func (f *runFlags) prepare(cmd *cobra.Command, args []string) (*runCommand, error) {
	if err := f.check(args); err != nil {
		return nil, err
	}
	if err := f.checkCluster(cmd); err != nil {
		return nil, err
	}
	if f.onCluster() {
		return f.ready(cmd, args, &lineup{modelFlags: &f.modelFlags, policy: cascade.Offline, book: rulebook.New()})
	}
	lineup, err := f.lineup(cmd)
	if err != nil {
		return nil, err
	}
	return f.ready(cmd, args, lineup)
}

// ready is prepare for a line-up that is found.
func (f *runFlags) ready(cmd *cobra.Command, args []string, lineup *lineup) (*runCommand, error) {
	r := &runCommand{runFlags: f, cmd: cmd, files: args, lineup: lineup}
	if err := r.checkSpending(); err != nil {
		return nil, err
	}
	at, err := storePlace(cmd)
	if err != nil {
		return nil, err
	}
	r.shared = at.url != ""
	r.logic = r.lineup.logic(f.samples)
	if f.onCluster() {
		if err := r.askCluster(cmd.Context(), at); err != nil {
			return nil, err
		}
	}
	where, err := conditions(f.where)
	if err != nil {
		return nil, err
	}
	if cmd.Flags().Changed("only") && (len(f.only) == 0 || slices.Contains(f.only, "")) {
		return nil, usagef("--only names an empty id")
	}
	if err := r.checkOutputs(); err != nil {
		return nil, err
	}
	r.selection = classify.Selection{
		Intake: len(args) > 0 || f.from.url != "", Mode: f.mode(), LogicVersion: r.logic, IDs: f.only, Where: where,
		Limit: f.limit, Sample: f.sample, Seed: f.seed, Samples: f.samples,
	}
	if f.out != "" {
		if r.outFormat, err = formatOf(f.format, f.out); err != nil {
			return nil, err
		}
	}
	if f.overrides != "" {
		if r.labels, err = labels.ReadOverrides(f.overrides); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (f *runFlags) check(args []string) error {
	if f.engine != engineLocal && f.engine != engineRestate {
		return classify.WithHint(usagef("--engine %q: unknown engine", f.engine), "the engines are: local, restate")
	}
	for name, n := range map[string]int{"limit": f.limit, "sample": f.sample, "workers": f.workers, "samples": f.samples} {
		if n < 0 {
			return usagef("--%s %d: cannot be negative", name, n)
		}
	}
	modes := 0
	for _, on := range []bool{f.force, f.stale, f.retryFailed} {
		if on {
			modes++
		}
	}
	if modes > 1 {
		return usagef("--force, --stale and --retry-failed exclude each other")
	}
	if f.resume && !f.force {
		return classify.WithHint(usagef("--resume goes with --force"), "any other run goes on by itself: leave --resume out")
	}
	if len(args) == 0 && (f.fileFormat != "" || f.from.url == "" && (len(f.values) > 0 || len(f.mapping) > 0)) {
		return classify.WithHint(usagef("--values, --map and --input-format need a catalogue"), "classify run FILE …")
	}
	if err := f.from.check(args); err != nil {
		return err
	}
	if f.format != "" && f.out == "" {
		return usagef("--format needs --out")
	}
	return nil
}

// checkSpending refuses what makes no sense without a model, or together.
func (r *runCommand) checkSpending() error {
	flags := r.cmd.Flags()
	for _, name := range []string{"budget-usd", "pack", "batch-api", "resubmit"} {
		if r.lineup.offline() && flags.Changed(name) {
			return classify.WithHint(usagef("--%s needs a model, and --provider is rulebook", name), "name one: --provider openai --model MODEL")
		}
	}
	switch {
	case flags.Changed("budget-usd") && !(r.budget >= 0):
		return usagef("--budget-usd %v: cannot be negative", r.budget)
	case r.unpriced() != "" && r.budget >= 0:
		return classify.WithHint(usagef("--budget-usd: nobody knows what %s costs", r.unpriced()),
			"add its price to a table: classify models prices > prices.toml; then --prices prices.toml")
	case r.pack < 1 || r.pack > maxPack:
		return usagef("--pack %d: write a number from 1 to %d", r.pack, maxPack)
	case r.pack > 1 && r.batchAPI:
		return usagef("--pack and --batch-api exclude each other")
	case r.dryRun && r.out != "":
		return usagef("--dry-run writes no labels: leave --out out")
	}
	if !r.batchAPI {
		return nil
	}
	for _, id := range r.lineup.models() {
		if p, err := provider.ByName(id.Provider); err == nil && !p.Batch {
			return classify.WithHint(usagef("--batch-api: %s has no batch endpoint", id.Provider), "leave --batch-api out, or choose --provider openai or anthropic")
		}
	}
	return nil
}

// unpriced names a model that the price table does not have, or "".
func (r *runCommand) unpriced() string {
	for _, id := range r.lineup.models() {
		if _, priced := r.lineup.price(id); !priced {
			return id.String()
		}
	}
	return ""
}

// maxPack is how many questions a call can hold: answers of more than that grow
// too long to be trusted.
const maxPack = 50

// checkOutputs refuses to write over what the run reads.
func (r *runCommand) checkOutputs() error {
	store, err := storePath(r.cmd)
	if err != nil {
		return err
	}
	inputs := []named{{"--store", store}, {"--overrides", r.overrides}, {"--prices", r.prices}}
	for _, path := range r.files {
		inputs = append(inputs, named{"the catalogue", path})
	}
	for _, path := range r.values {
		inputs = append(inputs, named{"--values", path})
	}
	return distinct([]named{{"--out", r.out}, {"--rejects", r.rejects}}, inputs)
}

func (f *runFlags) mode() classify.Mode {
	switch {
	case f.force:
		return classify.ModeForce
	case f.stale:
		return classify.ModeStale
	case f.retryFailed:
		return classify.ModeRetryFailed
	}
	return classify.ModeChanged
}
