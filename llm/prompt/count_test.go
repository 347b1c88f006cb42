package prompt_test

import (
	"context"
	"iter"
	"testing"

	"classify"
	"classify/catalogue"
	"classify/catalogue/generator"
	"classify/internal/opendata"
	"classify/llm/prompt"
	"classify/rulebook"
	"classify/stage"
)

// A counter answers with the rulebook and notes what a policy would ask a
// model.
type counter struct {
	book    *rulebook.Rulebook
	cascade float64 // 0: thorough
	asked   map[classify.Stage]map[string]int
	total   int
}

func newCounter(cascade float64) *counter {
	c := &counter{rulebook.New(), cascade, map[classify.Stage]map[string]int{}, 0}
	for _, s := range classify.StageNames {
		c.asked[s] = map[string]int{}
	}
	return c
}

func (c *counter) ask(q prompt.Question) { c.asked[q.Stage][q.Text]++; c.total++ }

func (c *counter) unsure(confidence float64) bool { return c.cascade == 0 || confidence < c.cascade }

func (c *counter) AnswerUnit(ctx context.Context, q classify.UnitQuestion) (classify.Normalization, error) {
	n, err := c.book.AnswerUnit(ctx, q)
	if c.cascade == 0 && n.UnitType == classify.UnitUnknown || c.cascade > 0 && n.Confidence < c.cascade {
		c.ask(prompt.Unit(q))
	}
	return n, err
}

func (c *counter) AnswerTime(ctx context.Context, q classify.TimeQuestion) (classify.TimeInference, error) {
	t, err := c.book.AnswerTime(ctx, q)
	if c.cascade == 0 && t.ReportingFrequency == classify.FrequencyUnknown || c.cascade > 0 && t.Confidence < c.cascade {
		c.ask(prompt.Time(q))
	}
	return t, err
}

func (c *counter) AnswerFamily(ctx context.Context, q classify.FamilyQuestion) (classify.FamilyAssignment, error) {
	f, err := c.book.AnswerFamily(ctx, q)
	if c.unsure(f.Confidence) {
		c.ask(prompt.Family(q))
	}
	return f, err
}

func (c *counter) AnswerType(ctx context.Context, q classify.TypeQuestion) (classify.TypeClassification, error) {
	t, err := c.book.AnswerType(ctx, q)
	if c.unsure(t.Confidence) {
		c.ask(prompt.Type(q))
	}
	return t, err
}

func (c *counter) AnswerReview(ctx context.Context, q classify.ReviewQuestion) (classify.Verdict, error) {
	v, err := c.book.AnswerReview(ctx, q)
	if c.cascade == 0 || len(q.Failed) > 0 {
		c.ask(prompt.Review(q))
	}
	return v, err
}

func (c *counter) AnswerFinal(ctx context.Context, q classify.FinalQuestion) (classify.FinalReview, error) {
	c.ask(prompt.Final(q))
	return c.book.AnswerFinal(ctx, q)
}

func (c *counter) distinct() (n int) {
	for _, texts := range c.asked {
		n += len(texts)
	}
	return n
}

func (c *counter) run(t *testing.T, indicators iter.Seq[classify.Indicator]) int {
	t.Helper()
	return runThrough(t, c, c.book, indicators)
}

// runThrough classifies indicators with a, and returns how many these were.
func runThrough(t *testing.T, a classify.Answerer, check classify.Checker, indicators iter.Seq[classify.Indicator]) (n int) {
	t.Helper()
	stages := stage.New(a, check)
	for ind := range indicators {
		n++
		if _, err := classify.Classify(t.Context(), stages, ind); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func (c *counter) report(t *testing.T, indicators, atMost int) {
	t.Helper()
	t.Logf("%d indicators, %d questions, %d distinct", indicators, c.total, c.distinct())
	for _, s := range classify.StageNames {
		t.Logf("  %-20s %d", s, len(c.asked[s]))
	}
	if c.distinct() > atMost {
		t.Errorf("%d distinct questions, at most %d", c.distinct(), atMost)
	}
}

func generated(n int) iter.Seq[classify.Indicator] {
	return func(yield func(classify.Indicator) bool) {
		for item := range generator.Generate(generator.Options{N: n, Seed: 1, Values: true}) {
			if !yield(item.Indicator) {
				return
			}
		}
	}
}

func file(t *testing.T, path string) iter.Seq[classify.Indicator] {
	t.Helper()
	r, err := catalogue.Open(t.Context(), []string{path}, nil, catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(classify.Indicator) bool) {
		for row, err := range r.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			if !yield(row.Indicator) {
				return
			}
		}
	}
}

func TestAGeneratedCatalogueIsFewDistinctQuestions(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		policy   string
		cascade  float64
		distinct int
	}{{"thorough", 0, 1450}, {"cascade", 0.9, 300}} {
		t.Run(x.policy, func(t *testing.T) {
			t.Parallel()
			c := newCounter(x.cascade)
			n := c.run(t, generated(10903))
			c.report(t, n, x.distinct)
		})
	}
}

func TestOpenDataIsLessThanOneQuestionPerIndicator(t *testing.T) {
	t.Parallel()
	c := newCounter(0.9)
	n := c.run(t, file(t, opendata.Path(t, "wdi_series.csv")))
	c.report(t, n, n)
}
