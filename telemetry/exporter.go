package telemetry

import (
	"context"
	"log/slog"
	"sync/atomic"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// watchedExporter says once when spans cannot be sent any more, and once when they
// can be again. Its faults end there: the standard error may be a progress view.
type watchedExporter struct {
	sdktrace.SpanExporter
	log    *slog.Logger
	failed atomic.Bool
	sent   atomic.Int64 // spans that were handed to the exporter, also those that it could not send
}

// ExportSpans sends spans; it does not fail.
func (e *watchedExporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	e.sent.Add(int64(len(spans)))
	err := e.SpanExporter.ExportSpans(ctx, spans)
	switch {
	case err != nil && !e.failed.Swap(true):
		e.log.WarnContext(ctx, "traces cannot be sent; they are lost until the collector takes them again", slog.Int("spans", len(spans)), slog.String("error", errText(err)))
	case err == nil && e.failed.Swap(false):
		e.log.InfoContext(ctx, "traces are sent again")
	}
	return nil
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
