package rulebook

import "slices"

// Rule describes one rule, to be listed and tested.
type Rule struct {
	ID         string
	Field      string // what it decides: "unit_type", "type", "change_basis", "temporal_aggregation" or "orientation"
	Decides    string
	Reason     string
	Confidence float64 // raw, before calibration
	Examples   []Example
}

// Example is a name and a unit as a catalogue writes them.
type Example struct{ Name, Units string }

// Rules returns every rule in the order in which they are tried, list by list.
func Rules() []Rule {
	return slices.Concat(
		describe("unit_type", unitRules, func(g guess) string { return string(g.unitType) }),
		describe("type", kindRules, func(k kind) string { return string(k.family) + "/" + string(k.kind) }),
		describe("change_basis", basisRules, asText),
		describe("temporal_aggregation", aggregationRules, asText),
		describe("orientation", orientationRules, asText))
}

func asText[T ~string](v T) string { return string(v) }

func describe[T any](field string, rules []rule[T], say func(T) string) []Rule {
	all := make([]Rule, 0, len(rules))
	for i := range rules {
		r := &rules[i]
		d := Rule{ID: r.id, Field: field, Decides: say(r.is), Reason: r.reason, Confidence: r.sure}
		for _, e := range r.examples {
			d.Examples = append(d.Examples, Example{e.name, e.units})
		}
		all = append(all, d)
	}
	return all
}
