package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/tidwall/gjson"
)

// uploadFile stores a file of requests.
func (s *Server) uploadFile(w http.ResponseWriter, r *http.Request) {
	f, p := s.receiveFile(w, r)
	if p != nil {
		s.deny(w, openAI{}, p)
		return
	}
	writeJSON(w, http.StatusOK, f.body())
}

func (s *Server) receiveFile(w http.ResponseWriter, r *http.Request) (*file, *problem) {
	if p := keyProblem(r); p != nil {
		return nil, p
	}
	r.Body = http.MaxBytesReader(w, r.Body, s.c.MaxStored)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, &problem{kind: badRequest, param: "file", text: "The request is no multipart form with a file."}
	}
	f := &file{created: s.c.Now()}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, bodyProblem(err)
		}
		if p := f.part(part); p != nil {
			return nil, p
		}
	}
	if f.purpose == "" || f.content == nil {
		return nil, &problem{kind: badRequest, param: "file", text: "A file and a purpose are required."}
	}
	return f, s.keepFile(f)
}

func (f *file) part(part *multipart.Part) *problem {
	content, err := io.ReadAll(part)
	if err != nil {
		return bodyProblem(err)
	}
	switch part.FormName() {
	case "purpose":
		f.purpose = clipped(string(content), 100)
	case "file":
		f.name, f.content = clipped(part.FileName(), 200), content
	}
	return nil
}

func (s *Server) keepFile(f *file) *problem {
	f.id = "file-sim" + strconv.FormatUint(s.serial.Add(1), 10)
	t := &s.batches
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stored+int64(len(f.content)) > s.c.MaxStored {
		return &problem{kind: tooLarge, text: "The simulator's storage is full."}
	}
	t.stored += int64(len(f.content))
	if t.files == nil {
		t.files = map[string]*file{}
	}
	t.files[f.id] = f
	return nil
}

func (f *file) body() any {
	return map[string]any{"id": f.id, "object": "file", "bytes": len(f.content), "created_at": f.created.Unix(), "filename": f.name, "purpose": f.purpose, "status": "processed"}
}

// file returns an uploaded file or what a batch wrote, or nil.
func (s *Server) file(id string) *file {
	t := &s.batches
	t.mu.Lock()
	defer t.mu.Unlock()
	if f, ok := t.files[id]; ok {
		return f
	}
	for suffix, content := range map[string]func(*batch) []byte{
		"-output": func(b *batch) []byte { return b.results },
		"-errors": func(b *batch) []byte { return b.errors },
	} {
		if n := len(id) - len(suffix); n > 0 && id[n:] == suffix {
			if b, ok := t.batches[id[:n]]; ok && b.endpoint == endpointChat && len(content(b)) > 0 {
				return &file{id: id, name: id + ".jsonl", purpose: "batch_output", created: b.ended, content: content(b)}
			}
		}
	}
	return nil
}

func (s *Server) requestedFile(w http.ResponseWriter, r *http.Request) *file {
	if p := keyProblem(r); p != nil {
		s.deny(w, openAI{}, p)
		return nil
	}
	f := s.file(r.PathValue("id"))
	if f == nil {
		s.deny(w, openAI{}, &problem{kind: notFound, param: "id", text: "No such File object: " + clipped(r.PathValue("id"), 100)})
	}
	return f
}

func (s *Server) getFile(w http.ResponseWriter, r *http.Request) {
	if f := s.requestedFile(w, r); f != nil {
		writeJSON(w, http.StatusOK, f.body())
	}
}

func (s *Server) fileContent(w http.ResponseWriter, r *http.Request) {
	if f := s.requestedFile(w, r); f != nil {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(f.content)))
		w.Write(f.content) // a client that has gone asks again
	}
}

func (s *Server) deleteFile(w http.ResponseWriter, r *http.Request) {
	f := s.requestedFile(w, r)
	if f == nil {
		return
	}
	t := &s.batches
	t.mu.Lock()
	if _, uploaded := t.files[f.id]; uploaded {
		delete(t.files, f.id)
		t.stored -= int64(len(f.content))
	}
	t.mu.Unlock()
	writeJSON(w, http.StatusOK, map[string]any{"id": f.id, "object": "file", "deleted": true})
}

func (s *Server) createBatch(w http.ResponseWriter, r *http.Request) {
	body, p := s.receiveBody(w, r, 1<<20)
	if p == nil && !readable(body) {
		p = &problem{kind: badRequest, text: "We could not parse the JSON body of your request."}
	}
	if p != nil {
		s.deny(w, openAI{}, p)
		return
	}
	in := gjson.ParseBytes(body)
	f := s.file(in.Get("input_file_id").String())
	if f == nil {
		s.deny(w, openAI{}, &problem{kind: badRequest, param: "input_file_id", text: "The input file does not exist."})
		return
	}
	b := &batch{id: "batch_sim" + strconv.FormatUint(s.serial.Add(1), 10), endpoint: endpointChat, created: s.c.Now(), input: f.id,
		path: in.Get("endpoint").String(), window: in.Get("completion_window").String(), metadata: in.Get("metadata").Raw}
	b.readLines(f.content)
	if p := s.put(b, len(body)+len(f.content)); p != nil {
		s.deny(w, openAI{}, p)
		return
	}
	if s.cutSubmit() {
		panic(http.ErrAbortHandler) // the batch is there, and nobody hears of it
	}
	writeJSON(w, http.StatusOK, b.openAIBody())
}

