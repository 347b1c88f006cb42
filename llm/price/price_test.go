package price_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"classify"
	"classify/llm/price"
)

func TestAModelIsFoundByNameAndByTheDateOfItsSnapshot(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		provider, model string
		input           float64
		ok              bool
	}{
		"exact":                            {"openai", "gpt-5-mini", 0.25, true},
		"a dated snapshot":                 {"openai", "gpt-5-mini-2025-08-07", 0.25, true},
		"a snapshot of the shorter name":   {"openai", "gpt-5-2025-08-07", 1.25, true},
		"a snapshot without hyphens":       {"anthropic", "claude-haiku-4-5-20251001", 1, true},
		"the newest":                       {"anthropic", "claude-sonnet-4-5-latest", 3, true},
		"a larger model of the same start": {"openai", "gpt-5-pro", 0, false},
		"a version of the same start":      {"openai", "gpt-5.3", 0, false},
		"a variant":                        {"openai", "gpt-4o-mini-audio-preview-2024-12-17", 0, false},
		"a model that nobody has":          {"openai", "gpt-99", 0, false},
		"a provider that nobody has":       {"other", "gpt-5", 0, false},
		"a compatible server":              {"openai-compatible", "gpt-5-mini", 0, false},
		"a local server":                   {"lmstudio", "qwen2.5-7b-instruct", 0, true},
		"no name":                          {"openai", "", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, ok := price.Default().Model(x.provider, x.model)
			if ok != x.ok || m.Input != x.input {
				t.Errorf("%+v, %v", m, ok)
			}
		})
	}
}

func TestTheStandardTableIsWholeAndPlausible(t *testing.T) {
	t.Parallel()
	for _, provider := range []string{"lmstudio", "ollama", "vllm"} {
		if m, ok := price.Default().Model(provider, "any"); !ok || !m.Free() || m.USD(classify.Tokens{Input: 1e6, Output: 1e6}, true) != 0 {
			t.Errorf("%s costs %+v, %v", provider, m, ok)
		}
	}
	for _, name := range []string{"gpt-5", "gpt-5-mini", "gpt-5-nano", "gpt-5.1", "gpt-5.2", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o", "gpt-4o-mini", "o4-mini"} {
		m, ok := price.Default().Model("openai", name)
		if !ok || m.Free() || m.MinPrefix != 1024 || !m.CountsCached || m.Batch != 0.5 || m.Cached >= m.Input || m.Output <= m.Input {
			t.Errorf("%s: %+v, %v", name, m, ok)
		}
	}
	for _, name := range []string{"claude-opus-4-5", "claude-opus-4-1", "claude-sonnet-4-5", "claude-sonnet-4", "claude-haiku-4-5"} {
		m, ok := price.Default().Model("anthropic", name)
		if !ok || m.CountsCached || math.Abs(m.CacheWrite-1.25*m.Input) > 1e-9 || math.Abs(m.Cached-0.1*m.Input) > 1e-9 || m.Output != 5*m.Input {
			t.Errorf("%s: %+v, %v", name, m, ok)
		}
	}
}

