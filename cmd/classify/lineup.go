package main

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/llm"
	"classify/llm/cascade"
	"classify/llm/price"
	"classify/llm/prompt"
	"classify/llm/provider"
	"classify/rulebook"
	"classify/stage"
)

// modelFlags are the flags that say who answers.
type modelFlags struct {
	provider, model string
	baseURLs        []string
	stageModels     []string
	policy          string
	threshold       float64
	rpm, tpm        int
	prices          string
	timeout         time.Duration
}

func (f *modelFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.provider, "provider", "rulebook", "who answers: rulebook, "+strings.Join(provider.Names(), ", "))
	flags.StringVar(&f.model, "model", "", "the provider's model (default: OPENAI_MODEL, ANTHROPIC_MODEL, LM_STUDIO_MODEL, …)")
	flags.StringArrayVar(&f.baseURLs, "base-url", nil, "address of the provider's server, for instance http://127.0.0.1:1234/v1; PROVIDER=URL for that of --stage-model")
	flags.StringArrayVar(&f.stageModels, "stage-model", nil, "another model for one stage: boolean-review=anthropic/MODEL; repeat")
	flags.StringVar(&f.policy, "policy", "", "how much is left to the model: offline, cascade, thorough (default: cascade with a model, else offline)")
	flags.Float64Var(&f.threshold, "threshold", cascade.DefaultThreshold, "cascade: ask the model where the rulebook is less sure than this (0 to 1)")
	flags.IntVar(&f.rpm, "rpm", 0, "at most N requests per minute to each model (0: as the provider allows)")
	flags.IntVar(&f.tpm, "tpm", 0, "at most N tokens per minute to each model (0: as the provider allows)")
	flags.StringVar(&f.prices, "prices", "", "price table to use instead of the built-in one (classify models prices)")
	flags.DurationVar(&f.timeout, "call-timeout", 2*time.Minute, "give one call up after this time, and repeat it")
	completeFixed(cmd, "provider", append([]string{"rulebook"}, provider.Names()...))
	completeFixed(cmd, "policy", []string{"offline", "cascade", "thorough"})
}

// lineup is who answers: the policy, and the model of each stage.
type lineup struct {
	*modelFlags
	policy cascade.Policy
	stages map[classify.Stage]llm.ID // empty offline
	keys   map[llm.ID]string
	prices *price.Table
	book   *rulebook.Rulebook
	// addresses of servers by provider, as far as flags give them
	addresses map[string]string
}

