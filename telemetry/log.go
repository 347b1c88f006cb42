package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"classify"
)

// The names of attributes, the same in log lines and (with "classify." before them)
// in spans.
const (
	AttrRun       = "run"       // id of the run, a number
	AttrIndicator = "indicator" // id of the indicator
	AttrNode      = "node"      // name of a node of the cluster, or of this process
	AttrStage     = "stage"
	AttrModel     = "model" // as it is asked for
	AttrProvider  = "provider"
)

// maxMessage is how many bytes of a message or an error a line holds.
const maxMessage = 2048

// Logger returns a logger that writes one line for each record, as "text" or as
// "json". Whatever the attributes hold, a line stays one line and each text in it is
// bounded: names at 256 bytes, messages and errors at 2048, and what does not print
// is escaped. A value that is neither text, number, truth nor time is written as its
// text. Where the context of a record has a span, its trace_id and span_id follow.
// Nothing is taken out: what is secret must not be logged. Another format is an
// error.
func Logger(w io.Writer, format string, level slog.Leveler) (*slog.Logger, error) {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: bounded}
	switch format {
	case "text":
		return slog.New(spanned{slog.NewTextHandler(w, options)}), nil
	case "json":
		return slog.New(spanned{slog.NewJSONHandler(w, options)}), nil
	}
	return nil, classify.WithHint(fmt.Errorf("log format %q is unknown", Clip(format, maxText)), "use text or json")
}

// bounded makes an attribute fit for a line.
func bounded(groups []string, a slog.Attr) slog.Attr {
	n := maxText
	if len(groups) == 0 && a.Key == slog.MessageKey {
		n = maxMessage
	}
	a.Key = Clip(a.Key, maxText)
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Clip(a.Value.String(), n))
	case slog.KindAny:
		v := a.Value.Any()
		if _, failed := v.(error); failed {
			n = maxMessage
		}
		a.Value = slog.StringValue(Clip(fmt.Sprint(v), n))
	}
	return a
}

// spanned adds the ids of the span of a record's context.
type spanned struct{ slog.Handler }

func (h spanned) Handle(ctx context.Context, r slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r = r.Clone()
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

func (h spanned) WithAttrs(attrs []slog.Attr) slog.Handler {
	return spanned{h.Handler.WithAttrs(attrs)}
}
func (h spanned) WithGroup(name string) slog.Handler { return spanned{h.Handler.WithGroup(name)} }
