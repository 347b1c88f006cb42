package rulebook

import (
	"context"

	"classify"
)

// AnswerReview passes a draft that no check refutes and that is sure enough.
func (*Rulebook) AnswerReview(_ context.Context, q classify.ReviewQuestion) (classify.Verdict, error) {
	v := classify.Verdict{Passed: true}
	v.By, v.Rule = Name, "review.check"
	v.Confidence = calibrated(q.Draft.Confidences[0] * q.Draft.Confidences[3])
	for _, f := range q.Failed {
		v.Evidence = append(v.Evidence, f.Rule+": "+f.Reason)
		if !f.Warn {
			v.Passed = false
			v.FieldsWrong = append(v.FieldsWrong, f.Field)
			v.Reason = f.Reason
		}
	}
	if v.Passed && v.Confidence < escalateBelow {
		v.Passed, v.Rule, v.Reason = false, "review.unsure", "no rule knows this concept well enough"
	}
	return v, nil
}

// escalateBelow is where a person has to look.
const escalateBelow = 0.3

// AnswerFinal settles what a check has settled and hands the rest to a person.
func (*Rulebook) AnswerFinal(_ context.Context, q classify.FinalQuestion) (classify.FinalReview, error) {
	f := classify.FinalReview{Status: classify.ReviewEscalated, Reason: q.Verdict.Reason}
	f.By, f.Rule, f.Confidence = Name, "final.escalate", q.Verdict.Confidence
	return f, nil
}
