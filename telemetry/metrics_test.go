package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"classify"
	"classify/llm"
	"classify/llm/cascade"
	"classify/llm/gateway"
	"classify/llm/prompt"
	"classify/telemetry"
)

// metrics are fresh metrics with their registry.
func metrics(t *testing.T) (*telemetry.Metrics, *prometheus.Registry) {
	t.Helper()
	reg := prometheus.NewRegistry()
	m, err := telemetry.NewMetrics(reg)
	if err != nil {
		t.Fatal(err)
	}
	return m, reg
}

// expect compares the metrics of these names with their text.
func expect(t *testing.T, reg prometheus.Gatherer, want string, names ...string) {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(want) {
		b.WriteString(strings.TrimSpace(line) + "\n")
	}
	if err := testutil.GatherAndCompare(reg, strings.NewReader(b.String()), names...); err != nil {
		t.Error(err)
	}
}

// fixed are stages that answer with the same labels, or fail with err at a stage.
type fixed struct {
	failAt classify.Stage
	err    error
	ask    func(context.Context, classify.Stage) // called at each stage, unless it is nil
}

func (f fixed) at(ctx context.Context, s classify.Stage) error {
	if f.ask != nil {
		f.ask(ctx, s)
	}
	if s == f.failAt {
		return f.err
	}
	return nil
}

func (f fixed) Normalize(ctx context.Context, _ classify.Indicator) (classify.Normalization, error) {
	return classify.Normalization{UnitLabels: classify.UnitLabels{UnitType: classify.UnitIndex}}, f.at(ctx, classify.StageNormalize)
}

func (f fixed) InferTime(ctx context.Context, _ classify.Indicator, _ classify.Normalization) (classify.TimeInference, error) {
	return classify.TimeInference{}, f.at(ctx, classify.StageTime)
}

func (f fixed) AssignFamily(ctx context.Context, _ classify.Facts) (classify.FamilyAssignment, error) {
	return classify.FamilyAssignment{Family: "price-value"}, f.at(ctx, classify.StageFamily)
}

func (f fixed) ClassifyType(ctx context.Context, _ classify.Facts, _ classify.FamilyAssignment) (classify.TypeClassification, error) {
	return classify.TypeClassification{}, f.at(ctx, classify.StageType)
}

func (f fixed) BooleanReview(ctx context.Context, _ classify.Facts, _ classify.Draft) (classify.Verdict, error) {
	return classify.Verdict{}, f.at(ctx, classify.StageBooleanReview)
}

func (f fixed) FinalReview(ctx context.Context, _ classify.Facts, _ classify.Draft, _ classify.Verdict) (classify.FinalReview, error) {
	return classify.FinalReview{Status: classify.ReviewEscalated}, f.at(ctx, classify.StageFinalReview)
}

var indicator = classify.Indicator{ID: "CPI-1", Name: "Consumer prices"}

func TestStagesAreCountedAndAnswerTheSame(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	plain, err := classify.Classify(t.Context(), fixed{}, indicator)
	if err != nil {
		t.Fatal(err)
	}
	counted, err := classify.Classify(t.Context(), m.Stages(fixed{}), indicator)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(plain.Labels, plain.Outcome) != fmt.Sprint(counted.Labels, counted.Outcome) {
		t.Errorf("counted stages answer %v, others %v", counted, plain)
	}
	budget := &classify.BudgetError{Err: errors.New("spent")}
	_, err = classify.Classify(t.Context(), m.Stages(fixed{failAt: classify.StageTime, err: budget}), indicator)
	if !errors.Is(err, budget) {
		t.Errorf("the error of a stage became %v", err)
	}
	expect(t, reg, `
		# HELP classify_stage_asks_total Times that a stage was asked about an indicator, also again in a replay.
		# TYPE classify_stage_asks_total counter
		classify_stage_asks_total{outcome="ok",stage="boolean-review"} 1
		classify_stage_asks_total{outcome="ok",stage="family-assignment"} 1
		classify_stage_asks_total{outcome="ok",stage="final-review"} 1
		classify_stage_asks_total{outcome="ok",stage="normalization"} 2
		classify_stage_asks_total{outcome="ok",stage="time-inference"} 1
		classify_stage_asks_total{outcome="budget",stage="time-inference"} 1
		classify_stage_asks_total{outcome="ok",stage="type-classification"} 1
	`, "classify_stage_asks_total")
}

func TestAStageTakesAsLongAsItsAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, reg := metrics(t)
		wait := func(context.Context, classify.Stage) { <-time.After(3 * time.Second) }
		if _, err := m.Stages(fixed{ask: wait}).Normalize(t.Context(), indicator); err != nil {
			t.Fatal(err)
		}
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "classify_stage_duration_seconds" {
				if sum := f.GetMetric()[0].GetHistogram().GetSampleSum(); sum != 3 {
					t.Errorf("a stage of 3 s counts %v s", sum)
				}
				return
			}
		}
		t.Error("no time of stages")
	})
}

// asker answers every question the same way.
type asker struct {
	answer gateway.Answer
	err    error
}

func (a asker) Ask(context.Context, prompt.Question) (gateway.Answer, error) { return a.answer, a.err }

