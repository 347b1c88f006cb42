package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/wire"
)

// A fault is what a server says of a request that it did not answer. Compatible
// servers write it in several forms; what they leave out is empty.
type fault struct{ Message, Type, Param, Code string }

// faultOf reads {"error": {…}}, {"error": "…"}, {"message": "…"} and
// {"detail": …}; any other text is the message itself.
func faultOf(body []byte) fault {
	var outer struct {
		Error, Detail json.RawMessage
	}
	if json.Unmarshal(body, &outer) != nil {
		return fault{Message: string(body)}
	}
	inner := json.RawMessage(body)
	if len(outer.Error) > 0 && string(outer.Error) != "null" {
		inner = outer.Error
	} else if len(outer.Detail) > 0 {
		return fault{Message: plainJSON(outer.Detail)}
	}
	var f struct{ Message, Type, Param, Code json.RawMessage }
	if json.Unmarshal(inner, &f) != nil {
		return fault{Message: plainJSON(inner)}
	}
	return fault{Message: plainJSON(f.Message), Type: plainJSON(f.Type), Param: plainJSON(f.Param), Code: plainJSON(f.Code)}
}

// plainJSON is the text of a JSON string, "" for null, and other values as written.
func plainJSON(raw json.RawMessage) string {
	var s *string
	if json.Unmarshal(raw, &s) != nil {
		return string(raw)
	}
	if s == nil {
		return ""
	}
	return *s
}

func (f fault) has(codes ...string) bool {
	return slices.Contains(codes, f.Code) || slices.Contains(codes, f.Type)
}

