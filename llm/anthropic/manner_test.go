package anthropic_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"classify/llm"
	"classify/llm/anthropic"
)

// tool is an answer as the call of the tool.
func toolCall(input string) string {
	return messageOf("tool_use", map[string]any{"type": "tool_use", "id": "toolu_1", "name": "family", "input": json.RawMessage(input)})
}

// has follows a path of keys into a body.
func has(body map[string]any, path ...string) any {
	var at any = body
	for _, k := range path {
		o, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = o[k]
	}
	return at
}

// A kind of server refuses what its model does not take, in the words of the
// real ones.
type kind func(body map[string]any) (refusal string)

func noTemperature(b map[string]any) string {
	if has(b, "temperature") != nil {
		return "`temperature` is deprecated for this model."
	}
	return ""
}

func alwaysThinks(b map[string]any) string {
	if has(b, "thinking", "type") != nil {
		return `"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.`
	}
	return ""
}

func thinksBetweenTools(b map[string]any) string {
	if has(b, "thinking", "type") == "disabled" {
		return `"thinking.type.disabled" is not supported for this model. To turn thinking off on this model, send "thinking": {"type": "between_tools"}.`
	}
	return ""
}

func noEffort(b map[string]any) string {
	if has(b, "output_config", "effort") != nil {
		return "This model does not support the effort parameter."
	}
	return ""
}

func noSchema(b map[string]any) string {
	if has(b, "output_config", "format") != nil {
		return "output_config.format: Extra inputs are not permitted"
	}
	return ""
}

func noGrammar(b map[string]any) string {
	tools, _ := b["tools"].([]any)
	if has(b, "output_config", "format") != nil || len(tools) > 0 && has(tools[0].(map[string]any), "strict") != nil {
		return "The compiled grammar is too large, which would cause performance issues. Simplify your tool schemas or reduce the number of strict tools."
	}
	return ""
}

func noForcedTool(b map[string]any) string {
	if has(b, "tool_choice", "type") == "tool" {
		return "Thinking may not be enabled when tool_choice forces tool use."
	}
	return ""
}

func noCaching(b map[string]any) string {
	if system, ok := b["system"].([]any); ok && has(system[0].(map[string]any), "cache_control") != nil {
		return "system.0.cache_control: Extra inputs are not permitted"
	}
	return ""
}

// curt refuses like a server that says nothing about why.
func curt(k kind) kind {
	return func(b map[string]any) string {
		if k(b) != "" {
			return "invalid params"
		}
		return ""
	}
}

func picky(t *testing.T, kinds ...kind) *server {
	return serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, body map[string]any) {
		for _, k := range kinds {
			if text := k(body); text != "" {
				write(w, 400, failure("invalid_request_error", text))
				return
			}
		}
		if body["tools"] != nil {
			write(w, 200, toolCall(good))
			return
		}
		write(w, 200, message(good))
	})
}

func TestWhatAModelRefusesIsLeftOutAndRemembered(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		kinds []kind
		calls int
		want  llm.Traits
		max   float64 // tokens that the last call may put out
	}{
		{"a model that takes all", nil, 1, llm.Traits{Structured: "json_schema"}, 300},
		{"no temperature", []kind{noTemperature}, 2, llm.Traits{Structured: "json_schema", Dropped: []string{"temperature"}}, 300},
		{"thinking only between tools", []kind{noTemperature, thinksBetweenTools}, 3, llm.Traits{Structured: "json_schema", Dropped: []string{"temperature", "thinking.disabled"}}, 300},
		{"thinking always", []kind{alwaysThinks, noTemperature}, 3, llm.Traits{Structured: "json_schema", Dropped: []string{"temperature", "thinking.disabled", "thinking.between_tools"}}, 300 + llm.ReasoningRoom},
		{"no thinking and no effort", []kind{alwaysThinks, noEffort}, 3, llm.Traits{Structured: "json_schema", Dropped: []string{"thinking.disabled", "thinking.between_tools", "effort"}}, 300 + llm.ReasoningRoom},
		{"no schema", []kind{noSchema}, 2, llm.Traits{Structured: "tool"}, 300},
		{"no strict schema at all", []kind{noGrammar}, 3, llm.Traits{Structured: "tool", Dropped: []string{"strict"}}, 300},
		{"no forced tool", []kind{noSchema, noForcedTool}, 3, llm.Traits{Structured: "tool", Dropped: []string{"tool_choice"}}, 300},
		{"no cache", []kind{noCaching}, 2, llm.Traits{Structured: "json_schema", Dropped: []string{"cache_control"}}, 300},
		{"no schema, without a reason", []kind{curt(noSchema)}, 3, llm.Traits{Structured: "tool", Dropped: []string{"thinking.disabled", "thinking.between_tools", "effort"}}, 300 + llm.ReasoningRoom},
		{"everything at once", []kind{noCaching, noSchema, noTemperature, alwaysThinks, noEffort, noGrammar, noForcedTool}, 8,
			llm.Traits{Structured: "tool", Dropped: []string{"temperature", "thinking.disabled", "thinking.between_tools", "effort", "strict", "tool_choice", "cache_control"}}, 300 + llm.ReasoningRoom},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := picky(t, tt.kinds...)
			kept := &memory{}
			remembering := func(c *anthropic.Config) { c.Memory = kept }
			m := model(s, remembering)
			r, calls, err := settled(t, m)
			if err != nil || r.Text != good || calls != tt.calls {
				t.Fatalf("%d calls, want %d: %+v, %v", calls, tt.calls, r, err)
			}
			if got := kept.traits[m.ID()]; !reflect.DeepEqual(got, tt.want) || kept.writes != 1 {
				t.Errorf("remembered %+v in %d writes, want %+v", got, kept.writes, tt.want)
			}
			if got := has(s.body(t, tt.calls-1), "max_tokens"); got != tt.max {
				t.Errorf("max_tokens %v, want %v", got, tt.max)
			}
			if _, calls, err := settled(t, model(s, remembering)); err != nil || calls != 1 {
				t.Errorf("the next run makes %d calls: %v", calls, err)
			}
		})
	}
}