func TestQuestionsAreCountedByHowTheyEnd(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	q := prompt.Question{Stage: classify.StageFamily, Text: "secret question"}
	for _, err := range []error{nil, nil, &gateway.UnusableError{Reason: "secret reason"}, cascade.ErrNotAsked, errors.New("secret fault")} {
		if _, got := m.Asker(asker{err: err}).Ask(t.Context(), q); !errors.Is(got, err) {
			t.Errorf("%v became %v", err, got)
		}
	}
	expect(t, reg, `
		# HELP classify_questions_total Questions to language models, answered by a call or from the cache.
		# TYPE classify_questions_total counter
		classify_questions_total{outcome="failed",stage="family-assignment"} 1
		classify_questions_total{outcome="ok",stage="family-assignment"} 2
		classify_questions_total{outcome="unusable",stage="family-assignment"} 1
		# HELP classify_questions_in_flight Questions to language models that are unanswered now.
		# TYPE classify_questions_in_flight gauge
		classify_questions_in_flight{stage="family-assignment"} 0
	`, "classify_questions_total", "classify_questions_in_flight")
}

func TestDurableStepsThatAreReadAgainAreToldFromThoseTaken(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	journal := map[prompt.Question]gateway.Answer{}
	durable := func(next cascade.Asker) cascade.Asker {
		return askFunc(func(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
			if a, ok := journal[q]; ok {
				return a, nil
			}
			a, err := next.Ask(ctx, q)
			journal[q] = a
			return a, err
		})
	}
	a := m.Durable(asker{answer: gateway.Answer{Model: "m"}}, durable)
	for range 3 {
		if got, err := a.Ask(t.Context(), prompt.Question{Stage: classify.StageNormalize, Text: "q"}); err != nil || got.Model != "m" {
			t.Fatalf("answer %v, %v", got, err)
		}
	}
	m.SaveStep(false)
	m.SaveStep(true)
	expect(t, reg, `
		# HELP classify_durable_steps_total Durable steps: taken, or read from the journal in a replay.
		# TYPE classify_durable_steps_total counter
		classify_durable_steps_total{kind="ask",source="taken"} 1
		classify_durable_steps_total{kind="ask",source="replayed"} 2
		classify_durable_steps_total{kind="save",source="taken"} 1
		classify_durable_steps_total{kind="save",source="replayed"} 1
	`, "classify_durable_steps_total")
}

// askFunc is a function as an Asker.
type askFunc func(context.Context, prompt.Question) (gateway.Answer, error)

func (f askFunc) Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
	return f(ctx, q)
}

// model waits for leave to answer.
type model struct{ asked, leave chan struct{} }

func (model) ID() llm.ID                 { return llm.ID{Provider: "openai", Model: "gpt"} }
func (model) MaxTokens(*llm.Request) int { return 0 }
func (m model) Ask(context.Context, *llm.Request) (*llm.Response, error) {
	m.asked <- struct{}{}
	<-m.leave
	return &llm.Response{}, nil
}

func TestCallsAreInFlightWhileTheModelAnswers(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	next := model{make(chan struct{}), make(chan struct{})}
	counted := m.Model(next)
	done := make(chan struct{})
	go func() { defer close(done); _, _ = counted.Ask(t.Context(), &llm.Request{}) }()
	<-next.asked
	inFlight := func(n int) {
		expect(t, reg, fmt.Sprintf(`
			# HELP classify_model_calls_in_flight Requests to language models that are under way now.
			# TYPE classify_model_calls_in_flight gauge
			classify_model_calls_in_flight{model="gpt",provider="openai"} %d
		`, n), "classify_model_calls_in_flight")
	}
	inFlight(1)
	close(next.leave)
	<-done
	inFlight(0)
}

func TestMetricsCannotBeRegisteredTwiceAndLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	reg := prometheus.NewRegistry()
	theirs := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "classify_saves_total", Help: "Saves of an answer, also failed ones."}, []string{"outcome"})
	reg.MustRegister(theirs)
	if _, err := telemetry.NewMetrics(reg); err == nil {
		t.Fatal("a name that is taken was registered")
	}
	reg.Unregister(theirs)
	if _, err := telemetry.NewMetrics(reg); err != nil {
		t.Errorf("what failed left something behind: %v", err)
	}
}

func TestNamesAreThoseOfTheField(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	m.Batch("node 1", 5, time.Second)
	m.NodeFailed("node 2", errors.New("refused"))
	m.RateSlot("openai", "gpt", time.Second, errors.New("away"))
	_, _ = m.Stages(fixed{}).Normalize(t.Context(), indicator)
	_ = m.Ledger(ledger{}).RecordCall(t.Context(), classify.Call{Tokens: classify.Tokens{Input: 1}}, nil)
	problems, err := testutil.GatherAndLint(reg)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestNoMetricsCountNothing(t *testing.T) {
	t.Parallel()
	var m *telemetry.Metrics
	m.OpenWorkflows(func() int { return 1 })
	m.Unfinished(func() int { return 1 })
	m.Batch("n", 1, 1)
	m.NodeFailed("n", nil)
	m.NodeBack("n")
	m.RateSlot("p", "m", 1, nil)
	m.SaveStep(true)
	if s := m.Stages(fixed{}); fmt.Sprintf("%T", s) != "telemetry_test.fixed" {
		t.Errorf("no metrics decorate stages: %T", s)
	}
	if l := m.Ledger(ledger{}); fmt.Sprintf("%T", l) != "telemetry_test.ledger" {
		t.Errorf("no metrics decorate a ledger: %T", l)
	}
	durable := m.Durable(asker{}, func(a cascade.Asker) cascade.Asker { return a })
	if fmt.Sprintf("%T", durable) != "telemetry_test.asker" {
		t.Errorf("no metrics decorate an asker: %T", durable)
	}
}
