package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"classify"
)

func newDiff() *cobra.Command {
	var asJSON bool
	var examples int
	cmd := &cobra.Command{
		Use:   "diff RUN RUN",
		Short: "Show what changed between two runs, by field, with the evidence",
		Long: `Show what changed between two runs. An indicator that a run did not touch keeps
its earlier answer. Run numbers stand in the summary of a run and in classify
status.`,
		Example: "  classify diff 1 2",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if examples < 0 {
				return usagef("--examples %d: cannot be negative", examples)
			}
			var runs [2]int64
			for i, a := range args {
				n, err := strconv.ParseInt(a, 10, 64)
				if err != nil || n < 1 {
					return usagef("%q is not the number of a run", a)
				}
				runs[i] = n
			}
			return reading(cmd, func(ctx context.Context, s classify.AnswerReader) error {
				d, err := compare(ctx, s, runs, examples)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), d)
				}
				d.print(cmd.OutOrStdout())
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the differences as JSON")
	cmd.Flags().IntVar(&examples, "examples", 5, "changed indicators to show for each kind of change (0: all)")
	return cmd
}

// difference is what changed between two runs.
type difference struct {
	RunA    int64    `json:"run_a"`
	RunB    int64    `json:"run_b"`
	Changed int      `json:"indicators_changed"`
	Added   int      `json:"only_in_b"`
	Gone    int      `json:"only_in_a"`
	Changes []change `json:"changes"`
}

// change is one kind of change: a field that went from one value to another.
type change struct {
	Field    string          `json:"field"`
	From     string          `json:"from"`
	To       string          `json:"to"`
	Count    int             `json:"count"`
	Examples []changeExample `json:"examples"`
}

type changeExample struct {
	IndicatorID  string   `json:"indicator_id"`
	Name         string   `json:"name"`
	EvidenceFrom []string `json:"evidence_from"`
	EvidenceTo   []string `json:"evidence_to"`
}

func compare(ctx context.Context, s classify.AnswerReader, runs [2]int64, examples int) (*difference, error) {
	d := &difference{RunA: runs[0], RunB: runs[1]}
	at := map[[3]string]int{}
	for x, err := range s.Compare(ctx, runs[0], runs[1]) {
		if err != nil {
			return nil, err
		}
		switch {
		case x.A == nil:
			d.Added++
			continue
		case x.B == nil:
			d.Gone++
			continue
		}
		changed := false
		for _, f := range fieldChanges(x.A, x.B) {
			changed = true
			i, ok := at[f.key]
			if !ok {
				i = len(d.Changes)
				at[f.key] = i
				d.Changes = append(d.Changes, change{Field: f.key[0], From: f.key[1], To: f.key[2]})
			}
			c := &d.Changes[i]
			c.Count++
			if examples == 0 || len(c.Examples) < examples {
				c.Examples = append(c.Examples, changeExample{x.IndicatorID, x.B.Name, evidence(x.A, f.field), evidence(x.B, f.field)})
			}
		}
		if changed {
			d.Changed++
		}
	}
	slices.SortStableFunc(d.Changes, func(a, b change) int { return b.Count - a.Count })
	return d, nil
}

type fieldChange struct {
	key   [3]string // field, from, to
	field string
}

func fieldChanges(a, b *classify.Classification) []fieldChange {
	var changes []fieldChange
	for i := range classify.Fields {
		f := &classify.Fields[i]
		if from, to := f.Get(&a.Labels), f.Get(&b.Labels); from != to {
			changes = append(changes, fieldChange{[3]string{f.Name, from, to}, f.Name})
		}
	}
	if a.ReviewStatus != b.ReviewStatus {
		changes = append(changes, fieldChange{[3]string{"review_status", string(a.ReviewStatus), string(b.ReviewStatus)}, "review_status"})
	}
	if a.Outcome != b.Outcome {
		changes = append(changes, fieldChange{[3]string{"outcome", string(a.Outcome), string(b.Outcome)}, "outcome"})
	}
	return changes
}

// evidence is who gave a label, and from what.
func evidence(c *classify.Classification, field string) []string {
	p := c.ProvenanceOf(field)
	return append([]string{fmt.Sprintf("%s %s (%.2f)", p.By, p.Rule, p.Confidence)}, p.Evidence...)
}

func (d *difference) print(w io.Writer) {
	fmt.Fprintf(w, "run %d → run %d: %s changed, %d only in run %d, %d only in run %d\n", d.RunA, d.RunB,
		counted(d.Changed, "indicator"), d.Gone, d.RunA, d.Added, d.RunB)
	for _, c := range d.Changes {
		fmt.Fprintf(w, "\n%d × %s: %s → %s\n", c.Count, c.Field, null(c.From), null(c.To))
		for _, e := range c.Examples {
			fmt.Fprintf(w, "  %s  %s\n", printable(e.IndicatorID), printable(e.Name))
			for _, x := range e.EvidenceFrom {
				fmt.Fprintf(w, "    - %s\n", printable(x))
			}
			for _, x := range e.EvidenceTo {
				fmt.Fprintf(w, "    + %s\n", printable(x))
			}
		}
	}
}
