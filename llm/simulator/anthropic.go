package simulator

import (
	"net/http"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

// anthropic is the dialect of POST /v1/messages.
type anthropic struct{}

// dialectOf tells the providers apart where they share an address.
func dialectOf(r *http.Request) dialect {
	if r.Header.Get("Anthropic-Version") != "" || r.Header.Get("X-Api-Key") != "" {
		return anthropic{}
	}
	return openAI{}
}

func (anthropic) endpoint() string { return endpointMessages }

func (anthropic) parse(body gjson.Result) (*ask, *problem) {
	a := &ask{}
	var stream bool
	var forced, tools gjson.Result
	body.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "model":
			a.model = value.String()
		case "max_tokens":
			a.maxOutput = int(value.Int())
		case "system":
			a.anthropicSystem(value)
		case "messages":
			value.ForEach(func(_, m gjson.Result) bool { a.anthropicMessage(m); return true })
		case "output_config":
			a.outputFormat(value.Get("format"))
		case "output_format":
			a.outputFormat(value)
		case "tools":
			tools = value
		case "tool_choice":
			forced = value
		case "stream":
			stream = value.Bool()
		}
		return true
	})
	a.anthropicTool(tools, forced)
	switch {
	case a.model == "":
		return a, wrongParameter("model", "model: Field required")
	case a.maxOutput <= 0:
		return a, wrongParameter("max_tokens", "max_tokens: Field required")
	case len(a.users) == 0:
		return a, wrongParameter("messages", "messages: at least one message is required")
	case stream:
		return a, wrongParameter("stream", "stream: the simulator does not stream")
	}
	return a, a.unsupported()
}

func (a *ask) anthropicSystem(v gjson.Result) {
	if !v.IsArray() {
		a.system = append(a.system, v.Raw)
		return
	}
	v.ForEach(func(_, block gjson.Result) bool {
		a.system = append(a.system, block.Raw)
		a.cacheable = a.cacheable || block.Get("cache_control.type").Str == "ephemeral"
		return true
	})
}

func (a *ask) anthropicMessage(m gjson.Result) {
	if m.Get("role").Str == "user" {
		a.user(contentText(m.Get("content")))
	} else {
		a.chars += len(m.Raw)
	}
}

func (a *ask) outputFormat(f gjson.Result) {
	if f.Get("type").Str == "json_schema" {
		a.form, a.schema = formSchema, f.Get("schema").Raw
	}
}

// anthropicTool takes the tool that has to be used, else the first that may be.
func (a *ask) anthropicTool(tools, choice gjson.Result) {
	if a.form == formSchema || choice.Get("type").Str == "none" {
		return
	}
	name := choice.Get("name").String()
	tools.ForEach(func(_, t gjson.Result) bool {
		a.cacheable = a.cacheable || t.Get("cache_control.type").Str == "ephemeral"
		if n := t.Get("name").String(); n == name || name == "" && a.tool == "" {
			a.form, a.tool, a.schemaName, a.schema = formTool, n, n, t.Get("input_schema").Raw
		}
		return true
	})
}

func (anthropic) answer(b []byte, id uint64, _ time.Time, a *ask, r *reply) []byte {
	b = append(b, `{"id":"msg_sim`...)
	b = strconv.AppendUint(b, id, 10)
	b = append(b, `","type":"message","role":"assistant","model":`...)
	b = gjson.AppendJSONString(b, modelPrefix+a.model)
	b = append(b, `,"content":[`...)
	stop := "end_turn"
	switch {
	case r.refusal != "":
		stop = "refusal"
	case a.form == formTool:
		stop = "tool_use"
		b = append(b, `{"type":"tool_use","id":"toolu_sim`...)
		b = strconv.AppendUint(b, id, 10)
		b = append(b, `","name":`...)
		b = gjson.AppendJSONString(b, a.tool)
		b = append(b, `,"input":`...)
		if r.truncated { // a cut input is no JSON: the provider leaves out what is not whole
			b = append(b, `{}`...)
		} else {
			b = append(b, r.text...)
		}
		b = append(b, '}')
	default:
		b = append(b, `{"type":"text","text":`...)
		b = gjson.AppendJSONString(b, r.text)
		b = append(b, `,"citations":null}`...)
	}
	if r.truncated {
		stop = "max_tokens"
	}
	b = append(b, `],"stop_reason":"`...)
	b = append(b, stop...)
	b = append(b, `","stop_sequence":null,"usage":{"input_tokens":`...)
	b = strconv.AppendInt(b, int64(r.tokens.Input-r.tokens.Cached-r.tokens.CacheWrite), 10)
	b = append(b, `,"cache_creation_input_tokens":`...)
	b = strconv.AppendInt(b, int64(r.tokens.CacheWrite), 10)
	b = append(b, `,"cache_read_input_tokens":`...)
	b = strconv.AppendInt(b, int64(r.tokens.Cached), 10)
	b = append(b, `,"output_tokens":`...)
	b = strconv.AppendInt(b, int64(r.tokens.Output), 10)
	b = append(b, `,"service_tier":"standard"},"system_fingerprint":"`+Name+`"}`...)
	return b
}

func (anthropic) failure(p *problem, id uint64) (int, any) {
	status, kind, text := http.StatusBadRequest, "invalid_request_error", p.text
	switch p.kind {
	case wrongKey:
		status, kind, text = http.StatusUnauthorized, "authentication_error", "invalid x-api-key"
	case noCredit:
		text = "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
	case unknownModel:
		status, kind, text = http.StatusNotFound, "not_found_error", "model: "+p.text
	case notFound:
		status, kind = http.StatusNotFound, "not_found_error"
	case tooLarge:
		status, kind = http.StatusRequestEntityTooLarge, "request_too_large"
	case limited:
		status, kind = http.StatusTooManyRequests, "rate_limit_error"
		text = "This request would exceed the rate limit of " + strconv.Itoa(p.allowed) + " " + p.limit + " per minute for " + p.text + "."
	case failing:
		status, kind, text = http.StatusInternalServerError, "api_error", "Internal server error"
	case overloaded:
		status, kind, text = statusOverloaded, "overloaded_error", "Overloaded"
	}
	return status, map[string]any{
		"type":       "error",
		"error":      map[string]any{"type": kind, "message": text},
		"request_id": "req_sim" + strconv.FormatUint(id, 10),
	}
}

func (anthropic) announce(h http.Header, at standing) {
	for _, x := range [...]struct {
		name string
		w    window
	}{{"Requests", at.requests}, {"Input-Tokens", at.tokens}, {"Output-Tokens", at.output}} {
		if x.w.limit == 0 {
			continue
		}
		h.Set("Anthropic-Ratelimit-"+x.name+"-Limit", strconv.Itoa(x.w.limit))
		h.Set("Anthropic-Ratelimit-"+x.name+"-Remaining", strconv.Itoa(x.w.remaining))
		h.Set("Anthropic-Ratelimit-"+x.name+"-Reset", at.now.Add(x.w.reset).Add(time.Second-1).Truncate(time.Second).UTC().Format(time.RFC3339))
	}
}

func (anthropic) requestID(h http.Header, id uint64) {
	h.Set("Request-Id", "req_sim"+strconv.FormatUint(id, 10))
}

func (anthropic) retryAfter(h http.Header, wait time.Duration) {
	h.Set("Retry-After", strconv.Itoa(int(roundUp(wait, time.Second)/time.Second)))
}
