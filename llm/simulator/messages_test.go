package simulator_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicparam "github.com/anthropics/anthropic-sdk-go/packages/param"

	"classify"
	"classify/llm/prompt"
	"classify/llm/simulator"
)

var listAll = anthropic.ModelListParams{}

func TestAnthropicsClientGetsTheRulebooksAnswerInEveryForm(t *testing.T) {
	t.Parallel()
	r := request(exported)
	for name, change := range map[string]func(*anthropic.MessageNewParams){
		"schema": func(*anthropic.MessageNewParams) {},
		"forced tool": func(p *anthropic.MessageNewParams) {
			p.OutputConfig = anthropic.OutputConfigParam{}
			p.Tools = []anthropic.ToolUnionParam{{OfTool: &anthropic.ToolParam{Name: r.Schema.Name, InputSchema: anthropicparam.Override[anthropic.ToolInputSchemaParam](json.RawMessage(r.Schema.JSON))}}}
			p.ToolChoice.OfTool = &anthropic.ToolChoiceToolParam{Name: r.Schema.Name}
		},
		"the result of a tool after the question": func(p *anthropic.MessageNewParams) {
			p.Messages = append(p.Messages, anthropic.NewAssistantMessage(anthropic.NewToolUseBlock("t1", json.RawMessage("{}"), r.Schema.Name)),
				anthropic.NewUserMessage(anthropic.NewToolResultBlock("t1", "the field type is missing", true)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, url := serve(t, simulator.Config{})
			p := messageParams("claude-haiku-4-5", r)
			change(&p)
			client := anthropicClient(url, "any")
			m, err := client.Messages.New(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			text, stop := m.Content[0].Text, anthropic.StopReasonEndTurn
			if m.Content[0].Type == "tool_use" {
				text, stop = string(m.Content[0].Input), anthropic.StopReasonToolUse
			}
			if k, err := prompt.DecodeType([]byte(text)); err != nil || k.Type != classify.Flow || k.Aggregation != classify.PeriodTotal {
				t.Errorf("answered %s, %v", text, err)
			}
			if m.Model != "simulator/claude-haiku-4-5" || m.StopReason != stop {
				t.Errorf("model %q, stop reason %q", m.Model, m.StopReason)
			}
		})
	}
}

func TestAnthropicsFailuresCanBeRehearsed(t *testing.T) {
	t.Parallel()
	_, url := serve(t, simulator.Config{})
	for name, c := range map[string]struct {
		key, model string
		max        int64
		status     int
		says       string
	}{
		"wrong key":            {"wrong", "claude-haiku-4-5", 100, http.StatusUnauthorized, "authentication_error"},
		"no credit":            {"quota", "claude-haiku-4-5", 100, http.StatusBadRequest, "credit balance is too low"},
		"unknown model":        {"any", "unknown-9", 100, http.StatusNotFound, "not_found_error"},
		"no bound of tokens":   {"any", "claude-haiku-4-5", 0, http.StatusBadRequest, "max_tokens"},
		"no structured output": {"any", "no-schema", 100, http.StatusBadRequest, "json_schema"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := messageParams(c.model, request(exports))
			p.MaxTokens = c.max
			client := anthropicClient(url, c.key)
			_, err := client.Messages.New(t.Context(), p)
			var refused *anthropic.Error
			if !errors.As(err, &refused) || refused.StatusCode != c.status || !strings.Contains(refused.RawJSON(), c.says) {
				t.Fatalf("%v, want status %d and %q", err, c.status, c.says)
			}
			if refused.RequestID == "" {
				t.Error("no request id")
			}
		})
	}
}

// padded makes the static part long enough for a prefix cache.
func padded(p anthropic.MessageNewParams) anthropic.MessageNewParams {
	p.System[0].Text += strings.Repeat(" and so on", 1000)
	return p
}

func TestAPrefixIsWrittenToTheCacheOnceAndThenReadForFiveMinutes(t *testing.T) {
	t.Parallel()
	clock := newClock()
	_, url := serve(t, simulator.Config{Now: clock.read})
	client := anthropicClient(url, "any")
	ask := func() anthropic.Usage {
		m, err := client.Messages.New(t.Context(), padded(messageParams("claude-haiku-4-5", request(exports))))
		if err != nil {
			t.Fatal(err)
		}
		return m.Usage
	}
	first, second := ask(), ask()
	if first.CacheCreationInputTokens < 1024 || first.CacheReadInputTokens != 0 {
		t.Errorf("first call: %s", first.RawJSON())
	}
	if second.CacheReadInputTokens != first.CacheCreationInputTokens || second.CacheCreationInputTokens != 0 || second.InputTokens != first.InputTokens {
		t.Errorf("second call: %s", second.RawJSON())
	}
	clock.turn(4 * time.Minute)
	if u := ask(); u.CacheReadInputTokens == 0 {
		t.Errorf("after four minutes: %s", u.RawJSON())
	}
	clock.turn(5 * time.Minute)
	if u := ask(); u.CacheCreationInputTokens == 0 {
		t.Errorf("five minutes after its last use: %s", u.RawJSON())
	}
	p := padded(messageParams("claude-haiku-4-5", request(exports)))
	p.System[0].CacheControl = anthropic.CacheControlEphemeralParam{}
	p.System[0].Text += "another prefix"
	for range 2 {
		m, err := client.Messages.New(t.Context(), p)
		if err != nil || m.Usage.CacheCreationInputTokens+m.Usage.CacheReadInputTokens != 0 {
			t.Errorf("without a breakpoint: %s, %v", m.Usage.RawJSON(), err)
		}
	}
}

func TestOpenAIReportsACachedPrefixInStepsOf128Tokens(t *testing.T) {
	t.Parallel()
	s, url := serve(t, simulator.Config{})
	long, short := request(exports), request(jobless)
	long.System += strings.Repeat(" and so on", 1000)
	short.System = "A short prompt."
	for name, c := range map[string]struct {
		p    func() int64
		want func(int64) bool
	}{
		"long prefix": {func() int64 {
			return chat(t, url, chatParams("gpt-5-mini", long)).Usage.PromptTokensDetails.CachedTokens
		}, func(n int64) bool { return n >= 1024 && n%128 == 0 }},
		"short prefix": {func() int64 {
			return chat(t, url, chatParams("gpt-5-mini", short)).Usage.PromptTokensDetails.CachedTokens
		}, func(n int64) bool { return n == 0 }},
	} {
		if n := c.p(); n != 0 {
			t.Errorf("%s: %d tokens cached at the first call", name, n)
		}
		if n := c.p(); !c.want(n) {
			t.Errorf("%s: %d tokens cached at the second call", name, n)
		}
	}
	if c := s.Counts(); c.Tokens.Cached == 0 || c.Tokens.Cached > c.Tokens.Input {
		t.Errorf("counted %+v", c.Tokens)
	}
}
