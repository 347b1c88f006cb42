package openai_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"classify"
	"classify/llm"
	"classify/llm/openai"
)

var (
	_ llm.Model      = (*openai.Model)(nil)
	_ llm.BatchModel = (*openai.Model)(nil)
)

func TestAnAnswerBringsEverythingThatTheServerSaid(t *testing.T) {
	t.Parallel()
	s := reply(t, 200, completion(exports),
		"X-Request-Id", "req_1",
		"X-Ratelimit-Limit-Requests", "900", "X-Ratelimit-Remaining-Requests", "899", "X-Ratelimit-Reset-Requests", "66ms",
		"X-Ratelimit-Limit-Tokens", "2000000", "X-Ratelimit-Remaining-Tokens", "1999000", "X-Ratelimit-Reset-Tokens", "6m0s")
	got, err := model(t, "openai", s.URL+"/v1").Ask(t.Context(), aRequest())
	if err != nil {
		t.Fatal(err)
	}
	want := &llm.Response{
		Text: exports, Model: "gpt-test-2026", RequestID: "req_1",
		Tokens: classify.Tokens{Input: 1200, Cached: 1024, Output: 30, Reasoning: 10},
		Limits: llm.Limits{
			Requests: llm.Window{Limit: 900, Remaining: 899, Reset: 66 * time.Millisecond},
			Total:    llm.Window{Limit: 2_000_000, Remaining: 1_999_000, Reset: 6 * time.Minute},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestARequestIsSentStaticPartFirst(t *testing.T) {
	t.Parallel()
	s := reply(t, 200, completion(exports))
	r := aRequest()
	r.Repair = &llm.Repair{Answer: `{"family":"none"}`, Reason: "there is no such family"}
	if _, err := model(t, "openai", s.URL+"/v1").Ask(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	got := s.last(t)
	want := map[string]any{
		"model": "gpt-test", "temperature": 0.0, "seed": 1.0, "max_completion_tokens": 100.0, "prompt_cache_key": "family-assignment/v1",
		"messages": []any{
			map[string]any{"role": "system", "content": "Name the family."},
			map[string]any{"role": "user", "content": `{"name":"exports"}`},
			map[string]any{"role": "assistant", "content": `{"family":"none"}`},
			map[string]any{"role": "user", "content": "there is no such family"},
		},
		"response_format": map[string]any{"type": "json_schema", "json_schema": map[string]any{
			"name": "family", "strict": true, "schema": map[string]any{
				"type": "object", "properties": map[string]any{"family": map[string]any{"type": "string"}},
				"required": []any{"family"}, "additionalProperties": false,
			},
		}},
	}
	if diff := cmp.Diff(want, got.Body); diff != "" {
		t.Error(diff)
	}
	if got.Path != "/v1/chat/completions" || got.Header.Get("Authorization") != "Bearer "+key {
		t.Errorf("sent to %s with %q", got.Path, got.Header.Get("Authorization"))
	}
}

func TestARepairOfNoAnswerIsOneQuestion(t *testing.T) {
	t.Parallel()
	s := reply(t, 200, completion(exports))
	r := aRequest()
	r.Repair = &llm.Repair{Reason: "the answer was cut off"}
	if _, err := model(t, "openai", s.URL+"/v1").Ask(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	messages := s.last(t).Body["messages"].([]any)
	if len(messages) != 2 || messages[1].(map[string]any)["content"] != "{\"name\":\"exports\"}\n\nthe answer was cut off" {
		t.Errorf("messages %v", messages)
	}
}

func TestACompatibleServerNeedsNoKeyAndIsSentNoOther(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "sk-the-real-one-of-openai")
	t.Setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/")
	t.Setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: 1")
	s := reply(t, 200, completion(exports))
	m := model(t, "lmstudio", s.URL+"/v1", func(c *openai.Config) { c.Key = "" })
	if _, err := m.Ask(t.Context(), aRequest()); err != nil {
		t.Fatal(err)
	}
	got := s.last(t)
	if auth := got.Header.Get("Authorization"); auth != "" || got.Header.Get("X-Secret") != "" {
		t.Errorf("sent %q, %v", auth, got.Header)
	}
	if got.Body["max_tokens"] != 100.0 || got.Body["max_completion_tokens"] != nil || got.Body["prompt_cache_key"] != nil {
		t.Errorf("sent %v", got.Body)
	}
}

func TestUserPasswordAndQueryOfTheAddressAreSentAndNotShown(t *testing.T) {
	t.Parallel()
	s := record(t, func(w http.ResponseWriter, r *http.Request, _ map[string]any) {
		user, password, _ := r.BasicAuth()
		if user != "anna" || password != "geheim123" || r.URL.Query().Get("api-version") != "2026-01-01" {
			write(w, 401, `{"error":{"message":"no"}}`)
			return
		}
		write(w, 200, completion(exports))
	})
	m := model(t, "openai-compatible", "http://anna:geheim123@"+s.Listener.Addr().String()+"/v1?api-version=2026-01-01", func(c *openai.Config) { c.Key = "" })
	if _, err := m.Ask(t.Context(), aRequest()); err != nil {
		t.Fatal(err)
	}
	if m.ID().BaseURL != s.URL+"/v1" {
		t.Errorf("shown as %q", m.ID().BaseURL)
	}
}

func TestUsualAddresses(t *testing.T) {
	t.Parallel()
	for provider, want := range map[string]string{
		"openai": "https://api.openai.com/v1", "lmstudio": "http://127.0.0.1:1234/v1",
		"ollama": "http://127.0.0.1:11434/v1", "vllm": "http://127.0.0.1:8000/v1", "openai-compatible": "",
	} {
		if got := openai.DefaultBaseURL(provider); got != want {
			t.Errorf("%s: got %q", provider, got)
		}
	}
}

func TestACallEndsWithTheCauseOfItsContext(t *testing.T) {
	t.Parallel()
	stop := errors.New("the run is stopped")
	ctx, cancel := context.WithCancelCause(t.Context())
	s := record(t, func(_ http.ResponseWriter, r *http.Request, _ map[string]any) {
		cancel(stop)
		<-r.Context().Done()
	})
	if _, err := model(t, "openai", s.URL).Ask(ctx, aRequest()); err != stop {
		t.Errorf("got %v", err)
	}
}

func TestReasoningThatWasCutOffGetsMoreRoom(t *testing.T) {
	t.Parallel()
	cut := `{"model":"gpt-test","choices":[{"finish_reason":"length","message":{"content":""}}],"usage":{"prompt_tokens":9,"completion_tokens":100,"completion_tokens_details":{"reasoning_tokens":100}}}`
	s := reply(t, 200, cut)
	mem := &memory{}
	m := model(t, "openai", s.URL+"/v1", func(c *openai.Config) { c.Memory = mem })
	for _, want := range []float64{100, 100 + 4096, 100 + 4*4096, 100 + 16*4096, 100 + 16*4096} {
		_, err := m.Ask(t.Context(), aRequest())
		if e := failure(t, err); e.Class != llm.Truncated || e.Tokens.Reasoning != 100 {
			t.Fatalf("got %+v", e)
		}
		if got := s.last(t).Body["max_completion_tokens"]; got != want {
			t.Errorf("gave %v tokens, want %v", got, want)
		}
	}
	if got := mem.traits[m.ID()].Headroom; got != 65536 {
		t.Errorf("remembered %d", got)
	}
}

func TestAReasoningModelBeginsWithRoomToReason(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]float64{"o4-mini": 4196, "gpt-5-mini": 4196, "gpt-10": 4196, "gpt-4o-mini": 100, "gpt-4.1": 100} {
		s := reply(t, 200, completion(exports))
		m := model(t, "openai", s.URL+"/v1", func(c *openai.Config) { c.ID.Model = name })
		if _, err := m.Ask(t.Context(), aRequest()); err != nil {
			t.Fatal(err)
		}
		if got := s.last(t).Body["max_completion_tokens"]; got != want {
			t.Errorf("%s: gave %v tokens, want %v", name, got, want)
		}
	}
}
