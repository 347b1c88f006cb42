package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// SaveBatch stores a batch with its items, or replaces the state of one that
// is stored: State, RemoteID, UpdatedAt and Error; everything else of it stays
// as it was first stored. It is durable on return. Times that are zero are now.
func (s *Store) SaveBatch(ctx context.Context, b classify.Batch) error {
	if err := tables.CheckBatch(&b); err != nil {
		return err
	}
	if len(b.Items) > 0 {
		b.Count = len(b.Items)
	}
	cleanBatch(&b)
	return s.write(ctx, "save a batch in store", func(tx pgx.Tx) error { return s.saveBatch(ctx, tx, &b) })
}

// cleanBatch cleans the texts of a batch, some of which a provider chose. Those
// of its items are cleaned where they are stored.
func cleanBatch(b *classify.Batch) {
	for _, at := range []*string{&b.ID, &b.Provider, &b.Model, &b.Server, &b.Prompt, &b.RemoteID, &b.Error} {
		*at = clean(*at)
	}
}

// orNow is a time, or NULL for one that is zero and means now.
func orNow(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (s *Store) saveBatch(ctx context.Context, tx pgx.Tx, b *classify.Batch) error {
	n, err := exec(ctx, tx, `UPDATE model_batches SET state = $2, remote_id = nullif($3, ''), updated_at = coalesce($4::timestamptz, $6::timestamptz, clock_timestamp()), error = nullif($5, '')
		WHERE batch_id = $1`, b.ID, string(b.State), b.RemoteID, orNow(b.UpdatedAt), b.Error, s.now())
	if err != nil || n > 0 {
		return err
	}
	var no int64
	err = tx.QueryRow(ctx, `INSERT INTO model_batches (batch_id, run_id, provider, model, stage, state, remote_id, created_at, updated_at, error, item_count, server, prompt_version)
		VALUES ($1, nullif($2::bigint, 0), $3, $4, $5, $6, nullif($7, ''), coalesce($8::timestamptz, $14::timestamptz, clock_timestamp()), coalesce($9::timestamptz, $14::timestamptz, clock_timestamp()),
			nullif($10, ''), $11, nullif($12, ''), nullif($13, '')) RETURNING batch_no`,
		b.ID, b.RunID, b.Provider, b.Model, string(b.Stage), string(b.State), b.RemoteID, orNow(b.CreatedAt), orNow(b.UpdatedAt), b.Error, b.Count, b.Server, b.Prompt, s.now()).Scan(&no)
	if err != nil || len(b.Items) == 0 {
		return err
	}
	n = len(b.Items)
	keys, questions, rejected, reasons := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i := range b.Items {
		it := &b.Items[i]
		keys[i], questions[i], rejected[i], reasons[i] = clean(it.Key), clean(string(it.Question)), clean(it.Rejected), clean(it.Reason)
	}
	_, err = tx.Exec(ctx, `INSERT INTO model_batch_items (batch_no, item_no, answer_key, question, rejected, reason)
		SELECT $1, n, key, question::json, nullif(rejected, ''), nullif(reason, '')
		FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS u(key, question, rejected, reason, n)`, no, keys, questions, rejected, reasons)
	return err
}

// Batches returns the batches in the order in which they were first stored,
// without their items; only those in one of the states if any are given.
func (s *Store) Batches(ctx context.Context, states ...classify.BatchState) (batches []classify.Batch, err error) {
	wanted := make([]string, len(states))
	for i, state := range states {
		wanted[i] = string(state)
	}
	err = s.read(ctx, "read the batches of store", func(tx pgx.Tx) error {
		batches = nil
		return each(ctx, tx, `SELECT batch_id, coalesce(run_id, 0), provider, model, stage, state, coalesce(remote_id, ''), created_at, updated_at, coalesce(error, ''), item_count,
			coalesce(server, ''), coalesce(prompt_version, '') FROM model_batches WHERE cardinality($1::text[]) = 0 OR state = ANY($1) ORDER BY batch_no`, []any{wanted}, func(r pgx.Rows) error {
			var b classify.Batch
			var created, updated timestamp
			err := r.Scan(&b.ID, &b.RunID, &b.Provider, &b.Model, &b.Stage, &b.State, &b.RemoteID, &created, &updated, &b.Error, &b.Count, &b.Server, &b.Prompt)
			b.CreatedAt, b.UpdatedAt = created.Time, updated.Time
			batches = append(batches, b)
			return err
		})
	})
	return batches, err
}

// BatchItems returns the items of a batch in their order, or
// classify.ErrNotFound if there is no such batch.
func (s *Store) BatchItems(ctx context.Context, batchID string) (items []classify.BatchItem, err error) {
	err = s.read(ctx, "read a batch of store", func(tx pgx.Tx) error {
		items = nil
		no, err := batchNumber(ctx, tx, batchID)
		if err != nil {
			return err
		}
		return each(ctx, tx, "SELECT answer_key, question, coalesce(rejected, ''), coalesce(reason, '') FROM model_batch_items WHERE batch_no = $1 ORDER BY item_no", []any{no}, func(r pgx.Rows) error {
			var it classify.BatchItem
			var question []byte
			err := r.Scan(&it.Key, &question, &it.Rejected, &it.Reason)
			it.Question = question
			items = append(items, it)
			return err
		})
	})
	return items, err
}

func batchNumber(ctx context.Context, tx pgx.Tx, batchID string) (no int64, err error) {
	found, err := one(ctx, tx, "SELECT batch_no FROM model_batches WHERE batch_id = $1", []any{clean(batchID)}, &no)
	if err == nil && !found {
		err = fmt.Errorf("batch %q: %w", batchID, classify.ErrNotFound)
	}
	return no, err
}

// CollectBatch stores the calls and the usable answers of a batch, and its new
// state, in one transaction. A batch that is collected already stays as it is: its
// calls are in the ledger. One that is not stored is a classify.ErrNotFound.
func (s *Store) CollectBatch(ctx context.Context, b classify.Batch, calls []classify.Call, answers []classify.CachedAnswer) error {
	if err := tables.CheckCached(answers); err != nil {
		return err
	}
	cleanBatch(&b)
	return s.write(ctx, "store what a batch brought in store", func(tx pgx.Tx) error {
		no, err := batchNumber(ctx, tx, b.ID)
		if err != nil {
			return err
		}
		n, err := exec(ctx, tx, `UPDATE model_batches SET state = $2, updated_at = coalesce($3::timestamptz, $5::timestamptz, clock_timestamp()), error = NULL
			WHERE batch_no = $1 AND state <> $4`, no, string(b.State), orNow(b.UpdatedAt), string(classify.BatchCollected), s.now())
		if err != nil || n == 0 {
			return err
		}
		tokens := make([]string, len(calls))
		for i := range tokens {
			tokens[i] = fmt.Sprintf("%s/%d", b.ID, i)
		}
		if err := s.insertCalls(ctx, tx, calls, tokens); err != nil {
			return err
		}
		_, err = insertCached(ctx, tx, answers)
		return err
	})
}
