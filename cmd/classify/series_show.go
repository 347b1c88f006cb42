package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"classify"
)

func newSeriesShow() *cobra.Command {
	var last int
	var asJSON bool
	var format string
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show the values of an indicator, the oldest first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if last < 0 {
				return usagef("--last %d: cannot be negative", last)
			}
			if format != "" && format != "csv" {
				return classify.WithHint(usagef("--format %q: unknown format", format), "write --format csv, or --json")
			}
			return withStore(cmd, true, func(ctx context.Context, s classify.Store) error {
				points, err := seriesOf(ctx, s, args[0])
				if err != nil {
					return err
				}
				if last > 0 {
					points = points[max(0, len(points)-last):]
				}
				switch {
				case asJSON:
					return writeJSON(cmd.OutOrStdout(), shown(points))
				case format == "csv":
					return writePoints(cmd.OutOrStdout(), points)
				}
				printSeries(cmd.OutOrStdout(), points)
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&last, "last", 0, "only the newest N values (0: all)")
	flags.StringVar(&format, "format", "", "csv: as classify series import reads it")
	flags.BoolVar(&asJSON, "json", false, "print the values as JSON")
	return cmd
}

func seriesOf(ctx context.Context, s classify.Store, id string) (points []classify.SeriesPoint, err error) {
	for p, err := range s.Series(ctx, id) {
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	if len(points) > 0 {
		return points, nil
	}
	if _, err := s.Indicator(ctx, id); errors.Is(err, classify.ErrNotFound) {
		return nil, classify.WithHint(fmt.Errorf("there is no series and no indicator %q in the store", id), "ids are exact; classify export lists them all")
	} else if err != nil {
		return nil, err
	}
	return nil, classify.WithHint(fmt.Errorf("the indicator %q has no values", id), "classify series import FILE brings them")
}

// shownPoint is a point in JSON.
type shownPoint struct {
	Date     string  `json:"date"`
	Value    float64 `json:"value"`
	Version  string  `json:"source_version,omitempty"`
	Imported bool    `json:"imported"`
}

func shown(points []classify.SeriesPoint) []shownPoint {
	list := make([]shownPoint, len(points))
	for i, p := range points {
		list[i] = shownPoint{p.Date, p.Value, p.SourceVersion, p.Imported}
	}
	return list
}

func writePoints(w io.Writer, points []classify.SeriesPoint) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"indicator_id", "date", "value", "source_version"}}
	for _, p := range points {
		rows = append(rows, []string{p.IndicatorID, p.Date, number(p.Value), p.SourceVersion})
	}
	return out.WriteAll(rows)
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

func printSeries(w io.Writer, points []classify.SeriesPoint) {
	var rows [][]string
	imported := 0
	for _, p := range points {
		origin := "catalogue"
		if p.Imported {
			origin, imported = "imported", imported+1
		}
		rows = append(rows, []string{printable(p.Date), number(p.Value), printable(p.SourceVersion), origin})
	}
	fmt.Fprintf(w, "%s of %s, %s to %s; %d imported, %d from the catalogue\n\n", counted(len(points), "value"), printable(points[0].IndicatorID),
		printable(points[0].Date), printable(points[len(points)-1].Date), imported, len(points)-imported)
	printTable(w, []string{"date", ">value", "version", "from"}, rows)
}
