package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"classify"
	"classify/llm"
)

// Resume looks for the batches that an earlier run left: it finds out whether
// the provider has what was about to be submitted, and waits for the rest.
func (d *Desk) Resume(ctx context.Context) error {
	if err := d.resolve(ctx); err != nil {
		return err
	}
	return d.Wait(ctx)
}

// resolve finds out whether the provider has what was about to be submitted.
func (d *Desk) resolve(ctx context.Context) error {
	unsure, err := d.open(ctx, classify.BatchIntent, classify.BatchAmbiguous)
	if err != nil {
		return err
	}
	settled, err := d.open(ctx, classify.BatchSubmitted, classify.BatchCollected, classify.BatchFailed)
	if err != nil {
		return err
	}
	for _, b := range settled {
		if b.RemoteID != "" {
			d.know(b.RemoteID)
		}
	}
	for _, b := range unsure {
		_, keys, err := d.itemsOf(ctx, b)
		if err != nil {
			return err
		}
		if err := d.find(ctx, b, keys, nil); err != nil {
			return err
		}
	}
	return nil
}

// PickUp is for a run that does not use batches: it collects those of an earlier
// run that have ended, and returns how many questions are still under way at the
// provider, or perhaps are. With Resubmit these are given up.
func (d *Desk) PickUp(ctx context.Context) (underWay int, err error) {
	if err := d.resolve(ctx); err != nil {
		return 0, err
	}
	submitted, err := d.open(ctx, classify.BatchSubmitted)
	if err != nil {
		return 0, err
	}
	for _, b := range submitted {
		status, err := d.Model.Poll(ctx, b.RemoteID)
		switch {
		case err == nil && status.Ended:
			err = d.collect(ctx, b)
		case d.Resubmit:
			err = d.unknown(ctx, b, nil, "it is under way at the provider")
		case err == nil && status.Failed != "":
			b.State, b.Error = classify.BatchFailed, status.Failed
			err = d.save(ctx, b)
		default:
			underWay += b.Count
			err = nil
		}
		if err != nil {
			return underWay, err
		}
	}
	ambiguous, err := d.open(ctx, classify.BatchAmbiguous)
	for _, b := range ambiguous {
		underWay += b.Count
	}
	return underWay, err
}

// Wait returns when every submitted batch has been collected.
func (d *Desk) Wait(ctx context.Context) error {
	for {
		open, err := d.open(ctx, classify.BatchSubmitted)
		if err != nil {
			return err
		}
		if len(open) == 0 {
			return nil
		}
		if err := d.waitFor(ctx, open[0]); err != nil {
			return err
		}
	}
}

// longestPause is how long the pause between two looks at a batch can grow.
const longestPause = time.Minute

// maxLooks bounds how often a look at a batch may fail in succession.
const maxLooks = 10

// waitFor looks at a batch, less and less often, until it has ended.
func (d *Desk) waitFor(ctx context.Context, b classify.Batch) error {
	pause, failures := d.Every, 0
	for {
		status, err := d.Model.Poll(ctx, b.RemoteID)
		switch {
		case err == nil && status.Unknown:
			_, keys, err := d.itemsOf(ctx, b)
			if err != nil {
				return err
			}
			return d.unknown(ctx, b, keys, "the provider does not know it, or not any more")
		case err == nil && status.Failed != "":
			b.State, b.Error = classify.BatchFailed, status.Failed
			if err := d.save(ctx, b); err != nil {
				return err
			}
			if d.tooLarge(status.Failed) {
				return nil // its questions are asked again in a smaller one
			}
			return &classify.TerminalError{Err: fmt.Errorf("batch %s (%s) at %s: %s", b.ID, b.RemoteID, d.id, status.Failed)}
		case err == nil && status.Ended:
			return d.collect(ctx, b)
		case err == nil:
			failures = 0
			if d.Observe != nil {
				d.Observe(b, status)
			}
		default:
			if failures++; failures >= maxLooks || !passing(err) {
				return &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("look at batch %s (%s) at %s: %w", b.ID, b.RemoteID, d.id, err),
					"the batch goes on at the provider; the same command picks it up")}
			}
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
		pause = min(2*pause, longestPause)
	}
}

