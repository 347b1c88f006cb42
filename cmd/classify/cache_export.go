package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"classify"
)

func newCacheExport() *cobra.Command {
	var flags cacheFlags
	var out string
	cmd := &cobra.Command{
		Use:     "export",
		Short:   "Write stored answers as JSONL, one a line, ordered by key",
		Example: "  classify cache export -o answers.jsonl",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := flags.filter(time.Now())
			if err != nil {
				return err
			}
			store, err := storePath(cmd)
			if err != nil {
				return err
			}
			if err := distinct([]named{{"--out", out}}, []named{{"--store", store}}); err != nil {
				return err
			}
			return withStore(cmd, true, func(ctx context.Context, s classify.Store) error {
				written := 0
				err := writeFile(cmd.OutOrStdout(), out, func(w io.Writer) (err error) {
					written, err = exportAnswers(ctx, w, s, filter)
					return err
				})
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.ErrOrStderr(), "%s written\n", counted(written, "answer"))
				return nil
			})
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVarP(&out, "out", "o", "-", "the file to write, or - for the standard output")
	return cmd
}

func exportAnswers(ctx context.Context, w io.Writer, s classify.ModelStore, filter classify.CacheFilter) (written int, err error) {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // the key is that of the question's very text
	for a, err := range s.CachedAnswers(ctx, filter) {
		if err != nil {
			return written, err
		}
		if err := e.Encode(a); err != nil {
			return written, fmt.Errorf("answer %s: %w", a.Key, err)
		}
		written++
	}
	return written, nil
}
