package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"classify"
)

func newStatus() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show progress by stage, failures with their reasons, and the rate",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return reading(cmd, func(ctx context.Context, s classify.AnswerReader) error {
				status, err := s.Status(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), status)
				}
				printStatus(cmd.OutOrStdout(), &status)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the status as JSON")
	return cmd
}

func printStatus(w io.Writer, s *classify.Status) {
	fmt.Fprintf(w, "%s: %d classified, %d escalated, %d failed, %d pending\n", counted(s.Indicators, "indicator"),
		s.Outcomes[classify.Classified], s.Outcomes[classify.Escalated], s.Outcomes[classify.Failed], s.Pending)
	if r := s.Latest; r != nil {
		fmt.Fprintf(w, "latest run: %d, %s, started %s, %.0f per second: %s\n", r.ID, r.State,
			r.StartedAt.UTC().Format("2006-01-02 15:04:05Z"), s.Rate, printable(r.Command))
		if r.Result.Error != "" {
			fmt.Fprintf(w, "  %s\n", printable(r.Result.Error))
		}
	}
	if s.Writer != nil {
		fmt.Fprintf(w, "a run is writing: process %d on %s\n", s.Writer.PID, s.Writer.Host)
	}
	fmt.Fprintln(w)
	var rows [][]string
	for _, stage := range classify.StageNames {
		n := s.StageCounts[stage]
		done := fmt.Sprintf("%.0f %%", 100*share(n, s.Indicators))
		if stage == classify.StageFinalReview {
			done = "" // asked only where the boolean review failed
		}
		rows = append(rows, []string{string(stage), fmt.Sprint(n), done})
	}
	printTable(w, []string{"stage", ">answers", ">share"}, rows)
	if len(s.Failures) > 0 {
		fmt.Fprintln(w)
		rows = rows[:0]
		for _, f := range s.Failures {
			rows = append(rows, []string{string(f.Stage), fmt.Sprint(f.Count), printable(shortened(f.Reason, 80)), printable(f.Example)})
		}
		printTable(w, []string{"failed in", ">count", "reason", "for instance"}, rows)
	}
	if len(s.Families) > 0 {
		fmt.Fprintln(w)
		printFamilies(w, s.Families)
	}
}
