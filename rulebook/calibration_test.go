package rulebook

import (
	"testing"

	"classify"

	"pgregory.net/rapid"
)

// A higher raw confidence never states a lower probability, and every one is a
// probability.
func TestCalibrationRisesAndStaysAProbability(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(-1, 2).Draw(t, "a"), rapid.Float64Range(-1, 2).Draw(t, "b")
		low, high := calibrated(min(a, b)), calibrated(max(a, b))
		if low > high || low < 0 || high > 1 {
			t.Fatalf("calibrated(%v) = %v, calibrated(%v) = %v", min(a, b), low, max(a, b), high)
		}
	})
}

func TestWhatIsDoubtfulOfANameLowersItsConfidence(t *testing.T) {
	t.Parallel()
	amount := kind{classify.PhysicalFundamental, classify.Flow}
	part := kind{classify.NumericMeasurement, classify.Percentage}
	for _, row := range []struct {
		name         string
		sure, unsure string
		kind         kind
		confidence   float64
	}{
		{"words that no rule knows", "exports", "exports of zibeline krumhorn fettling grommets", amount, 0.97},
		{"more words than rules read", "exports of goods", "exports of goods and services and income of the government and of all the households", amount, 0.97},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if a, b := certaintyOf(row.sure, row.kind, row.confidence), certaintyOf(row.unsure, row.kind, row.confidence); a <= b {
				t.Errorf("%q is %v certain, %q %v", row.sure, a, row.unsure, b)
			}
		})
	}
	if plain, relative := certaintyOf("exports", amount, 0.9), certaintyOf("exports", part, 0.9); plain <= relative {
		t.Errorf("an amount is %v certain, a part of a whole %v", plain, relative)
	}
	if clear, unclear := certaintyOf("unemployment rate", part, 0.97), certaintyOf("unemployment rate", part, 0.9); clear <= unclear {
		t.Errorf("a percentage by a narrow rule is %v certain, by a wide one %v", clear, unclear)
	}
}

func certaintyOf(concept string, k kind, confidence float64) float64 {
	q := classify.ReviewQuestion{FamilyQuestion: classify.FamilyQuestion{Concept: concept}}
	q.Draft.Family, q.Draft.Type = k.family, k.kind
	q.Draft.Confidences = [4]float64{0.98, 0.9, confidence, confidence}
	return certainty(&q.FamilyQuestion, kind{q.Draft.Family, q.Draft.Type}, min(q.Draft.Confidences[2], q.Draft.Confidences[3]))
}
