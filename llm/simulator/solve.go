package simulator

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"classify"
	"classify/llm/prompt"
	"classify/rulebook"
)

// solver knows the answers. It is safe for concurrent use.
type solver struct {
	answerer  classify.Answerer
	labels    *Labels
	errorRate float64
	seed      uint64
}

// answer writes the answer to all that a request asks.
func (s *solver) answer(a *ask) string {
	switch {
	case a.stage == "":
		return string(bySchema(gjson.Parse(a.static.schema), 0))
	case len(a.texts) == 0:
		return string(s.one(a.stage, "", questionID{}))
	case len(a.texts) == 1:
		return string(s.one(a.stage, a.texts[0], a.ids[0]))
	}
	b := []byte(`{"answers":[`)
	for i, text := range a.texts {
		if i > 0 {
			b = append(b, ',')
		}
		one := s.one(a.stage, text, a.ids[i])
		b = append(b, `{"n":`...)
		b = strconv.AppendInt(b, int64(i+1), 10)
		b = append(b, ',')
		b = append(b, one[1:]...) // without its opening brace
	}
	return string(append(b, ']', '}'))
}

// one answers one question, rightly or wrongly.
func (s *solver) one(stage classify.Stage, text string, id questionID) []byte {
	var source rand.PCG
	source.Seed(s.seed^binary.LittleEndian.Uint64(id[:8]), binary.LittleEndian.Uint64(id[8:]))
	r := rand.New(&source)
	wrong, sure := r.Float64() < s.errorRate, 0.86+0.11*r.Float64()
	q, err := prompt.Parse(stage, text)
	if err != nil {
		return encode(unknown(stage, "the simulator cannot read this question"))
	}
	right, err := s.right(q, s.labels.find(id, q), sure)
	if err != nil {
		return encode(unknown(stage, "the simulator has no answer to this question"))
	}
	if wrong {
		if b := mistake(prompt.Question{Stage: stage, Text: text}, q, right, r); b != nil {
			return b
		}
	}
	b := encode(right)
	if stage == classify.StageFinalReview && (prompt.Question{Stage: stage, Text: text}).Check(b) != nil {
		return encode(unknown(stage, "the simulator's own labels contradict each other"))
	}
	return b
}

// encode writes a typed answer as a model does.
func encode(answer any) []byte {
	b, err := prompt.Encode(answer)
	if err != nil { // of a type that is no answer, or a number that JSON does not have
		return []byte(`{"reason":"the simulator failed","confidence":0}`)
	}
	return b
}

// unknown is the answer of a model that does not know.
func unknown(stage classify.Stage, why string) any {
	p := classify.Provenance{Confidence: 0.05, Evidence: []string{why}}
	switch stage {
	case classify.StageNormalize:
		return classify.Normalization{UnitLabels: classify.UnitLabels{UnitType: classify.UnitUnknown, Scale: classify.ScaleRaw}, Provenance: p}
	case classify.StageTime:
		return classify.TimeInference{TimeLabels: classify.TimeLabels{ReportingFrequency: classify.FrequencyUnknown}, Provenance: p}
	case classify.StageFamily:
		return classify.FamilyAssignment{Family: classify.OtherFamily, Provenance: p}
	case classify.StageType:
		return classify.TypeClassification{KindLabels: classify.KindLabels{Type: classify.OtherType, Aggregation: classify.NotApplicable, Orientation: classify.Neutral}, Provenance: p}
	case classify.StageBooleanReview:
		return classify.Verdict{FieldsWrong: []string{"type"}, Reason: why, Provenance: p}
	}
	return classify.FinalReview{Status: classify.ReviewEscalated, Reason: why, Provenance: p}
}

// right answers as the labels say and else as the answerer does. labels may be
// nil.
func (s *solver) right(question any, labels values, sure float64) (any, error) {
	ctx := context.Background()
	switch q := question.(type) {
	case classify.UnitQuestion:
		n, err := s.answerer.AnswerUnit(ctx, q)
		n.UnitLabels = labels.over(classify.StageNormalize, classify.Labels{UnitLabels: n.UnitLabels}).UnitLabels
		n.Provenance = claim(sure, n.Provenance, n.UnitType != classify.UnitUnknown)
		return n, err
	case classify.TimeQuestion:
		t, err := s.answerer.AnswerTime(ctx, q)
		t.TimeLabels = labels.over(classify.StageTime, classify.Labels{TimeLabels: t.TimeLabels}).TimeLabels
		t.Provenance = claim(sure, t.Provenance, t.ReportingFrequency != classify.FrequencyUnknown)
		return t, err
	case classify.FamilyQuestion:
		return s.family(ctx, q, labels, sure)
	case classify.TypeQuestion:
		return s.kind(ctx, q, labels, sure)
	case classify.ReviewQuestion:
		return s.review(ctx, q, labels, sure)
	case classify.FinalQuestion:
		return s.final(ctx, q, labels, sure)
	}
	return nil, fmt.Errorf("%T is no question", question)
}

// claim is what a model says of itself: it is sure of whatever it knows.
func claim(sure float64, p classify.Provenance, known bool) classify.Provenance {
	if !known {
		sure = 0.2
	}
	return classify.Provenance{Confidence: sure, Evidence: p.Evidence[:min(1, len(p.Evidence))]}
}

func (s *solver) family(ctx context.Context, q classify.FamilyQuestion, labels values, sure float64) (classify.FamilyAssignment, error) {
	f, err := s.answerer.AnswerFamily(ctx, q)
	f.Family = labels.over(classify.StageFamily, classify.Labels{Family: f.Family}).Family
	f.Provenance = claim(sure, f.Provenance, f.Family != classify.OtherFamily)
	return f, err
}

