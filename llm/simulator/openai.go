package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// A dialect is one provider's wire format.
type dialect interface {
	endpoint() string
	parse(body gjson.Result) (*ask, *problem)
	// answer appends the body of an answer.
	answer(b []byte, id uint64, now time.Time, a *ask, r *reply) []byte
	failure(p *problem, id uint64) (status int, body any)
	announce(h http.Header, at standing)
	requestID(h http.Header, id uint64)
	retryAfter(h http.Header, wait time.Duration)
}

// openAI is the dialect of POST /v1/chat/completions.
type openAI struct{}

func (openAI) endpoint() string { return endpointChat }

func (openAI) parse(body gjson.Result) (*ask, *problem) {
	a := &ask{}
	var stream, fixedTemperature, oldBound, without bool
	var choices int64 = 1
	body.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "model":
			a.model = value.String()
		case "messages":
			value.ForEach(func(_, m gjson.Result) bool { a.openAIMessage(m); return true })
		case "response_format":
			a.responseFormat(value)
		case "tools":
			if a.form == formText {
				f := value.Get("0.function")
				a.tool, a.schemaName, a.schema = f.Get("name").String(), f.Get("name").String(), f.Get("parameters").Raw
			}
		case "tool_choice":
			without = value.Str == "none"
		case "max_completion_tokens":
			a.maxOutput = int(value.Int())
		case "max_tokens":
			a.maxOutput, oldBound = int(value.Int()), true
		case "temperature":
			fixedTemperature = value.Num != 1
		case "stream":
			stream = value.Bool()
		case "n":
			choices = value.Int()
		}
		return true
	})
	if !without && a.form == formText && a.tool != "" {
		a.form = formTool
	}
	switch {
	case a.model == "":
		return a, wrongParameter("model", "you must provide a model parameter")
	case len(a.users)+len(a.system) == 0:
		return a, wrongParameter("messages", "Missing required parameter: 'messages'.")
	case stream:
		return a, wrongParameter("stream", "The simulator does not stream.")
	case choices != 1:
		return a, wrongParameter("n", "The simulator gives one choice.")
	case reasons(a.model) && fixedTemperature:
		return a, &problem{kind: badRequest, param: "temperature", code: "unsupported_value",
			text: "Unsupported value: 'temperature' does not support this value with this model. Only the default (1) value is supported."}
	case reasons(a.model) && oldBound:
		return a, &problem{kind: badRequest, param: "max_tokens", code: "unsupported_parameter",
			text: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."}
	}
	return a, a.unsupported()
}

func wrongParameter(param, text string) *problem {
	return &problem{kind: badRequest, param: param, text: text}
}

// reasons reports whether a model's name is that of a reasoning model, which
// refuses what such models refuse.
func reasons(model string) bool {
	return strings.HasPrefix(model, "gpt-5") || len(model) > 1 && model[0] == 'o' && model[1] >= '0' && model[1] <= '9'
}

func (a *ask) openAIMessage(m gjson.Result) {
	switch m.Get("role").Str {
	case "system", "developer":
		a.system = append(a.system, m.Raw)
	case "user":
		a.user(contentText(m.Get("content")))
	default:
		a.chars += len(m.Raw)
	}
}

func (a *ask) responseFormat(f gjson.Result) {
	switch f.Get("type").Str {
	case "json_schema":
		a.form = formSchema
		a.tool = ""
		a.schemaName, a.schema = f.Get("json_schema.name").String(), f.Get("json_schema.schema").Raw
	case "json_object":
		a.form = formObject
	}
}

