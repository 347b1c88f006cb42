package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/llm"
	"classify/llm/price"
	"classify/llm/prompt"
	"classify/llm/provider"
)

func newModels() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "models",
		Short: "Check language models before a run, and see what they cost",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newModelsCheck(), newModelsPrices())
	return cmd
}

func newModelsPrices() *cobra.Command {
	return &cobra.Command{
		Use:   "prices",
		Short: "Print the price table, to be edited and given back with --prices",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(price.Standard())
			return err
		},
	}
}

func newModelsCheck() *cobra.Command {
	var f modelFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Ask every configured model one small question, twice",
		Long: `Ask every configured model one small question, twice, and say what was found: key,
model, structured output, latency, rate limits, and whether the second call was
served from the provider's prefix cache. It costs two calls per model, which stand
in no store's classify cost.`,
		Example: "  classify models check --provider openai --model gpt-5-mini",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := f.lineup(cmd)
			if err != nil {
				return err
			}
			if l.offline() {
				return classify.WithHint(usagef("there is no model to check"), "name one: --provider openai --model MODEL")
			}
			return l.check(cmd.Context(), cmd.OutOrStdout(), asJSON)
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	return cmd
}

// finding is what models check found about one model.
type finding struct {
	Provider    string          `json:"provider"`
	Model       string          `json:"model"`
	BaseURL     string          `json:"base_url,omitempty"`
	Reported    string          `json:"reported,omitempty"` // as the server named itself
	OK          bool            `json:"ok"`
	Error       string          `json:"error,omitempty"`
	Remedy      string          `json:"remedy,omitempty"`
	Structured  string          `json:"structured_output,omitempty"`
	Dropped     []string        `json:"dropped_parameters,omitempty"`
	LatencyMS   []int64         `json:"latency_ms,omitempty"`
	Limits      llm.Limits      `json:"limits"`
	Tokens      classify.Tokens `json:"tokens"` // of both calls
	CacheHit    bool            `json:"prompt_cache_hit"`
	BelowPrefix []string        `json:"prompts_below_cacheable_prefix,omitempty"`
	MinPrefix   int             `json:"minimum_prefix_tokens,omitempty"`
	Priced      bool            `json:"priced"`
	USD         float64         `json:"usd"`
	Answer      string          `json:"answer,omitempty"`

	free bool
}

