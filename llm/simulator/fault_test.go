package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/openai/openai-go/v3"

	"classify"
	"classify/llm/prompt"
	"classify/llm/simulator"
)

// always is a simulator in which every request has the same fault.
func always(t *testing.T, f simulator.Fault) (*simulator.Server, string) {
	return serve(t, simulator.Config{Fault: map[simulator.Fault]float64{f: 1}, Drip: 10 * time.Millisecond, Seed: 3})
}

// outcome is the one kind of request that was counted.
func outcome(t *testing.T, s *simulator.Server) (string, simulator.Counts) {
	t.Helper()
	c := s.Counts()
	if len(c.Requests) != 1 {
		t.Fatalf("counted %+v", c.Requests)
	}
	return c.Requests[0].Outcome, c
}

func TestEveryFaultReachesOpenAIsClientAndIsCounted(t *testing.T) {
	t.Parallel()
	status := func(n int) func(*openai.ChatCompletion, error) bool {
		return func(_ *openai.ChatCompletion, err error) bool {
			var e *openai.Error
			return errors.As(err, &e) && e.StatusCode == n
		}
	}
	broken := func(_ *openai.ChatCompletion, err error) bool {
		var e *openai.Error
		return err != nil && !errors.As(err, &e)
	}
	text := func(a *openai.ChatCompletion) string { return a.Choices[0].Message.Content }
	for fault, c := range map[simulator.Fault]struct {
		seen       func(*openai.ChatCompletion, error) bool
		paid, lost int
	}{
		simulator.ServerError: {status(http.StatusInternalServerError), 0, 0},
		simulator.Overloaded:  {status(529), 0, 0},
		simulator.Cut:         {broken, 1, 1},
		simulator.Malformed:   {broken, 1, 0},
		simulator.Slow: {func(a *openai.ChatCompletion, err error) bool {
			return err == nil && exports.Check([]byte(text(a))) == nil
		}, 1, 0},
		simulator.Truncated: {func(a *openai.ChatCompletion, err error) bool {
			return err == nil && a.Choices[0].FinishReason == "length" && !json.Valid([]byte(text(a)))
		}, 1, 0},
		simulator.Refusal: {func(a *openai.ChatCompletion, err error) bool {
			return err == nil && a.Choices[0].Message.Refusal != "" && text(a) == ""
		}, 1, 0},
		simulator.WrongValue: {func(a *openai.ChatCompletion, err error) bool {
			return err == nil && strings.Contains(text(a), `"family":"not-in-the-taxonomy"`)
		}, 1, 0},
		simulator.WrongCount: {func(a *openai.ChatCompletion, err error) bool {
			var fields map[string]any
			return err == nil && json.Unmarshal([]byte(text(a)), &fields) == nil && len(fields) != 3
		}, 1, 0},
		simulator.Oversized: {func(a *openai.ChatCompletion, err error) bool { return err == nil && len(text(a)) > 5_000_000 }, 1, 0},
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			s, url := always(t, fault)
			client := openAIClient(url, "any")
			answer, err := client.Chat.Completions.New(t.Context(), chatParams("gpt-5-mini", request(exports)))
			if !c.seen(answer, err) {
				t.Errorf("not seen: %+v, %v", answer, err)
			}
			idle(t, s)
			o, counts := outcome(t, s)
			if o != string(fault) || counts.Paid != c.paid || counts.Lost != c.lost {
				t.Errorf("outcome %s, paid %d, lost %d; want %s, %d, %d", o, counts.Paid, counts.Lost, fault, c.paid, c.lost)
			}
			if (counts.Tokens.Output > 0) != (c.paid == 1) || (counts.LostTokens.Output > 0) != (c.lost == 1) {
				t.Errorf("tokens %+v, lost %+v", counts.Tokens, counts.LostTokens)
			}
		})
	}
}

func TestAnthropicsClientSeesTheFaultsOfTheAnswer(t *testing.T) {
	t.Parallel()
	for fault, want := range map[simulator.Fault]anthropic.StopReason{simulator.Truncated: anthropic.StopReasonMaxTokens, simulator.Refusal: anthropic.StopReasonRefusal} {
		_, url := always(t, fault)
		client := anthropicClient(url, "any")
		m, err := client.Messages.New(t.Context(), messageParams("claude-haiku-4-5", request(exports)))
		if err != nil || m.StopReason != want {
			t.Errorf("%s: %+v, %v", fault, m, err)
		}
	}
	_, url := always(t, simulator.Overloaded)
	client := anthropicClient(url, "any")
	_, err := client.Messages.New(t.Context(), messageParams("claude-haiku-4-5", request(exports)))
	var e *anthropic.Error
	if !errors.As(err, &e) || e.StatusCode != 529 || !strings.Contains(e.RawJSON(), "overloaded_error") {
		t.Errorf("%v", err)
	}
}

