package openai

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	sdk "github.com/openai/openai-go/v3"

	"classify"
	"classify/llm"
	"classify/llm/wire"
)

// kept is how many bytes of an answer that cannot be used are kept.
const kept = 16 << 10

// attemptsAtText is how many answers in a row may hold no object on the last
// way of structured output before the model is given up.
const attemptsAtText = 3

// answer reads a chat completion. The schema is nil where it is not known.
func (m *Model) answer(ctx context.Context, body []byte, schema json.RawMessage, taken way) (*llm.Response, *llm.CallError) {
	var c sdk.ChatCompletion
	if !object(body) || c.UnmarshalJSON(body) != nil {
		return nil, m.failed(llm.Malformed, http.StatusOK, "", "the answer is no chat completion: %.120q", body)
	}
	if len(c.Choices) == 0 {
		return nil, m.without(&c, body)
	}
	choice := &c.Choices[0]
	text, called := choice.Message.Content, false
	if len(choice.Message.ToolCalls) > 0 {
		text, called = choice.Message.ToolCalls[0].Function.Arguments, true
	}
	r := &llm.Response{Text: m.clean(text), Model: m.label(c.Model), Tokens: tokens(c.Usage)}
	switch {
	case choice.Message.Refusal != "":
		r.Text = m.clean(choice.Message.Refusal)
		return nil, m.unusable(r, llm.Refused, "the model declined to answer")
	case choice.FinishReason == "content_filter":
		return nil, m.unusable(r, llm.Refused, "the provider's content filter held the answer back")
	case choice.FinishReason == "length":
		if 2*r.Tokens.Reasoning > r.Tokens.Output || !strings.Contains(thoughtless(text), "{") {
			m.habits.widen(ctx, taken)
		}
		return nil, m.unusable(r, llm.Truncated, "the answer was cut off at the token limit")
	case m.strict && text == "":
		return nil, m.unusable(r, llm.Malformed, "the answer is empty")
	case m.strict:
		return r, nil
	}
	return m.found(ctx, r, called, schema, taken)
}

// found takes the object out of an answer of a compatible server, and learns
// whether the way in which it was asked for works there.
func (m *Model) found(ctx context.Context, r *llm.Response, called bool, schema json.RawMessage, taken way) (*llm.Response, *llm.CallError) {
	text := thoughtless(r.Text)
	object := extract(text)
	works := object != ""
	switch {
	case taken.confirmed && object != "":
		r.Text = object
		return r, nil
	case taken.confirmed && r.Text != "":
		return r, nil // the model, not the server, is at fault, and is told so
	case taken.confirmed:
		return nil, m.unusable(r, llm.Malformed, "the answer is empty")
	case taken.structured == jsonSchema:
		works = bare(text) && follows(object, schema)
	case taken.structured == tool:
		works = called && object != ""
	}
	if works {
		m.habits.confirm(ctx, taken)
		r.Text = object
		return r, nil
	}
	if m.habits.descend(ctx, taken) {
		if object != "" && follows(object, schema) {
			r.Text = object
			return r, nil
		}
		return nil, m.unusable(r, llm.Adapted, below(taken.structured)+" in place of "+taken.structured+" from now on: the server passes over it")
	}
	if m.habits.missed() < attemptsAtText {
		return nil, m.unusable(r, llm.Malformed, "the answer holds no JSON object")
	}
	e := m.unusable(r, llm.Unstructured, "the model gives no structured output in any way")
	e.Err = hinted(e.Err, "choose a larger model, or one that is made for structured output, with --model")
	return nil, e
}

// without is the error of an answer without a choice.
func (m *Model) without(c *sdk.ChatCompletion, body []byte) *llm.CallError {
	f := faultOf(body)
	if f.Message == "" || c.JSON.Choices.Valid() {
		e := m.failed(llm.Malformed, http.StatusOK, "", "the answer has no choices")
		e.Tokens, e.Model = tokens(c.Usage), m.label(c.Model)
		return e
	}
	if f.says("unexpected endpoint") {
		return m.failed(llm.BadAddress, http.StatusOK, m.addressHint(), "%s", f.Message)
	}
	if status := f.number(); status != 0 { // an error behind a status of success
		return m.refused(&wire.Exchange{Status: status, Body: body})
	}
	return m.failed(llm.Malformed, http.StatusOK, "", "%s", f.Message)
}

// unusable is the error of an answer that was given and cannot be used.
func (m *Model) unusable(r *llm.Response, class llm.Class, text string) *llm.CallError {
	e := m.failed(class, http.StatusOK, "", "%s", text)
	e.Tokens, e.Model = r.Tokens, r.Model
	e.Text = strings.ToValidUTF8(r.Text[:min(len(r.Text), kept)], "")
	return e
}

// tokens reads the usage; numbers that cannot be are bounded.
func tokens(u sdk.CompletionUsage) classify.Tokens {
	bounded := func(n int64) int { return int(max(0, min(n, 1e9))) }
	t := classify.Tokens{Input: bounded(u.PromptTokens), Output: bounded(u.CompletionTokens)}
	t.Cached = min(bounded(u.PromptTokensDetails.CachedTokens), t.Input)
	t.Reasoning = min(bounded(u.CompletionTokensDetails.ReasoningTokens), t.Output)
	return t
}

// limits reads what the headers announce; OpenAI counts input and output
// tokens together.
func limits(h http.Header) llm.Limits {
	now := time.Now()
	return llm.Limits{
		Requests: wire.Window(h, "X-Ratelimit-Limit-Requests", "X-Ratelimit-Remaining-Requests", "X-Ratelimit-Reset-Requests", now),
		Total:    wire.Window(h, "X-Ratelimit-Limit-Tokens", "X-Ratelimit-Remaining-Tokens", "X-Ratelimit-Reset-Tokens", now),
	}
}

// requestID is what the provider's support asks for.
func (m *Model) requestID(h http.Header) string { return m.label(h.Get("X-Request-Id")) }

// label makes a name of what a server calls something.
func (m *Model) label(text string) string {
	return wire.Plain(wire.Scrub(text, m.secrets...), 200)
}

// clean takes the secrets out of an answer, where a hostile server may have put
// them. Short ones stay: those are a local server's, and may be any word.
func (m *Model) clean(text string) string {
	for _, s := range m.secrets {
		if len(s) >= 16 {
			text = wire.Scrub(text, s)
		}
	}
	return text
}
