package openai_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"classify/llm"
	"classify/llm/openai"
)

// form names the way in which a request asks for structured output.
func form(body map[string]any) string {
	if f, ok := body["response_format"].(map[string]any); ok {
		return f["type"].(string)
	}
	if body["tools"] != nil {
		return "tool"
	}
	return "text"
}

// toolCall is an answer by a function call.
func toolCall(arguments string) string {
	return choice("tool_calls", `{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"family","arguments":`+quoted(arguments)+`}}]}`)
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

// local is a server that answers in the ways that it knows, and refuses the
// others as local servers do.
func local(t *testing.T, ways map[string]string) *recorder {
	t.Helper()
	return record(t, func(w http.ResponseWriter, _ *http.Request, body map[string]any) {
		f := form(body)
		if answer, ok := ways[f]; ok {
			write(w, 200, answer)
			return
		}
		refusals := map[string]string{
			"json_schema": `{"error":"'response_format.type' json_schema is not supported"}`,
			"json_object": `{"error":"'response_format.type' must be 'json_schema' or 'text'"}`,
			"tool":        `{"error":{"message":"this model does not support tools","type":"api_error"}}`,
		}
		write(w, 400, refusals[f])
	})
}

func TestTheLadderEndsAtTheFirstWayThatWorksAndStaysThere(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		ways   map[string]string
		calls  int // until the first answer
		stands string
	}{
		{"a schema", map[string]string{"json_schema": completion(exports)}, 1, "json_schema"},
		{"an object", map[string]string{"json_object": completion(exports)}, 2, "json_object"},
		{"a function", map[string]string{"tool": toolCall(exports)}, 3, "tool"},
		{"text", map[string]string{"text": completion("Sure!\n```json\n" + exports + "\n```")}, 4, "text"},
		{"text after thoughts", map[string]string{"text": completion("<think>maybe {\"family\":\"x\"}?</think>\n" + exports)}, 4, "text"},
		{"a schema behind thoughts", map[string]string{"json_schema": completion("<think>hm</think>" + exports)}, 1, "json_schema"},
		{"a schema that is passed over for prose", map[string]string{"json_schema": completion("It is trade."), "json_object": completion(exports)}, 2, "json_object"},
		{"a schema that is passed over for another object", map[string]string{"json_schema": completion(`{"answer":"trade"}`), "json_object": completion(exports)}, 2, "json_object"},
		{"an object that is passed over", map[string]string{"json_object": completion("trade"), "tool": toolCall(exports)}, 3, "tool"},
		{"a function that is not called", map[string]string{"tool": completion("trade"), "text": completion(exports)}, 4, "text"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := local(t, row.ways)
			mem := &memory{}
			remembering := func(c *openai.Config) { c.Memory = mem }
			m := model(t, "openai-compatible", s.URL, remembering)
			res, calls, err := ask(t, m, aRequest())
			if err != nil || res.Text != exports || calls != row.calls {
				t.Fatalf("%d calls, %+v, %v", calls, res, err)
			}
			if got := mem.traits[m.ID()].Structured; got != row.stands {
				t.Errorf("remembered %q, want %q", got, row.stands)
			}
			again, calls, err := ask(t, model(t, "openai-compatible", s.URL, remembering), aRequest())
			if err != nil || again.Text != exports || calls != 1 {
				t.Errorf("a second process: %d calls, %+v, %v", calls, again, err)
			}
		})
	}
}

func TestAnAnswerThatIsGoodThoughItsFormIsNotEnforcedIsNotPaidTwice(t *testing.T) {
	t.Parallel()
	s := local(t, map[string]string{"json_schema": completion("```json\n" + exports + "\n```"), "json_object": completion(exports)})
	m := model(t, "ollama", s.URL)
	for _, want := range []string{"json_schema", "json_object"} {
		res, err := m.Ask(t.Context(), aRequest())
		if err != nil || res.Text != exports {
			t.Fatalf("%+v, %v", res, err)
		}
		if got := form(s.last(t).Body); got != want {
			t.Errorf("asked for %s, want %s", got, want)
		}
	}
}

