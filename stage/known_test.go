package stage_test

import (
	"slices"
	"testing"

	"classify"
	"classify/rulebook"
	"classify/stage"
)

// Hundreds of indicators of many catalogues get the labels that a reader of
// the taxonomy gives them.
func TestIndicatorsOfManyCataloguesAreLabelledAsTheTaxonomySays(t *testing.T) {
	t.Parallel()
	book := rulebook.New()
	stages := stage.New(book, book)
	for _, row := range slices.Concat(fredRows, vendorRows, institutionRows, releaseRows, developmentRows, unusualRows, furtherRows) {
		t.Run(row.name+" ["+row.units+"]", func(t *testing.T) {
			t.Parallel()
			c, err := classify.Classify(t.Context(), stages, classify.Indicator{ID: "X", Name: row.name, Units: row.units, Periodicity: row.periodicity})
			if err != nil {
				t.Fatal(err)
			}
			l := c.Labels
			for _, field := range []struct{ name, got, want string }{
				{"unit type", string(l.UnitType), row.unitType},
				{"kind", string(l.Family) + "/" + string(l.Type), row.kind},
				{"aggregation", string(l.Aggregation), row.aggregation},
				{"orientation", string(l.Orientation), row.orientation},
			} {
				if field.want != "-" && field.got != field.want {
					t.Errorf("%s is %q, want %q (rules %s, %s %v, confidence %.2f)", field.name, field.got, field.want, c.Normalization.Rule, c.Type.Rule, c.Type.Evidence, c.OverallConfidence)
				}
			}
		})
	}
}