// lineup checks the flags and the environment, and reaches no server.
func (f *modelFlags) lineup(cmd *cobra.Command) (*lineup, error) {
	l := &lineup{modelFlags: f, stages: map[classify.Stage]llm.ID{}, keys: map[llm.ID]string{}, prices: price.Default(), book: rulebook.New()}
	if err := f.check(cmd); err != nil {
		return nil, err
	}
	l.policy = cascade.Policy(f.policy)
	if f.provider == "rulebook" {
		l.policy = cascade.Offline
		return l, nil
	}
	if l.policy == "" {
		l.policy = cascade.Cascade
	}
	var err error
	if f.prices != "" {
		if l.prices, err = price.Read(f.prices); err != nil {
			return nil, &usageError{err}
		}
	}
	if l.addresses, err = f.addresses(); err != nil {
		return nil, err
	}
	main, err := l.modelOf(f.provider, f.model)
	if err != nil {
		return nil, err
	}
	for _, s := range classify.StageNames {
		l.stages[s] = main
	}
	for _, spec := range f.stageModels {
		if err := l.setStage(spec); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (f *modelFlags) check(cmd *cobra.Command) error {
	switch {
	case f.policy != "" && !slices.Contains(cascade.Policies, cascade.Policy(f.policy)):
		return classify.WithHint(usagef("--policy %q: unknown policy", f.policy), "the policies are: offline, cascade, thorough")
	case f.provider == "rulebook" && f.policy != "" && f.policy != "offline":
		return classify.WithHint(usagef("--policy %s needs a model", f.policy), "name one: --provider openai --model MODEL")
	case f.provider != "rulebook" && f.policy == "offline":
		return classify.WithHint(usagef("--policy offline asks no model, and --provider %s is one", f.provider), "leave --provider out, or choose --policy cascade")
	case !(f.threshold >= 0 && f.threshold <= 1):
		return usagef("--threshold %v: write a number from 0 to 1", f.threshold)
	case f.policy == "thorough" && cmd.Flags().Changed("threshold"):
		return classify.WithHint(usagef("--threshold goes with --policy cascade"), "--policy thorough asks the model whatever the rulebook's confidence is")
	case f.rpm < 0 || f.tpm < 0:
		return usagef("--rpm and --tpm cannot be negative")
	case f.timeout <= 0:
		return usagef("--call-timeout %s: has to be positive", f.timeout)
	}
	if f.provider != "rulebook" {
		return nil
	}
	for _, flag := range []string{"model", "base-url", "stage-model", "threshold", "rpm", "tpm", "prices", "call-timeout"} {
		if cmd.Flags().Changed(flag) {
			return classify.WithHint(usagef("--%s needs a model, and --provider is rulebook", flag), "name one: --provider openai --model MODEL")
		}
	}
	return nil
}

// modelOf names a model of a provider, and finds its address and key.
func (l *lineup) modelOf(name, model string) (llm.ID, error) {
	p, err := provider.ByName(name)
	if err != nil {
		return llm.ID{}, &usageError{err}
	}
	if model == "" {
		model = os.Getenv(p.ModelVar)
	}
	if model == "" {
		return llm.ID{}, classify.WithHint(usagef("which model of %s?", name), "--model MODEL, or export %s=MODEL", p.ModelVar)
	}
	address, err := p.Address(l.addresses[name], os.Getenv)
	if err != nil {
		return llm.ID{}, &usageError{err}
	}
	if err := checkAddress(p, address); err != nil {
		return llm.ID{}, err
	}
	id := llm.ID{Provider: name, Model: model, BaseURL: address}
	if l.keys[id], err = p.Key(os.Getenv); err != nil {
		return llm.ID{}, err
	}
	return id, nil
}

// addresses reads --base-url: an address is that of --provider, unless the name
// of another stands before it.
func (f *modelFlags) addresses() (map[string]string, error) {
	addresses := map[string]string{}
	for _, text := range f.baseURLs {
		name, address := f.provider, text
		if before, after, ok := strings.Cut(text, "="); ok && !strings.ContainsAny(before, ":/") {
			name, address = before, after
		}
		if _, err := provider.ByName(name); err != nil {
			return nil, &usageError{err}
		}
		if _, twice := addresses[name]; twice {
			return nil, usagef("--base-url: two addresses for %s", name)
		}
		addresses[name] = address
	}
	return addresses, nil
}

func checkAddress(p *provider.Provider, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return classify.WithHint(usagef("the address of %s is none of a server", p.Name), "write --base-url or %s like http://127.0.0.1:1234/v1", p.URLVar)
	case u.User != nil || u.RawQuery != "":
		return classify.WithHint(usagef("the address of %s holds a user, a password or a query", p.Name), "keys come from the environment")
	}
	return nil
}

// setStage reads STAGE=PROVIDER/MODEL.
func (l *lineup) setStage(spec string) error {
	name, of, ok := strings.Cut(spec, "=")
	providerName, model, ok2 := strings.Cut(of, "/")
	if !ok || !ok2 || model == "" {
		return classify.WithHint(usagef("--stage-model %q: write STAGE=PROVIDER/MODEL", spec), "for instance boolean-review=anthropic/MODEL")
	}
	s := classify.Stage(strings.TrimSpace(name))
	if !slices.Contains(classify.StageNames, s) {
		return classify.WithHint(usagef("--stage-model %q: there is no stage %q", spec, name), "the stages are: %s", stageList())
	}
	id, err := l.modelOf(providerName, model)
	if err != nil {
		return err
	}
	l.stages[s] = id
	return nil
}

func stageList() string {
	var names []string
	for _, s := range classify.StageNames {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

// offline reports whether no model is asked.
func (l *lineup) offline() bool { return l.policy == cascade.Offline }

// models are the different models, in the order of the stages that they answer.
func (l *lineup) models() []llm.ID {
	var ids []llm.ID
	for _, s := range classify.StageNames {
		if id, ok := l.stages[s]; ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// price is what a model costs, and whether that is known.
func (l *lineup) price(id llm.ID) (price.Model, bool) { return l.prices.Model(id.Provider, id.Model) }

// logic names everything that answers depend on besides the input; samples is
// how many of the newest values they see (0: all).
func (l *lineup) logic(samples int) string {
	seen := "all-values"
	if samples > 0 {
		seen = fmt.Sprintf("newest-%d", samples)
	}
	parts := []string{"rulebook-" + rulebook.Version}
	switch l.policy {
	case cascade.Cascade:
		parts = append(parts, "cascade-"+strconv.FormatFloat(l.threshold, 'g', -1, 64))
	default:
		parts = append(parts, string(l.policy))
	}
	parts = append(parts, seen)
	if l.offline() {
		return classify.LogicVersion(parts...)
	}
	parts = append(parts, "prompts-"+prompt.Digest())
	name := func(id llm.ID) string {
		if server := id.Server(); server != "" {
			return id.String() + "@" + server
		}
		return id.String()
	}
	ids := l.models()
	if len(ids) == 1 {
		return classify.LogicVersion(append(parts, name(ids[0]))...)
	}
	for _, s := range classify.StageNames {
		parts = append(parts, fmt.Sprintf("%s=%s", s, name(l.stages[s])))
	}
	return classify.LogicVersion(parts...)
}

// answerer asks the models behind the policy; askers is nil offline.
func (l *lineup) answerer(askers map[classify.Stage]cascade.Asker) classify.Answerer {
	if l.offline() {
		return l.book
	}
	return cascade.New(cascade.Config{Policy: l.policy, Threshold: l.threshold, Book: l.book, Models: askers})
}

// pipeline is the six stages over an answerer; the rulebook checks every answer.
func (l *lineup) pipeline(a classify.Answerer) classify.Stages { return stage.New(a, l.book) }
