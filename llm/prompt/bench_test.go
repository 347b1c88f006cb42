package prompt_test

import (
	"testing"

	"classify"
	"classify/llm/prompt"
)

var exports = classify.FamilyQuestion{Concept: "exports of goods", Name: "exports of goods", UnitPhrase: "billions of kenyan shillings", UnitType: classify.UnitCurrency, HasCurrency: true, Frequency: classify.Monthly, Signs: "unknown", Level: "unknown"}

// BenchmarkQuestion writes a type question in its canonical form.
func BenchmarkQuestion(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		prompt.Type(classify.TypeQuestion{FamilyQuestion: exports, Family: classify.PhysicalFundamental})
	}
}

// BenchmarkCheck validates an answer against schema, taxonomy and question.
func BenchmarkCheck(b *testing.B) {
	q := prompt.Type(classify.TypeQuestion{FamilyQuestion: exports, Family: classify.PhysicalFundamental})
	answer := []byte(`{"reason":"exports arise during a period","type":"flow","change_basis":"none","temporal_aggregation":"period-total","orientation":"higher-is-positive","confidence":0.96}`)
	b.ReportAllocs()
	for b.Loop() {
		if err := q.Check(answer); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkKey hashes a question.
func BenchmarkKey(b *testing.B) {
	q := prompt.Family(exports)
	b.ReportAllocs()
	for b.Loop() {
		q.Key(model)
	}
}
