package telemetry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"classify"
	"classify/llm"
	"classify/llm/cascade"
	"classify/llm/gateway"
	"classify/llm/prompt"
)

// recorded is a tracer whose spans can be looked at.
func recorded(t *testing.T) (*Tracer, *tracetest.InMemoryExporter) {
	t.Helper()
	spans := tracetest.NewInMemoryExporter()
	return newTracer("node-2", sdktrace.WithSyncer(spans)), spans
}

// ended finds the only span with a name.
func ended(t *testing.T, spans *tracetest.InMemoryExporter, name string) tracetest.SpanStub {
	t.Helper()
	var found []tracetest.SpanStub
	for _, s := range spans.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("there are %d spans %q", len(found), name)
	}
	return found[0]
}

// modelled are stages that ask a model for the family, and know the rest.
type modelled struct{ model cascade.Asker }

func (modelled) Normalize(context.Context, classify.Indicator) (classify.Normalization, error) {
	return classify.Normalization{}, nil
}

func (modelled) InferTime(context.Context, classify.Indicator, classify.Normalization) (classify.TimeInference, error) {
	return classify.TimeInference{}, nil
}

func (m modelled) AssignFamily(ctx context.Context, _ classify.Facts) (classify.FamilyAssignment, error) {
	_, err := m.model.Ask(ctx, prompt.Question{Stage: classify.StageFamily, Text: "secret question"})
	return classify.FamilyAssignment{}, err
}

func (modelled) ClassifyType(context.Context, classify.Facts, classify.FamilyAssignment) (classify.TypeClassification, error) {
	return classify.TypeClassification{}, nil
}

func (modelled) BooleanReview(context.Context, classify.Facts, classify.Draft) (classify.Verdict, error) {
	return classify.Verdict{Passed: true}, nil
}

func (modelled) FinalReview(context.Context, classify.Facts, classify.Draft, classify.Verdict) (classify.FinalReview, error) {
	return classify.FinalReview{}, nil
}

var (
	gpt      = llm.ID{Provider: "openai", Model: "gpt"}
	answered = askerFunc(func(context.Context, prompt.Question) (gateway.Answer, error) { return gateway.Answer{}, nil })
)

func TestSpansGoFromTheRunToTheModelCall(t *testing.T) {
	t.Parallel()
	tracer, spans := recorded(t)
	run, endRun := tracer.StartRun(t.Context(), 7)
	ctx, end := tracer.StartWorkflow(t.Context(), Workflow{RunID: 7, IndicatorID: "CPI-1", Key: "key", Trace: Inject(run)})
	_, err := classify.Classify(ctx, tracer.Stages(modelled{tracer.Asker(gpt, answered)}), classify.Indicator{ID: "CPI-1"})
	if err != nil {
		t.Fatal(err)
	}
	end(nil)
	endRun(nil)
	chain := []string{"run", "workflow", "stage family-assignment", "model call"}
	for i, name := range chain[1:] {
		child, parent := ended(t, spans, name), ended(t, spans, chain[i])
		if child.Parent.SpanID() != parent.SpanContext.SpanID() || child.SpanContext.TraceID() != parent.SpanContext.TraceID() {
			t.Errorf("the parent of %q is not %q", name, parent.Name)
		}
	}
	if n := len(spans.GetSpans()); n != 8 { // run, workflow, five stages, call
		t.Errorf("there are %d spans", n)
	}
	for name, want := range map[string]string{
		"run":                     "[{classify.run 7} {classify.node node-2}]",
		"workflow":                "[{classify.run 7} {classify.indicator CPI-1} {classify.node node-2}]",
		"stage family-assignment": "[{classify.stage family-assignment} {classify.indicator CPI-1}]",
		"model call":              "[{classify.stage family-assignment} {classify.provider openai} {classify.model gpt}]",
	} {
		if got := attributes(ended(t, spans, name)); got != want {
			t.Errorf("%s has %s, want %s", name, got, want)
		}
	}
}

