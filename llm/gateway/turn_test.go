package gateway

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"classify"
)

func TestTheLatestStageHasTheNextTurnAndWithinItTheFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var line turns
		for range maxStanding {
			if err := line.take(t.Context(), classify.StageFamily); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		var order []classify.Stage
		for _, stage := range []classify.Stage{classify.StageFamily, classify.StageNormalize, classify.StageBooleanReview, classify.StageType, classify.StageBooleanReview} {
			go func() {
				if err := line.take(t.Context(), stage); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				order = append(order, stage)
			}()
			synctest.Wait()
		}
		for range 5 {
			line.give()
			synctest.Wait()
		}
		want := []classify.Stage{classify.StageBooleanReview, classify.StageBooleanReview, classify.StageType, classify.StageFamily, classify.StageNormalize}
		if !slices.Equal(order, want) {
			t.Errorf("order %v", order)
		}
		for range maxStanding {
			line.give()
		}
		if line.standing != 0 {
			t.Errorf("%d turns are never given back", line.standing)
		}
	})
}

func TestWhoeverLeavesTheLineTakesNoTurnAlong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var line turns
		for range maxStanding {
			_ = line.take(t.Context(), classify.StageFamily) // there is room
		}
		gone := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if err := line.take(ctx, classify.StageType); err != nil && !errors.Is(err, gone) {
					t.Error(err)
				} else if err == nil {
					line.give()
				}
			})
		}
		synctest.Wait()
		cancel(gone)
		for range maxStanding { // some turns are given while the waiters leave
			line.give()
		}
		all.Wait()
		if line.standing != 0 || len(line.waiting) != 0 {
			t.Errorf("%d standing, %d waiting", line.standing, len(line.waiting))
		}
	})
}
