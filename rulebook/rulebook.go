// Package rulebook answers the six questions about an indicator offline, and
// checks every answer, whoever gave it. Its rules are data: each has an id, a
// reason from the taxonomy, examples that are its test, and a confidence.
package rulebook

import (
	"context"

	"classify"
)

// Version changes whenever an answer of the rulebook may.
const Version = "1.0.0"

// Name is the Provenance.By of the rulebook's answers.
const Name = "rulebook"

// Rulebook implements classify.Answerer and classify.Checker. It has no state;
// one value serves any number of goroutines.
type Rulebook struct{}

var (
	_ classify.Answerer = (*Rulebook)(nil)
	_ classify.Checker  = (*Rulebook)(nil)
)

// New returns the rulebook.
func New() *Rulebook { return &Rulebook{} }

// AnswerFamily answers with the family of the first rule that holds.
func (*Rulebook) AnswerFamily(_ context.Context, q classify.FamilyQuestion) (classify.FamilyAssignment, error) {
	r := read(&q)
	k := first(kindRules, &r)
	return classify.FamilyAssignment{Family: k.is.family, Provenance: k.provenance()}, nil
}

// AnswerType answers with type, change basis, aggregation and orientation. A
// family that differs from the rulebook's own (a person's, or a model's) is
// taken as given.
func (*Rulebook) AnswerType(_ context.Context, q classify.TypeQuestion) (classify.TypeClassification, error) {
	r := read(&q.FamilyQuestion)
	k := kindIn(q.Family, &r)
	if _, ok := classify.Pair(q.Family, q.Type); ok {
		k = &rule[kind]{id: "type.person", reason: "a person set the type", is: kind{q.Family, q.Type}, sure: 1}
	}
	r.decided(k.is)
	basis := changeBasis(&r)
	agg := aggregation(&r)
	r.concept.all = r.concept.head // a ratio reads as its numerator does
	orient := first(orientationRules, &r)
	var against classify.ChangeBasis
	p := k.provenance()
	p.Confidence = min(k.sure, agg.sure)
	if basis != nil {
		p.Evidence = append(p.Evidence, basis.id+": "+basis.reason)
		against = basis.is
	}
	p.Evidence = append(p.Evidence, agg.id+": "+agg.reason, orient.id+": "+orient.reason)
	return classify.TypeClassification{
		KindLabels: classify.KindLabels{Type: k.is.kind, ChangeBasis: against, Aggregation: agg.is, Orientation: orient.is},
		Provenance: p,
	}, nil
}

// kindIn returns the first rule that holds within a family.
func kindIn(f classify.Family, r *reading) *rule[kind] {
	k := first(kindRules, r)
	if f == "" || k.is.family == f {
		return k
	}
	for i := range kindRules {
		if kindRules[i].is.family == f && kindRules[i].when.holds(r) {
			return &kindRules[i]
		}
	}
	return familyDefault(f)
}

func (r *rule[T]) provenance() classify.Provenance {
	return classify.Provenance{By: Name, Rule: r.id, Confidence: r.sure, Evidence: []string{r.reason}}
}

// familyDefault is the commonest type of a family.
func familyDefault(f classify.Family) *rule[kind] {
	for i := range familyDefaults {
		if familyDefaults[i].is.family == f {
			return &familyDefaults[i]
		}
	}
	return &familyDefaults[len(familyDefaults)-1]
}

var familyDefaults = []rule[kind]{
	{id: "family.flow", reason: "the family is given and no rule of it holds", is: isFlow, sure: 0.3},
	{id: "family.percentage", reason: "the family is given and no rule of it holds", is: isPercentage, sure: 0.3},
	{id: "family.price", reason: "the family is given and no rule of it holds", is: isPrice, sure: 0.3},
	{id: "family.change", reason: "the family is given and no rule of it holds", is: isChange, sure: 0.3},
	{id: "family.index", reason: "the family is given and no rule of it holds", is: isIndex, sure: 0.3},
	{id: "family.duration", reason: "the family is given and no rule of it holds", is: isDuration, sure: 0.3},
	{id: "family.sentiment", reason: "the family is given and no rule of it holds", is: isSentiment, sure: 0.3},
	{id: "family.other", reason: "the family is given and no rule of it holds", is: isOther, sure: 0.1},
}