// kind answers within the family of the question: a label that is no type of
// it cannot be said.
func (s *solver) kind(ctx context.Context, q classify.TypeQuestion, labels values, sure float64) (classify.TypeClassification, error) {
	labelled := classify.Type(labels["type"])
	if _, ok := classify.Pair(q.Family, labelled); ok && q.Type == "" {
		q.Type = labelled
	}
	t, err := s.answerer.AnswerType(ctx, q)
	if row, ok := classify.Pair(q.Family, t.Type); ok && (labelled == "" || labelled == t.Type) {
		said := labels.over(classify.StageType, classify.Labels{Family: q.Family, KindLabels: t.KindLabels}).KindLabels
		if row.Allows(said.Aggregation) && classify.UnitAllows(q.UnitType, said.Aggregation) {
			t.Aggregation = said.Aggregation
		}
		if q.Family == classify.ChangeMovement && t.Type == classify.Rate {
			t.ChangeBasis = said.ChangeBasis
		}
		t.Orientation = said.Orientation
	}
	if impossible(&q, &t) { // the family is wrong, and the commonest type of it does not go with the unit
		for _, other := range wrongKinds(&q, t) {
			if o := other.(classify.TypeClassification); !impossible(&q, &o) {
				t = o
				break
			}
		}
	}
	t.Provenance = claim(sure, t.Provenance, t.Type != classify.OtherType)
	return t, err
}

// impossible reports whether the rulebook's check refutes the type for the
// unit.
func impossible(q *classify.TypeQuestion, t *classify.TypeClassification) bool {
	d := classify.Draft{Labels: classify.Labels{UnitLabels: classify.UnitLabels{UnitType: q.UnitType}, Family: q.Family, KindLabels: t.KindLabels}}
	return slices.ContainsFunc(checker.Check(classify.Facts{}, d), func(v classify.Violation) bool { return v.Field == "type" && !v.Warn })
}

var checker = rulebook.New()

// own is what the solver itself would say of a draft: the labels of the draft
// with its own family and type and whatever is labelled.
func (s *solver) own(ctx context.Context, q *classify.ReviewQuestion, labels values) (classify.Labels, error) {
	own := q.Draft.Labels
	own = labels.over(classify.StageNormalize, own)
	own = labels.over(classify.StageTime, own)
	f, err := s.family(ctx, q.FamilyQuestion, labels, 1)
	if err != nil {
		return own, err
	}
	t, err := s.kind(ctx, classify.TypeQuestion{FamilyQuestion: q.FamilyQuestion, Family: f.Family}, labels, 1)
	own.Family, own.KindLabels = f.Family, t.KindLabels
	return own, err
}

// review passes a draft that agrees with the solver's own answer and that no
// check refutes.
func (s *solver) review(ctx context.Context, q classify.ReviewQuestion, labels values, sure float64) (classify.Verdict, error) {
	own, err := s.own(ctx, &q, labels)
	v := classify.Verdict{Passed: true, Reason: "the simulator gives the same labels"}
	for _, c := range corrections(&q.Draft, &own, nil) {
		v.FieldsWrong = append(v.FieldsWrong, c.Field)
	}
	for _, f := range q.Failed {
		if !f.Warn && !slices.Contains(v.FieldsWrong, f.Field) {
			v.FieldsWrong = append(v.FieldsWrong, f.Field)
		}
	}
	if len(v.FieldsWrong) > 0 {
		v.Passed, v.Reason = false, "the simulator gives other labels"
	}
	v.Confidence = sure
	return v, err
}

// final corrects a draft to the solver's own answer.
func (s *solver) final(ctx context.Context, q classify.FinalQuestion, labels values, sure float64) (classify.FinalReview, error) {
	own, err := s.own(ctx, &q.ReviewQuestion, labels)
	f := classify.FinalReview{Status: classify.ReviewCorrected, Reason: "the simulator gives other labels", Corrections: corrections(&q.Draft, &own, q.Verdict.FieldsWrong)}
	f.Confidence = sure
	switch {
	case own.Type == classify.OtherType:
		return unknown(classify.StageFinalReview, "the simulator does not know this concept").(classify.FinalReview), err
	case len(f.Corrections) > 0:
	case slices.ContainsFunc(q.Failed, func(v classify.Violation) bool { return !v.Warn }):
		f.Status, f.Reason = classify.ReviewEscalated, "the simulator gives the labels that the check refutes"
	default:
		f.Status, f.Reason = classify.ReviewPassed, "the simulator gives the same labels"
	}
	return f, err
}

// shown are the labels that the text of every review holds; of the others it
// says only what failed.
var shown = []string{"unit_type", "per", "prices", "is_cumulative", "family", "type", "change_basis", "temporal_aggregation", "orientation"}

// corrections are the fields in which the solver's labels differ from a draft,
// as far as a review shows them. What a person set stands.
func corrections(draft *classify.Draft, own *classify.Labels, failed []string) (all []classify.Correction) {
	for i := range classify.Fields {
		f := &classify.Fields[i]
		if slices.Contains(draft.Overridden, f.Name) || !slices.Contains(shown, f.Name) && !slices.Contains(failed, f.Name) {
			continue
		}
		if from, to := f.Get(&draft.Labels), f.Get(own); from != to {
			all = append(all, classify.Correction{Field: f.Name, From: from, To: to, Reason: "the simulator gives this label"})
		}
	}
	return all
}
