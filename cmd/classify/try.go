package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"classify"
	"classify/llm/price"
	"classify/series"
)

func newTry() *cobra.Command {
	var ind classify.Indicator
	var values, from, freq string
	var models modelFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "try NAME",
		Short: "Classify one indicator from the command line, without a store",
		Example: `  classify try "GDP per capita (current US$)"
  classify try "Industrial profits, year to date" --units "CNY Hundred Million" --values 900,2000,3100,4000 --from 2024-02 --freq M`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ind.ID, ind.Name = "try", strings.TrimSpace(args[0])
			if ind.Name == "" {
				return usagef("the name is empty")
			}
			var err error
			if ind.Values, err = datedValues(values, from, freq); err != nil {
				return err
			}
			if ind.Periodicity == "" {
				ind.Periodicity = freq
			}
			lineup, err := models.lineup(cmd)
			if err != nil {
				return err
			}
			c, spent, err := lineup.try(cmd.Context(), ind)
			if spent.calls > 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), spent.line())
			}
			if err != nil {
				return err
			}
			c.InputHash, c.LogicVersion = ind.InputHash(), lineup.logic(0)
			d := dossier{Indicator: ind, Answer: &classify.Stored{Classification: c}}
			if asJSON {
				err = writeJSON(cmd.OutOrStdout(), d)
			} else {
				d.print(cmd.OutOrStdout())
			}
			if err == nil && c.Outcome == classify.Failed {
				return errSomeFailed
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&ind.Units, "units", "", "the unit as the source writes it")
	flags.StringVar(&ind.Description, "description", "", "the definition")
	flags.StringVar(&ind.Periodicity, "periodicity", "", "the periodicity as the source writes it")
	flags.StringVar(&ind.CurrencyCode, "currency", "", "the currency that the source declares")
	flags.StringVar(&ind.Country, "country", "", "the country")
	flags.StringVar(&ind.SourceName, "source", "", "the source")
	flags.StringVar(&values, "values", "", "values, oldest first: 1.5,2,3")
	flags.StringVar(&from, "from", "", "date of the first value: 2020, 2020-Q1, 2020-01, 2020-01-31")
	flags.StringVar(&freq, "freq", "", "frequency of the values: A, S, Q, M, W or D")
	models.register(cmd)
	flags.BoolVar(&asJSON, "json", false, "print the dossier as JSON")
	return cmd
}

// try classifies one indicator; what models answer is not kept.
func (l *lineup) try(ctx context.Context, ind classify.Indicator) (classify.Classification, *forgetful, error) {
	spent := &forgetful{}
	if l.offline() {
		c, err := classify.Classify(ctx, l.pipeline(l.answerer(nil)), ind)
		return c, spent, err
	}
	a, err := l.open(ctx, spent, 0, spending{budget: -1, pack: 1})
	if err != nil {
		return classify.Classification{}, spent, err
	}
	c, err := classify.Classify(ctx, l.pipeline(l.answerer(a.askers())), ind)
	return c, spent, errors.Join(err, a.close(ctx))
}

// forgetful is a store of models' answers that keeps none; it sums what calls
// cost.
type forgetful struct {
	classify.ModelStore

	mu     sync.Mutex
	calls  int
	tokens int
	usd    float64
	priced bool
}

func (*forgetful) CachedAnswer(context.Context, string) (classify.CachedAnswer, error) {
	return classify.CachedAnswer{}, classify.ErrNotFound
}

func (f *forgetful) RecordCall(_ context.Context, c classify.Call, _ []classify.CachedAnswer) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	f.tokens += c.Tokens.Input + c.Tokens.Output
	f.usd += c.USD
	f.priced = c.Priced
	return nil
}

// line says what was spent without a store to note it.
func (f *forgetful) line() string {
	cost := "price unknown"
	if f.priced {
		cost = price.Dollars(f.usd)
	}
	return fmt.Sprintf("asked: %s, %s tokens, %s; in no store, and so in no classify cost", counted(f.calls, "call"), count(f.tokens), cost)
}

func (*forgetful) ModelTraits(context.Context, string) (json.RawMessage, error) {
	return nil, classify.ErrNotFound
}

func (*forgetful) SaveModelTraits(context.Context, string, json.RawMessage) error { return nil }

// datedValues makes observations of a list of values, the date of the first
// and a frequency.
func datedValues(list, from, freq string) ([]classify.Observation, error) {
	if list == "" {
		if from != "" {
			return nil, usagef("--from needs --values")
		}
		return nil, nil
	}
	if from == "" || freq == "" {
		return nil, classify.WithHint(usagef("--values needs --from and --freq"), "for instance: --values 1,2,3 --from 2020-01 --freq M")
	}
	f, _, ok := series.ParsePeriodicity(freq)
	if !ok {
		return nil, usagef("--freq %q: write A, S, Q, M, W or D", freq)
	}
	first, ok := series.ParseDate(from)
	if !ok {
		return nil, usagef("--from %q is not a date: write 2020, 2020-Q1, 2020-01 or 2020-01-31", from)
	}
	texts := strings.Split(list, ",")
	dates, err := series.Sequence(first, f, len(texts))
	if err != nil {
		return nil, &usageError{fmt.Errorf("--from %s --freq %s: %w", from, freq, err)}
	}
	values := make([]classify.Observation, len(texts))
	for i, text := range texts {
		v, ok := series.ParseValue(text)
		if !ok {
			return nil, usagef("--values: %q is not a number", text)
		}
		values[i] = classify.Observation{Date: dates[i], Value: v}
	}
	return values, nil
}