// collect stores what a batch brought: calls, and the answers that can be used.
// What cannot be used is asked again once.
func (d *Desk) collect(ctx context.Context, b classify.Batch) error {
	items, _, err := d.itemsOf(ctx, b)
	if err != nil {
		return err
	}
	var calls []classify.Call
	var answers []classify.CachedAnswer
	err = d.Model.Results(ctx, b.RemoteID, func(r llm.BatchResult) error {
		it, ours := items[r.Key]
		if !ours {
			return nil
		}
		delete(items, r.Key)
		c, answer := d.judge(b, it, r)
		calls = append(calls, c)
		switch {
		case answer != nil:
			answers = append(answers, *answer)
		case r.Err != nil && !r.Err.Class.Unusable():
			d.miss(r.Key, r.Err)
		default:
			d.refuse(r, it, errors.New(c.Error))
		}
		return nil
	})
	if err != nil {
		return &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("read the results of batch %s (%s): %w", b.ID, b.RemoteID, err), "the same command reads them again")}
	}
	for key := range items {
		d.miss(key, errNothing)
	}
	d.settle(b, calls)
	b.State, b.UpdatedAt = classify.BatchCollected, d.Now().UTC()
	return d.Store.CollectBatch(context.WithoutCancel(ctx), b, calls, answers)
}

// errNothing is why a question has no answer that a batch should have brought.
var errNothing = errors.New("the batch brought nothing for this question")

// maxMissed is how many batches may bring nothing for a question.
const maxMissed = 3

// miss notes that a batch brought no answer, which another may.
func (d *Desk) miss(key string, reason error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.missed[key]++; d.missed[key] >= maxMissed {
		d.unusable[key] = reason
	}
}

// settle gives back what a batch of this run cost less than was reserved.
func (d *Desk) settle(b classify.Batch, calls []classify.Call) {
	cost := 0.0
	for _, c := range calls {
		cost += c.USD
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if reserved, ok := d.reserved[b.ID]; ok {
		d.Budget.Return(reserved - cost)
		delete(d.reserved, b.ID)
	}
}

// passing reports whether a look at a batch may succeed when it is repeated.
func passing(err error) bool {
	var failed *llm.CallError
	return errors.As(err, &failed) && failed.Class.Passing()
}

// maxErrorText bounds the text of an error in the ledger.
const maxErrorText = 500

// judge makes the ledger's entry of a result, and the answer if it can be used.
func (d *Desk) judge(b classify.Batch, it item, r llm.BatchResult) (classify.Call, *classify.CachedAnswer) {
	version := b.Prompt // of an older program, perhaps: the answer's key is that of its time
	c := classify.Call{RunID: b.RunID, At: d.Now().UTC(), Stage: b.Stage, Provider: d.id.Provider, Model: d.id.Model, Server: b.Server, Prompt: version,
		Questions: 1, Attempt: 1, Priced: d.Priced, Batch: b.ID, Outcome: classify.CallAnswered}
	if it.repair != nil {
		c.Attempt = 2
	}
	if r.Err != nil {
		c.Outcome, c.Reported, c.Tokens, c.Error = classify.CallOutcome(r.Err.Class), r.Err.Model, r.Err.Tokens, clip(r.Err.Error())
		c.USD = d.cost(c.Tokens)
		return c, nil
	}
	c.Reported, c.Tokens, c.RequestID = r.Response.Model, r.Response.Tokens, r.Response.RequestID
	c.USD = d.cost(c.Tokens)
	if err := it.q.Check([]byte(r.Response.Text)); err != nil {
		c.Outcome, c.Error = classify.CallInvalid, clip(err.Error())
		return c, nil
	}
	return c, &classify.CachedAnswer{Key: r.Key, Stage: b.Stage, Provider: d.id.Provider, Model: d.id.Model, Server: b.Server, Reported: c.Reported, Prompt: version,
		Question: json.RawMessage(it.q.Text), Answer: json.RawMessage(r.Response.Text), At: c.At, RunID: b.RunID}
}

func (d *Desk) cost(t classify.Tokens) float64 {
	if !d.Priced {
		return 0
	}
	return d.Price.USD(t, true)
}

// refuse remembers that an answer could not be used: once, and the question is
// asked again with the reason; twice, and a person has to look.
func (d *Desk) refuse(r llm.BatchResult, it item, reason error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if it.repair != nil {
		d.unusable[r.Key] = reason
		return
	}
	it.repair = &llm.Repair{Answer: "(nothing)", Reason: reason.Error()}
	if r.Response != nil && r.Response.Text != "" {
		it.repair.Answer = r.Response.Text
	}
	d.rejected[r.Key] = it
}

// clip bounds a text, between two characters.
func clip(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxErrorText)], "")
}
