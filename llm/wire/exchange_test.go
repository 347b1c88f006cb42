package wire_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"classify/llm/wire"
)

func send(t *testing.T, x *wire.Exchange, url string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	client := wire.Client(wire.Options{})
	t.Cleanup(client.CloseIdleConnections)
	return x.Do(req, client.Do)
}

func server(t *testing.T, f http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s.URL
}

func TestAnExchangeRecordsWhatCame(t *testing.T) {
	t.Parallel()
	url := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "r1")
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, ` {"a":1}`)
	})
	x := &wire.Exchange{}
	res, err := send(t, x, url)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil || string(body) != ` {"a":1}` {
		t.Errorf("body %q, %v", body, err)
	}
	if x.Status != http.StatusTeapot || string(x.Body) != ` {"a":1}` || x.Header.Get("X-Request-Id") != "r1" || x.Err != nil || x.Page() {
		t.Errorf("recorded %+v", x)
	}
	if res.Header.Get("Content-Type") != "application/json" {
		t.Error("JSON that is called plain text is handed on as plain text")
	}
}

func TestABodyBeyondItsBoundIsAnError(t *testing.T) {
	t.Parallel()
	for name, announced := range map[string]bool{"announced": true, "unannounced": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := server(t, func(w http.ResponseWriter, _ *http.Request) {
				if announced {
					w.Header().Set("Content-Length", "5242880")
				}
				chunk := strings.Repeat("x", 1<<16)
				for range 80 {
					if _, err := io.WriteString(w, chunk); err != nil {
						return
					}
				}
			})
			x := &wire.Exchange{}
			if _, err := send(t, x, url); !errors.Is(err, wire.ErrTooLarge) || !errors.Is(x.Err, wire.ErrTooLarge) {
				t.Errorf("got %v, recorded %v", err, x.Err)
			}
			x = &wire.Exchange{MaxBody: 6 << 20}
			if _, err := send(t, x, url); err != nil || len(x.Body) != 5<<20 {
				t.Errorf("within a larger bound: %d bytes, %v", len(x.Body), err)
			}
		})
	}
}

func TestAStreamIsLeftUnreadUnlessItFailed(t *testing.T) {
	t.Parallel()
	var status atomic.Int64
	status.Store(200)
	url := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(int(status.Load()))
		_, _ = io.WriteString(w, "one\ntwo\n")
	})
	x := &wire.Exchange{Stream: true}
	res, err := send(t, x, url)
	if err != nil || x.Body != nil {
		t.Fatalf("read %q, %v", x.Body, err)
	}
	if text, err := io.ReadAll(res.Body); err != nil || string(text) != "one\ntwo\n" {
		t.Errorf("stream %q, %v", text, err)
	}
	_ = res.Body.Close()
	status.Store(404)
	if _, err := send(t, x, url); err != nil || string(x.Body) != "one\ntwo\n" {
		t.Errorf("a failure's body: %q, %v", x.Body, err)
	}
}

func TestAPageIsKnown(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, kind, body string
		want             bool
	}{
		{"by its type", "text/html; charset=utf-8", "hello", true},
		{"by its beginning", "text/plain", "\n <!DOCTYPE html><p>", true},
		{"a bare tag", "", "<html><body>", true},
		{"JSON", "application/json", `{"text":"<html>"}`, false},
		{"nothing", "", "", false},
	} {
		x := &wire.Exchange{Header: header("Content-Type", row.kind), Body: []byte(row.body)}
		if x.Page() != row.want {
			t.Errorf("%s: %v", row.name, x.Page())
		}
	}
}

func TestLinesAreBounded(t *testing.T) {
	t.Parallel()
	stop := errors.New("enough")
	for _, row := range []struct {
		name, text string
		want       []string
	}{
		{"with and without an end", "one\ntwo\r\n\n\nthree", []string{"one", "two", "three"}},
		{"as long as the bound", strings.Repeat("x", 100) + "\nshort\n", []string{strings.Repeat("x", 100), "short"}},
		{"one beyond the bound", strings.Repeat("x", 101) + "\nshort\n", []string{"short"}},
		{"beyond every buffer", strings.Repeat("x", 300_000) + "\nshort", []string{"short"}},
		{"endless", strings.Repeat("x", 300_000), nil},
		{"nothing", "", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			err := wire.Lines(strings.NewReader(row.text), 100, func(line []byte) error {
				got = append(got, string(line))
				return nil
			})
			if err != nil || strings.Join(got, "|") != strings.Join(row.want, "|") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	if err := wire.Lines(strings.NewReader("a\nb"), 100, func([]byte) error { return stop }); err != stop {
		t.Errorf("the caller's error became %v", err)
	}
	cut := io.MultiReader(strings.NewReader("a\nb"), &broken{})
	if err := wire.Lines(cut, 100, func([]byte) error { return nil }); err != io.ErrUnexpectedEOF {
		t.Errorf("a cut stream ends with %v", err)
	}
}

type broken struct{}

func (*broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
