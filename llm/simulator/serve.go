package simulator

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"classify"
)

// reply is what a request is answered with.
type reply struct {
	text      string // the JSON of the answer
	refusal   string
	truncated bool
	tokens    classify.Tokens
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// exchange answers one request for an answer: it refuses what the limits do
// not let pass at once, and everything else after the latency.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request, d dialect) {
	a, p := s.receive(w, r, d)
	if p != nil {
		s.count.refuse(rowKey{d.endpoint(), a.stage, clipped(a.model, 100), p.outcome()})
		s.deny(w, d, p)
		return
	}
	now := s.c.Now()
	rep := s.compose(d, a, now)
	at, limit, wait := s.gate(d.endpoint(), a.model, now).admit(now, charged(d, rep.tokens), rep.tokens.Output)
	if s.c.Announce {
		d.announce(w.Header(), at)
	}
	if wait > 0 {
		allowed := map[string]int{"requests": s.c.RPM, "tokens": s.c.TPM, "output tokens": s.c.OTPM}[limit]
		s.count.refuse(rowKey{d.endpoint(), a.stage, clipped(a.model, 100), RateLimited})
		s.deny(w, d, &problem{kind: limited, text: clipped(a.model, 100), limit: limit, allowed: allowed, wait: wait})
		return
	}
	x := &exchanged{s: s, w: w, r: r, d: d, a: a, rep: rep, draw: s.draw(s.accepted.Add(1)), id: s.serial.Add(1)}
	s.count.begin(now, a.ids)
	e := ending{outcome: Lost}
	defer func() {
		s.count.end(rowKey{endpoint: d.endpoint(), stage: a.stage, model: clipped(a.model, 100)}, e, a.ids)
	}()
	x.run(&e)
}

// charged is what the token limit counts.
func charged(d dialect, t classify.Tokens) int {
	if d.endpoint() == endpointMessages {
		return t.Input - t.Cached
	}
	return t.Input + t.Output
}

// receive reads a request and finds what is asked.
func (s *Server) receive(w http.ResponseWriter, r *http.Request, d dialect) (*ask, *problem) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	if _, err := b.ReadFrom(http.MaxBytesReader(w, r.Body, s.c.MaxBody)); err != nil {
		return &ask{}, bodyProblem(err)
	}
	if p := keyProblem(r); p != nil {
		return &ask{}, p
	}
	return s.read(b.Bytes(), d)
}

func bodyProblem(err error) *problem {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return &problem{kind: tooLarge, text: "The request is larger than " + strconv.FormatInt(large.Limit, 10) + " bytes."}
	}
	return &problem{kind: badRequest, text: "The body of the request could not be read."}
}

// read understands the body of a request, which it does not keep.
func (s *Server) read(body []byte, d dialect) (*ask, *problem) {
	if !readable(body) {
		return &ask{}, &problem{kind: badRequest, text: "We could not parse the JSON body of your request."}
	}
	a, p := d.parse(gjson.ParseBytes(body))
	a.model = strings.Clone(a.model) // it is kept, and the body is not
	if p == nil && len(a.model) > 200 {
		p = &problem{kind: badRequest, param: "model", text: "model: too long"}
	}
	if p == nil {
		p = modelProblem(a.model)
	}
	if p == nil {
		s.understand(a)
	}
	return a, p
}

// compose answers without a fault.
func (s *Server) compose(d dialect, a *ask, now time.Time) *reply {
	rep := &reply{text: s.solver.answer(a), tokens: s.prefix.tokens(d.endpoint(), a, now)}
	if a.form == formText {
		rep.text = "Here is the answer of the simulator:\n\n```json\n" + rep.text + "\n```\n"
	}
	rep.tokens.Output = tokensOf(utf8.RuneCountInString(rep.text))
	if a.maxOutput > 0 && rep.tokens.Output > a.maxOutput {
		rep.cut(a.maxOutput)
	}
	return rep
}

// cut ends the text after so many tokens.
func (r *reply) cut(tokens int) {
	runes := []rune(r.text)
	r.text, r.truncated = string(runes[:min(len(runes), 4*tokens)]), true
	r.tokens.Output = tokens
}

// exchanged is one accepted request on its way.
type exchanged struct {
	s    *Server
	w    http.ResponseWriter
	r    *http.Request
	d    dialect
	a    *ask
	rep  *reply
	draw draw
	id   uint64
}

// run waits, applies the fault and writes. It sets how the request ended, also
// where it ends the connection.
func (x *exchanged) run(e *ending) {
	ctx := x.r.Context()
	fault := x.draw.fault
	x.d.requestID(x.w.Header(), x.id)
	here := x.pause(ctx, x.draw.latency)
	if fault == ServerError || fault == Overloaded {
		e.outcome = string(fault)
		x.fail(fault)
		return
	}
	e.paid, e.tokens = true, x.rep.tokens
	x.s.prefix.keep(x.d.endpoint(), x.a, x.s.c.Now())
	if !here {
		return
	}
	if fault != "" {
		e.outcome = string(fault)
		x.s.spoil(x.a, x.rep, fault, x.draw.coin)
		e.tokens = x.rep.tokens
	}
	if fault == Timeout {
		x.pause(ctx, x.s.c.Hang)
		panic(http.ErrAbortHandler) // ends the connection without an answer
	}
	e.arrived = x.write(ctx, fault, x.d.answer(nil, x.id, x.s.c.Now(), x.a, x.rep))
	if e.arrived && fault == "" {
		e.outcome = Answered
	}
}

// pause waits, and reports whether the client is still there.
func (x *exchanged) pause(ctx context.Context, d time.Duration) bool {
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		case <-x.s.closed:
		}
	}
	return ctx.Err() == nil
}

func (x *exchanged) fail(fault Fault) {
	kind := failing
	if fault == Overloaded {
		kind = overloaded
	}
	status, body := x.d.failure(&problem{kind: kind}, x.id)
	writeJSON(x.w, status, body)
}

// write sends the body, and reports whether all of it could be sent.
func (x *exchanged) write(ctx context.Context, fault Fault, body []byte) bool {
	h := x.w.Header()
	h.Set("Content-Type", "application/json")
	if fault == Malformed {
		body = body[:len(body)*2/3]
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	switch fault {
	case Cut:
		x.w.Write(body[:len(body)/2])
		x.flush()
		panic(http.ErrAbortHandler) // ends the connection in the middle of the body
	case Slow:
		return x.drip(ctx, body)
	}
	_, err := x.w.Write(body)
	return err == nil && ctx.Err() == nil
}

func (x *exchanged) flush() error { return http.NewResponseController(x.w).Flush() }

// pieces are those in which a slow body comes.
const pieces = 10

func (x *exchanged) drip(ctx context.Context, body []byte) bool {
	size := len(body)/pieces + 1
	for len(body) > 0 {
		if !x.pause(ctx, x.s.c.Drip/pieces) {
			return false
		}
		n := min(size, len(body))
		if _, err := io.Copy(x.w, bytes.NewReader(body[:n])); err != nil || x.flush() != nil {
			return false
		}
		body = body[n:]
	}
	return true
}

// oversize is the text that makes a body of 5 MB.
var oversize = sync.OnceValue(func() string { return strings.Repeat("simulator ", 512<<10) })