func TestAModelThatNeverGivesAnObjectIsGivenUp(t *testing.T) {
	t.Parallel()
	prose := completion("I would say that this is trade.")
	s := local(t, map[string]string{"json_schema": prose, "json_object": prose, "tool": prose, "text": prose})
	m := model(t, "vllm", s.URL)
	var got []llm.Class
	for range 6 {
		_, err := m.Ask(t.Context(), aRequest())
		e := failure(t, err)
		if e.Tokens.Input != 1200 {
			t.Errorf("%s: %d tokens counted", e.Class, e.Tokens.Input)
		}
		got = append(got, e.Class)
	}
	want := []llm.Class{llm.Adapted, llm.Adapted, llm.Adapted, llm.Malformed, llm.Malformed, llm.Unstructured}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestProseOfAModelThatIsKnownToGiveObjectsIsLeftToBeRepaired(t *testing.T) {
	t.Parallel()
	s := reply(t, 200, completion("I would say trade."))
	mem := &memory{traits: map[llm.ID]llm.Traits{{Provider: "vllm", Model: "gpt-test", BaseURL: s.URL}: {Structured: "json_object"}}}
	res, err := model(t, "vllm", s.URL, func(c *openai.Config) { c.Memory = mem }).Ask(t.Context(), aRequest())
	if err != nil || res.Text != "I would say trade." {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestTheSchemaIsToldWhereTheServerDoesNotEnforceIt(t *testing.T) {
	t.Parallel()
	s := local(t, map[string]string{"text": completion(exports)})
	if _, _, err := ask(t, model(t, "vllm", s.URL), aRequest()); err != nil {
		t.Fatal(err)
	}
	for _, a := range s.all() {
		system := a.Body["messages"].([]any)[0].(map[string]any)["content"].(string)
		switch f := form(a.Body); {
		case !strings.HasPrefix(system, "Name the family."):
			t.Errorf("%s: the static part is not first: %q", f, system)
		case (f == "json_object" || f == "text") != strings.Contains(system, schema):
			t.Errorf("%s: %q", f, system)
		case f == "tool" && (a.Body["tool_choice"] != "required" || !strings.Contains(a.Raw, `"additionalProperties":false`)):
			t.Errorf("the function is sent as %s", a.Raw)
		}
	}
}

func TestARefusedParameterIsLeftOutFromThenOn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		provider string
		status   int
		body     string
		dropped  string
		instead  string // sent in its place
	}{
		{"a value that is not supported", "openai", 400, errorBody("Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.", "invalid_request_error", "temperature", "unsupported_value"), "temperature", ""},
		{"a parameter that is not supported", "openai", 400, errorBody("Unsupported parameter: 'seed' is not supported with this model.", "invalid_request_error", "seed", "unsupported_parameter"), "seed", ""},
		{"an old model's bound", "openai", 400, errorBody("Unrecognized request argument supplied: max_completion_tokens", "invalid_request_error", "", ""), "max_completion_tokens", "max_tokens"},
		{"a new model's bound", "openai-compatible", 400, errorBody("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "invalid_request_error", "max_tokens", "unsupported_parameter"), "max_tokens", "max_completion_tokens"},
		{"an unknown cache key", "openai", 400, errorBody("Unknown parameter: 'prompt_cache_key'.", "invalid_request_error", "prompt_cache_key", "unknown_parameter"), "prompt_cache_key", ""},
		{"a list of faults", "openai-compatible", 422, `{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":1}]}`, "seed", ""},
		{"a bare text", "vllm", 400, `{"object":"error","message":"temperature is not supported by this model","type":"BadRequestError","code":400}`, "temperature", ""},
		{"a template without a system role", "lmstudio", 400, `{"error":"Error rendering prompt with jinja template: System role not supported"}`, "system", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := record(t, func(w http.ResponseWriter, _ *http.Request, body map[string]any) {
				first := body["messages"].([]any)[0].(map[string]any)
				if _, sent := body[row.dropped]; sent || row.dropped == first["role"] {
					write(w, row.status, row.body)
					return
				}
				write(w, 200, completion(exports))
			})
			mem := &memory{}
			m := model(t, row.provider, s.URL, func(c *openai.Config) { c.Memory = mem })
			_, err := m.Ask(t.Context(), aRequest())
			if e := failure(t, err); e.Class != llm.Adapted || !strings.Contains(e.Error(), row.dropped+" is left out") {
				t.Fatalf("got %v", e)
			}
			if _, err := m.Ask(t.Context(), aRequest()); err != nil {
				t.Fatal(err)
			}
			if row.instead != "" && s.last(t).Body[row.instead] != 100.0 {
				t.Errorf("sent %v", s.last(t).Body)
			}
			if !strings.Contains(s.last(t).Raw, "Name the family.") {
				t.Error("the static part is lost")
			}
			if got := mem.traits[m.ID()]; !slices.Equal(got.Dropped, []string{row.dropped}) {
				t.Errorf("remembered %+v", got)
			}
		})
	}
}

func TestARefusalThatNamesNothingThatWasSentIsNoReasonToAdapt(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"another parameter":        errorBody("Unsupported parameter: 'messages'", "", "messages", "unsupported_parameter"),
		"a name within a name":     errorBody("Unknown parameter: my_seed_value", "", "", ""),
		"the bound was not sent":   errorBody("Unsupported parameter: 'max_tokens'", "", "max_tokens", "unsupported_parameter"),
		"a parameter, not refused": errorBody("temperature 0 and seed 1 are fine, the message is empty", "", "", ""),
	} {
		s := reply(t, 400, body)
		_, err := model(t, "openai", s.URL).Ask(t.Context(), aRequest())
		if e := failure(t, err); e.Class != llm.BadRequest {
			t.Errorf("%s: got %v", name, e)
		}
	}
}

func TestAServerThatRefusesEverythingEndsInARefusal(t *testing.T) {
	t.Parallel()
	everything := errorBody("unsupported: temperature seed max_tokens max_completion_tokens prompt_cache_key tool_choice system role response_format tools", "", "", "")
	for provider, want := range map[string]llm.Class{"openai": llm.Unstructured, "vllm": llm.BadRequest} {
		s := reply(t, 400, everything)
		_, calls, err := ask(t, model(t, provider, s.URL), aRequest())
		if e := failure(t, err); e.Class != want || calls > 12 {
			t.Errorf("%s: %d calls, %v", provider, calls, e)
		}
	}
}

func TestManyCallsAtOnceTakeTheSameWay(t *testing.T) {
	t.Parallel()
	s := record(t, func(w http.ResponseWriter, _ *http.Request, body map[string]any) {
		switch {
		case form(body) == "json_schema":
			write(w, 400, `{"error":"json_schema is not supported"}`)
		case body["temperature"] != nil:
			write(w, 400, errorBody("Unsupported value: 'temperature'", "", "temperature", "unsupported_value"))
		default:
			write(w, 200, completion(exports))
		}
	})
	mem := &memory{}
	m := model(t, "openai-compatible", s.URL, func(c *openai.Config) { c.Memory = mem })
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if res, calls, err := ask(t, m, aRequest()); err != nil || res.Text != exports || calls > 3 {
				t.Errorf("%d calls, %+v, %v", calls, res, err)
			}
		})
	}
	all.Wait()
	want := llm.Traits{Structured: "json_object", Dropped: []string{"temperature"}}
	if diff := cmp.Diff(want, mem.traits[m.ID()]); diff != "" {
		t.Error(diff)
	}
}

