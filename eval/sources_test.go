package eval_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"classify"
	"classify/eval"
	"classify/labels"
)

func TestTheReportSaysWhoWasHowOftenRight(t *testing.T) {
	t.Parallel()
	file := &labels.File{Path: "l.csv", Fields: []string{"family"}}
	answers := map[string]classify.Classification{}
	for id, a := range map[string]struct {
		by, rule string
		family   classify.Family
	}{
		"a": {"rulebook", "kind.flow", classify.PhysicalFundamental},
		"b": {"gpt", "family-1.0.0+x", classify.PriceValue},
		"c": {"gpt", "family-1.0.0+x", classify.PhysicalFundamental},
		"d": {"gpt", "family-1.0.0+x packed", classify.PriceValue},
	} {
		c := classify.Classification{IndicatorID: id}
		c.Labels.Family = a.family
		c.Family.By, c.Family.Rule = a.by, a.rule
		answers[id] = c
		file.Rows = append(file.Rows, labels.Row{IndicatorID: id, Values: map[string]string{"family": string(classify.PhysicalFundamental)}})
	}
	r, err := eval.Evaluate(file, func(id string) (classify.Classification, error) { return answers[id], nil })
	if err != nil {
		t.Fatal(err)
	}
	want := []eval.SourceResult{
		{By: "gpt", Field: "family", Labelled: 2, Right: 1, Accuracy: 0.5},
		{By: "gpt", Packed: true, Field: "family", Labelled: 1, Accuracy: 0},
		{By: "rulebook", Field: "family", Labelled: 1, Right: 1, Accuracy: 1},
	}
	if diff := cmp.Diff(want, r.Sources); diff != "" {
		t.Error(diff)
	}
}
