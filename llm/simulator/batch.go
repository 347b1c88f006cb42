package simulator

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"classify"
)

// batchStore holds the files and batches of both providers. What is done is
// found out when somebody asks: nothing runs in the background.
type batchStore struct {
	mu      sync.Mutex
	files   map[string]*file
	batches map[string]*batch
	order   []string // ids of the batches, oldest first
	stored  int64    // bytes
}

// file is a file of OpenAI's.
type file struct {
	id, name, purpose string
	created           time.Time
	content           []byte
}

// batch is a batch of either provider.
type batch struct {
	id        string
	endpoint  string // of its provider
	created   time.Time
	input     string // OpenAI: id of the file
	path      string // OpenAI: the endpoint that the requests name
	window    string
	metadata  string // raw JSON, or ""
	items     []batchItem
	failed    string // why it was not taken in
	cancelled time.Time
	ended     time.Time // zero: not yet
	results   []byte    // lines
	errors    []byte    // OpenAI: lines of the items that failed
	succeeded int
	errored   int
	tokens    classify.Tokens
}

// batchItem is one request of a batch.
type batchItem struct {
	key  string
	body string // raw JSON
}

// maxItems bounds the requests of a batch, as OpenAI does.
const maxItems = 50_000

// put stores a batch, or reports that there is no room.
func (s *Server) put(b *batch, size int) *problem {
	t := &s.batches
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stored+int64(size) > s.c.MaxStored {
		return &problem{kind: tooLarge, text: "The simulator's storage is full."}
	}
	t.stored += int64(size)
	if t.batches == nil {
		t.batches = map[string]*batch{}
	}
	t.batches[b.id] = b
	t.order = append(t.order, b.id)
	return nil
}

// batch returns a batch as it stands now, or nil.
func (s *Server) batch(endpoint, id string) *batch {
	t := &s.batches
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.batches[id]
	if b == nil || b.endpoint != endpoint {
		return nil
	}
	s.advance(b)
	seen := *b
	return &seen
}

// list returns a page of a provider's batches, newest first.
func (s *Server) list(endpoint, after string, limit int) (page []*batch, more bool) {
	t := &s.batches
	t.mu.Lock()
	defer t.mu.Unlock()
	begun := after == ""
	for _, id := range slices.Backward(t.order) {
		b := t.batches[id]
		switch {
		case b.endpoint != endpoint:
		case !begun:
			begun = id == after
		case len(page) == limit:
			return page, true
		default:
			s.advance(b)
			seen := *b
			page = append(page, &seen)
		}
	}
	return page, false
}

func pageSize(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("limit"))
	if err != nil {
		return 20
	}
	return max(1, min(n, 1000))
}

// cancel ends a batch that is not done; it reports whether there is one.
func (s *Server) cancel(endpoint, id string) *batch {
	t := &s.batches
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.batches[id]
	if b == nil || b.endpoint != endpoint {
		return nil
	}
	s.advance(b)
	if b.ended.IsZero() {
		b.cancelled = s.c.Now()
		b.ended = b.cancelled
		if endpoint == endpointMessages {
			for _, item := range b.items {
				b.results = append(b.results, `{"custom_id":`...)
				b.results = gjson.AppendJSONString(b.results, item.key)
				b.results = append(b.results, `,"result":{"type":"canceled"}}`+"\n"...)
			}
		}
	}
	seen := *b
	return &seen
}

// advance answers a batch whose time has come.
func (s *Server) advance(b *batch) {
	due := b.created.Add(s.c.BatchLatency)
	if !b.ended.IsZero() || b.failed != "" || s.c.Now().Before(due) {
		return
	}
	d := dialect(openAI{})
	if b.endpoint == endpointMessages {
		d = anthropic{}
	}
	for _, item := range b.items {
		s.answerItem(d, b, item, due)
	}
	b.ended = due
	s.batches.stored += int64(len(b.results) + len(b.errors))
}

// answerItem answers one request of a batch. A fault of the transport becomes
// an error of the item.
func (s *Server) answerItem(d dialect, b *batch, item batchItem, now time.Time) {
	a, p := s.read([]byte(item.body), d)
	id := s.serial.Add(1)
	k := rowKey{endpoint: endpointBatch, stage: a.stage, model: clipped(a.model, 100)}
	if p != nil {
		s.count.batched(k, ending{outcome: Rejected}, nil)
		status, body := d.failure(p, id)
		b.itemError(d, item.key, id, status, body)
		return
	}
	rep := s.compose(d, a, now)
	fault := s.draw(s.accepted.Add(1)).fault
	switch fault {
	case ServerError, Overloaded, Timeout, Cut, Malformed:
		s.count.batched(k, ending{outcome: string(fault)}, a.ids)
		status, body := d.failure(&problem{kind: failing}, id)
		b.itemError(d, item.key, id, status, body)
		return
	case Slow, Oversized, "": // a file of results has no pace, and has to be kept
		fault = Answered
	default:
		s.spoil(a, rep, fault, id%2 == 0)
	}
	s.prefix.keep(d.endpoint(), a, now)
	s.count.batched(k, ending{outcome: string(fault), tokens: rep.tokens, paid: true, arrived: true}, a.ids)
	b.tokens = b.tokens.Add(rep.tokens)
	b.itemAnswer(d, item.key, id, d.answer(nil, id, now, a, rep))
}

func (b *batch) itemAnswer(d dialect, key string, id uint64, body []byte) {
	b.succeeded++
	out := &b.results
	if d.endpoint() == endpointMessages {
		*out = append(*out, `{"custom_id":`...)
		*out = gjson.AppendJSONString(*out, key)
		*out = append(*out, `,"result":{"type":"succeeded","message":`...)
		*out = append(*out, body...)
		*out = append(*out, '}', '}', '\n')
		return
	}
	b.openAILine(out, key, id, http.StatusOK, body)
}

func (b *batch) itemError(d dialect, key string, id uint64, status int, body any) {
	b.errored++
	text := []byte(encoded(body, "{}"))
	if d.endpoint() == endpointMessages {
		b.results = append(b.results, `{"custom_id":`...)
		b.results = gjson.AppendJSONString(b.results, key)
		b.results = append(b.results, `,"result":{"type":"errored","error":`...)
		b.results = append(b.results, text...)
		b.results = append(b.results, '}', '}', '\n')
		return
	}
	b.openAILine(&b.errors, key, id, status, text)
}

func (b *batch) openAILine(out *[]byte, key string, id uint64, status int, body []byte) {
	number := strconv.FormatUint(id, 10)
	*out = append(*out, `{"id":"batch_req_sim`+number+`","custom_id":`...)
	*out = gjson.AppendJSONString(*out, key)
	*out = append(*out, `,"response":{"status_code":`+strconv.Itoa(status)+`,"request_id":"req_sim`+number+`","body":`...)
	*out = append(*out, body...)
	*out = append(*out, `},"error":null}`+"\n"...)
}

// receiveBody reads a request's body up to what the simulator stores.
func (s *Server) receiveBody(w http.ResponseWriter, r *http.Request, bound int64) ([]byte, *problem) {
	if p := keyProblem(r); p != nil {
		return nil, p
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, bound)); err != nil {
		return nil, bodyProblem(err)
	}
	return b.Bytes(), nil
}

// cutSubmit reports whether the connection ends although the batch was taken
// in.
func (s *Server) cutSubmit() bool {
	if s.faults.cutSubmit <= 0 {
		return false
	}
	return unit(s.c.Seed, s.serial.Load()) < s.faults.cutSubmit
}