func (l *lineup) check(ctx context.Context, w io.Writer, asJSON bool) error {
	findings := make([]*finding, 0, len(l.models()))
	failed := 0
	for _, id := range l.models() {
		f := l.examine(ctx, id)
		if !f.OK {
			failed++
		}
		findings = append(findings, f)
	}
	if asJSON {
		if err := writeJSON(w, findings); err != nil {
			return err
		}
	} else {
		for _, f := range findings {
			f.print(w)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%s cannot be used as configured", counted(failed, "model"))
	}
	return nil
}

// sample is the question that models check asks.
var sample = prompt.Family(classify.FamilyQuestion{Concept: "exports of goods and services", Name: "exports of goods and services",
	UnitType: classify.UnitCurrency, HasCurrency: true, Signs: "unknown", Level: "unknown"})

// examine asks one model twice.
func (l *lineup) examine(ctx context.Context, id llm.ID) *finding {
	cost, priced := l.price(id)
	f := &finding{Provider: id.Provider, Model: id.Model, BaseURL: id.BaseURL, Priced: priced, MinPrefix: cost.MinPrefix, free: priced && cost.Free()}
	memory := &recollection{}
	model := provider.Open(id, provider.Options{Key: l.keys[id], Timeout: l.timeout, Memory: memory})
	p := prompt.Of(sample.Stage)
	request := p.Request([]string{sample.Text}, nil)
	for i := range 2 {
		response, took, err := askOnce(ctx, model, request)
		if err != nil {
			f.Error, f.Remedy = err.Error(), classify.Hint(err)
			return f
		}
		f.LatencyMS = append(f.LatencyMS, took.Milliseconds())
		f.Reported, f.Limits, f.Answer = response.Model, response.Limits, response.Text
		f.Tokens = f.Tokens.Add(response.Tokens)
		f.CacheHit = i == 1 && response.Tokens.Cached > 0
		f.BelowPrefix = shortPrompts(cost.MinPrefix, float64(response.Tokens.Input)/float64(len(request.System)+len(request.User)+len(request.Schema.JSON)))
		if err := sample.Check([]byte(response.Text)); err != nil {
			f.Error, f.Remedy = "the answer cannot be used: "+err.Error(), "choose a larger model, or one that follows a JSON schema"
			return f
		}
	}
	f.Structured, f.Dropped = cmp.Or(memory.traits.Structured, "json_schema"), memory.traits.Dropped
	if priced {
		f.USD = cost.USD(f.Tokens, false)
	}
	f.OK = true
	return f
}

// maxSteps bounds how often a request is changed until the model takes it.
const maxSteps = 12

// askOnce asks until the model has taken the request as it can.
func askOnce(ctx context.Context, m llm.Model, r *llm.Request) (*llm.Response, time.Duration, error) {
	for step := 0; ; step++ {
		began := time.Now()
		response, err := m.Ask(ctx, r)
		var failed *llm.CallError
		if errors.As(err, &failed) && failed.Class == llm.Adapted && step < maxSteps {
			continue
		}
		return response, time.Since(began), err
	}
}

// shortPrompts are the stages whose static part is below the length that the
// provider caches. They are left as they are: a longer prompt would cost more
// than the cache saves.
func shortPrompts(minimum int, tokensPerByte float64) (stages []string) {
	for _, stage := range classify.StageNames {
		p := prompt.Of(stage)
		if float64(len(p.System)+len(p.Schema.JSON))*tokensPerByte < float64(minimum) {
			stages = append(stages, string(stage))
		}
	}
	return stages
}

// recollection is a memory for one model that ends with the program.
type recollection struct{ traits llm.Traits }

func (r *recollection) Traits(context.Context, llm.ID) (llm.Traits, error) { return r.traits, nil }

func (r *recollection) Remember(_ context.Context, _ llm.ID, t llm.Traits) error {
	r.traits = t
	return nil
}

func (f *finding) print(w io.Writer) {
	fmt.Fprintf(w, "%s/%s", f.Provider, f.Model)
	if f.BaseURL != "" {
		fmt.Fprintf(w, " at %s", f.BaseURL)
	}
	fmt.Fprintln(w)
	if !f.OK {
		fmt.Fprintf(w, "  FAILED   %s\n", printable(f.Error))
		if f.Remedy != "" {
			fmt.Fprintf(w, "  remedy   %s\n", printable(f.Remedy))
		}
		return
	}
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "  %-8s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("model", "answers as %s", printable(f.Reported))
	line("output", "structured by %s", f.Structured)
	if len(f.Dropped) > 0 {
		line("", "without %s, which the model refuses", strings.Join(f.Dropped, ", "))
	}
	line("latency", "%d ms, then %d ms", f.LatencyMS[0], f.LatencyMS[1])
	line("limits", "%s", limitsInWords(f.Limits))
	switch {
	case f.CacheHit:
		line("cache", "the second call was served from the prefix cache (%s of %s input tokens of both)", count(f.Tokens.Cached), count(f.Tokens.Input))
	default:
		line("cache", "no hit on the second call")
	}
	if len(f.BelowPrefix) > 0 {
		line("", "too short to be cached (below %s tokens): %s", count(f.MinPrefix), strings.Join(f.BelowPrefix, ", "))
	}
	switch {
	case f.free:
		line("cost", "nothing: it is your own machine")
	case f.Priced:
		line("cost", "%s for both calls", price.Dollars(f.USD))
	default:
		line("cost", "price unknown: tokens only; add it to a table: classify models prices > prices.toml, then --prices prices.toml")
	}
}

func limitsInWords(l llm.Limits) string {
	if !l.Announced() {
		return "none announced: found out from refusals"
	}
	text := ""
	for _, w := range []struct {
		name string
		n    int
	}{{"requests", l.Requests.Limit}, {"input tokens", l.Input.Limit}, {"output tokens", l.Output.Limit}, {"tokens", l.Total.Limit}} {
		if w.n > 0 {
			text += fmt.Sprintf(", %s %s", count(w.n), w.name)
		}
	}
	return text[2:] + " per minute"
}
