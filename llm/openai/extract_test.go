package openai

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheFirstObjectIsTakenOutOfAText(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text, want string }{
		{"alone", `{"a":1}`, `{"a":1}`},
		{"in a fence", "Here:\n```json\n{\"a\": {\"b\": \"}\"}}\n```\nDone.", `{"a": {"b": "}"}}`},
		{"after thoughts", `<think>{"a":0}</think>{"a":1}`, `{"a":1}`},
		{"after thoughts that quote thoughts", `<think>x</think>{"a":0}</think> {"a":1}`, `{"a":1}`},
		{"while still thinking", ` <think> so {"a":1}`, ``},
		{"the first of two", `{"a":1} {"a":2}`, `{"a":1}`},
		{"after a brace that opens nothing", `{x} {"a":1}`, `{"a":1}`},
		{"not closed", `{"a":1`, ``},
		{"a list", `[1,2]`, ``},
		{"none", `trade`, ``},
		{"nothing", ``, ``},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := extract(row.text); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestAnObjectIsFoundBehindAnyWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "value")
		object, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		before := rapid.StringMatching(`[a-z \n.,:"']{0,40}`).Draw(t, "before")
		after := rapid.String().Draw(t, "after")
		if strings.Contains(after, "</think>") {
			t.Skip("the words end thoughts")
		}
		if got := extract(before + string(object) + after); got != string(object) {
			t.Errorf("got %q, want %q", got, object)
		}
	})
}

// FuzzExtract holds that whatever is found is an object.
func FuzzExtract(f *testing.F) {
	f.Add("```json\n{\"a\":1}\n```")
	f.Add(strings.Repeat("{", 1000))
	f.Add(strings.Repeat(`{"a":`, 20000))
	f.Add("<think>{</think>{}")
	f.Fuzz(func(t *testing.T, text string) {
		got := extract(text)
		if got != "" && (!bare(got) || !strings.Contains(text, got)) {
			t.Errorf("%q is taken out of %q", got, text)
		}
	})
}

// FuzzAnswer feeds whole bodies, as a hostile server may send them.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"model":"m","choices":[{"finish_reason":"stop","message":{"content":"{}"}}],"usage":{"prompt_tokens":-1,"completion_tokens":1e30}}`))
	f.Add([]byte(`{"choices":[{"message":{"tool_calls":[{"type":"custom"}]}}]}`))
	f.Add([]byte(`{"choices":[null]}`))
	f.Add([]byte(`{"choices":{},"error":{"code":429,"message":[]}}`))
	f.Add([]byte(`{"error":"x"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, provider := range []string{Provider, "vllm"} {
			m := New(Config{Key: "sk-0123456789abcdef"})
			m.strict, m.habits.strict = provider == Provider, provider == Provider
			res, err := m.answer(t.Context(), body, nil, m.habits.way(t.Context()))
			if (res == nil) == (err == nil) {
				t.Fatalf("%q: %v and %v", body, res, err)
			}
			if err != nil {
				_ = err.Error()
				continue
			}
			if res.Tokens.Cached > res.Tokens.Input || res.Tokens.Input < 0 || res.Tokens.Output < 0 {
				t.Errorf("%q: %+v", body, res.Tokens)
			}
		}
	})
}
