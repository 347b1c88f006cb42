package batch_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"classify"
	"classify/llm"
	"classify/llm/batch"
	"classify/llm/gateway"
)

// troubled is a provider whose answers to submissions and looks are scripted.
type troubled struct {
	*provider
	submit func(llm.BatchRequest) error // before the submission arrives
	poll   func(remote string) (llm.BatchStatus, error)
	tries  int
}

func (p *troubled) Submit(ctx context.Context, b llm.BatchRequest) (string, error) {
	p.tries++
	if p.submit != nil {
		if err := p.submit(b); err != nil {
			return "", err
		}
	}
	return p.provider.Submit(ctx, b)
}

func (p *troubled) Poll(ctx context.Context, remote string) (llm.BatchStatus, error) {
	if p.poll != nil {
		return p.poll(remote)
	}
	return p.provider.Poll(ctx, remote)
}

func TestAProviderThatTakesNoBatchIsTriedAFewTimes(t *testing.T) {
	t.Parallel()
	p, s := &troubled{provider: newProvider()}, openStore(t)
	p.submit = func(llm.BatchRequest) error {
		return &llm.CallError{Class: llm.Connection, Err: errors.New("500")}
	}
	budget := gateway.NewBudget(1, 0)
	d := desk(p.provider, s, func(c *batch.Config) { c.Model, c.Budget = p, budget })
	var err error
	for range 20 {
		ask(t, d, "exports")
		if err = d.Submit(t.Context()); err != nil {
			break
		}
	}
	var terminal *classify.TerminalError
	if !errors.As(err, &terminal) || classify.Hint(err) == "" || p.tries > 5 || budget.Spent() != 0 {
		t.Errorf("%d tries, $%f kept from the budget, %v", p.tries, budget.Spent(), err)
	}
}

func TestABatchThatTheProviderDoesNotKnowBlocksNothingForGood(t *testing.T) {
	t.Parallel()
	p, s := &troubled{provider: newProvider()}, openStore(t)
	d := desk(p.provider, s, func(c *batch.Config) { c.Model = p })
	ask(t, d, "exports")
	if err := d.Submit(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.unsure = true
	p.poll = func(remote string) (llm.BatchStatus, error) {
		return llm.BatchStatus{Unknown: remote == "remote-1", Ended: remote != "remote-1"}, nil
	}
	next := desk(p.provider, s, func(c *batch.Config) { c.Model = p })
	if err := next.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ask(t, next, "exports"); states(t, s) != "ambiguous" || next.Pending() != 0 || next.Blocked() == 0 {
		t.Errorf("states %s, %d pending", states(t, s), next.Pending())
	}
	again := desk(p.provider, s, func(c *batch.Config) { c.Model, c.Resubmit, c.RunID = p, true, 8 })
	if err := again.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	ask(t, again, "exports")
	round(t, again)
	if n := ask(t, again, "exports"); n != 1 || states(t, s) != "abandoned collected" {
		t.Errorf("%d answered, states %s", n, states(t, s))
	}
}

func TestABatchThatIsTooLargeIsCutInHalves(t *testing.T) {
	t.Parallel()
	p, s := &troubled{provider: newProvider()}, openStore(t)
	failed := false
	p.poll = func(string) (llm.BatchStatus, error) {
		if !failed {
			failed = true
			return llm.BatchStatus{Failed: "token_limit_exceeded: too many enqueued tokens"}, nil
		}
		return llm.BatchStatus{Ended: true}, nil
	}
	d := desk(p.provider, s, func(c *batch.Config) { c.Model = p })
	for range 3 {
		if ask(t, d, "exports", "imports"); d.Pending() > 0 {
			round(t, d)
		}
	}
	if n := ask(t, d, "exports", "imports"); n != 2 || states(t, s) != "failed collected" {
		t.Errorf("%d answered, states %s", n, states(t, s))
	}
}

func TestABatchOfAnotherServerIsLeftAlone(t *testing.T) {
	t.Parallel()
	p, s := newProvider(), openStore(t)
	if err := s.SaveBatch(t.Context(), classify.Batch{ID: "rehearsal", Provider: "openai", Model: "gpt-test", Server: "http://127.0.0.1:1/v1", State: classify.BatchSubmitted, RemoteID: "elsewhere"}); err != nil {
		t.Fatal(err)
	}
	if err := desk(p, s).Resume(t.Context()); err != nil || states(t, s) != "submitted" {
		t.Errorf("states %s, %v", states(t, s), err)
	}
}

func TestARunWithoutBatchesPicksUpWhatHasEndedAndTellsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		ended, resubmit bool
		underWay        int
		states          string
	}{
		"ended":     {true, false, 0, "collected"},
		"under way": {false, false, 2, "submitted"},
		"given up":  {false, true, 0, "abandoned"},
	} {
		p, s := newProvider(), openStore(t)
		d := desk(p, s)
		ask(t, d, "exports", "imports")
		if err := d.Submit(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !row.ended {
			p.looks = 100
		}
		next := desk(p, s, func(c *batch.Config) { c.Resubmit, c.RunID = row.resubmit, 8 })
		n, err := next.PickUp(t.Context())
		if err != nil || n != row.underWay || !strings.HasPrefix(states(t, s), row.states) {
			t.Errorf("%s: %d under way, states %s, %v", name, n, states(t, s), err)
		}
	}
}

func TestResubmitGivesUpNoBatchOfItsOwnRun(t *testing.T) {
	t.Parallel()
	p, s := newProvider(), openStore(t)
	p.lose, p.unsure = true, true
	d := desk(p, s, func(c *batch.Config) { c.Resubmit = true })
	for range 3 {
		if ask(t, d, "exports"); d.Pending() > 0 {
			round(t, d)
		}
	}
	if len(p.submitted) != 1 || states(t, s) != "ambiguous" {
		t.Errorf("%d submissions, states %s", len(p.submitted), states(t, s))
	}
}
