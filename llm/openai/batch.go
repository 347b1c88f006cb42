package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"classify/llm"
	"classify/llm/wire"
)

const (
	// label is the metadata under which a batch carries the caller's id.
	label = "classify_batch"
	// What OpenAI takes in one batch.
	maxRequests  = 50_000
	maxFileBytes = 200 << 20
	// pages bounds how far a listing is read, at 100 batches each.
	pages = 1000
	// skew is how far the provider's clock may be behind.
	skew = time.Hour
)

const endpoint = "/v1/chat/completions"

// Submit uploads the requests and creates the batch. An error after which it
// is open whether the provider has the batch is of class llm.Connection or
// llm.Timeout, whatever else it looked like.
func (m *Model) Submit(ctx context.Context, b llm.BatchRequest) (string, error) {
	lines, err := m.lines(ctx, b)
	if err != nil {
		return "", err
	}
	x := &wire.Exchange{}
	var file *sdk.FileObject
	patience := m.timeout + time.Duration(len(lines)>>20)*time.Second
	err = m.call(ctx, patience, x, func(ctx context.Context, o ...option.RequestOption) (err error) {
		file, err = m.files.New(ctx, sdk.FileNewParams{File: sdk.File(bytes.NewReader(lines), "batch.jsonl", "application/jsonl"), Purpose: sdk.FilePurposeBatch}, o...)
		return err
	})
	if err != nil {
		return "", m.batchless(err)
	}
	if file == nil || file.ID == "" {
		return "", m.recorded(m.failed(llm.Malformed, x.Status, "", "the server took the file of the batch and gave it no id"), x)
	}
	var made *sdk.Batch
	err = m.call(ctx, m.timeout, x, func(ctx context.Context, o ...option.RequestOption) (err error) {
		made, err = m.batches.New(ctx, sdk.BatchNewParams{
			InputFileID: file.ID, Endpoint: endpoint, CompletionWindow: sdk.BatchNewParamsCompletionWindow24h,
			Metadata: map[string]string{label: b.ID},
		}, o...)
		return err
	})
	if err == nil && (made == nil || made.ID == "") {
		err = m.recorded(m.failed(llm.Malformed, x.Status, "", "the server gave the batch no id"), x)
	}
	var e *llm.CallError
	if errors.As(err, &e) {
		switch e.Class {
		case llm.Server, llm.Overloaded, llm.Malformed, llm.TooLarge:
			e.Class = llm.Connection // it may have the batch all the same
		}
	}
	if err != nil {
		return "", m.batchless(err)
	}
	return made.ID, nil
}

// lines are the requests as the file of a batch.
func (m *Model) lines(ctx context.Context, b llm.BatchRequest) ([]byte, error) {
	tooMuch := func(format string, args ...any) error {
		return m.failed(llm.BadRequest, 0, "hand it in in parts", format, args...)
	}
	if len(b.Requests) > maxRequests || len(b.Keys) != len(b.Requests) {
		return nil, tooMuch("a batch of %d keys and %d requests: at most %d of both", len(b.Keys), len(b.Requests), maxRequests)
	}
	taken := m.habits.way(ctx)
	if m.thinks() && taken.sends(pTemperature) {
		// A refusal of the parameter would cost every line of the batch up to a day.
		taken.dropped = append(slices.Clone(taken.dropped), pTemperature)
	}
	var file bytes.Buffer
	out := json.NewEncoder(&file)
	out.SetEscapeHTML(false)
	for i, r := range b.Requests {
		err := out.Encode(struct {
			ID     string                      `json:"custom_id"`
			Method string                      `json:"method"`
			URL    string                      `json:"url"`
			Body   sdk.ChatCompletionNewParams `json:"body"`
		}{b.Keys[i], "POST", endpoint, m.params(r, taken)})
		if err != nil {
			return nil, m.failed(llm.BadRequest, 0, "", "request %q: %v", b.Keys[i], err)
		}
		if file.Len() > maxFileBytes {
			return nil, tooMuch("a batch of more than %d MB", maxFileBytes>>20)
		}
	}
	return file.Bytes(), nil
}

