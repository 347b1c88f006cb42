package anthropic_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/anthropic"
)

func batchOf(keys ...string) llm.BatchRequest {
	b := llm.BatchRequest{ID: "batch-1", Keys: keys}
	for range keys {
		b.Requests = append(b.Requests, question)
	}
	return b
}

// collected are the results of a batch by key.
func collected(t *testing.T, m *anthropic.Model, id string) map[string]llm.BatchResult {
	t.Helper()
	got := map[string]llm.BatchResult{}
	if err := m.Results(t.Context(), id, func(r llm.BatchResult) error { got[r.Key] = r; return nil }); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestABatchIsSubmittedPolledAndRead(t *testing.T) {
	t.Parallel()
	p := provide(t)
	m := model(p.server)
	id, err := m.Submit(t.Context(), batchOf("a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	params := p.body(t, 0)["requests"].([]any)[1].(map[string]any)["params"].(map[string]any)
	if params["max_tokens"] != 300.0 || has(params, "output_config", "format", "type") != "json_schema" || has(params["system"].([]any)[0].(map[string]any), "cache_control", "type") != "ephemeral" {
		t.Errorf("params %v", params)
	}
	if s, err := m.Poll(t.Context(), id); err != nil || s != (llm.BatchStatus{Total: 2}) {
		t.Errorf("status %+v, %v", s, err)
	}
	p.batches[0].ended = true
	if s, err := m.Poll(t.Context(), id); err != nil || s != (llm.BatchStatus{Ended: true, Done: 2, Total: 2}) {
		t.Errorf("status %+v, %v", s, err)
	}
	want := llm.BatchResult{Key: "a", Response: &llm.Response{Text: good, Model: "claude-haiku-4-5-20251001", Tokens: classify.Tokens{Input: 2350, Cached: 2000, CacheWrite: 300, Output: 40, Reasoning: 7}}}
	if got := collected(t, m, id); len(got) != 2 || !reflect.DeepEqual(got["a"], want) {
		t.Errorf("results %+v", got)
	}
}

func TestARequestOfABatchThatFailedHasItsClass(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, result string
		want         llm.Class
	}{
		{"an invalid request", `{"type":"errored","error":` + failure("invalid_request_error", "messages: wrong "+key) + `}`, llm.BadRequest},
		{"a parameter that is left out from now on", `{"type":"errored","error":` + failure("invalid_request_error", "`temperature` is deprecated for this model.") + `}`, llm.Adapted},
		{"a fault of the server", `{"type":"errored","error":` + failure("api_error", "oops") + `}`, llm.Server},
		{"an unknown model", `{"type":"errored","error":` + failure("not_found_error", "model: claude-none") + `}`, llm.UnknownModel},
		{"a request whose time ran out", `{"type":"expired"}`, llm.Timeout},
		{"a request that was cancelled", `{"type":"canceled"}`, llm.Cancelled},
		{"an answer that was cut off", `{"type":"succeeded","message":` + messageOf("max_tokens") + `}`, llm.Truncated},
		{"an answer that is none", `{"type":"succeeded","message":{}}`, llm.Malformed},
		{"a result that is none", `{"type":"else"}`, llm.Malformed},
		{"no result", `null`, llm.Malformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := provide(t)
			p.batches = []*remoteBatch{{id: "msgbatch_x", ended: true, keys: []string{"a"}, result: func(string) string { return tt.result }}}
			got := collected(t, model(p.server), "msgbatch_x")["a"]
			if got.Response != nil || got.Err == nil {
				t.Fatalf("result %+v", got)
			}
			if e := refused(t, got.Err); e.Class != tt.want {
				t.Errorf("class %q, want %q (%v)", e.Class, tt.want, e)
			}
		})
	}
}

func TestABatchAdaptsOnce(t *testing.T) {
	t.Parallel()
	p := provide(t)
	m := model(p.server)
	refuse := func(string) string {
		return `{"type":"errored","error":` + failure("invalid_request_error", "`temperature` is deprecated for this model.") + `}`
	}
	for nth, want := range []llm.Class{llm.Adapted, llm.BadRequest} {
		id, err := m.Submit(t.Context(), batchOf("a", "b"))
		if err != nil {
			t.Fatal(err)
		}
		p.batches[nth].ended, p.batches[nth].result = true, refuse
		for key, r := range collected(t, m, id) {
			if r.Err == nil || r.Err.Class != want {
				t.Errorf("submit %d, %s: %v, want %q", nth, key, r.Err, want)
			}
		}
	}
	if sent := p.body(t, 2)["requests"].([]any)[0].(map[string]any)["params"].(map[string]any); has(sent, "temperature") != nil {
		t.Error("the second batch is made like the first")
	}
}

func TestASubmitSaysWhetherTheProviderMayHaveTheBatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		respond func(w http.ResponseWriter, r *http.Request)
		want    llm.Class
	}{
		{"cut off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, llm.Connection},
		{"a fault of the server", func(w http.ResponseWriter, _ *http.Request) { write(w, 500, failure("api_error", "oops")) }, llm.Connection},
		{"an answer that cannot be read", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, `{"id":`) }, llm.Connection},
		{"an answer without an id", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, `{"id":"../x"}`) }, llm.Connection},
		{"no answer in the answer", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, "null") }, llm.Connection},
		{"an answer beyond the bound", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, strings.Repeat(" ", 2<<20)) }, llm.Connection},
		{"a page", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			write(w, 200, "<html>")
		}, llm.Connection},
		{"a proxy without a server", func(w http.ResponseWriter, _ *http.Request) { write(w, 503, "") }, llm.Connection},
		{"no capacity", func(w http.ResponseWriter, _ *http.Request) { write(w, 529, failure("overloaded_error", "no")) }, llm.Overloaded},
		{"too late", func(w http.ResponseWriter, _ *http.Request) { write(w, 504, "") }, llm.Timeout},
		{"too many", func(w http.ResponseWriter, _ *http.Request) { write(w, 429, failure("rate_limit_error", "slow down")) }, llm.RateLimited},
		{"too large", func(w http.ResponseWriter, _ *http.Request) { write(w, 413, failure("request_too_large", "no")) }, llm.TooLarge},
		{"no such path", func(w http.ResponseWriter, _ *http.Request) { write(w, 404, "") }, llm.BadAddress},
		{"a parameter", func(w http.ResponseWriter, _ *http.Request) {
			write(w, 400, failure("invalid_request_error", "requests.0.params.temperature: no"))
		}, llm.Adapted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, _ map[string]any) { tt.respond(w, r) })
			id, err := model(s).Submit(t.Context(), batchOf("a"))
			if e := refused(t, err); e.Class != tt.want || id != "" {
				t.Errorf("class %q, want %q (%v)", e.Class, tt.want, e)
			}
		})
	}
}

