package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// settleRows is how many indicators one transaction settles.
const settleRows = 500

// settle computes the hash of every indicator that has none: its values were
// imported, its labels set, or people wrote it with SQL.
func (s *Store) settle(ctx context.Context) error {
	for after, more := "", true; more; {
		err := s.write(ctx, "settle rows of store", func(tx pgx.Tx) (err error) {
			if err := takeIndexes(ctx, tx); err != nil {
				return err
			}
			var last string
			last, more, err = settlePage(ctx, tx, after, nil)
			if err == nil && more {
				after = last
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settlePage settles indicators behind an id, or those of a page that are given.
func settlePage(ctx context.Context, tx pgx.Tx, after string, given []string) (last string, more bool, err error) {
	var rows []sourceRow
	// Another process that settles the same rows is waited for, and finds nothing.
	err = each(ctx, tx, "SELECT "+columnsOf("s.")+` FROM source_indicators s WHERE s.input_hash IS NULL AND s.indicator_id > $1
		AND ($3::text[] IS NULL OR s.indicator_id = ANY($3)) ORDER BY s.indicator_id LIMIT $2 FOR NO KEY UPDATE`, []any{after, max(settleRows, len(given)), given}, func(r pgx.Rows) error {
		var row sourceRow
		if err := scanSource(r, &row); err != nil {
			return err
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil || len(rows) == 0 {
		return "", false, err
	}
	if err := complete(ctx, tx, rows, allValues); err != nil {
		return "", false, err
	}
	ids, hashes := make([]string, len(rows)), make([]string, len(rows))
	for i := range rows {
		ids[i], hashes[i] = rows[i].ID, rows[i].InputHash()
	}
	_, err = tx.Exec(ctx, `UPDATE source_indicators s SET input_hash = u.hash FROM unnest($1::text[], $2::text[]) AS u(id, hash)
		WHERE s.indicator_id = u.id`, ids, hashes)
	return ids[len(ids)-1], len(rows) == settleRows, err
}

// complete adds labels to rows, and the values that a query of readValues gives.
func complete(ctx context.Context, tx pgx.Tx, rows []sourceRow, query string, more ...any) error {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	values, err := readValues(ctx, tx, query, ids, more...)
	if err != nil {
		return err
	}
	labels, err := readOverrides(ctx, tx, ids)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Values, rows[i].Overrides = values[rows[i].ID], labels[rows[i].ID]
	}
	return nil
}
