package openai_test

import (
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/openai"
)

// errorBody is an error as OpenAI writes it.
func errorBody(message, kind, param, code string) string {
	orNull := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	body, err := json.Marshal(map[string]any{"error": map[string]any{"message": message, "type": kind, "param": orNull(param), "code": orNull(code)}})
	if err != nil {
		panic(err)
	}
	return string(body)
}

func choice(finish, message string) string {
	return `{"id":"c","object":"chat.completion","model":"gpt-test-2026","choices":[{"index":0,"finish_reason":"` + finish + `","message":` + message + `}],"usage":{"prompt_tokens":10,"completion_tokens":5}}`
}

const page = "<!DOCTYPE html><html><body>nginx</body></html>"

func TestEveryRefusalHasAClassAndARemedy(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		provider string
		status   int
		body     string
		class    llm.Class
		text     string // part of the error
		hint     string // part of the remedy
	}{
		{"a wrong key", "openai", 401, errorBody("Incorrect API key provided: "+key+".", "invalid_request_error", "", "invalid_api_key"), llm.Auth, "[hidden]", "OPENAI_API_KEY"},
		{"a key without the right", "openai", 403, errorBody("not in your country", "", "", "unsupported_country_region_territory"), llm.Auth, "country", "OPENAI_API_KEY"},
		{"a key that a local server asks for", "vllm", 401, `{"error":"Unauthorized"}`, llm.Auth, "Unauthorized", "a key that it knows"},
		{"no credit left", "openai", 429, errorBody("You exceeded your current quota", "insufficient_quota", "", "insufficient_quota"), llm.Quota, "quota", "credit"},
		{"payment required", "openai-compatible", 402, `{"error":{"message":"Insufficient Balance"}}`, llm.Quota, "Balance", "credit"},
		{"too many requests", "openai", 429, errorBody("Rate limit reached", "requests", "", "rate_limit_exceeded"), llm.RateLimited, "Rate limit", ""},
		{"one request beyond the limit", "openai", 429, errorBody("Request too large for gpt-4o", "tokens", "", "rate_limit_exceeded"), llm.BadRequest, "too large", "--pack"},
		{"an unknown model", "openai", 404, errorBody("The model `gpt-9` does not exist", "invalid_request_error", "", "model_not_found"), llm.UnknownModel, "gpt-9", "--model"},
		{"a model without access", "openai", 403, errorBody("Project has no access to model", "", "", "model_not_found"), llm.UnknownModel, "access", "--model"},
		{"a model that Ollama lacks", "ollama", 404, `{"error":{"message":"model \"x\" not found, try pulling it first","type":"api_error","param":null,"code":null}}`, llm.UnknownModel, "not found", "ollama pull"},
		{"a model that vLLM lacks", "vllm", 404, `{"object":"error","message":"The model x does not exist.","type":"NotFoundError","param":null,"code":404}`, llm.UnknownModel, "does not exist", "/models"},
		{"no model loaded", "lmstudio", 400, `{"error":"No models loaded. Please load a model"}`, llm.UnknownModel, "No models", "lms load"},
		{"a path that the server lacks", "openai", 404, errorBody("Invalid URL (POST /v1/v1/chat/completions)", "invalid_request_error", "", ""), llm.BadAddress, "Invalid URL", "--base-url"},
		{"a path that FastAPI lacks", "vllm", 404, `{"detail":"Not Found"}`, llm.BadAddress, "Not Found", "/v1"},
		{"a text page", "ollama", 404, "404 page not found", llm.BadAddress, "404", "/v1"},
		{"a page not found", "openai-compatible", 404, page, llm.BadAddress, "page", "--base-url"},
		{"a page in place of an answer", "openai", 200, page, llm.BadAddress, "page", "--base-url"},
		{"a method not allowed", "openai-compatible", 405, page, llm.BadAddress, "page", "--base-url"},
		{"LM Studio without /v1", "lmstudio", 200, `{"error":"Unexpected endpoint or method. (POST /chat/completions)"}`, llm.BadAddress, "Unexpected endpoint", "LM_STUDIO_URL"},
		{"plain HTTP to an encrypted port", "vllm", 400, "Client sent an HTTP request to an HTTPS server.\n", llm.BadAddress, "HTTPS", "https://"},
		{"no capacity", "openai", 503, errorBody("The engine is currently overloaded", "server_error", "", ""), llm.Overloaded, "overloaded", ""},
		{"overloaded", "openai", 529, "", llm.Overloaded, "529", ""},
		{"a server error", "openai", 500, errorBody("The server had an error", "server_error", "", ""), llm.Server, "had an error", ""},
		{"a gateway's page", "openai", 502, page, llm.Server, "502", ""},
		{"a conflict", "openai", 409, `{}`, llm.Server, "409", ""},
		{"a request time-out", "openai", 408, `{}`, llm.Timeout, "408", ""},
		{"a request that is wrong", "openai", 400, errorBody("Invalid schema for response_format 'family'", "invalid_request_error", "response_format", ""), llm.BadRequest, "Invalid schema", ""},
		{"a question that is too long", "openai", 400, errorBody("maximum context length is 4096 tokens", "", "messages", "context_length_exceeded"), llm.BadRequest, "4096", "--pack"},
		{"a model without structured output", "openai", 400, errorBody("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.", "invalid_request_error", "response_format", ""), llm.Unstructured, "not supported", "--model"},
		{"a prompt that is not allowed", "openai", 400, errorBody("flagged", "invalid_request_error", "", "invalid_prompt"), llm.Refused, "flagged", ""},
		{"no room for the answer", "openai", 400, errorBody("Could not finish the message because max_tokens or model output limit was reached.", "invalid_request_error", "", ""), llm.Truncated, "max_tokens", ""},
		{"a limit on tokens that is too high", "openai", 400, errorBody("max_tokens is too large: 100. This model supports at most 50 completion tokens", "invalid_request_error", "max_completion_tokens", "invalid_value"), llm.BadRequest, "too large", ""},
		{"an error behind a success", "openai-compatible", 200, `{"error":{"message":"upstream is busy","code":429}}`, llm.RateLimited, "busy", ""},
		{"an unknown error behind a success", "openai-compatible", 200, `{"error":{"message":"oops"}}`, llm.Malformed, "oops", ""},

		{"no choices", "openai", 200, `{"choices":[],"usage":{}}`, llm.Malformed, "no choices", ""},
		{"another format", "openai", 200, `{"hello":"world"}`, llm.Malformed, "no choices", ""},
		{"not JSON", "openai", 200, `hello`, llm.Malformed, "no chat completion", ""},
		{"JSON that breaks off", "openai", 200, completion(exports)[:100], llm.Malformed, "no chat completion", ""},
		{"nothing", "openai", 200, "", llm.Malformed, "", ""},
		{"null", "openai", 200, "null", llm.Malformed, "", ""},
		{"an empty answer", "openai", 200, choice("stop", `{"content":""}`), llm.Malformed, "empty", ""},
		{"a refusal", "openai", 200, choice("stop", `{"content":null,"refusal":"I cannot help with that"}`), llm.Refused, "declined", ""},
		{"a content filter", "openai", 200, choice("content_filter", `{"content":""}`), llm.Refused, "filter", ""},
		{"cut off", "openai", 200, choice("length", `{"content":"{\"family\":"}`), llm.Truncated, "cut off", ""},
		{"5 MB", "openai", 200, completion(strings.Repeat("x", 5<<20)), llm.TooLarge, "larger", ""},
		{"an error of 5 MB", "openai", 500, strings.Repeat("x", 5<<20), llm.TooLarge, "larger", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := reply(t, row.status, row.body)
			m := model(t, row.provider, s.URL, func(c *openai.Config) {
				if row.provider != "openai" {
					c.Memory = &memory{traits: map[llm.ID]llm.Traits{c.ID: {Structured: "json_schema"}}}
				}
			})
			_, err := m.Ask(t.Context(), aRequest())
			e := failure(t, err)
			if e.Class != row.class || !strings.Contains(e.Error(), row.text) || !strings.Contains(classify.Hint(e), row.hint) || e.Status == 0 {
				t.Errorf("class %s, status %d, text %q, hint %q", e.Class, e.Status, e, classify.Hint(e))
			}
			if len(e.Error()) > 600 {
				t.Errorf("an error text of %d bytes", len(e.Error()))
			}
			if len(s.all()) != 1 {
				t.Errorf("asked %d times", len(s.all()))
			}
		})
	}
}

