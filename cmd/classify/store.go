package main

import (
	"context"
	"fmt"
	"io"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"classify"
)

func newStore() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "store",
		Short: "Look after the store: its tables, what it runs on, copies",
		Long: `The store is what --store names: one SQLite file, or a PostgreSQL database that many
machines share. A command that writes creates and migrates its tables.`,
		Example: `  classify store status --store postgres://classify@localhost:5432/classify
  classify store check
  classify store copy sqlite:classify.db postgres://classify@localhost:5432/classify`,
	}
	return family(cmd, newStoreStatus(), newStoreCheck(), newStoreMigrate(), newStoreCopy())
}

func newStoreStatus() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show what the store runs on, its tables, connections and who writes",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, true, func(ctx context.Context, s classify.Store) error {
				info, err := s.Info(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), info)
				}
				printStoreInfo(cmd.OutOrStdout(), &info)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

func printStoreInfo(w io.Writer, info *classify.StoreInfo) {
	fmt.Fprintf(w, "%s store %s\n%s, schema %d, %s", info.Kind, printable(info.Place), printable(info.Server), info.Schema, humanize.IBytes(uint64(max(0, info.SizeBytes))))
	if info.Schema != info.SchemaKnown {
		fmt.Fprintf(w, " (this program wants schema %d: classify store migrate)", info.SchemaKnown)
	}
	fmt.Fprintf(w, "\ntime series: %s\n", printable(info.TimeSeries))
	for _, f := range info.Features {
		state := "off"
		if f.On {
			state = "on"
		}
		fmt.Fprintf(w, "  %s: %s", f.Name, state)
		if f.Detail != "" {
			fmt.Fprintf(w, ", %s", printable(f.Detail))
		}
		fmt.Fprintln(w)
	}
	if c := info.Connections; c.Server > 0 {
		fmt.Fprintf(w, "connections: at most %d of this process; %d of classify and %d in all are open, the server admits %d\n", c.Pool, c.Open, c.Used, c.Server)
	}
	for i := range info.Writers {
		l := &info.Writers[i]
		fmt.Fprintf(w, "run %d is writing: process %d on %s\n", l.RunID, l.PID, printable(l.Host))
	}
	fmt.Fprintln(w)
	var rows [][]string
	for _, t := range info.Tables {
		n := humanize.Comma(t.Rows)
		if !t.Exact {
			n = "~" + n
		}
		size := ""
		if t.Bytes > 0 {
			size = humanize.IBytes(uint64(t.Bytes))
		}
		rows = append(rows, []string{t.Name, n, size})
	}
	printTable(w, []string{"table", ">rows", ">size"}, rows)
}

func newStoreCheck() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Look for what does not fit together",
		Long: `Looks for answers without their stages, values without their indicator, hashes that
are not those of the input, runs that were never closed, and missing indexes.

Exit codes: 0 sound, 1 could not look, 3 something does not fit.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, true, func(ctx context.Context, s classify.Store) error {
				findings, err := s.Check(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					err = writeJSON(cmd.OutOrStdout(), append([]classify.Finding{}, findings...))
				} else {
					printFindings(cmd.OutOrStdout(), findings)
				}
				if err == nil && len(findings) > 0 {
					err = errSomeFailed
				}
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

func printFindings(w io.Writer, findings []classify.Finding) {
	if len(findings) == 0 {
		fmt.Fprintln(w, "The store is sound.")
		return
	}
	for _, f := range findings {
		fmt.Fprintf(w, "%s: %s\n", f.Check, printable(f.Detail))
		if f.Remedy != "" {
			fmt.Fprintf(w, "  → %s\n", printable(f.Remedy))
		}
	}
}

func newStoreMigrate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Create the tables, or bring them up to this program",
		Long: `Creates the tables of a new store, or brings those of an older program up to date, in
one transaction; two that begin at once do it once. Where TimescaleDB is there, the
tables with a time become hypertables. Commands that write do the same by themselves.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, false, func(ctx context.Context, s classify.Store) error {
				info, err := s.Info(ctx)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s store %s has schema %d, %s\n", info.Kind, printable(info.Place), info.Schema, printable(info.TimeSeries))
				return nil
			})
		},
	}
	registerMigrateURL(cmd)
	return cmd
}
