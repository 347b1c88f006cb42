package main

import (
	"github.com/spf13/cobra"

	"classify"
)

func newSeries() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "series",
		Short: "Import series from files of their own, and look at them",
		Long: `A series that was imported belongs to its indicator whatever the order in which its
points came; classify run uses its newest values (--samples). It stays when the
catalogue comes again, and wins over the catalogue's values of the same dates.`,
		Example: `  classify series import points.csv
  classify series import revised.parquet --upsert --source-version 2024-10
  classify series show GDP.USD`,
	}
	for _, sub := range []*cobra.Command{newSeriesImport(), newSeriesShow()} {
		sub.Args = usageArgs(sub.Args)
		cmd.AddCommand(sub)
	}
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return classify.WithHint(usagef("there is no command %q", "series "+args[0]), "write classify series import or show")
	}
	return cmd
}