func attributes(s tracetest.SpanStub) string {
	var all []string
	for _, kv := range s.Attributes {
		all = append(all, fmt.Sprintf("{%s %s}", kv.Key, kv.Value.String()))
	}
	return "[" + strings.Join(all, " ") + "]"
}

// suspended is how an invocation is left when Restate suspends it.
type suspended struct{}

// attempt makes one attempt at a workflow, which asker may leave by a panic.
func attempt(t *testing.T, tracer *Tracer, parent string, asker cascade.Asker) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil && p != (suspended{}) {
			panic(p)
		}
	}()
	ctx, end := tracer.StartWorkflow(t.Context(), Workflow{RunID: 7, IndicatorID: "CPI-1", Key: "key", Trace: parent})
	if _, err := classify.Classify(ctx, tracer.Stages(modelled{asker}), classify.Indicator{ID: "CPI-1"}); err != nil {
		return // it is tried again
	}
	end(nil)
	end(nil)
}

func TestAWorkflowThatIsReplayedHasItsSpansOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		leave func() error // how the first attempts end
	}{
		{"after a suspension", func() error { panic(suspended{}) }},
		{"after a fault that passes", func() error { return &classify.RetryableError{Err: errors.New("away")} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			first, spans := recorded(t)
			run, endRun := first.StartRun(t.Context(), 7)
			parent := Inject(run)
			asked := first.Asker(gpt, answered)
			attempt(t, first, parent, askerFunc(func(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
				if _, err := asked.Ask(ctx, q); err != nil {
					t.Error(err)
				}
				return gateway.Answer{}, c.leave()
			}))
			if n := len(spans.GetSpans()); n != 1 {
				t.Fatalf("an attempt that was not finished has %d spans, not that of its call alone", n)
			}
			second := newTracer("node-3", sdktrace.WithSyncer(spans)) // another process
			attempt(t, second, parent, answered)                      // reads its answer from the journal
			endRun(nil)
			if n := len(spans.GetSpans()); n != 8 {
				t.Errorf("there are %d spans", n)
			}
			call, stage := ended(t, spans, "model call"), ended(t, spans, "stage family-assignment")
			if call.Parent.SpanID() != stage.SpanContext.SpanID() || call.SpanContext.TraceID() != stage.SpanContext.TraceID() {
				t.Error("the call of the first attempt does not belong to the stage of the second one")
			}
		})
	}
}

func TestAWorkflowWithoutATraceOfItsRunBeginsOneThatReplaysShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, trace string }{
		{"none", ""},
		{"no trace context", "drop table"},
		{"an endless one", strings.Repeat("00-", 100_000)},
		{"zeros", "00-00000000000000000000000000000000-0000000000000000-01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tracer, spans := recorded(t)
			restates := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, Remote: true}) // asks for no trace
			for range 2 {
				ctx := trace.ContextWithRemoteSpanContext(t.Context(), restates)
				_, end := tracer.StartWorkflow(ctx, Workflow{Key: "key", Trace: c.trace})
				end(nil)
			}
			_, end := tracer.StartWorkflow(t.Context(), Workflow{Key: "other", Trace: c.trace})
			end(nil)
			all := spans.GetSpans()
			if len(all) != 3 {
				t.Fatalf("there are %d spans", len(all))
			}
			if all[0].SpanContext.SpanID() != all[1].SpanContext.SpanID() || all[0].SpanContext.TraceID() != all[1].SpanContext.TraceID() {
				t.Error("two attempts have different ids")
			}
			if all[0].SpanContext.TraceID() == all[2].SpanContext.TraceID() {
				t.Error("two workflows share a trace")
			}
			if all[0].Parent.IsValid() {
				t.Error("it belongs to a span that nobody made")
			}
		})
	}
}