// batchless adds the remedy where a server has no batches.
func (m *Model) batchless(err error) error {
	var e *llm.CallError
	if errors.As(err, &e) && e.Class == llm.BadAddress {
		e.Err = hinted(errors.New(e.Err.Error()), "check --base-url; if the address is right, this server has no batches: leave out --batch-api")
	}
	return err
}

// Find reads the list of batches, newest first, back to an hour before since.
// It is sure where it read that far, or to the end.
func (m *Model) Find(ctx context.Context, id string, since time.Time, _ []string) (remoteID string, sure bool, err error) {
	oldest, after := since.Add(-skew).Unix(), ""
	for range pages {
		x := &wire.Exchange{MaxBody: 8 << 20}
		var batches []sdk.Batch
		var more bool
		err := m.call(ctx, m.timeout, x, func(ctx context.Context, o ...option.RequestOption) error {
			q := sdk.BatchListParams{Limit: sdk.Int(100)}
			if after != "" {
				q.After = sdk.String(after)
			}
			page, err := m.batches.List(ctx, q, o...)
			if err == nil && page == nil {
				err = errors.New("no page")
			}
			if err == nil {
				batches, more = page.Data, page.HasMore
			}
			return err
		})
		if err != nil {
			return "", false, m.batchless(err)
		}
		if !strings.Contains(string(x.Body), `"data"`) {
			return "", false, m.recorded(m.failed(llm.Malformed, x.Status, "", "the list of batches is none"), x)
		}
		past := len(batches) > 0 // all of them are older than the batch can be
		for _, b := range batches {
			if b.Metadata[label] == id && b.ID != "" {
				return b.ID, true, nil
			}
			past = past && b.CreatedAt < oldest
		}
		if past || !more {
			return "", true, nil
		}
		if len(batches) == 0 || batches[len(batches)-1].ID == "" || batches[len(batches)-1].ID == after {
			return "", false, nil // it says that there is more, and not where
		}
		after = batches[len(batches)-1].ID
	}
	return "", false, nil
}

// Poll says how far a batch is. One that expired or was cancelled has ended
// with what was answered until then.
func (m *Model) Poll(ctx context.Context, remoteID string) (llm.BatchStatus, error) {
	b, err := m.batch(ctx, remoteID)
	var failed *llm.CallError
	if errors.As(err, &failed) && failed.Status == http.StatusNotFound {
		return llm.BatchStatus{Unknown: true}, nil
	}
	if err != nil {
		return llm.BatchStatus{}, err
	}
	s := llm.BatchStatus{Done: int(b.RequestCounts.Completed + b.RequestCounts.Failed), Total: int(b.RequestCounts.Total)}
	files := b.OutputFileID != "" || b.ErrorFileID != ""
	switch b.Status {
	case sdk.BatchStatusFailed:
		s.Failed = m.whyFailed(b)
	case sdk.BatchStatusCompleted, sdk.BatchStatusExpired, sdk.BatchStatusCancelled:
		if s.Ended = files; !files {
			s.Failed = fmt.Sprintf("the batch is %s and has no results", b.Status)
		}
	}
	return s, nil
}

func (m *Model) whyFailed(b *sdk.Batch) string {
	if len(b.Errors.Data) == 0 {
		return "the provider refused the batch and does not say why"
	}
	first := b.Errors.Data[0]
	return m.label(fmt.Sprintf("%s: %s", first.Code, first.Message))
}

func (m *Model) batch(ctx context.Context, remoteID string) (*sdk.Batch, error) {
	x := &wire.Exchange{}
	var b *sdk.Batch
	err := m.call(ctx, m.timeout, x, func(ctx context.Context, o ...option.RequestOption) (err error) {
		b, err = m.batches.Get(ctx, remoteID, o...)
		return err
	})
	if err != nil {
		return nil, m.batchless(err)
	}
	if b == nil || b.ID == "" || b.Status == "" {
		return nil, m.recorded(m.failed(llm.Malformed, x.Status, "", "the server answers with no batch"), x)
	}
	return b, nil
}
