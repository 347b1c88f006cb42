package rulebook

import (
	"context"
	"slices"

	"classify"
)

// escalateBelow is the calibrated confidence below which no label is passed
// without a person: no rule knows the concept.
const escalateBelow = 0.3

// doubtCost is what a warning takes off the raw confidence.
const doubtCost = 0.15

// costOf is what a warning takes off. A negative price is rare, and known.
func costOf(rule string) float64 {
	if rule == "check.negative-price" {
		return doubtCost / 3
	}
	return doubtCost
}

// AnswerReview passes a draft that no check refutes and that is sure enough.
// Its confidence is the probability that unit type, family, type and temporal
// aggregation are all right.
func (*Rulebook) AnswerReview(_ context.Context, q classify.ReviewQuestion) (classify.Verdict, error) {
	v := classify.Verdict{Passed: true}
	v.By, v.Rule = Name, "review.check"
	raw := rawConfidence(&q)
	for _, f := range q.Failed {
		v.Evidence = append(v.Evidence, f.Rule+": "+f.Reason)
		if f.Warn {
			raw *= 1 - costOf(f.Rule)
			continue
		}
		v.Passed = false
		if !slices.Contains(v.FieldsWrong, f.Field) {
			v.FieldsWrong = append(v.FieldsWrong, f.Field)
		}
		if v.Reason == "" {
			v.Reason = f.Reason
		}
	}
	v.Confidence = calibrated(raw)
	switch {
	case !v.Passed:
		v.Confidence = min(v.Confidence, escalateBelow)
	case v.Confidence < escalateBelow && !slices.Contains(q.Draft.Overridden, "type"):
		v.Passed, v.Rule, v.Reason = false, "review.unsure", "no rule knows this concept well enough"
	}
	return v, nil
}

// rawConfidence combines what the stages said of themselves. Family and type
// are one decision; the frequency matters only where it decides how a market
// quote rolls up.
func rawConfidence(q *classify.ReviewQuestion) float64 {
	c := q.Draft.Confidences
	if slices.Contains(q.Draft.Overridden, "type") { // the rest follows from what a person said
		return max(0, min(1, c[0])) * max(0, min(c[3], 1))
	}
	drafted := kind{q.Draft.Family, q.Draft.Type}
	return max(0, min(1, c[0])) * max(0, min(c[2], c[3], 1)) * certainty(&q.FamilyQuestion, drafted, min(c[2], c[3]))
}

// certainty is what is left of an answer's own confidence after the doubts
// that no single rule has: names with many words, or with words that the
// lexicon does not know, say more than the rules read; and whether something
// against a whole is a percentage or a ratio, and whether its numerator exists
// or arises, is where readers of the taxonomy differ most. The sizes are the
// error rates of such names on catalogues that the rules had not seen.
func certainty(q *classify.FamilyQuestion, is kind, sure float64) float64 {
	r := read(q)
	left := 1.0
	switch n := r.concept.words; {
	case n >= 12:
		left *= 0.93
	case n >= 9:
		left *= 0.96
	}
	if n := r.concept.unread; n > 1 {
		left *= 1 - 0.015*float64(min(n, 6)-1)
	}
	if typeMaskOf(is)&(kPercentage|kRatio) != 0 && sure < 0.94 {
		left *= 0.96
	}
	return left
}

// AnswerFinal settles what the taxonomy settles (a roll-up that the unit or
// the type forbids) and hands the rest to a person.
func (*Rulebook) AnswerFinal(_ context.Context, q classify.FinalQuestion) (classify.FinalReview, error) {
	f := classify.FinalReview{Status: classify.ReviewEscalated, Reason: q.Verdict.Reason}
	f.By, f.Rule, f.Confidence = Name, "final.person", min(q.Verdict.Confidence, escalateBelow)
	if q.Verdict.Passed {
		f.Status, f.Rule, f.Reason, f.Confidence = classify.ReviewPassed, "final.passed", "nothing failed", q.Verdict.Confidence
		return f, nil
	}
	again := reread(&q)
	for _, field := range q.Verdict.FieldsWrong {
		c, ok := again[field]
		if !ok || slices.Contains(q.Draft.Overridden, field) {
			return f, nil
		}
		f.Corrections = append(f.Corrections, c)
	}
	if len(f.Corrections) == 0 {
		return f, nil
	}
	f.Status, f.Rule, f.Confidence = classify.ReviewCorrected, "final.corrected", calibrated(rawConfidence(&q.ReviewQuestion)*(1-doubtCost))
	return f, nil
}

// reread answers the type question again for the labels of the draft, and
// returns the corrections that satisfy the taxonomy, by field. It gives up
// where the draft contradicts itself in more than the roll-up.
func reread(q *classify.FinalQuestion) map[string]classify.Correction {
	d := &q.Draft
	row, ok := classify.Pair(d.Family, d.Type)
	if !ok || d.Type == classify.OtherType {
		return nil
	}
	r := read(&q.FamilyQuestion)
	r.unit = maskOf(d.UnitType)
	r.decided(kind{d.Family, d.Type})
	fixes := map[string]classify.Correction{}
	if a := first(aggregationRules, &r); a.is != d.Aggregation && row.Allows(a.is) && classify.UnitAllows(d.UnitType, a.is) {
		fixes["temporal_aggregation"] = classify.Correction{Field: "temporal_aggregation", From: string(d.Aggregation), To: string(a.is), Reason: a.id + ": " + a.reason}
	}
	if d.IsCumulative && !row.Cumulative {
		fixes["is_cumulative"] = classify.Correction{Field: "is_cumulative", From: "true", To: "false", Reason: "a " + string(d.Type) + " is never a running total"}
	}
	return fixes
}
