package openai_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"classify"
	"classify/llm"
	"classify/llm/openai"
)

// batchServer keeps batches as OpenAI does.
type batchServer struct {
	*httptest.Server
	mu      sync.Mutex
	files   map[string]string
	batches []map[string]any // newest first
	lose    bool             // the answer to a creation never arrives
	now     time.Time
}

func newBatchServer(t *testing.T) *batchServer {
	t.Helper()
	s := &batchServer{files: map[string]string{}, now: time.Now()}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/files", s.upload)
	mux.HandleFunc("GET /v1/files/{id}/content", s.content)
	mux.HandleFunc("POST /v1/batches", s.create)
	mux.HandleFunc("GET /v1/batches", s.list)
	mux.HandleFunc("GET /v1/batches/{id}", s.get)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *batchServer) upload(w http.ResponseWriter, r *http.Request) {
	f, _, err := r.FormFile("file")
	if err != nil || r.FormValue("purpose") != "batch" {
		write(w, 400, errorBody("no file for a batch", "", "", ""))
		return
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := fmt.Sprintf("file-%d", len(s.files))
	s.files[id] = string(text)
	write(w, 200, fmt.Sprintf(`{"id":%q,"object":"file","bytes":%d,"created_at":1,"filename":"batch.jsonl","purpose":"batch"}`, id, len(text)))
}

func (s *batchServer) content(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, ok := s.files[r.PathValue("id")]
	if !ok {
		write(w, 404, errorBody("No such File object", "", "id", ""))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = io.WriteString(w, text)
}

func (s *batchServer) create(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	if json.NewDecoder(r.Body).Decode(&body) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := map[string]any{
		"id": fmt.Sprintf("batch_%d", len(s.batches)), "object": "batch", "endpoint": body["endpoint"], "input_file_id": body["input_file_id"],
		"completion_window": body["completion_window"], "status": "validating", "created_at": s.now.Unix(), "metadata": body["metadata"],
	}
	s.batches = slices.Insert(s.batches, 0, b)
	if s.lose {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	s.write(w, b)
}

func (s *batchServer) write(w http.ResponseWriter, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	write(w, 200, string(text))
}

func (s *batchServer) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest := s.batches
	if after := r.URL.Query().Get("after"); after != "" {
		i := slices.IndexFunc(rest, func(b map[string]any) bool { return b["id"] == after })
		rest = rest[i+1:]
	}
	page := rest[:min(len(rest), 100)]
	s.write(w, map[string]any{"object": "list", "data": page, "has_more": len(page) < len(rest)})
}

func (s *batchServer) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.batches {
		if b["id"] == r.PathValue("id") {
			s.write(w, b)
			return
		}
	}
	write(w, 404, errorBody("No batch found with id", "", "", ""))
}

// change sets fields of the newest batch.
func (s *batchServer) change(fields map[string]any, files map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, v := range fields {
		s.batches[0][k] = v
	}
	for k, v := range files {
		s.files[k] = v
	}
}

func aBatch(keys ...string) llm.BatchRequest {
	b := llm.BatchRequest{ID: "batch-of-ours", Keys: keys}
	for range keys {
		b.Requests = append(b.Requests, aRequest())
	}
	return b
}

// resultLine is a line of an output file.
func resultLine(key string, status int, body string) string {
	return fmt.Sprintf(`{"id":"br","custom_id":%q,"response":{"status_code":%d,"request_id":"req_%s","body":%s},"error":null}`+"\n", key, status, key, body)
}

func collect(t *testing.T, m *openai.Model, id string) map[string]llm.BatchResult {
	t.Helper()
	got := map[string]llm.BatchResult{}
	if err := m.Results(t.Context(), id, func(r llm.BatchResult) error {
		got[r.Key] = r
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestABatchGoesThereAndBack(t *testing.T) {
	t.Parallel()
	s := newBatchServer(t)
	m := model(t, "openai", s.URL+"/v1")
	id, err := m.Submit(t.Context(), aBatch("k1", "k2", "k3", "k4", "k5", "k6"))
	if err != nil || id != "batch_0" {
		t.Fatalf("%q, %v", id, err)
	}
	if got, err := m.Poll(t.Context(), id); err != nil || got != (llm.BatchStatus{}) {
		t.Errorf("at first %+v, %v", got, err)
	}
	s.change(map[string]any{"status": "in_progress", "request_counts": map[string]any{"total": 6, "completed": 1, "failed": 1}}, nil)
	if got, err := m.Poll(t.Context(), id); err != nil || got != (llm.BatchStatus{Done: 2, Total: 6}) {
		t.Errorf("under way %+v, %v", got, err)
	}
	s.change(map[string]any{"status": "completed", "output_file_id": "out", "error_file_id": "err"}, map[string]string{
		"out": resultLine("k1", 200, completion(exports)) + "not a line\n" + resultLine("k2", 200, choice("length", `{"content":"{"}`)),
		"err": resultLine("k3", 429, errorBody("slow down", "", "", "rate_limit_exceeded")) +
			resultLine("k4", 400, errorBody("Unsupported value: 'temperature'", "", "temperature", "unsupported_value")) +
			`{"custom_id":"k5","response":null,"error":{"code":"batch_expired","message":"too late"}}` + "\n" +
			strings.Repeat("x", 2<<20) + "\n" +
			`{"custom_id":"k6","response":null,"error":null}`,
	})
	if got, err := m.Poll(t.Context(), id); err != nil || !got.Ended {
		t.Errorf("at last %+v, %v", got, err)
	}
	got := collect(t, m, id)
	want := &llm.Response{Text: exports, Model: "gpt-test-2026", RequestID: "req_k1", Tokens: classify.Tokens{Input: 1200, Cached: 1024, Output: 30, Reasoning: 10}}
	if diff := cmp.Diff(want, got["k1"].Response); diff != "" {
		t.Error(diff)
	}
	for key, class := range map[string]llm.Class{"k2": llm.Truncated, "k3": llm.RateLimited, "k4": llm.Adapted, "k5": llm.Timeout, "k6": llm.Malformed} {
		if r := got[key]; r.Err == nil || r.Err.Class != class || r.Response != nil {
			t.Errorf("%s: %+v", key, r)
		}
	}
	if len(got) != 6 {
		t.Errorf("%d results", len(got))
	}
}

func TestABatchIsOneLineForEachRequest(t *testing.T) {
	t.Parallel()
	s := newBatchServer(t)
	b := aBatch("k1", "k2")
	b.Requests[1].User = "two\nlines <&>"
	b.Requests[1].Schema.JSON = json.RawMessage("{\n  \"type\": \"object\"\n}")
	if _, err := model(t, "openai", s.URL+"/v1").Submit(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(s.files["file-0"], "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	for i, key := range b.Keys {
		var got struct {
			ID     string `json:"custom_id"`
			Method string
			URL    string
			Body   struct {
				Model    string
				Messages []struct{ Content string }
			}
		}
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if got.ID != key || got.Method != "POST" || got.URL != "/v1/chat/completions" || got.Body.Model != "gpt-test" || got.Body.Messages[1].Content != b.Requests[i].User {
			t.Errorf("line %d: %s", i, lines[i])
		}
	}
	if meta := s.batches[0]["metadata"].(map[string]any); meta["classify_batch"] != "batch-of-ours" {
		t.Errorf("metadata %v", meta)
	}
}

func TestABatchForAReasoningModelRisksNoRefusedTemperature(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string]bool{"gpt-5-mini": false, "gpt-4.1-mini": true} {
		s := newBatchServer(t)
		m := model(t, "openai", s.URL+"/v1", func(c *openai.Config) { c.ID.Model = name })
		if _, err := m.Submit(t.Context(), aBatch("k1")); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(s.files["file-0"], `"temperature"`) != sent {
			t.Errorf("%s: %s", name, s.files["file-0"])
		}
	}
}

func TestABatchWhoseSubmissionWasLostIsFoundAgain(t *testing.T) {
	t.Parallel()
	s := newBatchServer(t)
	s.lose = true
	began := time.Now()
	m := model(t, "openai", s.URL+"/v1")
	_, err := m.Submit(t.Context(), aBatch("k1"))
	if e := failure(t, err); e.Class != llm.Connection {
		t.Fatalf("got %v", e)
	}
	id, sure, err := m.Find(t.Context(), "batch-of-ours", began, nil)
	if err != nil || !sure || id != "batch_0" {
		t.Errorf("%q, %v, %v", id, sure, err)
	}
	if id, sure, err := m.Find(t.Context(), "another", began, nil); err != nil || !sure || id != "" {
		t.Errorf("one that was never submitted: %q, %v, %v", id, sure, err)
	}
}

func TestABatchIsLookedForAsFarBackAsItCanBe(t *testing.T) {
	t.Parallel()
	began := time.Now()
	s := newBatchServer(t)
	for i := range 450 { // one a minute, the newest first
		s.batches = append(s.batches, map[string]any{
			"id": fmt.Sprintf("batch_%d", i), "status": "completed", "created_at": began.Add(time.Duration(200-i) * time.Minute).Unix(),
			"metadata": map[string]string{"classify_batch": fmt.Sprintf("ours-%d", i)},
		})
	}
	m := model(t, "openai", s.URL+"/v1")
	for want, row := range map[string]string{"batch_7": "ours-7", "batch_199": "ours-199", "": "ours-440"} {
		id, sure, err := m.Find(t.Context(), row, began, nil)
		if err != nil || !sure || id != want {
			t.Errorf("%s: %q, %v, %v", row, id, sure, err)
		}
	}
}

func TestAListingThatCannotBeReadToItsEndProvesNothing(t *testing.T) {
	t.Parallel()
	now := time.Now().Unix()
	for _, row := range []struct{ name, body string }{
		{"it turns in circles", fmt.Sprintf(`{"object":"list","data":[{"id":"batch_1","created_at":%d,"metadata":null}],"has_more":true}`, now)},
		{"it says that there is more and gives nothing", `{"object":"list","data":[],"has_more":true}`},
	} {
		s := reply(t, 200, row.body)
		if id, sure, err := model(t, "openai", s.URL).Find(t.Context(), "x", time.Now(), nil); err != nil || sure || id != "" || len(s.all()) > 2 {
			t.Errorf("%s: %q, %v, %v after %d calls", row.name, id, sure, err, len(s.all()))
		}
	}
	for name, body := range map[string]string{"not a list": `{"hello":1}`, "null": `null`, "nothing": ``} {
		s := reply(t, 200, body)
		if _, sure, err := model(t, "openai", s.URL).Find(t.Context(), "x", time.Now(), nil); err == nil || sure {
			t.Errorf("%s: sure %v, %v", name, sure, err)
		}
	}
}

func TestASubmissionSaysWhetherItIsOpen(t *testing.T) {
	t.Parallel()
	file := `{"id":"file-1","object":"file"}`
	for _, row := range []struct {
		name   string
		status int // of the creation
		body   string
		class  llm.Class
	}{
		{"a server error leaves it open", 500, errorBody("oops", "", "", ""), llm.Connection},
		{"no capacity leaves it open", 503, errorBody("oops", "", "", ""), llm.Connection},
		{"an answer that cannot be read leaves it open", 200, `{"id":`, llm.Connection},
		{"an answer without an id leaves it open", 200, `{}`, llm.Connection},
		{"an answer of 5 MB leaves it open", 200, strings.Repeat(" ", 5<<20), llm.Connection},
		{"a limit does not", 429, errorBody("Enqueued token limit reached", "", "", "token_limit_exceeded"), llm.RateLimited},
		{"a refusal does not", 400, errorBody("no", "", "", ""), llm.BadRequest},
		{"a server without batches does not", 404, `{"detail":"Not Found"}`, llm.BadAddress},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := record(t, func(w http.ResponseWriter, r *http.Request, _ map[string]any) {
				if strings.HasSuffix(r.URL.Path, "/files") {
					write(w, 200, file)
					return
				}
				write(w, row.status, row.body)
			})
			_, err := model(t, "openai", s.URL).Submit(t.Context(), aBatch("k1"))
			if e := failure(t, err); e.Class != row.class {
				t.Errorf("got %v", e)
			} else if e.Class == llm.BadAddress && !strings.Contains(classify.Hint(e), "--batch-api") {
				t.Errorf("hint %q", classify.Hint(e))
			}
		})
	}
}

func TestABatchEndsInOneWayOrAnother(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		fields map[string]any
		want   llm.BatchStatus
	}{
		{"completed", map[string]any{"status": "completed", "output_file_id": "f"}, llm.BatchStatus{Ended: true}},
		{"all requests failed", map[string]any{"status": "completed", "error_file_id": "f"}, llm.BatchStatus{Ended: true}},
		{"expired with answers", map[string]any{"status": "expired", "output_file_id": "f"}, llm.BatchStatus{Ended: true}},
		{"cancelled without", map[string]any{"status": "cancelled"}, llm.BatchStatus{Failed: "the batch is cancelled and has no results"}},
		{"refused", map[string]any{"status": "failed", "errors": map[string]any{"data": []any{map[string]any{"code": "invalid_json_line", "message": "line 1 of " + key}}}}, llm.BatchStatus{Failed: "invalid_json_line: line 1 of [hidden]"}},
		{"refused without a reason", map[string]any{"status": "failed"}, llm.BatchStatus{Failed: "the provider refused the batch and does not say why"}},
		{"finalizing", map[string]any{"status": "finalizing"}, llm.BatchStatus{}},
		{"a status of tomorrow", map[string]any{"status": "simmering"}, llm.BatchStatus{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := newBatchServer(t)
			s.batches = []map[string]any{{"id": "batch_0"}}
			s.change(row.fields, nil)
			if got, err := model(t, "openai", s.URL+"/v1").Poll(t.Context(), "batch_0"); err != nil || got != row.want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestResultsEndWithTheCallersErrorOrTheStreams(t *testing.T) {
	t.Parallel()
	s := newBatchServer(t)
	s.batches = []map[string]any{{"id": "batch_0", "status": "completed", "output_file_id": "out"}}
	s.files["out"] = resultLine("k1", 200, completion(exports)) + resultLine("k2", 200, completion(exports))
	m := model(t, "openai", s.URL+"/v1")
	stop := errors.New("the store is full")
	calls := 0
	if err := m.Results(t.Context(), "batch_0", func(llm.BatchResult) error { calls++; return stop }); err != stop || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
	delete(s.files, "out")
	err := m.Results(t.Context(), "batch_0", func(llm.BatchResult) error { return nil })
	if e := failure(t, err); e.Status != 404 {
		t.Errorf("a file that is gone: %v", e)
	}
}

func TestResultsThatStopFlowingAreGivenUp(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		after func(http.ResponseWriter, *http.Request)
		class llm.Class
	}{
		{"silence", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, llm.Timeout},
		{"a cut connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, llm.Connection},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := record(t, func(w http.ResponseWriter, r *http.Request, _ map[string]any) {
				if strings.Contains(r.URL.Path, "/batches/") {
					write(w, 200, `{"id":"batch_0","status":"completed","output_file_id":"out"}`)
					return
				}
				_, _ = io.WriteString(w, resultLine("k1", 200, completion(exports)))
				_ = http.NewResponseController(w).Flush()
				row.after(w, r)
			})
			m := model(t, "openai", s.URL, func(c *openai.Config) { c.Timeout = 300 * time.Millisecond })
			got := 0
			err := m.Results(t.Context(), "batch_0", func(llm.BatchResult) error { got++; return nil })
			if e := failure(t, err); e.Class != row.class || got != 1 {
				t.Errorf("%d results, %v", got, e)
			}
		})
	}
}

func TestABatchBeyondTheProvidersBoundsIsNotSent(t *testing.T) {
	t.Parallel()
	s := reply(t, 500, "")
	m := model(t, "openai", s.URL)
	for name, b := range map[string]llm.BatchRequest{
		"too many requests":     aBatch(make([]string, 50_001)...),
		"keys without requests": {ID: "x", Keys: []string{"k1"}},
	} {
		_, err := m.Submit(t.Context(), b)
		if e := failure(t, err); e.Class != llm.BadRequest || len(s.all()) != 0 {
			t.Errorf("%s: %v after %d calls", name, e, len(s.all()))
		}
	}
}

func TestABatchThatTheProviderDoesNotKnowIsUnknown(t *testing.T) {
	t.Parallel()
	s := newBatchServer(t)
	if status, err := model(t, "openai", s.URL+"/v1").Poll(t.Context(), "batch_none"); err != nil || !status.Unknown {
		t.Errorf("%+v, %v", status, err)
	}
}
