package openai_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"classify/llm"
	"classify/llm/openai"
)

// canned answers without a network.
type canned string

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	h := http.Header{"Content-Type": {"application/json"}, "X-Ratelimit-Limit-Requests": {"900"}, "X-Ratelimit-Remaining-Requests": {"899"}, "X-Ratelimit-Reset-Requests": {"66ms"}}
	return &http.Response{StatusCode: 200, Header: h, Body: io.NopCloser(strings.NewReader(string(c))), ContentLength: int64(len(c)), Request: r}, nil
}

// BenchmarkAsk is what a call costs on this side.
func BenchmarkAsk(b *testing.B) {
	m := openai.New(openai.Config{ID: llm.ID{Provider: "openai", Model: "gpt-test"}, Key: key, HTTP: &http.Client{Transport: canned(completion(exports))}})
	r := aRequest()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Ask(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOfficialClient is the same call by the official client alone.
func BenchmarkOfficialClient(b *testing.B) {
	chat := sdk.NewChatCompletionService(option.WithBaseURL("https://api.openai.com/v1"), option.WithAPIKey(key), option.WithMaxRetries(0), option.WithHTTPClient(&http.Client{Transport: canned(completion(exports))}))
	r := aRequest()
	b.ReportAllocs()
	for b.Loop() {
		p := sdk.ChatCompletionNewParams{
			Model: "gpt-test", Messages: []sdk.ChatCompletionMessageParamUnion{sdk.SystemMessage(r.System), sdk.UserMessage(r.User)},
			Temperature: sdk.Float(0), Seed: sdk.Int(1), MaxCompletionTokens: sdk.Int(100), PromptCacheKey: sdk.String("k"),
		}
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "family", Schema: r.Schema.JSON, Strict: sdk.Bool(true)}}
		if _, err := chat.New(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
}