// readLines takes the requests from a file, or notes why it cannot.
func (b *batch) readLines(content []byte) {
	seen := map[string]bool{}
	for i, line := range bytes.Split(bytes.TrimSpace(content), []byte("\n")) {
		if !readable(line) {
			b.failed = fmt.Sprintf("line %d is no JSON object", i+1)
			return
		}
		in := gjson.ParseBytes(line)
		key := in.Get("custom_id").String()
		switch {
		case key == "" || seen[key]:
			b.failed = fmt.Sprintf("line %d has no custom_id of its own", i+1)
		case in.Get("method").Str != http.MethodPost || in.Get("url").Str != b.path || b.path != "/v1/chat/completions":
			b.failed = fmt.Sprintf("line %d is no POST to %s", i+1, clipped(b.path, 100))
		case i >= maxItems:
			b.failed = fmt.Sprintf("the file has more than %d requests", maxItems)
		}
		if b.failed != "" {
			return
		}
		seen[key] = true
		b.items = append(b.items, batchItem{key, in.Get("body").Raw})
	}
}

func (s *Server) listBatches(w http.ResponseWriter, r *http.Request) {
	if p := keyProblem(r); p != nil {
		s.deny(w, openAI{}, p)
		return
	}
	page, more := s.list(endpointChat, r.URL.Query().Get("after"), pageSize(r))
	body := map[string]any{"object": "list", "has_more": more, "first_id": nil, "last_id": nil}
	data := []any{}
	for _, b := range page {
		data = append(data, b.openAIBody())
	}
	if len(page) > 0 {
		body["first_id"], body["last_id"] = page[0].id, page[len(page)-1].id
	}
	body["data"] = data
	writeJSON(w, http.StatusOK, body)
}

func (s *Server) getBatch(w http.ResponseWriter, r *http.Request) { s.showBatch(w, r, s.batch) }

func (s *Server) cancelBatch(w http.ResponseWriter, r *http.Request) { s.showBatch(w, r, s.cancel) }

func (s *Server) showBatch(w http.ResponseWriter, r *http.Request, find func(endpoint, id string) *batch) {
	p := keyProblem(r)
	var b *batch
	if p == nil {
		if b = find(endpointChat, r.PathValue("id")); b == nil {
			p = &problem{kind: notFound, param: "id", text: "No batch found with id '" + clipped(r.PathValue("id"), 100) + "'."}
		}
	}
	if p != nil {
		s.deny(w, openAI{}, p)
		return
	}
	writeJSON(w, http.StatusOK, b.openAIBody())
}

func (b *batch) openAIBody() any {
	body := map[string]any{
		"id": b.id, "object": "batch", "endpoint": b.path, "errors": nil, "input_file_id": b.input, "completion_window": b.window, "status": "in_progress",
		"output_file_id": nil, "error_file_id": nil, "created_at": b.created.Unix(), "in_progress_at": b.created.Unix(), "expires_at": b.created.Unix() + 24*60*60,
		"finalizing_at": nil, "completed_at": nil, "failed_at": nil, "expired_at": nil, "cancelling_at": nil, "cancelled_at": nil,
		"request_counts": map[string]int{"total": len(b.items), "completed": b.succeeded, "failed": b.errored}, "metadata": nil,
	}
	if b.metadata != "" {
		body["metadata"] = gjson.Parse(b.metadata).Value()
	}
	switch {
	case b.failed != "":
		body["status"], body["failed_at"] = "failed", b.created.Unix()
		body["errors"] = map[string]any{"object": "list", "data": []any{map[string]any{"code": "invalid_json_line", "message": b.failed, "param": nil, "line": nil}}}
	case !b.cancelled.IsZero():
		body["status"], body["cancelling_at"], body["cancelled_at"] = "cancelled", b.cancelled.Unix(), b.cancelled.Unix()
	case !b.ended.IsZero():
		body["status"], body["finalizing_at"], body["completed_at"] = "completed", b.ended.Unix(), b.ended.Unix()
		if len(b.results) > 0 {
			body["output_file_id"] = b.id + "-output"
		}
		if len(b.errors) > 0 {
			body["error_file_id"] = b.id + "-errors"
		}
		body["usage"] = map[string]any{
			"input_tokens": b.tokens.Input, "output_tokens": b.tokens.Output, "total_tokens": b.tokens.Input + b.tokens.Output,
			"input_tokens_details": map[string]int{"cached_tokens": b.tokens.Cached}, "output_tokens_details": map[string]int{"reasoning_tokens": 0},
		}
	}
	return body
}
