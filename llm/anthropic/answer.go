package anthropic

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	sdk "github.com/anthropics/anthropic-sdk-go"

	"classify"
	"classify/llm"
	"classify/llm/wire"
)

// part is what an answer brings beside its message.
type part struct {
	limits    llm.Limits
	requestID string
	status    int
}

// answer is what a message brought: a response, or why there is none that can
// be used.
func (m *Model) answer(msg *sdk.Message, p part) (*llm.Response, *llm.CallError) {
	if msg == nil || msg.Type != "message" || !msg.JSON.Content.Valid() {
		return nil, &llm.CallError{Class: llm.Malformed, Status: p.status, Limits: p.limits, RequestID: m.word(p.requestID),
			Err: fmt.Errorf("%s: the answer is no message", m.shown())}
	}
	r := &llm.Response{Text: m.clean(said(msg)), Model: m.word(msg.Model), Tokens: tokens(msg.Usage), Limits: p.limits, RequestID: m.word(p.requestID)}
	switch msg.StopReason {
	case sdk.StopReasonRefusal:
		return nil, unusable(r, p.status, llm.Refused, errors.New("the model declined to answer"))
	case sdk.StopReasonMaxTokens, sdk.StopReasonModelContextWindowExceeded:
		return nil, unusable(r, p.status, llm.Truncated, fmt.Errorf("the answer was cut off at %d tokens", r.Tokens.Output))
	}
	return r, nil
}

// unusable is the failure of a call that brought an answer all the same.
func unusable(r *llm.Response, status int, class llm.Class, err error) *llm.CallError {
	return &llm.CallError{Class: class, Status: status, Tokens: r.Tokens, Limits: r.Limits, Model: r.Model, RequestID: r.RequestID,
		Text: r.Text[:min(len(r.Text), maxText)], Err: err}
}

// maxText is how much of an unusable answer an error keeps, in bytes.
const maxText = 4 << 10

// said is the input of the one tool, or else the text. Thinking is neither.
func said(msg *sdk.Message) string {
	var text strings.Builder
	for i := range msg.Content {
		switch block := &msg.Content[i]; block.Type {
		case "tool_use":
			return string(block.Input)
		case "text":
			text.WriteString(block.Text)
		}
	}
	return text.String()
}

// tokens counts what a message used. The provider's input_tokens are those
// that were neither read from its cache nor written to it.
func tokens(u sdk.Usage) classify.Tokens {
	read, written := amount(u.CacheReadInputTokens), amount(u.CacheCreationInputTokens)
	return classify.Tokens{
		Input: amount(u.InputTokens) + read + written, Cached: read, CacheWrite: written,
		Output: amount(u.OutputTokens), Reasoning: min(amount(u.OutputTokensDetails.ThinkingTokens), amount(u.OutputTokens)),
	}
}

// amount bounds a count that a server names.
func amount(n int64) int { return int(max(0, min(n, 1e9))) }

// limits reads the announced limits. The tokens without a direction are the
// provider's most restrictive limit on input and output together.
func limits(h http.Header, now time.Time) llm.Limits {
	if at, err := http.ParseTime(h.Get("Date")); err == nil {
		now = at // the resets are times of the server's clock
	}
	window := func(what string) llm.Window {
		name := "Anthropic-Ratelimit-" + what
		return wire.Window(h, name+"-Limit", name+"-Remaining", name+"-Reset", now)
	}
	return llm.Limits{Requests: window("Requests"), Input: window("Input-Tokens"), Output: window("Output-Tokens"), Total: window("Tokens")}
}

func unstructured(model string) error {
	return classify.WithHint(errors.New("the model gives no structured output, neither by schema nor as a call of a tool"),
		"use a model that does, such as claude-haiku-4-5 or a later one, in place of %s", model)
}
