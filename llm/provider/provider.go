// Package provider knows who offers language models: the names that a person
// writes, where their servers are, which variables of the environment set key,
// model and address, and how a model of theirs is spoken to.
package provider

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/anthropic"
	"classify/llm/openai"
)

// A Provider is one that can be named with --provider.
type Provider struct {
	Name string
	// KeyVar, ModelVar and URLVar are the variables of the environment that hold
	// key, model and address; "" where there is none. KeyVar + "_FILE" names a
	// file that holds the key.
	KeyVar, ModelVar, URLVar string
	// Service is the address of its own service; "" for servers that anybody runs.
	Service  string
	NeedsKey bool
	NeedsURL bool
	Batch    bool // whether it has batch endpoints
}

// All are the providers, in the order in which help texts name them.
var All = []Provider{
	{Name: "openai", KeyVar: "OPENAI_API_KEY", ModelVar: "OPENAI_MODEL", URLVar: "OPENAI_BASE_URL", Service: openai.DefaultBaseURL("openai"), NeedsKey: true, Batch: true},
	{Name: "anthropic", KeyVar: "ANTHROPIC_API_KEY", ModelVar: "ANTHROPIC_MODEL", URLVar: "ANTHROPIC_BASE_URL", Service: anthropic.DefaultBaseURL, NeedsKey: true, Batch: true},
	{Name: "openai-compatible", KeyVar: "OPENAI_COMPATIBLE_API_KEY", ModelVar: "OPENAI_COMPATIBLE_MODEL", URLVar: "OPENAI_COMPATIBLE_URL", NeedsURL: true},
	{Name: "lmstudio", KeyVar: "LM_STUDIO_API_KEY", ModelVar: "LM_STUDIO_MODEL", URLVar: "LM_STUDIO_URL"},
	{Name: "ollama", KeyVar: "OLLAMA_API_KEY", ModelVar: "OLLAMA_MODEL", URLVar: "OLLAMA_URL"},
	{Name: "vllm", KeyVar: "VLLM_API_KEY", ModelVar: "VLLM_MODEL", URLVar: "VLLM_URL"},
}

// Names are the names of all providers.
func Names() []string {
	names := make([]string, len(All))
	for i := range All {
		names[i] = All[i].Name
	}
	return names
}

// ByName returns a provider. The error names all of them.
func ByName(name string) (*Provider, error) {
	i := slices.IndexFunc(All, func(p Provider) bool { return p.Name == name })
	if i < 0 {
		return nil, classify.WithHint(fmt.Errorf("%q is no provider of language models", name), "the providers are: %s", strings.Join(Names(), ", "))
	}
	return &All[i], nil
}

// Address is where the provider's server is: the given one, that of the
// environment, or the usual one; "" is the provider's own service.
func (p *Provider) Address(given string, getenv func(string) string) (string, error) {
	address := given
	if address == "" {
		address = getenv(p.URLVar)
	}
	if address == "" {
		address = openai.DefaultBaseURL(p.Name)
	}
	if address == "" && p.NeedsURL {
		return "", classify.WithHint(fmt.Errorf("the provider %s has no address of its own", p.Name), "name the server: --base-url http://HOST:PORT/v1")
	}
	if address = strings.TrimRight(address, "/"); address == p.Service {
		return "", nil
	}
	return address, nil
}

// Key is the key for the provider, from the environment or the file that it
// names; "" where none is needed and none is set.
func (p *Provider) Key(getenv func(string) string) (string, error) {
	if p.KeyVar == "" {
		return "", nil
	}
	if key := strings.TrimSpace(getenv(p.KeyVar)); key != "" {
		return key, nil
	}
	if file := getenv(p.KeyVar + "_FILE"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", classify.WithHint(fmt.Errorf("read the key for %s: %w", p.Name, err), "%s_FILE names a file with nothing but the key", p.KeyVar)
		}
		return strings.TrimSpace(string(text)), nil
	}
	if p.NeedsKey {
		return "", classify.WithHint(fmt.Errorf("there is no key for %s", p.Name), "export %s=…, or name a file that holds it: %s_FILE", p.KeyVar, p.KeyVar)
	}
	return "", nil
}

// Model is a model that answers at once, and in batches where its provider has
// them.
type Model interface {
	llm.Model
	llm.BatchModel
}

// Options are how a model is spoken to.
type Options struct {
	Key     string
	Timeout time.Duration // per call; 0: that of the provider's package
	Memory  llm.Memory    // nil: nothing is remembered
	HTTP    *http.Client  // nil: one of its own, that waits for an answer as long as Timeout says
}

// Open returns a model. Nothing is sent before the first question.
func Open(id llm.ID, o Options) Model {
	if id.Provider == "anthropic" {
		return anthropic.New(anthropic.Config{ID: id, Key: o.Key, HTTP: o.HTTP, Timeout: o.Timeout, Memory: o.Memory})
	}
	p, _ := ByName(id.Provider) // one that is not known has no variable
	keyVar := ""
	if p != nil {
		keyVar = p.KeyVar
	}
	return openai.New(openai.Config{ID: id, Key: o.Key, KeyVar: keyVar, HTTP: o.HTTP, Timeout: o.Timeout, Memory: o.Memory})
}
