package stage_test

import (
	"testing"

	"classify"
	"classify/rulebook"
	"classify/stage"
)

// A person's labels close what the rules leave open, and what follows from
// them is asked again.
func TestAPersonDecides(t *testing.T) {
	t.Parallel()
	unknown := classify.Indicator{ID: "X", Name: "Zorblax quuxity", Units: "widgetons"}
	money := classify.Indicator{ID: "M", Name: "Money supply M2", Units: "JPY 100 Million", Periodicity: "Monthly"}
	for name, tt := range map[string]struct {
		ind  classify.Indicator
		says map[string]string
		want classify.Labels
	}{
		"the type of what no rule knows": {unknown, map[string]string{"type": "stock"},
			classify.Labels{Family: classify.PhysicalFundamental, KindLabels: classify.KindLabels{Type: classify.Stock, Aggregation: classify.PointInTime}}},
		"another type, whose roll-up follows": {money, map[string]string{"type": "flow"},
			classify.Labels{Family: classify.PhysicalFundamental, KindLabels: classify.KindLabels{Type: classify.Flow, Aggregation: classify.PeriodTotal}}},
		"family, type and roll-up": {unknown, map[string]string{"family": "change-movement", "type": "rate", "temporal_aggregation": "period-rate"},
			classify.Labels{Family: classify.ChangeMovement, KindLabels: classify.KindLabels{Type: classify.Rate, Aggregation: classify.PeriodRate}}},
		"against every check": {money, map[string]string{"temporal_aggregation": "period-total"},
			classify.Labels{Family: classify.PhysicalFundamental, KindLabels: classify.KindLabels{Type: classify.Stock, Aggregation: classify.PeriodTotal}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book := rulebook.New()
			tt.ind.Overrides = tt.says
			c, err := classify.Classify(t.Context(), stage.New(book, book), tt.ind)
			if err != nil {
				t.Fatal(err)
			}
			got := classify.Labels{Family: c.Labels.Family, KindLabels: classify.KindLabels{Type: c.Labels.Type, Aggregation: c.Labels.Aggregation}}
			if got != tt.want || c.Outcome != classify.Classified {
				t.Errorf("%s %s %s, %s (%s); want %s %s %s, classified", got.Family, got.Type, got.Aggregation, c.Outcome, c.Verdict.Reason,
					tt.want.Family, tt.want.Type, tt.want.Aggregation)
			}
		})
	}
	book := rulebook.New()
	if c, err := classify.Classify(t.Context(), stage.New(book, book), unknown); err != nil || c.Outcome != classify.Escalated {
		t.Errorf("without a person the unknown ends %s, %v; want escalated", c.Outcome, err)
	}
}
