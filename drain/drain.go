// Package drain lets work that is under way end after its caller was stopped.
package drain

import (
	"context"
	"time"
)

// Time is how long what is already under way may go on after a run was stopped:
// a call to a model that is paid, an answer on its way to the store.
const Time = 30 * time.Second

// After returns a context that outlives ctx by d, and ends with the cause of
// ctx then. The caller has to call stop.
func After(ctx context.Context, d time.Duration) (_ context.Context, stop context.CancelFunc) {
	outlives, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	timer := time.AfterFunc(d, func() { cancel(context.Cause(ctx)) })
	timer.Stop()
	unhook := context.AfterFunc(ctx, func() { timer.Reset(d) })
	return outlives, func() {
		unhook()
		timer.Stop()
		cancel(context.Canceled)
	}
}
