package sqlite

import (
	"strings"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

// sourceColumns are the columns of source_indicators that a catalogue row
// fills, in the order in which bindSource binds and scanSource scans them.
var sourceColumns = append([]string{"indicator_id", "input_hash", "first_value", "value_count", "points_set_aside",
	"points_set_aside_example"}, classify.InputFields[1:]...)

// sourceRow is a row of source_indicators.
type sourceRow struct {
	classify.Indicator
	hash       string
	firstValue int64
	values     int // of its catalogue row
}

type sourceStatements struct {
	known, insert, update, rehash *sqlite.Stmt
	value, values, removeValues   *sqlite.Stmt
	enter, entered                *sqlite.Stmt
	joins                         *sqlite.Stmt
	stage, staged, overrides      *sqlite.Stmt
	imported                      *sqlite.Stmt
}

func (s *sourceStatements) prepare(p preparer) error {
	list := strings.Join(sourceColumns, ", ")
	places := strings.Repeat(", ?", len(sourceColumns))[2:]
	return p.all(
		p.into(&s.known, "SELECT source_no, input_hash, first_value, value_count, points_set_aside, points_set_aside_example FROM source_indicators WHERE indicator_id = ?"),
		p.into(&s.insert, "INSERT INTO source_indicators ("+list+", source_file, source_line, last_run_id, first_run_id) VALUES ("+places+", ?, ?, ?, ?)"),
		p.into(&s.update, "UPDATE source_indicators SET ("+list+", source_file, source_line, last_run_id) = ("+places+", ?, ?, ?) WHERE source_no = ?"),
		p.into(&s.rehash, "UPDATE source_indicators SET input_hash = ? WHERE indicator_id = ?"),
		p.into(&s.value, "INSERT INTO time_series_data (point_no, indicator_id, date, value) VALUES (?, ?, ?, ?)"),
		p.into(&s.values, "SELECT date, value FROM time_series_data WHERE point_no >= ? AND point_no < ? ORDER BY point_no"),
		p.into(&s.removeValues, "DELETE FROM time_series_data WHERE point_no >= ? AND point_no < ?"),
		p.into(&s.enter, "INSERT INTO intake (source_no, source_file, source_line) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"),
		p.into(&s.entered, "SELECT source_file, source_line FROM intake WHERE source_no = ?"),
		p.into(&s.joins, "SELECT EXISTS (SELECT 1 FROM staged_values), EXISTS (SELECT 1 FROM overrides), EXISTS (SELECT 1 FROM imported_values)"),
		p.into(&s.stage, "INSERT OR REPLACE INTO staged_values (indicator_id, date, value) VALUES (?, ?, ?)"),
		p.into(&s.staged, "SELECT date, value FROM staged_values WHERE indicator_id = ? ORDER BY date"),
		p.into(&s.imported, importedValues),
		p.into(&s.overrides, "SELECT field, value FROM overrides WHERE indicator_id = ?"),
	)
}

// bindSource binds a row to the first parameters of a statement and returns
// the number of the next one.
func bindSource(st *sqlite.Stmt, r *sourceRow) (next int) {
	st.BindText(1, r.ID)
	st.BindText(2, r.hash)
	if r.values == 0 {
		st.BindNull(3)
	} else {
		st.BindInt64(3, r.firstValue)
	}
	st.BindInt64(4, int64(r.values))
	st.BindInt64(5, int64(r.SetAside))
	bindText(st, 6, r.SetAsideExample)
	for i, at := range tables.SourceTexts(&r.Indicator) {
		bindText(st, 7+i, *at)
	}
	return len(sourceColumns) + 1
}

// scanSource reads the columns from the given one on.
func scanSource(st *sqlite.Stmt, col int, r *sourceRow) {
	r.ID, r.hash = st.ColumnText(col), st.ColumnText(col+1)
	r.firstValue, r.values = st.ColumnInt64(col+2), st.ColumnInt(col+3)
	r.SetAside, r.SetAsideExample = st.ColumnInt(col+4), st.ColumnText(col+5)
	for i, at := range tables.SourceTexts(&r.Indicator) {
		*at = st.ColumnText(col + 6 + i)
	}
}

// storeValues appends the values of an indicator and notes where they are.
func (w *writer) storeValues(r *sourceRow) error {
	r.firstValue, r.values = w.nextPoint, len(r.Values)
	for _, o := range r.Values {
		if err := w.storeValue(r.ID, o); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) storeValue(id string, o classify.Observation) error {
	st := w.source.value
	st.BindInt64(1, w.nextPoint)
	st.BindText(2, id)
	st.BindText(3, o.Date)
	st.BindFloat(4, o.Value)
	w.nextPoint++
	return run(st)
}
