package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/catalogue"
	"classify/rulebook"
)

func newExport() *cobra.Command {
	var format, out, structure string
	var whereFlags []string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the labels as CSV, JSONL, Parquet or SDMX-CSV",
		Example: `  classify export -o labels.csv
  classify export --format sdmx-csv --structure dsd.json -o labels.sdmx.csv
  classify export --where outcome=escalated`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			format, err := formatOf(format, out)
			if err != nil {
				return err
			}
			where, err := conditions(whereFlags)
			if err != nil {
				return err
			}
			store, err := storePath(cmd)
			if err != nil {
				return err
			}
			if err := distinct([]named{{"--out", out}, {"--structure", structure}}, []named{{"--store", store}}); err != nil {
				return err
			}
			if structure != "" {
				if err := writeFile(cmd.OutOrStdout(), structure, func(w io.Writer) error { return catalogue.WriteStructure(w, time.Now()) }); err != nil {
					return err
				}
			}
			return reading(cmd, func(ctx context.Context, s classify.AnswerReader) error {
				e := exporter{format: format, answers: s.Classifications(ctx, where)}
				if err := writeFile(cmd.OutOrStdout(), out, e.write); err != nil {
					return err
				}
				e.report(cmd.ErrOrStderr())
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&format, "format", "", "csv, jsonl, parquet or sdmx-csv (default: by the ending of the file, else csv)")
	flags.StringVarP(&out, "out", "o", "-", "the file to write, or - for the standard output")
	flags.StringArrayVar(&whereFlags, "where", nil, "only indicators whose column has a value: family=price-value[,…]; repeat for \"and\"")
	completeFixed(cmd, "format", catalogue.ExportFormats)
	completeWhere(cmd)
	flags.StringVar(&structure, "structure", "", "also write the SDMX data structure definition (SDMX-JSON) to this file")
	return cmd
}

// formatOf is the format of an export: as asked, or by the file's ending.
func formatOf(format, path string) (string, error) {
	if format == "" {
		if format = strings.TrimPrefix(filepath.Ext(path), "."); format == "" || path == "-" {
			return catalogue.ExportCSV, nil
		}
	}
	if !slices.Contains(catalogue.ExportFormats, format) {
		return "", classify.WithHint(usagef("there is no format %q", format), "name one with --format: %s", strings.Join(catalogue.ExportFormats, ", "))
	}
	return format, nil
}

// exporter writes answers in a format.
type exporter struct {
	format   string
	answers  func(yield func(classify.Stored, error) bool)
	rows     int
	unmapped map[string]int
}

func (e *exporter) write(w io.Writer) error {
	writer, err := catalogue.NewWriter(w, e.format, catalogue.Meta{RulebookVersion: rulebook.Version})
	if err != nil {
		return err
	}
	for answer, err := range e.answers {
		if err != nil {
			return err
		}
		if err := writer.Write(answer); err != nil {
			return err
		}
	}
	e.rows, e.unmapped = writer.Rows(), writer.Unmapped()
	return writer.Close()
}

// report names what the format has no code for.
func (e *exporter) report(w io.Writer) {
	if len(e.unmapped) == 0 {
		return
	}
	fmt.Fprintf(w, "%d rows written; without an SDMX code:\n", e.rows)
	for _, what := range slices.Sorted(maps.Keys(e.unmapped)) {
		fmt.Fprintf(w, "  %s in %d rows\n", printable(what), e.unmapped[what])
	}
}
