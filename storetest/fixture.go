package storetest

import (
	"fmt"

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
