// Package stage is the six stages over an Answerer: each builds a canonical
// question, gets an answer and has it checked.
package stage

import (
	"context"
	"slices"

	"classify"
	"classify/series"
)

// Stages implements classify.Stages. It has no state of its own and is safe
// for concurrent use if its Answerer and Checker are.
type Stages struct {
	answerer classify.Answerer
	checker  classify.Checker
}

var _ classify.Stages = (*Stages)(nil)

// New returns the stages that ask a and have every draft checked by c.
func New(a classify.Answerer, c classify.Checker) *Stages { return &Stages{a, c} }

// Normalize asks for unit, scale, currency and denominator.
func (s *Stages) Normalize(ctx context.Context, ind classify.Indicator) (classify.Normalization, error) {
	return s.answerer.AnswerUnit(ctx, unitQuestion(&ind))
}

// InferTime analyses the dated values and asks for frequency and cumulative
// pattern.
func (s *Stages) InferTime(ctx context.Context, ind classify.Indicator, n classify.Normalization) (classify.TimeInference, error) {
	q := timeQuestion(&ind, &n)
	declared, _, ok := series.ParsePeriodicity(ind.Periodicity)
	if !ok {
		declared = classify.FrequencyUnknown
	}
	ytd, total := namedTotals(q.Concept, q.Unit)
	a := series.Analyse(ind.Values, series.Options{Declared: declared, NamedYTD: ytd, NamedTotal: total})
	a.Shape.SetAside += ind.SetAside
	q.Observed, q.Cumulative, q.Shape = a.Observed, a.Cumulative, a.Shape
	t, err := s.answerer.AnswerTime(ctx, q)
	if err != nil {
		return t, err
	}
	// What arithmetic found is no matter of opinion.
	t.Observed, t.Cumulative, t.Shape = a.Observed, a.Cumulative, a.Shape
	t.Evidence = append(t.Evidence, a.Notes...)
	return t, nil
}

// AssignFamily asks for the family.
func (s *Stages) AssignFamily(ctx context.Context, f classify.Facts) (classify.FamilyAssignment, error) {
	return s.answerer.AnswerFamily(ctx, familyQuestion(&f))
}

// ClassifyType asks for type, change basis, aggregation and orientation.
func (s *Stages) ClassifyType(ctx context.Context, f classify.Facts, a classify.FamilyAssignment) (classify.TypeClassification, error) {
	return s.answerer.AnswerType(ctx, classify.TypeQuestion{
		FamilyQuestion: familyQuestion(&f), Family: a.Family, Type: classify.Type(f.Indicator.Overrides["type"])})
}

// BooleanReview checks the draft and asks for a verdict. What the check
// refutes fails, whatever the verdict says.
func (s *Stages) BooleanReview(ctx context.Context, f classify.Facts, d classify.Draft) (classify.Verdict, error) {
	q := reviewQuestion(&f, d)
	q.Failed = s.violations(f, d)
	v, err := s.answerer.AnswerReview(ctx, q)
	if err != nil {
		return v, err
	}
	return refuted(v, q.Failed), nil
}

// FinalReview asks what is right where the review failed.
func (s *Stages) FinalReview(ctx context.Context, f classify.Facts, d classify.Draft, v classify.Verdict) (classify.FinalReview, error) {
	q := classify.FinalQuestion{ReviewQuestion: reviewQuestion(&f, d), Verdict: v}
	q.Failed = s.violations(f, d)
	return s.answerer.AnswerFinal(ctx, q)
}

// violations are what the check finds and what the stages left in doubt,
// without the fields that a person set: a person outranks both.
func (s *Stages) violations(f classify.Facts, d classify.Draft) []classify.Violation {
	return slices.DeleteFunc(append(s.checker.Check(f, d), d.Doubts...), func(v classify.Violation) bool {
		return slices.Contains(d.Overridden, v.Field)
	})
}

// refuted makes a verdict fail where the check refutes a field.
func refuted(v classify.Verdict, violations []classify.Violation) classify.Verdict {
	for _, x := range violations {
		if x.Warn {
			continue
		}
		v.Passed = false
		if v.Reason == "" {
			v.Reason = x.Reason
		}
		if !slices.Contains(v.FieldsWrong, x.Field) {
			v.FieldsWrong = append(v.FieldsWrong, x.Field)
		}
	}
	return v
}
