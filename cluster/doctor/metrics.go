package doctor

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// The metrics of a node that are looked at.
const (
	requestsMetric   = "restate_ingress_requests_total"
	seenMetric       = "restate_failure_detector_nodes_total"
	lonelyMetric     = "restate_failure_detector_lonely"
	leadersMetric    = "restate_num_active_partition_leaders"
	partitionsMetric = "restate_num_partitions"
)

// parseMetrics reads what a node counts.
func parseMetrics(body []byte) (Traffic, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(samples(body)))
	if err != nil {
		return Traffic{}, fmt.Errorf("read the metrics: %w", err)
	}
	if len(families) == 0 {
		return Traffic{}, errors.New("read the metrics: they are not those of a Restate node")
	}
	// sum adds the series of a metric, or those alone whose label has the value.
	sum := func(name, label, value string) float64 {
		total := 0.0
		for _, m := range families[name].GetMetric() {
			fits := label == ""
			for _, l := range m.GetLabel() {
				fits = fits || l.GetName() == label && l.GetValue() == value
			}
			if fits {
				total += m.GetUntyped().GetValue()
			}
		}
		return total
	}
	return Traffic{
		Requests: sum(requestsMetric, "status", "admitted"),
		Alive:    int(sum(seenMetric, "state", "alive")), Dead: int(sum(seenMetric, "state", "dead")), Suspect: int(sum(seenMetric, "state", "suspect")),
		Lonely:  sum(lonelyMetric, "", "") > 0,
		Leaders: int(sum(leadersMetric, "", "")), Partitions: int(sum(partitionsMetric, "", "")),
	}, nil
}

// samples are the lines that are looked at, without their types: the server
// declares some metrics twice, which the format forbids.
func samples(body []byte) []byte {
	var kept bytes.Buffer
	for line := range bytes.Lines(body) {
		name, _, _ := strings.Cut(string(line[:min(len(line), 64)]), "{")
		name, _, _ = strings.Cut(name, " ")
		switch name {
		case requestsMetric, seenMetric, lonelyMetric, leadersMetric, partitionsMetric:
			kept.Write(line)
		}
	}
	return kept.Bytes()
}
