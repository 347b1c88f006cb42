package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// clusterMetrics are about the Restate cluster, seen from a service or a client.
type clusterMetrics struct {
	// openWorkflows is how many workflows are open at this process.
	openWorkflows reading
	// slotTime is how long a call waited for its slot in the cluster's budget, in
	// seconds, by provider and model.
	slotTime *prometheus.HistogramVec
	// slotFailures counts the slots that could not be had, by outcome.
	slotFailures *prometheus.CounterVec

	// batches and sent count the batches that an ingress node accepted and the
	// indicators in them, by node.
	batches, sent *prometheus.CounterVec
	// batchTime is how long a node took to accept a batch, in seconds, by node.
	batchTime *prometheus.HistogramVec
	// nodeFailures counts batches that a node did not accept, by node and outcome.
	nodeFailures *prometheus.CounterVec
	// nodeUp is 1 where work is sent to a node, 0 where it is left out, by node.
	nodeUp *prometheus.GaugeVec
	// unfinished is how many indicators a client has handed out that are not
	// committed yet.
	unfinished reading
}

func newClusterMetrics() clusterMetrics {
	return clusterMetrics{
		openWorkflows: newReading("open_workflows", "Workflows that are open at this process now."),
		slotTime:      histogram("rate_slot_wait_seconds", "Time that a call waited for its slot in the budget of the cluster.", waitBuckets, "provider", "model"),
		slotFailures:  counter("rate_slot_failures_total", "Slots of the cluster's budget that could not be had.", "outcome"),
		batches:       counter("ingress_batches_total", "Batches that an ingress node accepted.", "node"),
		sent:          counter("ingress_indicators_total", "Indicators in the batches that an ingress node accepted.", "node"),
		batchTime:     histogram("ingress_batch_duration_seconds", "Time that an ingress node took to accept a batch.", waitBuckets, "node"),
		nodeFailures:  counter("ingress_errors_total", "Batches that an ingress node did not accept.", "node", "outcome"),
		nodeUp:        gauge("ingress_up", "1 where batches are sent to an ingress node, 0 where it is left out.", "node"),
		unfinished:    newReading("indicators_in_flight", "Indicators that this client has handed out and that are not committed yet."),
	}
}

func (m *clusterMetrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.openWorkflows, m.slotTime, m.slotFailures, m.batches, m.sent, m.batchTime, m.nodeFailures, m.nodeUp, m.unfinished}
}

// OpenWorkflows says how to read the number of open workflows; the last one given
// counts. read is called when the metrics are, from any goroutine.
func (m *Metrics) OpenWorkflows(read func() int) {
	if m != nil {
		m.openWorkflows.read.Store(&read)
	}
}

// Unfinished says how to read the number of indicators that this client has handed
// out and that are not committed; as OpenWorkflows.
func (m *Metrics) Unfinished(read func() int) {
	if m != nil {
		m.unfinished.read.Store(&read)
	}
}

// RateSlot counts the wait of one call for its slot in the budget of the cluster,
// in time, and whether it got one.
func (m *Metrics) RateSlot(provider, model string, waited time.Duration, err error) {
	if m == nil {
		return
	}
	m.slotTime.WithLabelValues(m.provider(provider), m.model(provider, model)).Observe(waited.Seconds())
	if err != nil {
		m.slotFailures.WithLabelValues(outcomeOf(err)).Inc()
	}
}

// Batch counts a batch that an ingress node accepted: how many indicators it had,
// and how long the node took; 0 is not known.
func (m *Metrics) Batch(node string, indicators int, took time.Duration) {
	if m == nil || indicators < 0 {
		return
	}
	label := m.nodes.of(node)
	m.batches.WithLabelValues(label).Inc()
	m.sent.WithLabelValues(label).Add(float64(indicators))
	if took > 0 {
		m.batchTime.WithLabelValues(label).Observe(took.Seconds())
	}
	m.nodeUp.WithLabelValues(label).Set(1)
}

// NodeFailed counts a batch that an ingress node did not accept; the node is left
// out until NodeBack or a Batch that it accepts.
func (m *Metrics) NodeFailed(node string, err error) {
	if m == nil {
		return
	}
	label := m.nodes.of(node)
	m.nodeFailures.WithLabelValues(label, outcomeOf(err)).Inc()
	m.nodeUp.WithLabelValues(label).Set(0)
}

// NodeBack notes that an ingress node is sent batches again.
func (m *Metrics) NodeBack(node string) {
	if m != nil {
		m.nodeUp.WithLabelValues(m.nodes.of(node)).Set(1)
	}
}

// SaveStep counts a durable save that was taken in this process, or one that was
// read from the journal.
func (m *Metrics) SaveStep(again bool) {
	if m == nil {
		return
	}
	source := taken
	if again {
		source = replayed
	}
	m.steps.WithLabelValues(stepSave, source).Inc()
}
