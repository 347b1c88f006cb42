package simulator

import (
	"bytes"
	"math/rand/v2"

	"classify"
	"classify/llm/prompt"
)

// mistake is a valid answer that is not the right one, or nil where the
// question leaves none (the frequency of the dates, say, cannot be missed): what the prompt's check lets pass is tried in an order
// of chance.
func mistake(q prompt.Question, question, right any, r *rand.Rand) []byte {
	all := mistakes(question, right)
	truth := encode(right)
	for _, i := range r.Perm(len(all)) {
		if b := encode(all[i]); !bytes.Equal(b, truth) && q.Check(b) == nil {
			return b
		}
	}
	return nil
}

// mistakes are the answers that differ from the right one in what the stage
// decides.
func mistakes(question, right any) (all []any) {
	switch a := right.(type) {
	case classify.Normalization:
		for _, t := range classify.TermsOf("unit_type") {
			if wrong := otherUnit(a, classify.UnitType(t.Value)); wrong.UnitType != a.UnitType {
				all = append(all, wrong)
			}
		}
	case classify.TimeInference:
		total := a
		total.IsCumulative = !a.IsCumulative
		all = append(all, total)
		for _, t := range classify.TermsOf("reporting_frequency") {
			wrong := a
			if wrong.ReportingFrequency = classify.Frequency(t.Value); wrong.ReportingFrequency != a.ReportingFrequency {
				all = append(all, wrong)
			}
		}
	case classify.FamilyAssignment:
		for _, t := range classify.TermsOf("family") {
			wrong := a
			if wrong.Family = classify.Family(t.Value); wrong.Family != a.Family && wrong.Family != classify.OtherFamily {
				all = append(all, wrong)
			}
		}
	case classify.TypeClassification:
		if q, ok := question.(classify.TypeQuestion); ok {
			return wrongKinds(&q, a)
		}
	case classify.Verdict:
		wrong := a
		if wrong.Passed = !a.Passed; wrong.Passed {
			wrong.FieldsWrong, wrong.Reason = nil, "the simulator errs: it sees nothing wrong"
		} else {
			wrong.FieldsWrong, wrong.Reason = []string{"type"}, "the simulator errs: it takes the type for wrong"
		}
		all = append(all, wrong)
	case classify.FinalReview:
		wrong := a
		wrong.Status, wrong.Corrections, wrong.Reason = classify.ReviewEscalated, nil, "the simulator errs: it cannot decide"
		all = append(all, wrong)
	}
	return all
}

// wrongKinds are the other types of the family, or another reading where the
// family has only one.
func wrongKinds(q *classify.TypeQuestion, right classify.TypeClassification) (all []any) {
	for i := range classify.Types {
		row := &classify.Types[i]
		if row.Family != q.Family || row.Type == right.Type {
			continue
		}
		for _, a := range row.Aggregations {
			wrong := right
			wrong.Type, wrong.Aggregation, wrong.ChangeBasis = row.Type, a, ""
			if row.Family == classify.ChangeMovement && row.Type == classify.Rate {
				wrong.ChangeBasis = classify.ChangeUnknown
			}
			if classify.UnitAllows(q.UnitType, a) {
				all = append(all, wrong)
			}
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, t := range classify.TermsOf("orientation") {
		wrong := right
		if wrong.Orientation = classify.Orientation(t.Value); wrong.Orientation != right.Orientation {
			all = append(all, wrong)
		}
	}
	return all
}

// otherUnit is a unit of another type, with what the type asks for.
func otherUnit(n classify.Normalization, t classify.UnitType) classify.Normalization {
	n.UnitType, n.Unit, n.Currency, n.Scale = t, string(t), "", classify.ScaleRaw
	switch t {
	case classify.UnitPercentage:
		n.Scale = classify.ScalePercent
	case classify.UnitIndex:
		n.Scale = classify.ScaleIndex
	case classify.UnitCurrency:
		n.Unit, n.Currency = "USD", "USD"
	}
	return n
}
