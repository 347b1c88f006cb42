package telemetry

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"classify"
	"classify/llm/gateway"
)

// storeMetrics are about what is committed.
type storeMetrics struct {
	// indicators counts committed answers by outcome. Saving again the same
	// answer counts again.
	indicators *prometheus.CounterVec
	// saves counts saves by outcome.
	saves *prometheus.CounterVec
	// saveTime is how long a save took to be durable, in seconds.
	saveTime prometheus.Histogram
}

func newStoreMetrics() storeMetrics {
	return storeMetrics{
		indicators: counter("indicators_total", "Indicators whose answer was committed, by outcome.", "outcome"),
		saves:      counter("saves_total", "Saves of an answer, also failed ones.", "outcome"),
		saveTime: prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: "save_duration_seconds",
			Help: "Time until a saved answer was durable.", Buckets: saveBuckets}),
	}
}

func (m *storeMetrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.indicators, m.saves, m.saveTime}
}

// Runs counts what a run saves.
func (m *Metrics) Runs(next classify.RunStore) classify.RunStore {
	if m == nil {
		return next
	}
	return &savingRuns{next, m}
}

type savingRuns struct {
	classify.RunStore
	m *Metrics
}

func (s *savingRuns) Save(ctx context.Context, runID int64, c classify.Classification) error {
	return s.m.saved(ctx, s.RunStore, runID, c)
}

// Ledger counts calls, tokens and dollars, once they are noted, and the answers
// that were stored. A call that could not be noted was made all the same, and is
// counted.
func (m *Metrics) Ledger(next gateway.Ledger) gateway.Ledger {
	if m == nil {
		return next
	}
	return &countedLedger{next, m}
}

type countedLedger struct {
	next gateway.Ledger
	m    *Metrics
}

func (l *countedLedger) CachedAnswer(ctx context.Context, key string) (classify.CachedAnswer, error) {
	return l.m.lookedUp(l.next.CachedAnswer(ctx, key))
}

func (l *countedLedger) RecordCall(ctx context.Context, c classify.Call, answers []classify.CachedAnswer) error {
	l.m.called(&c)
	return l.next.RecordCall(ctx, c, answers)
}

// Store counts everything that Runs and Ledger count, and the calls of provider
// batches. What a store has beyond classify.Store is found at next alone.
func (m *Metrics) Store(next classify.Store) classify.Store {
	if m == nil {
		return next
	}
	return &countedStore{next, m}
}

type countedStore struct {
	classify.Store
	m *Metrics
}

func (s *countedStore) Save(ctx context.Context, runID int64, c classify.Classification) error {
	return s.m.saved(ctx, s.Store, runID, c)
}

func (s *countedStore) CachedAnswer(ctx context.Context, key string) (classify.CachedAnswer, error) {
	return s.m.lookedUp(s.Store.CachedAnswer(ctx, key))
}

func (s *countedStore) RecordCall(ctx context.Context, c classify.Call, answers []classify.CachedAnswer) error {
	s.m.called(&c)
	return s.Store.RecordCall(ctx, c, answers)
}

// CollectBatch counts the calls of a batch when they are stored: one that fails is
// collected again, and brings the same calls.
func (s *countedStore) CollectBatch(ctx context.Context, b classify.Batch, calls []classify.Call, answers []classify.CachedAnswer) error {
	err := s.Store.CollectBatch(ctx, b, calls, answers)
	if err == nil {
		for i := range calls {
			s.m.called(&calls[i])
		}
	}
	return err
}

func (m *Metrics) lookedUp(a classify.CachedAnswer, err error) (classify.CachedAnswer, error) {
	if err == nil {
		m.cached.WithLabelValues(stageOf(a.Stage)).Inc()
	}
	return a, err
}

func (m *Metrics) saved(ctx context.Context, store classify.RunStore, runID int64, c classify.Classification) error {
	began, outcome := time.Now(), outcomeLabel(c.Outcome)
	err := store.Save(ctx, runID, c)
	m.saveTime.Observe(time.Since(began).Seconds())
	m.saves.WithLabelValues(outcomeOf(err)).Inc()
	if err == nil {
		m.indicators.WithLabelValues(outcome).Inc()
	}
	return err
}

// outcomeLabel is the label of an indicator's outcome.
func outcomeLabel(o classify.Outcome) string {
	switch o {
	case classify.Classified, classify.Escalated, classify.Failed:
		return string(o)
	}
	return other
}
