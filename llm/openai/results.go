package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/openai/openai-go/v3/option"

	"classify/llm"
	"classify/llm/wire"
)

// A line is one result of a batch, in its output or its error file.
type line struct {
	Key      string `json:"custom_id"`
	Response *struct {
		Status    int             `json:"status_code"`
		RequestID string          `json:"request_id"`
		Body      json.RawMessage `json:"body"`
	} `json:"response"`
	Error *struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// Results reads the output file and the error file of a batch that has ended.
// A line that is no result, or beyond wire.MaxBody, is passed over: its key
// gets none. Each read may take as long as a call.
func (m *Model) Results(ctx context.Context, remoteID string, yield func(llm.BatchResult) error) error {
	b, err := m.batch(ctx, remoteID)
	if err != nil {
		return err
	}
	taken := m.habits.way(ctx)
	for _, id := range []string{b.OutputFileID, b.ErrorFileID} {
		if id == "" {
			continue
		}
		if err := m.download(ctx, id, func(text []byte) error {
			var l line
			if json.Unmarshal(text, &l) != nil || l.Key == "" {
				return nil
			}
			return yield(m.result(ctx, &l, taken))
		}); err != nil {
			return err
		}
	}
	return nil
}

// result is what a line brings.
func (m *Model) result(ctx context.Context, l *line, taken way) llm.BatchResult {
	r := llm.BatchResult{Key: l.Key}
	switch {
	case l.Error != nil && l.Error.Code == "batch_expired":
		r.Err = m.failed(llm.Timeout, 0, "", "not answered before the batch expired")
	case l.Error != nil:
		r.Err = m.failed(llm.Server, 0, "", "%s: %s", l.Error.Code, l.Error.Message)
	case l.Response == nil:
		r.Err = m.failed(llm.Malformed, 0, "", "a result without an answer")
	case l.Response.Status >= 300:
		x := &wire.Exchange{Status: l.Response.Status, Header: http.Header{}, Body: l.Response.Body}
		refused := m.recorded(m.refused(x), x)
		errors.As(m.adapted(ctx, refused, x, taken), &r.Err)
	default:
		r.Response, r.Err = m.answer(ctx, l.Response.Body, nil, taken)
	}
	if l.Response != nil {
		if id := m.label(l.Response.RequestID); r.Response != nil {
			r.Response.RequestID = id
		} else {
			r.Err.RequestID = id
		}
	}
	return r
}

// stopped is an error of the caller's own, which is passed on as it is.
type stopped struct{ error }

// download yields the lines of a file. A file that does not go on for as long
// as a call may take is given up.
func (m *Model) download(ctx context.Context, fileID string, yield func([]byte) error) error {
	flowing, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	patience := time.AfterFunc(m.timeout, func() { cancel(context.DeadlineExceeded) })
	defer patience.Stop()
	x := &wire.Exchange{Stream: true}
	var res *http.Response
	// A time-out of the call itself would end the reading of the body with it.
	err := m.call(flowing, 24*time.Hour, x, func(_ context.Context, o ...option.RequestOption) (err error) {
		res, err = m.files.Content(flowing, fileID, o...)
		return err
	})
	if err != nil {
		return m.ended(ctx, flowing, err, x)
	}
	defer func() { _ = res.Body.Close() }() // what was wanted of it is read
	lines := 0
	err = wire.Lines(flowingReader{res.Body, patience, m.timeout}, wire.MaxBody, func(text []byte) error {
		if lines++; lines > 2*maxRequests {
			return stopped{m.failed(llm.Malformed, x.Status, "", "a batch's results have more than %d lines", 2*maxRequests)}
		}
		patience.Stop() // the caller's time is not the server's
		if err := yield(text); err != nil {
			return stopped{err}
		}
		return nil
	})
	if err == nil {
		return nil
	}
	var own stopped
	if errors.As(err, &own) {
		return own.error
	}
	return m.ended(ctx, flowing, err, x)
}

// ended is why a download ended early.
func (m *Model) ended(ctx, flowing context.Context, err error, x *wire.Exchange) error {
	var e *llm.CallError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case context.Cause(flowing) != nil:
		err = fmt.Errorf("results of a batch: %w", context.Cause(flowing))
	case errors.As(err, &e):
		return e
	}
	e = wire.Failed(err, m.address)
	e.Err = m.scrubbed(e.Err)
	return m.recorded(e, x)
}

// flowingReader starts the patience anew with each read.
type flowingReader struct {
	io.Reader
	patience *time.Timer
	wait     time.Duration
}

func (r flowingReader) Read(p []byte) (int, error) {
	r.patience.Reset(r.wait)
	return r.Reader.Read(p)
}