func TestABatchThatCannotBeIsNotSent(t *testing.T) {
	t.Parallel()
	s := serve(t, func(http.ResponseWriter, *http.Request, int, map[string]any) {})
	m := model(s)
	for name, b := range map[string]llm.BatchRequest{
		"empty":            {},
		"keys are missing": {Requests: []*llm.Request{question}},
		"too many":         {Keys: make([]string, 100_001), Requests: many(100_001, question)},
		"too large":        {Keys: make([]string, 257), Requests: many(257, &llm.Request{User: strings.Repeat("x", 1<<20)})},
	} {
		if _, err := m.Submit(t.Context(), b); refused(t, err).Class != llm.BadRequest || s.calls() != 0 {
			t.Errorf("%s: %v after %d calls", name, err, s.calls())
		}
	}
}

func many(n int, r *llm.Request) []*llm.Request { return slices.Repeat([]*llm.Request{r}, n) }

func TestABatchThatIsGoneSaysSo(t *testing.T) {
	t.Parallel()
	p := provide(t)
	p.batches = []*remoteBatch{{id: "msgbatch_old", ended: true, archived: true, keys: []string{"a"}}}
	m := model(p.server)
	if s, err := m.Poll(t.Context(), "msgbatch_old"); err != nil || s.Ended || !strings.Contains(s.Failed, "29 days") {
		t.Errorf("status %+v, %v", s, err)
	}
	if s, err := m.Poll(t.Context(), "msgbatch_none"); err != nil || !s.Unknown {
		t.Errorf("a batch that nobody knows: %+v, %v", s, err)
	}
	p.find("msgbatch_old").id = "null"
	if _, err := m.Poll(t.Context(), "null"); refused(t, err).Class != llm.Malformed {
		t.Errorf("a batch that is null: %v", err)
	}
	for _, id := range []string{"", "..", "a/b", "msgbatch_none"} {
		err := m.Results(t.Context(), id, func(llm.BatchResult) error { return nil })
		if e := refused(t, err); e.Class != llm.BadRequest {
			t.Errorf("results of %q: %v", id, err)
		}
	}
}

