package cascade

import (
	"context"
	"fmt"
	"slices"

	"classify"
	"classify/llm/prompt"
)

// AnswerReview asks the reviewing model where a check failed or two sources
// disagree, or always. What no model could answer is not reviewed: a person has
// to look.
func (a *Answerer) AnswerReview(ctx context.Context, q classify.ReviewQuestion) (classify.Verdict, error) {
	own, err := a.Book.AnswerReview(ctx, q)
	if err != nil || unanswerable(q.Failed) || a.Policy != Thorough && !contested(q.Failed) {
		return own, err
	}
	r, err := a.ask(ctx, prompt.Review(q))
	switch {
	case err != nil || r.counted:
		return own, err
	case r.unusable != nil:
		own.Passed, own.Rule, own.Reason = false, ruleUnusable, r.unusable.Error()
		own.Confidence = min(own.Confidence, unusableAt)
		own.Evidence = append(own.Evidence, own.Reason)
		return own, nil
	}
	v, err := prompt.DecodeVerdict(r.JSON)
	if err != nil {
		return own, err
	}
	reviewer := min(v.Confidence, mostSure)
	v.Provenance = r.provenance(v.Provenance)
	v.Evidence = append(v.Evidence, own.Evidence...)
	if v.Passed {
		v.Confidence = agreed(own.Confidence, reviewer)
		if q.Draft.Type == classify.OtherType && v.Confidence < disputable && !slices.Contains(q.Draft.Overridden, "type") {
			v.Passed, v.Rule, v.Reason = false, ruleUnusable, "no source knows what this is"
		}
	} else {
		v.Confidence = overruled(own.Confidence, reviewer)
	}
	return v, nil
}

// contested reports whether a check refuted a field or two sources differ.
func contested(failed []classify.Violation) bool {
	return slices.ContainsFunc(failed, func(v classify.Violation) bool { return !v.Warn || v.Rule == ruleDispute })
}

func unanswerable(failed []classify.Violation) bool {
	return slices.ContainsFunc(failed, func(v classify.Violation) bool { return v.Rule == ruleUnusable })
}

// AnswerFinal takes what the taxonomy settles from the rulebook, and asks the
// reviewing model for the rest. A correction that a check refutes, and an answer
// that no model could give, are a person's.
func (a *Answerer) AnswerFinal(ctx context.Context, q classify.FinalQuestion) (classify.FinalReview, error) {
	own, err := a.Book.AnswerFinal(ctx, q)
	if err != nil || own.Status == classify.ReviewCorrected || unanswerable(q.Failed) || q.Verdict.Rule == ruleUnusable {
		return own, err
	}
	r, err := a.ask(ctx, prompt.Final(q))
	switch {
	case err != nil || r.counted:
		return own, err
	case r.unusable != nil:
		return escalated(own, r.unusable.Error()), nil
	}
	f, err := prompt.DecodeFinal(r.JSON)
	if err != nil {
		return own, err
	}
	f.Provenance = r.provenance(f.Provenance)
	fillFrom(&f, &q.Draft.Labels)
	if reason := a.refuted(&q, &f); reason != "" {
		return escalated(f, reason), nil
	}
	return f, nil
}

func escalated(f classify.FinalReview, reason string) classify.FinalReview {
	f.Status, f.Corrections, f.Reason = classify.ReviewEscalated, nil, reason
	f.Confidence = min(f.Confidence, unusableAt)
	f.Evidence = append(f.Evidence, reason)
	return f
}

// fillFrom notes what each corrected field was, and takes away corrections that
// change nothing.
func fillFrom(f *classify.FinalReview, draft *classify.Labels) {
	f.Corrections = slices.DeleteFunc(f.Corrections, func(c classify.Correction) bool {
		field := classify.FieldByName(c.Field)
		return field != nil && field.Get(draft) == c.To
	})
	for i := range f.Corrections {
		if field := classify.FieldByName(f.Corrections[i].Field); field != nil {
			f.Corrections[i].From = field.Get(draft)
		}
	}
	if f.Status == classify.ReviewCorrected && len(f.Corrections) == 0 {
		f.Status = classify.ReviewPassed
	}
}

// refuted returns why the labels after a final review cannot stand, or "".
func (a *Answerer) refuted(q *classify.FinalQuestion, f *classify.FinalReview) string {
	if f.Status != classify.ReviewPassed && f.Status != classify.ReviewCorrected {
		return ""
	}
	d := q.Draft
	for _, c := range f.Corrections {
		if slices.Contains(d.Overridden, c.Field) {
			continue // a person's label stands
		}
		field := classify.FieldByName(c.Field)
		if field == nil {
			return fmt.Sprintf("the final review corrects %q, which is no field", c.Field)
		}
		if err := field.Set(&d.Labels, c.To); err != nil {
			return "the final review corrects to a value that is none: " + err.Error()
		}
	}
	facts := classify.Facts{Normalization: classify.Normalization{UnitLabels: d.UnitLabels}, Time: classify.TimeInference{TimeLabels: d.TimeLabels, Shape: q.Shape}}
	for _, v := range a.Book.Check(facts, d) {
		if !v.Warn && !slices.Contains(d.Overridden, v.Field) {
			return "the check refutes the final review: " + v.Reason
		}
	}
	return ""
}
