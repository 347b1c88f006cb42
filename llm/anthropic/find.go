package anthropic

import (
	"context"
	"errors"
	"net/http"
	"time"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"classify/llm"
	"classify/llm/wire"
)

const (
	// margin is how much earlier than the time given a batch may have been
	// created: clocks differ, and are set.
	margin = time.Minute

	pageSize = 100
	maxPages = 100 // 10,000 batches since the time; beyond that nothing is proved
)

// Known tells which batches belong to another submit than the one that Find is
// to look for, so that they make nothing ambiguous. It is for those that the
// caller has stored with their remote ids; Submit notes its own.
func (m *Model) Known(remoteIDs ...string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range remoteIDs {
		m.known[id] = true
	}
}

// Find looks for a batch whose submit was lost. The provider keeps no metadata,
// and shows the keys of a batch only in its results, when it has ended. So,
// among the batches created since the time that have as many requests as there
// are keys and are not known:
//
//   - one that has ended and whose results have exactly the keys is the batch:
//     sure;
//   - one that has ended with other keys is not;
//   - one that has not ended, or whose results are gone, may be it: not sure. Its
//     id is returned if it is the only one.
//
// If none is left, the batch is not there: sure. That takes up to the time in
// Config.Settle since the submit, which Find waits for, because a request that
// was cut off may still be on its way through the provider. An answer that is
// not sure becomes sure when the candidates have ended, 24 hours after their
// creation at the latest: Find is to be asked again then, and nothing is to be
// submitted before. A key sees the batches of its own workspace only.
func (m *Model) Find(ctx context.Context, _ string, since time.Time, keys []string) (remoteID string, sure bool, err error) {
	if err := m.ready(); err != nil {
		return "", false, err
	}
	wanted := make(map[string]bool, len(keys))
	for _, k := range keys {
		wanted[k] = true
	}
	remoteID, sure, err = m.look(ctx, since, wanted)
	left := min(m.settle-m.now().Sub(since), m.settle) // also where the clock was set back
	if err != nil || remoteID != "" || !sure || left <= 0 {
		return remoteID, sure, err
	}
	if err := pause(ctx, left); err != nil {
		return "", false, err
	}
	return m.look(ctx, since, wanted)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// look goes through the batches once.
func (m *Model) look(ctx context.Context, since time.Time, wanted map[string]bool) (remoteID string, sure bool, err error) {
	candidates, whole, err := m.created(ctx, since, len(wanted))
	if err != nil {
		return "", false, err
	}
	var maybe []string
	for i := range candidates {
		b := &candidates[i]
		if b.ProcessingStatus != sdk.MessageBatchProcessingStatusEnded || b.ResultsURL == "" {
			maybe = append(maybe, b.ID)
			continue
		}
		same, shown, err := m.compare(ctx, b.ID, wanted)
		switch {
		case err != nil:
			return "", false, err
		case same:
			return b.ID, true, nil
		case !shown:
			maybe = append(maybe, b.ID)
		}
	}
	if len(maybe) == 1 && whole {
		return maybe[0], false, nil
	}
	return "", len(maybe) == 0 && whole, nil
}

// created lists the batches created since a time that have a number of
// requests and are not known; whole is false if there are too many to list.
func (m *Model) created(ctx context.Context, since time.Time, count int) (candidates []sdk.MessageBatch, whole bool, err error) {
	after, seen := "", map[string]bool{}
	for range maxPages {
		x := &wire.Exchange{MaxBody: 4 << 20}
		p := sdk.MessageBatchListParams{Limit: sdk.Int(pageSize)}
		if after != "" {
			p.AfterID = sdk.String(after)
		}
		page, err := m.client.Messages.Batches.List(ctx, p, option.WithMiddleware(x.Do), option.WithRequestTimeout(m.timeout))
		if err != nil {
			return nil, false, m.failed(ctx, x, err, manner{})
		}
		if page == nil || !page.JSON.Data.Valid() {
			return nil, false, &llm.CallError{Class: llm.Malformed, Status: x.Status, Err: errors.New(m.shown() + ": the answer is no list of batches")}
		}
		from := since.Add(ahead(x.Header, m.now()) - margin)
		for _, b := range page.Data {
			if b.CreatedAt.Before(from) { // the newest come first
				return candidates, true, nil
			}
			if requests(&b) == count && plainID(b.ID) && !seen[b.ID] && !m.knows(b.ID) {
				candidates = append(candidates, b)
			}
			seen[b.ID] = true
		}
		if !page.HasMore || len(page.Data) == 0 {
			return candidates, true, nil
		}
		after = page.Data[len(page.Data)-1].ID
	}
	return candidates, false, nil
}

func (m *Model) knows(remoteID string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[remoteID]
}

// ahead is how much the server's clock is ahead of this one.
func ahead(h http.Header, now time.Time) time.Duration {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return at.Sub(now).Truncate(time.Second)
}

// errOther ends the reading of results that are not those looked for.
var errOther = errors.New("other keys")

// compare reports whether the results of a batch have exactly the keys; shown
// is false where they do not tell: they are gone, or some are missing.
func (m *Model) compare(ctx context.Context, remoteID string, wanted map[string]bool) (same, shown bool, err error) {
	found := map[string]bool{}
	err = m.lines(ctx, remoteID, func(line []byte) error {
		key, ok := keyOf(line)
		switch {
		case !ok: // it may be any key
		case !wanted[key] || found[key]:
			return errOther
		default:
			found[key] = true
		}
		return nil
	})
	var e *llm.CallError
	switch {
	case errors.Is(err, errOther):
		return false, true, nil
	case errors.As(err, &e) && e.Class == llm.BadRequest:
		return false, false, nil // archived or deleted meanwhile
	case err != nil:
		return false, false, err
	}
	whole := len(found) == len(wanted)
	return whole, whole, nil
}
