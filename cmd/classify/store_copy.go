package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"classify"
	"classify/transfer"
)

func newStoreCopy() *cobra.Command {
	var asJSON, quiet bool
	var direct string
	cmd := &cobra.Command{
		Use:   "copy FROM TO",
		Short: "Move everything to another store, and compare",
		Long: `Copies catalogue, series, answers, history, ledger and answer cache of one store to
another that is empty, in whatever direction, all or nothing. What was written is read
back, and compared by counts and checksums before it is kept. FROM stays as it is.`,
		Example: `  classify store copy sqlite:classify.db postgres://classify@localhost:5432/classify
  classify store copy postgres://classify@localhost:5432/classify sqlite:copy.db`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, took, err := copyStore(cmd, args[0], args[1], direct, quiet || asJSON)
			var differs *transfer.MismatchError
			switch {
			case err != nil && !errors.As(err, &differs):
				return err
			case asJSON:
				err = errors.Join(err, writeJSON(cmd.OutOrStdout(), report))
			default:
				printCopy(cmd.OutOrStdout(), &report, took)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the comparison as JSON")
	cmd.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress")
	cmd.Flags().StringVar(&direct, migrateURL, "", "where the tables of a postgres TO are created, if TO goes through a pooler (default: TO)")
	return cmd
}

// movable is a store that can be copied and filled; both kinds are.
type movable interface {
	classify.Store
	transfer.Source
	transfer.Target
}

func copyStore(cmd *cobra.Command, fromText, toText, direct string, quiet bool) (report transfer.Report, took time.Duration, err error) {
	from, err := parsePlace("FROM", fromText)
	if err != nil {
		return report, 0, err
	}
	to, err := parsePlace("TO", toText)
	if err != nil {
		return report, 0, err
	}
	if from.path != "" && to.path != "" && sameFile(to.path, from.path) || from.url != "" && from.url == to.url {
		return report, 0, usagef("FROM and TO are the same store")
	}
	ctx := cmd.Context()
	source, err := openMovable(ctx, from, true, "")
	if err != nil {
		return report, 0, fmt.Errorf("FROM: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := openMovable(ctx, to, false, direct)
	if err != nil {
		return report, 0, fmt.Errorf("TO: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	began := time.Now()
	report, err = transfer.Copy(ctx, source, target, copyProgress(cmd.ErrOrStderr(), quiet))
	return report, time.Since(began), err
}

func openMovable(ctx context.Context, p place, readOnly bool, direct string) (movable, error) {
	s, err := p.open(ctx, readOnly, direct)
	if err != nil {
		return nil, err
	}
	return s.(movable), nil
}

// copyProgress tells of tables that take long.
func copyProgress(w io.Writer, quiet bool) func(transfer.Progress) {
	const every = 3 * time.Second
	last := time.Now()
	return func(p transfer.Progress) {
		if quiet || time.Since(last) < every {
			return
		}
		last = time.Now()
		doing := "copying"
		if p.Verifying {
			doing = "comparing"
		}
		fmt.Fprintf(w, "%s %s: %s rows\n", doing, p.Table, humanize.Comma(p.Rows))
	}
}

func printCopy(w io.Writer, r *transfer.Report, took time.Duration) {
	var rows [][]string
	cleaned := int64(0)
	for _, t := range r.Tables {
		cleaned += t.Cleaned
		if t.Rows == 0 && t.TargetRows == 0 {
			continue
		}
		equal := "equal"
		if !t.Equal {
			equal = "DIFFERS"
		}
		rows = append(rows, []string{t.Name, humanize.Comma(t.Rows), humanize.Comma(t.TargetRows), equal, shortened(t.Checksum, 16)})
	}
	printTable(w, []string{"table", ">copied", ">read back", "compared", "checksum"}, rows)
	if cleaned > 0 {
		fmt.Fprintf(w, "%s had bytes that not every store can hold; they were taken out.\n", counted(int(cleaned), "row"))
	}
	fmt.Fprintf(w, "%s in %s\n", counted(int(r.Rows), "row"), seconds(took.Seconds()))
}
