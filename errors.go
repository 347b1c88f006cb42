package classify

import (
	"errors"
	"fmt"
	"time"
)

// InvalidInputError is an input that no retry will make good.
type InvalidInputError struct {
	What string
	Err  error
}

func (e *InvalidInputError) Error() string { return fmt.Sprintf("%s: %v", e.What, e.Err) }
func (e *InvalidInputError) Unwrap() error { return e.Err }

// RetryableError is a passing fault: the same call may succeed after the wait.
type RetryableError struct {
	After time.Duration // 0: the caller's own back-off
	Err   error
}

func (e *RetryableError) Error() string { return e.Err.Error() }
func (e *RetryableError) Unwrap() error { return e.Err }

// PendingError says that an answer is under way and comes later: the indicator
// is left as it is, and asked again then.
type PendingError struct{ Err error }

func (e *PendingError) Error() string { return e.Err.Error() }
func (e *PendingError) Unwrap() error { return e.Err }

// BudgetError ends a run cleanly because its budget is spent.
type BudgetError struct{ Err error }

func (e *BudgetError) Error() string { return e.Err.Error() }
func (e *BudgetError) Unwrap() error { return e.Err }

// TerminalError ends the whole run: going on would fail for every indicator.
type TerminalError struct{ Err error }

func (e *TerminalError) Error() string { return e.Err.Error() }
func (e *TerminalError) Unwrap() error { return e.Err }

// HintError carries the remedy: the command, or the words, that mend it.
type HintError struct {
	Err  error
	Hint string
}

func (e *HintError) Error() string { return e.Err.Error() }
func (e *HintError) Unwrap() error { return e.Err }

// WithHint adds a remedy to an error; nil stays nil.
func WithHint(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &HintError{Err: err, Hint: fmt.Sprintf(format, args...)}
}

// Hint returns the outermost remedy that an error carries, or "".
func Hint(err error) string {
	var h *HintError
	if errors.As(err, &h) {
		return h.Hint
	}
	return ""
}

// StageError says in which stage an indicator failed.
type StageError struct {
	Stage Stage
	Err   error
}

func (e *StageError) Error() string { return fmt.Sprintf("%s: %v", e.Stage, e.Err) }
func (e *StageError) Unwrap() error { return e.Err }

// LockedError says that another run writes to the store.
type LockedError struct {
	RunID     int64     `json:"run_id"`
	Host      string    `json:"host"`
	PID       int       `json:"pid"`
	Heartbeat time.Time `json:"heartbeat"` // when that run was last heard of
	// Silence is how long ago that was, by the clock of the store.
	Silence time.Duration `json:"-"`
}

func (e *LockedError) Error() string {
	return fmt.Sprintf("run %d is writing to the store: process %d on %s, last heard of %s", e.RunID, e.PID, e.Host, ago(e.Silence))
}

// ago says in words how long something is past.
func ago(d time.Duration) string {
	n, unit := int64(d/time.Second), "second"
	switch {
	case d < time.Second:
		return "just now"
	case d >= 2*time.Hour:
		n, unit = int64(d/time.Hour), "hour"
	case d >= 2*time.Minute:
		n, unit = int64(d/time.Minute), "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s ago", n, unit)
}

// ErrNotFound is returned for an indicator or a run that the store does not have.
var ErrNotFound = errors.New("not found")
