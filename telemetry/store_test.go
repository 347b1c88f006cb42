package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"classify"
	"classify/llm"
)

// ledger has no answer, and notes nothing.
type ledger struct{ err error }

func (l ledger) CachedAnswer(_ context.Context, key string) (classify.CachedAnswer, error) {
	if key == "known" {
		return classify.CachedAnswer{Key: key, Stage: classify.StageType}, nil
	}
	return classify.CachedAnswer{}, classify.ErrNotFound
}

func (l ledger) RecordCall(context.Context, classify.Call, []classify.CachedAnswer) error {
	return l.err
}

// store is a ledger that saves as well.
type store struct {
	classify.Store
	ledger
}

func (s store) CachedAnswer(ctx context.Context, key string) (classify.CachedAnswer, error) {
	return s.ledger.CachedAnswer(ctx, key)
}

func (s store) RecordCall(ctx context.Context, c classify.Call, a []classify.CachedAnswer) error {
	return s.ledger.RecordCall(ctx, c, a)
}

func (s store) Save(context.Context, int64, classify.Classification) error { return s.err }

func (s store) CollectBatch(context.Context, classify.Batch, []classify.Call, []classify.CachedAnswer) error {
	return s.err
}

func TestTheLedgerCountsCallsTokensAndDollars(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	away := errors.New("the store is away")
	paid := classify.Call{Provider: "openai", Model: "gpt", Stage: classify.StageFamily, Outcome: classify.CallAnswered, Priced: true, USD: 0.25,
		Tokens: classify.Tokens{Input: 100, Cached: 40, Output: 20, Reasoning: 5}, Latency: time.Second}
	limited := classify.Call{Provider: "openai", Model: "gpt", Stage: classify.StageFamily, Outcome: classify.CallOutcome(llm.RateLimited)}
	if err := m.Ledger(ledger{}).RecordCall(t.Context(), paid, nil); err != nil {
		t.Fatal(err)
	}
	if err := m.Ledger(ledger{err: away}).RecordCall(t.Context(), paid, nil); !errors.Is(err, away) {
		t.Fatalf("the error of the ledger became %v", err)
	}
	if err := m.Ledger(ledger{}).RecordCall(t.Context(), limited, nil); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"known", "known", "other"} {
		_, _ = m.Ledger(ledger{}).CachedAnswer(t.Context(), key)
	}
	expect(t, reg, `
		# HELP classify_cache_answers_total Questions that were answered from the cache.
		# TYPE classify_cache_answers_total counter
		classify_cache_answers_total{stage="type-classification"} 2
		# HELP classify_model_calls_total Requests to language models, also failed ones.
		# TYPE classify_model_calls_total counter
		classify_model_calls_total{model="gpt",outcome="answered",provider="openai",stage="family-assignment"} 2
		classify_model_calls_total{model="gpt",outcome="rate-limited",provider="openai",stage="family-assignment"} 1
		# HELP classify_model_cost_dollars_total US dollars by the price table.
		# TYPE classify_model_cost_dollars_total counter
		classify_model_cost_dollars_total{model="gpt",provider="openai"} 0.5
		# HELP classify_model_tokens_total Tokens used; input includes cached and cache_write, output includes reasoning.
		# TYPE classify_model_tokens_total counter
		classify_model_tokens_total{kind="cached",model="gpt",provider="openai"} 80
		classify_model_tokens_total{kind="input",model="gpt",provider="openai"} 200
		classify_model_tokens_total{kind="output",model="gpt",provider="openai"} 40
		classify_model_tokens_total{kind="reasoning",model="gpt",provider="openai"} 10
		# HELP classify_model_unpriced_calls_total Requests whose model the price table does not have.
		# TYPE classify_model_unpriced_calls_total counter
		classify_model_unpriced_calls_total{model="gpt",provider="openai"} 1
	`, "classify_cache_answers_total", "classify_model_calls_total", "classify_model_cost_dollars_total", "classify_model_tokens_total", "classify_model_unpriced_calls_total")
}

func TestOnlyWhatIsDurableCountsAsAnIndicator(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	away := errors.New("away")
	saves := []struct {
		outcome classify.Outcome
		err     error
	}{{classify.Classified, nil}, {classify.Classified, nil}, {classify.Escalated, nil}, {classify.Failed, nil}, {classify.Classified, away}}
	for i, s := range saves {
		c := classify.Classification{IndicatorID: fmt.Sprint(i), Outcome: s.outcome}
		for _, save := range []func(context.Context, int64, classify.Classification) error{
			m.Store(store{ledger: ledger{s.err}}).Save, m.Runs(store{ledger: ledger{s.err}}).Save,
		} {
			if err := save(t.Context(), 7, c); !errors.Is(err, s.err) {
				t.Errorf("the error of a save became %v", err)
			}
		}
	}
	expect(t, reg, `
		# HELP classify_indicators_total Indicators whose answer was committed, by outcome.
		# TYPE classify_indicators_total counter
		classify_indicators_total{outcome="classified"} 4
		classify_indicators_total{outcome="escalated"} 2
		classify_indicators_total{outcome="failed"} 2
		# HELP classify_saves_total Saves of an answer, also failed ones.
		# TYPE classify_saves_total counter
		classify_saves_total{outcome="failed"} 2
		classify_saves_total{outcome="ok"} 8
	`, "classify_indicators_total", "classify_saves_total")
}

