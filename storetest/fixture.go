package storetest

import (
	"fmt"
	"reflect"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"classify"
)

// Indicator is the n-th of the suite's catalogue, with every field set.
func Indicator(n int) classify.Indicator {
	return classify.Indicator{
		ID: fmt.Sprintf("IND.%05d", n), Name: fmt.Sprintf("Exports of goods, %d", n), LongName: "Exports of goods and \"services\"",
		Units: "USD Million", Description: "Free on board.\nSecond line; ünïcode, 'quotes'.", SourceName: "Central Bank", SourceURL: "https://example.org/?a=1&b=2",
		CategoryGroup: "Trade", Dataset: "BOP", Topic: "External", AggregationMethod: "Sum", Scale: "Millions",
		Periodicity: "Monthly", CurrencyCode: "USD", Country: "US",
		Values:   []classify.Observation{{Date: "2024-02", Value: 2.5}, {Date: "2024-01", Value: -1e-300}, {Date: "2024-03", Value: float64(n)}},
		SetAside: 2, SetAsideExample: "last10YearsAvg",
	}
}

// Catalogue is rows first to last-1, as a file would give them.
func Catalogue(first, last int) []classify.SourceRow {
	var rows []classify.SourceRow
	for n := first; n < last; n++ {
		rows = append(rows, classify.SourceRow{Indicator: Indicator(n), File: "catalogue.csv", Line: n + 2})
	}
	return rows
}

// Answer is a classification of an indicator with every field set.
func Answer(ind classify.Indicator) classify.Classification {
	by := func(stage string, c float64) classify.Provenance {
		return classify.Provenance{By: "rulebook", Rule: stage + ".1", Confidence: c, Evidence: []string{"the unit says \"USD\"", "line\tbreak\n", "ünïcode <&>"}}
	}
	unit := classify.UnitLabels{Unit: "USD", UnitType: classify.UnitCurrency, Scale: classify.ScaleMillions, ScalePow10: 6, Currency: "USD",
		CurrencyRetired: true, Per: "capita", BasePeriod: "2015", Prices: classify.PricesConstant, PPP: true,
		SeasonalAdjustment: classify.SeasonallyAdjusted, Annualised: true}
	period := classify.TimeLabels{ReportingFrequency: classify.Monthly, IsCumulative: true, CumulativePattern: classify.PatternYTD}
	kind := classify.KindLabels{Type: classify.Flow, ChangeBasis: classify.ChangeYearOnYear, Aggregation: classify.PeriodTotal, Orientation: classify.HigherIsPositive}
	final := kind
	final.Aggregation = classify.PeriodCumulative
	return classify.Classification{
		IndicatorID: ind.ID, Name: ind.Name, InputHash: ind.InputHash(), LogicVersion: "logic-1",
		Outcome: classify.Classified, ReviewStatus: classify.ReviewCorrected, OverallConfidence: 0.1 + 0.2,
		Overridden: []string{"per", "family"},
		Labels: classify.Labels{UnitLabels: unit, TimeLabels: period, TimeBasis: classify.BasisCumulative,
			Family: classify.PhysicalFundamental, KindLabels: final},
		Normalization: classify.Normalization{UnitLabels: unit, Factor: 0.01, Provenance: by("unit", 0.9)},
		Time: classify.TimeInference{TimeLabels: period, Observed: classify.Monthly, Declared: classify.Quarterly, Collection: "end",
			Cumulative: classify.Cumulative{Pattern: classify.PatternYTD, Resets: 3, Rises: 30, Falls: 1, Transitions: 34, StartMonth: 1, Confidence: 0.97},
			Shape: classify.Shape{Points: 35, SetAside: 1, First: "2021-01", Last: "2023-12", Min: -1.5, Max: 1e9, Median: 3.25,
				Negatives: 2, SignChanges: 4, Rises: 30, Falls: 4, Whole: true},
			Provenance: by("time", 0.8)},
		Family:  classify.FamilyAssignment{Family: classify.PhysicalFundamental, Provenance: by("family", 0.7)},
		Type:    classify.TypeClassification{KindLabels: kind, Provenance: by("type", 0.6)},
		Verdict: classify.Verdict{FieldsWrong: []string{"temporal_aggregation"}, Reason: "the values reset each January", Provenance: by("review", 0.5)},
		Final: &classify.FinalReview{Status: classify.ReviewCorrected, Reason: "a running total",
			Corrections: []classify.Correction{{Field: "temporal_aggregation", From: "period-total", To: "period-cumulative", Reason: "it \"resets\""}},
			Provenance:  by("final", 0.4)},
	}
}

