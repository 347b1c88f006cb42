package prompt

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"classify"
	"classify/llm"
)

// A property is one field of an answer. The schemas keep to what every
// provider's strict mode has: closed objects, required properties, enumerations.
// Bounds are the check's.
type property struct {
	name   string
	schema any
}

type plainSchema struct {
	Type string   `json:"type"`
	Enum []string `json:"enum,omitempty"`
}

type arraySchema struct {
	Type  string `json:"type"`
	Items any    `json:"items"`
}

// objectSchema is an object with its properties in the order in which a model
// is to write them.
type objectSchema []property

func (o objectSchema) MarshalJSON() ([]byte, error) {
	var properties, required []string
	for _, p := range o {
		s, err := json.Marshal(p.schema)
		if err != nil {
			return nil, err
		}
		properties = append(properties, fmt.Sprintf("%q:%s", p.name, s))
		required = append(required, fmt.Sprintf("%q", p.name))
	}
	return fmt.Appendf(nil, `{"type":"object","properties":{%s},"required":[%s],"additionalProperties":false}`,
		strings.Join(properties, ","), strings.Join(required, ",")), nil
}

var (
	aText    = plainSchema{Type: "string"}
	aNumber  = plainSchema{Type: "number"}
	aWhole   = plainSchema{Type: "integer"}
	aBoolean = plainSchema{Type: "boolean"}
)

// none is how an answer says null in an enumeration.
const none = "none"

func oneOf(field string, extra ...string) plainSchema {
	var values []string
	for _, t := range classify.TermsOf(field) {
		values = append(values, t.Value)
	}
	return plainSchema{"string", append(values, extra...)}
}

// labelFields are the names of the fields that an answer may call wrong: all
// that follow from no other.
func labelFields() (names []string) {
	for i := range classify.Fields {
		f := &classify.Fields[i]
		if f.Stage != "" && f.Name != "scale_pow10" && f.Name != "currency_retired" && f.Name != "cumulative_pattern" {
			names = append(names, f.Name)
		}
	}
	return names
}

// answerSchema is the answer of a stage. The reason comes before the labels, so
// that a model thinks before it decides.
func answerSchema(stage classify.Stage) objectSchema {
	reason := property{"reason", aText}
	sure := property{"confidence", aNumber}
	switch stage {
	case classify.StageNormalize:
		return objectSchema{reason, {"unit", aText}, {"unit_type", oneOf("unit_type")}, {"scale", oneOf("scale")}, {"currency", aText}, {"per", aText}, {"base_period", aText},
			{"prices", oneOf("prices", none)}, {"ppp", aBoolean}, {"seasonal_adjustment", oneOf("seasonal_adjustment", none)}, {"annualised", aBoolean}, sure}
	case classify.StageTime:
		return objectSchema{reason, {"reporting_frequency", oneOf("reporting_frequency")}, {"is_cumulative", aBoolean}, sure}
	case classify.StageFamily:
		return objectSchema{reason, {"family", oneOf("family")}, sure}
	case classify.StageType:
		return objectSchema{reason, {"type", oneOf("type")}, {"change_basis", oneOf("change_basis", none)}, {"temporal_aggregation", oneOf("temporal_aggregation")}, {"orientation", oneOf("orientation")}, sure}
	case classify.StageBooleanReview:
		return objectSchema{reason, {"passed", aBoolean}, {"fields_wrong", arraySchema{"array", plainSchema{"string", labelFields()}}}, sure}
	}
	correction := objectSchema{{"field", plainSchema{"string", labelFields()}}, {"to", aText}, reason}
	return objectSchema{reason, {"status", oneOf("review_status")}, {"corrections", arraySchema{"array", correction}}, sure}
}

// misfit returns what of a value does not fit a schema. It says of these schemas
// what a validator of JSON Schema says (a test holds one against the other),
// with a third of its allocations, and names the values that are allowed.
func misfit(name string, schema, value any) error {
	switch s := schema.(type) {
	case plainSchema:
		return s.misfit(name, value)
	case arraySchema:
		items, ok := value.([]any)
		if !ok {
			return fmt.Errorf("%s is no array", name)
		}
		for _, item := range items {
			if err := misfit(name, s.Items, item); err != nil {
				return err
			}
		}
	case objectSchema:
		object, ok := value.(map[string]any)
		if !ok {
			return fmt.Errorf("%s is no object", name)
		}
		for _, p := range s {
			v, ok := object[p.name]
			if !ok {
				return fmt.Errorf("%s is missing", p.name)
			}
			if err := misfit(p.name, p.schema, v); err != nil {
				return err
			}
		}
		if len(object) > len(s) {
			return fmt.Errorf("%s has fields beside %s", name, strings.Join(s.names(), ", "))
		}
	}
	return nil
}

func (s plainSchema) misfit(name string, value any) error {
	switch v := value.(type) {
	case string:
		switch {
		case s.Type != "string":
		case s.Enum != nil && !slices.Contains(s.Enum, v):
			return fmt.Errorf("%s: %q is not one of %s", name, tidy(v, maxWord), strings.Join(s.Enum, ", "))
		default:
			return nil
		}
	case float64:
		if s.Type == "number" || s.Type == "integer" && v == math.Trunc(v) {
			return nil
		}
	case bool:
		if s.Type == "boolean" {
			return nil
		}
	}
	return fmt.Errorf("%s is no %s", name, s.Type)
}

func (o objectSchema) names() (names []string) {
	for _, p := range o {
		names = append(names, p.name)
	}
	return names
}

// packSchema is the answer of a pack: every item has the number of its question.
func packSchema(one objectSchema) objectSchema {
	item := append(objectSchema{{"n", aWhole}}, one...)
	return objectSchema{{"answers", arraySchema{"array", item}}}
}

func named(stage classify.Stage, suffix string, o objectSchema) llm.Schema {
	b, err := json.Marshal(o)
	if err != nil {
		panic(fmt.Sprintf("schema of %s: %v", stage, err)) // made of literals
	}
	return llm.Schema{Name: strings.ReplaceAll(string(stage), "-", "_") + suffix, JSON: b}
}
