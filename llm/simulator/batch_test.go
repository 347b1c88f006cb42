package simulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/openai/openai-go/v3"

	"classify"
	"classify/llm/prompt"
	"classify/llm/simulator"
)

// lines is a file of requests for a batch.
func lines(t *testing.T, model string, questions map[string]prompt.Question) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, key := range slices.Sorted(maps.Keys(questions)) {
		line := map[string]any{"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": chatParams(model, request(questions[key]))}
		if err := json.NewEncoder(&b).Encode(line); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func upload(t *testing.T, client openai.Client, content []byte) string {
	t.Helper()
	f, err := client.Files.New(t.Context(), openai.FileNewParams{File: openai.File(bytes.NewReader(content), "questions.jsonl", "application/jsonl"), Purpose: openai.FilePurposeBatch})
	if err != nil || f.Bytes != int64(len(content)) {
		t.Fatalf("upload: %+v, %v", f, err)
	}
	return f.ID
}

func submit(t *testing.T, client openai.Client, file string) *openai.Batch {
	t.Helper()
	b, err := client.Batches.New(t.Context(), openai.BatchNewParams{CompletionWindow: openai.BatchNewParamsCompletionWindow24h,
		Endpoint: openai.BatchNewParamsEndpointV1ChatCompletions, InputFileID: file, Metadata: map[string]string{"batch": "ours-1"}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func content(t *testing.T, client openai.Client, file string) []string {
	t.Helper()
	resp, err := client.Files.Content(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

func TestAnOpenAIBatchIsAnsweredWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s, url := serve(t, simulator.Config{Now: clock.read, BatchLatency: time.Minute})
	client := openAIClient(url, "any")
	b := submit(t, client, upload(t, client, lines(t, "gpt-5-mini", map[string]prompt.Question{"a": exports, "b": jobless})))
	if b.Status != openai.BatchStatusInProgress || b.Metadata["batch"] != "ours-1" || b.RequestCounts.Total != 2 {
		t.Fatalf("created %s", b.RawJSON())
	}
	clock.turn(59 * time.Second)
	if b, err := client.Batches.Get(t.Context(), b.ID); err != nil || b.Status != openai.BatchStatusInProgress {
		t.Fatalf("too early: %+v, %v", b, err)
	}
	clock.turn(time.Second)
	b, err := client.Batches.Get(t.Context(), b.ID)
	if err != nil || b.Status != openai.BatchStatusCompleted || b.RequestCounts.Completed != 2 || b.OutputFileID == "" || b.ErrorFileID != "" {
		t.Fatalf("when its time has come: %s, %v", b.RawJSON(), err)
	}
	answers := map[string]classify.Family{}
	for _, line := range content(t, client, b.OutputFileID) {
		var out struct {
			Key      string `json:"custom_id"`
			Response struct {
				Status int                   `json:"status_code"`
				Body   openai.ChatCompletion `json:"body"`
			} `json:"response"`
		}
		if err := json.Unmarshal([]byte(line), &out); err != nil || out.Response.Status != 200 {
			t.Fatalf("%v: %s", err, line)
		}
		f, err := prompt.DecodeFamily([]byte(out.Response.Body.Choices[0].Message.Content))
		if err != nil {
			t.Fatal(err)
		}
		answers[out.Key] = f.Family
	}
	if answers["a"] != classify.PhysicalFundamental || answers["b"] != classify.NumericMeasurement {
		t.Errorf("answers %v", answers)
	}
	if c := s.Counts(); c.Paid != 2 || c.Questions.Distinct != 2 || len(c.Requests) != 1 || c.Requests[0].Endpoint != "batch" || c.Accepted != 0 {
		t.Errorf("counted %+v", c)
	}
}

func TestOpenAIsBatchesAreListedFromTheNewestAndCancelled(t *testing.T) {
	t.Parallel()
	clock := newClock()
	_, url := serve(t, simulator.Config{Now: clock.read, BatchLatency: time.Hour})
	client := openAIClient(url, "any")
	file := upload(t, client, lines(t, "gpt-5-mini", map[string]prompt.Question{"a": exports}))
	var ids []string
	for range 5 {
		ids = append(ids, submit(t, client, file).ID)
	}
	var listed []string
	pages := client.Batches.ListAutoPaging(t.Context(), openai.BatchListParams{Limit: openai.Int(2)})
	for pages.Next() {
		listed = append(listed, pages.Current().ID)
	}
	slices.Reverse(ids)
	if pages.Err() != nil || !slices.Equal(listed, ids) {
		t.Errorf("listed %v, %v; want %v", listed, pages.Err(), ids)
	}
	if b, err := client.Batches.Cancel(t.Context(), ids[0]); err != nil || b.Status != openai.BatchStatusCancelled {
		t.Errorf("cancelled: %+v, %v", b, err)
	}
	if _, err := client.Batches.Get(t.Context(), "batch_none"); err == nil {
		t.Error("a batch that does not exist was found")
	}
	if _, err := client.Files.Delete(t.Context(), file); err != nil {
		t.Error(err)
	}
	if _, err := client.Files.Get(t.Context(), file); err == nil {
		t.Error("a deleted file was found")
	}
}

func TestABatchFileWithABadLineFails(t *testing.T) {
	t.Parallel()
	_, url := serve(t, simulator.Config{})
	client := openAIClient(url, "any")
	good := string(lines(t, "gpt-5-mini", map[string]prompt.Question{"a": exports}))
	for name, file := range map[string]string{"no JSON": "{", "one id twice": good + good, "another endpoint": strings.ReplaceAll(good, "/v1/chat/completions", "/v1/embeddings"), "no id": `{"body":{}}`} {
		b, err := client.Batches.Get(t.Context(), submit(t, client, upload(t, client, []byte(file))).ID)
		if err != nil || b.Status != openai.BatchStatusFailed || len(b.Errors.Data) != 1 {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
	}
}

func TestItemsOfABatchThatFailAreInTheErrorFile(t *testing.T) {
	t.Parallel()
	_, url := serve(t, simulator.Config{Fault: map[simulator.Fault]float64{simulator.ServerError: 1}})
	client := openAIClient(url, "any")
	b := submit(t, client, upload(t, client, lines(t, "gpt-5-mini", map[string]prompt.Question{"a": exports})))
	b, err := client.Batches.Get(t.Context(), b.ID)
	if err != nil || b.RequestCounts.Failed != 1 || b.OutputFileID != "" {
		t.Fatalf("%+v, %v", b, err)
	}
	if l := content(t, client, b.ErrorFileID); len(l) != 1 || !strings.Contains(l[0], `"status_code":500`) {
		t.Errorf("error file %q", l)
	}
}

func TestABatchMayBeTakenInWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	_, url := serve(t, simulator.Config{Fault: map[simulator.Fault]float64{simulator.CutSubmit: 1}})
	client := openAIClient(url, "any")
	file := upload(t, client, lines(t, "gpt-5-mini", map[string]prompt.Question{"a": exports}))
	if _, err := client.Batches.New(t.Context(), openai.BatchNewParams{CompletionWindow: "24h", Endpoint: "/v1/chat/completions", InputFileID: file}); err == nil {
		t.Fatal("the submission was answered")
	}
	if page, err := client.Batches.List(t.Context(), openai.BatchListParams{}); err != nil || len(page.Data) != 1 {
		t.Errorf("%+v, %v: want the batch to be there", page, err)
	}
}

func messageBatch(t *testing.T, client anthropic.Client, questions map[string]prompt.Question) *anthropic.MessageBatch {
	t.Helper()
	var p anthropic.MessageBatchNewParams
	for _, key := range slices.Sorted(maps.Keys(questions)) {
		m := messageParams("claude-haiku-4-5", request(questions[key]))
		p.Requests = append(p.Requests, anthropic.MessageBatchNewParamsRequest{CustomID: key,
			Params: anthropic.MessageBatchNewParamsRequestParams{Model: m.Model, MaxTokens: m.MaxTokens, System: m.System, Messages: m.Messages, OutputConfig: m.OutputConfig}})
	}
	b, err := client.Messages.Batches.New(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAnAnthropicBatchIsAnsweredWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s, url := serve(t, simulator.Config{Now: clock.read, BatchLatency: time.Minute})
	client := anthropicClient(url, "any")
	b := messageBatch(t, client, map[string]prompt.Question{"a": exports, "b": jobless})
	if b.ProcessingStatus != anthropic.MessageBatchProcessingStatusInProgress || b.RequestCounts.Processing != 2 {
		t.Fatalf("created %s", b.RawJSON())
	}
	if stream := client.Messages.Batches.ResultsStreaming(t.Context(), b.ID, anthropic.MessageBatchResultsParams{}); stream.Next() {
		t.Error("results before the end")
	}
	clock.turn(time.Minute)
	b, err := client.Messages.Batches.Get(t.Context(), b.ID, anthropic.MessageBatchGetParams{})
	if err != nil || b.ProcessingStatus != anthropic.MessageBatchProcessingStatusEnded || b.RequestCounts.Succeeded != 2 || !strings.HasSuffix(b.ResultsURL, "/results") {
		t.Fatalf("%+v, %v", b, err)
	}
	stream := client.Messages.Batches.ResultsStreaming(t.Context(), b.ID, anthropic.MessageBatchResultsParams{})
	answers := map[string]classify.Family{}
	for stream.Next() {
		r := stream.Current()
		f, err := prompt.DecodeFamily([]byte(r.Result.Message.Content[0].Text))
		if err != nil || r.Result.Type != "succeeded" {
			t.Fatalf("%s, %v", r.RawJSON(), err)
		}
		answers[r.CustomID] = f.Family
	}
	if stream.Err() != nil || answers["a"] != classify.PhysicalFundamental || answers["b"] != classify.NumericMeasurement {
		t.Errorf("answers %v, %v", answers, stream.Err())
	}
	if c := s.Counts(); c.Paid != 2 || c.Requests[0].Endpoint != "batch" {
		t.Errorf("counted %+v", c)
	}
}

func TestAnthropicsBatchesAreListedAndCancelled(t *testing.T) {
	t.Parallel()
	clock := newClock()
	_, url := serve(t, simulator.Config{Now: clock.read, BatchLatency: time.Hour, Fault: map[simulator.Fault]float64{simulator.ServerError: 1}})
	client := anthropicClient(url, "any")
	var ids []string
	for range 3 {
		ids = append(ids, messageBatch(t, client, map[string]prompt.Question{"a": exports}).ID)
	}
	slices.Reverse(ids)
	var listed []string
	pages := client.Messages.Batches.ListAutoPaging(t.Context(), anthropic.MessageBatchListParams{Limit: anthropic.Int(2)})
	for pages.Next() {
		listed = append(listed, pages.Current().ID)
	}
	if pages.Err() != nil || !slices.Equal(listed, ids) {
		t.Errorf("listed %v, %v; want %v", listed, pages.Err(), ids)
	}
	if b, err := client.Messages.Batches.Cancel(t.Context(), ids[0], anthropic.MessageBatchCancelParams{}); err != nil || b.RequestCounts.Canceled != 1 {
		t.Errorf("cancelled: %+v, %v", b, err)
	}
	clock.turn(time.Hour)
	for id, want := range map[string]string{ids[0]: "canceled", ids[1]: "errored"} {
		stream := client.Messages.Batches.ResultsStreaming(t.Context(), id, anthropic.MessageBatchResultsParams{})
		if !stream.Next() || stream.Current().Result.Type != want {
			t.Errorf("batch %s: %s, %v; want %s", id, stream.Current().Result.Type, stream.Err(), want)
		}
	}
	if _, err := client.Messages.Batches.New(t.Context(), anthropic.MessageBatchNewParams{Requests: []anthropic.MessageBatchNewParamsRequest{}}); err == nil {
		t.Error("an empty batch was taken")
	}
}

func TestTheStorageIsBounded(t *testing.T) {
	t.Parallel()
	_, url := serve(t, simulator.Config{MaxStored: 40_000})
	client := openAIClient(url, "any")
	content := bytes.Repeat([]byte("x"), 15_000)
	upload(t, client, content)
	upload(t, client, content)
	if _, err := client.Files.New(t.Context(), openai.FileNewParams{File: openai.File(bytes.NewReader(content), "third", ""), Purpose: openai.FilePurposeBatch}); err == nil {
		t.Error("more was stored than there is room for")
	}
}
