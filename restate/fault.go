package restate

import (
	"context"
	"errors"
	"net/http"
	"strings"

	sdk "github.com/restatedev/sdk-go"

	"classify"
	"classify/llm/gateway"
)

// The code of a failed invocation says what its caller should do. They are those
// of HTTP that come closest, as Restate has no classes of its own.
const (
	codeInvalid  = http.StatusBadRequest       // the input is wrong: *classify.InvalidInputError
	codeBudget   = http.StatusPaymentRequired  // the budget is spent: *classify.BudgetError
	codePending  = http.StatusTooEarly         // the answer comes later: *classify.PendingError
	codeTerminal = http.StatusFailedDependency // going on fails for every indicator: *classify.TerminalError
	codeOver     = http.StatusGone             // the run that the answer was for is over
)

// toRestate makes an error one that Restate treats as it should be: terminal where
// another attempt would fail as well, else an error that is tried again.
func toRestate(err error) error {
	if err == nil || sdk.IsTerminalError(err) || passing(err) {
		return err
	}
	code := codeOf(err)
	if code == 0 {
		return err
	}
	text := err.Error()
	if hint := classify.Hint(err); hint != "" {
		text += hintMark + hint
	}
	return sdk.ToTerminalError(errors.New(text), sdk.WithErrorCode(code))
}

// codeOf is the class of an error, or 0 for one that has none.
func codeOf(err error) sdk.Code {
	var (
		invalid  *classify.InvalidInputError
		budget   *classify.BudgetError
		pending  *classify.PendingError
		terminal *classify.TerminalError
		locked   *classify.LockedError
	)
	switch {
	case errors.As(err, &budget):
		return codeBudget
	case errors.As(err, &pending):
		return codePending
	case errors.As(err, &locked):
		return codeOver
	case errors.As(err, &terminal):
		return codeTerminal
	case errors.As(err, &invalid):
		return codeInvalid
	}
	return 0
}

// fromRestate gives a failure back the class that toRestate took it from; what
// has none is returned as an error without one.
func fromRestate(code int, text string) error {
	text, hint, hinted := strings.Cut(text, hintMark)
	var err error = errors.New(text)
	switch code {
	case codeBudget:
		err = &classify.BudgetError{Err: err}
	case codePending:
		err = &classify.PendingError{Err: err}
	case codeTerminal, codeOver:
		err = &classify.TerminalError{Err: err}
	case codeInvalid:
		err = &classify.InvalidInputError{What: "the service refuses it", Err: err}
	}
	if hinted {
		err = classify.WithHint(err, "%s", hint)
	}
	return err
}

// passing reports whether another attempt, perhaps of another process, may
// succeed: this one stops, or somebody has to wait.
func passing(err error) bool {
	var retryable *classify.RetryableError
	return errors.As(err, &retryable) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, gateway.ErrClosed)
}

// hintMark stands between an error and its remedy where both travel as one text.
const hintMark = "\n→ "
