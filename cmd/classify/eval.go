package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"classify"
	"classify/eval"
	"classify/labels"
)

func newEval() *cobra.Command {
	var asJSON bool
	var worst int
	cmd := &cobra.Command{
		Use:   "eval LABELS",
		Short: "Measure the answers against labels: accuracy, confusion, calibration, worst mistakes",
		Long: `Measure the answers in the store against a label file: CSV with indicator_id and
any of the label columns. An empty currency or per means null; any other empty
cell is unlabelled. A column "sure" with 0 sets a row apart.`,
		Example: "  classify eval examples/labels.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if worst < 0 {
				return usagef("--worst %d: cannot be negative", worst)
			}
			f, err := labels.Read(args[0])
			if err != nil {
				return err
			}
			return reading(cmd, func(ctx context.Context, s classify.AnswerReader) error {
				r, err := eval.Evaluate(f, func(id string) (classify.Classification, error) {
					stored, err := s.Classification(ctx, id)
					return stored.Classification, err
				})
				if err != nil {
					return err
				}
				if asJSON {
					if err := writeJSON(cmd.OutOrStdout(), r); err != nil {
						return err
					}
				} else {
					printEvaluation(cmd.OutOrStdout(), r, worst)
				}
				if r.Found == 0 {
					return classify.WithHint(fmt.Errorf("none of the %d labelled indicators has an answer in this store", r.Rows),
						"classify their catalogue first: classify run FILE")
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	cmd.Flags().IntVar(&worst, "worst", 10, "show the N worst mistakes")
	return cmd
}

func printEvaluation(w io.Writer, r *eval.Report, worst int) {
	fmt.Fprintf(w, "%s: %d rows, %d evaluated, %d without an answer", r.Labels, r.Rows, r.Found, r.Missing)
	if r.Missing > 0 {
		fmt.Fprintf(w, " (for instance %s)", printable(r.MissingN))
	}
	fmt.Fprint(w, "\n\n")
	printAccuracy(w, r.Sure)
	if len(r.Doubtful) > 0 {
		fmt.Fprintln(w, "\nRows with sure=0, counted apart:")
		printAccuracy(w, r.Doubtful)
	}
	if c := r.Calibration; c != nil {
		printCalibration(w, c)
	}
	printSources(w, r.Sources)
	printMistakes(w, r.Mistakes, worst)
}

// printSources shows who was how often right, where models answered.
func printSources(w io.Writer, sources []eval.SourceResult) {
	if len(sources) == 0 {
		return
	}
	fmt.Fprint(w, "\nWho gave the decisive labels, and how often that was right:\n\n")
	var rows [][]string
	for _, s := range sources {
		by := s.By
		if s.Packed {
			by += ", packed"
		}
		rows = append(rows, []string{printable(by), s.Field, fmt.Sprint(s.Labelled), fmt.Sprint(s.Right), fmt.Sprintf("%.1f %%", 100*s.Accuracy)})
	}
	printTable(w, []string{"by", "field", ">labelled", ">right", ">accuracy"}, rows)
}

func printAccuracy(w io.Writer, fields []eval.FieldResult) {
	var rows [][]string
	for _, f := range fields {
		accuracy := "–"
		if f.Accuracy != nil {
			accuracy = fmt.Sprintf("%.1f %%", 100**f.Accuracy)
		}
		var confusion []string
		for _, c := range f.Confusion {
			confusion = append(confusion, fmt.Sprintf("%s → %s %d", null(c.Want), null(c.Got), c.Count))
		}
		rows = append(rows, []string{f.Field, fmt.Sprint(f.Labelled), fmt.Sprint(f.Right), accuracy,
			shortened(strings.Join(confusion, ", "), 90)})
	}
	printTable(w, []string{"field", ">labelled", ">right", ">accuracy", "mistakes (label → answer)"}, rows)
}

func printCalibration(w io.Writer, c *eval.Calibration) {
	fmt.Fprintf(w, "\nCalibration of overall_confidence, %d rows with all four decisive labels: expected error %.3f, Brier %.4f (base rate %.4f)\n\n",
		c.Predictions, c.ECE, c.Brier, c.BaseBrier)
	var rows [][]string
	for _, b := range c.Bins {
		rows = append(rows, []string{fmt.Sprintf("%.2f to %.2f", b.Low, b.High), fmt.Sprint(b.Count),
			fmt.Sprintf("%.3f", b.Confidence), fmt.Sprintf("%.3f", b.Right)})
	}
	printTable(w, []string{"confidence", ">rows", ">mean", ">right"}, rows)
}

func printMistakes(w io.Writer, mistakes []eval.Mistake, worst int) {
	if len(mistakes) == 0 {
		fmt.Fprintln(w, "\nNo mistakes in what is labelled and answered.")
		return
	}
	shown := mistakes[:min(worst, len(mistakes))]
	fmt.Fprintf(w, "\n%d rows with a mistake; the %d most certain:\n", len(mistakes), len(shown))
	for _, m := range shown {
		fmt.Fprintf(w, "\n  %s  %s  (confidence %.2f)\n", printable(m.IndicatorID), printable(m.Name), m.Confidence)
		for _, f := range m.Fields {
			fmt.Fprintf(w, "    %-20s is %s, answered %s", f.Field, null(f.Want), null(f.Got))
			if f.Rule != "" {
				fmt.Fprintf(w, "  by %s %s", f.By, f.Rule)
			}
			fmt.Fprintln(w)
			for _, e := range f.Evidence {
				fmt.Fprintf(w, "      · %s\n", printable(e))
			}
		}
	}
}

func null(v string) string {
	if v == "" {
		return "(null)"
	}
	return v
}
