package main

import (
	"context"
	"net/url"

	"github.com/spf13/cobra"

	"classify"
	"classify/catalogue"
	"classify/postgres"
)

// source is a database that a catalogue is read from.
type source struct{ url, table, query string }

func (s *source) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&s.url, "from", "", "read the catalogue from a PostgreSQL database: postgres://USER@HOST:5432/DATABASE (default: its source_indicators)")
	flags.StringVar(&s.table, "table", "", "with --from: the table or view to read, NAME or SCHEMA.NAME")
	flags.StringVar(&s.query, "query", "", "with --from: the query whose rows are the catalogue, in a transaction that only reads")
}

func (s *source) check(files []string) error {
	switch {
	case s.url == "" && (s.table != "" || s.query != ""):
		return classify.WithHint(usagef("--table and --query go with --from"), "--from postgres://USER@HOST:5432/DATABASE")
	case s.url == "":
		return nil
	case len(files) > 0:
		return usagef("--from and a file exclude each other: classify one after the other")
	case s.table != "" && s.query != "":
		return usagef("--table and --query exclude each other")
	}
	p, err := parsePlace("--from", s.url)
	if err == nil && p.url == "" {
		err = classify.WithHint(usagef("--from reads PostgreSQL databases"), "another store is copied: classify store copy %s TO", s.url)
	}
	return err
}

// open begins to read.
func (s *source) open(ctx context.Context, o catalogue.Options) (*catalogue.Reader, error) {
	rel, err := postgres.OpenRelation(ctx, s.url, s.table, s.query)
	if err != nil {
		return nil, err
	}
	return catalogue.FromRelation(ctx, rel, o)
}

// named is how the summary calls it.
func (s *source) named() string {
	what := "source_indicators"
	switch {
	case s.table != "":
		what = s.table
	case s.query != "":
		what = "query"
	}
	if u, err := url.Parse(s.url); err == nil {
		return u.Host + u.Path + " " + what
	}
	return what
}
