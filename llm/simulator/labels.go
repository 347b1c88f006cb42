package simulator

import (
	"context"

	"classify"
	"classify/llm/prompt"
	"classify/rulebook"
)

// values are labels by field name, as a label file has them; "" is null.
type values map[string]string

// over sets the labelled fields of a stage; nil sets none.
func (v values) over(stage classify.Stage, l classify.Labels) classify.Labels {
	for i := range classify.Fields {
		f := &classify.Fields[i]
		value, ok := v[f.Name]
		if !ok || f.Stage != stage {
			continue
		}
		if changed := l; f.Set(&changed, value) == nil {
			l = changed
		}
	}
	return l
}

// Labels know the right answers to the questions about labelled indicators.
// Learn before they are given to a server; afterwards they are only read.
type Labels struct {
	exact map[questionID]values // by the canonical text
	loose map[questionID]values // by what no earlier answer changes
}

// NewLabels returns labels that know nothing yet.
func NewLabels() *Labels {
	return &Labels{map[questionID]values{}, map[questionID]values{}}
}

// Learn notes all questions that are asked about an indicator, once where the
// stages before are answered by the labels and once where the rulebook answers
// them, and that the labels answer them. stages makes the stages over an
// Answerer. Where indicators with different labels share a question, only what
// their labels agree on is kept.
func (l *Labels) Learn(ctx context.Context, stages func(classify.Answerer) classify.Stages, ind classify.Indicator, labels map[string]string) error {
	for _, upstream := range []values{labels, nil} {
		if _, err := classify.Classify(ctx, stages(&listener{l, &solver{answerer: rulebook.New()}, labels, upstream}), ind); err != nil {
			return err
		}
	}
	return nil
}

// find returns the labels for a question, or nil.
func (l *Labels) find(id questionID, question any) values {
	if l == nil {
		return nil
	}
	if v, ok := l.exact[id]; ok {
		return v
	}
	return l.loose[looseID(question)]
}

func (l *Labels) add(q prompt.Question, labels values) {
	merge(l.exact, idOf(q.Stage, q.Text), labels)
	if question, err := prompt.Parse(q.Stage, q.Text); err == nil {
		merge(l.loose, looseID(question), labels)
	}
}

func merge(known map[questionID]values, id questionID, labels values) {
	before, ok := known[id]
	if !ok {
		known[id] = labels
		return
	}
	agreed := values{}
	for name, value := range before {
		if v, ok := labels[name]; ok && v == value {
			agreed[name] = value
		}
	}
	known[id] = agreed
}

// looseID identifies a question by what no earlier answer changes.
func looseID(question any) questionID {
	kind := func(q *classify.FamilyQuestion) questionID {
		return idOf("kind", q.Concept+"\x00"+q.UnitPhrase+"\x00"+q.Topic)
	}
	switch q := question.(type) {
	case classify.UnitQuestion:
		return idOf(classify.StageNormalize, q.Phrase+"\x00"+q.Name+"\x00"+q.Scale+"\x00"+q.Currency)
	case classify.TimeQuestion:
		return idOf(classify.StageTime, q.Concept+"\x00"+q.Unit+"\x00"+q.Periodicity+"\x00"+string(q.Observed))
	case classify.FamilyQuestion:
		return kind(&q)
	case classify.TypeQuestion:
		return kind(&q.FamilyQuestion)
	case classify.ReviewQuestion:
		return kind(&q.FamilyQuestion)
	case classify.FinalQuestion:
		return kind(&q.FamilyQuestion)
	}
	return questionID{}
}

// listener is an Answerer that notes what it is asked.
type listener struct {
	to       *Labels
	solver   *solver
	labels   values
	upstream values // what it answers with
}

func (l *listener) AnswerUnit(_ context.Context, q classify.UnitQuestion) (classify.Normalization, error) {
	return heard[classify.Normalization](l, prompt.Unit(q), q)
}

func (l *listener) AnswerTime(_ context.Context, q classify.TimeQuestion) (classify.TimeInference, error) {
	return heard[classify.TimeInference](l, prompt.Time(q), q)
}

func (l *listener) AnswerFamily(_ context.Context, q classify.FamilyQuestion) (classify.FamilyAssignment, error) {
	return heard[classify.FamilyAssignment](l, prompt.Family(q), q)
}

func (l *listener) AnswerType(_ context.Context, q classify.TypeQuestion) (classify.TypeClassification, error) {
	return heard[classify.TypeClassification](l, prompt.Type(q), q)
}

func (l *listener) AnswerReview(_ context.Context, q classify.ReviewQuestion) (classify.Verdict, error) {
	return heard[classify.Verdict](l, prompt.Review(q), q)
}

func (l *listener) AnswerFinal(_ context.Context, q classify.FinalQuestion) (classify.FinalReview, error) {
	return heard[classify.FinalReview](l, prompt.Final(q), q)
}

func heard[A any](l *listener, q prompt.Question, question any) (A, error) {
	l.to.add(q, l.labels)
	answer, err := l.solver.right(question, l.upstream, 1)
	typed, _ := answer.(A) // right answers each question with its type
	return typed, err
}
