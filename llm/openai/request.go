package openai

import (
	"encoding/json"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/shared"

	"classify/llm"
)

// seed is sent for answers that repeat as far as the server can.
const seed = 1

// The parameters that a model may refuse, and is then asked without.
const (
	pTemperature = "temperature"
	pSeed        = "seed"
	pCompletion  = "max_completion_tokens"
	pMaxTokens   = "max_tokens"
	pCacheKey    = "prompt_cache_key"
	pToolChoice  = "tool_choice"
	// pEffort keeps models that think before they answer from thinking for long:
	// a few labels need little of it, and every token of it is paid.
	pEffort = "reasoning_effort"
	// pSystem is the role of the message that holds the static part: the
	// templates of some local models have none.
	pSystem = "system"
)

var droppable = []string{pTemperature, pSeed, pCompletion, pMaxTokens, pCacheKey, pToolChoice, pEffort, pSystem}

// bound names the parameter that bounds the answer: OpenAI's new name for it,
// and the old one for compatible servers, some of which pass over the new one;
// the other one once it was refused, and "" once both were.
func (m *Model) bound(w way) string {
	first, second := pMaxTokens, pCompletion
	if m.strict {
		first, second = second, first
	}
	switch {
	case w.sends(first):
		return first
	case w.sends(second):
		return second
	}
	return ""
}

// thinks reports whether this is one of OpenAI's models that think before they
// answer.
func (m *Model) thinks() bool { return m.strict && reasoning.MatchString(m.id.Model) }

// params puts a request in a way.
func (m *Model) params(r *llm.Request, w way) sdk.ChatCompletionNewParams {
	p := sdk.ChatCompletionNewParams{Model: m.id.Model, Messages: messages(r, w)}
	if w.sends(pTemperature) {
		p.Temperature = sdk.Float(0)
	}
	if w.sends(pSeed) {
		p.Seed = sdk.Int(seed)
	}
	if m.thinks() && w.sends(pEffort) {
		p.ReasoningEffort = shared.ReasoningEffortLow
	}
	if m.strict && w.sends(pCacheKey) {
		p.PromptCacheKey = sdk.String(cacheKey(r))
	}
	limit := int64(r.MaxOutput + w.headroom)
	if r.Bound > 0 {
		limit = int64(r.Bound) // what was reserved for the call
	}
	if r.MaxOutput > 0 {
		switch m.bound(w) {
		case pCompletion:
			p.MaxCompletionTokens = sdk.Int(limit)
		case pMaxTokens:
			p.MaxTokens = sdk.Int(limit)
		}
	}
	switch w.structured {
	case jsonSchema:
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: r.Schema.Name, Schema: r.Schema.JSON, Strict: sdk.Bool(true)},
		}
	case jsonObject:
		p.ResponseFormat.OfJSONObject = &shared.ResponseFormatJSONObjectParam{}
	case tool:
		p.Tools = []sdk.ChatCompletionToolUnionParam{sdk.ChatCompletionFunctionTool(function(r.Schema))}
		if w.sends(pToolChoice) {
			// Not the tool's name: LM Studio takes words only.
			p.ToolChoice.OfAuto = sdk.String("required")
		}
	}
	return p
}

// cacheKey keeps requests with the same static part on machines that have it
// in their cache.
func cacheKey(r *llm.Request) string {
	key := string(r.Stage) + "/" + r.Prompt
	return key[:min(len(key), 64)]
}

// function is a schema as the parameters of a function.
func function(s llm.Schema) shared.FunctionDefinitionParam {
	f := shared.FunctionDefinitionParam{Name: s.Name, Description: sdk.String("takes the answer")}
	_ = json.Unmarshal(s.JSON, &f.Parameters) // a schema that is none has no parameters
	return f
}

// messages are the static part, the question, and what is wrong with an
// earlier answer.
func messages(r *llm.Request, w way) []sdk.ChatCompletionMessageParamUnion {
	system, user := r.System, r.User
	switch w.structured {
	case jsonObject, freeText:
		system += "\n\nAnswer with one JSON object that follows this JSON schema, and with nothing else:\n" + string(r.Schema.JSON)
	case tool:
		system += "\n\nAnswer by calling the function " + r.Schema.Name + "."
	}
	if r.Repair != nil && r.Repair.Answer == "" {
		// Some servers refuse an empty answer, and two questions in a row.
		user += "\n\n" + r.Repair.Reason
	}
	var all []sdk.ChatCompletionMessageParamUnion
	if w.sends(pSystem) {
		all = append(all, sdk.SystemMessage(system))
	} else {
		user = system + "\n\n" + user
	}
	all = append(all, sdk.UserMessage(user))
	if r.Repair != nil && r.Repair.Answer != "" {
		all = append(all, sdk.AssistantMessage(r.Repair.Answer), sdk.UserMessage(r.Repair.Reason))
	}
	return all
}