func TestAnAnswerThatCannotBeUsedIsKeptAndCounted(t *testing.T) {
	t.Parallel()
	s := reply(t, 200, choice("length", `{"content":"{\"family\":\"tr"}`), "X-Request-Id", "req_7")
	_, err := model(t, "openai", s.URL).Ask(t.Context(), aRequest())
	e := failure(t, err)
	if e.Text != `{"family":"tr` || e.Tokens.Output != 5 || e.Tokens.Input != 10 || e.Model != "gpt-test-2026" || e.RequestID != "req_7" {
		t.Errorf("got %+v", e)
	}
}

func TestARefusalSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		message string
		headers []string
		want    time.Duration
	}{
		{"in seconds", "slow down", []string{"Retry-After", "3"}, 3 * time.Second},
		{"in milliseconds", "slow down", []string{"Retry-After-Ms", "66", "Retry-After", "1"}, 66 * time.Millisecond},
		{"in words", "Rate limit reached. Please try again in 1m1.5s. Visit the site", nil, time.Minute + 1500*time.Millisecond},
		{"the header before the words", "Please try again in 6m0s.", []string{"Retry-After", "2"}, 2 * time.Second},
		{"not at all", "slow down", nil, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := reply(t, 429, errorBody(row.message, "requests", "", "rate_limit_exceeded"), append(row.headers, "X-Ratelimit-Limit-Requests", "60", "X-Ratelimit-Remaining-Requests", "0")...)
			_, err := model(t, "openai", s.URL).Ask(t.Context(), aRequest())
			e := failure(t, err)
			if e.RetryAfter != row.want || e.Limits.Requests.Limit != 60 || e.Limits.Requests.Remaining != 0 {
				t.Errorf("got %v, %+v", e.RetryAfter, e.Limits)
			}
		})
	}
}

