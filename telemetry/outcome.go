package telemetry

import (
	"context"
	"errors"

	"classify"
	"classify/llm"
	"classify/llm/gateway"
)

// outcomeOf names how something ended, with a word of a fixed list: "ok", or the
// class of the error. The text of an error never becomes a label or an attribute:
// it may quote what somebody else wrote.
func outcomeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return classOf(err)
}

// classOf names an error.
func classOf(err error) string {
	var (
		call      *llm.CallError
		unusable  *gateway.UnusableError
		budget    *classify.BudgetError
		pending   *classify.PendingError
		terminal  *classify.TerminalError
		retryable *classify.RetryableError
		invalid   *classify.InvalidInputError
		locked    *classify.LockedError
	)
	switch {
	case errors.As(err, &unusable):
		return "unusable"
	case errors.As(err, &budget):
		return "budget"
	case errors.As(err, &pending):
		return "pending"
	case errors.As(err, &terminal):
		return "terminal"
	case errors.As(err, &retryable):
		return "retryable"
	case errors.As(err, &invalid):
		return "invalid"
	case errors.As(err, &locked):
		return "locked"
	case errors.As(err, &call):
		return callOutcome(classify.CallOutcome(call.Class))
	case errors.Is(err, context.Canceled), errors.Is(err, gateway.ErrClosed):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	}
	return "failed"
}

// callOutcomes are those that a ledger may show.
var callOutcomes = map[classify.CallOutcome]bool{
	classify.CallAnswered: true, classify.CallInvalid: true, classify.CallAdapted: true,
	classify.CallOutcome(llm.RateLimited): true, classify.CallOutcome(llm.Overloaded): true, classify.CallOutcome(llm.Server): true,
	classify.CallOutcome(llm.Timeout): true, classify.CallOutcome(llm.Connection): true, classify.CallOutcome(llm.Malformed): true,
	classify.CallOutcome(llm.Truncated): true, classify.CallOutcome(llm.Refused): true, classify.CallOutcome(llm.TooLarge): true,
	classify.CallOutcome(llm.Auth): true, classify.CallOutcome(llm.Quota): true, classify.CallOutcome(llm.UnknownModel): true,
	classify.CallOutcome(llm.BadRequest): true, classify.CallOutcome(llm.BadAddress): true, classify.CallOutcome(llm.TLS): true,
	classify.CallOutcome(llm.Unstructured): true, classify.CallOutcome(llm.Cancelled): true,
}

func callOutcome(o classify.CallOutcome) string {
	if callOutcomes[o] {
		return string(o)
	}
	return other
}
