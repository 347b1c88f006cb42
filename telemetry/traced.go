package telemetry

import (
	"context"
	"errors"

	"classify"
	"classify/llm"
	"classify/llm/cascade"
	"classify/llm/gateway"
	"classify/llm/prompt"
)

// Stages makes a span for each stage that is asked.
func (t *Tracer) Stages(next classify.Stages) classify.Stages {
	if t == nil {
		return next
	}
	return &observed{next: next, begin: t.StartStage}
}

// Asker makes a span for each question to a model. Within durable steps, as in
// restate.Durable(tracer.Asker(id, asker)), it is one for each question that is
// really asked, and none for an answer that a replay reads from the journal.
func (t *Tracer) Asker(model llm.ID, next cascade.Asker) cascade.Asker {
	if t == nil {
		return next
	}
	return askerFunc(func(ctx context.Context, q prompt.Question) (gateway.Answer, error) {
		ctx, end := t.StartCall(ctx, q.Stage, model)
		a, err := next.Ask(ctx, q)
		if !errors.Is(err, cascade.ErrNotAsked) { // a question that was only counted is no call
			end(err)
		}
		return a, err
	})
}
