package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/llm/prompt"
)

func newCache() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "Count, take along or clear the stored answers of language models",
		Long: `Usable answers of language models are kept in the store, so that a question is
paid for once. They are found again by stage, canonical question, provider,
model, prompt version and parameters.`,
		Example: `  classify cache stats
  classify cache export -o answers.jsonl
  classify cache import answers.jsonl
  classify cache clear --stage family-assignment --before 30d`,
	}
	return family(cmd, newCacheStats(), newCacheExport(), newCacheImport(), newCacheClear())
}

// withStore opens the store for a command, and closes it after use.
func withStore(cmd *cobra.Command, readOnly bool, use func(ctx context.Context, s classify.Store) error) (err error) {
	s, err := openStore(cmd.Context(), cmd, readOnly)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := s.Close(); err == nil {
			err = closeErr
		}
	}()
	return use(cmd.Context(), s)
}

func newCacheStats() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Count the stored answers by stage, model and prompt version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStore(cmd, true, func(ctx context.Context, s classify.Store) error {
				kinds, err := s.CacheStats(ctx)
				if err != nil {
					return err
				}
				c := cacheCount{Kinds: append([]classify.CacheStat{}, kinds...)}
				for _, k := range kinds {
					c.Answers += k.Answers
					c.Bytes += k.Bytes
				}
				if asJSON {
					return writeJSON(cmd.OutOrStdout(), c)
				}
				c.print(cmd.OutOrStdout())
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the counts as JSON")
	return cmd
}

// cacheCount is what "cache stats" shows.
type cacheCount struct {
	Answers int                  `json:"answers"`
	Bytes   int64                `json:"bytes"`
	Kinds   []classify.CacheStat `json:"kinds"`
}

func (c *cacheCount) print(w io.Writer) {
	if c.Answers == 0 {
		fmt.Fprintln(w, "No answers of language models are stored.")
		return
	}
	fmt.Fprintf(w, "%s of language models stored, %s\n\n", counted(c.Answers, "answer"), size(c.Bytes))
	var rows [][]string
	older := 0
	for _, k := range c.Kinds {
		rows = append(rows, []string{string(k.Stage), modelAt(k.Provider, k.Model, k.Server), printable(k.Prompt), fmt.Sprint(k.Answers), size(k.Bytes),
			k.Oldest.UTC().Format(time.DateOnly), k.Newest.UTC().Format(time.DateOnly)})
		if p := prompt.Of(k.Stage); p == nil || p.Version != k.Prompt {
			older += k.Answers
		}
	}
	printTable(w, []string{"stage", "model", "prompt", ">answers", ">size", "oldest", "newest"}, rows)
	if older > 0 {
		fmt.Fprintf(w, "\n%s of prompts that this version does not ask; classify cache clear --prompt VERSION removes those of one\n", counted(older, "answer"))
	}
}

// size writes a number of bytes in the unit that suits it.
func size(bytes int64) string {
	switch {
	case bytes < 1000:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(bytes)/1e3)
	case bytes < 1_000_000_000:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}

// cacheFlags select stored answers.
type cacheFlags struct{ stage, model, server, prompt, before string }

func (f *cacheFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.stage, "stage", "", "only answers of this stage, for instance family-assignment")
	flags.StringVar(&f.model, "model", "", "only answers of this model, as it was asked for, without the provider")
	flags.StringVar(&f.server, "server", "", "only answers of the server at this address, as cache stats shows it: what a rehearsal left, for instance")
	flags.StringVar(&f.prompt, "prompt", "", "only answers to this version of a prompt")
	flags.StringVar(&f.before, "before", "", "only answers before a date (2026-01-31, in UTC) or older than an age (12h, 30d, 8w)")
	completeFixed(cmd, "stage", strings.Split(stageList(), ", "))
}

// filter is the filter that the flags mean; now is what an age counts from.
func (f *cacheFlags) filter(now time.Time) (classify.CacheFilter, error) {
	out := classify.CacheFilter{Stage: classify.Stage(f.stage), Model: f.model, Server: f.server, Prompt: f.prompt}
	if f.stage != "" && prompt.Of(out.Stage) == nil {
		return out, classify.WithHint(usagef("--stage %q: there is no such stage", f.stage), "the stages are: %s", stageList())
	}
	if f.before == "" {
		return out, nil
	}
	var ok bool
	if out.Before, ok = timeOrAge(f.before, now); !ok {
		return out, classify.WithHint(usagef("--before %q: neither a date nor an age", f.before), "write a date such as 2026-01-31, or an age such as 12h, 30d or 8w")
	}
	return out, nil
}

// timeOrAge reads a date, a moment, or an age before now.
func timeOrAge(text string, now time.Time) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		number, found := strings.CutSuffix(text, unit)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 12) // at most 4095
		return now.Add(-time.Duration(n) * length), err == nil
	}
	age, err := time.ParseDuration(text)
	return now.Add(-age), err == nil && age >= 0
}

func newCacheClear() *cobra.Command {
	var flags cacheFlags
	var yes bool
	cmd := &cobra.Command{
		Use:   "clear",
		Short: "Remove stored answers; what is asked again has to be paid again",
		Example: `  classify cache clear --model gpt-5-mini --before 2026-01-31
  classify cache clear --yes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter, err := flags.filter(time.Now())
			if err != nil {
				return err
			}
			if filter == (classify.CacheFilter{}) && !yes {
				return classify.WithHint(usagef("nothing says which answers to remove"), "name them with --stage, --model, --prompt or --before, or remove all: classify cache clear --yes")
			}
			// There has to be a store; opening it for writing would make one.
			if err := withStore(cmd, true, func(context.Context, classify.Store) error { return nil }); err != nil {
				return err
			}
			return withStore(cmd, false, func(ctx context.Context, s classify.Store) error {
				removed, err := s.ClearAnswers(ctx, filter)
				if err != nil && removed == 0 {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s removed\n", counted(removed, "answer"))
				return err
			})
		},
	}
	flags.add(cmd)
	cmd.Flags().BoolVar(&yes, "yes", false, "remove all answers when nothing else says which")
	return cmd
}