func TestResultsEndAsTheyMust(t *testing.T) {
	t.Parallel()
	line := func(key string) string {
		return fmt.Sprintf("{\"custom_id\":%q,\"result\":{\"type\":\"succeeded\",\"message\":%s}}\n", key, message(good))
	}
	stop := errors.New("enough")
	tests := []struct {
		name    string
		respond func(w http.ResponseWriter, r *http.Request)
		stop    bool
		keys    string
		want    llm.Class
	}{
		{"at their end, also without a line end", func(w http.ResponseWriter, _ *http.Request) {
			write(w, 200, line("a")+"\n"+strings.TrimSpace(line("b")))
		}, false, "ab", ""},
		{"where the caller has enough", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, line("a")+line("b")) }, true, "a", ""},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100000")
			write(w, 200, line("a"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, false, "a", llm.Connection},
		{"past a line that is none", func(w http.ResponseWriter, _ *http.Request) { write(w, 200, line("a")+"{\n{}\n"+line("b")) }, false, "ab", ""},
		{"at a pause that is too long", func(w http.ResponseWriter, r *http.Request) {
			write(w, 200, line("a"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, false, "a", llm.Timeout},
		{"where they do not begin in time", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false, "", llm.Timeout},
		{"past a line of 5 MB", func(w http.ResponseWriter, _ *http.Request) {
			write(w, 200, line("a")+strings.Repeat("x", 5<<20)+"\n"+line("b"))
		}, false, "ab", ""},
		{"before they begin", func(w http.ResponseWriter, _ *http.Request) { write(w, 529, failure("overloaded_error", "no")) }, false, "", llm.Overloaded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, _ map[string]any) { tt.respond(w, r) })
			keys := ""
			m := model(s, func(c *anthropic.Config) {
				if tt.want == llm.Timeout {
					c.Timeout = 100 * time.Millisecond
				}
			})
			err := m.Results(t.Context(), "msgbatch_1", func(r llm.BatchResult) error {
				keys += r.Key
				if tt.stop {
					return stop
				}
				return nil
			})
			switch {
			case tt.stop && !errors.Is(err, stop), !tt.stop && tt.want == "" && err != nil:
				t.Errorf("error %v", err)
			case tt.want != "" && refused(t, err).Class != tt.want:
				t.Errorf("error %v, want class %q", err, tt.want)
			}
			if keys != tt.keys {
				t.Errorf("keys %q, want %q", keys, tt.keys)
			}
		})
	}
}

func TestResultsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int, _ map[string]any) {
		write(w, 200, "\n")
		w.(http.Flusher).Flush()
		close(reached)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("the run ends")
	go func() {
		<-reached
		cancel(why)
	}()
	if err := model(s).Results(ctx, "msgbatch_1", func(llm.BatchResult) error { return nil }); !errors.Is(err, why) {
		t.Errorf("error %v, want the cause", err)
	}
}
