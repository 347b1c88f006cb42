package simulator_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"classify/llm/simulator"
)

// quiet is a ResponseWriter that keeps nothing.
type quiet struct{ header http.Header }

func (q *quiet) Header() http.Header         { return q.header }
func (q *quiet) WriteHeader(int)             {}
func (q *quiet) Write(b []byte) (int, error) { return len(b), nil }

// What one request costs the simulator itself, without the network.
func BenchmarkRequest(b *testing.B) {
	body, err := json.Marshal(chatParams("gpt-5-mini", request(exported)))
	if err != nil {
		b.Fatal(err)
	}
	s := simulator.New(simulator.Config{RPM: 1 << 30, TPM: 1 << 40, Announce: true})
	b.ReportMetric(float64(len(body)), "bytes/body")
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/v1/chat/completions", bytes.NewReader(body))
		s.ServeHTTP(&quiet{http.Header{}}, r)
	}
}
