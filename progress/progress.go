// Package progress counts a run while it goes on: what is handed out, what the
// stages were asked, and above all what is committed.
package progress

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"

	"classify"
)

// Counts counts a run while it goes on. The zero value is ready; it is safe
// for concurrent use.
type Counts struct {
	total  atomic.Int64
	handed atomic.Int64
	stages [6]atomic.Int64

	mu       sync.Mutex
	outcomes map[classify.Outcome]int
	low      int
	failures map[classify.Failure]int
	pending  int
	unpaid   error
	unpaidN  int
}

// Snapshot is the state of Counts at one moment.
type Snapshot struct {
	Total    int                      // what the selection has to do
	Handed   int                      // what the store handed out; less than Total where other runs share the work
	Stages   map[classify.Stage]int   // asked, by stage
	Outcomes map[classify.Outcome]int // committed, by outcome
	Low      int                      // committed with low confidence
	Failures map[classify.Failure]int
	Pending  int   // left because an answer is still under way
	Unpaid   int   // left because the budget is spent
	Budget   error // the first *classify.BudgetError, if any was left unpaid
}

// Done is how many indicators are committed.
func (s Snapshot) Done() int {
	n := 0
	for _, c := range s.Outcomes {
		n += c
	}
	return n
}

// SetTotal says how many indicators the run has to do.
func (p *Counts) SetTotal(n int) { p.total.Store(int64(n)) }

// Hand notes that the store handed n indicators out.
func (p *Counts) Hand(n int) { p.handed.Add(int64(n)) }

// Snapshot copies the counts.
func (p *Counts) Snapshot() Snapshot {
	s := Snapshot{
		Total:    int(p.total.Load()),
		Handed:   int(p.handed.Load()),
		Stages:   map[classify.Stage]int{},
		Outcomes: map[classify.Outcome]int{},
		Failures: map[classify.Failure]int{},
	}
	for i, name := range classify.StageNames {
		s.Stages[name] = int(p.stages[i].Load())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.Copy(s.Outcomes, p.outcomes)
	maps.Copy(s.Failures, p.failures)
	s.Low, s.Pending, s.Unpaid, s.Budget = p.low, p.pending, p.unpaidN, p.unpaid
	return s
}

// Again forgets what was left: the same indicators are handed out once more.
func (p *Counts) Again() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pending, p.unpaidN, p.unpaid = 0, 0, nil
	done := int64(0)
	for _, n := range p.outcomes {
		done += int64(n)
	}
	p.handed.Store(done)
}

// Leave notes that an indicator is left as it is: its answer is still under way
// (a *classify.PendingError), or there is no budget for it.
func (p *Counts) Leave(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var pending *classify.PendingError
	if errors.As(err, &pending) {
		p.pending++
		return
	}
	p.unpaidN++
	if p.unpaid == nil {
		p.unpaid = err
	}
}

// Unpaid notes that indicators are left because the budget is spent.
func (p *Counts) Unpaid(indicators int, err *classify.BudgetError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unpaidN, p.unpaid = p.unpaidN+indicators, err
}

// maxReasons bounds the memory that failures can take.
const maxReasons = 100

// Commit notes what is durable of an indicator.
func (p *Counts) Commit(c classify.Committed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.outcomes == nil {
		p.outcomes, p.failures = map[classify.Outcome]int{}, map[classify.Failure]int{}
	}
	p.outcomes[c.Outcome]++
	if c.Outcome != classify.Failed && c.OverallConfidence < classify.LowConfidence {
		p.low++
	}
	if f := c.Failure; f != nil {
		if _, known := p.failures[*f]; !known && len(p.failures) >= maxReasons {
			f = &classify.Failure{Stage: f.Stage, Reason: "other reasons"}
		}
		p.failures[*f]++
	}
}

// Asked notes that a stage was asked by who says so afterwards: an indicator that
// was committed has passed all stages up to the one it failed in, and the final
// review only where the boolean one did not pass it.
func (p *Counts) Asked(c classify.Committed) {
	for i, name := range classify.StageNames {
		if name == classify.StageFinalReview && c.ReviewStatus == classify.ReviewPassed {
			return
		}
		p.stages[i].Add(1)
		if c.Failure != nil && c.Failure.Stage == name {
			return
		}
	}
}

// Stages counts how often each stage is asked.
func (p *Counts) Stages(stages classify.Stages) classify.Stages { return counted{stages, p} }

// counted counts how often each stage is asked.
type counted struct {
	classify.Stages
	p *Counts
}

func (s counted) Normalize(ctx context.Context, ind classify.Indicator) (classify.Normalization, error) {
	s.p.stages[0].Add(1)
	return s.Stages.Normalize(ctx, ind)
}

func (s counted) InferTime(ctx context.Context, ind classify.Indicator, n classify.Normalization) (classify.TimeInference, error) {
	s.p.stages[1].Add(1)
	return s.Stages.InferTime(ctx, ind, n)
}

func (s counted) AssignFamily(ctx context.Context, f classify.Facts) (classify.FamilyAssignment, error) {
	s.p.stages[2].Add(1)
	return s.Stages.AssignFamily(ctx, f)
}

func (s counted) ClassifyType(ctx context.Context, f classify.Facts, a classify.FamilyAssignment) (classify.TypeClassification, error) {
	s.p.stages[3].Add(1)
	return s.Stages.ClassifyType(ctx, f, a)
}

func (s counted) BooleanReview(ctx context.Context, f classify.Facts, d classify.Draft) (classify.Verdict, error) {
	s.p.stages[4].Add(1)
	return s.Stages.BooleanReview(ctx, f, d)
}

func (s counted) FinalReview(ctx context.Context, f classify.Facts, d classify.Draft, v classify.Verdict) (classify.FinalReview, error) {
	s.p.stages[5].Add(1)
	return s.Stages.FinalReview(ctx, f, d, v)
}
