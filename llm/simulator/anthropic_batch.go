package simulator

import (
	"net/http"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

func (s *Server) createMessageBatch(w http.ResponseWriter, r *http.Request) {
	body, p := s.receiveBody(w, r, s.c.MaxStored)
	if p == nil && !readable(body) {
		p = &problem{kind: badRequest, text: "The request body is not valid JSON."}
	}
	b := &batch{endpoint: endpointMessages, created: s.c.Now()}
	if p == nil {
		p = b.readRequests(gjson.ParseBytes(body).Get("requests"))
	}
	if p == nil {
		b.id = "msgbatch_sim" + strconv.FormatUint(s.serial.Add(1), 10)
		p = s.put(b, len(body))
	}
	if p != nil {
		s.deny(w, anthropic{}, p)
		return
	}
	if s.cutSubmit() {
		panic(http.ErrAbortHandler) // the batch is there, and nobody hears of it
	}
	writeJSON(w, http.StatusOK, b.anthropicBody(r))
}

func (b *batch) readRequests(requests gjson.Result) (p *problem) {
	seen := map[string]bool{}
	requests.ForEach(func(_, in gjson.Result) bool {
		key := in.Get("custom_id").String()
		if key == "" || seen[key] || len(key) > 64 || len(b.items) == maxItems {
			p = &problem{kind: badRequest, text: "requests." + strconv.Itoa(len(b.items)) + ".custom_id: must be unique, and of 1 to 64 characters"}
			return false
		}
		seen[key] = true
		b.items = append(b.items, batchItem{key, in.Get("params").Raw})
		return true
	})
	if p == nil && len(b.items) == 0 {
		p = &problem{kind: badRequest, text: "requests: Field required"}
	}
	return p
}

func (s *Server) listMessageBatches(w http.ResponseWriter, r *http.Request) {
	if p := keyProblem(r); p != nil {
		s.deny(w, anthropic{}, p)
		return
	}
	page, more := s.list(endpointMessages, r.URL.Query().Get("after_id"), pageSize(r))
	body := map[string]any{"has_more": more, "first_id": nil, "last_id": nil}
	data := []any{}
	for _, b := range page {
		data = append(data, b.anthropicBody(r))
	}
	if len(page) > 0 {
		body["first_id"], body["last_id"] = page[0].id, page[len(page)-1].id
	}
	body["data"] = data
	writeJSON(w, http.StatusOK, body)
}

// messageBatch finds the batch that a request names, or answers that there is
// none.
func (s *Server) messageBatch(w http.ResponseWriter, r *http.Request, find func(endpoint, id string) *batch) *batch {
	if p := keyProblem(r); p != nil {
		s.deny(w, anthropic{}, p)
		return nil
	}
	b := find(endpointMessages, r.PathValue("id"))
	if b == nil {
		s.deny(w, anthropic{}, &problem{kind: notFound, text: "Message Batch " + clipped(r.PathValue("id"), 100) + " not found."})
	}
	return b
}

func (s *Server) getMessageBatch(w http.ResponseWriter, r *http.Request) {
	if b := s.messageBatch(w, r, s.batch); b != nil {
		writeJSON(w, http.StatusOK, b.anthropicBody(r))
	}
}

func (s *Server) cancelMessageBatch(w http.ResponseWriter, r *http.Request) {
	if b := s.messageBatch(w, r, s.cancel); b != nil {
		writeJSON(w, http.StatusOK, b.anthropicBody(r))
	}
}

func (s *Server) messageBatchResults(w http.ResponseWriter, r *http.Request) {
	b := s.messageBatch(w, r, s.batch)
	switch {
	case b == nil:
	case b.ended.IsZero():
		s.deny(w, anthropic{}, &problem{kind: badRequest, text: "The results are not there before the batch has ended."})
	default:
		w.Header().Set("Content-Type", "application/x-jsonl")
		w.Header().Set("Content-Length", strconv.Itoa(len(b.results)))
		w.Write(b.results) // a client that has gone asks again
	}
}

func (b *batch) anthropicBody(r *http.Request) any {
	stamp := func(t time.Time) any {
		if t.IsZero() {
			return nil
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	counts := map[string]int{"processing": len(b.items), "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0}
	body := map[string]any{
		"id": b.id, "type": "message_batch", "processing_status": "in_progress", "request_counts": counts, "created_at": stamp(b.created),
		"expires_at": stamp(b.created.Add(24 * time.Hour)), "ended_at": stamp(b.ended), "archived_at": nil, "cancel_initiated_at": stamp(b.cancelled), "results_url": nil,
	}
	if !b.ended.IsZero() {
		body["processing_status"] = "ended"
		body["results_url"] = "http://" + r.Host + "/v1/messages/batches/" + b.id + "/results"
		counts["processing"], counts["succeeded"], counts["errored"] = 0, b.succeeded, b.errored
		if !b.cancelled.IsZero() {
			counts["canceled"] = len(b.items)
		}
	}
	return body
}
