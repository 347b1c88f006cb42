package anthropic_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/anthropic"
)

func TestARefusedCallHasTheClassThatSaysWhatToDo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		body   string
		want   llm.Class
		text   string // part of the error
		hint   string // part of the remedy
	}{
		{"a wrong key", 401, failure("authentication_error", "invalid x-api-key"), llm.Auth, "invalid x-api-key", "ANTHROPIC_API_KEY"},
		{"a key that the server echoes", 401, failure("authentication_error", "invalid key "+key+" given"), llm.Auth, "[hidden]", "ANTHROPIC_API_KEY"},
		{"a key that the server echoes in part", 401, failure("authentication_error", "invalid key "+key[:14]+"... given"), llm.Auth, "[hidden]", "ANTHROPIC_API_KEY"},
		{"a key without the right", 403, failure("permission_error", "not allowed"), llm.Auth, "not allowed", "ANTHROPIC_API_KEY"},
		{"a refusal that is no JSON", 403, "Request not allowed", llm.Auth, "Request not allowed", "ANTHROPIC_API_KEY"},
		{"no credit, told as an invalid request", 400, failure("invalid_request_error", "Your credit balance is too low to access the Anthropic API."), llm.Quota, "credit balance", "billing"},
		{"no credit, told as such", 402, failure("billing_error", "pay"), llm.Quota, "pay", "billing"},
		{"a limit that the account set itself", 400, failure("invalid_request_error", "You have reached your specified API usage limits."), llm.Quota, "usage limits", "billing"},
		{"an unknown model", 404, failure("not_found_error", "model: claude-none"), llm.UnknownModel, `no model "claude-haiku-4-5"`, "--model"},
		{"an unknown path", 404, failure("not_found_error", "Not Found"), llm.BadAddress, "no Messages API", "--base-url"},
		{"a server without such a path", 404, "404 page not found", llm.BadAddress, "no Messages API", "--base-url"},
		{"a server that takes no POST", 405, "", llm.BadAddress, "405 Method Not Allowed", "--base-url"},
		{"too many calls", 429, failure("rate_limit_error", "slow down"), llm.RateLimited, "slow down", ""},
		{"too many calls, without a body", 429, "", llm.RateLimited, "429 Too Many Requests", ""},
		{"no capacity", 529, failure("overloaded_error", "Overloaded"), llm.Overloaded, "Overloaded", ""},
		{"a proxy without a server", 503, "<html>no</html>", llm.Overloaded, "503 Service Unavailable", ""},
		{"a fault of the server", 500, failure("api_error", "Internal server error"), llm.Server, "Internal server error", ""},
		{"a fault of a proxy", 502, "<html>bad gateway</html>", llm.Server, "502 Bad Gateway", ""},
		{"a server that waited too long", 504, failure("timeout_error", "too long"), llm.Timeout, "too long", ""},
		{"a gateway that waited too long", 504, "", llm.Timeout, "504", ""},
		{"an invalid request", 400, failure("invalid_request_error", "messages: at least one message is required"), llm.BadRequest, "at least one message", "--model"},
		{"a question that is too long", 400, failure("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), llm.TooLarge, "too long", ""},
		{"a request that is too large", 413, failure("request_too_large", "Request exceeds the maximum size"), llm.TooLarge, "maximum size", ""},
		{"an answer that was filtered", 400, failure("invalid_request_error", "Output blocked by content filtering policy"), llm.Refused, "filtering", ""},
		{"a page", 200, "<!DOCTYPE html><html>hello</html>", llm.BadAddress, "a page", "--base-url"},
		{"no JSON", 200, "hello", llm.Malformed, "", ""},
		{"half a JSON", 200, message(good)[:80], llm.Malformed, "", ""},
		{"null", 200, "null", llm.Malformed, "", ""},
		{"another JSON", 200, `{"choices":[]}`, llm.Malformed, "no message", ""},
		{"an empty body", 200, "", llm.Malformed, "", ""},
		{"5 MB", 200, message(strings.Repeat("x", 5<<20)), llm.TooLarge, "larger than an answer can be", ""},
		{"5 MB of an error", 500, strings.Repeat("x", 5<<20), llm.TooLarge, "larger than an answer can be", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) {
				if strings.HasPrefix(tt.body, "<") {
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
				}
				write(w, tt.status, tt.body)
			})
			// What servers other than Anthropic's refuse without a reason is tried in
			// other manners first, which the next test is about.
			_, _, err := settled(t, model(s, func(c *anthropic.Config) { c.Memory = proven(t, c.ID) }))
			e := refused(t, err)
			if e.Class != tt.want || e.Status != tt.status {
				t.Errorf("class %q with status %d, want %q with %d (%v)", e.Class, e.Status, tt.want, tt.status, e)
			}
			if !strings.Contains(e.Error(), tt.text) || !strings.Contains(classify.Hint(err), tt.hint) || tt.hint == "" && classify.Hint(err) != "" {
				t.Errorf("error %q with hint %q", e, classify.Hint(err))
			}
			if s.calls() != 1 {
				t.Errorf("%d calls for one attempt", s.calls())
			}
		})
	}
}

