package anthropic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"classify/llm"
	"classify/llm/wire"
)

// Results yields what an ended batch brought, one line of the answer after the
// other. An error of yield ends it and is returned. A line that is no result,
// or longer than an answer can be, is passed over: its key gets none. A request
// that the provider refused for a parameter that is left out from now on has an
// error of the class Adapted. Results may take as long as they flow; a pause may
// be as long as a call.
func (m *Model) Results(ctx context.Context, remoteID string, yield func(llm.BatchResult) error) error {
	sent := m.madeAs(remoteID)
	return m.lines(ctx, remoteID, func(line []byte) error {
		var r sdk.MessageBatchIndividualResponse
		if json.Unmarshal(line, &r) != nil || r.CustomID == "" {
			return nil
		}
		return yield(m.result(&r, sent))
	})
}

// madeAs is how the requests of a batch were made. For a batch of an earlier
// process that is how requests are made when nothing is known.
func (m *Model) madeAs(remoteID string) manner {
	m.mu.Lock()
	defer m.mu.Unlock()
	if how, ok := m.handed[remoteID]; ok {
		return how
	}
	return manner{way: jsonSchema}
}

func (m *Model) result(r *sdk.MessageBatchIndividualResponse, sent manner) llm.BatchResult {
	out := llm.BatchResult{Key: r.CustomID}
	switch r.Result.Type {
	case "succeeded":
		out.Response, out.Err = m.answer(&r.Result.Message, part{})
	case "errored":
		said := r.Result.Error.Error
		out.Err = m.refusal(0, said.Type, said.Message)
		if out.Err.Class == llm.BadRequest && sent.after(said.Message) != sent {
			m.mu.Lock()
			m.current = m.current.after(said.Message)
			m.mu.Unlock()
			out.Err.Class = llm.Adapted
		}
	case "expired":
		out.Err = &llm.CallError{Class: llm.Timeout, Err: errors.New("the provider did not come to it within the 24 hours of a batch, and does not charge it")}
	case "canceled":
		out.Err = &llm.CallError{Class: llm.Cancelled, Err: errors.New("the batch was cancelled before it")}
	default:
		out.Err = &llm.CallError{Class: llm.Malformed, Err: fmt.Errorf("%s: a result that is neither an answer nor an error", m.shown())}
	}
	return out
}

// lines yields the lines of a batch's results.
func (m *Model) lines(ctx context.Context, remoteID string, yield func(line []byte) error) error {
	if err := m.ready(); err != nil {
		return err
	}
	if !plainID(remoteID) {
		return &llm.CallError{Class: llm.BadRequest, Err: fmt.Errorf("%q names no batch", m.word(remoteID))}
	}
	flowing, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	patience := time.AfterFunc(m.timeout, func() { cancel(context.DeadlineExceeded) })
	defer patience.Stop()
	var res *http.Response
	x := &wire.Exchange{Stream: true}
	err := m.client.Get(flowing, "v1/messages/batches/"+url.PathEscape(remoteID)+"/results", nil, &res, option.WithMiddleware(x.Do))
	if err != nil {
		if ctx.Err() == nil && flowing.Err() != nil {
			x.Err = context.Cause(flowing)
		}
		return m.batchFailed(ctx, x, err, remoteID)
	}
	defer res.Body.Close()
	return m.read(ctx, flowing, &results{res.Body, patience, m.timeout, maxResults}, yield)
}

// maxResults bounds what is read of one batch's results: 40 KB for each of the
// most requests that a batch can have.
const maxResults = 4 << 30

// results is a stream of them that is given up when it pauses for too long or
// has no end.
type results struct {
	io.Reader
	patience *time.Timer
	wait     time.Duration
	left     int64
}

func (r *results) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, wire.ErrTooLarge
	}
	r.patience.Reset(r.wait)
	n, err := r.Reader.Read(p)
	r.patience.Stop() // what is done with it is not the server's time
	r.left -= int64(n)
	return n, err
}

// read yields the lines of a stream of results.
func (m *Model) read(ctx, flowing context.Context, in *results, yield func(line []byte) error) error {
	var stopped error
	err := wire.Lines(in, wire.MaxBody, func(line []byte) error {
		stopped = yield(line)
		return stopped
	})
	switch {
	case err == nil || stopped != nil:
		return stopped
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case flowing.Err() != nil:
		err = context.Cause(flowing)
	}
	return m.broken(err)
}

// keyOf is the key of one line of results.
func keyOf(line []byte) (key string, ok bool) {
	var r struct {
		CustomID string `json:"custom_id"`
	}
	err := json.Unmarshal(line, &r)
	return r.CustomID, err == nil && r.CustomID != ""
}
