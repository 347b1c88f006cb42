// Package cascade decides who answers a question: the rulebook where it is
// certain, a language model where judgement is needed, and a person where the
// two disagree and the reviewer cannot settle it.
package cascade

import (
	"context"
	"errors"
	"fmt"

	"classify"
	"classify/llm/gateway"
	"classify/llm/prompt"
	"classify/rulebook"
)

// Policy says how much is left to the model.
type Policy string

const (
	// Offline asks no model at all.
	Offline Policy = "offline"
	// Cascade asks a model where the rulebook's calibrated confidence is below
	// the threshold, and has it review only what a check failed or what two
	// sources disagree about.
	Cascade Policy = "cascade"
	// Thorough asks a model for family, type and review of every indicator, and
	// for unit and time where the texts leave them unknown.
	Thorough Policy = "thorough"
)

// Policies are all of them.
var Policies = []Policy{Offline, Cascade, Thorough}

// DefaultThreshold is the calibrated confidence from which on Cascade takes the
// rulebook's answer.
const DefaultThreshold = 0.90

// disputable is the calibrated confidence from which on the rulebook's answer
// counts as a second opinion: a model that differs has to be reviewed.
const disputable = 0.60

// An Asker asks one model. *gateway.Gateway is one.
type Asker interface {
	Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error)
}

// ErrNotAsked is what an Asker returns that only counts questions: the
// rulebook's answer stands in for the model's.
var ErrNotAsked = errors.New("the question was counted, not asked")

// Config is what an Answerer works with.
type Config struct {
	Policy    Policy
	Threshold float64 // from 0 to 1
	Book      *rulebook.Rulebook
	Models    map[classify.Stage]Asker // one for each stage
}

// Answerer implements classify.Answerer. It has no state, and is safe for
// concurrent use if its Askers are.
type Answerer struct{ Config }

var _ classify.Answerer = (*Answerer)(nil)

// New returns an Answerer.
func New(c Config) *Answerer { return &Answerer{c} }

// sure reports whether the policy takes the rulebook's answer without asking.
func (a *Answerer) sure(confidence float64) bool {
	return a.Policy != Thorough && confidence >= a.Threshold
}

// reply is what became of a question to a model.
type reply struct {
	gateway.Answer
	unusable error // the model gave no usable answer, asked twice
	counted  bool  // the question was counted only
}

// ask asks the model of the question's stage. err is what concerns more than
// this question, or that it could not be asked.
func (a *Answerer) ask(ctx context.Context, q prompt.Question) (reply, error) {
	answer, err := a.Models[q.Stage].Ask(ctx, q)
	var unusable *gateway.UnusableError
	switch {
	case errors.Is(err, ErrNotAsked):
		return reply{counted: true}, nil
	case errors.As(err, &unusable):
		return reply{unusable: unusable}, nil
	}
	return reply{Answer: answer}, err
}

// mostSure bounds what a model may say of its own confidence: it is not
// calibrated, and models say more than they keep.
const mostSure = 0.90

// provenance is that of a model's answer.
func (r *reply) provenance(p classify.Provenance) classify.Provenance {
	p.By, p.Rule, p.Confidence = r.Model, r.Prompt, min(p.Confidence, mostSure)
	return p
}

// agreed is the probability that an answer is right which two sources gave, that
// are right with these probabilities and know nothing of each other.
func agreed(a, b float64) float64 { return odds(a*b, (1-a)*(1-b)) }

// overruled is the probability that an answer is right although another source
// gives another one.
func overruled(said, other float64) float64 { return min(said, odds(said*(1-other), (1-said)*other)) }

func odds(right, wrong float64) float64 {
	if right+wrong == 0 {
		return 0
	}
	return right / (right + wrong)
}

// The rules of the doubts that the cascade adds to what the reviews look at.
const (
	ruleDispute  = "sources.differ"
	ruleUnusable = "answer.unusable"
)

// unusableAt is the confidence of an answer that stands in for one that no
// model could give.
const unusableAt = 0.2

// unanswered notes on the rulebook's answer that the model was asked for a
// better one in vain: a person has to look.
func unanswered(p classify.Provenance, field string, err error) classify.Provenance {
	p.Confidence = min(p.Confidence, unusableAt)
	p.Evidence = append(p.Evidence, err.Error())
	p.Doubts = append(p.Doubts, classify.Violation{Rule: ruleUnusable, Field: field, Reason: err.Error()})
	return p
}

// compare holds the model's value of a field against the rulebook's, and notes
// the difference.
func compare[T ~string](p *classify.Provenance, field string, ours, theirs T, confidence float64) {
	if ours == theirs {
		return
	}
	note := fmt.Sprintf("the rulebook says %s %q (%.2f)", field, ours, confidence)
	p.Evidence = append(p.Evidence, note)
	if confidence >= disputable {
		p.Doubts = append(p.Doubts, classify.Violation{Rule: ruleDispute, Field: field, Reason: note, Warn: true})
	}
}
