package classify

import (
	"context"
	"errors"
	"slices"
)

// Stages are the six questions about an indicator. Implementations are safe
// for concurrent use. An error is one of the typed errors of this package; an
// untyped error counts as a failure of that one indicator.
type Stages interface {
	// Normalize finds unit, scale, currency, denominator and price basis.
	Normalize(context.Context, Indicator) (Normalization, error)
	// InferTime finds frequency, cumulative pattern and the shape of the series.
	InferTime(context.Context, Indicator, Normalization) (TimeInference, error)
	AssignFamily(context.Context, Facts) (FamilyAssignment, error)
	// ClassifyType finds type, change basis, temporal aggregation and orientation.
	ClassifyType(context.Context, Facts, FamilyAssignment) (TypeClassification, error)
	BooleanReview(context.Context, Facts, Draft) (Verdict, error)
	// FinalReview is asked only where the boolean review failed.
	FinalReview(context.Context, Facts, Draft, Verdict) (FinalReview, error)
}

// Classify takes one indicator through the six stages. It is the only place
// that knows their order, it has no state, and it reads nothing but its
// arguments, so that every engine runs it and a replay takes the same way.
//
// A fault that concerns this indicator alone is returned as a Classification
// with outcome Failed and a nil error. An error means that the run should
// pause or end: a cancelled context, or a PendingError, RetryableError,
// BudgetError or TerminalError of a stage.
func Classify(ctx context.Context, stages Stages, ind Indicator) (Classification, error) {
	c := Classification{IndicatorID: ind.ID, Name: ind.Name}
	if err := classify(ctx, stages, ind, &c); err != nil {
		return failed(ctx, c, err)
	}
	return c, nil
}

func classify(ctx context.Context, stages Stages, ind Indicator, c *Classification) error {
	o := overrides(ind.Overrides).complete()
	draft := Draft{}
	var err error

	if c.Normalization, err = stages.Normalize(ctx, ind); err != nil {
		return &StageError{StageNormalize, err}
	}
	draft.UnitLabels = c.Normalization.UnitLabels
	if err := o.apply(StageNormalize, &draft, &c.Normalization.Provenance); err != nil {
		return err
	}
	c.Normalization.UnitLabels = draft.UnitLabels

	if c.Time, err = stages.InferTime(ctx, ind, c.Normalization); err != nil {
		return &StageError{StageTime, err}
	}
	draft.TimeLabels = c.Time.TimeLabels
	if err := o.apply(StageTime, &draft, &c.Time.Provenance); err != nil {
		return err
	}
	c.Time.TimeLabels = draft.TimeLabels

	ind.Values = nil
	facts := Facts{Indicator: ind, Normalization: c.Normalization, Time: c.Time}

	if c.Family, err = stages.AssignFamily(ctx, facts); err != nil {
		return &StageError{StageFamily, err}
	}
	draft.Family = c.Family.Family
	if err := o.apply(StageFamily, &draft, &c.Family.Provenance); err != nil {
		return err
	}
	c.Family.Family = draft.Family

	if c.Type, err = stages.ClassifyType(ctx, facts, c.Family); err != nil {
		return &StageError{StageType, err}
	}
	draft.KindLabels = c.Type.KindLabels
	if err := o.apply(StageType, &draft, &c.Type.Provenance); err != nil {
		return err
	}
	c.Type.KindLabels = draft.KindLabels

	c.Overridden = draft.Overridden
	draft = NewDraft(c.Normalization, c.Time, c.Family, c.Type)
	draft.Overridden = c.Overridden
	draft.certain()
	return review(ctx, stages, facts, draft, c)
}

// NewDraft puts the answers of the stages 1 to 4 together for the reviews. The time
// basis follows from type and aggregation.
func NewDraft(n Normalization, t TimeInference, f FamilyAssignment, k TypeClassification) Draft {
	d := Draft{Labels: Labels{UnitLabels: n.UnitLabels, TimeLabels: t.TimeLabels, Family: f.Family, KindLabels: k.KindLabels}}
	d.TimeBasis = BasisOf(d.Type, d.Aggregation)
	d.Confidences = [4]float64{n.Confidence, t.Confidence, f.Confidence, k.Confidence}
	d.Doubts = slices.Concat(n.Doubts, t.Doubts, f.Doubts, k.Doubts)
	return d
}

func review(ctx context.Context, stages Stages, facts Facts, draft Draft, c *Classification) error {
	var err error
	if c.Verdict, err = stages.BooleanReview(ctx, facts, draft); err != nil {
		return &StageError{StageBooleanReview, err}
	}
	c.Labels, c.ReviewStatus, c.OverallConfidence = draft.Labels, ReviewPassed, c.Verdict.Confidence
	if !c.Verdict.Passed {
		final, err := stages.FinalReview(ctx, facts, draft, c.Verdict)
		if err != nil {
			return &StageError{StageFinalReview, err}
		}
		if c.Labels, err = draft.corrected(final.Corrections); err != nil {
			return &StageError{StageFinalReview, err}
		}
		c.Final, c.ReviewStatus, c.OverallConfidence = &final, final.Status, final.Confidence
	}
	switch c.ReviewStatus {
	case ReviewPassed, ReviewCorrected:
		c.Outcome = Classified
	case ReviewEscalated:
		c.Outcome = Escalated
	default:
		c.Outcome = Failed
		c.Failure = &Failure{StageFinalReview, c.Final.Reason}
	}
	return nil
}

// failed sorts an error: what concerns the run is returned, what concerns this
// indicator becomes its outcome.
func failed(ctx context.Context, c Classification, err error) (Classification, error) {
	var retryable *RetryableError
	var budget *BudgetError
	var terminal *TerminalError
	var pending *PendingError
	if ctx.Err() != nil || errors.As(err, &pending) || errors.As(err, &retryable) || errors.As(err, &budget) || errors.As(err, &terminal) {
		return c, err
	}
	f := Failure{Reason: err.Error()}
	var stage *StageError
	if errors.As(err, &stage) {
		f = Failure{Stage: stage.Stage, Reason: stage.Err.Error()}
	}
	c.Outcome, c.ReviewStatus, c.Failure = Failed, ReviewFailed, &f
	return c, nil
}
