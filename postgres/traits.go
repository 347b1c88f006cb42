package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// ModelTraits returns what SaveModelTraits stored under an id, or
// classify.ErrNotFound.
func (s *Store) ModelTraits(ctx context.Context, id string) (traits json.RawMessage, err error) {
	err = s.read(ctx, "read the traits of a model in store", func(tx pgx.Tx) error {
		var raw []byte
		found, err := one(ctx, tx, "SELECT traits FROM model_traits WHERE model_id = $1", []any{clean(id)}, &raw)
		if err == nil && !found {
			err = fmt.Errorf("traits of model %q: %w", id, classify.ErrNotFound)
		}
		traits = raw
		return err
	})
	return traits, err
}

// SaveModelTraits remembers what was found out about a model and its server,
// in the place of what was known. What is not JSON is a
// *classify.InvalidInputError.
func (s *Store) SaveModelTraits(ctx context.Context, id string, traits json.RawMessage) error {
	if err := tables.CheckTraits(id, traits); err != nil {
		return err
	}
	return s.write(ctx, "save the traits of a model in store", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO model_traits (model_id, traits, saved_at) VALUES ($1, $2::text::json, coalesce($3::timestamptz, clock_timestamp()))
			ON CONFLICT (model_id) DO UPDATE SET traits = excluded.traits, saved_at = excluded.saved_at`, clean(id), clean(string(traits)), s.now())
		return err
	})
}

// ClaimQuestion takes the right to ask a question of a model for so long, on
// the clock of the store, or prolongs it; it reports false while the claim of
// another owner lives.
func (s *Store) ClaimQuestion(ctx context.Context, key, owner string, d time.Duration) (own bool, err error) {
	err = s.write(ctx, "claim a question in store", func(tx pgx.Tx) error {
		n, err := exec(ctx, tx, `INSERT INTO question_claims AS q (answer_key, owner, until)
			VALUES ($1, $2, coalesce($4::timestamptz, clock_timestamp()) + $3::bigint * interval '1 microsecond')
			ON CONFLICT (answer_key) DO UPDATE SET owner = excluded.owner, until = excluded.until
			WHERE q.owner = excluded.owner OR q.until <= coalesce($4::timestamptz, clock_timestamp())`, clean(key), clean(owner), d.Microseconds(), s.now())
		own = n > 0
		return err
	})
	return own, err
}

// ProlongQuestions moves the ends of the claims that owner still has of these to so
// much later on the clock of the store; a question that it does not have it leaves
// alone.
func (s *Store) ProlongQuestions(ctx context.Context, keys []string, owner string, d time.Duration) error {
	stored := make([]string, len(keys))
	for i, key := range keys {
		stored[i] = clean(key)
	}
	return s.write(ctx, "prolong the claims of questions in store", func(tx pgx.Tx) error {
		// Locked in one order, so that no two processes wait for each other.
		_, err := tx.Exec(ctx, `UPDATE question_claims AS q SET until = coalesce($4::timestamptz, clock_timestamp()) + $3::bigint * interval '1 microsecond'
			FROM (SELECT answer_key FROM question_claims WHERE answer_key = ANY($1::text[]) AND owner = $2 ORDER BY answer_key FOR UPDATE) AS held
			WHERE q.answer_key = held.answer_key AND q.owner = $2`, stored, clean(owner), d.Microseconds(), s.now())
		return err
	})
}

// ReleaseQuestion gives the right back; it does nothing where owner does not
// have it.
func (s *Store) ReleaseQuestion(ctx context.Context, key, owner string) error {
	return s.write(ctx, "release a question in store", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM question_claims WHERE answer_key = $1 AND owner = $2", clean(key), clean(owner))
		return err
	})
}
