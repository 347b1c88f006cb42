package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
)

// TakeSlots takes n calls and their tokens out of the budget that all processes
// on this database share, on the clock of the server. Takers of one model queue
// for its row, for as long as an update lasts. A take that was repeated because
// the answer to its commit was lost may have been counted twice.
func (s *Store) TakeSlots(ctx context.Context, model string, n, tokens int, rate classify.RateLimit) (slots classify.Slots, err error) {
	err = s.write(ctx, "take from the budget of a model in store", func(tx pgx.Tx) error {
		taken, now, err := s.lockBudget(ctx, tx, clean(model))
		if err != nil {
			return err
		}
		if slots, err = taken.Take(now, n, tokens, rate); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE model_rates SET requests_until = $2, tokens_until = $3 WHERE model_key = $1", clean(model), orNull(taken.Requests), orNull(taken.Tokens))
		return err
	})
	return slots, err
}

// lockBudget waits for the row of a model, makes it if there is none, and tells
// what time it is then.
func (s *Store) lockBudget(ctx context.Context, tx pgx.Tx, model string) (taken classify.RateTaken, now time.Time, err error) {
	var all pgx.Batch
	all.Queue("SET LOCAL synchronous_commit = off") // a server that crashes forgets the table anyway
	all.Queue("INSERT INTO model_rates (model_key) VALUES ($1) ON CONFLICT DO NOTHING", model)
	// The clock is read when the row is there: a statement's expressions may be
	// computed before it waits.
	all.Queue(`WITH budget AS MATERIALIZED (SELECT requests_until, tokens_until FROM model_rates WHERE model_key = $1 FOR UPDATE)
		SELECT requests_until, tokens_until, coalesce($2::timestamptz, clock_timestamp()) FROM budget`, model, s.now()).QueryRow(func(row pgx.Row) error {
		var requests, tokens, at timestamp
		err := row.Scan(&requests, &tokens, &at)
		taken, now = classify.RateTaken{Requests: requests.Time, Tokens: tokens.Time}, at.Time
		return err
	})
	return taken, now, tx.SendBatch(ctx, &all).Close()
}

// orNull is a time, or NULL for the zero one.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
