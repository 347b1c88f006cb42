package anthropic_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/anthropic"
)

// key is what no error may show.
const key = "sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-secret"

var question = &llm.Request{
	Stage: classify.StageFamily, Prompt: "family-1", System: "You assign a family.", User: `{"concept":"exports of goods"}`,
	Schema:    llm.Schema{Name: "family", JSON: json.RawMessage(`{"type":"object","properties":{"reason":{"type":"string"},"family":{"type":"string"}},"required":["reason","family"],"additionalProperties":false}`)},
	MaxOutput: 300,
}

const good = `{"reason":"sold abroad","family":"trade"}`

// A server answers with respond and keeps the bodies that it was sent.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []map[string]any
	raw    []string
}

// serve starts a server; respond gets how many calls came before, and the body.
func serve(t *testing.T, respond func(w http.ResponseWriter, r *http.Request, nth int, body map[string]any)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var body map[string]any
		_ = json.Unmarshal(raw, &body)
		s.mu.Lock()
		nth := len(s.bodies)
		s.bodies, s.raw = append(s.bodies, body), append(s.raw, string(raw))
		s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		respond(w, r, nth, body)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) body(t *testing.T, nth int) map[string]any {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if nth >= len(s.bodies) {
		t.Fatalf("the server got %d calls", len(s.bodies))
	}
	return s.bodies[nth]
}

func (s *server) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.bodies)
}

// model makes one for a server; what change does comes last.
func model(s *server, change ...func(*anthropic.Config)) *anthropic.Model {
	c := anthropic.Config{ID: llm.ID{Provider: "anthropic", Model: "claude-haiku-4-5", BaseURL: s.URL}, Key: key, Timeout: 10 * time.Second, Settle: time.Nanosecond}
	for _, f := range change {
		f(&c)
	}
	return anthropic.New(c)
}

// message is an answer with one text block.
func message(text string) string {
	return messageOf("end_turn", map[string]any{"type": "text", "text": text})
}

func messageOf(stop string, blocks ...map[string]any) string {
	b, _ := json.Marshal(map[string]any{
		"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001", "content": append([]map[string]any{}, blocks...), "stop_reason": stop, "stop_sequence": nil,
		"usage": map[string]any{"input_tokens": 50, "cache_creation_input_tokens": 300, "cache_read_input_tokens": 2000, "output_tokens": 40, "output_tokens_details": map[string]any{"thinking_tokens": 7}},
	})
	return string(b)
}

func failure(kind, text string) string {
	b, _ := json.Marshal(map[string]any{"type": "error", "error": map[string]any{"type": kind, "message": text}, "request_id": "req_1"})
	return string(b)
}

func write(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// refused is the error of a call, which must be an *llm.CallError without the
// key.
func refused(t interface {
	Helper()
	Fatalf(string, ...any)
}, err error) *llm.CallError {
	t.Helper()
	var e *llm.CallError
	if !errors.As(err, &e) || e.Class == "" {
		t.Fatalf("error %v (%T), want an *llm.CallError with a class", err, err)
	}
	if text := fmt.Sprintf("%v %+v %s %s %s %s", e, e.Err, e.Text, e.Model, e.RequestID, classify.Hint(err)); strings.Contains(text, key) || strings.Contains(text, key[:12]) {
		t.Fatalf("the key is shown: %s", text)
	}
	return e
}

// settled asks until the model has adapted, and counts the calls.
func settled(t *testing.T, m *anthropic.Model) (r *llm.Response, calls int, err error) {
	t.Helper()
	for calls = 1; calls <= 12; calls++ {
		r, err = m.Ask(t.Context(), question)
		var e *llm.CallError
		if !errors.As(err, &e) || e.Class != llm.Adapted {
			return r, calls, err
		}
	}
	t.Fatalf("the model adapts without end: %v", err)
	return nil, 0, nil
}

// memory keeps traits as a store does.
type memory struct {
	mu     sync.Mutex
	traits map[llm.ID]llm.Traits
	writes int
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
	m.writes++
	return nil
}
