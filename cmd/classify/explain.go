package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"classify"
)

func newExplain() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain taxonomy [TERM]",
		Short: "Read the taxonomy in the terminal",
		Example: `  classify explain taxonomy
  classify explain taxonomy period-average
  classify explain taxonomy orientation`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 || args[0] != "taxonomy" {
				return fmt.Errorf("write: classify explain taxonomy [TERM]")
			}
			return nil
		},
		ValidArgsFunction: completeTerms,
		RunE: func(cmd *cobra.Command, args []string) error {
			w := cmd.OutOrStdout()
			if asJSON {
				return writeJSON(w, map[string]any{"version": classify.TaxonomyVersion, "fields": classify.Terms, "types": classify.Types})
			}
			if len(args) == 1 {
				explainAll(w)
				return nil
			}
			if !explainTerm(w, strings.ToLower(args[1])) {
				return classify.WithHint(usagef("the taxonomy has no field and no value %q", args[1]), "classify explain taxonomy lists them all")
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the whole taxonomy as JSON")
	return cmd
}

func explainAll(w io.Writer) {
	fmt.Fprintf(w, "The taxonomy, version %s. What every indicator gets:\n", classify.TaxonomyVersion)
	for _, f := range classify.Terms {
		explainField(w, &f)
	}
	explainTypes(w, func(classify.TypeTerm) bool { return true })
}

func explainField(w io.Writer, f *classify.FieldTerms) {
	fmt.Fprintf(w, "\n%s: %s\n\n", f.Field, f.Meaning)
	var rows [][]string
	for _, t := range f.Terms {
		rows = append(rows, []string{t.Value, shortened(t.Meaning, 90), shortened(t.Examples, 60)})
	}
	printTable(w, []string{"value", "meaning", "for instance"}, rows)
}

func explainTypes(w io.Writer, include func(classify.TypeTerm) bool) {
	var rows [][]string
	for _, t := range classify.Types {
		if !include(t) {
			continue
		}
		var roll []string
		for _, a := range t.Aggregations {
			roll = append(roll, string(a))
		}
		rows = append(rows, []string{string(t.Family), string(t.Type), shortened(t.Meaning, 60), strings.Join(roll, ", ")})
	}
	fmt.Fprintln(w, "\nValid pairs of family and type, and how each may be rolled up:")
	fmt.Fprintln(w)
	printTable(w, []string{"family", "type", "the value is", "temporal_aggregation"}, rows)
}

// explainTerm explains a field or a value; it reports whether there is one.
func explainTerm(w io.Writer, term string) bool {
	found := false
	for _, f := range classify.Terms {
		if f.Field == term {
			explainField(w, &f)
			found = true
		}
		for _, t := range f.Terms {
			if t.Value != term {
				continue
			}
			found = true
			fmt.Fprintf(w, "%s: %s\n  %s\n", f.Field, t.Value, t.Meaning)
			if t.Examples != "" {
				fmt.Fprintf(w, "  for instance: %s\n", t.Examples)
			}
			if t.SDMX != "" {
				fmt.Fprintf(w, "  SDMX: %s\n", t.SDMX)
			}
		}
	}
	isPair := func(t classify.TypeTerm) bool { return string(t.Type) == term || string(t.Family) == term }
	for _, t := range classify.Types {
		if isPair(t) {
			explainTypes(w, isPair)
			return true
		}
	}
	return found
}
