package forecast_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/cascade"
	"classify/llm/forecast"
	"classify/llm/price"
	"classify/llm/prompt"
)

// answers are what is stored already, by key.
type answers map[string]classify.CachedAnswer

func (a answers) CachedAnswer(_ context.Context, key string) (classify.CachedAnswer, error) {
	if stored, ok := a[key]; ok {
		return stored, nil
	}
	return classify.CachedAnswer{}, classify.ErrNotFound
}

var id = llm.ID{Provider: "openai", Model: "gpt-test"}

func about(concept string) prompt.Question {
	return prompt.Family(classify.FamilyQuestion{Concept: concept, Name: concept, UnitType: classify.UnitCurrency, HasCurrency: true})
}

func TestEachQuestionThatIsNotAnsweredYetIsCountedOnce(t *testing.T) {
	t.Parallel()
	known := about("debt").Key(id)
	c := forecast.NewCounter(id, forecast.Options{Cache: answers{known: {Key: known, Answer: []byte("{}"), Reported: "gpt-test-2026"}}, Priced: true,
		Price: price.Model{Input: 1, Output: 2, MinPrefix: 100, Cached: 0.1}})
	for _, concept := range []string{"exports", "imports", "exports", "debt", "debt"} {
		a, err := c.Ask(t.Context(), about(concept))
		if asked := errors.Is(err, cascade.ErrNotAsked); asked == (concept == "debt") || concept == "debt" && a.Model != "gpt-test-2026" {
			t.Errorf("%s: %+v, %v", concept, a, err)
		}
	}
	lines := c.Lines(nil)
	if len(lines) != 1 || lines[0].Questions != 2 || lines[0].Cached != 1 || lines[0].Calls != 2 {
		t.Fatalf("lines %+v", lines)
	}
	l := lines[0]
	if l.Tokens.Input < 1000 || l.Tokens.Cached == 0 || l.Tokens.Cached >= l.Tokens.Input || l.Tokens.Output == 0 || l.USD <= 0 {
		t.Errorf("line %+v", l)
	}
}

func TestWhatEarlierCallsTookSaysWhatQuestionsWillTake(t *testing.T) {
	t.Parallel()
	history := []classify.CostLine{
		{Stage: classify.StageFamily, Provider: "openai", Model: "gpt-test", Outcome: classify.CallAnswered, Calls: 10, Questions: 10, Tokens: classify.Tokens{Input: 5000, Cached: 4000, Output: 300}},
		{Stage: classify.StageFamily, Provider: "openai", Model: "gpt-test", Outcome: "timeout", Calls: 90, Questions: 90},
		{Stage: classify.StageFamily, Provider: "openai", Model: "another", Outcome: classify.CallAnswered, Calls: 1, Questions: 1, Tokens: classify.Tokens{Input: 1e6}},
	}
	c := forecast.NewCounter(id, forecast.Options{Cache: answers{}})
	for i := range 4 {
		_, _ = c.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))) // it is counted
	}
	if got, want := c.Lines(history)[0].Tokens, (classify.Tokens{Input: 2000, Cached: 1600, Output: 120}); got != want {
		t.Errorf("tokens %+v, want %+v", got, want)
	}
}

func TestPackedQuestionsShareCalls(t *testing.T) {
	t.Parallel()
	packed := about("debt").PackedKey(id)
	c := forecast.NewCounter(id, forecast.Options{Cache: answers{packed: {Key: packed, Answer: []byte("{}")}}, Pack: 5})
	for _, concept := range []string{"a", "b", "c", "d", "e", "f", "debt"} {
		_, _ = c.Ask(t.Context(), about(concept)) // it is counted
	}
	if l := c.Lines(nil)[0]; l.Questions != 6 || l.Calls != 2 || l.Cached != 1 {
		t.Errorf("line %+v", l)
	}
}

func TestTheSlowestLimitSaysHowLongItTakes(t *testing.T) {
	t.Parallel()
	tokens := classify.Tokens{Input: 900_000, Output: 100_000}
	for name, row := range map[string]struct {
		pace forecast.Pace
		want time.Duration
		ok   bool
	}{
		"requests":  {forecast.Pace{RPM: 100, TPM: 1e9}, 10 * time.Minute, true},
		"tokens":    {forecast.Pace{RPM: 1e6, TPM: 100_000}, 10 * time.Minute, true},
		"in flight": {forecast.Pace{Latency: 3 * time.Second, InFlight: 10}, 5*time.Minute + 3*time.Second, true},
		"unknown":   {forecast.Pace{}, 0, false},
	} {
		if d, ok := row.pace.Duration(1000, tokens); d != row.want || ok != row.ok {
			t.Errorf("%s: %s, %v", name, d, ok)
		}
	}
}
