package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/llm"
	"classify/llm/price"
	"classify/rulebook"
)

func newCost() *cobra.Command {
	var asJSON bool
	var runID int64
	cmd := &cobra.Command{
		Use:   "cost",
		Short: "Show calls, tokens and dollars by run, stage and model",
		Long: `Show what language models were asked and what that cost, from the ledger of the
store: every call, also one that failed. Dollars are those of the price table at
the time of the call; a model that it did not have counts tokens only.`,
		Example: `  classify cost
  classify cost --run 3 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if runID < 0 || runID == 0 && cmd.Flags().Changed("run") {
				return usagef("--run %d is not the number of a run", runID)
			}
			return withStore(cmd, true, func(ctx context.Context, s classify.Store) error {
				lines, err := s.Costs(ctx, runID)
				if err != nil {
					return err
				}
				if len(lines) == 0 && runID > 0 {
					if err := hasRun(ctx, s, runID); err != nil {
						return err
					}
				}
				c := newCostReport(runID, lines)
				if c.Killed, err = killedRuns(ctx, s, runID); err != nil {
					return err
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), c)
				}
				c.print(cmd.OutOrStdout())
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the costs as JSON")
	cmd.Flags().Int64Var(&runID, "run", 0, "only the calls of this run")
	return cmd
}

// hasRun returns an error that wraps classify.ErrNotFound for a run that the
// store does not have.
func hasRun(ctx context.Context, s classify.AnswerReader, id int64) error {
	runs, err := s.Runs(ctx, 0)
	if err != nil || slices.ContainsFunc(runs, func(r classify.Run) bool { return r.ID == id }) {
		return err
	}
	return classify.WithHint(fmt.Errorf("run %d: %w", id, classify.ErrNotFound), "classify cost without --run shows all runs with calls")
}

// costSum is what calls came to. Input tokens include those that the provider
// had cached, output tokens those of reasoning.
type costSum struct {
	Calls         int `json:"calls"`
	FailedCalls   int `json:"failed_calls"`   // without a usable answer
	UnpricedCalls int `json:"unpriced_calls"` // of models that the price table did not have
	// UnaccountedCalls brought no whole answer, and no word about their tokens: the
	// provider may bill them.
	UnaccountedCalls int     `json:"unaccounted_calls"`
	Questions        int     `json:"questions"` // more than calls where they were packed
	InputTokens      int     `json:"input_tokens"`
	CachedTokens     int     `json:"cached_tokens"`
	CacheWriteTokens int     `json:"cache_write_tokens"`
	OutputTokens     int     `json:"output_tokens"`
	ReasoningTokens  int     `json:"reasoning_tokens"`
	USD              float64 `json:"usd"`
	// MeanLatency is that of the calls that were no part of a batch.
	MeanLatency float64 `json:"mean_latency_seconds"`

	latency time.Duration
	timed   int // calls that latency is of
}

func (c *costSum) add(l *classify.CostLine) {
	c.Calls += l.Calls
	if l.Outcome != classify.CallAnswered && l.Outcome != classify.CallAdapted {
		c.FailedCalls += l.Calls
	}
	c.UnpricedCalls += l.Unpriced
	switch llm.Class(l.Outcome) {
	case llm.Timeout, llm.Connection, llm.Malformed, llm.TooLarge, llm.Cancelled:
		if l.Tokens == (classify.Tokens{}) {
			c.UnaccountedCalls += l.Calls
		}
	}
	c.Questions += l.Questions
	c.InputTokens += l.Tokens.Input
	c.CachedTokens += l.Tokens.Cached
	c.CacheWriteTokens += l.Tokens.CacheWrite
	c.OutputTokens += l.Tokens.Output
	c.ReasoningTokens += l.Tokens.Reasoning
	c.USD += l.USD
	if !l.Batch {
		c.latency += l.Latency
		c.timed += l.Calls
	}
	if c.timed > 0 {
		c.MeanLatency = c.latency.Seconds() / float64(c.timed)
	}
}

// costKey is what a line of costs is about.
type costKey struct {
	RunID    int64          `json:"run_id"` // 0: outside a run
	Stage    classify.Stage `json:"stage"`
	Provider string         `json:"provider"`
	Model    string         `json:"model"`
	Server   string         `json:"server,omitempty"` // its address; "": the provider's own
}

// modelAt names a model and, unless it is the provider's own, its server: what a
// rehearsal cost is told from the real thing.
func modelAt(provider, model, server string) string {
	name := provider + "/" + model
	if server != "" {
		name += " at " + server
	}
	return printable(name)
}

// costLine sums the calls of one run, stage and model.
type costLine struct {
	costKey
	Outcomes map[classify.CallOutcome]int `json:"outcomes"` // calls
	costSum
}

// costReport is what "classify cost" shows.
type costReport struct {
	RunID  int64       `json:"run_id,omitempty"` // 0: all
	Totals costSum     `json:"totals"`
	Lines  []*costLine `json:"lines"`
	// Killed are the runs that were killed while calls were under way: what these
	// cost is not in the ledger.
	Killed []killedRun `json:"killed_runs,omitempty"`

	all []classify.CostLine
}

// killedRun is a run that ended without a word.
type killedRun struct {
	RunID    int64 `json:"run_id"`
	UnderWay int   `json:"calls_under_way"` // at most, and perhaps billed; 0: nobody knows
}

// killedRuns are those of one run, or of all with 0, that had calls under way.
func killedRuns(ctx context.Context, s classify.Store, runID int64) (killed []killedRun, err error) {
	runs, err := s.Runs(ctx, 0)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		if r.State != "killed" || runID != 0 && r.ID != runID {
			continue
		}
		n, err := s.CallsUnderWay(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		if n > 0 || r.Provider != rulebook.Name {
			killed = append(killed, killedRun{r.ID, n})
		}
	}
	return killed, nil
}

func newCostReport(runID int64, all []classify.CostLine) *costReport {
	c := &costReport{RunID: runID, all: all}
	for i := range all {
		c.Totals.add(&all[i])
	}
	c.Lines = c.by(func(k costKey) costKey { return k })
	return c
}

// by sums the calls that have the same key, sorted by run, stage in the order
// of the stages, provider and model. of says which part of a key counts.
func (c *costReport) by(of func(costKey) costKey) []*costLine {
	lines, byKey := []*costLine{}, map[costKey]*costLine{}
	for i := range c.all {
		l := &c.all[i]
		key := of(costKey{l.RunID, l.Stage, l.Provider, l.Model, l.Server})
		line := byKey[key]
		if line == nil {
			line = &costLine{costKey: key, Outcomes: map[classify.CallOutcome]int{}}
			byKey[key] = line
			lines = append(lines, line)
		}
		line.add(l)
		line.Outcomes[l.Outcome] += l.Calls
	}
	order := func(s classify.Stage) int { return slices.Index(classify.StageNames[:], s) }
	slices.SortFunc(lines, func(a, b *costLine) int {
		return cmp.Or(cmp.Compare(a.RunID, b.RunID), cmp.Compare(order(a.Stage), order(b.Stage)), strings.Compare(string(a.Stage), string(b.Stage)),
			strings.Compare(a.Provider, b.Provider), strings.Compare(a.Model, b.Model), strings.Compare(a.Server, b.Server))
	})
	return lines
}

func (c *costReport) print(w io.Writer) {
	if c.Totals.Calls == 0 {
		of := ""
		if c.RunID > 0 {
			of = fmt.Sprintf(" in run %d", c.RunID)
		}
		fmt.Fprintf(w, "No calls to language models%s are recorded.\n", of)
		c.printKilled(w)
		return
	}
	t := &c.Totals
	fmt.Fprintf(w, "%s, %d failed: %s input tokens, of these %s cached, %s output tokens, %s\n", counted(t.Calls, "call"), t.FailedCalls,
		count(t.InputTokens), count(t.CachedTokens), count(t.OutputTokens), t.dollars())
	var rows [][]string
	if runs := c.by(func(k costKey) costKey { return costKey{RunID: k.RunID} }); len(runs) > 1 {
		for _, r := range runs {
			name := fmt.Sprint(r.RunID)
			if r.RunID == 0 {
				name = "none"
			}
			rows = append(rows, append([]string{name}, r.row()...))
		}
		fmt.Fprintln(w)
		printTable(w, append([]string{"run"}, costColumns...), rows)
	}
	rows = rows[:0]
	for _, l := range c.by(func(k costKey) costKey { k.RunID = 0; return k }) {
		rows = append(rows, append([]string{string(l.Stage), modelAt(l.Provider, l.Model, l.Server)}, l.row()...))
	}
	rows = append(rows, append([]string{"total", ""}, t.row()...))
	fmt.Fprintln(w)
	printTable(w, append([]string{"stage", "model"}, costColumns...), rows)
	c.printFailed(w)
	c.printUnpriced(w)
	if n := t.UnaccountedCalls; n > 0 {
		fmt.Fprintf(w, "\n%s brought no whole answer and no word about its cost: the provider may bill what these figures do not have.\n", counted(n, "call"))
	}
	c.printKilled(w)
}

// printKilled names the calls that the ledger cannot have.
func (c *costReport) printKilled(w io.Writer) {
	for _, k := range c.Killed {
		under := "calls may have been under way"
		if k.UnderWay > 0 {
			under = "up to " + counted(k.UnderWay, "call") + " may have been under way"
		}
		fmt.Fprintf(w, "\nRun %d was killed: %s then, and billed, that are not in these figures.\n", k.RunID, under)
	}
}

var costColumns = []string{">calls", ">questions", ">input", ">cached", ">output", ">seconds", ">cost"}

func (c *costSum) row() []string {
	mean := ""
	if c.timed > 0 {
		mean = fmt.Sprintf("%.1f", c.MeanLatency)
	}
	return []string{count(c.Calls), count(c.Questions), count(c.InputTokens), count(c.CachedTokens), count(c.OutputTokens), mean, c.dollars()}
}

// dollars is what the calls cost as far as their prices are known.
func (c *costSum) dollars() string {
	switch c.UnpricedCalls {
	case 0:
		return price.Dollars(c.USD)
	case c.Calls:
		return "unknown"
	}
	return price.Dollars(c.USD) + " + unknown"
}

// printFailed says which calls gave no usable answer, and how they ended.
func (c *costReport) printFailed(w io.Writer) {
	if c.Totals.FailedCalls == 0 {
		return
	}
	var rows [][]string
	for _, l := range c.by(func(k costKey) costKey { k.RunID = 0; return k }) {
		for _, outcome := range slices.Sorted(maps.Keys(l.Outcomes)) {
			if outcome != classify.CallAnswered && outcome != classify.CallAdapted {
				rows = append(rows, []string{printable(string(outcome)), string(l.Stage), modelAt(l.Provider, l.Model, l.Server), count(l.Outcomes[outcome])})
			}
		}
	}
	fmt.Fprintln(w)
	printTable(w, []string{"failed with", "stage", "model", ">calls"}, rows)
}

// printUnpriced names the models whose prices are not known.
func (c *costReport) printUnpriced(w io.Writer) {
	if c.Totals.UnpricedCalls == 0 {
		return
	}
	fmt.Fprintln(w)
	for _, l := range c.by(func(k costKey) costKey { return costKey{Provider: k.Provider, Model: k.Model} }) {
		if l.UnpricedCalls > 0 {
			fmt.Fprintf(w, "prices unknown for model %s: tokens only; add it to a price file: --prices FILE\n", printable(l.Provider+"/"+l.Model))
		}
	}
}
