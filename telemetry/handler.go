package telemetry

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/singleflight"

	"classify"
)

// Problem is why a process is not ready.
type Problem struct {
	Name    string `json:"name"` // what is concerned: store, model, registration
	Problem string `json:"problem"`
	Remedy  string `json:"remedy,omitempty"` // the command, or the words, that mend it
}

// Readiness is the body of an answer of /ready.
type Readiness struct {
	Version  string    `json:"version"` // of the program
	Ready    bool      `json:"ready"`
	Problems []Problem `json:"problems"` // at most 100
}

const (
	// readyTime is how long the checks of /ready may take.
	readyTime = 5 * time.Second
	// readyGrace is how long a check may take after that to say what it waited for.
	readyGrace = 500 * time.Millisecond
	// maxProblems bounds an answer of /ready.
	maxProblems = 100
	// scrapeTime is how long /metrics may take.
	scrapeTime = 10 * time.Second
	// maxScrapes is how many readers /metrics has at a time.
	maxScrapes = 4
)

// Handler answers
//
//   - /metrics with the metrics of reg, for Prometheus;
//   - /health with 200: the process is up and answers;
//   - /ready with 200, or with 503 where ready tells problems, and a Readiness. ready
//     is given five seconds, and asked once for all who ask at the same time; nil has
//     no problems.
//
// It has no authentication, and tells nothing that is secret unless ready does.
func Handler(reg prometheus.Gatherer, ready func(context.Context) []Problem) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: maxScrapes, Timeout: scrapeTime, EnableOpenMetrics: true,
	}))
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, struct {
			Healthy bool `json:"healthy"`
		}{true})
	})
	check := &readyCheck{look: ready}
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, r *http.Request) {
		problems := check.problems(r.Context())
		if len(problems) == 0 {
			reply(w, http.StatusOK, Readiness{Version: classify.Version, Ready: true, Problems: []Problem{}})
			return
		}
		reply(w, http.StatusServiceUnavailable, Readiness{Version: classify.Version, Problems: problems[:min(len(problems), maxProblems)]})
	})
	return mux
}

// readyCheck asks whether the process is ready, once at a time.
type readyCheck struct {
	look  func(context.Context) []Problem
	group singleflight.Group
}

// problems returns after readyTime and readyGrace at the latest, also where the check does not.
func (c *readyCheck) problems(ctx context.Context) []Problem {
	if c.look == nil {
		return nil
	}
	found := c.group.DoChan("", func() (_ any, err error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readyTime)
		defer cancel()
		defer func() {
			if p := recover(); p != nil { // the process goes on: what it serves is not its check
				err = fmt.Errorf("the check failed: %v", p)
			}
		}()
		return c.look(ctx), nil
	})
	late := time.NewTimer(readyTime + readyGrace)
	defer late.Stop()
	select {
	case r := <-found:
		if r.Err != nil {
			return []Problem{{Name: "ready", Problem: Clip(r.Err.Error(), maxText)}}
		}
		problems, _ := r.Val.([]Problem)
		return problems
	case <-late.C:
		return []Problem{{Name: "ready", Problem: fmt.Sprintf("the checks took longer than %s", readyTime), Remedy: "look whether the store answers: classify doctor"}}
	case <-ctx.Done():
		return []Problem{{Name: "ready", Problem: "nobody waits for the answer"}}
	}
}

// reply writes a small JSON body, which nobody is to keep.
func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the reader has gone
}
