package anthropic

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"classify"
	"classify/llm"
	"classify/llm/wire"
)

// ready refuses a configuration that cannot work, before anything is sent.
func (m *Model) ready() error {
	u, err := url.Parse(m.address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return &llm.CallError{Class: llm.BadAddress, Err: classify.WithHint(fmt.Errorf("%q is not an address", m.shown()), "--base-url takes an address such as %s", DefaultBaseURL)}
	case m.key == "" && m.id.BaseURL == "":
		return &llm.CallError{Class: llm.Auth, Err: classify.WithHint(errors.New("there is no key for Anthropic"), "%s", keyHint)}
	case m.id.Model == "":
		return &llm.CallError{Class: llm.UnknownModel, Err: classify.WithHint(errors.New("no model is named"), "%s", modelHint)}
	}
	return nil
}

const (
	keyHint   = "set ANTHROPIC_API_KEY to a key from https://platform.claude.com/settings/keys"
	modelHint = "check --model or ANTHROPIC_MODEL; a key sees the models of its own workspace only"
)

// failed says what an error of the official client is: the cause of a context
// that ended, or an *llm.CallError. The client's own error is not passed on,
// because it holds the request with the key.
func (m *Model) failed(ctx context.Context, x *wire.Exchange, err error, sent manner) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	e := m.failure(x, err)
	e.Limits, e.RetryAfter = limits(x.Header, m.now()), wire.RetryAfter(x.Header, m.now())
	e.RequestID = m.word(x.Header.Get("Request-Id"))
	if e.Class == llm.BadRequest && sent.way != "" {
		said := complaint(x.Body)
		switch {
		case m.adapt(sent, said.Error.Message):
			e.Class, e.Err = llm.Adapted, fmt.Errorf("the request is made otherwise from now on: %w", e.Err)
		case sent.way == tool && strings.Contains(strings.ToLower(said.Error.Message), "tool"):
			e.Class, e.Err = llm.Unstructured, fmt.Errorf("%w (%w)", unstructured(m.id.Model), e.Err)
		}
	}
	return e
}

// failure classes a failed exchange.
func (m *Model) failure(x *wire.Exchange, err error) *llm.CallError {
	switch {
	case x.Status == 0 || x.Err != nil:
		e := m.broken(cmp.Or(x.Err, err))
		e.Status = x.Status
		return e
	case x.Status < 300 && x.Page(), x.Status >= 300 && x.Status < 400:
		if m.answeredBefore() { // a proxy in between, for the time being
			return &llm.CallError{Class: llm.Malformed, Status: x.Status, Err: fmt.Errorf("%s answered with a page, not with JSON", m.shown())}
		}
		return m.elsewhere(x.Status, "answered with a page, not with JSON")
	case x.Status < 300:
		return &llm.CallError{Class: llm.Malformed, Status: x.Status, Err: fmt.Errorf("%s: the answer is not the JSON of the Messages API", m.shown())}
	}
	said := complaint(x.Body)
	return m.refusal(x.Status, said.Error.Type, said.Error.Message)
}

// envelope is how the provider writes an error.
type envelope struct {
	Type  string `json:"type"`
	Error struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"error"`
}

// complaint reads the body of a failure; what is no envelope is its message.
func complaint(body []byte) (e envelope) {
	if json.Unmarshal(body, &e) != nil || e.Error.Message == "" && e.Error.Type == "" {
		e.Error.Message = string(body[:min(len(body), 1000)])
	}
	return e
}

// refusal classes an error that the provider reports, in an answer or for one
// request of a batch, whose status is 0.
func (m *Model) refusal(status int, kind, message string) *llm.CallError {
	class := classOf(status, kind, strings.ToLower(message))
	text := wire.Plain(m.clean(message), 400)
	if strings.Contains(text, "<html") || text == "" {
		text = strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
	}
	switch class {
	case llm.BadAddress:
		return m.elsewhere(status, text)
	case llm.UnknownModel:
		text = fmt.Sprintf("there is no model %q (%s)", m.id.Model, text)
	}
	e := fmt.Errorf("%s: %s", m.shown(), text)
	if hint := m.hint(class); hint != "" {
		e = classify.WithHint(e, "%s", hint)
	}
	return &llm.CallError{Class: class, Status: status, Err: e}
}

// classOf is the class of an error by the provider's words; the message is in
// lower case. An account without credit is told as an invalid request.
func classOf(status int, kind, message string) llm.Class {
	about := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(message, w) {
				return true
			}
		}
		return false
	}
	switch {
	case kind == "billing_error", about("credit balance", "api usage limits", "spend limit"):
		return llm.Quota
	case kind == "invalid_request_error" && about("prompt is too long", "exceed context limit"), status == http.StatusRequestEntityTooLarge, kind == "request_too_large":
		return llm.TooLarge
	case kind == "invalid_request_error" && about("content filtering"):
		return llm.Refused
	case kind == "not_found_error" && about("model"):
		return llm.UnknownModel
	}
	switch kind {
	case "authentication_error", "permission_error":
		return llm.Auth
	case "rate_limit_error":
		return llm.RateLimited
	case "overloaded_error":
		return llm.Overloaded
	case "timeout_error":
		return llm.Timeout
	case "api_error":
		return llm.Server
	case "not_found_error":
		return llm.BadAddress
	case "invalid_request_error":
		return llm.BadRequest
	}
	if status == http.StatusGatewayTimeout {
		return llm.Timeout
	}
	return cmp.Or(wire.Status(status), llm.BadRequest)
}

// hint is what a person can do about a class of errors.
func (m *Model) hint(class llm.Class) string {
	switch class {
	case llm.Auth:
		return "check ANTHROPIC_API_KEY: " + keyHint
	case llm.Quota:
		return "add credit or raise the limit at https://platform.claude.com/settings/billing, then run again: what is done is kept"
	case llm.UnknownModel:
		return modelHint
	case llm.BadRequest:
		return "check --model and --base-url, or use another model"
	}
	return ""
}

// elsewhere is an answer that no server of the Messages API gives.
func (m *Model) elsewhere(status int, text string) *llm.CallError {
	err := fmt.Errorf("%s: no Messages API is there: %s", m.shown(), text)
	return &llm.CallError{Class: llm.BadAddress, Status: status,
		Err: classify.WithHint(err, "check --base-url: Anthropic's own is %s, and the paths of the API begin below it", DefaultBaseURL)}
}

// shown is the address for people.
func (m *Model) shown() string { return m.clean(wire.Redact(m.address)) }

// broken is a call that brought no whole answer.
func (m *Model) broken(err error) *llm.CallError {
	e := wire.Failed(err, m.address)
	hint := classify.Hint(e.Err)
	if e.Class == llm.Timeout {
		hint = "give a call more time with --timeout, or choose a faster model"
	}
	e.Err = errors.New(m.clean(e.Err.Error()))
	if hint != "" {
		e.Err = classify.WithHint(e.Err, "%s", hint)
	}
	return e
}

// clean takes what is secret out of a text that a server had a part in.
func (m *Model) clean(text string) string { return wire.Scrub(text, m.secrets...) }

// word is a name that a server gave: one short line without secrets.
func (m *Model) word(text string) string { return wire.Plain(m.clean(text), 128) }
