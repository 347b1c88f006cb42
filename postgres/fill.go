package postgres

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
	"classify/transfer"
)

// Fill fills an empty store in one transaction. One that is not empty is a
// *classify.InvalidInputError, one in which a run lives a *classify.LockedError.
func (s *Store) Fill(ctx context.Context, fill func(transfer.Filler) error) error {
	return s.once(ctx, "fill store", pgx.TxOptions{}, func(tx pgx.Tx, between func(error) error) error {
		// No run begins meanwhile.
		if _, err := tx.Exec(ctx, "LOCK TABLE lease IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
		r, err := s.newTableReader(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.vacant(ctx, tx); err != nil {
			return err
		}
		if err := between(fill(&tableWriter{r})); err != nil {
			return err
		}
		return settleDown(ctx, tx)
	})
}

// vacant refuses a store with anything in it.
func (s *Store) vacant(ctx context.Context, tx pgx.Tx) error {
	for i := range transfer.Tables {
		name := ownName(&transfer.Tables[i])
		var any bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM "+name+")").Scan(&any); err != nil {
			return err
		}
		if any {
			return classify.WithHint(&classify.InvalidInputError{What: "store " + s.place, Err: fmt.Errorf("it is not empty: %s has rows", name)},
				"copy to a new database: createdb NAME; or to a schema of its own: search_path=NAME in the address")
		}
	}
	return nil
}

func ownName(t *transfer.Table) string {
	if t.Name == transfer.CatalogueValues || t.Name == transfer.ImportedValues {
		return "time_series_data"
	}
	return t.Name
}

// settleDown lets the numbers of new rows follow on those that were filled in,
// and the server learn what is in the tables.
func settleDown(ctx context.Context, tx pgx.Tx) error {
	for i := range transfer.Tables {
		if t := &transfer.Tables[i]; t.Name == transfer.ImportedValues {
			continue // of the same table as the catalogue's
		} else if _, err := tx.Exec(ctx, "ANALYZE "+ownName(t)); err != nil {
			return err
		}
	}
	for table, column := range transfer.Numbered {
		_, err := tx.Exec(ctx, fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%[1]s', '%[2]s'), max(%[2]s)) FROM %[1]s HAVING max(%[2]s) > 0", table, column))
		if err != nil {
			return err
		}
	}
	return nil
}

// tableWriter stores tables in one transaction.
type tableWriter struct{ *tableReader }

// Take stores the rows of a table with COPY.
func (f *tableWriter) Take(ctx context.Context, t *transfer.Table, rows iter.Seq2[transfer.Row, error]) error {
	return f.store.onceFault(ctx, "fill "+t.Name+" of store", f.take(ctx, t, rows))
}

func (f *tableWriter) take(ctx context.Context, t *transfer.Table, rows iter.Seq2[transfer.Row, error]) error {
	switch t.Name {
	case transfer.CatalogueValues:
		return f.takeValues(ctx, rows, func(p *pointRows, at *valuePlace, r transfer.Row) {
			n, occurrence := at.next(r[0].Text, r[1].Text)
			p.add(r[0].Text, r[1].Text, r[2].Float, occurrence, n, "")
		})
	case transfer.ImportedValues:
		return f.takeValues(ctx, rows, func(p *pointRows, _ *valuePlace, r transfer.Row) {
			p.add(r[0].Text, r[1].Text, r[2].Float, 0, imported, r[3].Text)
		})
	}
	required, err := column[string](ctx, f.tx, "SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND attnotnull", t.Name)
	if err != nil {
		return err
	}
	next, stop := iter.Pull2(rows)
	defer stop()
	values := make([]any, len(t.Columns))
	_, err = f.tx.CopyFrom(ctx, pgx.Identifier{t.Name}, t.Names(), pgx.CopyFromFunc(func() ([]any, error) {
		row, err, more := next()
		if err != nil || !more {
			return nil, err
		}
		for i := range t.Columns {
			c := &t.Columns[i]
			values[i] = stored(c.Kind, &row[i], slices.Contains(required, c.Name))
		}
		return values, nil
	}))
	return err
}

// stored is a value as the store itself would write it.
func stored(kind tables.Kind, v *transfer.Value, required bool) any {
	text := kind == tables.Text || kind == tables.JSON
	if !required && (v.Null || text && v.Text == "") {
		return nil
	}
	switch kind {
	case tables.Text, tables.JSON:
		return v.Text
	case tables.Float:
		return v.Float
	case tables.Bool:
		return v.Int != 0
	case tables.Time:
		return v.Time()
	}
	return v.Int
}

// valuePlace is how far the values of an indicator are.
type valuePlace struct {
	id   string
	n    int
	seen map[string]int // how often a date was there
}

func (s *valuePlace) next(id, date string) (position, occurrence int) {
	if id != s.id || s.seen == nil {
		*s = valuePlace{id: id, n: -1, seen: map[string]int{}}
	}
	s.n++
	s.seen[date]++
	return s.n, s.seen[date] - 1
}

// takeValues stores values portion by portion.
func (f *tableWriter) takeValues(ctx context.Context, rows iter.Seq2[transfer.Row, error], add func(*pointRows, *valuePlace, transfer.Row)) error {
	var p pointRows
	var at valuePlace
	for row, err := range rows {
		if err != nil {
			return err
		}
		add(&p, &at, row)
		if p.n < portionPoints && len(p.b) < portionBytes {
			continue
		}
		if err := p.send(ctx, f.tx); err != nil {
			return err
		}
		p.reset()
	}
	return p.send(ctx, f.tx)
}
