package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"classify"
	"classify/llm"
)

// Failed says what an error on the way to a server is, and what mends it. The
// address is the server's; it is shown without user, password and query. The
// caller sets the class of a context that ended itself.
func Failed(err error, address string) *llm.CallError {
	class, text, hint := explain(err, address)
	e := fmt.Errorf("%s: %s", Redact(address), text)
	if hint != "" {
		e = classify.WithHint(e, "%s", hint)
	}
	return &llm.CallError{Class: class, Err: e}
}

// Status is the class of an answer's HTTP status, as far as the status alone
// tells it; "" for a success.
func Status(status int) llm.Class {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return llm.Auth
	case http.StatusPaymentRequired:
		return llm.Quota
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return llm.BadAddress
	case http.StatusRequestTimeout:
		return llm.Timeout
	case http.StatusTooManyRequests:
		return llm.RateLimited
	case http.StatusServiceUnavailable, 529:
		return llm.Overloaded
	case http.StatusConflict, http.StatusTooEarly:
		return llm.Server
	}
	switch {
	case status >= 500:
		return llm.Server
	case status >= 400:
		return llm.BadRequest
	case status >= 300:
		return llm.BadAddress
	}
	return ""
}

func explain(err error, address string) (class llm.Class, text, hint string) {
	var redirect *RedirectError
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.Is(err, ErrTooLarge):
		return llm.TooLarge, ErrTooLarge.Error(), ""
	case errors.As(err, &redirect):
		return llm.BadAddress, redirect.Error(), "give the address that it redirects to with --base-url, if you trust it"
	case errors.Is(err, context.DeadlineExceeded):
		return llm.Timeout, "no whole answer in time", ""
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return llm.Connection, "the proxy cannot be reached: " + innermost(op.Err), "check HTTPS_PROXY and HTTP_PROXY"
	case errors.As(err, &dns):
		return llm.Connection, fmt.Sprintf("the name %q cannot be resolved", Plain(dns.Name, 100)), unreached(address)
	}
	if text, hint, ok := encryption(err, address); ok {
		return llm.TLS, text, hint
	}
	if text, ok := misaddressed(err); ok {
		return llm.BadAddress, text, "--base-url takes an address such as http://127.0.0.1:1234/v1"
	}
	return broken(err, address)
}

// broken is a connection that was not made or did not last.
func broken(err error, address string) (class llm.Class, text, hint string) {
	var timeout net.Error
	var op *net.OpError
	dialled := errors.As(err, &op) && op.Op == "dial"
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return llm.Connection, "connection refused", unreached(address)
	case dialled:
		return llm.Connection, "cannot connect: " + innermost(op.Err), unreached(address)
	case errors.As(err, &timeout) && timeout.Timeout():
		return llm.Timeout, "no whole answer in time", ""
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		return llm.Connection, "the connection was cut", ""
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return llm.Connection, "the connection ended before the answer did", ""
	case strings.Contains(err.Error(), "malformed HTTP"):
		return llm.Malformed, "what answers is not HTTP", "check the port in --base-url"
	case strings.Contains(err.Error(), "invalid header field value"):
		return llm.Auth, "the key has characters that cannot be sent", "set the key again, without line ends and quotes"
	}
	return llm.Connection, innermost(err), ""
}

// encryption reports whether there is no trusted encrypted connection.
func encryption(err error, address string) (text, hint string, ok bool) {
	var (
		unknown  x509.UnknownAuthorityError
		host     x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		noRoots  x509.SystemRootsError
		insecure x509.InsecureAlgorithmError
	)
	trust := "add the issuer's certificate to the system's, or name it with SSL_CERT_FILE"
	switch {
	case errors.As(err, &unknown):
		return "the server's certificate is from an issuer that is not trusted here", trust, true
	case errors.As(err, &host):
		return "the server's certificate is for another name", "check the host name in --base-url", true
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired or is not valid yet", "check this machine's clock, or renew the certificate", true
	case errors.As(err, &noRoots):
		return "this machine has no trusted certificates", "install the package ca-certificates", true
	case errors.As(err, &invalid), errors.As(err, &insecure), errors.As(err, &verify):
		return "the server's certificate cannot be trusted: " + innermost(err), trust, true
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "the server does not encrypt", "write http:// in place of https:// in --base-url, if the server is on this machine or in a network that you trust", true
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: handshake failure"), strings.Contains(err.Error(), "TLS handshake timeout"):
		return "no encrypted connection: " + innermost(err), "check the host and the port in --base-url, and HTTPS_PROXY", true
	}
	return "", "", false
}

// misaddressed reports whether the address is none of an HTTP server.
func misaddressed(err error) (text string, ok bool) {
	var op *url.Error
	if errors.As(err, &op) && op.Op == "parse" {
		return "not an address", true
	}
	switch text := err.Error(); {
	case strings.Contains(text, "unsupported protocol scheme"):
		return "an address begins with http:// or https://", true
	case strings.Contains(text, "no Host in request URL"):
		return "the address names no host", true
	}
	return "", false
}

// unreached is the remedy for a server that nothing is heard of.
func unreached(address string) string {
	if u, err := url.Parse(address); err == nil {
		if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			return "is the server running? Start it, or check --base-url"
		}
	}
	return "check the network, HTTPS_PROXY, and the host and port in --base-url"
}

// innermost is the text of the error at the bottom, which names no address.
func innermost(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return Plain(err.Error(), 200)
		}
		err = inner
	}
}
