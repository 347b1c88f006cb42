package sqlite

import (
	"context"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

// sourceReader reads whole indicators on one connection.
type sourceReader struct {
	byID, values, imported, overrides *sqlite.Stmt
	anyImported, anyOverrides         bool
}

func newSourceReader(conn *sqlite.Conn) (r *sourceReader, err error) {
	var p preparer = conn.Prepare
	r = &sourceReader{}
	if err := p.all(
		p.into(&r.byID, "SELECT "+strings.Join(sourceColumns, ", ")+" FROM source_indicators WHERE indicator_id = ?"),
		p.into(&r.values, "SELECT date, value FROM time_series_data WHERE point_no >= ? AND point_no < ? ORDER BY point_no"),
		p.into(&r.imported, importedValues),
		p.into(&r.overrides, "SELECT field, value FROM overrides WHERE indicator_id = ?"),
	); err != nil {
		return nil, err
	}
	n, err := number(conn, "SELECT EXISTS (SELECT 1 FROM overrides) + 2 * EXISTS (SELECT 1 FROM imported_values)")
	r.anyOverrides, r.anyImported = n&1 != 0, n&2 != 0
	return r, err
}

func (r *sourceReader) read(id string) (s sourceRow, found bool, err error) {
	r.byID.BindText(1, id)
	if found, err = row(r.byID, func() { scanSource(r.byID, 0, &s) }); err != nil || !found {
		return s, false, err
	}
	return s, true, r.complete(&s)
}

// complete adds values and overrides to a row.
func (r *sourceReader) complete(s *sourceRow) (err error) {
	if s.values > 0 {
		if err := s.readValues(r.values); err != nil {
			return err
		}
	}
	if r.anyImported {
		imported, err := readImported(r.imported, s.ID)
		if err != nil {
			return err
		}
		s.Values = withImported(s.Values, imported)
	}
	if r.anyOverrides {
		s.Overrides, err = readOverrides(r.overrides, s.ID)
	}
	return err
}

// importedValues are those of an indicator, as tables.Merge wants them.
const importedValues = "SELECT date, value FROM imported_values WHERE indicator_id = ? ORDER BY date"

func readImported(st *sqlite.Stmt, id string) (values []classify.Observation, err error) {
	st.BindText(1, id)
	err = rows(st, func() {
		values = append(values, classify.Observation{Date: st.ColumnText(0), Value: st.ColumnFloat(1)})
	})
	return values, err
}

// withImported joins imported values to those of a catalogue row.
func withImported(own, imported []classify.Observation) []classify.Observation {
	if len(imported) == 0 {
		return own
	}
	return tables.Merge(own, imported)
}

// readValues reads the values of its catalogue row that a row has in the store.
func (r *sourceRow) readValues(st *sqlite.Stmt) error {
	r.Values = make([]classify.Observation, 0, r.values)
	st.BindInt64(1, r.firstValue)
	st.BindInt64(2, r.firstValue+int64(r.values))
	return rows(st, func() {
		r.Values = append(r.Values, classify.Observation{Date: st.ColumnText(0), Value: st.ColumnFloat(1)})
	})
}

// Indicator returns a source row with all its values and a person's labels, or
// classify.ErrNotFound.
func (s *Store) Indicator(ctx context.Context, id string) (ind classify.Indicator, err error) {
	err = s.read(ctx, "read store", func(conn *sqlite.Conn) error {
		return snapshot(conn, func() error {
			in, err := newSourceReader(conn)
			if err != nil {
				return err
			}
			r, found, err := in.read(id)
			if err == nil && !found {
				err = fmt.Errorf("indicator %q: %w", id, classify.ErrNotFound)
			}
			ind = r.Indicator
			return err
		})
	})
	return ind, err
}
