package doctor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// mostAnswer bounds what a node may answer, in bytes.
const mostAnswer = 16 << 20

var client = &http.Client{
	Transport: &http.Transport{
		DialContext:     (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		IdleConnTimeout: 5 * time.Second,
	},
	// An API does not send its callers elsewhere.
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// answer is what came back.
type answer struct {
	body  []byte
	date  time.Time     // by the clock of the server; zero: it did not say
	start time.Time     // by ours
	took  time.Duration //
}

// send sends a request, and reads the whole answer.
func send(ctx context.Context, now func() time.Time, method, url string, in any) (answer, error) {
	var a answer
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return a, err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return a, err
	}
	req.Header.Set("Accept", "application/json")
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	a.start = now()
	resp, err := client.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	a.took = now().Sub(a.start)
	a.date, _ = http.ParseTime(resp.Header.Get("Date"))
	if a.body, err = io.ReadAll(io.LimitReader(resp.Body, mostAnswer)); err != nil {
		return a, err
	}
	if resp.StatusCode < 200 || resp.StatusCode >= 300 {
		return a, refusal(resp.StatusCode, a.body)
	}
	return a, nil
}

// RefusedError is an answer that is none of success.
type RefusedError struct {
	Status  int
	Message string
}

func (e *RefusedError) Error() string { return fmt.Sprintf("it answers %d: %s", e.Status, e.Message) }

func refusal(status int, body []byte) error {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &said) != nil || said.Message == "" {
		said.Message = string(body[:min(len(body), longest)])
	}
	return &RefusedError{status, plain(said.Message)}
}

// get reads JSON.
func get[T any](ctx context.Context, now func() time.Time, url string) (T, answer, error) {
	var out T
	a, err := send(ctx, now, http.MethodGet, url, nil)
	if err == nil && json.Unmarshal(a.body, &out) != nil {
		err = errors.New("it does not speak the language of Restate")
	}
	return out, a, err
}

// query asks an admin API in SQL.
func query[T any](ctx context.Context, admin, sql string) ([]T, error) {
	var out struct {
		Rows []T `json:"rows"`
	}
	a, err := send(ctx, time.Now, http.MethodPost, admin+"/query", map[string]string{"query": sql})
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(a.body, &out); err != nil {
		return nil, fmt.Errorf("read what the query gave: %w", err)
	}
	return out.Rows, nil
}

// ahead is how far the clock of a server is ahead of ours. Dates have whole
// seconds: half a second is what is meant.
func (a answer) ahead() (time.Duration, bool) {
	if a.date.IsZero() {
		return 0, false
	}
	return a.date.Add(500 * time.Millisecond).Sub(a.start.Add(a.took / 2)), true
}
