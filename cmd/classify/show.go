package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"classify"
)

func newShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "show ID",
		Short:   "Show the dossier of one indicator: input, values, every answer with its evidence",
		Example: "  classify show NY.GDP.MKTP.CD",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return reading(cmd, func(ctx context.Context, s classify.AnswerReader) error {
				ind, err := s.Indicator(ctx, args[0])
				if errors.Is(err, classify.ErrNotFound) {
					return classify.WithHint(err, "ids are exact; classify export lists them all")
				}
				if err != nil {
					return err
				}
				d := dossier{Indicator: ind}
				switch stored, err := s.Classification(ctx, args[0]); {
				case err == nil:
					d.Answer = &stored
				case !errors.Is(err, classify.ErrNotFound):
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
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the dossier as JSON")
	return cmd
}
