package rulebook

import (
	"fmt"
	"math"

	"classify"
)

// Check refutes or doubts the fields of a draft, whoever answered: the
// enumerations, the valid pairs, the roll-up, and the values against the label
// (taxonomy §7). A violation with Warn set is worth a note and refutes nothing.
func (*Rulebook) Check(f classify.Facts, d classify.Draft) []classify.Violation {
	v := enumerations(&d.Labels)
	row, ok := classify.Pair(d.Family, d.Type)
	if !ok {
		return append(v, violation("check.pair", "type", "%s is no type of %s", d.Type, d.Family))
	}
	v = append(v, rollUp(&d.Labels, row)...)
	v = append(v, unitAgainstType(&d.Labels)...)
	return append(v, values(&f.Time.Shape, &d.Labels)...)
}

func violation(rule, field, format string, args ...any) classify.Violation {
	return classify.Violation{Rule: rule, Field: field, Reason: fmt.Sprintf(format, args...)}
}

func doubt(rule, field, format string, args ...any) classify.Violation {
	v := violation(rule, field, format, args...)
	v.Warn = true
	return v
}

// allowed are the values of every enumerated field, compiled once.
var allowed = func() map[string]map[string]bool {
	m := map[string]map[string]bool{}
	for i := range classify.Terms {
		values := map[string]bool{}
		for _, t := range classify.Terms[i].Terms {
			values[t.Value] = true
		}
		m[classify.Terms[i].Field] = values
	}
	return m
}()

func enumerations(l *classify.Labels) (v []classify.Violation) {
	for _, e := range [...]struct{ field, value string }{
		{"unit_type", string(l.UnitType)}, {"scale", string(l.Scale)}, {"reporting_frequency", string(l.ReportingFrequency)},
		{"cumulative_pattern", string(l.CumulativePattern)}, {"family", string(l.Family)}, {"type", string(l.Type)},
		{"temporal_aggregation", string(l.Aggregation)}, {"orientation", string(l.Orientation)},
	} {
		if !allowed[e.field][e.value] {
			v = append(v, violation("check.value", e.field, "%q is no %s", e.value, e.field))
		}
	}
	if (l.ChangeBasis != "") != (l.Family == classify.ChangeMovement && l.Type == classify.Rate) {
		v = append(v, violation("check.change-basis", "change_basis", "a %s/%s with change basis %q", l.Family, l.Type, l.ChangeBasis))
	}
	return v
}

func rollUp(l *classify.Labels, row classify.TypeTerm) (v []classify.Violation) {
	if !row.Allows(l.Aggregation) {
		v = append(v, violation("check.aggregation", "temporal_aggregation", "a %s is never %s", l.Type, l.Aggregation))
	} else if !classify.UnitAllows(l.UnitType, l.Aggregation) {
		v = append(v, violation("check.unit-aggregation", "temporal_aggregation", "a value in %s is never %s", l.UnitType, l.Aggregation))
	}
	if l.IsCumulative && !row.Cumulative {
		v = append(v, violation("check.cumulative", "is_cumulative", "a %s is never a running total", l.Type))
	}
	if l.IsCumulative && row.Cumulative && l.Aggregation == classify.PeriodTotal {
		v = append(v, violation("check.cumulative-total", "temporal_aggregation", "a running total is never summed"))
	}
	return v
}

// unitAgainstType refutes units in which a type cannot be: the unit decides
// between level and change.
func unitAgainstType(l *classify.Labels) []classify.Violation {
	k := typeMaskOf(kind{l.Family, l.Type})
	u := maskOf(l.UnitType)
	switch {
	case k&(kStock|kFlow) != 0 && u&(uPercentish|uIndex) != 0:
		return []classify.Violation{violation("check.unit-amount", "type", "a %s in %s is none: the unit decides between an amount and a change of it", l.Type, l.UnitType)}
	case k&(kPercentage|kShare) != 0 && u&(uCurrency|uCount|uPhysical|uDuration) != 0:
		return []classify.Violation{violation("check.unit-relative", "type", "a %s in %s is an amount", l.Type, l.UnitType)}
	case k == kChange && u&(uCurrency|uCount|uPhysical|uDuration) != 0:
		return []classify.Violation{violation("check.unit-change", "type", "a rate of change in %s is a difference", l.UnitType)}
	case k == kIndex && u&(uCurrency|uPhysical) != 0:
		return []classify.Violation{violation("check.unit-index", "type", "an index has no %s", l.UnitType)}
	case k == kDuration && u&(uCurrency|uPercentish|uIndex) != 0:
		return []classify.Violation{violation("check.unit-duration", "type", "a length of time is not in %s", l.UnitType)}
	}
	return nil
}

// values holds the label against what the series shows.
func values(s *classify.Shape, l *classify.Labels) (v []classify.Violation) {
	if s.Points < 3 {
		return nil
	}
	k := typeMaskOf(kind{l.Family, l.Type})
	switch {
	case k == kShare && s.Median > 100.5 && l.UnitType == classify.UnitPercentage:
		v = append(v, violation("check.share-of-more-than-all", "type", "a share with a median of %.4g per cent", s.Median))
	case k == kShare && s.Max > 100.5 && s.Min >= 0:
		v = append(v, doubt("check.share-above-100", "type", "a share of up to %.4g", s.Max))
	case k&(kShare|kPercentage) != 0 && l.UnitType == classify.UnitPercentage && s.Median > 1000:
		v = append(v, violation("check.percentage-of-thousands", "unit_type", "a percentage with a median of %.4g", s.Median))
	case k&(kShare|kPercentage|kCount|kVolume|kStock|kCapacity|kDuration) != 0 && s.Negatives > 0:
		v = append(v, doubt("check.negative", "type", "a %s with %d negative values", l.Type, s.Negatives))
	case k == kPrice && s.Negatives > 0:
		v = append(v, doubt("check.negative-price", "type", "%d negative prices", s.Negatives))
	case k == kChange && l.UnitType == classify.UnitPercentage && math.Abs(s.Median) > 1e8:
		v = append(v, violation("check.change-of-millions", "type", "a change with a median of %.4g per cent", s.Median))
	case k == kChange && l.UnitType == classify.UnitPercentage && s.Negatives == 0 && s.Median > 1000:
		v = append(v, doubt("check.change-of-thousands", "type", "a change with a median of %.4g per cent", s.Median))
	case k == kIndex && math.Abs(s.Median) > 1e15:
		v = append(v, violation("check.index-without-level", "type", "an index with a median of %.4g", s.Median))
	case k == kIndex && l.BasePeriod != "" && s.Median > 0 && (s.Median < 0.5 || s.Median > 1e7):
		v = append(v, doubt("check.index-level", "type", "an index with a base and a median of %.4g", s.Median))
	}
	if k == kStock && (l.CumulativePattern == classify.PatternYTD || l.CumulativePattern == classify.PatternFiscalYTD) {
		v = append(v, violation("check.stock-resets", "type", "a stock that falls back at the start of each year"))
	}
	if math.IsNaN(s.Median) || math.IsInf(s.Median, 0) {
		v = append(v, doubt("check.median", "type", "the values are not finite"))
	}
	return v
}
