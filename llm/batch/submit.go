package batch

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/gateway"
	"classify/llm/prompt"
)

// maxItems is how many questions one batch holds: both providers take more, but
// what is collected is stored in one transaction.
const maxItems = 10_000

// Submit hands what waits to the provider, a batch a stage, as far as the budget
// holds the most that it can cost; the rest waits until earlier batches are
// back. Where nothing fits it returns a *classify.BudgetError. The intent is
// stored before each batch, so that a crash in between leaves a trace.
func (d *Desk) Submit(ctx context.Context) error {
	d.mu.Lock()
	waiting := d.pending
	d.pending = map[string]item{}
	d.mu.Unlock()
	if err := d.prove(ctx, waiting); err != nil {
		d.wait(slices.Collect(maps.Keys(waiting)), waiting)
		return err
	}
	submitted := 0
	var unpaid error
	for _, stage := range classify.StageNames {
		for some := range slices.Chunk(keysOf(waiting, stage), maxItems) {
			n, err := d.submit(ctx, stage, some, waiting)
			submitted += n
			var budget *classify.BudgetError
			switch {
			case errors.As(err, &budget):
				unpaid = err
			case err != nil:
				return err
			}
			d.wait(some[n:], waiting)
		}
	}
	if submitted == 0 {
		return unpaid
	}
	return nil
}

// prove asks one of the questions at once, before the first batch of the run.
// One that cannot be answered usably proves the way as well.
func (d *Desk) prove(ctx context.Context, waiting map[string]item) error {
	if d.First == nil || d.proved || len(waiting) < 2 {
		return nil
	}
	key := slices.Min(slices.Collect(maps.Keys(waiting)))
	_, err := d.First.Ask(ctx, waiting[key].q)
	var unusable *gateway.UnusableError
	switch {
	case err == nil:
		delete(waiting, key)
	case !errors.As(err, &unusable):
		return err
	}
	d.proved = true
	return nil
}

func keysOf(items map[string]item, stage classify.Stage) (keys []string) {
	for key, it := range items {
		if it.q.Stage == stage {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// wait puts questions back to those that wait.
func (d *Desk) wait(keys []string, items map[string]item) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, key := range keys {
		d.pending[key] = items[key]
	}
}

// submit hands in as many of the questions as the budget holds, and says how
// many these were.
func (d *Desk) submit(ctx context.Context, stage classify.Stage, keys []string, waiting map[string]item) (n int, err error) {
	b := classify.Batch{
		ID: "classify-" + strings.ToLower(rand.Text()), RunID: d.RunID, Provider: d.id.Provider, Model: d.id.Model, Server: d.id.Server(), Stage: stage,
		Prompt: prompt.Of(stage).Version, State: classify.BatchIntent, CreatedAt: d.Now().UTC(), UpdatedAt: d.Now().UTC(),
	}
	r := llm.BatchRequest{ID: b.ID}
	var most float64
	size := 0
	for _, key := range keys {
		it := waiting[key]
		request := prompt.Of(stage).Request([]string{it.q.Text}, it.repair)
		request.Bound = d.Model.MaxTokens(request)
		next, err := d.most(request)
		if err != nil {
			return 0, err
		}
		if n > 0 && (most+next > d.Budget.Left() || size > d.maxTokens) {
			break
		}
		b.Items, r.Keys, r.Requests = append(b.Items, stored(key, it)), append(r.Keys, key), append(r.Requests, request)
		most, size, n = most+next, size+gateway.AtMost(request)/2, n+1 // the bound is twice what English takes
	}
	if err := d.Budget.Spend(most); err != nil {
		return 0, err
	}
	d.mu.Lock()
	d.reserved[b.ID] = most
	d.mu.Unlock()
	b.Count = n
	if err := d.Store.SaveBatch(ctx, b); err != nil {
		return 0, &classify.TerminalError{Err: fmt.Errorf("note a batch: %w", err)}
	}
	if b.RemoteID, err = d.hand(ctx, r); err == nil {
		d.know(b.RemoteID)
	}
	return n, d.submitted(ctx, b, r.Keys, err)
}

// maxAdapted bounds how often a submission is changed until the provider takes
// it.
const maxAdapted = 12

// hand submits a batch, again where it was refused for what is left out from
// then on: the provider has taken nothing then.
func (d *Desk) hand(ctx context.Context, r llm.BatchRequest) (remoteID string, err error) {
	for range maxAdapted {
		remoteID, err = d.Model.Submit(ctx, r)
		var failed *llm.CallError
		if !errors.As(err, &failed) || failed.Class != llm.Adapted {
			break
		}
	}
	return remoteID, err
}

// know tells a provider that keeps no ids of ours which of its batches belong
// to other submissions.
func (d *Desk) know(remoteIDs ...string) {
	if m, ok := d.Model.(interface{ Known(remoteIDs ...string) }); ok {
		m.Known(remoteIDs...)
	}
}

func stored(key string, it item) classify.BatchItem {
	s := classify.BatchItem{Key: key, Question: json.RawMessage(it.q.Text)}
	if it.repair != nil {
		s.Rejected, s.Reason = it.repair.Answer, it.repair.Reason
	}
	return s
}

// most is the most that a request can cost in a batch, in US dollars. Where
// nothing bounds the answer, only a budget without a limit can hold it.
func (d *Desk) most(r *llm.Request) (float64, error) {
	switch {
	case !d.Priced:
		return 0, nil
	case r.Bound == 0 && d.Budget.Limited() && d.Price.Output > 0:
		return 0, &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("%s takes no bound on its answers: no budget can hold it", d.id), "leave --budget-usd out, or choose another model")}
	}
	factor := d.Price.Batch
	if factor == 0 {
		factor = 1
	}
	return factor * d.Price.Most(gateway.AtMost(r), r.Bound), nil
}

