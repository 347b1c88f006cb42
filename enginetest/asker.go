package enginetest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"

	"classify"
	"classify/llm/gateway"
	"classify/llm/prompt"
	"classify/rulebook"
)

// asker is a model that always gives the same answer to the same question: mostly
// the rulebook's, and of some drafts that they are wrong. It counts what it is asked.
type asker struct {
	book *rulebook.Rulebook

	mu     sync.Mutex
	asked  map[string]int // by question
	faults map[classify.Stage]fault
	count  int
	at     int // from this question on none is answered; 0: all are
	then   func()
	hold   chan struct{}
}

// fault is what becomes of a share of the questions of a stage.
type fault struct {
	err error
	one uint32 // in so many
}

// errUnusable stands for an answer that cannot be used.
var errUnusable = &gateway.UnusableError{Reason: "it names no family"}

func newAsker() *asker {
	return &asker{book: rulebook.New(), asked: map[string]int{}, faults: map[classify.Stage]fault{}}
}

// failing lets one question of a stage in so many fail.
func (a *asker) failing(s classify.Stage, err error, one uint32) *asker {
	a.faults[s] = fault{err, one}
	return a
}

// after calls a function at the n-th question. That one and those after it are not
// answered until release is called, or whoever asks gives up.
func (a *asker) after(n int, then func()) (release func()) {
	a.at, a.then, a.hold = n, then, make(chan struct{})
	return func() { close(a.hold) }
}

// most is the question that was asked most often.
func (a *asker) most() (text string, times int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for q, n := range a.asked {
		if n > times {
			text, times = q, n
		}
	}
	return text, times
}

// Ask answers a question.
func (a *asker) Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
	a.mu.Lock()
	a.asked[string(q.Stage)+" "+q.Text]++
	a.count++
	held := a.at > 0 && a.count >= a.at
	if a.count == a.at {
		a.then()
	}
	f, faulty := a.faults[q.Stage]
	a.mu.Unlock()
	if held {
		select {
		case <-a.hold:
		case <-ctx.Done():
			return gateway.Answer{}, context.Cause(ctx)
		}
	}
	h := fnv.New32a()
	fmt.Fprint(h, q.Stage, q.Text)
	if faulty && h.Sum32()%f.one == 0 {
		return gateway.Answer{}, f.err
	}
	answer, err := a.answer(ctx, q, h.Sum32()%4 == 0)
	if err != nil {
		return gateway.Answer{}, err
	}
	text, err := prompt.Encode(answer)
	return gateway.Answer{JSON: text, Model: "suite-1", Prompt: prompt.Of(q.Stage).Version}, err
}

func (a *asker) answer(ctx context.Context, q prompt.Question, doubt bool) (any, error) {
	asked, err := prompt.Parse(q.Stage, q.Text)
	if err != nil {
		return nil, err
	}
	switch asked := asked.(type) {
	case classify.UnitQuestion:
		return a.book.AnswerUnit(ctx, asked)
	case classify.TimeQuestion:
		return a.book.AnswerTime(ctx, asked)
	case classify.FamilyQuestion:
		return a.book.AnswerFamily(ctx, asked)
	case classify.TypeQuestion:
		return a.book.AnswerType(ctx, asked)
	case classify.ReviewQuestion:
		v := classify.Verdict{Passed: !doubt, Reason: "so it seems"}
		if doubt {
			v.FieldsWrong = []string{"orientation"}
		}
		v.Confidence = 0.9
		return v, nil
	case classify.FinalQuestion:
		f := classify.FinalReview{Status: classify.ReviewEscalated, Reason: "nobody can tell"}
		f.Confidence = 0.4
		return f, nil
	}
	return nil, errors.New("no question of a stage")
}
