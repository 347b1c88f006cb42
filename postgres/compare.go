package postgres

import (
	"context"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// Compare yields the indicators whose answers differ between two runs: in a
// label, in the outcome or in the review status. A run that does not exist is
// classify.ErrNotFound.
func (s *Store) Compare(ctx context.Context, runA, runB int64) iter.Seq2[classify.Difference, error] {
	return func(yield func(classify.Difference, error) bool) {
		if err := s.haveRuns(ctx, runA, runB); err != nil {
			yield(classify.Difference{}, err)
			return
		}
		for after, more := "", true; more; {
			var page []classify.Difference
			var last string
			err := s.read(ctx, "compare runs in store", func(tx pgx.Tx) (err error) {
				page, last, more, err = differences(ctx, tx, runA, runB, after)
				return err
			})
			if err != nil {
				yield(classify.Difference{}, err)
				return
			}
			for i := range page {
				if !yield(page[i], nil) {
					return
				}
			}
			after = last
		}
	}
}

func (s *Store) haveRuns(ctx context.Context, ids ...int64) error {
	return s.read(ctx, "read the runs of store", func(tx pgx.Tx) error {
		for _, id := range ids {
			var there bool
			if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM runs WHERE run_id = $1)", id).Scan(&there); err != nil {
				return err
			}
			if !there {
				return classify.WithHint(fmt.Errorf("run %d: %w", id, classify.ErrNotFound), "classify status names the latest run of the store")
			}
		}
		return nil
	})
}

// bothSides finds, for the next indicators that a run between the two answered,
// the newest answer up to each. Only these can differ.
const bothSides = `SELECT u.id, a.*, b.* FROM (
		SELECT DISTINCT indicator_id AS id FROM classification_history
		WHERE indicator_id > $3 AND run_id > least($1::bigint, $2::bigint) AND run_id <= greatest($1::bigint, $2::bigint)
		ORDER BY indicator_id LIMIT $4) u
	LEFT JOIN LATERAL (SELECT labels, answer, outcome, review_status, overall_confidence, logic_version, input_hash
		FROM classification_history h WHERE h.indicator_id = u.id AND h.run_id <= $1 ORDER BY h.run_id DESC LIMIT 1) a ON true
	LEFT JOIN LATERAL (SELECT labels, answer, outcome, review_status, overall_confidence, logic_version, input_hash
		FROM classification_history h WHERE h.indicator_id = u.id AND h.run_id <= $2 ORDER BY h.run_id DESC LIMIT 1) b ON true
	ORDER BY u.id`

func differences(ctx context.Context, tx pgx.Tx, runA, runB int64, after string) (page []classify.Difference, last string, more bool, err error) {
	if err := takeIndexes(ctx, tx); err != nil {
		return nil, "", false, err
	}
	n := 0
	err = each(ctx, tx, bothSides, []any{runA, runB, after, pageRows}, func(r pgx.Rows) error {
		n++
		var a, b tables.Past
		if err := scanPast(r, &last, &a, &b); err != nil || a.Same(&b) {
			return err
		}
		d := classify.Difference{IndicatorID: last}
		var err error
		if d.A, err = a.Decode(); err != nil {
			return err
		}
		if d.B, err = b.Decode(); err != nil {
			return err
		}
		page = append(page, d)
		return nil
	})
	return page, last, n == pageRows, err
}

// scanPast reads an id and both sides.
func scanPast(r pgx.Rows, id *string, sides ...*tables.Past) error {
	into := []any{id}
	cells := make([]struct {
		labels, rest, outcome, status, logic, hash text
		confidence                                 *float64
	}, len(sides))
	for i := range cells {
		c := &cells[i]
		into = append(into, &c.labels, &c.rest, &c.outcome, &c.status, &c.confidence, &c.logic, &c.hash)
	}
	if err := r.Scan(into...); err != nil {
		return err
	}
	for i, p := range sides {
		c := &cells[i]
		p.Found, p.Labels, p.Rest = c.labels != "", string(c.labels), string(c.rest)
		if !p.Found {
			continue
		}
		p.IndicatorID, p.Outcome, p.ReviewStatus = *id, classify.Outcome(c.outcome), classify.ReviewStatus(c.status)
		p.OverallConfidence, p.LogicVersion, p.InputHash = or(c.confidence), string(c.logic), string(c.hash)
	}
	return nil
}
