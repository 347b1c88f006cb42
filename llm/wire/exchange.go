package wire

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"strings"
)

// MaxBody is how many bytes of a body are read unless an Exchange says otherwise.
const MaxBody = 1 << 20

// ErrTooLarge is what reading a body beyond its bound ends with.
var ErrTooLarge = errors.New("the answer is larger than an answer can be")

// An Exchange records one request and its answer. Its Do has the form of a
// middleware in the official clients:
//
//	x := &wire.Exchange{}
//	res, err := client.Chat.Completions.New(ctx, params, option.WithMiddleware(x.Do))
//
// What it recorded is to be read after the call has returned, and is there also
// where the official client makes an error of its own of it. It serves one call
// at a time.
type Exchange struct {
	// MaxBody bounds the body in bytes; 0: the package's MaxBody.
	MaxBody int64
	// Stream leaves the body of a success unread, for Lines; a failure's is
	// read and bounded all the same.
	Stream bool

	Status int         // of HTTP; 0: there was no answer
	Header http.Header // nil: there was no answer
	Body   []byte      // whole, unless Err is set or it is streamed
	Err    error       // why there is no answer, or not a whole one
}

// Do sends a request with next, reads and bounds the body, and records both.
// The response that it returns has the whole body in memory.
func (x *Exchange) Do(req *http.Request, next func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	x.Status, x.Header, x.Body, x.Err = 0, nil, nil, nil
	res, err := next(req)
	if err != nil {
		x.Err = err
		return nil, err
	}
	x.Status, x.Header = res.StatusCode, res.Header
	if x.Stream && res.StatusCode < 300 {
		return res, nil
	}
	x.Body, x.Err = readBounded(res, cmp.Or(x.MaxBody, MaxBody))
	_ = res.Body.Close() // what was needed of it is read
	if x.Err != nil {
		return nil, x.Err
	}
	if json := bytes.TrimLeft(x.Body, " \t\r\n"); len(json) > 0 && json[0] == '{' {
		// Some servers call their JSON text/plain, which the official clients refuse.
		res.Header = res.Header.Clone()
		res.Header.Set("Content-Type", "application/json")
	}
	res.Body = io.NopCloser(bytes.NewReader(x.Body))
	return res, nil
}

func readBounded(res *http.Response, limit int64) ([]byte, error) {
	if res.ContentLength > limit {
		return nil, ErrTooLarge
	}
	var body bytes.Buffer
	if res.ContentLength > 0 {
		body.Grow(int(res.ContentLength) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(io.LimitReader(res.Body, limit+1)); err != nil {
		return nil, err
	}
	if int64(body.Len()) > limit {
		return nil, ErrTooLarge
	}
	return body.Bytes(), nil
}

// Page reports whether the answer is a page for people, which no provider
// answers with: the address leads elsewhere, or a proxy answered.
func (x *Exchange) Page() bool {
	if strings.Contains(strings.ToLower(x.Header.Get("Content-Type")), "text/html") {
		return true
	}
	head := bytes.ToLower(bytes.TrimSpace(x.Body[:min(len(x.Body), 256)]))
	return bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html"))
}
