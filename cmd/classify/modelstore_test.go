package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/prompt"
	"classify/sqlite"
)

// modelStore is the program "modelstore PATH" of the scripts: it makes a store
// with two runs, what models were asked in them, and their answers.
func modelStore() int {
	if err := fillModelStore(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func fillModelStore(ctx context.Context, path string) (err error) {
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	for range 3 {
		run, err := s.StartRun(ctx, classify.Run{Command: "classify run cat.csv"})
		if err != nil {
			return err
		}
		if err := s.FinishRun(ctx, run, classify.RunResult{}); err != nil {
			return err
		}
	}
	for _, c := range modelCalls() {
		var answers []classify.CachedAnswer
		if c.Outcome == classify.CallAnswered {
			a, err := familyAnswer(fmt.Sprintf("exports of goods <%d> & services", c.Attempt))
			if err != nil {
				return err
			}
			a.RunID = c.RunID
			answers = append(answers, a)
		}
		if err := s.RecordCall(ctx, c, answers); err != nil {
			return err
		}
	}
	old, err := familyAnswer("imports")
	if err != nil {
		return err
	}
	old.Prompt, old.Key, old.At = "family-0", strings.Repeat("0", 64), answeredAt.AddDate(0, 0, -100)
	_, err = s.ImportAnswers(ctx, []classify.CachedAnswer{old})
	return err
}

var answeredAt = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

// modelCalls are three answered calls and a failed one of run 1, one of run 2
// whose model has no price, and one outside a run.
func modelCalls() []classify.Call {
	call := func(run int64, n int) classify.Call {
		return classify.Call{RunID: run, At: answeredAt, Stage: classify.StageFamily, Provider: "openai", Model: "gpt-x", Questions: 1, Attempt: n,
			Outcome: classify.CallAnswered, Tokens: classify.Tokens{Input: 1000, Cached: 600, Output: 50, Reasoning: 20},
			USD: 0.0014, Priced: true, Latency: 1500 * time.Millisecond}
	}
	refused := call(1, 9)
	refused.Outcome, refused.Tokens, refused.USD, refused.Latency = classify.CallOutcome(llm.RateLimited), classify.Tokens{}, 0, 500*time.Millisecond
	batched := call(1, 3)
	batched.Batch, batched.Latency, batched.USD = "b-1", time.Hour, 12.3
	unpriced := call(2, 4)
	unpriced.Provider, unpriced.Model, unpriced.USD, unpriced.Priced = "lmstudio", "qwen", 0, false
	outside := call(0, 5)
	outside.Stage = classify.StageNormalize
	return []classify.Call{call(1, 1), call(1, 2), refused, batched, unpriced, outside}
}

// familyAnswer is a stored answer that passes every check of an import.
func familyAnswer(concept string) (classify.CachedAnswer, error) {
	q := prompt.Family(classify.FamilyQuestion{Concept: concept, UnitPhrase: "usd million", UnitType: classify.UnitCurrency, HasCurrency: true})
	answer, err := prompt.Encode(classify.FamilyAssignment{Family: classify.PhysicalFundamental, Provenance: classify.Provenance{Confidence: 0.9, Evidence: []string{"an amount over a period"}}})
	return classify.CachedAnswer{Key: q.Key(llm.ID{Provider: "openai", Model: "gpt-x"}), Stage: q.Stage, Provider: "openai", Model: "gpt-x", Reported: "gpt-x-2024",
		Prompt: prompt.Of(q.Stage).Version, Question: []byte(q.Text), Answer: answer, At: answeredAt}, err
}

func TestAgesAndDatesAreRead(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 15, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-01-31":                time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC),
		"2026-01-31T10:00:00+02:00": time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC),
		"12h":                       now.Add(-12 * time.Hour),
		"1h30m":                     now.Add(-90 * time.Minute),
		"30d":                       now.AddDate(0, 0, -30),
		"8w":                        now.AddDate(0, 0, -56),
		"0d":                        now,
	} {
		if got, ok := timeOrAge(text, now); !ok || !got.Equal(want) {
			t.Errorf("%q is %v, %t; wanted %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"yesterday", "-3d", "-3h", "d", "30", "1.5w", "99999d", "2026-02-30", "31.01.2026"} {
		if got, ok := timeOrAge(text, now); ok {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}
