package rulebook

import (
	"fmt"

	"classify"
)

// Check refutes or doubts the fields of a draft, whoever answered.
func (*Rulebook) Check(f classify.Facts, d classify.Draft) []classify.Violation {
	row, ok := classify.Pair(d.Family, d.Type)
	if !ok {
		return []classify.Violation{{Rule: "check.pair", Field: "type", Reason: fmt.Sprintf("%s is no type of %s", d.Type, d.Family)}}
	}
	var v []classify.Violation
	if !row.Allows(d.Aggregation) {
		v = append(v, classify.Violation{Rule: "check.aggregation", Field: "temporal_aggregation", Reason: fmt.Sprintf("a %s is never %s", d.Type, d.Aggregation)})
	}
	if !classify.UnitAllows(d.UnitType, d.Aggregation) {
		v = append(v, classify.Violation{Rule: "check.unit-aggregation", Field: "temporal_aggregation", Reason: fmt.Sprintf("a value in %s is never %s", d.UnitType, d.Aggregation)})
	}
	return v
}
