package classify_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"classify"
)

// script is a Stages whose answers and errors are set; it notes who was asked.
type script struct {
	asked  []classify.Stage
	fail   map[classify.Stage]error
	passed bool
	final  classify.FinalReview
	seen   classify.Draft
	facts  classify.Facts
}

func (s *script) ask(stage classify.Stage) error {
	s.asked = append(s.asked, stage)
	return s.fail[stage]
}

func (s *script) Normalize(context.Context, classify.Indicator) (classify.Normalization, error) {
	n := classify.Normalization{UnitLabels: classify.UnitLabels{Unit: "USD", UnitType: classify.UnitCurrency, Scale: classify.ScaleMillions, ScalePow10: 6, Currency: "USD"}}
	n.Confidence = 0.9
	return n, s.ask(classify.StageNormalize)
}

func (s *script) InferTime(context.Context, classify.Indicator, classify.Normalization) (classify.TimeInference, error) {
	return classify.TimeInference{TimeLabels: classify.TimeLabels{ReportingFrequency: classify.Monthly, CumulativePattern: classify.PatternPeriodic}}, s.ask(classify.StageTime)
}

func (s *script) AssignFamily(_ context.Context, f classify.Facts) (classify.FamilyAssignment, error) {
	s.facts = f
	return classify.FamilyAssignment{Family: classify.PhysicalFundamental}, s.ask(classify.StageFamily)
}

func (s *script) ClassifyType(context.Context, classify.Facts, classify.FamilyAssignment) (classify.TypeClassification, error) {
	return classify.TypeClassification{KindLabels: classify.KindLabels{Type: classify.Flow, Aggregation: classify.PeriodTotal, Orientation: classify.Neutral}}, s.ask(classify.StageType)
}

func (s *script) BooleanReview(_ context.Context, _ classify.Facts, d classify.Draft) (classify.Verdict, error) {
	s.seen = d
	v := classify.Verdict{Passed: s.passed}
	v.Confidence = 0.8
	return v, s.ask(classify.StageBooleanReview)
}

func (s *script) FinalReview(context.Context, classify.Facts, classify.Draft, classify.Verdict) (classify.FinalReview, error) {
	return s.final, s.ask(classify.StageFinalReview)
}

var exports = classify.Indicator{ID: "X", Name: "Exports", Values: []classify.Observation{{Date: "2024-01", Value: 1}}}

func TestAPassedReviewEndsAfterFiveStages(t *testing.T) {
	t.Parallel()
	s := &script{passed: true}
	c, err := classify.Classify(t.Context(), s, exports)
	if err != nil || c.Outcome != classify.Classified || c.ReviewStatus != classify.ReviewPassed {
		t.Fatalf("outcome %s, review %s, %v", c.Outcome, c.ReviewStatus, err)
	}
	if !slices.Equal(s.asked, classify.StageNames[:5]) {
		t.Errorf("asked %v, want the first five stages in order", s.asked)
	}
	if c.OverallConfidence != 0.8 || c.Labels.TimeBasis != classify.BasisPerPeriod || c.Labels.ScalePow10 != 6 {
		t.Errorf("confidence %v, time basis %q, scale 10^%d", c.OverallConfidence, c.Labels.TimeBasis, c.Labels.ScalePow10)
	}
	if s.facts.Indicator.Values != nil {
		t.Error("the facts hold raw values")
	}
}

func TestTheFinalReviewDecidesTheOutcome(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		final classify.FinalReview
		want  classify.Outcome
		typ   classify.Type
	}{
		"the original stands": {classify.FinalReview{Status: classify.ReviewPassed}, classify.Classified, classify.Flow},
		"corrected": {classify.FinalReview{Status: classify.ReviewCorrected, Corrections: []classify.Correction{
			{Field: "type", From: "flow", To: "stock"}, {Field: "temporal_aggregation", From: "period-total", To: "point-in-time"}}}, classify.Classified, classify.Stock},
		"escalated":      {classify.FinalReview{Status: classify.ReviewEscalated}, classify.Escalated, classify.Flow},
		"no good answer": {classify.FinalReview{Status: classify.ReviewFailed, Reason: "contradictions"}, classify.Failed, classify.Flow},
		"an impossible correction": {classify.FinalReview{Status: classify.ReviewCorrected, Corrections: []classify.Correction{
			{Field: "type", To: "banana"}}}, classify.Failed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &script{final: tt.final}
			c, err := classify.Classify(t.Context(), s, exports)
			if err != nil || c.Outcome != tt.want {
				t.Fatalf("outcome %s (%v), %v; want %s", c.Outcome, c.Failure, err, tt.want)
			}
			if tt.typ != "" && (c.Labels.Type != tt.typ || c.Labels.TimeBasis != classify.BasisOf(c.Labels.Type, c.Labels.Aggregation)) {
				t.Errorf("type %s, time basis %s", c.Labels.Type, c.Labels.TimeBasis)
			}
			if (c.Failure != nil) != (tt.want == classify.Failed) {
				t.Errorf("failure %v for outcome %s", c.Failure, c.Outcome)
			}
		})
	}
}

