package batch_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/batch"
	"classify/llm/gateway"
	"classify/llm/price"
	"classify/llm/prompt"
	"classify/sqlite"
)

// provider is a batch endpoint in the process: what was submitted, and how it
// answers.
type provider struct {
	submitted map[string]llm.BatchRequest // by the provider's id
	lose      bool                        // the next submission arrives, and its answer does not
	refuse    bool                        // the next submission does not arrive
	unsure    bool                        // Find proves nothing
	looks     int                         // how often a batch is looked at before it ends
	answer    func(r *llm.Request) llm.BatchResult
}

func (*provider) ID() llm.ID { return llm.ID{Provider: "openai", Model: "gpt-test"} }

func (*provider) MaxTokens(r *llm.Request) int { return r.MaxOutput + llm.ReasoningRoom }

func (p *provider) Submit(_ context.Context, b llm.BatchRequest) (string, error) {
	lost := &llm.CallError{Class: llm.Connection, Err: errors.New("the connection was cut")}
	if p.refuse {
		p.refuse = false
		return "", lost
	}
	id := fmt.Sprintf("remote-%d", len(p.submitted)+1)
	p.submitted[id] = b
	if p.lose {
		p.lose = false
		return "", lost
	}
	return id, nil
}

func (p *provider) Find(_ context.Context, id string, _ time.Time, _ []string) (string, bool, error) {
	if p.unsure {
		return "", false, nil
	}
	for remote, b := range p.submitted {
		if b.ID == id {
			return remote, true, nil
		}
	}
	return "", true, nil
}

func (p *provider) Poll(context.Context, string) (llm.BatchStatus, error) {
	p.looks--
	return llm.BatchStatus{Ended: p.looks < 0}, nil
}

func (p *provider) Results(_ context.Context, remote string, yield func(llm.BatchResult) error) error {
	b := p.submitted[remote]
	for i, key := range b.Keys {
		r := p.answer(b.Requests[i])
		r.Key = key
		if r.Response == nil && r.Err == nil {
			continue // nothing for this one
		}
		if err := yield(r); err != nil {
			return err
		}
	}
	return nil
}

const flow = `{"reason":"it arises during a period","family":"physical-fundamental","confidence":0.9}`

func says(text string) llm.BatchResult {
	return llm.BatchResult{Response: &llm.Response{Text: text, Model: "gpt-test-2026", Tokens: classify.Tokens{Input: 1000, Output: 50}}}
}

func about(concept string) prompt.Question {
	return prompt.Family(classify.FamilyQuestion{Concept: concept, Name: concept, UnitType: classify.UnitCurrency, HasCurrency: true})
}

func newProvider() *provider {
	return &provider{submitted: map[string]llm.BatchRequest{}, answer: func(*llm.Request) llm.BatchResult { return says(flow) }}
}

