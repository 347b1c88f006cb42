package drain_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"classify/drain"
)

func TestWhatIsUnderWayMayGoOnForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stopped := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		outlives, stop := drain.After(ctx, drain.Time)
		defer stop()
		began := time.Now()
		cancel(stopped)
		synctest.Wait()
		if outlives.Err() != nil {
			t.Fatal("it ended with its parent")
		}
		<-outlives.Done()
		if d := time.Since(began); d != drain.Time || !errors.Is(context.Cause(outlives), stopped) {
			t.Errorf("it ended after %s because of %v", d, context.Cause(outlives))
		}
	})
}

func TestADrainThatIsNotNeededEndsAtOnce(t *testing.T) {
	t.Parallel()
	outlives, stop := drain.After(t.Context(), drain.Time)
	stop()
	if outlives.Err() == nil {
		t.Error("it goes on")
	}
}
