package sqlite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/tables"
	"classify/transfer"
)

// Fill fills an empty store in one transaction. One that is not empty is a
// *classify.InvalidInputError, one in which a run lives a *classify.LockedError.
func (s *Store) Fill(ctx context.Context, fill func(transfer.Filler) error) error {
	var done error // is told as it is: it may be of the other store
	err := s.write(ctx, func(w *writer) error {
		if err := w.free(); err != nil {
			return err
		}
		if err := w.vacant(); err != nil {
			return err
		}
		w.nextPoint = 1
		done = fill(&tableWriter{tableReader{store: s, conn: w.conn}, w})
		return done
	})
	if done != nil {
		return done
	}
	if err == nil {
		err = s.rehashAll(ctx) // a database leaves that to its next run
	}
	return fault("fill store", s.path, s.holder(ctx, err))
}

// vacant refuses a store with anything in it.
func (w *writer) vacant() error {
	for i := range transfer.Tables {
		name := transfer.Tables[i].Name
		if name == transfer.CatalogueValues {
			name = "time_series_data"
		}
		n, err := number(w.conn, "SELECT EXISTS (SELECT 1 FROM "+name+")")
		if err != nil {
			return err
		}
		if n != 0 {
			return classify.WithHint(&classify.InvalidInputError{What: fmt.Sprintf("store %q", w.path), Err: fmt.Errorf("it is not empty: %s has rows", name)},
				"copy to a new file: sqlite:PATH")
		}
	}
	return nil
}

// tableWriter stores tables in the running transaction.
type tableWriter struct {
	tableReader
	w *writer
}

// Take stores the rows of a table.
func (f *tableWriter) Take(ctx context.Context, t *transfer.Table, rows iter.Seq2[transfer.Row, error]) error {
	store, err := f.into(t)
	if err != nil {
		return f.fault(t, err)
	}
	for row, err := range rows {
		if err != nil {
			return err // of the source
		}
		if err := store(row); err != nil {
			return f.fault(t, err)
		}
	}
	return f.fault(t, store(nil))
}

func (f *tableWriter) fault(t *transfer.Table, err error) error {
	return fault("fill "+t.Name+" of store", f.store.path, err)
}

// into returns what stores a row of a table; nil is the end of its rows.
func (f *tableWriter) into(t *transfer.Table) (func(transfer.Row) error, error) {
	if t.Name == transfer.CatalogueValues {
		return f.catalogueValues()
	}
	names, extra := t.Names(), ""
	if t.Name == "source_indicators" {
		names, extra = append(names, "value_count"), ", 0" // the values come later
	}
	required := map[string]bool{}
	err := sqlitex.ExecuteTransient(f.conn, "SELECT name FROM pragma_table_info(?) WHERE \"notnull\" OR pk", &sqlitex.ExecOptions{
		Args: []any{t.Name}, ResultFunc: func(st *sqlite.Stmt) error {
			required[st.ColumnText(0)] = true
			return nil
		}})
	if err != nil {
		return nil, err
	}
	st, err := f.conn.Prepare("INSERT INTO " + t.Name + " (" + strings.Join(names, ", ") + ") VALUES (?" + strings.Repeat(", ?", len(t.Columns)-1) + extra + ")")
	if err != nil {
		return nil, err
	}
	return func(row transfer.Row) error {
		if row == nil {
			return nil
		}
		for i := range t.Columns {
			c := &t.Columns[i]
			if err := bindValue(st, i+1, c, &row[i], required[c.Name]); err != nil {
				return err
			}
		}
		return run(st)
	}, nil
}

// bindValue binds a value as the store itself would write it.
func bindValue(st *sqlite.Stmt, param int, c *transfer.Column, v *transfer.Value, required bool) error {
	text := c.Kind == tables.Text || c.Kind == tables.JSON
	if !required && (v.Null || text && v.Text == "") {
		st.BindNull(param)
		return nil
	}
	switch c.Kind {
	case tables.Text:
		st.BindText(param, v.Text)
	case tables.JSON:
		written, err := jsonForm(c.Name, v.Text)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		st.BindText(param, written)
	case tables.Float:
		st.BindFloat(param, v.Float)
	case tables.Time:
		st.BindText(param, stamp(v.Time()))
	default:
		st.BindInt64(param, v.Int)
	}
	return nil
}

// jsonForm is how the store writes a JSON text: without spaces, and labels in
// the form by which runs are compared.
func jsonForm(column, text string) (string, error) {
	if column == "labels" {
		return tables.LabelsForm(text), nil
	}
	if text == "" {
		return text, nil
	}
	var b bytes.Buffer
	err := json.Compact(&b, []byte(text))
	return b.String(), err
}

// catalogueValues stores the values of each indicator one after the other, and
// notes at it where they are.
func (f *tableWriter) catalogueValues() (func(transfer.Row) error, error) {
	note, err := f.conn.Prepare("UPDATE source_indicators SET first_value = ?, value_count = ? WHERE indicator_id = ?")
	if err != nil {
		return nil, err
	}
	var at sourceRow
	ended := func() error {
		if at.values == 0 {
			return nil
		}
		note.BindInt64(1, at.firstValue)
		note.BindInt64(2, int64(at.values))
		note.BindText(3, at.ID)
		if err := run(note); err != nil {
			return err
		}
		if f.conn.Changes() == 0 {
			return &classify.InvalidInputError{What: "values of " + at.ID, Err: errors.New("there is no such indicator")}
		}
		return nil
	}
	return func(row transfer.Row) error {
		if row == nil {
			return ended()
		}
		if id := row[0].Text; id != at.ID || at.values == 0 {
			if err := ended(); err != nil {
				return err
			}
			at = sourceRow{firstValue: f.w.nextPoint}
			at.ID = id
		}
		at.values++
		return f.w.storeValue(at.ID, classify.Observation{Date: row[1].Text, Value: row[2].Float})
	}, nil
}
