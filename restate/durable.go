package restate

import (
	"context"
	"encoding/json"
	"errors"

	sdk "github.com/restatedev/sdk-go"

	"classify/llm/cascade"
	"classify/llm/gateway"
	"classify/llm/prompt"
)

// Durable makes every question to a model a durable step of the invocation whose
// context the question comes with: its answer is in the journal before it is used,
// and a replay takes it from there. Outside an invocation it asks directly.
//
// What the model did not answer is journaled as well where the indicator goes on
// without it (a *gateway.UnusableError, or any untyped error). Errors that concern
// the whole run end the invocation; passing ones let Restate try the step again.
func Durable(asker cascade.Asker) cascade.Asker { return durable{asker} }

type durable struct{ asker cascade.Asker }

// journaled is what the journal has of a question.
type journaled struct {
	Answer   json.RawMessage `json:"answer,omitempty"`
	Model    string          `json:"model,omitempty"`
	Prompt   string          `json:"prompt,omitempty"`
	Unusable string          `json:"unusable,omitempty"` // why the model's answers cannot be used
	Failed   string          `json:"failed,omitempty"`   // why there is none
}

func (d durable) Ask(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
	invocation, ok := ctx.Value(invocationKey{}).(sdk.Context)
	if !ok {
		return d.asker.Ask(ctx, q)
	}
	entry, err := sdk.Run(invocation, func(step sdk.RunContext) (journaled, error) {
		a, err := d.asker.Ask(within{step, ctx}, q)
		return journal(a, err)
	}, sdk.WithName("ask "+string(q.Stage)))
	switch {
	case err != nil:
		return gateway.Answer{}, fromRestate(int(err.Code()), err.Message())
	case entry.Unusable != "":
		return gateway.Answer{}, &gateway.UnusableError{Reason: entry.Unusable}
	case entry.Failed != "":
		return gateway.Answer{}, errors.New(entry.Failed)
	}
	return gateway.Answer{JSON: entry.Answer, Model: entry.Model, Prompt: entry.Prompt}, nil
}

// journal sorts what came back for a question.
func journal(a gateway.Answer, err error) (journaled, error) {
	var unusable *gateway.UnusableError
	switch {
	case err == nil:
		return journaled{Answer: a.JSON, Model: a.Model, Prompt: a.Prompt}, nil
	case errors.As(err, &unusable):
		return journaled{Unusable: unusable.Reason}, nil
	case passing(err) || codeOf(err) != 0:
		return journaled{}, toRestate(err)
	}
	return journaled{Failed: err.Error()}, nil
}

// invocationKey is the key of the Restate context within a context.
type invocationKey struct{}

// inside gives the stages a context from which Durable finds the invocation.
func inside(ctx sdk.Context) context.Context {
	return context.WithValue(ctx, invocationKey{}, ctx)
}

// within is the context of a step with the values of the context that was asked
// with. No step begins within a step.
type within struct {
	sdk.RunContext
	values context.Context
}

func (w within) Value(key any) any {
	if key == (invocationKey{}) {
		return nil
	}
	return w.values.Value(key)
}
