package telemetry

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"classify"
)

// stageMetrics are about the six stages.
type stageMetrics struct {
	// asked counts how often a stage was asked, by stage and outcome; also again
	// in a replay.
	asked *prometheus.CounterVec
	// stageTime is how long a stage took, in seconds, by stage, whoever answered.
	stageTime *prometheus.HistogramVec
}

func newStageMetrics() stageMetrics {
	return stageMetrics{
		asked:     counter("stage_asks_total", "Times that a stage was asked about an indicator, also again in a replay.", "stage", "outcome"),
		stageTime: histogram("stage_duration_seconds", "Time that a stage took for an indicator, with all waiting.", stageBuckets, "stage"),
	}
}

func (m *stageMetrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.asked, m.stageTime}
}

// Stages counts what the stages are asked.
func (m *Metrics) Stages(next classify.Stages) classify.Stages {
	if m == nil {
		return next
	}
	return &observed{next: next, begin: func(ctx context.Context, stage classify.Stage, _ string) (context.Context, func(error)) {
		began, label := time.Now(), stageOf(stage)
		return ctx, func(err error) {
			m.stageTime.WithLabelValues(label).Observe(time.Since(began).Seconds())
			m.asked.WithLabelValues(label, outcomeOf(err)).Inc()
		}
	}}
}

// observed are stages of which each is watched by begin, and by what that returns
// when it is through. A stage that is left by a panic, as Restate suspends an
// invocation, is not through.
type observed struct {
	next  classify.Stages
	begin func(ctx context.Context, stage classify.Stage, indicator string) (context.Context, func(error))
}

// watched asks one stage.
func watched[T any](ctx context.Context, o *observed, stage classify.Stage, indicator string, ask func(context.Context) (T, error)) (T, error) {
	ctx, end := o.begin(ctx, stage, indicator)
	answer, err := ask(ctx)
	end(err)
	return answer, err
}

func (o *observed) Normalize(ctx context.Context, ind classify.Indicator) (classify.Normalization, error) {
	return watched(ctx, o, classify.StageNormalize, ind.ID, func(ctx context.Context) (classify.Normalization, error) {
		return o.next.Normalize(ctx, ind)
	})
}

func (o *observed) InferTime(ctx context.Context, ind classify.Indicator, n classify.Normalization) (classify.TimeInference, error) {
	return watched(ctx, o, classify.StageTime, ind.ID, func(ctx context.Context) (classify.TimeInference, error) {
		return o.next.InferTime(ctx, ind, n)
	})
}

func (o *observed) AssignFamily(ctx context.Context, f classify.Facts) (classify.FamilyAssignment, error) {
	return watched(ctx, o, classify.StageFamily, f.Indicator.ID, func(ctx context.Context) (classify.FamilyAssignment, error) {
		return o.next.AssignFamily(ctx, f)
	})
}

func (o *observed) ClassifyType(ctx context.Context, f classify.Facts, a classify.FamilyAssignment) (classify.TypeClassification, error) {
	return watched(ctx, o, classify.StageType, f.Indicator.ID, func(ctx context.Context) (classify.TypeClassification, error) {
		return o.next.ClassifyType(ctx, f, a)
	})
}

func (o *observed) BooleanReview(ctx context.Context, f classify.Facts, d classify.Draft) (classify.Verdict, error) {
	return watched(ctx, o, classify.StageBooleanReview, f.Indicator.ID, func(ctx context.Context) (classify.Verdict, error) {
		return o.next.BooleanReview(ctx, f, d)
	})
}

func (o *observed) FinalReview(ctx context.Context, f classify.Facts, d classify.Draft, v classify.Verdict) (classify.FinalReview, error) {
	return watched(ctx, o, classify.StageFinalReview, f.Indicator.ID, func(ctx context.Context) (classify.FinalReview, error) {
		return o.next.FinalReview(ctx, f, d, v)
	})
}