// A provider lets only so many tokens wait in its batches; how many is found
// out from its refusals.
const (
	firstTokens = 1_500_000
	leastTokens = 20_000
)

// tooLarge reports whether a provider refused a batch because too many tokens
// wait already, and makes the next one smaller.
func (d *Desk) tooLarge(reason string) bool {
	if !strings.Contains(reason, "token_limit") && !strings.Contains(reason, "nqueued token") {
		return false
	}
	d.maxTokens /= 2
	return d.maxTokens >= leastTokens
}

// submitted notes what became of a submission. After a connection that failed
// on the way the provider is asked whether it has the batch.
func (d *Desk) submitted(ctx context.Context, b classify.Batch, keys []string, err error) error {
	var failed *llm.CallError
	switch {
	case err == nil:
		b.State, d.refused = classify.BatchSubmitted, 0
		return d.save(ctx, b)
	case ctx.Err() != nil:
		return context.Cause(ctx) // the intent is stored: the next run looks for it
	case errors.As(err, &failed) && (failed.Class == llm.Connection || failed.Class == llm.Timeout || failed.Class == llm.Malformed):
		return d.find(ctx, b, keys, err)
	}
	b.State, b.Error = classify.BatchFailed, err.Error()
	if saveErr := d.save(ctx, b); saveErr != nil {
		return saveErr
	}
	if d.tooLarge(err.Error()) {
		return nil // its questions are asked again in a smaller one
	}
	return &classify.TerminalError{Err: fmt.Errorf("submit a batch to %s: %w", d.id, err)}
}

// maxRefused is how many submissions in succession may surely not arrive.
const maxRefused = 4

// find settles a batch of which it is open whether the provider has it; cause is
// why that is open, nil after a crash.
func (d *Desk) find(ctx context.Context, b classify.Batch, keys []string, cause error) error {
	remote, sure, err := d.Model.Find(ctx, b.ID, b.CreatedAt, keys)
	switch {
	case err != nil:
		return &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("look for batch %s at %s: %w", b.ID, d.id, err), "give the same command again when the provider answers")}
	case remote != "" && sure:
		b.State, b.RemoteID, b.Error, d.refused = classify.BatchSubmitted, remote, "", 0
	case sure:
		b.State, b.Error = classify.BatchFailed, "the provider does not have it"
		return errors.Join(d.save(ctx, b), d.pause(ctx, cause))
	default:
		return d.unknown(ctx, b, keys, "whether the provider has it could not be found out")
	}
	return d.save(ctx, b)
}

// unknown marks a batch of which nobody knows whether the provider has it. Its
// questions are not asked again, unless a person said so of an earlier run.
func (d *Desk) unknown(ctx context.Context, b classify.Batch, keys []string, reason string) error {
	if d.Resubmit && b.RunID != d.RunID { // never one of this run: it would be paid again and again
		b.State, b.Error = classify.BatchAbandoned, "given up with --resubmit: "+reason
		return d.save(ctx, b)
	}
	b.State, b.Error = classify.BatchAmbiguous, reason
	d.mu.Lock()
	for _, key := range keys {
		d.blocked[key] = true
	}
	d.mu.Unlock()
	return d.save(ctx, b)
}

// pause waits before the next submission after one that did not arrive, longer
// each time, and ends the run after some.
func (d *Desk) pause(ctx context.Context, cause error) error {
	if cause == nil {
		return nil
	}
	if d.refused++; d.refused >= maxRefused {
		return &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("%s took no batch in %d tries: %w", d.id, d.refused, cause),
			"give the same command again later, or leave --batch-api out")}
	}
	timer := time.NewTimer(d.backoff.NextBackOff())
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (d *Desk) save(ctx context.Context, b classify.Batch) error {
	if b.State == classify.BatchFailed || b.State == classify.BatchAbandoned {
		d.settle(b, nil) // it brings nothing: what was taken from the budget for it goes back
	}
	b.UpdatedAt, b.Items = d.Now().UTC(), nil
	return d.Store.SaveBatch(context.WithoutCancel(ctx), b)
}

// open returns the batches of this model at this server in one of the states.
func (d *Desk) open(ctx context.Context, states ...classify.BatchState) ([]classify.Batch, error) {
	all, err := d.Store.Batches(ctx, states...)
	return slices.DeleteFunc(all, func(b classify.Batch) bool {
		return b.Provider != d.id.Provider || b.Model != d.id.Model || b.Server != d.id.Server()
	}), err
}

// itemsOf returns the items of a batch by their key.
func (d *Desk) itemsOf(ctx context.Context, b classify.Batch) (map[string]item, []string, error) {
	stored, err := d.Store.BatchItems(ctx, b.ID)
	if err != nil {
		return nil, nil, err
	}
	items := make(map[string]item, len(stored))
	for _, s := range stored {
		it := item{q: prompt.Question{Stage: b.Stage, Text: string(s.Question)}}
		if s.Reason != "" {
			it.repair = &llm.Repair{Answer: s.Rejected, Reason: s.Reason}
		}
		items[s.Key] = it
	}
	return items, slices.Sorted(maps.Keys(items)), nil
}