func openStore(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// desk is what one run of the program has.
func desk(p *provider, s *sqlite.Store, change ...func(*batch.Config)) *batch.Desk {
	c := batch.Config{Model: p, Store: s, Budget: gateway.NewBudget(-1, 0), RunID: 7, Price: price.Model{Input: 1, Output: 2, Batch: 0.5}, Priced: true, Every: time.Millisecond}
	for _, f := range change {
		f(&c)
	}
	return batch.New(c)
}

// ask asks for some concepts and reports how many have an answer.
func ask(t *testing.T, d *batch.Desk, concepts ...string) (answered int) {
	t.Helper()
	for _, c := range concepts {
		var pending *classify.PendingError
		var unusable *gateway.UnusableError
		_, err := d.Ask(t.Context(), about(c))
		switch {
		case err == nil:
			answered++
		case !errors.As(err, &pending) && !errors.As(err, &unusable):
			t.Fatal(err)
		}
	}
	return answered
}

func round(t *testing.T, d *batch.Desk) {
	t.Helper()
	if err := d.Submit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// states are those of all batches in their order.
func states(t *testing.T, s *sqlite.Store) string {
	t.Helper()
	all, err := s.Batches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var text []string
	for _, b := range all {
		text = append(text, string(b.State))
	}
	return strings.Join(text, " ")
}

func calls(t *testing.T, s *sqlite.Store) (n int, usd float64) {
	t.Helper()
	lines, err := s.Costs(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		n += l.Calls
		usd += l.USD
		if !l.Batch {
			t.Errorf("a call outside a batch: %+v", l)
		}
	}
	return n, usd
}

func TestQuestionsAreSubmittedTogetherAndAnsweredFromTheCacheAfterwards(t *testing.T) {
	t.Parallel()
	p, s := newProvider(), openStore(t)
	p.looks = 3
	d := desk(p, s)
	if n := ask(t, d, "exports", "imports", "exports"); n != 0 || d.Pending() != 2 {
		t.Fatalf("%d answered, %d pending", n, d.Pending())
	}
	round(t, d)
	if n := ask(t, d, "exports", "imports"); n != 2 || d.Pending() != 0 || len(p.submitted) != 1 {
		t.Errorf("%d answered, %d pending, %d batches", n, d.Pending(), len(p.submitted))
	}
	if n, usd := calls(t, s); n != 2 || fmt.Sprintf("%.5f", usd) != "0.00110" { // half the price
		t.Errorf("%d calls, $%f", n, usd)
	}
}

func TestABatchOfARunThatWasKilledIsPickedUpAndNeverSubmittedTwice(t *testing.T) {
	t.Parallel()
	p, s := newProvider(), openStore(t)
	ask(t, desk(p, s), "exports") // a run that is killed before it submits leaves nothing
	d := desk(p, s)
	ask(t, d, "exports")
	if err := d.Submit(t.Context()); err != nil { // killed while the batch is under way
		t.Fatal(err)
	}
	later := desk(p, s)
	if err := later.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := ask(t, later, "exports"); n != 1 || len(p.submitted) != 1 || states(t, s) != "collected" {
		t.Errorf("%d answered, %d batches, states %s", n, len(p.submitted), states(t, s))
	}
}

// killed is a store that stops working once a batch is handed in: what a crash
// between the request and its answer leaves is the intent.
type killed struct {
	*sqlite.Store
	intent bool
}

func (k *killed) SaveBatch(ctx context.Context, b classify.Batch) error {
	if k.intent {
		return errors.New("the process is gone")
	}
	k.intent = true
	return k.Store.SaveBatch(ctx, b)
}

func TestAfterACrashTheProviderIsAskedWhetherItHasTheBatch(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		arrived, unsure, resubmit bool
		states                    string // after the next run has resumed
		answered, batches         int    // after it has asked again
	}{
		"it has":                             {true, false, false, "collected", 1, 1},
		"it has not":                         {false, false, false, "failed collected", 1, 1},
		"nobody knows":                       {true, true, false, "ambiguous", 0, 1},
		"nobody knows, and it is asked anew": {true, true, true, "abandoned collected", 1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := newProvider(), openStore(t)
			d := desk(p, s, func(c *batch.Config) { c.Store = &killed{Store: s} })
			ask(t, d, "exports")
			p.refuse = !row.arrived
			if err := d.Submit(t.Context()); err == nil {
				t.Fatal("the process should be gone")
			}
			p.unsure = row.unsure
			next := desk(p, s, func(c *batch.Config) { c.Resubmit, c.RunID = row.resubmit, 8 })
			if err := next.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
			answered := ask(t, next, "exports")
			if answered == 0 && next.Pending() > 0 {
				p.unsure = false
				round(t, next)
				answered = ask(t, next, "exports")
			}
			if states(t, s) != row.states || answered != row.answered || len(p.submitted) != row.batches {
				t.Errorf("states %s, %d answered, %d batches", states(t, s), answered, len(p.submitted))
			}
			if blocked := next.Blocked() > 0; blocked != (row.states == "ambiguous") {
				t.Errorf("blocked: %v", blocked)
			}
		})
	}
}

func TestASubmissionWhoseAnswerIsLostIsLookedForAtOnce(t *testing.T) {
	t.Parallel()
	p, s := newProvider(), openStore(t)
	p.lose = true
	d := desk(p, s)
	ask(t, d, "exports")
	round(t, d)
	if n := ask(t, d, "exports"); n != 1 || len(p.submitted) != 1 || states(t, s) != "collected" {
		t.Errorf("%d answered, %d batches, states %s", n, len(p.submitted), states(t, s))
	}
}

