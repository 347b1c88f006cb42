package simulator_test

import (
	"context"
	"testing"

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

// checked is an asker that holds every answer against the prompt's check.
type checked struct {
	asker
	t *testing.T
}

func (c *checked) check(q prompt.Question) {
	if answer := c.ask(q); q.Check(answer) != nil {
		c.t.Errorf("%s: %v\n  asked %s\n  answered %s", q.Stage, q.Check(answer), q.Text, answer)
	}
}

func (c *checked) AnswerUnit(ctx context.Context, q classify.UnitQuestion) (classify.Normalization, error) {
	c.check(prompt.Unit(q))
	return c.asker.AnswerUnit(ctx, q)
}

func (c *checked) AnswerTime(ctx context.Context, q classify.TimeQuestion) (classify.TimeInference, error) {
	c.check(prompt.Time(q))
	return c.asker.AnswerTime(ctx, q)
}

func (c *checked) AnswerFamily(ctx context.Context, q classify.FamilyQuestion) (classify.FamilyAssignment, error) {
	c.check(prompt.Family(q))
	return c.asker.AnswerFamily(ctx, q)
}

func (c *checked) AnswerType(ctx context.Context, q classify.TypeQuestion) (classify.TypeClassification, error) {
	c.check(prompt.Type(q))
	return c.asker.AnswerType(ctx, q)
}

func (c *checked) AnswerReview(ctx context.Context, q classify.ReviewQuestion) (classify.Verdict, error) {
	c.check(prompt.Review(q))
	return c.asker.AnswerReview(ctx, q)
}

func (c *checked) AnswerFinal(ctx context.Context, q classify.FinalQuestion) (classify.FinalReview, error) {
	c.check(prompt.Final(q))
	return c.asker.AnswerFinal(ctx, q)
}
