package telemetry_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"

	"classify"
	"classify/telemetry"
)

// get asks a handler.
func get(ctx context.Context, h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, method, path, nil))
	return w
}

func TestAProcessSaysHowItIs(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	m.Batch("node 1", 5, 0)
	trouble := func(context.Context) []telemetry.Problem {
		return []telemetry.Problem{{Name: "store", Problem: "nobody answers at <db>", Remedy: "classify doctor"}}
	}
	well := func(context.Context) []telemetry.Problem { return nil }
	for _, c := range []struct {
		name, method, path string
		ready              func(context.Context) []telemetry.Problem
		status             int
		body               string
	}{
		{"it is up", "GET", "/health", trouble, 200, `{"healthy":true}`},
		{"it is ready", "GET", "/ready", well, 200, `{"version":"` + classify.Version + `","ready":true,"problems":[]}`},
		{"nothing can keep it from being ready", "GET", "/ready", nil, 200, `{"version":"` + classify.Version + `","ready":true,"problems":[]}`},
		{"it is not ready", "GET", "/ready", trouble, 503, `{"version":"` + classify.Version + `","ready":false,"problems":[{"name":"store","problem":"nobody answers at \u003cdb\u003e","remedy":"classify doctor"}]}`},
		{"a check that fails", "GET", "/ready", func(context.Context) []telemetry.Problem { panic("no\nstore") }, 503, `the check failed: no\\nstore`},
		{"endless problems", "GET", "/ready", func(context.Context) []telemetry.Problem { return make([]telemetry.Problem, 1_000_000) }, 503, `"ready":false`},
		{"metrics", "GET", "/metrics", nil, 200, `classify_ingress_indicators_total{node="node 1"} 5`},
		{"somebody writes", "POST", "/ready", well, 405, ""},
		{"another address", "GET", "/debug", well, 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := get(t.Context(), telemetry.Handler(reg, c.ready), c.method, c.path)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) || w.Body.Len() > 50_000 {
				t.Errorf("%d %.300s", w.Code, w.Body)
			}
			if strings.HasPrefix(c.body, "{") && (!json.Valid(w.Body.Bytes()) || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Cache-Control") != "no-store") {
				t.Errorf("headers %v, body %s", w.Header(), w.Body)
			}
		})
	}
}

func TestACheckThatHangsIsAskedOnceAndAnsweredForInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int64
		leave := make(chan struct{})
		h := telemetry.Handler(prometheus.NewRegistry(), func(context.Context) []telemetry.Problem {
			asked.Add(1)
			<-leave // whatever its context says
			return nil
		})
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if w := get(t.Context(), h, "GET", "/ready"); w.Code != 503 || !strings.Contains(w.Body.String(), "took longer than 5s") {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
		all.Wait()
		if n := asked.Load(); n != 1 {
			t.Errorf("the check runs %d times", n)
		}
		close(leave)
		synctest.Wait()
		if w := get(t.Context(), h, "GET", "/ready"); w.Code != 200 {
			t.Errorf("after that: %d %s", w.Code, w.Body)
		}
	})
}

func TestACheckThatKeepsToItsTimeSaysWhatItWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := telemetry.Handler(prometheus.NewRegistry(), func(ctx context.Context) []telemetry.Problem {
			<-ctx.Done()
			return []telemetry.Problem{{Name: "store", Problem: "no answer"}}
		})
		if w := get(t.Context(), h, "GET", "/ready"); w.Code != 503 || !strings.Contains(w.Body.String(), `"store"`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
