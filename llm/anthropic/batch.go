package anthropic

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/anthropics/anthropic-sdk-go/packages/param"

	"classify"
	"classify/llm"
	"classify/llm/wire"
)

const (
	// maxBatch is how many requests a batch may have, and maxBatchBytes how large
	// it may be, by the provider's documentation.
	maxBatch      = 100_000
	maxBatchBytes = 256 << 20

	submitTime = 10 * time.Minute
)

// Submit hands a batch in. The provider has no place for the id of the caller:
// Find goes by the keys. An error other than of the classes Connection and
// Timeout means that the provider has not taken the batch; one of the class
// Adapted, that it may take the same batch now. After the cause of a ctx that
// has ended it is open too.
//
// The provider looks at most parameters only when it comes to a request. So a
// model that was never asked is better asked once first: what it refuses would
// fail a whole batch, unpaid but late.
func (m *Model) Submit(ctx context.Context, b llm.BatchRequest) (string, error) {
	if err := m.ready(); err != nil {
		return "", err
	}
	if err := fits(b); err != nil {
		return "", &llm.CallError{Class: llm.BadRequest, Err: err}
	}
	how := m.manner(ctx)
	p := sdk.MessageBatchNewParams{Requests: make([]sdk.MessageBatchNewParamsRequest, len(b.Requests))}
	for i, r := range b.Requests {
		// Both kinds of parameters are written alike.
		params := param.Override[sdk.MessageBatchNewParamsRequestParams](m.params(r, how))
		p.Requests[i] = sdk.MessageBatchNewParamsRequest{CustomID: b.Keys[i], Params: params}
	}
	x := &wire.Exchange{}
	batch, err := m.client.Messages.Batches.New(ctx, p, option.WithMiddleware(x.Do), option.WithRequestTimeout(max(m.timeout, submitTime)))
	if err != nil {
		return "", open(m.failed(ctx, x, err, how))
	}
	if batch == nil || !plainID(batch.ID) {
		return "", open(&llm.CallError{Class: llm.Malformed, Status: x.Status, Err: fmt.Errorf("%s: the answer names no batch", m.shown())})
	}
	m.mu.Lock()
	m.handed[batch.ID], m.known[batch.ID] = how, true
	m.mu.Unlock()
	return batch.ID, nil
}

// fits reports why a batch cannot be handed in.
func fits(b llm.BatchRequest) error {
	bytes := 0
	for _, r := range b.Requests {
		bytes += len(r.System) + len(r.User) + len(r.Schema.JSON)
	}
	switch {
	case len(b.Requests) == 0 || len(b.Requests) != len(b.Keys):
		return fmt.Errorf("a batch of %d requests with %d keys", len(b.Requests), len(b.Keys))
	case len(b.Requests) > maxBatch || bytes > maxBatchBytes:
		return fmt.Errorf("a batch of %d requests with %d MB is more than the %d and %d MB that Anthropic takes", len(b.Requests), bytes>>20, maxBatch, maxBatchBytes>>20)
	}
	return nil
}

// open turns a failure that leaves it open whether the provider took a batch
// into one of the class Connection.
func open(err error) error {
	var e *llm.CallError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Class {
	case llm.Server, llm.Malformed:
	case llm.Overloaded:
		if e.Status != http.StatusServiceUnavailable {
			return err // the provider's own status for having no capacity
		}
	case llm.TooLarge, llm.BadAddress:
		if e.Status == 0 || e.Status >= 300 {
			return err // the request was refused, or never sent
		}
	default:
		return err
	}
	e.Class, e.Err = llm.Connection, fmt.Errorf("whether the batch was taken is open: %w", e.Err)
	return e
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,128}$`)

func plainID(id string) bool { return idForm.MatchString(id) }

// Poll says how far a batch is. The provider counts what is done only when all
// of it is.
func (m *Model) Poll(ctx context.Context, remoteID string) (llm.BatchStatus, error) {
	if err := m.ready(); err != nil {
		return llm.BatchStatus{}, err
	}
	x := &wire.Exchange{}
	b, err := m.client.Messages.Batches.Get(ctx, remoteID, sdk.MessageBatchGetParams{}, option.WithMiddleware(x.Do), option.WithRequestTimeout(m.timeout))
	if err != nil {
		if x.Status == http.StatusNotFound {
			return llm.BatchStatus{Unknown: true}, nil
		}
		return llm.BatchStatus{}, m.batchFailed(ctx, x, err, remoteID)
	}
	if b == nil || b.ID != remoteID || !b.JSON.ProcessingStatus.Valid() {
		return llm.BatchStatus{}, &llm.CallError{Class: llm.Malformed, Status: x.Status, Err: fmt.Errorf("%s: the answer is not about batch %s", m.shown(), remoteID)}
	}
	s := llm.BatchStatus{Total: requests(b), Ended: b.ProcessingStatus == sdk.MessageBatchProcessingStatusEnded}
	s.Done = s.Total - amount(b.RequestCounts.Processing)
	if s.Ended && b.ResultsURL == "" {
		s.Ended, s.Failed = false, "the provider no longer has its results, which it keeps for 29 days"
	}
	return s, nil
}

// requests is how many requests a batch has.
func requests(b *sdk.MessageBatch) int {
	c := b.RequestCounts
	return amount(c.Processing) + amount(c.Succeeded) + amount(c.Errored) + amount(c.Canceled) + amount(c.Expired)
}

// batchFailed is failed for a call about one batch.
func (m *Model) batchFailed(ctx context.Context, x *wire.Exchange, err error, remoteID string) error {
	if x.Status == http.StatusNotFound && complaint(x.Body).Error.Type == "not_found_error" {
		missing := fmt.Errorf("%s: there is no batch %s", m.shown(), m.word(remoteID))
		return &llm.CallError{Class: llm.BadRequest, Status: x.Status, Err: classify.WithHint(missing, "use the key of the workspace in which it was submitted; others do not see it")}
	}
	return m.failed(ctx, x, err, manner{})
}