// proven remembers that structured output by schema works.
func proven(t *testing.T, id llm.ID) *memory {
	t.Helper()
	kept := &memory{}
	if err := kept.Remember(t.Context(), id, llm.Traits{Structured: "json_schema"}); err != nil {
		t.Fatal(err)
	}
	return kept
}

func TestAnAnswerThatCannotBeUsedIsPaidAllTheSame(t *testing.T) {
	t.Parallel()
	text := func(s string) map[string]any { return map[string]any{"type": "text", "text": s} }
	tests := []struct {
		name, body string
		want       llm.Class
		text       string
	}{
		{"cut off at the bound", messageOf("max_tokens", text(`{"reason":"because`)), llm.Truncated, `{"reason":"because`},
		{"cut off at the window", messageOf("model_context_window_exceeded", text("")), llm.Truncated, ""},
		{"declined", messageOf("refusal"), llm.Refused, ""},
		{"with the key in it", messageOf("refusal", text("your key is "+key)), llm.Refused, "your key is [hidden]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) { write(w, 200, tt.body) })
			_, err := model(s).Ask(t.Context(), question)
			e := refused(t, err)
			if e.Class != tt.want || e.Text != tt.text || e.Tokens.Input != 2350 || e.Model == "" {
				t.Errorf("class %q, text %q, tokens %+v of %q", e.Class, e.Text, e.Tokens, e.Model)
			}
		})
	}
}

func TestABrokenCallHasTheClassThatSaysWhatToDo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		respond func(w http.ResponseWriter, r *http.Request)
		want    llm.Class
	}{
		{"no answer in time", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, llm.Timeout},
		{"an answer that never ends", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, `{"id":"`)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, llm.Timeout},
		{"a connection cut before the answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, llm.Connection},
		{"a connection cut within the answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, message(good)[:100])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, llm.Connection},
		{"a redirect to another host", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://localhost:1/v1/messages?key="+key)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, llm.BadAddress},
		{"a body that grows beyond the bound", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("x", 64<<10)); err != nil {
					return
				}
			}
		}, llm.TooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, _ map[string]any) { tt.respond(w, r) })
			m := model(s, func(c *anthropic.Config) {
				if tt.want == llm.Timeout {
					c.Timeout = 100 * time.Millisecond
				}
			})
			_, err := m.Ask(t.Context(), question)
			if e := refused(t, err); e.Class != tt.want {
				t.Errorf("class %q, want %q (%v)", e.Class, tt.want, e)
			}
			if s.calls() != 1 {
				t.Errorf("%d calls for one attempt", s.calls())
			}
		})
	}
}

func TestAServerThatIsNotThereIsTold(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + closed.Addr().String()
	_ = closed.Close()
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) { write(w, 200, message(good)) })
	tests := []struct {
		name, address, key, model string
		want                      llm.Class
		hint                      string
	}{
		{"nothing listens", address, key, "m", llm.Connection, "is the server running?"},
		{"no encryption there", strings.Replace(plain.URL, "http://", "https://", 1), key, "m", llm.TLS, "http://"},
		{"no scheme", "127.0.0.1:8000", key, "m", llm.BadAddress, "--base-url"},
		{"no address", "http://%zz", key, "m", llm.BadAddress, "--base-url"},
		{"a file", "file:///etc/passwd", key, "m", llm.BadAddress, "--base-url"},
		{"no key", "", " \n", "m", llm.Auth, "ANTHROPIC_API_KEY"},
		{"no model", "", key, "", llm.UnknownModel, "--model"},
		{"a key with a line end within", plain.URL, key[:20] + "\n" + key[20:], "m", llm.Auth, "without line ends"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := anthropic.New(anthropic.Config{ID: llm.ID{Provider: "anthropic", Model: tt.model, BaseURL: tt.address}, Key: tt.key, Timeout: 5 * time.Second})
			_, err := m.Ask(t.Context(), question)
			if e := refused(t, err); e.Class != tt.want || !strings.Contains(classify.Hint(err), tt.hint) {
				t.Errorf("class %q with hint %q, want %q with %q (%v)", e.Class, classify.Hint(err), tt.want, tt.hint, e)
			}
		})
	}
}

func TestAPageIsTheFaultOfAProxyWhereTheServerHasAnswered(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, nth int, _ map[string]any) {
		if nth == 0 {
			write(w, 200, message(good))
			return
		}
		w.Header().Set("Content-Type", "text/html")
		write(w, 200, "<html>maintenance</html>")
	})
	m := model(s)
	if _, err := m.Ask(t.Context(), question); err != nil {
		t.Fatal(err)
	}
	_, err := m.Ask(t.Context(), question)
	if e := refused(t, err); e.Class != llm.Malformed {
		t.Errorf("class %q, want one that is repeated: %v", e.Class, fmt.Sprint(e))
	}
}
