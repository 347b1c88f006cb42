package anthropic_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// A provider keeps batches as Anthropic does: newest first, keys shown in the
// results of ended ones alone.
type provider struct {
	*server
	mu      sync.Mutex
	batches []*remoteBatch // oldest first
	lose    bool           // whether the answer to a submit is lost
	lag     time.Duration  // how far the clock of the provider is behind
	delay   int            // how many listings miss the newest batch
	lists   int
}

type remoteBatch struct {
	id       string
	at       time.Time
	keys     []string
	ended    bool
	archived bool
	result   func(key string) string // a line's result; nil: an answer
	broken   bool                    // whether the results end early
}

func provide(t *testing.T) *provider {
	t.Helper()
	p := &provider{}
	p.server = serve(t, func(w http.ResponseWriter, r *http.Request, _ int, body map[string]any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		w.Header().Set("Date", time.Now().Add(-p.lag).UTC().Format(http.TimeFormat))
		id, results := strings.CutSuffix(strings.TrimPrefix(r.URL.Path, "/v1/messages/batches/"), "/results")
		switch {
		case r.URL.Path == "/v1/messages/batches" && r.Method == http.MethodPost:
			p.submit(w, body)
		case r.URL.Path == "/v1/messages/batches":
			p.list(w, r.URL.Query().Get("after_id"))
		case p.find(id) == nil || results && p.find(id).archived:
			write(w, 404, failure("not_found_error", "Not found"))
		case results && !p.find(id).ended:
			write(w, 400, failure("invalid_request_error", "Batch "+id+" has no results yet"))
		case results:
			p.results(w, p.find(id))
		default:
			write(w, 200, p.find(id).json())
		}
	})
	return p
}

func (p *provider) submit(w http.ResponseWriter, body map[string]any) {
	b := &remoteBatch{id: fmt.Sprintf("msgbatch_%d", len(p.batches)), at: time.Now().Add(-p.lag)}
	requests, _ := body["requests"].([]any)
	for _, r := range requests {
		b.keys = append(b.keys, r.(map[string]any)["custom_id"].(string))
	}
	p.batches = append(p.batches, b)
	if p.lose {
		panic(http.ErrAbortHandler)
	}
	write(w, 200, b.json())
}

// list gives pages of two, so that several are read.
func (p *provider) list(w http.ResponseWriter, after string) {
	p.lists++
	shown := p.batches
	if p.delay > 0 && len(shown) > 0 {
		p.delay--
		shown = shown[:len(shown)-1]
	}
	var page []json.RawMessage
	more, skipping := false, after != ""
	for i := len(shown) - 1; i >= 0; i-- {
		if skipping {
			skipping = shown[i].id != after
			continue
		}
		if len(page) == 2 {
			more = true
			break
		}
		page = append(page, json.RawMessage(shown[i].json()))
	}
	b, _ := json.Marshal(map[string]any{"data": append([]json.RawMessage{}, page...), "has_more": more, "first_id": nil, "last_id": nil})
	write(w, 200, string(b))
}

func (p *provider) find(id string) *remoteBatch {
	for _, b := range p.batches {
		if b.id == id {
			return b
		}
	}
	return nil
}

func (p *provider) results(w http.ResponseWriter, b *remoteBatch) {
	w.Header().Set("Content-Type", "application/x-jsonl")
	for i, k := range b.keys {
		if b.broken && i == len(b.keys)-1 {
			return
		}
		result := fmt.Sprintf(`{"type":"succeeded","message":%s}`, message(good))
		if b.result != nil {
			result = b.result(k)
		}
		fmt.Fprintf(w, "{\"custom_id\":%q,\"result\":%s}\n", k, result)
	}
}

func (b *remoteBatch) json() string {
	if b.id == "null" {
		return "null"
	}
	status, url, processing, succeeded := "in_progress", any(nil), len(b.keys), 0
	if b.ended {
		status, processing, succeeded = "ended", 0, len(b.keys)
		if !b.archived {
			url = "https://api.anthropic.com/v1/messages/batches/" + b.id + "/results"
		}
	}
	out, _ := json.Marshal(map[string]any{
		"id": b.id, "type": "message_batch", "created_at": b.at.UTC().Format(time.RFC3339Nano), "expires_at": b.at.Add(24 * time.Hour).UTC().Format(time.RFC3339Nano),
		"archived_at": nil, "cancel_initiated_at": nil, "ended_at": nil, "processing_status": status, "results_url": url,
		"request_counts": map[string]any{"processing": processing, "succeeded": succeeded, "errored": 0, "canceled": 0, "expired": 0},
	})
	return string(out)
}
