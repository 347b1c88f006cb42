package simulator_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"classify"
	"classify/llm/simulator"
)

func TestTheCountsAreExactAndAnswerOverHTTP(t *testing.T) {
	t.Parallel()
	clock := newClock()
	_, url := serve(t, simulator.Config{Now: clock.read})
	chat(t, url, chatParams("gpt-5-mini", request(exports, jobless)))
	clock.turn(2500 * time.Millisecond)
	answer := chat(t, url, chatParams("gpt-5-mini", request(exports)))
	chat(t, url, chatParams("gpt-5-nano", request(exported)))

	counts := func() (c simulator.Counts) {
		resp, err := http.Get(url + "/simulator/counts")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if err := json.NewDecoder(resp.Body).Decode(&c); err != nil {
			t.Fatal(err)
		}
		if resp.Header.Get("Server") != simulator.Name {
			t.Errorf("the server calls itself %q", resp.Header.Get("Server"))
		}
		return c
	}
	c := counts()
	if c.Accepted != 3 || c.Paid != 3 || c.Lost != 0 || c.Refused != 0 || c.InFlight != 0 || c.MaxInFlight != 1 {
		t.Errorf("counted %+v", c)
	}
	if want := (simulator.QuestionCount{Asked: 4, Distinct: 3, Repeated: 1, AnsweredAgain: 1}); c.Questions != want {
		t.Errorf("questions %+v, want %+v", c.Questions, want)
	}
	if want := []int{1, 0, 2}; !slices.Equal(c.PerSecond, want) {
		t.Errorf("by second %v, want %v", c.PerSecond, want)
	}
	if len(c.Requests) != 2 || c.Requests[0].Stage != classify.StageFamily || c.Requests[0].Requests != 2 || c.Requests[1].Model != "gpt-5-nano" {
		t.Errorf("requests %+v", c.Requests)
	}
	if sum := c.Requests[0].Tokens.Add(c.Requests[1].Tokens); sum != c.Tokens || c.Requests[0].Tokens.Output <= int(answer.Usage.CompletionTokens) {
		t.Errorf("tokens %+v in rows, %+v in all", sum, c.Tokens)
	}
	resp, err := post(t, t.Context(), url+"/simulator/reset", "")
	if err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatalf("reset: %v", err)
	}
	resp.Body.Close()
	if c := counts(); c.Accepted != 0 || c.Questions != (simulator.QuestionCount{}) || len(c.Requests) != 0 || len(c.PerSecond) != 0 {
		t.Errorf("after the reset %+v", c)
	}
}

func TestNothingIsLostWhenManyAskAtOnce(t *testing.T) {
	t.Parallel()
	s, url := serve(t, simulator.Config{Faults: 0.2, Drip: time.Millisecond, Hang: time.Millisecond, Seed: 5})
	const workers, each = 16, 40
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			client := openAIClient(url, "any")
			for i := range each {
				_, err := client.Chat.Completions.New(t.Context(), chatParams("gpt-5-mini", request(concept(w*each+i))))
				_ = err // one in five has a fault
			}
		})
	}
	wg.Wait()
	idle(t, s)
	c := s.Counts()
	sum, unpaid := 0, 0
	for _, r := range c.Requests {
		sum += r.Requests
		if r.Outcome == string(simulator.ServerError) || r.Outcome == string(simulator.Overloaded) {
			unpaid += r.Requests
		}
	}
	if sum != workers*each || c.Accepted != sum || c.Questions.Distinct != sum || c.Paid != sum-unpaid || c.MaxInFlight > workers {
		t.Errorf("asked %d; counted %d by outcome, %d unpaid: %+v", workers*each, sum, unpaid, c)
	}
}

func TestManyModelsTakeNoMoreRoomThanAThousand(t *testing.T) {
	t.Parallel()
	s, url := serve(t, simulator.Config{})
	for i := range 1100 {
		resp, err := post(t, t.Context(), url+"/v1/chat/completions", `{"model":"m`+letters(i)+`","messages":[{"role":"user","content":"x"}]}`)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if c := s.Counts(); len(c.Requests) > 1001 || c.Accepted != 1100 {
		t.Errorf("%d rows for %d requests", len(c.Requests), c.Accepted)
	}
}
