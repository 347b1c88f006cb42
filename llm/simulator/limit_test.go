package simulator_test

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"pgregory.net/rapid"

	"classify/llm/simulator"
)

func TestASecondsWorthOfRequestsPassesAndTheNextIsRefusedWithTheExactWait(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s, url := serve(t, simulator.Config{RPM: 120, Announce: true, Now: clock.read, Latency: time.Hour}) // a refusal has no latency
	s.Close()                                                                                           // and an answer none either
	p := chatParams("gpt-5-mini", request(exports))
	client := openAIClient(url, "any")
	var resp *http.Response
	ask := func() error {
		_, err := client.Chat.Completions.New(t.Context(), p, option.WithResponseInto(&resp))
		return err
	}
	for i := range 2 {
		if err := ask(); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
		if got := resp.Header.Get("X-Ratelimit-Remaining-Requests"); got != strconv.Itoa(1-i) {
			t.Errorf("after request %d %s remain", i+1, got)
		}
	}
	if l, r := resp.Header.Get("X-Ratelimit-Limit-Requests"), resp.Header.Get("X-Ratelimit-Reset-Requests"); l != "120" || r != "1s" {
		t.Errorf("limit %s, reset %s; want 120 and 1s", l, r)
	}
	clock.turn(200 * time.Millisecond)
	err := ask()
	var refused *openai.Error
	if !errors.As(err, &refused) || refused.StatusCode != http.StatusTooManyRequests || refused.Code != "rate_limit_exceeded" || refused.Type != "requests" {
		t.Fatalf("%v, want a 429 of the requests", err)
	}
	if h := refused.Response.Header; h.Get("Retry-After") != "1" || h.Get("Retry-After-Ms") != "300" {
		t.Errorf("retry after %s s, %s ms; want 1 and 300", h.Get("Retry-After"), h.Get("Retry-After-Ms"))
	}
	clock.turn(300 * time.Millisecond)
	if err := ask(); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	p.Model = "gpt-5-nano"
	if err := ask(); err != nil {
		t.Errorf("another model has limits of its own: %v", err)
	}
	if c := s.Counts(); c.Accepted != 4 || c.Refused != 1 || c.Paid != 4 {
		t.Errorf("accepted %d, refused %d, paid %d", c.Accepted, c.Refused, c.Paid)
	}
}

func TestAnthropicsTokenLimitLetsCachedInputPass(t *testing.T) {
	t.Parallel()
	clock := newClock()
	_, url := serve(t, simulator.Config{TPM: 60_000, Announce: true, Now: clock.read}) // 1,000 a second
	client := anthropicClient(url, "any")
	var resp *http.Response
	ask := func() error {
		_, err := client.Messages.New(t.Context(), padded(messageParams("claude-haiku-4-5", request(exports))), anthropicoption.WithResponseInto(&resp))
		return err
	}
	if err := ask(); err != nil { // more than a second's worth: taken on credit
		t.Fatal(err)
	}
	if h := resp.Header; h.Get("Anthropic-Ratelimit-Input-Tokens-Limit") != "60000" || h.Get("Anthropic-Ratelimit-Input-Tokens-Remaining") != "0" {
		t.Errorf("announced %v", h)
	}
	at, err := time.Parse(time.RFC3339, resp.Header.Get("Anthropic-Ratelimit-Input-Tokens-Reset"))
	if err != nil || !at.After(clock.read()) {
		t.Errorf("reset at %v, %v", at, err)
	}
	err = ask()
	var refused *anthropic.Error
	if !errors.As(err, &refused) || refused.StatusCode != http.StatusTooManyRequests {
		t.Fatalf("%v, want a 429", err)
	}
	if s, err := strconv.Atoi(refused.Response.Header.Get("Retry-After")); err != nil || s < 1 || refused.Response.Header.Get("Retry-After-Ms") != "" {
		t.Errorf("headers %v", refused.Response.Header)
	}
	clock.turn(time.Minute)
	for range 3 { // within one second, since nearly all of it is read from the cache
		if err := ask(); err != nil {
			t.Errorf("cached input was counted: %v", err)
		}
	}
}

func TestNothingIsAnnouncedUnlessAsked(t *testing.T) {
	t.Parallel()
	_, url := serve(t, simulator.Config{RPM: 900, TPM: 2_000_000})
	var resp *http.Response
	client := openAIClient(url, "any")
	if _, err := client.Chat.Completions.New(t.Context(), chatParams("gpt-5-mini", request(exports)), option.WithResponseInto(&resp)); err != nil {
		t.Fatal(err)
	}
	for name := range resp.Header {
		if len(name) > 11 && name[:11] == "X-Ratelimit" {
			t.Errorf("header %s", name)
		}
	}
}

// Whatever comes when, no second lets more than two seconds' worth pass (what
// was saved and what flows in), and waiting as told is always enough.
func TestALimitHoldsForAnyOrderOfRequests(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 6000).Draw(t, "per minute")
		now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
		b := simulator.NewBucket(limit, now)
		capacity := max(1, float64(limit)/60)
		var passed []time.Time
		for range rapid.IntRange(1, 200).Draw(t, "requests") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "pause in ms")) * time.Millisecond)
			wait := b.Take(now, 1)
			if wait > 0 {
				now = now.Add(wait)
				if again := b.Take(now, 1); again != 0 {
					t.Fatalf("after the wait of %v another of %v", wait, again)
				}
			}
			passed = append(passed, now)
			for from := 0; from < len(passed); from++ {
				seconds := now.Sub(passed[from]).Seconds()
				if n := float64(len(passed) - from); n > capacity+seconds*float64(limit)/60+1e-6 && n > math.Ceil(capacity) {
					t.Fatalf("%v requests within %.3f s at %d per minute", n, seconds, limit)
				}
			}
		}
	})
}
