package simulator_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	anthropicparam "github.com/anthropics/anthropic-sdk-go/packages/param"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"classify"
	"classify/llm"
	"classify/llm/prompt"
	"classify/llm/simulator"
)

// serve runs a simulator on a port of its own.
func serve(t testing.TB, c simulator.Config) (*simulator.Server, string) {
	t.Helper()
	s := simulator.New(c)
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	t.Cleanup(s.Close)
	return s, web.URL
}

func openAIClient(url, key string) openai.Client {
	return openai.NewClient(option.WithBaseURL(url+"/v1"), option.WithAPIKey(key), option.WithMaxRetries(0))
}

func anthropicClient(url, key string) anthropic.Client {
	return anthropic.NewClient(anthropicoption.WithBaseURL(url), anthropicoption.WithAPIKey(key), anthropicoption.WithMaxRetries(0))
}

// The questions of these tests, which the rulebook knows.
var (
	exports  = prompt.Family(classify.FamilyQuestion{Concept: "exports", Name: "exports", UnitPhrase: "usd million", UnitType: classify.UnitCurrency, HasCurrency: true, Signs: "positive", Level: "above-100"})
	jobless  = prompt.Family(classify.FamilyQuestion{Concept: "unemployment rate", Name: "unemployment rate", UnitPhrase: "%", UnitType: classify.UnitPercentage, Signs: "positive", Level: "below-100"})
	exported = prompt.Type(classify.TypeQuestion{FamilyQuestion: classify.FamilyQuestion{Concept: "exports", Name: "exports", UnitPhrase: "usd million", UnitType: classify.UnitCurrency, HasCurrency: true}, Family: classify.PhysicalFundamental})
)

// request is the prompt's request for questions of one stage.
func request(questions ...prompt.Question) *llm.Request {
	texts := make([]string, len(questions))
	for i, q := range questions {
		texts[i] = q.Text
	}
	return prompt.Of(questions[0].Stage).Request(texts, nil)
}

// chatParams is a request as it is sent to OpenAI.
func chatParams(model string, r *llm.Request) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model:               model,
		Messages:            []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(r.System), openai.UserMessage(r.User)},
		MaxCompletionTokens: openai.Int(int64(r.MaxOutput)),
		ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: r.Schema.Name, Schema: r.Schema.JSON, Strict: openai.Bool(true)}}},
	}
}

// messageParams is a request as it is sent to Anthropic, with a breakpoint
// after the system part.
func messageParams(model string, r *llm.Request) anthropic.MessageNewParams {
	return anthropic.MessageNewParams{
		Model:     anthropic.Model(model),
		MaxTokens: int64(r.MaxOutput),
		System:    []anthropic.TextBlockParam{{Text: r.System, CacheControl: anthropic.NewCacheControlEphemeralParam()}},
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(r.User))},
		OutputConfig: anthropic.OutputConfigParam{
			Format: anthropicparam.Override[anthropic.JSONOutputFormatParam](json.RawMessage(`{"type":"json_schema","schema":` + string(r.Schema.JSON) + `}`))},
	}
}

// chat asks and fails the test where there is no answer.
func chat(t testing.TB, url string, p openai.ChatCompletionNewParams) *openai.ChatCompletion {
	t.Helper()
	client := openAIClient(url, "any")
	answer, err := client.Chat.Completions.New(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// post sends a body as it is.
func post(t testing.TB, ctx context.Context, url, body string, header ...string) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return http.DefaultClient.Do(r)
}

// clock is a clock that a test turns.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)} }

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