func TestTheKeyIsInNoErrorAndInNoAnswer(t *testing.T) {
	t.Parallel()
	masked := key[:8] + "*********" + key[len(key)-4:]
	for _, row := range []struct {
		name   string
		status int
		body   string
	}{
		{"in a refusal", 401, errorBody("Incorrect API key provided: "+key, "", "", key)},
		{"masked in a refusal", 401, errorBody("Incorrect API key provided: "+masked, "", "", "")},
		{"in a bare text", 500, "token=" + key},
		{"in a page", 404, "<html>" + key},
		{"in what is no answer", 200, "Bearer " + key},
		{"in an answer", 200, completion(`{"family":"` + key + `"}`)},
		{"in a refusal by the model", 200, choice("stop", `{"content":null,"refusal":"`+key+`"}`)},
		{"in an answer that was cut off", 200, choice("length", `{"content":"`+key+`"}`)},
		{"in the model's name", 200, strings.ReplaceAll(completion(exports), "gpt-test-2026", key)},
		{"in an error behind a success", 200, errorBody(key, "", "", "")},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := reply(t, row.status, row.body, "X-Request-Id", "req-"+key)
			res, err := model(t, "openai", s.URL).Ask(t.Context(), aRequest())
			var shown []any
			if err != nil {
				e := failure(t, err)
				shown = append(shown, e.Error(), classify.Hint(e), e)
			}
			text, marshalErr := json.Marshal(append(shown, res))
			if marshalErr != nil {
				t.Fatal(marshalErr)
			}
			if strings.Contains(string(text), key) || strings.Contains(string(text), masked) {
				t.Errorf("the key is shown: %s", text)
			}
		})
	}
}

func TestAConfigurationThatCannotWorkIsRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		c     openai.Config
		class llm.Class
		hint  string
	}{
		{"no key", openai.Config{ID: llm.ID{Provider: "openai", Model: "m"}}, llm.Auth, "OPENAI_API_KEY"},
		{"a key of spaces", openai.Config{ID: llm.ID{Provider: "openai", Model: "m"}, Key: " \n"}, llm.Auth, "OPENAI_API_KEY"},
		{"no address", openai.Config{ID: llm.ID{Provider: "openai-compatible", Model: "m"}}, llm.BadAddress, "--base-url"},
		{"an address without a scheme", openai.Config{ID: llm.ID{Provider: "vllm", Model: "m", BaseURL: "localhost:8000/v1"}}, llm.BadAddress, "--base-url"},
		{"an address that is none", openai.Config{ID: llm.ID{Provider: "vllm", Model: "m", BaseURL: "http://[::1/v1"}}, llm.BadAddress, "--base-url"},
		{"another scheme", openai.Config{ID: llm.ID{Provider: "vllm", Model: "m", BaseURL: "file:///etc/passwd"}}, llm.BadAddress, "--base-url"},
		{"no model", openai.Config{ID: llm.ID{Provider: "ollama"}}, llm.UnknownModel, "ollama list"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := openai.New(row.c).Ask(t.Context(), aRequest())
			if e := failure(t, err); e.Class != row.class || !strings.Contains(classify.Hint(e), row.hint) {
				t.Errorf("class %s, text %q, hint %q", e.Class, e, classify.Hint(e))
			}
		})
	}
}

func TestWhatCanHappenOnTheWay(t *testing.T) {
	t.Parallel()
	endless := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"choices":[`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"choices":[`)
	}
	flood := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, strings.Repeat(" ", 1<<16)); err != nil {
				return
			}
		}
	}
	redirect := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://example.invalid/?key=s3", http.StatusPermanentRedirect)
	}
	for _, row := range []struct {
		name      string
		handler   http.HandlerFunc
		encrypted bool
		timeout   time.Duration
		class     llm.Class
		hint      string
	}{
		{"an answer that never ends", endless, false, 100 * time.Millisecond, llm.Timeout, "--call-timeout"},
		{"an answer that never begins", func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, false, 100 * time.Millisecond, llm.Timeout, "--call-timeout"},
		{"an answer without a bound", flood, false, time.Minute, llm.TooLarge, ""},
		{"a cut connection", cut, false, time.Minute, llm.Connection, ""},
		{"a redirect to another host", redirect, false, time.Minute, llm.BadAddress, "--base-url"},
		{"a certificate from nobody", endless, true, time.Minute, llm.TLS, "SSL_CERT_FILE"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewUnstartedServer(row.handler)
			s.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshakes
			if row.encrypted {
				s.StartTLS()
			} else {
				s.Start()
			}
			t.Cleanup(s.Close)
			_, err := model(t, "openai", s.URL, func(c *openai.Config) { c.Timeout = row.timeout }).Ask(t.Context(), aRequest())
			if e := failure(t, err); e.Class != row.class || !strings.Contains(classify.Hint(e), row.hint) {
				t.Errorf("class %s, text %q, hint %q", e.Class, e, classify.Hint(e))
			}
		})
	}
}

func TestAServerThatIsNotThereIsNamedWithTheRemedy(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := model(t, "lmstudio", s.URL+"/v1").Ask(t.Context(), aRequest())
	if e := failure(t, err); e.Class != llm.Connection || !strings.Contains(e.Error(), s.URL) || !strings.Contains(classify.Hint(e), "is the server running") {
		t.Errorf("got %q, hint %q", e, classify.Hint(e))
	}
}
