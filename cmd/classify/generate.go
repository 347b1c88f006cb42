package main

import (
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"classify/catalogue/generator"
)

func newGenerate() *cobra.Command {
	var o generator.Options
	var out, labels string
	var noValues bool
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write a realistic catalogue with series, to try and to measure with",
		Long: `Write a deterministic, realistic catalogue: about 110 concepts for many countries,
in many currencies and spellings, with series, year-to-date series, look-alikes
and dirt. The same seed writes the same file. --labels writes the true labels.`,
		Example: "  classify generate --n 1000 -o catalogue.csv --labels truth.csv",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.N < 1 {
				return usagef("--n %d: at least 1", o.N)
			}
			if err := distinct([]named{{"--out", out}, {"--labels", labels}}, nil); err != nil {
				return err
			}
			o.Values, o.JSONL = !noValues, filepath.Ext(out) == ".jsonl"
			write := func(path string, f func(io.Writer, generator.Options) error) error {
				return writeFile(cmd.OutOrStdout(), path, func(w io.Writer) error { return f(w, o) })
			}
			if labels != "" {
				if err := write(labels, generator.WriteLabels); err != nil {
					return err
				}
			}
			return write(out, generator.WriteCatalogue)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&o.N, "n", 10903, "how many indicators")
	flags.Uint64Var(&o.Seed, "seed", 1, "the same seed writes the same catalogue")
	flags.BoolVar(&o.Distinct, "distinct", false, "make every indicator a different concept")
	flags.BoolVar(&o.Shuffle, "shuffle", false, "write the indicators in no order of their ids")
	flags.BoolVar(&noValues, "no-values", false, "leave the series out")
	flags.StringVarP(&out, "out", "o", "-", "the catalogue: a CSV or .jsonl file, or - for the standard output")
	flags.StringVar(&labels, "labels", "", "also write the true labels to this file")
	return cmd
}
