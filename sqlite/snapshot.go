package sqlite

import (
	"context"
	"iter"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
	"classify/transfer"
)

var (
	_ transfer.Source = (*Store)(nil)
	_ transfer.Target = (*Store)(nil)
)

// Snapshot gives the tables as they are at one moment. While a run lives it is a
// *classify.LockedError.
func (s *Store) Snapshot(ctx context.Context, read func(transfer.Snapshot) error) error {
	var done error // is told as it is: it may be of the other store
	err := s.read(ctx, "read store", func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error {
			l, err := readLease(conn)
			if err != nil {
				return err
			}
			if l != nil && l.alive(s.now()) {
				return l.lockedOut(s.now())
			}
			done = read(&tableReader{store: s, conn: conn})
			return nil
		})
	})
	if done != nil {
		return done
	}
	return err
}

// tableReader reads tables on one connection.
type tableReader struct {
	store *Store
	conn  *sqlite.Conn
}

// Rows yields the rows of a table, without holding them.
func (r *tableReader) Rows(ctx context.Context, t *transfer.Table) iter.Seq2[transfer.Row, error] {
	return func(yield func(transfer.Row, error) bool) {
		if err := r.rows(t, yield); err != nil {
			yield(nil, r.store.readFault(ctx, "read "+t.Name+" of store", err))
		}
	}
}

func (r *tableReader) rows(t *transfer.Table, yield func(transfer.Row, error) bool) error {
	st, err := r.conn.Prepare(tableQuery(t))
	if err != nil {
		return err
	}
	row := make(transfer.Row, len(t.Columns))
	for {
		found, err := st.Step()
		if err != nil {
			return err
		}
		if !found {
			return st.Reset()
		}
		for i := range t.Columns {
			row[i] = scanValue(st, i, t.Columns[i].Kind)
		}
		if t.Name == "runs" {
			if err := r.end(t, row); err != nil {
				return err
			}
		}
		if !yield(row, nil) {
			return st.Reset()
		}
	}
}

// tableQuery reads a table in an order that suits what is filled with it.
func tableQuery(t *transfer.Table) string {
	switch t.Name {
	case transfer.CatalogueValues:
		// The values of an indicator follow each other; nothing has to be sorted.
		return `SELECT s.indicator_id, t.date, t.value FROM source_indicators s
			CROSS JOIN time_series_data t ON t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count
			WHERE NOT EXISTS (SELECT 1 FROM imported_values i WHERE i.indicator_id = s.indicator_id AND i.date = t.date)
			ORDER BY s.indicator_id, t.point_no`
	case "source_indicators":
		return "SELECT " + strings.Join(t.Names(), ", ") + " FROM source_indicators ORDER BY indicator_id"
	case "processing_log":
		return "SELECT " + strings.Join(t.Names(), ", ") + " FROM processing_log ORDER BY log_no"
	}
	return "SELECT " + strings.Join(t.Names(), ", ") + " FROM " + t.Name
}

func scanValue(st *sqlite.Stmt, col int, kind tables.Kind) transfer.Value {
	if st.ColumnIsNull(col) {
		return transfer.Value{Null: true}
	}
	switch kind {
	case tables.Text, tables.JSON:
		return transfer.Value{Text: st.ColumnText(col)}
	case tables.Float:
		return transfer.Value{Float: st.ColumnFloat(col)}
	case tables.Time:
		return transfer.At(moment(st.ColumnText(col)))
	}
	return transfer.Value{Int: st.ColumnInt64(col)}
}

// end gives a run that did not end itself as the next run would store it.
func (r *tableReader) end(t *transfer.Table, row transfer.Row) error {
	at := func(column string) *transfer.Value {
		return &row[slices.IndexFunc(t.Columns, func(c transfer.Column) bool { return c.Name == column })]
	}
	if at("state").Text != running {
		return nil
	}
	run := classify.Run{ID: at("run_id").Int, StartedAt: at("started_at").Time()}
	if err := markKilled(r.conn, &run, r.store.now()); err != nil || run.State != killed {
		return err
	}
	*at("state"), *at("finished_at") = transfer.Value{Text: killed}, transfer.At(*run.FinishedAt)
	for column, n := range map[string]int{"classified": run.Result.Classified, "escalated": run.Result.Escalated, "failed": run.Result.Failed} {
		*at(column) = transfer.Value{Int: int64(n)}
	}
	return nil
}