func TestAnAnswerOfABatchThatCannotBeUsedIsAskedAgainOnceWithTheReason(t *testing.T) {
	t.Parallel()
	wrong := strings.Replace(flow, "physical-fundamental", "stock", 1)
	for name, row := range map[string]struct {
		second   string
		answered int
	}{"mended": {flow, 1}, "never right": {wrong, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, s := newProvider(), openStore(t)
			p.answer = func(r *llm.Request) llm.BatchResult {
				if r.Repair == nil {
					return says(wrong)
				}
				if r.Repair.Answer != wrong || r.Repair.Reason == "" {
					t.Errorf("repair %+v", r.Repair)
				}
				return says(row.second)
			}
			d := desk(p, s)
			for range 4 {
				ask(t, d, "exports")
				if d.Pending() > 0 {
					round(t, d)
				}
			}
			if n := ask(t, d, "exports"); n != row.answered || len(p.submitted) != 2 {
				t.Errorf("%d answered, %d batches", n, len(p.submitted))
			}
			if n, _ := calls(t, s); n != 2 {
				t.Errorf("%d calls in the ledger", n)
			}
		})
	}
}

func TestAQuestionForWhichBatchesBringNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	p, s := newProvider(), openStore(t)
	p.answer = func(*llm.Request) llm.BatchResult { return llm.BatchResult{} }
	d := desk(p, s)
	for range 6 {
		ask(t, d, "exports")
		if d.Pending() > 0 {
			round(t, d)
		}
	}
	var unusable *gateway.UnusableError
	if _, err := d.Ask(t.Context(), about("exports")); !errors.As(err, &unusable) || len(p.submitted) != 3 {
		t.Errorf("%d batches, %v", len(p.submitted), err)
	}
}

func TestABatchIsAsLargeAsTheBudgetAllows(t *testing.T) {
	t.Parallel()
	p, s := newProvider(), openStore(t)
	budget := gateway.NewBudget(0.02, 0)
	d := desk(p, s, func(c *batch.Config) { c.Budget = budget })
	var concepts []string
	for i := range 100 {
		concepts = append(concepts, fmt.Sprintf("concept %d", i))
	}
	var err error
	for range 100 {
		if ask(t, d, concepts...); d.Pending() == 0 {
			break
		}
		if err = d.Submit(t.Context()); err != nil {
			break
		}
		if err := d.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var spent *classify.BudgetError
	n, usd := calls(t, s)
	if !errors.As(err, &spent) || usd > 0.02 || n < 20 || fmt.Sprintf("%.6f", usd) != fmt.Sprintf("%.6f", budget.Spent()) {
		t.Errorf("%d calls, $%f spent ($%f by the budget), %v", n, usd, budget.Spent(), err)
	}
}

// once answers one question at once, and counts them.
type once struct {
	err   error
	asked int
}

func (o *once) Ask(context.Context, prompt.Question) (gateway.Answer, error) {
	o.asked++
	return gateway.Answer{}, o.err
}

func TestOneQuestionIsAskedAtOnceBeforeTheFirstBatch(t *testing.T) {
	t.Parallel()
	p, s, first := newProvider(), openStore(t), &once{}
	d := desk(p, s, func(c *batch.Config) { c.First = first })
	ask(t, d, "exports", "imports", "debt")
	round(t, d)
	ask(t, d, "tourists", "rainfall")
	round(t, d)
	if n := len(p.submitted["remote-1"].Keys); first.asked != 1 || n != 2 || len(p.submitted) != 2 {
		t.Errorf("%d asked at once, %d in the first of %d batches", first.asked, n, len(p.submitted))
	}
	first.err = &classify.TerminalError{Err: errors.New("no key")}
	d = desk(p, s, func(c *batch.Config) { c.First = first })
	ask(t, d, "births", "deaths")
	if err := d.Submit(t.Context()); !errors.Is(err, first.err) || d.Pending() != 2 || len(p.submitted) != 2 {
		t.Errorf("%d pending, %d batches, %v", d.Pending(), len(p.submitted), err)
	}
}
