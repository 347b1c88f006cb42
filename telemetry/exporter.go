package telemetry

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"classify/llm/wire"
)

// watchedExporter says once when spans cannot be sent any more, and once when they
// can be again. Its faults end there: the standard error may be a progress view.
type watchedExporter struct {
	sdktrace.SpanExporter
	log    *slog.Logger
	hidden []string // what no log line may show
	failed atomic.Bool
	sent   atomic.Int64 // spans that were handed to the exporter, also those that it could not send
}

// ExportSpans sends spans; it does not fail.
func (e *watchedExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	e.sent.Add(int64(len(spans)))
	err := e.SpanExporter.ExportSpans(ctx, spans)
	switch {
	case err != nil && !e.failed.Swap(true):
		e.log.WarnContext(ctx, "traces cannot be sent; they are lost until the collector takes them again", slog.Int("spans", len(spans)), slog.String("error", e.text(err)))
	case err == nil && e.failed.Swap(false):
		e.log.InfoContext(ctx, "traces are sent again")
	}
	return nil
}

// text is why spans could not be sent. A collector may repeat what it was sent, and
// an address may hold a password.
func (e *watchedExporter) text(err error) string {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	return Clip(wire.Scrub(err.Error(), e.hidden...), maxText)
}

// secrets are the values of the headers that go to the collector.
func secrets(env func(string) string) []string {
	var found []string
	for _, name := range []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"} {
		for header := range strings.SplitSeq(env(name), ",") {
			_, value, _ := strings.Cut(header, "=")
			value = strings.TrimSpace(value)
			found = append(found, value)
			if plain, err := url.PathUnescape(value); err == nil {
				_, bearer, _ := strings.Cut(plain, " ")
				found = append(found, plain, bearer)
			}
		}
	}
	return found
}

// endCounter counts the spans that should be sent.
type endCounter struct{ n atomic.Int64 }

func (c *endCounter) OnStart(context.Context, sdktrace.ReadWriteSpan) {}

func (c *endCounter) OnEnd(s sdktrace.ReadOnlySpan) {
	if s.SpanContext().IsSampled() {
		c.n.Add(1)
	}
}

func (c *endCounter) Shutdown(context.Context) error   { return nil }
func (c *endCounter) ForceFlush(context.Context) error { return nil }