func TestAPackComesWithAWrongCount(t *testing.T) {
	t.Parallel()
	lengths := map[int]bool{}
	for seed := range uint64(20) {
		_, url := serve(t, simulator.Config{Fault: map[simulator.Fault]float64{simulator.WrongCount: 1}, Seed: seed})
		text := chat(t, url, chatParams("gpt-5-mini", request(exports, jobless))).Choices[0].Message.Content
		var pack struct{ Answers []any }
		if err := json.Unmarshal([]byte(text), &pack); err != nil {
			t.Fatal(err)
		}
		lengths[len(pack.Answers)] = true
		parts, err := prompt.Of(classify.StageFamily).Split(text, 2)
		if err != nil || parts[0] != nil && parts[1] != nil {
			t.Errorf("the pack is whole: %s, %v", text, err)
		}
	}
	if !lengths[1] || !lengths[3] || len(lengths) != 2 {
		t.Errorf("lengths %v, want 1 and 3", lengths)
	}
}

func TestAnAnswerThatNeverComesIsPaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]simulator.Config{
		"time-out":             {Fault: map[simulator.Fault]float64{simulator.Timeout: 1}},
		"the client has gone":  {Latency: time.Hour},
		"slower than a client": {Fault: map[simulator.Fault]float64{simulator.Slow: 1}, Drip: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := serve(t, c)
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() {
				client := openAIClient(url, "any")
				_, err := client.Chat.Completions.New(ctx, chatParams("gpt-5-mini", request(exports)))
				done <- err
			}()
			until(t, s, func(c simulator.Counts) bool { return c.InFlight == 1 })
			cancel()
			if err := <-done; err == nil {
				t.Fatal("an answer came")
			}
			idle(t, s)
			if c := s.Counts(); c.Paid != 1 || c.Lost != 1 || c.LostTokens != c.Tokens || c.Tokens.Output == 0 || c.MaxInFlight != 1 {
				t.Errorf("counted %+v", c)
			}
		})
	}
}

// until waits for the counts to be as asked.
func until(t *testing.T, s *simulator.Server, ok func(simulator.Counts) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for !ok(s.Counts()) {
		select {
		case <-ctx.Done():
			t.Fatalf("the counts stayed %+v", s.Counts())
		case <-poll.C:
		}
	}
}

// idle waits until nothing is in flight: a client may see an end before the
// server has counted it.
func idle(t *testing.T, s *simulator.Server) {
	t.Helper()
	until(t, s, func(c simulator.Counts) bool { return c.InFlight == 0 })
}

func TestFaultsComeAsOftenAsSetAndInTheSameOrderForOneSeed(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (faults []simulator.Fault, latencies []time.Duration) {
		s := simulator.New(simulator.Config{Faults: 0.05, Fault: map[simulator.Fault]float64{simulator.Oversized: 0.01}, Latency: 1500 * time.Millisecond, Sigma: 0.4, Seed: seed})
		for i := range uint64(20_000) {
			f, l := s.Draw(i)
			faults, latencies = append(faults, f), append(latencies, l)
		}
		return faults, latencies
	}
	faults, latencies := run(1)
	n := map[simulator.Fault]int{}
	for _, f := range faults {
		n[f]++
	}
	for _, kind := range simulator.DefaultFaults {
		if n[kind] < 60 || n[kind] > 140 { // 100 expected, four standard deviations
			t.Errorf("%s came %d times in 20,000", kind, n[kind])
		}
	}
	if n[simulator.Oversized] < 145 || n[simulator.Oversized] > 255 {
		t.Errorf("oversized came %d times in 20,000", n[simulator.Oversized])
	}
	below := 0
	for _, l := range latencies {
		if l < 1500*time.Millisecond {
			below++
		}
	}
	if below < 9_700 || below > 10_300 {
		t.Errorf("%d of 20,000 latencies are below the median", below)
	}
	again, _ := run(1)
	other, _ := run(2)
	same := 0
	for i := range faults {
		if faults[i] != again[i] {
			t.Fatalf("draw %d differs for the same seed", i)
		}
		if faults[i] == other[i] {
			same++
		}
	}
	if same == len(faults) {
		t.Error("another seed gives the same faults")
	}
}

func TestAConfigurationThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]simulator.Config{
		"share above one":       {Faults: 1.5},
		"together above one":    {Faults: 0.6, Fault: map[simulator.Fault]float64{simulator.Cut: 0.6}},
		"kind that is none":     {Fault: map[simulator.Fault]float64{"smoke": 0.1}},
		"negative share":        {Fault: map[simulator.Fault]float64{simulator.Cut: -0.1}},
		"negative limit":        {RPM: -1},
		"negative latency":      {Latency: -time.Second},
		"errors above one":      {ErrorRate: 2},
		"sigma out of all size": {Sigma: 50},
	} {
		if c.Check() == nil {
			t.Errorf("%s is taken", name)
		}
	}
	good := simulator.Config{RPM: 900, Faults: 0.5, Fault: map[simulator.Fault]float64{simulator.Cut: 0.5, simulator.CutSubmit: 1}}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
}