func TestACallCostsWhatItsTokensCost(t *testing.T) {
	t.Parallel()
	m := price.Model{Input: 1, Cached: 0.1, CacheWrite: 1.25, Output: 10, Batch: 0.5}
	for name, x := range map[string]struct {
		tokens classify.Tokens
		batch  bool
		want   float64
	}{
		"plain":                             {classify.Tokens{Input: 1000, Output: 100}, false, 0.002},
		"mostly cached":                     {classify.Tokens{Input: 1000, Cached: 900, Output: 100}, false, 0.00119},
		"written to the cache":              {classify.Tokens{Input: 1000, CacheWrite: 1000}, false, 0.00125},
		"reasoning is part of the output":   {classify.Tokens{Output: 100, Reasoning: 90}, false, 0.001},
		"in a batch":                        {classify.Tokens{Input: 1000, Output: 100}, true, 0.001},
		"more cached than there is of it":   {classify.Tokens{Input: 10, Cached: 1000}, false, 0.0001},
		"nothing":                           {classify.Tokens{}, false, 0},
		"a batch with everything in it":     {classify.Tokens{Input: 2000, Cached: 500, CacheWrite: 500, Output: 100}, true, 0.0013375},
		"reasoning alone is not paid twice": {classify.Tokens{Output: 1, Reasoning: 1}, false, 0.00001},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := m.USD(x.tokens, x.batch); math.Abs(got-x.want) > 1e-12 {
				t.Errorf("%g, want %g", got, x.want)
			}
		})
	}
	if got := (price.Model{Input: 1}).USD(classify.Tokens{Input: 1e6}, true); got != 1 {
		t.Errorf("without a factor a batch costs %g", got)
	}
}

func TestAPersonsTableIsReadOrRefusedWithTheLine(t *testing.T) {
	t.Parallel()
	const whole = "[acme.\"fast\"]\ninput = 1\ncached = 0.1\ncache_write = 1\noutput = 2\n"
	for name, x := range map[string]struct {
		text    string
		refusal []string
	}{
		"the program's own":          {string(price.Standard()), nil},
		"one model":                  {whole, nil},
		"nothing":                    {"", nil},
		"an unknown key":             {whole + "outptu = 3\n", []string{"line 6", `"outptu"`, "known are input, cached"}},
		"a negative price":           {strings.Replace(whole, "input = 1", "input = -1", 1), []string{"line 2", "acme/fast", "from 0 to"}},
		"a price of a whole company": {strings.Replace(whole, "output = 2", "output = 2e6", 1), []string{"line 5", "per million tokens"}},
		"a price that is no number":  {strings.Replace(whole, "output = 2", "output = nan", 1), []string{"line 5", "no price"}},
		"a missing price":            {strings.Replace(whole, "cached = 0.1\n", "", 1), []string{"line 1", "cached", "missing"}},
		"a batch that is dearer":     {whole + "batch = 50\n", []string{"line 6", "half price is 0.5"}},
		"a negative prefix":          {whole + "min_prefix = -1\n", []string{"line 6", "not negative"}},
		"a negative context":         {whole + "context = -1\n", []string{"line 6", "not negative"}},
		"text for a number":          {strings.Replace(whole, "input = 1", "input = \"one\"", 1), []string{"line 2"}},
		"a model without a provider": {"[fast]\ninput = 1\n", []string{"provider"}},
		"no TOML":                    {"{\"openai\": 1}", []string{"line 1"}},
		"binary":                     {"\x00\x01\x02", []string{"line 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "prices.toml")
			if err := os.WriteFile(path, []byte(x.text), 0o600); err != nil {
				t.Fatal(err)
			}
			table, err := price.Read(path)
			if x.refusal == nil {
				if err != nil || table == nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil {
				t.Fatal("read")
			}
			for _, want := range append(x.refusal, path) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q has no %q", err, want)
				}
			}
		})
	}
	if _, err := price.Read(filepath.Join(t.TempDir(), "absent.toml")); err == nil {
		t.Error("an absent file was read")
	}
	huge := filepath.Join(t.TempDir(), "huge.toml")
	if err := os.WriteFile(huge, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := price.Read(huge); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("a huge file: %v", err)
	}
}

func TestATableOfOnesOwnStandsInPlaceOfThePrograms(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "prices.toml")
	if err := os.WriteFile(path, []byte("[openai-compatible.\"house-model\"]\ninput = 1\ncached = 1\ncache_write = 1\noutput = 2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := price.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := table.Model("openai-compatible", "house-model"); !ok || m.Output != 2 {
		t.Errorf("%+v, %v", m, ok)
	}
	if _, ok := table.Model("openai", "gpt-5"); ok {
		t.Error("a model that the file leaves out is priced")
	}
}
