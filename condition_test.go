package classify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"classify"
)

func TestAConditionIsCheckedBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		condition classify.Condition
		says      string // "": it is fine
	}{
		"a label":                      {classify.Condition{Field: "family", Values: []string{"price-value", "temporal"}}, ""},
		"no label":                     {classify.Condition{Field: "family", Values: []string{""}}, ""},
		"an outcome":                   {classify.Condition{Field: "outcome", Values: []string{"escalated", ""}}, ""},
		"a review status":              {classify.Condition{Field: "review_status", Values: []string{"corrected"}}, ""},
		"any text of an input":         {classify.Condition{Field: "dataset", Values: []string{"1=1; --"}}, ""},
		"a number":                     {classify.Condition{Field: "scale_pow10", Values: []string{"-3"}}, ""},
		"a value that there is not":    {classify.Condition{Field: "family", Values: []string{"temporal", "banana"}}, `family: "banana" is not one of`},
		"an outcome that there is not": {classify.Condition{Field: "outcome", Values: []string{"good"}}, `outcome: "good" is not one of classified,`},
		"a status that there is not":   {classify.Condition{Field: "review_status", Values: []string{"good"}}, `review_status: "good" is not one of passed,`},
		"a column that there is not":   {classify.Condition{Field: "colour", Values: []string{"red"}}, `no column "colour": it is one of unit,`},
		"the label before the input":   {classify.Condition{Field: "scale", Values: []string{"in thousands of"}}, `scale: "in thousands of" is not one of`},
		"without values":               {classify.Condition{Field: "family"}, "family: no value"},
	} {
		err := row.condition.Check()
		if row.says == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var invalid *classify.InvalidInputError
		if !errors.As(err, &invalid) || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v does not say %q", name, err, row.says)
		}
	}
}

func TestEveryConditionFieldIsAccepted(t *testing.T) {
	t.Parallel()
	fields := classify.ConditionFields()
	for i, f := range fields {
		if err := (classify.Condition{Field: f, Values: []string{""}}).Check(); err != nil {
			t.Error(err)
		}
		if slices.Contains(fields[:i], f) {
			t.Errorf("%s is there twice", f)
		}
	}
}
