package rulebook_test

import (
	"slices"
	"testing"

	"classify"
	"classify/rulebook"
)

// draft is a right answer, which each row of a test makes wrong in one way.
func draft() classify.Draft {
	return classify.Draft{
		Labels: classify.Labels{
			UnitLabels: classify.UnitLabels{UnitType: classify.UnitCurrency, Scale: classify.ScaleMillions, ScalePow10: 6, Currency: "USD"},
			TimeLabels: classify.TimeLabels{ReportingFrequency: classify.Monthly, CumulativePattern: classify.PatternPeriodic},
			TimeBasis:  classify.BasisPerPeriod, Family: classify.PhysicalFundamental,
			KindLabels: classify.KindLabels{Type: classify.Flow, Aggregation: classify.PeriodTotal, Orientation: classify.HigherIsPositive},
		},
		Confidences: [4]float64{0.98, 0.97, 0.97, 0.97},
	}
}

func TestTheCheckRefutesWhatTheTaxonomyForbids(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*classify.Draft)
		shape classify.Shape
		rule  string
		warn  bool
	}{
		{"a right draft", func(*classify.Draft) {}, classify.Shape{}, "", false},
		{"a type of another family", func(d *classify.Draft) { d.Family = classify.PriceValue }, classify.Shape{}, "check.pair", false},
		{"a value that no enumeration has", func(d *classify.Draft) { d.Orientation = "sideways" }, classify.Shape{}, "check.value", false},
		{"a flow without a roll-up", func(d *classify.Draft) { d.Aggregation = classify.NotApplicable }, classify.Shape{}, "check.aggregation", false},
		{"a sum of percentages", func(d *classify.Draft) { d.Type, d.UnitType = classify.Balance, classify.UnitPercentage }, classify.Shape{}, "check.unit-aggregation", false},
		{"a running total of a stock", func(d *classify.Draft) {
			d.Type, d.Aggregation, d.IsCumulative = classify.Stock, classify.PointInTime, true
		}, classify.Shape{}, "check.cumulative", false},
		{"a sum of a running total", func(d *classify.Draft) { d.IsCumulative = true }, classify.Shape{}, "check.cumulative-total", false},
		{"a flow in per cent", func(d *classify.Draft) { d.UnitType, d.Aggregation = classify.UnitPercentage, classify.PeriodAverage }, classify.Shape{}, "check.unit-amount", false},
		{"a change without a basis", func(d *classify.Draft) {
			d.UnitType, d.Family, d.Type, d.Aggregation = classify.UnitPercentage, classify.ChangeMovement, classify.Rate, classify.PeriodRate
		}, classify.Shape{}, "check.change-basis", false},
		{"a stock that falls back each January", func(d *classify.Draft) {
			d.Type, d.Aggregation, d.CumulativePattern = classify.Stock, classify.PointInTime, classify.PatternYTD
		}, classify.Shape{Points: 24, Max: 5, Median: 3}, "check.stock-resets", false},
		{"a percentage of thousands", func(d *classify.Draft) {
			d.UnitType, d.Family, d.Type, d.Aggregation = classify.UnitPercentage, classify.NumericMeasurement, classify.Percentage, classify.PeriodAverage
		}, classify.Shape{Points: 12, Max: 9000, Median: 5000}, "check.percentage-of-thousands", false},
		{"a negative price, which warns only", func(d *classify.Draft) {
			d.Family, d.Type, d.Aggregation = classify.PriceValue, classify.Price, classify.PeriodAverage
		}, classify.Shape{Points: 12, Min: -37, Negatives: 1, Median: 40}, "check.negative-price", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := draft()
			c.spoil(&d)
			found := rulebook.New().Check(classify.Facts{Time: classify.TimeInference{Shape: c.shape}}, d)
			if c.rule == "" {
				if len(found) > 0 {
					t.Errorf("%+v", found)
				}
				return
			}
			if !slices.ContainsFunc(found, func(v classify.Violation) bool { return v.Rule == c.rule && v.Warn == c.warn && v.Reason != "" }) {
				t.Errorf("%+v", found)
			}
		})
	}
}

func review(t *testing.T, d classify.Draft, failed ...classify.Violation) (classify.Verdict, classify.FinalReview) {
	t.Helper()
	book := rulebook.New()
	q := classify.ReviewQuestion{FamilyQuestion: classify.FamilyQuestion{Concept: "exports", UnitPhrase: "usd million", UnitType: d.UnitType}, Draft: d, Failed: failed}
	v, err := book.AnswerReview(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	f, err := book.AnswerFinal(t.Context(), classify.FinalQuestion{ReviewQuestion: q, Verdict: v})
	if err != nil {
		t.Fatal(err)
	}
	return v, f
}

func TestAWarningLowersTheConfidenceAndPasses(t *testing.T) {
	t.Parallel()
	sure, _ := review(t, draft())
	doubted, _ := review(t, draft(), classify.Violation{Rule: "check.negative-price", Field: "type", Reason: "one negative price", Warn: true})
	if !sure.Passed || !doubted.Passed || doubted.Confidence >= sure.Confidence {
		t.Errorf("%+v, %+v", sure, doubted)
	}
}

func TestAWrongRollUpIsCorrectedByTheRules(t *testing.T) {
	t.Parallel()
	d := draft()
	d.Aggregation = classify.NotApplicable
	v, f := review(t, d, classify.Violation{Rule: "check.aggregation", Field: "temporal_aggregation", Reason: "never"})
	if v.Passed || f.Status != classify.ReviewCorrected || len(f.Corrections) != 1 || f.Corrections[0].To != string(classify.PeriodTotal) {
		t.Errorf("%+v, %+v", v, f)
	}
}

func TestWhatAPersonSetIsNeverCorrected(t *testing.T) {
	t.Parallel()
	d := draft()
	d.Aggregation, d.Overridden = classify.NotApplicable, []string{"temporal_aggregation"}
	_, f := review(t, d, classify.Violation{Rule: "check.aggregation", Field: "temporal_aggregation", Reason: "never"})
	if f.Status != classify.ReviewEscalated || len(f.Corrections) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestWhatNoRuleSettlesGoesToAPerson(t *testing.T) {
	t.Parallel()
	v, f := review(t, draft(), classify.Violation{Rule: "check.unit-amount", Field: "type", Reason: "none"})
	if v.Passed || f.Status != classify.ReviewEscalated || f.Confidence > 0.3 {
		t.Errorf("%+v, %+v", v, f)
	}
}
