package anthropic_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/anthropic"
)

func TestARequestHasItsStaticPartFirstAndTheQuestionLast(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, _ map[string]any) {
		if r.URL.Path != "/v1/messages" || r.Header.Get("X-Api-Key") != key || r.Header.Get("Anthropic-Version") == "" {
			t.Errorf("request %s with headers %v", r.URL.Path, r.Header)
		}
		write(w, 200, message(good))
	})
	if _, err := model(s).Ask(t.Context(), question); err != nil {
		t.Fatal(err)
	}
	got := s.body(t, 0)
	want := map[string]any{
		"model": "claude-haiku-4-5", "max_tokens": 300.0, "temperature": 0.0, "thinking": map[string]any{"type": "disabled"},
		"system":   []any{map[string]any{"type": "text", "text": "You assign a family.", "cache_control": map[string]any{"type": "ephemeral"}}},
		"messages": []any{map[string]any{"role": "user", "content": []any{map[string]any{"type": "text", "text": `{"concept":"exports of goods"}`}}}},
	}
	var schema any
	if err := json.Unmarshal(question.Schema.JSON, &schema); err != nil {
		t.Fatal(err)
	}
	want["output_config"] = map[string]any{"format": map[string]any{"type": "json_schema", "schema": schema}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("body\n%v\nwant\n%v", got, want)
	}
}

func TestASchemaIsSentAsItIsWritten(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) { write(w, 200, message(good)) })
	if _, err := model(s).Ask(t.Context(), question); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.raw[0], string(question.Schema.JSON)) {
		t.Errorf("a model writes the properties in the order of the schema, which was changed: %s", s.raw[0])
	}
}

func TestAnAnswerSaysWhatItUsedAndWhoGaveIt(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) {
		w.Header().Set("Request-Id", "req_42")
		write(w, 200, messageOf("end_turn", map[string]any{"type": "thinking", "thinking": "hm", "signature": "x"}, map[string]any{"type": "text", "text": good}))
	})
	r, err := model(s).Ask(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	want := &llm.Response{Text: good, Model: "claude-haiku-4-5-20251001", RequestID: "req_42", Tokens: classify.Tokens{Input: 2350, Cached: 2000, CacheWrite: 300, Output: 40, Reasoning: 7}}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("response %+v, want %+v", r, want)
	}
}

func TestLimitsAreReadOfHeaders(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, nth int, _ map[string]any) {
		h := w.Header()
		h.Set("Date", at.Format(http.TimeFormat))
		h.Set("Anthropic-Ratelimit-Requests-Limit", "4000")
		h.Set("Anthropic-Ratelimit-Requests-Remaining", "3999")
		h.Set("Anthropic-Ratelimit-Requests-Reset", "2026-11-21T10:00:01Z")
		h.Set("Anthropic-Ratelimit-Input-Tokens-Limit", "2000000")
		h.Set("Anthropic-Ratelimit-Input-Tokens-Remaining", "1500000")
		h.Set("Anthropic-Ratelimit-Input-Tokens-Reset", "2026-11-21T10:00:15Z")
		h.Set("Anthropic-Ratelimit-Output-Tokens-Limit", "400000")
		h.Set("Anthropic-Ratelimit-Output-Tokens-Remaining", "0")
		h.Set("Anthropic-Ratelimit-Output-Tokens-Reset", "2026-11-21T10:01:00Z")
		h.Set("Anthropic-Ratelimit-Tokens-Limit", "nonsense")
		h.Set("Retry-After", "7")
		if nth == 0 {
			write(w, 200, message(good))
			return
		}
		write(w, 429, failure("rate_limit_error", "slow down"))
	})
	want := llm.Limits{
		Requests: llm.Window{Limit: 4000, Remaining: 3999, Reset: time.Second},
		Input:    llm.Window{Limit: 2_000_000, Remaining: 1_500_000, Reset: 15 * time.Second},
		Output:   llm.Window{Limit: 400_000, Remaining: 0, Reset: time.Minute},
	}
	m := model(s)
	r, err := m.Ask(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	if r.Limits != want {
		t.Errorf("limits %+v, want %+v", r.Limits, want)
	}
	_, err = m.Ask(t.Context(), question)
	if e := refused(t, err); e.Limits != want || e.RetryAfter != 7*time.Second {
		t.Errorf("limits %+v, retry after %v", e.Limits, e.RetryAfter)
	}
}

