package storetest

import (
	"testing"

	"classify"
)

var statusTests = map[string]func(*testing.T, Opener){
	"the status of an empty store is empty": func(t *testing.T, open Opener) {
		s := &session{Store: open(t, Options{}), t: t}
		status := s.status()
		same(t, "indicators", status.Indicators+status.Pending+len(status.Outcomes)+len(status.Families)+len(status.Failures), 0)
		if status.Latest != nil || status.Writer != nil {
			t.Errorf("latest %v, writer %v", status.Latest, status.Writer)
		}
	},
	"the status counts what is stored": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 9)...)
		stock := passed(Indicator(2))
		stock.Labels.Type, stock.OverallConfidence = classify.Stock, 0.9
		outdated := passed(Indicator(7))
		outdated.InputHash = "of something else"
		s.save(Answer(Indicator(0)), escalated(Indicator(1)), stock, outdated, failed(Indicator(3), classify.StageTime),
			failed(Indicator(4), classify.StageTime), failed(Indicator(5), classify.StageFinalReview))
		status := s.status()
		same(t, "indicators", status.Indicators, 9)
		same(t, "pending", status.Pending, 3) // 6 and 8 have no answer, 7 has one for other input
		same(t, "outcomes", status.Outcomes, map[classify.Outcome]int{classify.Classified: 3, classify.Escalated: 1, classify.Failed: 3})
		same(t, "stages", status.StageCounts, map[classify.Stage]int{
			classify.StageNormalize: 7, classify.StageTime: 5, classify.StageFamily: 5, classify.StageType: 5,
			classify.StageBooleanReview: 5, classify.StageFinalReview: 2})
		same(t, "families", status.Families, []classify.FamilyCount{
			{Family: classify.PhysicalFundamental, Type: classify.Flow, Indicators: 3, Confidence: (0.3 + (0.1 + 0.2) + (0.1 + 0.2)) / 3, Low: 3},
			{Family: classify.PhysicalFundamental, Type: classify.Stock, Indicators: 1, Confidence: 0.9},
		}, closeTo)
		same(t, "failures", status.Failures, []classify.FailureCount{
			{Stage: classify.StageTime, Reason: "no answer from time-inference", Count: 2, Example: "IND.00003"},
			{Stage: classify.StageFinalReview, Reason: "no answer from final-review", Count: 1, Example: "IND.00005"},
		})
		if status.Latest == nil || status.Latest.ID != s.run || status.Writer == nil {
			t.Errorf("latest %+v, writer %+v", status.Latest, status.Writer)
		}
		s.finish()
		if w := s.status().Writer; w != nil {
			t.Errorf("a writer after the run: %+v", w)
		}
	},
}
