package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"

	"classify"
)

// pointWriter stores imported points in a running transaction. They come
// ordered by indicator and date.
type pointWriter struct {
	insert, replace, find *sqlite.Stmt
	own, unhash           *sqlite.Stmt
	upsert                bool
	counts                classify.SeriesCounts

	id      string             // the indicator at hand
	changed bool               // something of it was stored
	known   bool               // catalogue holds its values
	values  map[string]float64 // of its catalogue row, by date
}

func newPointWriter(conn *sqlite.Conn, upsert bool) (*pointWriter, error) {
	var p preparer = conn.Prepare
	w := &pointWriter{upsert: upsert}
	return w, p.all(
		p.into(&w.insert, "INSERT INTO imported_values (indicator_id, date, value, source_version) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"),
		p.into(&w.replace, "UPDATE imported_values SET value = ?3, source_version = ?4 WHERE indicator_id = ?1 AND date = ?2"),
		p.into(&w.find, "SELECT value FROM imported_values WHERE indicator_id = ? AND date = ?"),
		p.into(&w.own, `SELECT t.date, t.value FROM source_indicators s
			JOIN time_series_data t ON t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count
			WHERE s.indicator_id = ? ORDER BY t.point_no DESC`),
		p.into(&w.unhash, "UPDATE source_indicators SET input_hash = '' WHERE indicator_id = ? AND input_hash <> ''"),
	)
}

// store stores a point, unless another value stands at its date.
func (w *pointWriter) store(p *classify.SeriesPoint) (stored bool, err error) {
	if p.IndicatorID != w.id {
		if err := w.touch(); err != nil {
			return false, err
		}
		w.id, w.changed, w.known, w.values = p.IndicatorID, false, false, nil
	}
	var stands float64
	w.find.BindText(1, p.IndicatorID)
	w.find.BindText(2, p.Date)
	imported, err := row(w.find, func() { stands = w.find.ColumnFloat(0) })
	if err != nil {
		return false, err
	}
	found := imported
	if !found {
		if stands, found, err = w.catalogued(p.Date); err != nil {
			return false, err
		}
	}
	switch {
	case !found:
		w.counts.Added++
	case stands == p.Value:
		w.counts.Unchanged++
		if imported {
			return true, nil
		}
	case w.upsert:
		w.counts.Replaced++
	default:
		w.counts.Kept++
		return false, nil
	}
	w.changed = true
	st := w.insert
	if imported {
		st = w.replace
	}
	st.BindText(1, p.IndicatorID)
	st.BindText(2, p.Date)
	st.BindFloat(3, p.Value)
	bindText(st, 4, p.SourceVersion)
	return true, run(st)
}

// catalogued is the first value of that date in the catalogue row.
func (w *pointWriter) catalogued(date string) (value float64, found bool, err error) {
	if !w.known {
		w.known = true
		w.own.BindText(1, w.id)
		if err := rows(w.own, func() {
			if w.values == nil {
				w.values = map[string]float64{}
			}
			w.values[w.own.ColumnText(0)] = w.own.ColumnFloat(1)
		}); err != nil {
			return 0, false, err
		}
	}
	value, found = w.values[date]
	return value, found, nil
}

// touch notes that the input of the indicator at hand has changed.
func (w *pointWriter) touch() error {
	if !w.changed {
		return nil
	}
	w.changed = false
	w.unhash.BindText(1, w.id)
	return run(w.unhash)
}

const (
	// One transaction computes the hashes of so many indicators, or of about so
	// many values.
	rehashIndicators = 500
	rehashValues     = 500_000
)

// rehashAll computes the input hashes that imports have left open, in portions.
// It leaves them while a run lives: that has computed them at its start.
func (s *Store) rehashAll(ctx context.Context) error {
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := s.write(ctx, func(w *writer) (err error) {
			more = false
			if l, err := readLease(w.conn); err != nil || l != nil && l.alive(w.now()) {
				return err
			}
			more, err = w.rehashSome()
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rehashSome computes some of the open hashes; more reports that others may be
// left.
func (w *writer) rehashSome() (more bool, err error) {
	ids, err := words(w.conn, "SELECT indicator_id FROM source_indicators WHERE input_hash = '' ORDER BY indicator_id LIMIT ?", rehashIndicators)
	if err != nil || len(ids) == 0 {
		return false, err
	}
	in, err := newSourceReader(w.conn)
	if err != nil {
		return false, err
	}
	values := 0
	for _, id := range ids {
		if values > rehashValues {
			break
		}
		n, _, err := w.rehash(in, id)
		if err != nil {
			return false, err
		}
		values += n
	}
	return true, nil
}

// unhashed reports whether an import has left a hash open.
func (w *writer) unhashed() (bool, error) {
	n, err := number(w.conn, "SELECT EXISTS (SELECT 1 FROM source_indicators WHERE input_hash = '')")
	return n != 0, err
}
