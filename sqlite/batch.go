package sqlite

import (
	"context"
	"fmt"
	"slices"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

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
	now := s.now()
	if b.CreatedAt.IsZero() {
		b.CreatedAt = now
	}
	if b.UpdatedAt.IsZero() {
		b.UpdatedAt = now
	}
	if len(b.Items) > 0 {
		b.Count = len(b.Items)
	}
	err := s.write(ctx, func(w *writer) error { return w.saveBatch(&b) })
	return fault("save a batch in store", s.path, err)
}

func (w *writer) saveBatch(b *classify.Batch) error {
	err := w.execute("UPDATE model_batches SET state = ?, remote_id = nullif(?, ''), updated_at = ?, error = nullif(?, '') WHERE batch_id = ?",
		string(b.State), b.RemoteID, stamp(b.UpdatedAt), b.Error, b.ID)
	if err != nil || w.conn.Changes() > 0 {
		return err
	}
	err = w.execute(`INSERT INTO model_batches (batch_id, run_id, provider, model, stage, state, remote_id, created_at, updated_at, error, item_count, server, prompt_version)
		VALUES (?, nullif(?, 0), ?, ?, ?, ?, nullif(?, ''), ?, ?, nullif(?, ''), ?, nullif(?, ''), nullif(?, ''))`,
		b.ID, b.RunID, b.Provider, b.Model, string(b.Stage), string(b.State), b.RemoteID, stamp(b.CreatedAt), stamp(b.UpdatedAt), b.Error, b.Count, b.Server, b.Prompt)
	if err != nil {
		return err
	}
	no := w.conn.LastInsertRowID()
	for i := range b.Items {
		it := &b.Items[i]
		if err := w.execute(`INSERT INTO model_batch_items (batch_no, item_no, answer_key, question, rejected, reason)
			VALUES (?, ?, ?, ?, nullif(?, ''), nullif(?, ''))`, no, i+1, it.Key, string(it.Question), it.Rejected, it.Reason); err != nil {
			return err
		}
	}
	return nil
}

// Batches returns the batches in the order in which they were first stored,
// without their items; only those in one of the states if any are given.
func (s *Store) Batches(ctx context.Context, states ...classify.BatchState) (batches []classify.Batch, err error) {
	err = s.read(ctx, "read the batches of store", func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, `SELECT batch_id, run_id, provider, model, stage, state, remote_id, created_at, updated_at, error, item_count, server, prompt_version
			FROM model_batches ORDER BY batch_no`, &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			b := classify.Batch{ID: st.ColumnText(0), RunID: st.ColumnInt64(1), Provider: st.ColumnText(2), Model: st.ColumnText(3),
				Stage: classify.Stage(st.ColumnText(4)), State: classify.BatchState(st.ColumnText(5)), RemoteID: st.ColumnText(6),
				CreatedAt: moment(st.ColumnText(7)), UpdatedAt: moment(st.ColumnText(8)), Error: st.ColumnText(9), Count: st.ColumnInt(10), Server: st.ColumnText(11), Prompt: st.ColumnText(12)}
			if len(states) == 0 || slices.Contains(states, b.State) {
				batches = append(batches, b)
			}
			return nil
		}})
	})
	return batches, err
}

// BatchItems returns the items of a batch in their order, or
// classify.ErrNotFound if there is no such batch.
func (s *Store) BatchItems(ctx context.Context, batchID string) (items []classify.BatchItem, err error) {
	err = s.read(ctx, "read a batch of store", func(conn *sqlite.Conn) error {
		no, err := batchNumber(conn, batchID)
		if err != nil {
			return err
		}
		return sqlitex.Execute(conn, "SELECT answer_key, question, rejected, reason FROM model_batch_items WHERE batch_no = ? ORDER BY item_no",
			&sqlitex.ExecOptions{Args: []any{no}, ResultFunc: func(st *sqlite.Stmt) error {
				items = append(items, classify.BatchItem{Key: st.ColumnText(0), Question: columnJSON(st, 1), Rejected: st.ColumnText(2), Reason: st.ColumnText(3)})
				return nil
			}})
	})
	return items, err
}

func batchNumber(conn *sqlite.Conn, batchID string) (no int64, err error) {
	no, err = number(conn, "SELECT batch_no FROM model_batches WHERE batch_id = ?", batchID)
	if err == nil && no == 0 {
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
	err := s.write(ctx, func(w *writer) error {
		no, err := batchNumber(w.conn, b.ID)
		if err != nil {
			return err
		}
		err = w.execute("UPDATE model_batches SET state = ?, updated_at = ?, error = NULL WHERE batch_no = ? AND state <> ?",
			string(b.State), stamp(b.UpdatedAt), no, string(classify.BatchCollected))
		if err != nil || w.conn.Changes() == 0 {
			return err
		}
		for i := range calls {
			if err := w.models.insertCall(&calls[i]); err != nil {
				return err
			}
		}
		for i := range answers {
			if _, err := w.models.insertAnswer(&answers[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return fault("store what a batch brought in store", s.path, err)
}
