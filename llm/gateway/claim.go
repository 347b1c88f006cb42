package gateway

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"classify"
)

const (
	// claimTime is how long the claim of a process that died keeps others waiting.
	// Where a store is away for longer, a question may be asked twice.
	claimTime = 12 * time.Second
	// claimRenewal is how often the claims of waiting questions are prolonged.
	claimRenewal = claimTime / 4
	// claimPoll bounds the time between two looks at a question of another process.
	claimPoll = 3 * time.Second
)

// claims are the questions that this gateway may ask, where several processes
// share a store.
type claims struct {
	store classify.QuestionClaims // nil: this process is alone
	owner string
	// forget ends the renewal.
	forget context.CancelFunc

	mu   sync.Mutex
	held map[string]bool
}

// take claims a question that has no answer yet. It returns classify.ErrNotFound
// when this gateway has to ask it, and otherwise the answer that another process
// got, for which it waits.
func (g *Gateway) take(f *flight) (classify.CachedAnswer, error) {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 100*time.Millisecond, claimPoll
	for {
		own, err := g.claims.store.ClaimQuestion(g.calls, f.key, g.claims.owner, claimTime)
		if err != nil {
			return classify.CachedAnswer{}, fmt.Errorf("claim a question: %w", err)
		}
		if own {
			g.claims.mu.Lock()
			g.claims.held[f.key] = true
			g.claims.mu.Unlock()
		}
		// Another process may have stored the answer since it was last looked for.
		stored, err := g.lookUp(f)
		if own || !errors.Is(err, classify.ErrNotFound) {
			return stored, err
		}
		timer := time.NewTimer(pause.NextBackOff())
		select {
		case <-timer.C:
		case <-g.admit.Done():
			timer.Stop()
			return classify.CachedAnswer{}, context.Cause(g.admit)
		}
	}
}

// release gives a claim back. Where that fails, the claim ends by itself.
func (g *Gateway) release(key string) {
	g.claims.mu.Lock()
	held := g.claims.held[key]
	delete(g.claims.held, key)
	g.claims.mu.Unlock()
	if held {
		_ = g.claims.store.ReleaseQuestion(g.notes, key, g.claims.owner)
	}
}

// renew prolongs the claims of questions that wait for their turn.
func (g *Gateway) renew(ctx context.Context) {
	beat := time.NewTicker(claimRenewal)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
		case <-ctx.Done():
			return
		}
		g.claims.mu.Lock()
		keys := slices.Collect(maps.Keys(g.claims.held))
		g.claims.mu.Unlock()
		if len(keys) > 0 {
			// One that is lost is asked twice at worst; the next beat tries again.
			_ = g.claims.store.ProlongQuestions(g.calls, keys, g.claims.owner, claimTime)
		}
	}
}
