package rulebook

import "classify"

// Calibrated maps the confidence of an answer about unit or time to the share
// of answers of that confidence that are right.
func (*Rulebook) Calibrated(said float64) float64 { return calibrated(max(0, min(said, 1))) }

// FamilyConfidence is how probable the rulebook's own family is right, 0 to 1,
// with the doubts that names of that form deserve. said is the confidence of its
// answer.
func (*Rulebook) FamilyConfidence(q *classify.FamilyQuestion, said float64) float64 {
	r := read(q)
	return calibrated(said * certainty(q, first(kindRules, &r).is, said))
}

// TypeConfidence is the same for its answer of type and temporal aggregation.
func (*Rulebook) TypeConfidence(q *classify.TypeQuestion, t classify.Type, said float64) float64 {
	return calibrated(said * certainty(&q.FamilyQuestion, kind{q.Family, t}, said))
}
