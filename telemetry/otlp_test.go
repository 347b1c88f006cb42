package telemetry

import (
	"bytes"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"classify"
)

// receiver takes OTLP over HTTP and keeps what it was sent.
type receiver struct {
	mu       sync.Mutex
	spans    map[string]*tracepb.Span // by name
	resource map[string]string
	paths    map[string]bool
	status   int // 0: it takes everything
	body     string
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paths[q.URL.Path] = true
	if r.status != 0 {
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, r.body)
		return
	}
	raw, err := io.ReadAll(q.Body)
	var sent collector.ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(raw, &sent) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, from := range sent.ResourceSpans {
		for _, kv := range from.Resource.Attributes {
			r.resource[kv.Key] = kv.Value.GetStringValue()
		}
		for _, scope := range from.ScopeSpans {
			for _, s := range scope.Spans {
				r.spans[s.Name] = s
			}
		}
	}
}

// collect starts a receiver.
func collect(t *testing.T) (*receiver, string) {
	t.Helper()
	r := &receiver{spans: map[string]*tracepb.Span{}, resource: map[string]string{}, paths: map[string]bool{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return r, server.URL
}

func TestACollectorIsSentTheSpansOfARun(t *testing.T) {
	t.Parallel()
	r, address := collect(t)
	tracer, err := Tracing(t.Context(), Options{Endpoint: address, Node: "replica \xff1"})
	if err != nil {
		t.Fatal(err)
	}
	run, endRun := tracer.StartRun(t.Context(), 7)
	ctx, end := tracer.StartWorkflow(t.Context(), Workflow{RunID: 7, IndicatorID: "hostile \xff\xfe id", Key: "key", Trace: Inject(run)})
	if _, err := classify.Classify(ctx, tracer.Stages(modelled{tracer.Asker(gpt, answered)}), classify.Indicator{ID: "hostile \xff\xfe id"}); err != nil {
		t.Fatal(err)
	}
	end(nil)
	endRun(nil)
	if err := tracer.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.spans) != 8 {
		t.Fatalf("the collector was sent %d spans", len(r.spans))
	}
	if !r.paths["/v1/traces"] || len(r.paths) != 1 {
		t.Errorf("spans were sent to %v", r.paths)
	}
	chain := []string{"run", "workflow", "stage family-assignment", "model call"}
	for i, name := range chain[1:] {
		if got, want := hex.EncodeToString(r.spans[name].ParentSpanId), hex.EncodeToString(r.spans[chain[i]].SpanId); got != want {
			t.Errorf("the parent of %q is %s, not %q (%s)", name, got, chain[i], want)
		}
		if !bytes.Equal(r.spans[name].TraceId, r.spans["run"].TraceId) {
			t.Errorf("%q is in another trace", name)
		}
	}
	if r.resource["service.name"] != "classify" || r.resource["service.version"] != classify.Version || r.resource["service.instance.id"] != `replica \xff1` {
		t.Errorf("the sender is %v", r.resource)
	}
}

func TestACollectorThatRefusesIsLoggedOnceAndKeepsNothingFromWorking(t *testing.T) {
	t.Parallel()
	r, address := collect(t)
	r.status, r.body = http.StatusBadRequest, "no\nsuch "+strings.Repeat("tenant ", 1000)
	var lines bytes.Buffer
	tracer, err := Tracing(t.Context(), Options{Endpoint: address, Log: slog.New(slog.NewJSONHandler(&lines, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		_, end := tracer.StartRun(t.Context(), 7)
		end(nil)
		if err := tracer.provider.ForceFlush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	r.mu.Lock()
	r.status = 0
	r.mu.Unlock()
	_, end := tracer.StartRun(t.Context(), 8)
	end(nil)
	if err := tracer.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	log := lines.String()
	if strings.Count(log, "cannot be sent") != 1 || strings.Count(log, "sent again") != 1 || strings.Count(log, "\n") != 2 || len(log) > 1500 {
		t.Errorf("the log says\n%s", log)
	}
}

func TestTheHeadersForACollectorAreNeverShown(t *testing.T) {
	r, address := collect(t)
	r.status, r.body = http.StatusUnauthorized, "the key topsecretkey1234 or Basic%20dG9wc2VjcmV0 is wrong"
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=topsecretkey1234,authorization=Basic%20dG9wc2VjcmV0")
	var lines bytes.Buffer
	tracer, err := Tracing(t.Context(), Options{Log: slog.New(slog.NewTextHandler(&lines, nil))})
	if err != nil {
		t.Fatal(err)
	}
	_, end := tracer.StartRun(t.Context(), 7)
	end(nil)
	if err := tracer.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if log := lines.String(); !strings.Contains(log, "401") || strings.Contains(log, "topsecret") || strings.Contains(log, "dG9wc2VjcmV0") {
		t.Errorf("the log says\n%s", log)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.paths["/v1/traces"] {
		t.Errorf("spans were sent to %v", r.paths)
	}
}

func TestMoreSpansThanTheCollectorTakesAreSaidToBeLost(t *testing.T) {
	_, address := collect(t)
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "1")
	t.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")
	var lines bytes.Buffer
	tracer, err := Tracing(t.Context(), Options{Endpoint: address, Log: slog.New(slog.NewTextHandler(&lines, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for range 5000 {
		_, end := tracer.StartRun(t.Context(), 7)
		end(nil)
	}
	if err := tracer.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(lines.String(), "traces were lost") || !strings.Contains(lines.String(), "OTEL_BSP_MAX_QUEUE_SIZE") {
		t.Errorf("the log says\n%s", lines.String())
	}
}

func TestWhereSpansGoIsAsTheEnvironmentSays(t *testing.T) {
	t.Parallel()
	const base, traces = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	for _, c := range []struct {
		name     string
		endpoint string
		env      map[string]string
		on       bool
		refused  string
	}{
		{name: "nothing is set", on: false},
		{name: "a base address", env: map[string]string{base: "http://127.0.0.1:4318"}, on: true},
		{name: "an address for traces", env: map[string]string{traces: "https://collector/v1/traces"}, on: true},
		{name: "an option", endpoint: "http://127.0.0.1:4318", on: true},
		{name: "OpenTelemetry is switched off", env: map[string]string{base: "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}, on: false},
		{name: "traces are switched off", env: map[string]string{base: "http://127.0.0.1:4318", "OTEL_TRACES_EXPORTER": "none"}, on: false},
		{name: "an address without a scheme", env: map[string]string{base: "127.0.0.1:4318"}, refused: base},
		{name: "an address with a password and a typo", env: map[string]string{traces: "htp://user:hunter2@collector"}, refused: traces},
		{name: "gRPC", env: map[string]string{base: "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, refused: "http/protobuf"},
		{name: "gRPC for all but traces", env: map[string]string{base: "http://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf"}, on: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			options, err := destination(c.endpoint, func(name string) string { return c.env[name] })
			if c.refused != "" {
				if err == nil || !strings.Contains(err.Error(), c.refused) || strings.Contains(err.Error(), "hunter2") || classify.Hint(err) == "" {
					t.Errorf("the error is %v (%s)", err, classify.Hint(err))
				}
				return
			}
			if err != nil || (options != nil) != c.on {
				t.Errorf("options %v, error %v", options, err)
			}
		})
	}
}
