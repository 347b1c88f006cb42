package prompt_test

import (
	"context"
	"iter"
	"slices"
	"testing"

	"classify"
	"classify/internal/opendata"
	"classify/llm/prompt"
	"classify/rulebook"
)

// An echo answers with the rulebook, and counts how often it answers the parsed
// canonical question as it answers the question itself.
type echo struct {
	*rulebook.Rulebook
	t     *testing.T
	same  map[classify.Stage]int
	asked map[classify.Stage]int
	shown map[classify.Stage]int
}

func newEcho(t *testing.T) *echo {
	return &echo{rulebook.New(), t, map[classify.Stage]int{}, map[classify.Stage]int{}, map[classify.Stage]int{}}
}

func (e *echo) count(q prompt.Question, same bool, original, parsed any) {
	e.asked[q.Stage]++
	if same {
		e.same[q.Stage]++
		return
	}
	if e.shown[q.Stage]++; e.shown[q.Stage] <= 12 {
		e.t.Logf("%s: %s\n\tanswered %+v\n\tparsed   %+v", q.Stage, q.Text, original, parsed)
	}
}

func parsed[Q any](t *testing.T, q prompt.Question) Q {
	t.Helper()
	p, err := prompt.Parse(q.Stage, q.Text)
	if err != nil {
		t.Fatalf("%s: %v", q.Text, err)
	}
	return p.(Q)
}

func (e *echo) usable(q prompt.Question, answer any) {
	e.t.Helper()
	b, err := prompt.Encode(answer)
	if err != nil {
		e.t.Fatal(err)
	}
	if err := q.Check(b); err != nil {
		e.t.Errorf("%s: %s: the rulebook's own answer %s is refused: %v", q.Stage, q.Text, b, err)
	}
}

func (e *echo) AnswerUnit(ctx context.Context, q classify.UnitQuestion) (classify.Normalization, error) {
	own, err := e.Rulebook.AnswerUnit(ctx, q)
	p := prompt.Unit(q)
	again, _ := e.Rulebook.AnswerUnit(ctx, parsed[classify.UnitQuestion](e.t, p))
	e.count(p, own.UnitLabels == again.UnitLabels, own.UnitLabels, again.UnitLabels)
	e.usable(p, again)
	return own, err
}

func (e *echo) AnswerTime(ctx context.Context, q classify.TimeQuestion) (classify.TimeInference, error) {
	own, err := e.Rulebook.AnswerTime(ctx, q)
	p := prompt.Time(q)
	again, _ := e.Rulebook.AnswerTime(ctx, parsed[classify.TimeQuestion](e.t, p))
	e.count(p, own.TimeLabels == again.TimeLabels, own.TimeLabels, again.TimeLabels)
	e.usable(p, again)
	return own, err
}

func (e *echo) AnswerFamily(ctx context.Context, q classify.FamilyQuestion) (classify.FamilyAssignment, error) {
	own, err := e.Rulebook.AnswerFamily(ctx, q)
	p := prompt.Family(q)
	again, _ := e.Rulebook.AnswerFamily(ctx, parsed[classify.FamilyQuestion](e.t, p))
	e.count(p, own.Family == again.Family, own, again)
	e.usable(p, again)
	return own, err
}

func (e *echo) AnswerType(ctx context.Context, q classify.TypeQuestion) (classify.TypeClassification, error) {
	own, err := e.Rulebook.AnswerType(ctx, q)
	p := prompt.Type(q)
	again, _ := e.Rulebook.AnswerType(ctx, parsed[classify.TypeQuestion](e.t, p))
	e.count(p, own.KindLabels == again.KindLabels, own, again)
	e.usable(p, again)
	return own, err
}

func (e *echo) AnswerReview(ctx context.Context, q classify.ReviewQuestion) (classify.Verdict, error) {
	own, err := e.Rulebook.AnswerReview(ctx, q)
	p := prompt.Review(q)
	again, _ := e.Rulebook.AnswerReview(ctx, parsed[classify.ReviewQuestion](e.t, p))
	e.count(p, own.Passed == again.Passed && slices.Equal(own.FieldsWrong, again.FieldsWrong), own, again)
	if !again.Passed && len(again.FieldsWrong) == 0 {
		again.FieldsWrong = []string{"type"} // the rulebook names none where it is unsure of all; a model has to
	}
	e.usable(p, again)
	return own, err
}

func (e *echo) AnswerFinal(ctx context.Context, q classify.FinalQuestion) (classify.FinalReview, error) {
	own, err := e.Rulebook.AnswerFinal(ctx, q)
	p := prompt.Final(q)
	again, _ := e.Rulebook.AnswerFinal(ctx, parsed[classify.FinalQuestion](e.t, p))
	e.count(p, own.Status == again.Status && len(own.Corrections) == len(again.Corrections), own, again)
	e.usable(p, again)
	return own, err
}

func TestTheRulebookAnswersTheCanonicalQuestionAsItAnswersTheOriginal(t *testing.T) {
	t.Parallel()
	for name, indicators := range map[string]iter.Seq[classify.Indicator]{"generated": generated(3000), "examples": file(t, "../../examples/world.csv")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEcho(t)
			n := runThrough(t, e, e.Rulebook, indicators)
			for _, s := range classify.StageNames {
				t.Logf("%-20s %d of %d", s, e.same[s], e.asked[s])
				if e.same[s]*1000 < e.asked[s]*995 {
					t.Errorf("%s: %d of %d answers of %d indicators are the same", s, e.same[s], e.asked[s], n)
				}
			}
		})
	}
}

func TestTheCanonicalQuestionsOfOpenDataKeepTheirAnswers(t *testing.T) {
	t.Parallel()
	e := newEcho(t)
	runThrough(t, e, e.Rulebook, file(t, opendata.Path(t, "wdi_series.csv")))
	for _, s := range classify.StageNames {
		t.Logf("%-20s %d of %d", s, e.same[s], e.asked[s])
		if e.same[s]*1000 < e.asked[s]*995 {
			t.Errorf("%s: %d of %d answers are the same", s, e.same[s], e.asked[s])
		}
	}
}
