package provider_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"classify"
	"classify/llm"
	"classify/llm/provider"
)

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestAddressesAreGivenOrOfTheEnvironmentOrTheUsualOnes(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		provider, given string
		env             func(string) string
		want            string
	}{
		"LM Studio where it usually is": {"lmstudio", "", environment(), "http://127.0.0.1:1234/v1"},
		"Ollama":                        {"ollama", "", environment(), "http://127.0.0.1:11434/v1"},
		"vLLM":                          {"vllm", "", environment(), "http://127.0.0.1:8000/v1"},
		"the environment":               {"lmstudio", "", environment("LM_STUDIO_URL", "http://box:1234/v1/"), "http://box:1234/v1"},
		"given before the environment":  {"lmstudio", "http://here/v1", environment("LM_STUDIO_URL", "http://box/v1"), "http://here/v1"},
		"the provider's own":            {"openai", "", environment(), ""},
		"its own, in words":             {"openai", "https://api.openai.com/v1/", environment(), ""},
	} {
		p, err := provider.ByName(row.provider)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Address(row.given, row.env); got != row.want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	p, err := provider.ByName("openai-compatible")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Address("", environment()); err == nil || classify.Hint(err) == "" {
		t.Errorf("a server without an address: %v", err)
	}
}

func TestKeysComeFromTheEnvironmentOrAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("sk-from-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		provider string
		env      func(string) string
		want     string
		fails    bool
	}{
		"the environment":            {"openai", environment("OPENAI_API_KEY", " sk-1 "), "sk-1", false},
		"a file":                     {"anthropic", environment("ANTHROPIC_API_KEY_FILE", file), "sk-from-file", false},
		"a file that is not there":   {"anthropic", environment("ANTHROPIC_API_KEY_FILE", file+"?"), "", true},
		"none":                       {"openai", environment(), "", true},
		"none is needed":             {"ollama", environment("OPENAI_API_KEY", "sk-1"), "", false},
		"a local server's":           {"vllm", environment("VLLM_API_KEY", "v-1"), "v-1", false},
		"another provider's is kept": {"openai-compatible", environment("OPENAI_API_KEY", "sk-1"), "", false},
	} {
		p, err := provider.ByName(row.provider)
		if err != nil {
			t.Fatal(err)
		}
		got, err := p.Key(row.env)
		if got != row.want || (err != nil) != row.fails || err != nil && !strings.Contains(classify.Hint(err), p.KeyVar) {
			t.Errorf("%s: %q, %v (%s)", name, got, err, classify.Hint(err))
		}
	}
}

func TestEveryProviderCanBeOpened(t *testing.T) {
	t.Parallel()
	for _, name := range provider.Names() {
		id := llm.ID{Provider: name, Model: "m", BaseURL: "http://127.0.0.1:9/v1"}
		if m := provider.Open(id, provider.Options{Key: "k"}); m.ID().Provider != name || m.ID().Model != "m" {
			t.Errorf("%s opens %v", name, m.ID())
		}
	}
	if _, err := provider.ByName("nobody"); err == nil || !strings.Contains(classify.Hint(err), "ollama") {
		t.Errorf("an unknown provider: %v (%s)", err, classify.Hint(err))
	}
}

func TestRemediesNameTheVariableOfTheProviderThatAsks(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error":"Unauthorized"}`) // the test fails without it
	}))
	defer server.Close()
	for _, p := range provider.All {
		m := provider.Open(llm.ID{Provider: p.Name, Model: "m", BaseURL: server.URL}, provider.Options{Key: "k"})
		_, err := m.Ask(t.Context(), &llm.Request{User: "q", MaxOutput: 10})
		if hint := classify.Hint(err); !strings.Contains(hint, p.KeyVar) || p.Name != "openai" && strings.Contains(hint, "OPENAI_API_KEY") {
			t.Errorf("%s: %q (%v)", p.Name, hint, err)
		}
	}
}
