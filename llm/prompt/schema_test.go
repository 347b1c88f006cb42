package prompt

import (
	"encoding/json"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"pgregory.net/rapid"

	"classify"
)

// TestAnAnswerFitsAsAValidatorOfJSONSchemaSays holds the check of the schemas
// against a whole validator, on answers that fit and on answers that were
// changed in one place.
func TestAnAnswerFitsAsAValidatorOfJSONSchemaSays(t *testing.T) {
	t.Parallel()
	for _, stage := range classify.StageNames {
		p := Of(stage)
		var s jsonschema.Schema
		if err := json.Unmarshal(p.Schema.JSON, &s); err != nil {
			t.Fatal(err)
		}
		validator, err := s.Resolve(nil)
		if err != nil {
			t.Fatal(err)
		}
		fits := 0
		rapid.Check(t, func(t *rapid.T) {
			answer := draw(t, p.answer).(map[string]any)
			if rapid.Bool().Draw(t, "changed") {
				name := rapid.SampledFrom(append(p.answer.names(), "more")).Draw(t, "field")
				if rapid.Bool().Draw(t, "removed") {
					delete(answer, name)
				} else {
					answer[name] = rapid.SampledFrom([]any{nil, "x", "", 1.5, -1.0, true, []any{}, []any{"x"}, []any{1.0}, []any{map[string]any{}}, map[string]any{"a": 1.0}}).Draw(t, "value")
				}
			}
			own, theirs := misfit("the answer", p.answer, answer), validator.Validate(answer)
			if (own == nil) != (theirs == nil) {
				t.Fatalf("%v: own check %v, validator %v", answer, own, theirs)
			}
			if own == nil {
				fits++
			}
		})
		if fits == 0 {
			t.Errorf("%s: no answer fits", stage)
		}
	}
}

// draw makes a value that fits a schema.
func draw(t *rapid.T, schema any) any {
	switch s := schema.(type) {
	case plainSchema:
		switch {
		case s.Enum != nil:
			return rapid.SampledFrom(s.Enum).Draw(t, "term")
		case s.Type == "string":
			return rapid.String().Draw(t, "text")
		case s.Type == "boolean":
			return rapid.Bool().Draw(t, "flag")
		case s.Type == "integer":
			return float64(rapid.Int16().Draw(t, "whole"))
		}
		return rapid.Float64().Draw(t, "number")
	case arraySchema:
		items := make([]any, rapid.IntRange(0, 3).Draw(t, "items"))
		for i := range items {
			items[i] = draw(t, s.Items)
		}
		return items
	case objectSchema:
		o := map[string]any{}
		for _, p := range s {
			o[p.name] = draw(t, p.schema)
		}
		return o
	}
	return nil
}