// message writes what the model says, in the order of the fields that the
// provider has.
func (openAI) answer(b []byte, id uint64, now time.Time, a *ask, r *reply) []byte {
	b = append(b, `{"id":"chatcmpl-sim`...)
	b = strconv.AppendUint(b, id, 10)
	b = append(b, `","object":"chat.completion","created":`...)
	b = strconv.AppendInt(b, now.Unix(), 10)
	b = append(b, `,"model":`...)
	b = gjson.AppendJSONString(b, modelPrefix+a.model)
	b = append(b, `,"choices":[{"index":0,"message":{"role":"assistant","content":`...)
	finish := "stop"
	switch {
	case r.refusal != "":
		b = append(b, `null,"refusal":`...)
		b = gjson.AppendJSONString(b, r.refusal)
	case a.form == formTool:
		finish = "tool_calls"
		b = append(b, `null,"refusal":null,"tool_calls":[{"id":"call_sim`...)
		b = strconv.AppendUint(b, id, 10)
		b = append(b, `","type":"function","function":{"name":`...)
		b = gjson.AppendJSONString(b, a.tool)
		b = append(b, `,"arguments":`...)
		b = gjson.AppendJSONString(b, r.text)
		b = append(b, `}}]`...)
	default:
		b = gjson.AppendJSONString(b, r.text)
		b = append(b, `,"refusal":null`...)
	}
	if r.truncated {
		finish = "length"
	}
	b = append(b, `,"annotations":[]},"logprobs":null,"finish_reason":"`...)
	b = append(b, finish...)
	b = append(b, `"}],"usage":{"prompt_tokens":`...)
	b = strconv.AppendInt(b, int64(r.tokens.Input), 10)
	b = append(b, `,"completion_tokens":`...)
	b = strconv.AppendInt(b, int64(r.tokens.Output), 10)
	b = append(b, `,"total_tokens":`...)
	b = strconv.AppendInt(b, int64(r.tokens.Input+r.tokens.Output), 10)
	b = append(b, `,"prompt_tokens_details":{"cached_tokens":`...)
	b = strconv.AppendInt(b, int64(r.tokens.Cached), 10)
	b = append(b, `,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"`+Name+`"}`...)
	return b
}

func (openAI) failure(p *problem, _ uint64) (int, any) {
	type body struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    *string `json:"code"`
	}
	e := body{Message: p.text, Type: "invalid_request_error"}
	status, code := http.StatusBadRequest, p.code
	switch p.kind {
	case wrongKey:
		status, code = http.StatusUnauthorized, "invalid_api_key"
		e.Message = "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys."
	case noCredit:
		status, code, e.Type = http.StatusTooManyRequests, "insufficient_quota", "insufficient_quota"
		e.Message = "You exceeded your current quota, please check your plan and billing details."
	case unknownModel:
		status, code = http.StatusNotFound, "model_not_found"
		e.Message = fmt.Sprintf("The model `%s` does not exist or you do not have access to it.", p.text)
	case notFound:
		status = http.StatusNotFound
	case tooLarge:
		status = http.StatusRequestEntityTooLarge
	case limited:
		status, code, e.Type = http.StatusTooManyRequests, "rate_limit_exceeded", strings.Fields(p.limit)[0]
		e.Message = fmt.Sprintf("Rate limit reached for %s in organization org-simulator on %s per min: Limit %d. Please try again in %s.", p.text, p.limit, p.allowed, p.wait)
	case failing:
		status, e.Type, e.Message = http.StatusInternalServerError, "server_error", "The server had an error while processing your request. Sorry about that!"
	case overloaded:
		status, e.Type, e.Message = statusOverloaded, "server_error", "The engine is currently overloaded, please try again later."
	}
	if p.param != "" {
		e.Param = &p.param
	}
	if code != "" {
		e.Code = &code
	}
	return status, map[string]any{"error": e}
}

func (openAI) announce(h http.Header, at standing) {
	for _, x := range [...]struct {
		name string
		w    window
	}{{"requests", at.requests}, {"tokens", at.tokens}} {
		if x.w.limit == 0 {
			continue
		}
		h.Set("X-Ratelimit-Limit-"+x.name, strconv.Itoa(x.w.limit))
		h.Set("X-Ratelimit-Remaining-"+x.name, strconv.Itoa(x.w.remaining))
		h.Set("X-Ratelimit-Reset-"+x.name, roundUp(x.w.reset, time.Millisecond).String())
	}
}

func (openAI) requestID(h http.Header, id uint64) {
	h.Set("X-Request-Id", "req_sim"+strconv.FormatUint(id, 10))
}

func (openAI) retryAfter(h http.Header, wait time.Duration) {
	h.Set("Retry-After", strconv.Itoa(int(roundUp(wait, time.Second)/time.Second)))
	h.Set("Retry-After-Ms", strconv.Itoa(int(roundUp(wait, time.Millisecond)/time.Millisecond)))
}

func roundUp(d, to time.Duration) time.Duration { return (d + to - 1) / to * to }
