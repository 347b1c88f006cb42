package simulator_test

import (
	"context"

	"classify"
	"classify/llm/prompt"
	"classify/llm/simulator"
)

// asker is an Answerer that asks the simulator, as a run without a network
// would.
type asker struct{ s *simulator.Server }

func (a *asker) ask(q prompt.Question) []byte { return []byte(a.s.Answer(q.Stage, q.Text)) }

func (a *asker) AnswerUnit(_ context.Context, q classify.UnitQuestion) (classify.Normalization, error) {
	return prompt.DecodeUnit(a.ask(prompt.Unit(q)))
}

func (a *asker) AnswerTime(_ context.Context, q classify.TimeQuestion) (classify.TimeInference, error) {
	return prompt.DecodeTime(q, a.ask(prompt.Time(q)))
}

func (a *asker) AnswerFamily(_ context.Context, q classify.FamilyQuestion) (classify.FamilyAssignment, error) {
	return prompt.DecodeFamily(a.ask(prompt.Family(q)))
}

func (a *asker) AnswerType(_ context.Context, q classify.TypeQuestion) (classify.TypeClassification, error) {
	return prompt.DecodeType(a.ask(prompt.Type(q)))
}

func (a *asker) AnswerReview(_ context.Context, q classify.ReviewQuestion) (classify.Verdict, error) {
	return prompt.DecodeVerdict(a.ask(prompt.Review(q)))
}

func (a *asker) AnswerFinal(_ context.Context, q classify.FinalQuestion) (classify.FinalReview, error) {
	return prompt.DecodeFinal(a.ask(prompt.Final(q)))
}