// passed is an answer that the boolean review found right.
func passed(ind classify.Indicator) classify.Classification {
	c := Answer(ind)
	c.Final, c.ReviewStatus, c.Overridden = nil, classify.ReviewPassed, nil
	c.Labels.KindLabels = c.Type.KindLabels
	c.Verdict.Passed, c.Verdict.FieldsWrong, c.Verdict.Reason = true, nil, ""
	return c
}

// escalated is an answer that a person has to look at.
func escalated(ind classify.Indicator) classify.Classification {
	c := Answer(ind)
	c.Outcome, c.ReviewStatus = classify.Escalated, classify.ReviewEscalated
	c.Final.Status, c.Final.Corrections = classify.ReviewEscalated, nil
	c.OverallConfidence = 0.3
	return c
}

// failed is what Classify returns where a stage gave an error: the answers of
// the stages before it, and no final labels.
func failed(ind classify.Indicator, stage classify.Stage) classify.Classification {
	all := passed(ind)
	c := classify.Classification{IndicatorID: ind.ID, Name: ind.Name, InputHash: all.InputHash, LogicVersion: all.LogicVersion,
		Outcome: classify.Failed, ReviewStatus: classify.ReviewFailed, Failure: &classify.Failure{Stage: stage, Reason: "no answer from " + string(stage)}}
	for _, s := range classify.StageNames {
		if s == stage {
			break
		}
		switch s {
		case classify.StageNormalize:
			c.Normalization = all.Normalization
		case classify.StageTime:
			c.Time = all.Time
		case classify.StageFamily:
			c.Family = all.Family
		case classify.StageType:
			c.Type = all.Type
		case classify.StageBooleanReview:
			c.Verdict = all.Verdict
		}
	}
	return c
}

// difference is empty where two answers are equal.
func difference(want, got classify.Classification) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return cmp.Diff(want, got)
}

// drawAnswer draws an answer: any texts, numbers and enumerations.
func drawAnswer(r *rapid.T) classify.Classification {
	c := rapid.Custom(func(r *rapid.T) classify.Classification {
		c := Answer(Indicator(rapid.IntRange(0, 9).Draw(r, "indicator")))
		// A zero byte is no text to every database.
		text := rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r != 0 }), 0, 12, 40)
		for i := range classify.Fields {
			f := &classify.Fields[i]
			if terms := classify.TermsOf(f.Name); len(terms) > 0 {
				_ = f.Set(&c.Labels, rapid.SampledFrom(terms).Draw(r, f.Name).Value) // an empty one may be refused
			}
		}
		c.Labels.Unit, c.Labels.Per, c.Labels.BasePeriod = text.Draw(r, "unit"), text.Draw(r, "per"), text.Draw(r, "base")
		c.Labels.ScalePow10, c.Labels.PPP, c.Labels.IsCumulative = rapid.IntRange(-15, 15).Draw(r, "pow10"), rapid.Bool().Draw(r, "ppp"), rapid.Bool().Draw(r, "cumulative")
		if rapid.Bool().Draw(r, "as in the stage") {
			c.Normalization.UnitLabels, c.Time.TimeLabels = c.Labels.UnitLabels, c.Labels.TimeLabels
			c.Family.Family, c.Type.KindLabels = c.Labels.Family, c.Labels.KindLabels
		}
		c.Name, c.Time.Collection, c.Verdict.Reason = text.Draw(r, "name"), text.Draw(r, "collection"), text.Draw(r, "reason")
		c.Normalization.Evidence = rapid.SliceOfN(text, 1, 4).Draw(r, "evidence")
		c.OverallConfidence, c.Time.Shape.Median = rapid.Float64Range(0, 1).Draw(r, "confidence"), rapid.Float64Range(-1e300, 1e300).Draw(r, "median")
		c.Normalization.Factor = rapid.Float64Range(-1, 1e9).Draw(r, "factor")
		if rapid.Bool().Draw(r, "no final review") {
			c.Final = nil
		}
		return c
	})
	return c.Draw(r, "answer")
}
