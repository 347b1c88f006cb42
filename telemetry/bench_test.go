package telemetry

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"classify"
)

// BenchmarkIndicator is what being observed costs for one indicator of five stages
// and one question.
func BenchmarkIndicator(b *testing.B) {
	m, err := NewMetrics(prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	spans := tracetest.NewNoopExporter()
	for _, c := range []struct {
		name   string
		m      *Metrics
		tracer *Tracer
	}{
		{"unobserved", nil, nil},
		{"metrics", m, nil},
		{"metrics and traces", m, newTracer("node", sdktrace.WithBatcher(spans))},
	} {
		b.Run(c.name, func(b *testing.B) {
			stages := c.m.Stages(c.tracer.Stages(modelled{c.m.Asker(c.tracer.Asker(gpt, answered))}))
			b.ReportAllocs()
			for b.Loop() {
				ctx, end := c.tracer.StartWorkflow(b.Context(), Workflow{RunID: 7, IndicatorID: "CPI-1", Key: "key"})
				if _, err := classify.Classify(ctx, stages, classify.Indicator{ID: "CPI-1"}); err != nil {
					b.Fatal(err)
				}
				end(nil)
			}
		})
	}
}
