package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"classify"
)

// Tracer makes the spans run → workflow → stage → model call. It is safe for
// concurrent use; a nil *Tracer makes none.
//
// Restate may repeat an invocation, in this process or another. So that the spans
// of a workflow appear once, their ids follow from its key, and those of the
// workflow and its stages are sent only when it ends: an attempt that was suspended,
// killed or is tried again sends none, and the attempt that comes through sends all,
// under the ids that the calls of the earlier attempts name as their parents. Three
// things follow. The stages that the last attempt read from the journal are short,
// and a call of an earlier attempt lies before its stage. A workflow that is never
// finished leaves its calls alone. And where a process dies between the end of a
// workflow and Restate's note of it, the next attempt sends the same spans under the
// same ids once more. A model call is a durable step, and sent when it ends.
type Tracer struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	node     string
	sent     *watchedExporter
	ended    *endCounter
	log      *slog.Logger
}

// Options say where spans go and who sends them.
type Options struct {
	// Endpoint is the address of a collector that takes OTLP over HTTP, as
	// http://127.0.0.1:4318; "" is as the environment says.
	Endpoint string
	Node     string       // name of this process, for service.instance.id and the spans; "" is none
	Log      *slog.Logger // is told when spans cannot be sent; nil: nothing is logged
}

// Tracing returns a Tracer that sends its spans with OTLP over HTTP, or nil where
// neither Options nor the environment (OTEL_EXPORTER_OTLP_TRACES_ENDPOINT or
// OTEL_EXPORTER_OTLP_ENDPOINT) names a collector. The other variables of
// OpenTelemetry (headers, sampler, queue, service name) hold as well; headers, which
// may be secret, are never shown. Whether the collector is there is not waited for:
// its faults are logged and keep no work from being done. Errors are those of wrong
// settings. Shutdown sends what is left.
func Tracing(ctx context.Context, o Options) (*Tracer, error) {
	options, err := destination(o.Endpoint, os.Getenv)
	if err != nil || options == nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	name := []attribute.KeyValue{attribute.String("service.name", "classify"), attribute.String("service.version", classify.Version)}
	if o.Node != "" {
		name = append(name, attribute.String("service.instance.id", Clip(o.Node, maxText)))
	}
	from, err := resource.New(ctx, resource.WithAttributes(name...), resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, classify.WithHint(fmt.Errorf("read what the environment says of this service: %w", err), "OTEL_RESOURCE_ATTRIBUTES is a list such as team=data,region=eu")
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	sent := &watchedExporter{SpanExporter: exporter, log: log, hidden: secrets(os.Getenv)}
	var queue []sdktrace.BatchSpanProcessorOption
	if os.Getenv("OTEL_BSP_MAX_QUEUE_SIZE") == "" {
		queue = append(queue, sdktrace.WithMaxQueueSize(maxQueue))
	}
	t := newTracer(o.Node, sdktrace.WithBatcher(sent, queue...), sdktrace.WithResource(from))
	t.sent, t.log = sent, log
	return t, nil
}

// maxQueue is how many spans wait to be sent: a workflow ends seven at once, and
// a service ends a thousand workflows per second. It takes 20 MB when it is full.
const maxQueue = 1 << 14

// newTracer returns a tracer that does with spans what the options say.
func newTracer(node string, options ...sdktrace.TracerProviderOption) *Tracer {
	ended := new(endCounter)
	options = append(options, sdktrace.WithIDGenerator(spanIDs{}), sdktrace.WithSpanProcessor(ended))
	provider := sdktrace.NewTracerProvider(options...)
	return &Tracer{provider: provider, tracer: provider.Tracer("classify", trace.WithInstrumentationVersion(classify.Version)), node: Clip(node, maxText), ended: ended}
}

// Shutdown sends the spans that have ended, as far as ctx gives time, and ends the
// tracer. What was lost is logged.
func (t *Tracer) Shutdown(ctx context.Context) error {
	if t == nil {
		return nil
	}
	err := t.provider.Shutdown(ctx)
	if t.sent == nil {
		return err
	}
	if lost := t.ended.n.Load() - t.sent.sent.Load(); lost > 0 {
		t.log.Warn("traces were lost: more spans ended than the collector took in time",
			slog.Int64("spans", lost), slog.String("remedy", "sample them (OTEL_TRACES_SAMPLER=parentbased_traceidratio, OTEL_TRACES_SAMPLER_ARG=0.1), or raise OTEL_BSP_MAX_QUEUE_SIZE"))
	}
	return err
}

// destination is how the exporter is set up; nil where nothing is to be sent.
func destination(endpoint string, env func(string) string) ([]otlptracehttp.Option, error) {
	from := "the endpoint of traces"
	address := endpoint
	if address == "" {
		if strings.EqualFold(env("OTEL_SDK_DISABLED"), "true") || env("OTEL_TRACES_EXPORTER") == "none" {
			return nil, nil
		}
		for _, from = range []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"} {
			if address = env(from); address != "" {
				break
			}
		}
	}
	if address == "" {
		return nil, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		// The address is not repeated: it may hold a password.
		return nil, classify.WithHint(fmt.Errorf("%s is not the address of a collector", from), "write it as http://127.0.0.1:4318")
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"} {
		protocol := env(name)
		if protocol == "" {
			continue
		}
		if protocol != "http/protobuf" {
			return nil, classify.WithHint(fmt.Errorf("%s is %q: traces are sent as http/protobuf alone", name, Clip(protocol, maxText)),
				"set it to http/protobuf, and the endpoint to the collector's port for HTTP (4318)")
		}
		break
	}
	if endpoint == "" {
		return []otlptracehttp.Option{}, nil // the exporter reads the environment itself
	}
	if !strings.HasSuffix(u.Path, "/v1/traces") {
		u = u.JoinPath("v1", "traces")
	}
	return []otlptracehttp.Option{otlptracehttp.WithEndpointURL(u.String())}, nil
}