func TestARepairIsAWellFormedConversation(t *testing.T) {
	t.Parallel()
	text := func(s string) []any { return []any{map[string]any{"type": "text", "text": s}} }
	tests := []struct {
		name   string
		byTool bool
		answer string
		want   []any // the turns after the question
	}{
		{name: "an answer by schema is the assistant's text", answer: " {\"family\":\"x\"}\n", want: []any{
			map[string]any{"role": "assistant", "content": text(`{"family":"x"}`)}, map[string]any{"role": "user", "content": text("no such family")}}},
		{name: "no answer at all is said so, for empty texts are refused", answer: "  ", want: []any{
			map[string]any{"role": "assistant", "content": text("(no answer)")}, map[string]any{"role": "user", "content": text("no such family")}}},
		{name: "an answer by tool is its call, and the reason its result", byTool: true, answer: `{"family":"x"}`, want: []any{
			map[string]any{"role": "assistant", "content": []any{map[string]any{"type": "tool_use", "id": "toolu_unusable", "name": "family", "input": map[string]any{"family": "x"}}}},
			map[string]any{"role": "user", "content": []any{map[string]any{"type": "tool_result", "tool_use_id": "toolu_unusable", "is_error": true, "content": text("no such family")}}}}},
		{name: "an answer that is no object cannot be a call", byTool: true, answer: `{"family":`, want: []any{
			map[string]any{"role": "assistant", "content": text(`{"family":`)}, map[string]any{"role": "user", "content": text("no such family")}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) { write(w, 200, message(good)) })
			kept := &memory{}
			if tt.byTool {
				_ = kept.Remember(t.Context(), model(s).ID(), llm.Traits{Structured: "tool"})
			}
			r := *question
			r.Repair = &llm.Repair{Answer: tt.answer, Reason: "no such family"}
			if _, err := model(s, func(c *anthropic.Config) { c.Memory = kept }).Ask(t.Context(), &r); err != nil {
				t.Fatal(err)
			}
			turns := s.body(t, 0)["messages"].([]any)
			if got := turns[1:]; !reflect.DeepEqual(got, tt.want) {
				t.Errorf("turns\n%v\nwant\n%v", got, tt.want)
			}
		})
	}
}

func TestACallEndsWithItsContextAndSaysWhy(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{})
	s := serve(t, func(_ http.ResponseWriter, r *http.Request, _ int, _ map[string]any) {
		close(reached)
		<-r.Context().Done()
	})
	why := errors.New("the run ends")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-reached
		cancel(why)
	}()
	if _, err := model(s).Ask(ctx, question); !errors.Is(err, why) {
		t.Errorf("error %v, want the cause", err)
	}
}

func TestTheEnvironmentChangesNothing(t *testing.T) {
	t.Setenv("ANTHROPIC_API_KEY", "sk-ant-of-the-environment")
	t.Setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, _ map[string]any) {
		if k := r.Header.Get("X-Api-Key"); k != "" {
			t.Errorf("a key of the environment was sent: %q", k)
		}
		write(w, 200, message(good))
	})
	if _, err := model(s, func(c *anthropic.Config) { c.Key = "" }).Ask(t.Context(), question); err != nil {
		t.Fatal(err)
	}
}

func TestAnAddressMayHoldWhatIsNotShown(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, _ map[string]any) {
		user, password, _ := r.BasicAuth()
		if user != "me" || password != "pass-of-mine" || r.URL.Query().Get("tenant") != "tenant-of-mine" || r.URL.Path != "/proxy/v1/messages" {
			t.Errorf("request to %s by %s:%s", r.URL, user, password)
		}
		write(w, 500, failure("api_error", "tenant-of-mine with pass-of-mine failed"))
	})
	m := model(s, func(c *anthropic.Config) {
		c.ID.BaseURL = strings.Replace(s.URL, "http://", "http://me:pass-of-mine@", 1) + "/proxy/v1/?tenant=tenant-of-mine"
	})
	_, err := m.Ask(t.Context(), question)
	e := refused(t, err)
	for _, text := range []string{e.Error(), m.ID().BaseURL} {
		if strings.Contains(text, "of-mine") {
			t.Errorf("a secret is shown: %s", text)
		}
	}
}
