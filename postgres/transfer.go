package postgres

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"classify"
	"classify/tables"
	"classify/transfer"
)

var (
	_ transfer.Source = (*Store)(nil)
	_ transfer.Target = (*Store)(nil)
)

// unbounded lets a transaction last as long as a store is large.
const unbounded = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"

// Snapshot gives the tables as they are at one moment. While a run lives it is a
// *classify.LockedError.
func (s *Store) Snapshot(ctx context.Context, read func(transfer.Snapshot) error) error {
	return s.once(ctx, "read store", pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx, between func(error) error) error {
		r, err := s.newTableReader(ctx, tx)
		if err != nil {
			return err
		}
		return between(read(r))
	})
}

// once runs a function in a transaction that is not repeated when what passes
// through between has begun: the other store has a transaction of its own
// meanwhile. That error is told as it is, because it may be of the other store.
func (s *Store) once(ctx context.Context, doing string, o pgx.TxOptions, do func(tx pgx.Tx, between func(error) error) error) error {
	var passed bool
	var result error
	err := s.transact(ctx, doing, o, func(tx pgx.Tx) error {
		if passed {
			result = s.onceFault(ctx, doing, io.ErrUnexpectedEOF) // the answer to the commit was lost
			return &classify.TerminalError{Err: result}
		}
		return do(tx, func(err error) error {
			if passed, result = true, err; err != nil {
				return &classify.TerminalError{Err: err} // is not repeated
			}
			return nil
		})
	})
	if result != nil {
		return result
	}
	return err
}

// onceFault is fault for what was not repeated.
func (s *Store) onceFault(ctx context.Context, doing string, err error) error {
	switch {
	case err == nil || typed(err):
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case passing(err):
		return &classify.RetryableError{Err: classify.WithHint(fmt.Errorf("%s %s: %w", doing, s.place, err),
			"the connection was lost: look whether the server runs, then give the command again; the copy has left nothing, or is whole: classify store status")}
	}
	return s.fault(doing, err)
}

// tableReader reads tables in one transaction.
type tableReader struct {
	store  *Store
	tx     pgx.Tx
	killed map[int64]classify.Run // runs that did not end themselves
}

// newTableReader refuses a store in which a run lives.
func (s *Store) newTableReader(ctx context.Context, tx pgx.Tx) (*tableReader, error) {
	if _, err := tx.Conn().PgConn().Exec(ctx, unbounded).ReadAll(); err != nil {
		return nil, err
	}
	leases, now, err := s.readLeases(ctx, tx)
	if err != nil {
		return nil, err
	}
	for i := range leases {
		if leases[i].alive(now) {
			return nil, leases[i].lockedOut(now)
		}
	}
	r := &tableReader{store: s, tx: tx, killed: map[int64]classify.Run{}}
	var open []classify.Run
	err = each(ctx, tx, "SELECT run_id, started_at FROM runs WHERE state = $1", []any{running}, func(row pgx.Rows) error {
		var run classify.Run
		err := row.Scan(&run.ID, &run.StartedAt)
		open = append(open, run)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range open {
		if err := markKilled(ctx, tx, &open[i], leases, now); err != nil {
			return nil, err
		}
		r.killed[open[i].ID] = open[i]
	}
	return r, nil
}

// Rows yields the rows of a table, without holding them.
func (r *tableReader) Rows(ctx context.Context, t *transfer.Table) iter.Seq2[transfer.Row, error] {
	return func(yield func(transfer.Row, error) bool) {
		if err := r.rows(ctx, t, yield); err != nil {
			yield(nil, r.store.onceFault(ctx, "read "+t.Name+" of store", err))
		}
	}
}

func (r *tableReader) rows(ctx context.Context, t *transfer.Table, yield func(transfer.Row, error) bool) error {
	rows, err := r.tx.Query(ctx, tableQuery(t))
	if err != nil {
		return err
	}
	defer rows.Close()
	scan := newRowScanner(t)
	for rows.Next() {
		if err := rows.Scan(scan.into...); err != nil {
			return err
		}
		row := scan.row()
		if t.Name == "runs" {
			r.end(t, row)
		}
		if !yield(row, nil) {
			return nil
		}
	}
	return rows.Err()
}

// tableQuery reads a table in an order that suits what is filled with it.
func tableQuery(t *transfer.Table) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = c.Name
		switch c.Kind {
		case tables.Text, tables.JSON:
			columns[i] += "::text"
		case tables.Int:
			columns[i] += "::bigint"
		case tables.Float:
			columns[i] += "::float8"
		}
	}
	query := "SELECT " + strings.Join(columns, ", ") + " FROM "
	switch t.Name {
	case transfer.CatalogueValues:
		return query + "time_series_data WHERE position IS NOT NULL ORDER BY time_series_data.indicator_id, position"
	case transfer.ImportedValues:
		return query + "time_series_data WHERE position IS NULL ORDER BY time_series_data.indicator_id, time_series_data.date"
	case "source_indicators":
		return query + "source_indicators ORDER BY source_indicators.indicator_id"
	case "processing_log":
		return query + "processing_log ORDER BY log_no"
	}
	return query + t.Name
}

// rowScanner scans the rows of a table, all into the same memory.
type rowScanner struct {
	table *transfer.Table
	into  []any
	got   transfer.Row
}

func newRowScanner(t *transfer.Table) *rowScanner {
	s := &rowScanner{table: t, got: make(transfer.Row, len(t.Columns)), into: make([]any, len(t.Columns))}
	for i, c := range t.Columns {
		switch c.Kind {
		case tables.Text, tables.JSON:
			s.into[i] = new(pgtype.Text)
		case tables.Float:
			s.into[i] = new(pgtype.Float8)
		case tables.Bool:
			s.into[i] = new(pgtype.Bool)
		case tables.Time:
			s.into[i] = new(pgtype.Timestamptz)
		default:
			s.into[i] = new(pgtype.Int8)
		}
	}
	return s
}

func (s *rowScanner) row() transfer.Row {
	for i := range s.into {
		v := transfer.Value{}
		switch at := s.into[i].(type) {
		case *pgtype.Text:
			v.Text, v.Null = at.String, !at.Valid
		case *pgtype.Float8:
			v.Float, v.Null = at.Float64, !at.Valid
		case *pgtype.Bool:
			v = transfer.Flag(at.Bool)
			v.Null = !at.Valid
		case *pgtype.Timestamptz:
			if v.Null = !at.Valid; at.Valid {
				v = transfer.At(at.Time)
			}
		case *pgtype.Int8:
			v.Int, v.Null = at.Int64, !at.Valid
		}
		s.got[i] = v
	}
	return s.got
}

// end gives a run that did not end itself as the next run would store it.
func (r *tableReader) end(t *transfer.Table, row transfer.Row) {
	at := func(column string) *transfer.Value {
		return &row[slices.IndexFunc(t.Columns, func(c transfer.Column) bool { return c.Name == column })]
	}
	run, open := r.killed[at("run_id").Int]
	if !open {
		return
	}
	*at("state"), *at("finished_at") = transfer.Value{Text: killed}, transfer.At(*run.FinishedAt)
	for column, n := range map[string]int{"classified": run.Result.Classified, "escalated": run.Result.Escalated, "failed": run.Result.Failed} {
		*at(column) = transfer.Value{Int: int64(n)}
	}
}
