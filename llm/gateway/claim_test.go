package gateway_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"classify/llm/gateway"
)

// board is where processes claim questions.
type board struct {
	mu     sync.Mutex
	owners map[string]string
	until  map[string]time.Time
}

func newBoard() *board { return &board{owners: map[string]string{}, until: map[string]time.Time{}} }

func (b *board) ClaimQuestion(_ context.Context, key, owner string, d time.Duration) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o := b.owners[key]; o != "" && o != owner && time.Now().Before(b.until[key]) {
		return false, nil
	}
	b.owners[key], b.until[key] = owner, time.Now().Add(d)
	return true, nil
}

func (b *board) ProlongQuestions(_ context.Context, keys []string, owner string, d time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, key := range keys {
		if b.owners[key] == owner {
			b.until[key] = time.Now().Add(d)
		}
	}
	return nil
}

func (b *board) ReleaseQuestion(_ context.Context, key, owner string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.owners[key] == owner {
		delete(b.owners, key)
	}
	return nil
}

func (b *board) held() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.owners)
}

func TestOneOfTwoProcessesAsksAQuestionAndBothHaveItsAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, shared := &scripted{answer: always(flow), hold: make(chan struct{})}, &ledger{}
		claims := newBoard()
		with := func(c *gateway.Config) { c.Claims, c.Ledger, c.Limiter = claims, shared, openLimit() }
		first, second := open(t.Context(), t, m, with), open(t.Context(), t, m, with)
		var both sync.WaitGroup
		for _, g := range []setup{first, second} {
			both.Go(func() {
				if a, err := g.Ask(t.Context(), about("exports")); err != nil || string(a.JSON) != flow {
					t.Errorf("%s, %v", a.JSON, err)
				}
			})
		}
		// The call takes longer than a claim lives without being renewed.
		time.Sleep(10 * time.Minute)
		close(m.hold)
		both.Wait()
		if m.calls() != 1 {
			t.Errorf("asked %d times", m.calls())
		}
		first.Close()
		second.Close()
		if claims.held() != 0 {
			t.Errorf("%d claims are left", claims.held())
		}
	})
}

func TestTheQuestionOfAProcessThatDiedIsAskedByAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, claims := &scripted{answer: always(flow)}, newBoard()
		s := open(t.Context(), t, m, func(c *gateway.Config) { c.Claims, c.Limiter = claims, openLimit() })
		key := about("exports").Key(m.ID())
		if own, err := claims.ClaimQuestion(t.Context(), key, "a process that is gone", time.Minute); !own || err != nil {
			t.Fatal(own, err)
		}
		began := time.Now()
		if _, err := s.Ask(t.Context(), about("exports")); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); m.calls() != 1 || waited < time.Minute {
			t.Errorf("asked %d times, after %s", m.calls(), waited)
		}
		s.Close()
	})
}

func TestWhoWaitsForAnotherProcessEndsWithItsRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		m, claims := &scripted{answer: always(flow)}, newBoard()
		s := open(ctx, t, m, func(c *gateway.Config) { c.Claims, c.Limiter = claims, openLimit() })
		if _, err := claims.ClaimQuestion(t.Context(), about("exports").Key(m.ID()), "another process", time.Hour); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error)
		go func() {
			_, err := s.Ask(t.Context(), about("exports"))
			ended <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) || m.calls() != 0 {
			t.Errorf("%v, asked %d times", err, m.calls())
		}
		s.Close()
	})
}