func TestWithoutRestateAWorkflowBelongsToTheRunOfItsProcess(t *testing.T) {
	t.Parallel()
	tracer, spans := recorded(t)
	run, endRun := tracer.StartRun(t.Context(), 7)
	for range 2 {
		ctx, end := tracer.StartWorkflow(run, Workflow{IndicatorID: "CPI-1"})
		_, endStage := tracer.StartStage(ctx, classify.StageFamily, "CPI-1")
		endStage(nil)
		end(nil)
	}
	endRun(nil)
	ids := map[trace.SpanID]bool{}
	for _, s := range spans.GetSpans() {
		ids[s.SpanContext.SpanID()] = true
		if s.Name == "workflow" && s.Parent.SpanID() != ended(t, spans, "run").SpanContext.SpanID() {
			t.Error("a workflow does not belong to the run")
		}
	}
	if len(ids) != 5 {
		t.Errorf("five spans have %d ids", len(ids))
	}
}

func TestSpansHoldNoTextOfErrorsAndNoHostileNames(t *testing.T) {
	t.Parallel()
	tracer, spans := recorded(t)
	hostile := "\xff\x00\u202e\n" + strings.Repeat("x", 100_000)
	ctx, end := tracer.StartWorkflow(t.Context(), Workflow{RunID: 7, IndicatorID: hostile})
	_, _ = tracer.Asker(llm.ID{Provider: hostile, Model: hostile}, askerFunc(func(context.Context, prompt.Question) (gateway.Answer, error) {
		return gateway.Answer{}, &gateway.UnusableError{Reason: "secret"}
	})).Ask(ctx, prompt.Question{Stage: classify.Stage(hostile), Text: "secret"})
	end(&classify.TerminalError{Err: errors.New("secret")})
	for _, s := range spans.GetSpans() {
		text := s.Name + s.Status.Description + attributes(s)
		if strings.Contains(text, "secret") || strings.ContainsAny(text, "\x00\n") || !utf8.ValidString(text) || len(text) > 1000 {
			t.Errorf("%s holds %.300q", s.Name, text)
		}
	}
	if got := attributes(ended(t, spans, "workflow")); !strings.Contains(got, "{error.type terminal}") {
		t.Errorf("how the workflow failed is not told: %s", got)
	}
}

func TestACountedQuestionIsNoCall(t *testing.T) {
	t.Parallel()
	tracer, spans := recorded(t)
	counted := askerFunc(func(context.Context, prompt.Question) (gateway.Answer, error) {
		return gateway.Answer{}, cascade.ErrNotAsked
	})
	if _, err := tracer.Asker(gpt, counted).Ask(t.Context(), prompt.Question{}); !errors.Is(err, cascade.ErrNotAsked) {
		t.Errorf("the error became %v", err)
	}
	if n := len(spans.GetSpans()); n != 0 {
		t.Errorf("there are %d spans", n)
	}
}

func TestATraceContextTravelsAsAString(t *testing.T) {
	t.Parallel()
	tracer, _ := recorded(t)
	ctx, end := tracer.StartRun(t.Context(), 1)
	defer end(nil)
	got := trace.SpanContextFromContext(Extract(t.Context(), Inject(ctx)))
	want := trace.SpanContextFromContext(ctx)
	if got.TraceID() != want.TraceID() || got.SpanID() != want.SpanID() || !got.IsSampled() {
		t.Errorf("%v became %v", want, got)
	}
	if s := Inject(t.Context()); s != "" {
		t.Errorf("no trace is %q", s)
	}
}

func TestNoTracerMakesNoSpans(t *testing.T) {
	t.Parallel()
	var tracer *Tracer
	ctx, endRun := tracer.StartRun(t.Context(), 1)
	ctx, endWorkflow := tracer.StartWorkflow(ctx, Workflow{Key: "key"})
	ctx, endStage := tracer.StartStage(ctx, classify.StageType, "CPI-1")
	ctx, endCall := tracer.StartCall(ctx, classify.StageType, gpt)
	endCall(nil)
	endStage(nil)
	endWorkflow(nil)
	endRun(nil)
	if ctx != t.Context() {
		t.Error("the context was changed")
	}
	if s, ok := tracer.Stages(modelled{}).(modelled); !ok {
		t.Errorf("no tracer decorates stages: %T", s)
	}
	if err := tracer.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}
