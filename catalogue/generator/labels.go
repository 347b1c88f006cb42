package generator

import (
	"strings"

	"classify"
)

// labels are the labels that are true of the item, asserted or not.
func (d *draft) labels() classify.Labels {
	l := classify.Labels{UnitLabels: d.spelling.labels, Family: d.concept.kind.family}
	if d.adjustment != "" {
		l.SeasonalAdjustment = d.adjustment
	}
	l.ReportingFrequency = d.frequency
	l.IsCumulative, l.CumulativePattern = d.isCumulative(), d.pattern
	if l.Scale == "" {
		l.Scale = classify.ScaleRaw
	}
	l.KindLabels = classify.KindLabels{
		Type: d.concept.kind.typ, ChangeBasis: d.concept.kind.basis,
		Aggregation: d.aggregation(), Orientation: d.concept.orient,
	}
	l.TimeBasis = classify.BasisOf(l.Type, l.Aggregation)
	return l
}

// aggregation follows §5 of the taxonomy: a running total is cumulative, a
// market quote depends on the frequency and on the word for the moment, and
// everything else on the concept.
func (d *draft) aggregation() classify.Aggregation {
	switch {
	case d.isCumulative():
		return classify.PeriodCumulative
	case d.concept.kind.agg != "":
		return d.concept.kind.agg
	case d.frequency == classify.Daily || d.frequency == classify.Weekly || d.collection == "end":
		return classify.PointInTime
	}
	return classify.PeriodAverage
}

// asserted are the columns that the texts and values settle.
func (d *draft) asserted(l *classify.Labels) []string {
	columns := make([]string, 0, len(classify.Fields))
	for i := range classify.Fields {
		name := classify.Fields[i].Name
		if d.settled(name, l) && !contains(d.concept.unsure, name) {
			columns = append(columns, name)
		}
	}
	return columns
}

func (d *draft) settled(column string, l *classify.Labels) bool {
	switch column {
	case "unit":
		return l.Unit != ""
	case "scale":
		return d.spelling.labels.Scale != ""
	case "per":
		return d.spelling.perKnown
	case "base_period":
		return l.BasePeriod != ""
	case "prices":
		return l.Prices != ""
	case "seasonal_adjustment":
		return l.SeasonalAdjustment != ""
	case "change_basis":
		return l.ChangeBasis != "" && (d.spelling.basis != "" || l.ChangeBasis == classify.ChangeContribution)
	case "cumulative_pattern":
		return d.options.Values && d.points >= 20 && (d.isCumulative() || d.frequency == classify.Monthly || d.frequency == classify.Quarterly)
	}
	return true
}

// contains reports whether a space-separated list has that word.
func contains(list, word string) bool {
	for w := range strings.SplitSeq(list, " ") {
		if w == word {
			return true
		}
	}
	return false
}
