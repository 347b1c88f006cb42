package limit_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/limit"
)

func TestSeveralRefusalsOfOneBurstAreOneDecrease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{})
		for range 20 {
			mustAcquire(t, l).Settle(answered)
			wait(100 * time.Millisecond)
		}
		burst := make([]*limit.Permit, 5)
		for i := range burst {
			burst[i] = mustAcquire(t, l)
		}
		burst[0].Settle(limit.Outcome{Err: failure(llm.RateLimited)})
		after := l.State()
		for _, p := range burst[1:] {
			p.Settle(limit.Outcome{Err: failure(llm.RateLimited)})
		}
		if s := l.State(); s.RPM != after.RPM || s.Window != after.Window || s.Source != limit.Learned {
			t.Errorf("state went from %+v to %+v with more refusals of one burst", after, s)
		}
	})
}

func TestSettlingTwiceCountsOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := limit.New(limit.Config{})
		p := mustAcquire(t, l)
		p.Settle(answered)
		p.Settle(answered)
		if s := l.State(); s.InFlight != 0 {
			t.Errorf("%d calls under way, want 0", s.InFlight)
		}
	})
}

// BenchmarkCall is a call's share of the limiter alone.
func BenchmarkCall(b *testing.B) {
	for _, waiting := range []int{1, 256} {
		b.Run(fmt.Sprintf("callers=%d", waiting), func(b *testing.B) {
			l := limit.New(limit.Config{MaxInFlight: 32})
			estimate := classify.Tokens{Input: 900, Output: 100}
			o := limit.Outcome{Tokens: estimate, Latency: time.Millisecond}
			b.ReportAllocs()
			todo := make(chan struct{}, b.N)
			for range b.N {
				todo <- struct{}{}
			}
			close(todo)
			b.ResetTimer()
			var wg sync.WaitGroup
			for range waiting {
				wg.Go(func() {
					for range todo {
						p, err := l.Acquire(context.Background(), estimate)
						if err != nil {
							b.Error(err)
							return
						}
						p.Settle(o)
					}
				})
			}
			wg.Wait()
		})
	}
}
