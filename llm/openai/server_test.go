package openai_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/openai"
)

const key = "sk-proj-abcdefgh0123456789-SECRET-WXYZ"

const schema = `{"type":"object","properties":{"family":{"type":"string"}},"required":["family"],"additionalProperties":false}`

// aRequest is a request as the prompts make them.
func aRequest() *llm.Request {
	return &llm.Request{
		Stage: classify.StageFamily, Prompt: "v1", System: "Name the family.", User: `{"name":"exports"}`,
		Schema: llm.Schema{Name: "family", JSON: json.RawMessage(schema)}, MaxOutput: 100,
	}
}

// asked is what a server was sent.
type asked struct {
	Path   string
	Header http.Header
	Raw    string
	Body   map[string]any
}

// recorder is a server that records what it is sent.
type recorder struct {
	*httptest.Server
	mu   sync.Mutex
	asks []asked
}

func (r *recorder) all() []asked {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]asked(nil), r.asks...)
}

func (r *recorder) last(t *testing.T) asked {
	t.Helper()
	all := r.all()
	if len(all) == 0 {
		t.Fatal("the server was asked nothing")
	}
	return all[len(all)-1]
}

// record starts a server; answer gets each body as JSON.
func record(t *testing.T, answer func(http.ResponseWriter, *http.Request, map[string]any)) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		raw, err := io.ReadAll(req.Body)
		if err != nil {
			return // the client went away
		}
		var body map[string]any
		_ = json.Unmarshal(raw, &body) // multipart bodies are none
		r.mu.Lock()
		r.asks = append(r.asks, asked{req.URL.Path, req.Header.Clone(), string(raw), body})
		r.mu.Unlock()
		answer(w, req, body)
	}))
	t.Cleanup(r.Close)
	return r
}

// reply is a server that always answers the same.
func reply(t *testing.T, status int, body string, headers ...string) *recorder {
	t.Helper()
	return record(t, func(w http.ResponseWriter, _ *http.Request, _ map[string]any) { write(w, status, body, headers...) })
}

func write(w http.ResponseWriter, status int, body string, headers ...string) {
	w.Header().Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		w.Header().Set(headers[i], headers[i+1])
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// completion is a whole chat completion with a text.
func completion(text string) string {
	return fmt.Sprintf(`{"id":"c1","object":"chat.completion","created":1,"model":"gpt-test-2026","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":%q,"refusal":null}}],`+
		`"usage":{"prompt_tokens":1200,"completion_tokens":30,"total_tokens":1230,"prompt_tokens_details":{"cached_tokens":1024},"completion_tokens_details":{"reasoning_tokens":10}}}`, text)
}

const exports = `{"family":"trade"}`

func model(t *testing.T, provider, url string, change ...func(*openai.Config)) *openai.Model {
	t.Helper()
	c := openai.Config{ID: llm.ID{Provider: provider, Model: "gpt-test", BaseURL: url}, Key: key, Timeout: time.Minute}
	for _, f := range change {
		f(&c)
	}
	return openai.New(c)
}

// failure returns the error of a call that has to fail.
func failure(t *testing.T, err error) *llm.CallError {
	t.Helper()
	var e *llm.CallError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a CallError", err)
	}
	return e
}

// ask repeats as long as the model adapts, as a gateway does, and returns how
// often it asked.
func ask(t *testing.T, m *openai.Model, r *llm.Request) (res *llm.Response, calls int, err error) {
	t.Helper()
	for calls = 1; ; calls++ {
		res, err = m.Ask(t.Context(), r)
		var e *llm.CallError
		if !errors.As(err, &e) || e.Class != llm.Adapted || calls > 20 {
			return res, calls, err
		}
	}
}

// memory keeps traits as a store does.
type memory struct {
	mu     sync.Mutex
	traits map[llm.ID]llm.Traits
}

func (m *memory) Traits(_ context.Context, id llm.ID) (llm.Traits, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.traits[id], nil
}

func (m *memory) Remember(_ context.Context, id llm.ID, t llm.Traits) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.traits == nil {
		m.traits = map[llm.ID]llm.Traits{}
	}
	m.traits[id] = t
	return nil
}
