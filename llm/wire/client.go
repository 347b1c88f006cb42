// Package wire is how providers are spoken to over HTTP: one client with
// bounded connections and times, the record of what one exchange brought, and
// the words for what can go wrong on the way.
package wire

import (
	"cmp"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options of a client; zero values take the defaults.
type Options struct {
	Connect time.Duration // to connect, default 10 s
	TLS     time.Duration // to agree on encryption, default 10 s
	// Header is how long the first byte of an answer may take, default 5 minutes:
	// a model that reasons sends nothing until it is done. What a whole call may
	// take is the caller's context.
	Header time.Duration
	// InFlight is how many calls go to one host at a time, default 256; that many
	// connections are kept open.
	InFlight int
	// TLSConfig replaces the system's trust, for a server with a certificate of
	// its own; nil: the system's.
	TLSConfig *tls.Config
}

// Client returns a client for one provider, with the proxy that HTTPS_PROXY,
// HTTP_PROXY and NO_PROXY name. It follows no redirect to another host, because
// the key would go there too, and keeps no cookies. It does not bound bodies:
// an Exchange does. It is safe for concurrent use.
func Client(o Options) *http.Client {
	inFlight := cmp.Or(o.InFlight, 256)
	dialer := &net.Dialer{Timeout: cmp.Or(o.Connect, 10*time.Second), KeepAlive: 30 * time.Second}
	return &http.Client{
		CheckRedirect: sameHost,
		Transport: &http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            dialer.DialContext,
			TLSClientConfig:        o.TLSConfig,
			TLSHandshakeTimeout:    cmp.Or(o.TLS, 10*time.Second),
			ResponseHeaderTimeout:  cmp.Or(o.Header, 5*time.Minute),
			ExpectContinueTimeout:  time.Second,
			MaxIdleConns:           2 * inFlight,
			MaxIdleConnsPerHost:    inFlight,
			IdleConnTimeout:        90 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
			ForceAttemptHTTP2:      true,
		},
	}
}

// RedirectError is a redirect that was not followed.
type RedirectError struct{ To string } // without user, password and query

func (e *RedirectError) Error() string {
	return fmt.Sprintf("the server redirects to %s, and a key is not sent on to another host", e.To)
}

// sameHost follows at most three redirects, and none to another scheme or host.
func sameHost(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) > 3 || !sameOrigin(req.URL, first) {
		return &RedirectError{To: Redact(req.URL.String())}
	}
	return nil
}

func sameOrigin(a, b *url.URL) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) && strings.EqualFold(a.Host, b.Host)
}
