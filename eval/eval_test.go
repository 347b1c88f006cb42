package eval_test

import (
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"classify"
	"classify/eval"
	"classify/labels"
)

func answer(typ classify.Type, currency string, confidence float64) classify.Classification {
	c := classify.Classification{OverallConfidence: confidence}
	c.Labels.UnitType, c.Labels.Family, c.Labels.Type, c.Labels.Aggregation = classify.UnitCurrency, classify.PhysicalFundamental, typ, classify.PeriodTotal
	c.Labels.Currency = currency
	c.Type.By, c.Type.Rule, c.Type.Evidence = "rulebook", "flow.exports", []string{"exports"}
	return c
}

func TestEvaluateCountsRightWrongUnlabelledAndMissing(t *testing.T) {
	t.Parallel()
	all := map[string]string{"unit_type": "currency-amount", "family": "physical-fundamental", "type": "flow", "temporal_aggregation": "period-total"}
	f := &labels.File{Fields: []string{"unit_type", "family", "type", "temporal_aggregation", "currency"}, Rows: []labels.Row{
		{IndicatorID: "right", Values: all},
		{IndicatorID: "wrong", Values: all},
		{IndicatorID: "null", Values: map[string]string{"currency": ""}},
		{IndicatorID: "doubt", Values: map[string]string{"type": "stock"}, Doubtful: true},
		{IndicatorID: "missing", Values: all},
	}}
	answers := map[string]classify.Classification{
		"right": answer(classify.Flow, "USD", 0.9), "wrong": answer(classify.Stock, "USD", 0.8),
		"null": answer(classify.Flow, "", 0.7), "doubt": answer(classify.Flow, "", 0.6),
	}
	r, err := eval.Evaluate(f, func(id string) (classify.Classification, error) {
		c, ok := answers[id]
		if !ok {
			return c, classify.ErrNotFound
		}
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows != 5 || r.Found != 4 || r.Missing != 1 || r.MissingN != "missing" {
		t.Errorf("rows %d, found %d, missing %d (%s)", r.Rows, r.Found, r.Missing, r.MissingN)
	}
	byField := map[string]eval.FieldResult{}
	for _, x := range r.Sure {
		byField[x.Field] = x
	}
	if x := byField["type"]; x.Labelled != 2 || x.Right != 1 || !reflect.DeepEqual(x.Confusion, []eval.Confusion{{Want: "flow", Got: "stock", Count: 1}}) {
		t.Errorf("type: %+v", x)
	}
	if x := byField["currency"]; x.Labelled != 1 || x.Right != 1 {
		t.Errorf("currency: %+v", x)
	}
	if len(r.Doubtful) != 5 || r.Doubtful[2].Labelled != 1 || r.Doubtful[2].Right != 0 {
		t.Errorf("doubtful: %+v", r.Doubtful)
	}
	if len(r.Mistakes) != 2 || r.Mistakes[0].Confidence != 0.8 || r.Mistakes[0].Fields[0].Rule != "flow.exports" {
		t.Errorf("mistakes: %+v", r.Mistakes)
	}
	if c := r.Calibration; c == nil || c.Predictions != 2 || c.Right != 0.5 {
		t.Errorf("calibration: %+v", c)
	}
}

func TestCalibrationOfKnownPredictions(t *testing.T) {
	t.Parallel()
	p := []eval.Prediction{{0.9, true}, {0.9, true}, {0.9, false}, {0.9, true}, {0.2, false}, {0.2, false}, {0.2, false}, {0.2, true}}
	c := eval.Calibrate(p, 2)
	if len(c.Bins) != 2 || c.Bins[0].Right != 0.25 || c.Bins[1].Right != 0.75 || c.Bins[1].Count != 4 {
		t.Fatalf("bins %+v", c.Bins)
	}
	if want := (0.05 + 0.15) / 2; math.Abs(c.ECE-want) > 1e-12 {
		t.Errorf("ECE %v, want %v", c.ECE, want)
	}
	if want := (3*0.01 + 0.81 + 3*0.04 + 0.64) / 8; math.Abs(c.Brier-want) > 1e-12 {
		t.Errorf("Brier %v, want %v", c.Brier, want)
	}
	if c.BaseBrier != 0.25 {
		t.Errorf("Brier of the base rate %v, want 0.25", c.BaseBrier)
	}
}

func TestTheOrderOfPredictionsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) eval.Prediction {
			return eval.Prediction{Confidence: float64(rapid.IntRange(0, 10).Draw(t, "c")) / 10, Right: rapid.Bool().Draw(t, "r")}
		}), 1, 60).Draw(t, "predictions")
		a := eval.Calibrate(p, eval.Bins)
		b := eval.Calibrate(rapid.Permutation(p).Draw(t, "shuffled"), eval.Bins)
		if math.Abs(a.ECE-b.ECE) > 1e-9 || math.Abs(a.Brier-b.Brier) > 1e-9 || len(a.Bins) != len(b.Bins) {
			t.Fatalf("%+v and %+v", a, b)
		}
		if a.ECE < 0 || a.ECE > 1 {
			t.Fatalf("ECE %v", a.ECE)
		}
	})
}
