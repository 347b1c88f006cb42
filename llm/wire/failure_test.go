package wire_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/wire"
)

// closedPort is an address on which nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	return l.Addr().String()
}

// rawServer answers every connection with a text and closes it.
func rawServer(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				buf := make([]byte, 4096)
				_, _ = c.Read(buf)
				_, _ = io.WriteString(c, text)
			}()
		}
	}()
	return l.Addr().String()
}

func TestEveryFailureOnTheWayHasAClassAndARemedy(t *testing.T) {
	t.Parallel()
	encrypted := httptest.NewUnstartedServer(http.NotFoundHandler())
	encrypted.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshakes
	encrypted.StartTLS()
	t.Cleanup(encrypted.Close)
	plain := server(t, func(http.ResponseWriter, *http.Request) {})
	elsewhere := server(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the key was sent to another host")
		}
	})
	redirecting := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere+"/v1?key=s3", http.StatusTemporaryRedirect)
	})
	silent := server(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	cut := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, "{")
	})
	for _, row := range []struct {
		name, url  string
		class      llm.Class
		text, hint string
	}{
		{"nothing listens", "http://" + closedPort(t) + "/v1", llm.Connection, "connection refused", "is the server running"},
		{"no such name", "http://no-such-host.invalid/v1", llm.Connection, "cannot be resolved", "--base-url"},
		{"unknown issuer", encrypted.URL, llm.TLS, "not trusted", "SSL_CERT_FILE"},
		{"no encryption there", "https" + strings.TrimPrefix(plain, "http"), llm.TLS, "does not encrypt", "http://"},
		{"no HTTP there", "http://" + rawServer(t, "SSH-2.0-OpenSSH_9.6\r\n"), llm.Malformed, "not HTTP", "port"},
		{"cut before the answer", "http://" + rawServer(t, ""), llm.Connection, "", ""},
		{"cut within the answer", cut, llm.Connection, "ended before", ""},
		{"redirect to another host", redirecting, llm.BadAddress, "redirects to", "--base-url"},
		{"no answer in time", silent, llm.Timeout, "in time", ""},
		{"no scheme", "localhost:1234/v1", llm.BadAddress, "http://", "--base-url"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			address := strings.Replace(row.url, "://", "://anna:geheim123@", 1) + "?key=s3cret"
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer x")
			patience := time.Minute
			if row.class == llm.Timeout {
				patience = 50 * time.Millisecond
			}
			client := wire.Client(wire.Options{Header: patience})
			t.Cleanup(client.CloseIdleConnections)
			x := &wire.Exchange{}
			if _, err = x.Do(req, client.Do); err == nil {
				t.Fatal("no failure")
			}
			got := wire.Failed(err, address)
			if got.Class != row.class || !strings.Contains(got.Error(), row.text) || !strings.Contains(classify.Hint(got), row.hint) {
				t.Errorf("class %s, text %q, hint %q, of %v", got.Class, got, classify.Hint(got), err)
			}
			if text := got.Error() + classify.Hint(got); strings.Contains(text, "geheim123") || strings.Contains(text, "s3cret") {
				t.Errorf("shows a secret: %s", text)
			}
		})
	}
}

func TestErrorsThatNoTestServerMakesHaveAClassToo(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		err   error
		class llm.Class
	}{
		{"deadline", fmt.Errorf("post: %w", context.DeadlineExceeded), llm.Timeout},
		{"too large", fmt.Errorf("read: %w", wire.ErrTooLarge), llm.TooLarge},
		{"a proxy that is not there", &net.OpError{Op: "proxyconnect", Err: errors.New("refused")}, llm.Connection},
		{"a name server that is not there", &net.DNSError{Name: "api.openai.com", IsTimeout: true}, llm.Connection},
		{"an alert", tls.AlertError(40), llm.TLS},
		{"a key with a line end", errors.New(`net/http: invalid header field value for "Authorization"`), llm.Auth},
		{"anything else", errors.New("http2: stream closed"), llm.Connection},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := wire.Failed(row.err, "https://api.openai.com/v1"); got.Class != row.class {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestEveryStatusHasAClass(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]llm.Class{
		200: "", 201: "", 302: llm.BadAddress, 400: llm.BadRequest, 401: llm.Auth, 402: llm.Quota, 403: llm.Auth, 404: llm.BadAddress,
		405: llm.BadAddress, 408: llm.Timeout, 409: llm.Server, 413: llm.BadRequest, 422: llm.BadRequest, 429: llm.RateLimited,
		500: llm.Server, 502: llm.Server, 503: llm.Overloaded, 504: llm.Server, 529: llm.Overloaded,
	} {
		if got := wire.Status(status); got != want {
			t.Errorf("%d: got %q, want %q", status, got, want)
		}
	}
}
