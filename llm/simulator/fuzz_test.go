package simulator_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"classify/llm/simulator"
)

// Whatever comes as a request, the answer is JSON and the server goes on.
func FuzzRequest(f *testing.F) {
	for _, r := range []any{chatParams("gpt-5-mini", request(exports)), chatParams("m", request(exports, jobless)), messageParams("claude-haiku-4-5", request(exported))} {
		body, err := json.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(`{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"<data>\n1 {}\n</data>"}],"output_config":{"format":{"type":"json_schema","schema":{"anyOf":[{"enum":[]}]}}}}`))
	f.Add([]byte(`{"model":"m","tools":[{"function":{"name":"family_assignment"}}],"messages":[{"role":"user","content":[{"type":"text","text":"x\n<data>\n{}\n</data>"}]}]}`))
	s := simulator.New(simulator.Config{Faults: 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{"/v1/chat/completions", "/v1/messages", "/v1/messages/batches", "/v1/batches"} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body)))
			if !json.Valid(w.Body.Bytes()) {
				t.Fatalf("%s: status %d, %q", path, w.Code, w.Body)
			}
		}
	})
}
