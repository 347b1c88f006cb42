// Package telemetry lets the work be seen from outside: metrics for Prometheus,
// traces for OpenTelemetry, log lines with the same names for the same things, and
// the addresses at which a process says how it is.
//
// It knows what it observes, and nothing that it observes knows of it: the
// decorators have the type of what they decorate, and change no answer and no
// error. The zero of each (a nil *Metrics, a nil *Tracer) observes nothing and
// costs nothing.
//
// Where Restate repeats an invocation, the stages are asked again and the durable
// steps are read from the journal. Metrics of stages count every time a stage was
// asked; [Metrics.Durable] tells the steps that were taken from those that were
// read again; calls, tokens, dollars and saves are effects, and counted once per
// effect. What happens to spans is said at [Tracer].
package telemetry

import (
	"fmt"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"classify"
)

// The most values that a label takes; see names.
const (
	maxModels = 50
	maxNodes  = 100
)

// Metrics are the metrics of one process. Labels are few and bounded: stages and
// outcomes come from fixed lists, at most 50 models and 100 nodes are told apart,
// and no label names an indicator or a run. It is safe for concurrent use; a nil
// *Metrics counts nothing.
type Metrics struct {
	stageMetrics
	modelMetrics
	storeMetrics
	clusterMetrics

	models    *names // provider and model, as one
	providers *names
	nodes     *names
}

// NewMetrics registers the metrics. It fails where one of them is registered
// already, and leaves none behind then.
func NewMetrics(reg prometheus.Registerer) (*Metrics, error) {
	m := &Metrics{
		stageMetrics: newStageMetrics(), modelMetrics: newModelMetrics(), storeMetrics: newStoreMetrics(), clusterMetrics: newClusterMetrics(),
		models: newNames(maxModels), providers: newNames(maxModels), nodes: newNames(maxNodes),
	}
	all := m.stageMetrics.collectors()
	all = append(all, m.modelMetrics.collectors()...)
	all = append(all, m.storeMetrics.collectors()...)
	all = append(all, m.clusterMetrics.collectors()...)
	for i, c := range all {
		if err := reg.Register(c); err != nil {
			for _, done := range all[:i] {
				reg.Unregister(done)
			}
			return nil, fmt.Errorf("register the metrics: %w", err)
		}
	}
	return m, nil
}

// namespace begins every name.
const namespace = "classify"

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
}

// The bounds of histograms, in seconds.
var (
	// Stages that the rulebook answers take microseconds, those that a model answers
	// seconds, and those that wait for a limit minutes.
	stageBuckets = []float64{.00001, .0001, .001, .01, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}
	callBuckets  = []float64{.05, .1, .25, .5, 1, 1.5, 2, 3, 5, 8, 13, 20, 40, 60, 120}
	// Saves share a commit, and wait for each other.
	saveBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	waitBuckets = []float64{.001, .01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}
)

// reading is a gauge that somebody else knows the value of.
type reading struct {
	prometheus.GaugeFunc
	read *atomic.Pointer[func() int]
}

func newReading(name, help string) reading {
	read := new(atomic.Pointer[func() int])
	return reading{prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, func() float64 {
		if f := read.Load(); f != nil {
			return float64((*f)())
		}
		return 0
	}), read}
}

// stageOf is the label of a stage.
func stageOf(s classify.Stage) string {
	for _, known := range classify.StageNames {
		if s == known {
			return string(s)
		}
	}
	return other
}
