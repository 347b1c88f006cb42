package rulebook_test

import (
	"slices"
	"strings"
	"testing"

	"classify"
	"classify/rulebook"
	"classify/stage"
)

// Every example of a rule is decided by that very rule, with its answer.
func TestEveryExampleIsDecidedByItsOwnRule(t *testing.T) {
	t.Parallel()
	book := rulebook.New()
	stages := stage.New(book, book)
	for _, rule := range rulebook.Rules() {
		for _, e := range rule.Examples {
			t.Run(rule.ID+": "+e.Name+" ["+e.Units+"]", func(t *testing.T) {
				t.Parallel()
				c, err := classify.Classify(t.Context(), stages, classify.Indicator{ID: "FRED:X", Name: e.Name, Units: e.Units})
				if err != nil {
					t.Fatal(err)
				}
				var got, decided string
				switch rule.Field {
				case "unit_type":
					got, decided = string(c.Labels.UnitType), c.Normalization.Rule
				case "type":
					got, decided = string(c.Family.Family)+"/"+string(c.Type.Type), c.Type.Rule
				case "change_basis":
					got, decided = string(c.Type.ChangeBasis), ruleNamed(c.Type.Evidence, rule.ID)
				case "temporal_aggregation":
					got, decided = string(c.Type.Aggregation), ruleNamed(c.Type.Evidence, rule.ID)
				case "orientation":
					got, decided = string(c.Type.Orientation), ruleNamed(c.Type.Evidence, rule.ID)
				}
				if got != rule.Decides || decided != rule.ID {
					t.Errorf("%s %q by %s; %v", rule.Field, got, decided, c.Type.Evidence)
				}
			})
		}
	}
}

// ruleNamed returns the id if one of the lines of evidence starts with it.
func ruleNamed(evidence []string, id string) string {
	if slices.ContainsFunc(evidence, func(e string) bool { return strings.HasPrefix(e, id+":") }) {
		return id
	}
	return "another rule"
}

// A rule's id is unique, says its subject, and comes with a reason.
func TestRulesAreNamedAndReasoned(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range rulebook.Rules() {
		if seen[r.ID] || !strings.Contains(r.ID, ".") || r.Reason == "" || r.Confidence <= 0 || r.Confidence > 1 {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
		if parts := strings.Split(r.Decides, "/"); r.Field == "type" {
			if _, ok := classify.Pair(classify.Family(parts[0]), classify.Type(parts[1])); !ok {
				t.Errorf("%s decides %s, which is no pair of the taxonomy", r.ID, r.Decides)
			}
		}
	}
}
