package main

import "github.com/spf13/cobra"

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
	return family(cmd, newSeriesImport(), newSeriesShow())
}