func TestAFaultOfOneIndicatorIsItsOutcomeAndAFaultOfTheRunIsAnError(t *testing.T) {
	t.Parallel()
	fault := errors.New("boom")
	for _, stage := range classify.StageNames {
		for name, tt := range map[string]struct {
			err     error
			endsRun bool
		}{
			"untyped":       {fault, false},
			"invalid input": {&classify.InvalidInputError{What: "unit", Err: fault}, false},
			"retryable":     {&classify.RetryableError{After: time.Second, Err: fault}, true},
			"budget":        {&classify.BudgetError{Err: fault}, true},
			"terminal":      {&classify.TerminalError{Err: fault}, true},
		} {
			t.Run(string(stage)+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := &script{fail: map[classify.Stage]error{stage: tt.err}}
				c, err := classify.Classify(t.Context(), s, exports)
				if tt.endsRun {
					if !errors.Is(err, fault) {
						t.Fatalf("error %v, want %v", err, fault)
					}
					return
				}
				if err != nil || c.Outcome != classify.Failed || c.Failure == nil || c.Failure.Stage != stage {
					t.Fatalf("outcome %s, failure %v, error %v; want failed in %s", c.Outcome, c.Failure, err, stage)
				}
			})
		}
	}
}

func TestACancelledContextIsNoFailureOfTheIndicator(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &script{fail: map[classify.Stage]error{classify.StageFamily: context.Canceled}}
	if _, err := classify.Classify(ctx, s, exports); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v, want context.Canceled", err)
	}
}

func TestAPersonsLabelsReachLaterStagesAndSurviveCorrections(t *testing.T) {
	t.Parallel()
	ind := exports
	ind.Overrides = map[string]string{"type": "balance", "currency": "EUR", "scale_pow10": "9"}
	s := &script{final: classify.FinalReview{Status: classify.ReviewCorrected, Corrections: []classify.Correction{
		{Field: "type", From: "balance", To: "stock"}, {Field: "orientation", From: "neutral", To: "higher-is-positive"}}}}
	c, err := classify.Classify(t.Context(), s, ind)
	if err != nil {
		t.Fatal(err)
	}
	if s.facts.Currency != "EUR" || s.facts.Scale != classify.ScaleBillions {
		t.Errorf("later stages saw currency %q and scale %q", s.facts.Currency, s.facts.Scale)
	}
	if s.seen.Type != classify.Balance || c.Labels.Type != classify.Balance {
		t.Errorf("type %s in the draft, %s at the end; want balance", s.seen.Type, c.Labels.Type)
	}
	if c.Labels.Orientation != classify.HigherIsPositive {
		t.Errorf("orientation %s: the correction of a field that no person set is lost", c.Labels.Orientation)
	}
	if want := []string{"scale_pow10", "currency", "family", "type"}; !slices.Equal(c.Overridden, want) {
		t.Errorf("overridden %v, want %v", c.Overridden, want)
	}
}

func TestAnImpossibleOverrideFailsTheIndicator(t *testing.T) {
	t.Parallel()
	ind := exports
	ind.Overrides = map[string]string{"family": "banana"}
	c, err := classify.Classify(t.Context(), &script{passed: true}, ind)
	if err != nil || c.Outcome != classify.Failed || c.Failure.Stage != classify.StageFamily {
		t.Fatalf("outcome %s, failure %v, error %v", c.Outcome, c.Failure, err)
	}
}