func TestABatchCountsItsCallsWhenTheyAreStored(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	calls := []classify.Call{{Provider: "openai", Model: "gpt", Outcome: classify.CallAnswered, Batch: "b"}, {Provider: "openai", Model: "gpt", Outcome: classify.CallAnswered, Batch: "b"}}
	away := errors.New("away")
	if err := m.Store(store{ledger: ledger{away}}).CollectBatch(t.Context(), classify.Batch{}, calls, nil); !errors.Is(err, away) {
		t.Fatal(err)
	}
	if err := m.Store(store{}).CollectBatch(t.Context(), classify.Batch{}, calls, nil); err != nil {
		t.Fatal(err)
	}
	expect(t, reg, `
		# HELP classify_model_calls_total Requests to language models, also failed ones.
		# TYPE classify_model_calls_total counter
		classify_model_calls_total{model="gpt",outcome="answered",provider="openai",stage="other"} 2
	`, "classify_model_calls_total")
	if n, _ := testutil.GatherAndCount(reg, "classify_model_call_duration_seconds"); n != 0 {
		t.Errorf("the calls of a batch have %d latencies", n)
	}
}

func TestHostileNamesNeitherBreakNorFloodTheLabels(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	for i := range 500 {
		c := classify.Call{Provider: "openai", Model: fmt.Sprintf("\xff\x00{}\"\n%d %s", i, strings.Repeat("x", 10_000)), Stage: classify.Stage(fmt.Sprint("stage ", i)),
			Outcome: classify.CallOutcome(fmt.Sprint("outcome ", i)), Tokens: classify.Tokens{Input: -5}, Priced: true, USD: -1, Latency: -time.Hour}
		if err := m.Ledger(ledger{}).RecordCall(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
		m.Batch(fmt.Sprintf("\xc3\x28 node %d", i), 5, time.Second)
		m.Batch("node", -1, 0)
	}
	if n, err := testutil.GatherAndCount(reg, "classify_model_calls_total"); err != nil || n != 51 {
		t.Errorf("%d models are told apart (%v); 50 and the others are meant to be", n, err)
	}
	if n, err := testutil.GatherAndCount(reg, "classify_ingress_batches_total"); err != nil || n != 101 {
		t.Errorf("%d nodes are told apart (%v); 100 and the others are meant to be", n, err)
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, metric := range f.GetMetric() {
			for _, l := range metric.GetLabel() {
				if len(l.GetValue()) > 256 || strings.ContainsAny(l.GetValue(), "\n\x00") || !utf8.ValidString(l.GetValue()) {
					t.Fatalf("%s has the label %s=%q", f.GetName(), l.GetName(), l.GetValue())
				}
			}
		}
	}
}

func TestTheClusterIsSeenFromItsClient(t *testing.T) {
	t.Parallel()
	m, reg := metrics(t)
	m.OpenWorkflows(func() int { return 17 })
	m.Unfinished(func() int { return 1 })
	m.Unfinished(func() int { return 42 })
	m.Batch("node 1", 5, 10*time.Millisecond)
	m.Batch("node 1", 3, 0)
	m.Batch("node 2", 5, time.Millisecond)
	m.NodeFailed("node 2", context.DeadlineExceeded)
	m.NodeFailed("node 3", errors.New("refused"))
	m.NodeBack("node 3")
	expect(t, reg, `
		# HELP classify_indicators_in_flight Indicators that this client has handed out and that are not committed yet.
		# TYPE classify_indicators_in_flight gauge
		classify_indicators_in_flight 42
		# HELP classify_ingress_batches_total Batches that an ingress node accepted.
		# TYPE classify_ingress_batches_total counter
		classify_ingress_batches_total{node="node 1"} 2
		classify_ingress_batches_total{node="node 2"} 1
		# HELP classify_ingress_errors_total Batches that an ingress node did not accept.
		# TYPE classify_ingress_errors_total counter
		classify_ingress_errors_total{node="node 2",outcome="timeout"} 1
		classify_ingress_errors_total{node="node 3",outcome="failed"} 1
		# HELP classify_ingress_indicators_total Indicators in the batches that an ingress node accepted.
		# TYPE classify_ingress_indicators_total counter
		classify_ingress_indicators_total{node="node 1"} 8
		classify_ingress_indicators_total{node="node 2"} 5
		# HELP classify_ingress_up 1 where batches are sent to an ingress node, 0 where it is left out.
		# TYPE classify_ingress_up gauge
		classify_ingress_up{node="node 1"} 1
		classify_ingress_up{node="node 2"} 0
		classify_ingress_up{node="node 3"} 1
		# HELP classify_open_workflows Workflows that are open at this process now.
		# TYPE classify_open_workflows gauge
		classify_open_workflows 17
	`, "classify_indicators_in_flight", "classify_ingress_batches_total", "classify_ingress_errors_total", "classify_ingress_indicators_total", "classify_ingress_up", "classify_open_workflows")
}