func (f fault) says(words ...string) bool {
	text := strings.ToLower(f.Message)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// refused is the error of an answer that is none: a status, or a page.
func (m *Model) refused(x *wire.Exchange) *llm.CallError {
	f := faultOf(x.Body)
	class, hint := m.judge(x, f)
	text := f.Message
	if x.Page() {
		text = "the answer is a page for people"
	}
	if text == "" {
		text = http.StatusText(x.Status)
	}
	e := m.failed(class, x.Status, hint, "%s", text)
	if class == llm.RateLimited {
		e.RetryAfter = waitIn(f.Message)
	}
	return e
}

// judge finds the class of a refusal, and what mends it.
func (m *Model) judge(x *wire.Exchange, f fault) (class llm.Class, hint string) {
	class = wire.Status(x.Status)
	switch {
	case x.Page() && (x.Status < 400 || x.Status == 404 || x.Status == 405):
		return llm.BadAddress, m.addressHint()
	case f.has("insufficient_quota", "billing_hard_limit_reached", "billing_not_active") || x.Status == 429 && f.says("exceeded your current quota") || class == llm.Quota:
		return llm.Quota, "add credit to the account, or choose another --provider; what is done is kept"
	case f.has("model_not_found") || x.Status >= 400 && x.Status < 500 && (f.Param == "model" || f.says("no models loaded")) || x.Status == 404 && f.says("model"):
		return llm.UnknownModel, m.modelHint()
	case class == llm.Auth:
		return llm.Auth, m.keyHint()
	case x.Status == 429 && f.says("request too large"):
		return llm.BadRequest, "a single request is beyond the account's tokens per minute: use a smaller --pack, or raise the limit at the provider"
	}
	switch class {
	case llm.BadAddress:
		hint = m.addressHint()
	case llm.BadRequest:
		return badRequest(f)
	}
	return class, hint
}

func badRequest(f fault) (class llm.Class, hint string) {
	switch {
	case f.says("http request to an https server"):
		return llm.BadAddress, "write https:// in place of http:// in --base-url"
	case f.has("content_filter", "content_policy_violation", "invalid_prompt"):
		return llm.Refused, ""
	case f.says("could not finish the message because max_tokens"):
		return llm.Truncated, ""
	case f.has("context_length_exceeded") || f.says("context length", "context window", "context size", "n_ctx"):
		return llm.BadRequest, "use a smaller --pack, or load the model with a longer context"
	}
	return llm.BadRequest, ""
}

func (m *Model) keyHint() string {
	switch {
	case m.strict:
		return "set OPENAI_API_KEY to a key that is valid and has the right to the model: https://platform.openai.com/api-keys"
	case m.keyVar == "":
		return "the server asks for a key that it knows"
	case m.key == "":
		return "the server asks for a key: set " + m.keyVar + " to the one that it knows"
	}
	return "the server does not take the key in " + m.keyVar + ": set it to the one that it knows"
}

func (m *Model) modelHint() string {
	switch m.id.Provider {
	case "lmstudio":
		return "check --model or LM_STUDIO_MODEL: `lms ls` lists the models, and `lms load` loads one"
	case "ollama":
		return "check --model: `ollama list` lists the models, and `ollama pull` fetches one"
	case Provider:
		return "check --model or OPENAI_MODEL, and that the key's project has access to it"
	}
	return "check --model: " + strings.TrimRight(wire.Redact(m.address), "/") + "/models lists those of the server"
}

func (m *Model) addressHint() string {
	hint := "check --base-url"
	if m.id.Provider == "lmstudio" {
		hint += " or LM_STUDIO_URL"
	}
	if !strings.HasSuffix(strings.TrimRight(wire.Redact(m.address), "/"), "/v1") {
		hint += ": such an address mostly ends in /v1"
	}
	return hint
}

// wait is how OpenAI says in words when to try again.
var wait = regexp.MustCompile(`[Tt]ry again in ([0-9hms.]+[0-9hms])`)

func waitIn(message string) time.Duration {
	if found := wait.FindStringSubmatch(message); found != nil {
		return wire.Reset(found[1], time.Time{})
	}
	return 0
}

// failed makes an error of a text that may have come from the server.
func (m *Model) failed(class llm.Class, status int, hint, format string, args ...any) *llm.CallError {
	text := wire.Plain(wire.Scrub(fmt.Sprintf(format, args...), m.secrets...), 400)
	if status != 0 && status != http.StatusOK {
		text = fmt.Sprintf("HTTP %d: %s", status, text)
	}
	if m.address != "" {
		text = wire.Redact(m.address) + ": " + text
	}
	e := &llm.CallError{Class: class, Status: status, Err: errors.New(text)}
	if hint != "" {
		e.Err = hinted(e.Err, hint)
	}
	return e
}

func hinted(err error, hint string) error { return classify.WithHint(err, "%s", hint) }

// scrubbed takes the secrets out of an error's text, and keeps its remedy.
func (m *Model) scrubbed(err error) error {
	clean := errors.New(wire.Scrub(err.Error(), m.secrets...))
	if hint := classify.Hint(err); hint != "" {
		return hinted(clean, hint)
	}
	return clean
}

// recorded adds what the headers say.
func (m *Model) recorded(e *llm.CallError, x *wire.Exchange) *llm.CallError {
	if x.Header == nil {
		return e
	}
	e.Status, e.Limits, e.RequestID = x.Status, limits(x.Header), m.requestID(x.Header)
	if d := wire.RetryAfter(x.Header, time.Now()); d > 0 {
		e.RetryAfter = d
	}
	return e
}

// adapted finds out whether a refusal is of a kind that another way avoids,
// and takes that way from now on.
func (m *Model) adapted(ctx context.Context, err error, x *wire.Exchange, taken way) error {
	var e *llm.CallError
	if !errors.As(err, &e) || x.Status < 400 {
		return err
	}
	if e.Class == llm.Truncated {
		m.habits.widen(ctx, taken)
		return err
	}
	if e.Class != llm.BadRequest && e.Class != llm.Server {
		return err
	}
	f := faultOf(x.Body)
	if p := m.refusedParameter(f, taken); p != "" && e.Class == llm.BadRequest {
		m.habits.drop(ctx, p)
		e.Class, e.Err = llm.Adapted, fmt.Errorf("%s is left out from now on: %w", p, e.Err)
		return e
	}
	if !m.refusedStructure(f, e.Class, taken) {
		return err
	}
	if m.strict {
		e.Class = llm.Unstructured
		e.Err = hinted(errors.New(e.Err.Error()), "choose a model with structured outputs with --model: every OpenAI model since gpt-4o-mini has them")
		return e
	}
	if !m.habits.descend(ctx, taken) {
		return err
	}
	e.Class, e.Err = llm.Adapted, fmt.Errorf("%s in place of %s from now on: %w", below(taken.structured), taken.structured, e.Err)
	return e
}

// Words with which servers refuse a parameter, not its value's size.
var refusing = []string{"unsupported", "not support", "unknown", "unrecogni", "unexpected", "extra", "not permitted", "not allowed",
	"not available", "invalid", "deprecated", "only the default", "forbidden", "no longer"}

// refusedParameter returns the parameter that a model refuses, of those that
// were sent and that it can be asked without.
func (m *Model) refusedParameter(f fault, taken way) string {
	if !f.has("unsupported_parameter", "unsupported_value", "unknown_parameter") && !f.says(refusing...) {
		return ""
	}
	if taken.sends(pSystem) && f.says("system role", "role 'system'", `role "system"`, "role: system", "system message") {
		return pSystem
	}
	for _, p := range droppable {
		bounds := p == pCompletion || p == pMaxTokens
		switch {
		case !taken.sends(p), p == pSystem, bounds && m.bound(taken) != p, p == pCacheKey && !m.strict, p == pToolChoice && taken.structured != tool:
			continue
		case bounds && !f.has("unsupported_parameter", "unknown_parameter") && f.says("too large", "at most", "exceed", "maximum"):
			continue
		case f.Param == p, f.Param == "" && mentions(f.Message, p):
			return p
		}
	}
	return ""
}

// mentions reports whether a text has a name as a whole word.
func mentions(text, name string) bool {
	part := func(c byte) bool {
		return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(name)
		if (start == 0 || !part(text[start-1])) && (end == len(text) || !part(text[end])) {
			return true
		}
		from = end
	}
}

// refusedStructure reports whether a refusal is about the way of structured
// output. As long as a compatible server has not answered in that way, any
// refusal that cannot be told apart is taken for one: at worst the last way is
// refused for the same reason, and that is the error.
func (m *Model) refusedStructure(f fault, class llm.Class, taken way) bool {
	words := []string{"response_format", "response format", "json_schema", "json schema", "json_object", "grammar", "structured output", "guided"}
	if taken.structured == tool {
		words = []string{"tool", "function"}
	}
	if taken.structured == freeText {
		return false
	}
	about := strings.HasPrefix(f.Param, "response_format") || strings.HasPrefix(f.Param, "tool") || f.says(words...)
	if m.strict {
		return about && class == llm.BadRequest && f.says(refusing...) && !f.says("invalid schema")
	}
	context := f.has("context_length_exceeded") || f.says("context length", "context window", "context size", "n_ctx")
	return about || !taken.confirmed && class == llm.BadRequest && !context
}

// number reads an HTTP status that a server wrote into its body.
func (f fault) number() int {
	n, err := strconv.Atoi(f.Code)
	if err != nil || n < 400 || n > 599 {
		return 0
	}
	return n
}

// object reports whether a body is JSON at all.
func object(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("{")) && json.Valid(body)
}
