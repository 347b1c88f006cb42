package doctor

import (
	"bytes"
	"fmt"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// parseMetrics reads what a node counts.
func parseMetrics(body []byte) (Traffic, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(body))
	if err != nil {
		return Traffic{}, fmt.Errorf("read the metrics: %w", err)
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
				total += m.GetCounter().GetValue() + m.GetGauge().GetValue() + m.GetUntyped().GetValue()
			}
		}
		return total
	}
	const seen = "restate_failure_detector_nodes_total"
	return Traffic{
		Requests: sum("restate_ingress_requests_total", "status", "admitted"),
		Alive:    int(sum(seen, "state", "alive")), Dead: int(sum(seen, "state", "dead")), Suspect: int(sum(seen, "state", "suspect")),
		Lonely:  sum("restate_failure_detector_lonely", "", "") > 0,
		Leaders: int(sum("restate_num_active_partition_leaders", "", "")), Partitions: int(sum("restate_num_partitions", "", "")),
	}, nil
}
