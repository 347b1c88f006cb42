package simulator_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"classify"
	"classify/catalogue/generator"
	"classify/llm/prompt"
	"classify/llm/simulator"
	"classify/rulebook"
	"classify/stage"
)

// concept is a question of its own for every number.
func concept(n int) prompt.Question {
	return prompt.Family(classify.FamilyQuestion{Concept: fmt.Sprintf("exports of good %s", letters(n)), UnitPhrase: "usd million", UnitType: classify.UnitCurrency, HasCurrency: true})
}

// letters writes a number without digits, which a canonical text may fold.
func letters(n int) string {
	return strings.Map(func(r rune) rune { return 'a' + r - '0' }, fmt.Sprint(n))
}

func TestAnErrorRateGivesValidWrongAnswersThatStayTheSame(t *testing.T) {
	t.Parallel()
	const n = 1000
	family := func(s *simulator.Server, q prompt.Question) classify.Family {
		text := s.Answer(q.Stage, q.Text)
		if err := q.Check([]byte(text)); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		f, err := prompt.DecodeFamily([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return f.Family
	}
	right := simulator.New(simulator.Config{})
	erring, again := simulator.New(simulator.Config{ErrorRate: 0.1, Seed: 7}), simulator.New(simulator.Config{ErrorRate: 0.1, Seed: 7})
	wrong := 0
	for i := range n {
		q := concept(i)
		got := family(erring, q)
		if got != family(right, q) {
			wrong++
		}
		if got != family(again, q) {
			t.Fatalf("question %d has two answers for one seed", i)
		}
	}
	if wrong < 65 || wrong > 135 {
		t.Errorf("%d of %d answers are wrong, want about 100", wrong, n)
	}
}

// Every stage can err, within the taxonomy.
func TestAWrongAnswerOfEveryStageIsValid(t *testing.T) {
	t.Parallel()
	right, wrong := simulator.New(simulator.Config{}), simulator.New(simulator.Config{ErrorRate: 1})
	draft := classify.Draft{Labels: classify.Labels{Family: classify.PhysicalFundamental,
		UnitLabels: classify.UnitLabels{UnitType: classify.UnitCurrency, Scale: classify.ScaleMillions},
		KindLabels: classify.KindLabels{Type: classify.Flow, Aggregation: classify.PeriodTotal, Orientation: classify.HigherIsPositive}}}
	facts := classify.FamilyQuestion{Concept: "exports", UnitPhrase: "usd million", UnitType: classify.UnitCurrency, HasCurrency: true}
	review := classify.ReviewQuestion{FamilyQuestion: facts, Draft: draft}
	for _, q := range []prompt.Question{
		prompt.Unit(classify.UnitQuestion{Phrase: "USD Million", Name: "Exports"}),
		prompt.Time(classify.TimeQuestion{Concept: "exports", Periodicity: "monthly", UnitType: classify.UnitCurrency}),
		exports, exported, prompt.Review(review),
		prompt.Final(classify.FinalQuestion{ReviewQuestion: review, Verdict: classify.Verdict{FieldsWrong: []string{"type"}, Reason: "no flow"}}),
	} {
		truth, mistake := right.Answer(q.Stage, q.Text), wrong.Answer(q.Stage, q.Text)
		for what, answer := range map[string]string{"right": truth, "wrong": mistake} {
			if err := q.Check([]byte(answer)); err != nil {
				t.Errorf("%s, %s: %v: %s", q.Stage, what, err, answer)
			}
		}
		if truth == mistake {
			t.Errorf("%s: the wrong answer is the right one: %s", q.Stage, truth)
		}
	}
}

func TestTheReviewerPassesWhatItWouldSayItselfAndNamesWhatItWouldNot(t *testing.T) {
	t.Parallel()
	s := simulator.New(simulator.Config{})
	facts := classify.FamilyQuestion{Concept: "exports", UnitPhrase: "usd million", UnitType: classify.UnitCurrency, HasCurrency: true}
	kind, err := rulebook.New().AnswerType(t.Context(), classify.TypeQuestion{FamilyQuestion: facts, Family: classify.PhysicalFundamental})
	if err != nil {
		t.Fatal(err)
	}
	good := classify.Draft{Labels: classify.Labels{Family: classify.PhysicalFundamental, KindLabels: kind.KindLabels, UnitLabels: classify.UnitLabels{UnitType: classify.UnitCurrency}}}
	bad := good
	bad.Type, bad.Aggregation = classify.Stock, classify.PointInTime
	verdict := func(d classify.Draft) classify.Verdict {
		q := prompt.Review(classify.ReviewQuestion{FamilyQuestion: facts, Draft: d})
		v, err := prompt.DecodeVerdict([]byte(s.Answer(q.Stage, q.Text)))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := verdict(good); !v.Passed || len(v.FieldsWrong) > 0 {
		t.Errorf("its own draft: %+v", v)
	}
	v := verdict(bad)
	if v.Passed || !slices.Contains(v.FieldsWrong, "type") || !slices.Contains(v.FieldsWrong, "temporal_aggregation") {
		t.Errorf("a wrong draft: %+v", v)
	}
	q := classify.FinalQuestion{ReviewQuestion: classify.ReviewQuestion{FamilyQuestion: facts, Draft: bad}, Verdict: v}
	text := prompt.Final(q)
	f, err := prompt.DecodeFinal([]byte(s.Answer(text.Stage, text.Text)))
	if err != nil || f.Status != classify.ReviewCorrected {
		t.Fatalf("final review %+v, %v", f, err)
	}
	fixed := map[string]string{}
	for _, c := range f.Corrections {
		fixed[c.Field] = c.To
	}
	if fixed["type"] != "flow" || fixed["temporal_aggregation"] != "period-total" {
		t.Errorf("corrections %+v", f.Corrections)
	}
}

func TestEveryAnswerAboutACatalogueCanBeUsed(t *testing.T) {
	t.Parallel()
	for name, rate := range map[string]float64{"right answers": 0, "one in five wrong": 0.2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stages(&checked{asker{simulator.New(simulator.Config{ErrorRate: rate})}, t})
			outcomes := map[classify.Outcome]int{}
			for item := range generator.Generate(generator.Options{N: 300, Seed: 1, Values: true}) {
				c, err := classify.Classify(t.Context(), s, item.Indicator)
				if err != nil {
					t.Fatal(err)
				}
				outcomes[c.Outcome]++
			}
			if outcomes[classify.Failed] > 0 || outcomes[classify.Classified] < 200 {
				t.Errorf("outcomes %v", outcomes)
			}
		})
	}
}

// stages are the six stages over an answerer, as a run has them.
func stages(a classify.Answerer) classify.Stages { return stage.New(a, rulebook.New()) }

func TestALabelledQuestionIsAnsweredByItsLabel(t *testing.T) {
	t.Parallel()
	ind := classify.Indicator{ID: "x", Name: "Exports of Goods", Units: "USD Million", Periodicity: "Monthly", Country: "France"}
	l := simulator.NewLabels()
	want := map[string]string{"family": "physical-fundamental", "type": "stock", "temporal_aggregation": "point-in-time", "reporting_frequency": "annual", "unit_type": "currency-amount"}
	if err := l.Learn(t.Context(), stages, ind, want); err != nil {
		t.Fatal(err)
	}
	s := simulator.New(simulator.Config{Labels: l})
	ind.ID, ind.Country, ind.Name = "y", "Italy", "Exports of goods" // another indicator with the same questions
	c, err := classify.Classify(t.Context(), stages(&asker{s}), ind)
	if err != nil || c.Outcome != classify.Classified {
		t.Fatalf("%+v, %v", c, err)
	}
	for name, value := range want {
		if got := classify.FieldByName(name).Get(&c.Labels); got != value {
			t.Errorf("%s is %q, labelled %q", name, got, value)
		}
	}
}

func TestLabelsThatContradictEachOtherSayNothing(t *testing.T) {
	t.Parallel()
	l := simulator.NewLabels()
	for id, kind := range map[string]string{"a": "stock", "b": "balance"} {
		ind := classify.Indicator{ID: id, Name: "Exports", Units: "USD Million"}
		if err := l.Learn(t.Context(), stages, ind, map[string]string{"type": kind}); err != nil {
			t.Fatal(err)
		}
	}
	s := simulator.New(simulator.Config{Labels: l})
	c, err := classify.Classify(t.Context(), stages(&asker{s}), classify.Indicator{ID: "c", Name: "Exports", Units: "USD Million"})
	if err != nil || c.Labels.Type != classify.Flow {
		t.Errorf("%s, %v; want the rulebook's flow", c.Labels.Type, err)
	}
}

func TestAnAnswerIsWrittenInTheOrderOfTheSchema(t *testing.T) {
	t.Parallel()
	s := simulator.New(simulator.Config{})
	for _, q := range []prompt.Question{exports, exported} {
		var schema struct{ Required []string }
		if err := json.Unmarshal(prompt.Of(q.Stage).Schema.JSON, &schema); err != nil {
			t.Fatal(err)
		}
		text, at := s.Answer(q.Stage, q.Text), -1
		for _, name := range schema.Required {
			next := strings.Index(text, `"`+name+`":`)
			if next <= at {
				t.Errorf("%s: %q is not in its place in %s", q.Stage, name, text)
			}
			at = next
		}
	}
}
