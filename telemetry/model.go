package telemetry

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"classify"
	"classify/llm"
	"classify/llm/cascade"
	"classify/llm/gateway"
	"classify/llm/prompt"
)

// modelMetrics are about language models.
type modelMetrics struct {
	// questions counts questions to models by stage and outcome, whether the
	// answer came from a call or was stored.
	questions *prometheus.CounterVec
	// questionTime is how long an answer took, in seconds, by stage.
	questionTime *prometheus.HistogramVec
	// waiting is how many questions are unanswered, by stage.
	waiting *prometheus.GaugeVec
	// cached counts the questions whose answer was stored, by stage.
	cached *prometheus.CounterVec

	// calls counts requests to models by provider, model, stage and outcome.
	calls *prometheus.CounterVec
	// callTime is how long a request took, in seconds, by provider and model.
	// Those of a provider batch are left out.
	callTime *prometheus.HistogramVec
	// inFlight is how many requests are under way, by provider and model.
	inFlight *prometheus.GaugeVec
	// tokens counts tokens by provider, model and kind. Input includes cached and
	// cache_write, output includes reasoning.
	tokens *prometheus.CounterVec
	// dollars sums US dollars by the price table, by provider and model.
	dollars *prometheus.CounterVec
	// unpriced counts calls of models that the price table does not have.
	unpriced *prometheus.CounterVec

	// steps counts durable steps by kind and by whether they were taken or read
	// from the journal.
	steps *prometheus.CounterVec
}

func newModelMetrics() modelMetrics {
	return modelMetrics{
		questions:    counter("questions_total", "Questions to language models, answered by a call or from the cache.", "stage", "outcome"),
		questionTime: histogram("question_duration_seconds", "Time to the answer of a question, with all waiting.", stageBuckets, "stage"),
		waiting:      gauge("questions_in_flight", "Questions to language models that are unanswered now.", "stage"),
		cached:       counter("cache_answers_total", "Questions that were answered from the cache.", "stage"),
		calls:        counter("model_calls_total", "Requests to language models, also failed ones.", "provider", "model", "stage", "outcome"),
		callTime:     histogram("model_call_duration_seconds", "Time that a request to a language model took.", callBuckets, "provider", "model"),
		inFlight:     gauge("model_calls_in_flight", "Requests to language models that are under way now.", "provider", "model"),
		tokens:       counter("model_tokens_total", "Tokens used; input includes cached and cache_write, output includes reasoning.", "provider", "model", "kind"),
		dollars:      counter("model_cost_dollars_total", "US dollars by the price table.", "provider", "model"),
		unpriced:     counter("model_unpriced_calls_total", "Requests whose model the price table does not have.", "provider", "model"),
		steps:        counter("durable_steps_total", "Durable steps: taken, or read from the journal in a replay.", "kind", "source"),
	}
}

func (m *modelMetrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.questions, m.questionTime, m.waiting, m.cached, m.calls, m.callTime, m.inFlight, m.tokens, m.dollars, m.unpriced, m.steps}
}

// Asker counts the questions to a model: those that reach the asker. Inside a
// durable step these are the questions that are really asked.
func (m *Metrics) Asker(next cascade.Asker) cascade.Asker {
	if m == nil {
		return next
	}
	return askerFunc(func(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
		began, stage := time.Now(), stageOf(q.Stage)
		waiting := m.waiting.WithLabelValues(stage)
		waiting.Inc()
		defer waiting.Dec() // also where the asker is left by a panic
		a, err := next.Ask(ctx, q)
		if errors.Is(err, cascade.ErrNotAsked) {
			return a, err
		}
		m.questionTime.WithLabelValues(stage).Observe(time.Since(began).Seconds())
		m.questions.WithLabelValues(stage, outcomeOf(err)).Inc()
		return a, err
	})
}

// askerFunc is a function as an Asker.
type askerFunc func(context.Context, prompt.Question) (gateway.Answer, error)

func (f askerFunc) Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
	return f(ctx, q)
}

// takenKey is the key of the mark that a step was taken.
type takenKey struct{}

// The labels of durable steps.
const (
	stepAsk  = "ask"
	stepSave = "save"

	taken    = "taken"
	replayed = "replayed"
)

// Durable makes the questions to a model durable steps by means of durable
// (restate.Durable), and counts which of them were taken and which were read from
// the journal. What durable gives to next has to carry the values of the context
// that it was asked with.
func (m *Metrics) Durable(next cascade.Asker, durable func(cascade.Asker) cascade.Asker) cascade.Asker {
	if m == nil {
		return durable(next)
	}
	step := durable(askerFunc(func(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
		m.steps.WithLabelValues(stepAsk, taken).Inc()
		if mark, ok := ctx.Value(takenKey{}).(*atomic.Bool); ok {
			mark.Store(true)
		}
		return next.Ask(ctx, q)
	}))
	return askerFunc(func(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
		mark := new(atomic.Bool)
		a, err := step.Ask(context.WithValue(ctx, takenKey{}, mark), q)
		if !mark.Load() {
			m.steps.WithLabelValues(stepAsk, replayed).Inc()
		}
		return a, err
	})
}

// Model counts the requests that are under way.
func (m *Metrics) Model(next llm.Model) llm.Model {
	if m == nil {
		return next
	}
	id := next.ID()
	return &flown{Model: next, inFlight: m.inFlight.WithLabelValues(m.provider(id.Provider), m.model(id.Provider, id.Model))}
}

type flown struct {
	llm.Model
	inFlight prometheus.Gauge
}

func (f *flown) Ask(ctx context.Context, r *llm.Request) (*llm.Response, error) {
	f.inFlight.Inc()
	defer f.inFlight.Dec()
	return f.Model.Ask(ctx, r)
}

// called counts what a ledger notes of a call.
func (m *Metrics) called(c *classify.Call) {
	provider, model := m.provider(c.Provider), m.model(c.Provider, c.Model)
	m.calls.WithLabelValues(provider, model, stageOf(c.Stage), callOutcome(c.Outcome)).Inc()
	if c.Batch == "" {
		m.callTime.WithLabelValues(provider, model).Observe(max(0, c.Latency.Seconds()))
	}
	for _, k := range []struct {
		kind string
		n    int
	}{
		{"input", c.Tokens.Input}, {"cached", c.Tokens.Cached}, {"cache_write", c.Tokens.CacheWrite},
		{"output", c.Tokens.Output}, {"reasoning", c.Tokens.Reasoning},
	} {
		if k.n > 0 { // a counter refuses what a server made negative
			m.tokens.WithLabelValues(provider, model, k.kind).Add(float64(k.n))
		}
	}
	switch {
	case !c.Priced:
		m.unpriced.WithLabelValues(provider, model).Inc()
	case c.USD > 0:
		m.dollars.WithLabelValues(provider, model).Add(c.USD)
	}
}

func (m *Metrics) provider(name string) string { return m.providers.of(name) }

// model is the label of a model. Models are bounded over all providers.
func (m *Metrics) model(provider, name string) string {
	if m.provider(provider) == other {
		return other
	}
	return m.models.of(name)
}
