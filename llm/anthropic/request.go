package anthropic

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/packages/param"

	"classify/llm"
)

// params is a request in the provider's terms: the static part as a system
// block that ends with a cache breakpoint, the question last.
func (m *Model) params(r *llm.Request, how manner) sdk.MessageNewParams {
	p := sdk.MessageNewParams{Model: m.id.Model, MaxTokens: int64(how.maxTokens(r)), Messages: conversation(r, how)}
	if r.System != "" {
		block := sdk.TextBlockParam{Text: r.System}
		if how.sends(caching) {
			block.CacheControl = sdk.NewCacheControlEphemeralParam()
		}
		p.System = []sdk.TextBlockParam{block}
	}
	if how.sends(temperature) {
		p.Temperature = sdk.Float(0)
	}
	switch {
	case how.sends(noThinking):
		off := sdk.NewThinkingConfigDisabledParam()
		p.Thinking.OfDisabled = &off
	case how.sends(betweenTools):
		between := sdk.NewThinkingConfigBetweenToolsParam()
		p.Thinking.OfBetweenTools = &between
	}
	if how.sends(effort) {
		p.OutputConfig.Effort = sdk.OutputConfigEffortLow
	}
	if len(r.Schema.JSON) > 0 {
		structure(&p, r.Schema, how)
	}
	return p
}

// maxTokens bounds the answer, and what the model thinks before it.
func (how manner) maxTokens(r *llm.Request) int {
	if r.Bound > 0 {
		return r.Bound // what was reserved for the call
	}
	if !how.thinks() {
		return r.MaxOutput
	}
	return r.MaxOutput + cmp.Or(how.room, llm.ReasoningRoom)
}

// MaxTokens is the most that an answer to a request may take, with what the
// model thinks before it.
func (m *Model) MaxTokens(r *llm.Request) int {
	return m.manner(context.Background()).maxTokens(r)
}

// structure asks for an answer by the schema. The schema is passed on as it is
// written: a model writes the properties in its order.
func structure(p *sdk.MessageNewParams, s llm.Schema, how manner) {
	if how.way == jsonSchema {
		format := append(append([]byte(`{"type":"json_schema","schema":`), s.JSON...), '}')
		p.OutputConfig.Format = param.Override[sdk.JSONOutputFormatParam](json.RawMessage(format))
		return
	}
	t := &sdk.ToolParam{
		Name: s.Name, Description: sdk.String("Takes the answer to the question."),
		InputSchema: param.Override[sdk.ToolInputSchemaParam](s.JSON),
	}
	if how.sends(strict) {
		t.Strict = sdk.Bool(true)
	}
	p.Tools = []sdk.ToolUnionParam{{OfTool: t}}
	if how.sends(forced) {
		p.ToolChoice.OfTool = &sdk.ToolChoiceToolParam{Name: s.Name, DisableParallelToolUse: sdk.Bool(true)}
	} else {
		p.ToolChoice.OfAuto = &sdk.ToolChoiceAutoParam{DisableParallelToolUse: sdk.Bool(true)}
	}
}

// repairID joins the repeated call of the tool with its result.
const repairID = "toolu_unusable"

// conversation is the question, and for a repair also the answer and why that
// cannot be used. It never ends with the assistant's turn, which models would
// take for the beginning of their answer, or refuse.
func conversation(r *llm.Request, how manner) []sdk.MessageParam {
	messages := []sdk.MessageParam{sdk.NewUserMessage(sdk.NewTextBlock(r.User))}
	if r.Repair == nil {
		return messages
	}
	answer, reason := spoken(r.Repair.Answer, "(no answer)"), spoken(r.Repair.Reason, "The answer cannot be used.")
	if how.sends(forced) && object(answer) && len(r.Schema.JSON) > 0 {
		return append(messages,
			sdk.NewAssistantMessage(sdk.NewToolUseBlock(repairID, json.RawMessage(answer), r.Schema.Name)),
			sdk.NewUserMessage(sdk.NewToolResultBlock(repairID, reason, true)))
	}
	return append(messages, sdk.NewAssistantMessage(sdk.NewTextBlock(answer)), sdk.NewUserMessage(sdk.NewTextBlock(reason)))
}

// spoken is a text without white space around it; the provider refuses a block
// without text.
func spoken(text, otherwise string) string {
	return cmp.Or(strings.TrimSpace(text), otherwise)
}

// object reports whether a text is one JSON object.
func object(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{") && json.Valid([]byte(text))
}
