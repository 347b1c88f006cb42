package restate

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Serve serves over HTTP/2 without encryption, as the nodes of a cluster speak it,
// and HTTP/1.1 for whoever looks at /health, until ctx ends. Then it takes nothing
// new, gives what is open grace to end, and cancels the rest, which Restate tries
// again elsewhere.
func Serve(ctx context.Context, l net.Listener, h http.Handler, grace time.Duration) error {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	base, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := &http.Server{
		Handler: h, Protocols: &protocols, ReadHeaderTimeout: 10 * time.Second,
		// A node has up to 128 requests on a connection, each open as long as its
		// workflow.
		HTTP2:       &http.HTTP2Config{MaxConcurrentStreams: 1024, SendPingTimeout: 30 * time.Second, PingTimeout: 20 * time.Second},
		BaseContext: func(net.Listener) context.Context { return base },
		ErrorLog:    slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug), // what clients do wrong
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	drained, stop := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer stop()
	err := s.Shutdown(drained)
	if errors.Is(err, context.DeadlineExceeded) {
		cancel()
		err = s.Close()
	}
	if serveErr := <-served; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	return err
}

// Routes puts /health, /ready and /metrics, which status answers, before the
// protocol of Restate.
func (s *Service) Routes(status http.Handler) (http.Handler, error) {
	protocol, err := s.Handler()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/", protocol)
	for _, path := range []string{"/health", "/ready", "/metrics"} {
		mux.Handle(path, status)
	}
	return mux, nil
}