func TestRememberingLeavesTheLimitsAsTheyAre(t *testing.T) {
	t.Parallel()
	s := local(t, map[string]string{"json_schema": completion(exports)})
	id := llm.ID{Provider: "vllm", Model: "gpt-test", BaseURL: s.URL}
	limits := llm.Limits{Requests: llm.Window{Limit: 60}}
	mem := &memory{traits: map[llm.ID]llm.Traits{id: {Limits: limits}}}
	if _, _, err := ask(t, model(t, "vllm", s.URL, func(c *openai.Config) { c.Memory = mem }), aRequest()); err != nil {
		t.Fatal(err)
	}
	if got := mem.traits[id]; got.Limits != limits || got.Structured != "json_schema" {
		t.Errorf("remembered %+v", got)
	}
}

// forgetful is a memory that does not work.
type forgetful struct{}

func (forgetful) Traits(context.Context, llm.ID) (llm.Traits, error) {
	return llm.Traits{}, errors.New("no")
}
func (forgetful) Remember(context.Context, llm.ID, llm.Traits) error { return errors.New("no") }

func TestAMemoryThatDoesNotWorkCostsNoAnswer(t *testing.T) {
	t.Parallel()
	s := local(t, map[string]string{"json_object": completion(exports)})
	m := model(t, "vllm", s.URL, func(c *openai.Config) { c.Memory = forgetful{} })
	for want := 2; want > 0; want-- {
		res, calls, err := ask(t, m, aRequest())
		if err != nil || res.Text != exports || calls != want {
			t.Errorf("%d calls, want %d: %+v, %v", calls, want, res, err)
		}
	}
}