func TestTheToolIsStrictAndForced(t *testing.T) {
	t.Parallel()
	s := picky(t, noSchema)
	if _, _, err := settled(t, model(s)); err != nil {
		t.Fatal(err)
	}
	body := s.body(t, 1)
	one := body["tools"].([]any)[0].(map[string]any)
	if one["name"] != "family" || one["strict"] != true || has(one, "input_schema", "additionalProperties") != false {
		t.Errorf("tool %v", one)
	}
	if want := map[string]any{"type": "tool", "name": "family", "disable_parallel_tool_use": true}; !reflect.DeepEqual(body["tool_choice"], want) {
		t.Errorf("tool choice %v, want %v", body["tool_choice"], want)
	}
	if !strings.Contains(s.raw[1], string(question.Schema.JSON)) {
		t.Errorf("the schema was changed: %s", s.raw[1])
	}
}

func TestAModelWithoutStructuredOutputIsTold(t *testing.T) {
	t.Parallel()
	noTools := func(b map[string]any) string {
		if b["tools"] != nil {
			return "this model does not support tools"
		}
		return ""
	}
	prose := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) {
		write(w, 200, message("It is trade."))
	})
	for name, s := range map[string]*server{"it refuses every way": picky(t, noSchema, noTools), "it takes every way and answers in prose": prose} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := model(s)
			var last *llm.CallError
			for range 12 {
				if _, err := m.Ask(t.Context(), question); err != nil {
					if last = refused(t, err); last.Class != llm.Adapted {
						break
					}
				}
			}
			if last == nil || last.Class != llm.Unstructured {
				t.Errorf("last error %v", last)
			}
		})
	}
}

func TestOneAnswerInProseChangesNothingWhereTheWayWorks(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, nth int, _ map[string]any) {
		if nth == 0 {
			write(w, 200, message(good))
			return
		}
		write(w, 200, message("It is trade."))
	})
	m := model(s)
	for range 5 {
		if _, err := m.Ask(t.Context(), question); err != nil {
			t.Fatal(err)
		}
	}
	if has(s.body(t, 4), "output_config", "format") == nil {
		t.Error("structured output is no longer asked for")
	}
}

func TestAModelThatIsCutOffInThoughtIsGivenMoreRoom(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, body map[string]any) {
		if text := alwaysThinks(body); text != "" {
			write(w, 400, failure("invalid_request_error", text))
			return
		}
		if body["max_tokens"].(float64) < 5000 {
			write(w, 200, messageOf("max_tokens", map[string]any{"type": "thinking", "thinking": "hm", "signature": "x"}))
			return
		}
		write(w, 200, message(good))
	})
	kept := &memory{}
	m := model(s, func(c *anthropic.Config) { c.Memory = kept })
	if _, calls, err := settled(t, m); err != nil || calls != 4 {
		t.Fatalf("%d calls: %v", calls, err)
	}
	if room := kept.traits[m.ID()].Headroom; room != 4*llm.ReasoningRoom {
		t.Errorf("room of %d tokens remembered", room)
	}
}

func TestManyCallsAtOnceAdaptOnce(t *testing.T) {
	t.Parallel()
	s := picky(t, noTemperature, alwaysThinks, noSchema)
	kept := &memory{}
	m := model(s, func(c *anthropic.Config) { c.Memory = kept })
	const callers = 32
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range 6 {
				r, err := m.Ask(t.Context(), question)
				if err == nil {
					if r.Text != good {
						t.Errorf("answer %q", r.Text)
					}
					return
				}
				if e := refused(t, err); e.Class != llm.Adapted {
					t.Errorf("error %v", e)
					return
				}
			}
			t.Error("a call adapts more often than there is something to leave out")
		})
	}
	wg.Wait()
	if got := kept.traits[m.ID()]; got.Structured != "tool" || !slices.Equal(got.Dropped, []string{"temperature", "thinking.disabled", "thinking.between_tools"}) {
		t.Errorf("remembered %+v", got)
	}
}

func TestALateRefusalTakesNothingBack(t *testing.T) {
	t.Parallel()
	release, held := make(chan struct{}), make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, nth int, body map[string]any) {
		if nth == 0 {
			close(held)
			<-release
		}
		for _, k := range []kind{noTemperature, alwaysThinks} {
			if text := k(body); text != "" {
				write(w, 400, failure("invalid_request_error", text))
				return
			}
		}
		write(w, 200, message(good))
	})
	m := model(s)
	late := make(chan error)
	go func() {
		_, err := m.Ask(t.Context(), question)
		late <- err
	}()
	<-held
	if _, calls, err := settled(t, m); err != nil || calls != 3 {
		t.Fatalf("%d calls: %v", calls, err)
	}
	close(release)
	if e := refused(t, <-late); e.Class != llm.Adapted {
		t.Errorf("the late call: %v, want one that is repeated", e)
	}
	if _, calls, err := settled(t, m); err != nil || calls != 1 {
		t.Errorf("%d calls after it: %v", calls, err)
	}
}
