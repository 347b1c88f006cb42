package telemetry

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"classify"
	"classify/llm"
)

// The attributes of spans. Their names are those of log lines; texts are clipped.
const (
	spanRun       = attribute.Key("classify." + AttrRun)
	spanIndicator = attribute.Key("classify." + AttrIndicator)
	spanNode      = attribute.Key("classify." + AttrNode)
	spanStage     = attribute.Key("classify." + AttrStage)
	spanModel     = attribute.Key("classify." + AttrModel)
	spanProvider  = attribute.Key("classify." + AttrProvider)
	// spanError is a word of a fixed list; the text of an error may quote anything.
	spanError = attribute.Key("error.type")
)

// Workflow says which workflow a span is about.
type Workflow struct {
	RunID       int64
	IndicatorID string
	// Key is the key of the workflow: the ids of its spans follow from it, so that
	// they are the same in every attempt. "" makes random ones.
	Key string
	// Trace is the trace context of the run, as Inject made it. Without a good one
	// the workflow belongs to the span of ctx, if that was begun in this process,
	// or begins a trace of its own. What Restate itself sends with an invocation is
	// not looked at: it asks for no trace unless the nodes trace as well.
	Trace string
}

// StartRun begins the span of a run; end is to be called once, with how it ended.
// A run that is killed has no span, and its workflows name one that is missing.
func (t *Tracer) StartRun(ctx context.Context, runID int64) (_ context.Context, end func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	ctx, span := t.tracer.Start(ctx, "run", trace.WithAttributes(t.here(spanRun.Int64(runID))...))
	return ctx, func(err error) { finish(span, err, time.Now()) }
}

// StartWorkflow begins the span of a workflow. end is to be called with how it
// ended, and only where no further attempt will be made: an attempt without end
// leaves no spans but those of its model calls.
func (t *Tracer) StartWorkflow(ctx context.Context, w Workflow) (_ context.Context, end func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	start := ctx
	if parent := trace.SpanContextFromContext(Extract(context.Background(), w.Trace)); parent.IsValid() {
		start = trace.ContextWithRemoteSpanContext(ctx, parent)
	} else if trace.SpanContextFromContext(ctx).IsRemote() {
		start = trace.ContextWithSpanContext(ctx, trace.SpanContext{})
	}
	if w.Key != "" {
		start = context.WithValue(start, seedKey{}, w.Key)
	}
	_, span := t.tracer.Start(start, "workflow", trace.WithAttributes(t.here(spanRun.Int64(w.RunID), spanIndicator.String(Clip(w.IndicatorID, maxText)))...))
	held := &held{repeats: w.Key != ""}
	ctx = context.WithValue(trace.ContextWithSpan(ctx, span), heldKey{}, held)
	return ctx, func(err error) {
		at := time.Now()
		if held.release() {
			finish(span, err, at)
		}
	}
}

// StartStage begins the span of a stage; end is to be called once, with how it
// ended. Within a workflow the span is sent when the workflow ends.
func (t *Tracer) StartStage(ctx context.Context, stage classify.Stage, indicator string) (_ context.Context, end func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	start := ctx
	h, _ := ctx.Value(heldKey{}).(*held)
	if h != nil && h.repeats {
		parent := trace.SpanContextFromContext(ctx).SpanID()
		start = context.WithValue(ctx, seedKey{}, string(stage)+"\x00"+parent.String())
	}
	_, span := t.tracer.Start(start, "stage "+stageOf(stage), trace.WithAttributes(spanStage.String(stageOf(stage)), spanIndicator.String(Clip(indicator, maxText))))
	return trace.ContextWithSpan(ctx, span), func(err error) {
		at := time.Now()
		if h == nil || !h.keep(func() { finish(span, err, at) }) {
			finish(span, err, at)
		}
	}
}

// StartCall begins the span of a question to a model, with the wait for limits and
// also where the answer turns out to be stored; end is to be called once, with how
// it ended.
func (t *Tracer) StartCall(ctx context.Context, stage classify.Stage, model llm.ID) (_ context.Context, end func(error)) {
	if t == nil {
		return ctx, func(error) {}
	}
	ctx, span := t.tracer.Start(ctx, "model call", trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		spanStage.String(stageOf(stage)), spanProvider.String(Clip(model.Provider, maxText)), spanModel.String(Clip(model.Model, maxText))))
	return ctx, func(err error) { finish(span, err, time.Now()) }
}

// here adds the node to attributes.
func (t *Tracer) here(kv ...attribute.KeyValue) []attribute.KeyValue {
	if t.node != "" {
		kv = append(kv, spanNode.String(t.node))
	}
	return kv
}

// finish ends a span as of a time.
func finish(span trace.Span, err error, at time.Time) {
	if err != nil {
		class := classOf(err)
		span.SetAttributes(spanError.String(class))
		if class != "pending" && class != "cancelled" {
			span.SetStatus(codes.Error, "")
		}
	}
	span.End(trace.WithTimestamp(at))
}

// heldKey is the key of what a workflow holds back within its context.
type heldKey struct{}

// held are the spans of the stages of one attempt at a workflow.
type held struct {
	repeats bool // there may be other attempts, under the same ids

	mu       sync.Mutex
	finished []func()
	released bool
}

// keep holds the end of a span back. It reports false where the workflow has ended.
func (h *held) keep(finish func()) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.released {
		h.finished = append(h.finished, finish)
	}
	return !h.released
}

// release ends all spans. It reports false where that was done before.
func (h *held) release() bool {
	h.mu.Lock()
	finished := h.finished
	first := !h.released
	h.released, h.finished = true, nil
	h.mu.Unlock()
	for _, finish := range finished {
		finish()
	}
	return first
}

// traceParent is the header of W3C trace context that Inject and Extract speak of.
const traceParent = "traceparent"

// Inject returns the trace context of ctx as the value of a W3C traceparent header,
// so that it can travel as a string; "" where there is none.
func Inject(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[traceParent]
}

// Extract returns ctx with the trace context that Inject made a string of. A string
// that is none leaves ctx as it is.
func Extract(ctx context.Context, traceparent string) context.Context {
	if len(traceparent) > maxText {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier{traceParent: traceparent})
}
