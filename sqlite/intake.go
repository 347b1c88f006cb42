package sqlite

import (
	"context"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

// StageValues keeps observations until Take joins them to their indicators; a
// later value of the same date replaces an earlier one. One call is one
// transaction. A value that is no finite number is an *classify.InvalidInputError.
func (s *Store) StageValues(ctx context.Context, runID int64, values []classify.DatedValue) error {
	for _, v := range values {
		if err := tables.CheckValue(v.IndicatorID, v.Observation); err != nil {
			return err
		}
	}
	err := s.write(ctx, func(w *writer) error {
		if err := w.holds(runID); err != nil {
			return err
		}
		st := w.source.stage
		for _, v := range values {
			st.BindText(1, v.IndicatorID)
			st.BindText(2, v.Date)
			st.BindFloat(3, v.Value)
			if err := run(st); err != nil {
				return err
			}
		}
		return nil
	})
	return fault("stage values in store", s.path, err)
}

// Take stores catalogue rows in one transaction and says of each what it is;
// batches of some hundred rows are the fastest. Staged values replace those of
// the row at the same date and follow the others by date. A row that has no
// values even then keeps those that are stored, with what was set aside beside
// them; imported values are joined to either. The labels that a person set come from SetOverrides alone. Of an
// unchanged row nothing is written but that this run has seen it.
func (s *Store) Take(ctx context.Context, runID int64, catalogue []classify.SourceRow) ([]classify.Taken, error) {
	sources := make([]sourceRow, len(catalogue))
	for i := range catalogue {
		r := &sources[i]
		r.Indicator = catalogue[i].Indicator
		if r.ID == "" {
			return nil, &classify.InvalidInputError{What: fmt.Sprintf("%s line %d", catalogue[i].File, catalogue[i].Line), Err: errors.New("no indicator id")}
		}
		if err := tables.CheckValues(&r.Indicator); err != nil {
			return nil, err
		}
		r.Overrides = nil
		r.hash = r.InputHash()
	}
	taken := make([]classify.Taken, len(catalogue))
	err := s.write(ctx, func(w *writer) error {
		if err := w.holds(runID); err != nil {
			return err
		}
		j, err := w.joins()
		if err != nil {
			return err
		}
		for i := range catalogue {
			if err := w.join(&sources[i], j); err != nil {
				return err
			}
			if taken[i], err = w.take(runID, &sources[i], j.imported, catalogue[i].File, catalogue[i].Line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fault("take rows into store", s.path, err)
	}
	return taken, nil
}

// joinable says whether there is anything to join to a row.
type joinable struct{ staged, overrides, imported bool }

func (w *writer) joins() (j joinable, err error) {
	st := w.source.joins
	_, err = row(st, func() { j = joinable{st.ColumnBool(0), st.ColumnBool(1), st.ColumnBool(2)} })
	return j, err
}

// join adds staged values and a person's labels to a row.
func (w *writer) join(r *sourceRow, j joinable) error {
	joined := false
	if j.staged {
		var staged []classify.Observation
		st := w.source.staged
		st.BindText(1, r.ID)
		if err := rows(st, func() {
			staged = append(staged, classify.Observation{Date: st.ColumnText(0), Value: st.ColumnFloat(1)})
		}); err != nil {
			return err
		}
		if len(staged) > 0 {
			r.Values, joined = tables.Merge(r.Values, staged), true
		}
	}
	if j.overrides {
		var err error
		if r.Overrides, err = readOverrides(w.source.overrides, r.ID); err != nil {
			return err
		}
		joined = joined || r.Overrides != nil
	}
	if joined {
		r.hash = r.InputHash()
	}
	return nil
}

// take stores one row, unless it stood in this run before.
func (w *writer) take(runID int64, r *sourceRow, imported bool, file string, line int) (classify.Taken, error) {
	var no int64
	var old sourceRow
	st := w.source.known
	st.BindText(1, r.ID)
	known, err := row(st, func() {
		no, old.hash, old.firstValue, old.values = st.ColumnInt64(0), st.ColumnText(1), st.ColumnInt64(2), st.ColumnInt(3)
		old.SetAside, old.SetAsideExample = st.ColumnInt(4), st.ColumnText(5)
	})
	if err != nil {
		return classify.Taken{}, err
	}
	keeps := len(r.Values) == 0 && old.values > 0
	if keeps {
		if err := w.keepValues(r, &old); err != nil {
			return classify.Taken{}, err
		}
	}
	if imported {
		if err := w.hashImported(r); err != nil {
			return classify.Taken{}, err
		}
	}
	if !known {
		if no, err = w.insertSource(runID, r, file, line); err != nil {
			return classify.Taken{}, err
		}
		_, err = w.enter(no, file, line)
		return classify.Taken{Kind: classify.TakenNew}, err
	}
	fresh, err := w.enter(no, file, line)
	if err != nil {
		return classify.Taken{}, err
	}
	if !fresh {
		return w.again(no, old.hash == r.hash)
	}
	if old.hash == r.hash {
		return classify.Taken{Kind: classify.TakenUnchanged}, nil
	}
	if !keeps {
		if err := w.replaceValues(r, &old); err != nil {
			return classify.Taken{}, err
		}
	}
	next := bindSource(w.source.update, r)
	w.source.update.BindText(next, file)
	w.source.update.BindInt64(next+1, int64(line))
	w.source.update.BindInt64(next+2, runID)
	w.source.update.BindInt64(next+3, no)
	return classify.Taken{Kind: classify.TakenChanged}, run(w.source.update)
}

// keepValues gives a row without values those that are stored, so that its hash
// covers them, and unless it set points aside itself, what was set aside then.
func (w *writer) keepValues(r, old *sourceRow) error {
	r.firstValue, r.values = old.firstValue, old.values
	if r.SetAside == 0 {
		r.SetAside, r.SetAsideExample = old.SetAside, old.SetAsideExample
	}
	if err := r.readValues(w.source.values); err != nil {
		return err
	}
	r.hash = r.InputHash()
	return nil
}

// hashImported makes the hash of a row cover the imported values, which are
// stored beside those of the row.
func (w *writer) hashImported(r *sourceRow) error {
	imported, err := readImported(w.source.imported, r.ID)
	if err != nil || len(imported) == 0 {
		return err
	}
	whole := r.Indicator
	whole.Values = withImported(r.Values, imported)
	r.hash = whole.InputHash()
	return nil
}

func (w *writer) replaceValues(r, old *sourceRow) error {
	st := w.source.removeValues
	st.BindInt64(1, old.firstValue)
	st.BindInt64(2, old.firstValue+int64(old.values))
	if err := run(st); err != nil {
		return err
	}
	return w.storeValues(r)
}

func (w *writer) insertSource(runID int64, r *sourceRow, file string, line int) (no int64, err error) {
	if err := w.storeValues(r); err != nil {
		return 0, err
	}
	st := w.source.insert
	next := bindSource(st, r)
	st.BindText(next, file)
	st.BindInt64(next+1, int64(line))
	st.BindInt64(next+2, runID)
	st.BindInt64(next+3, runID)
	if err := run(st); err != nil {
		return 0, err
	}
	return w.conn.LastInsertRowID(), nil
}

// enter notes that this run has seen a row; fresh is false for the second time.
func (w *writer) enter(no int64, file string, line int) (fresh bool, err error) {
	st := w.source.enter
	st.BindInt64(1, no)
	st.BindText(2, file)
	st.BindInt64(3, int64(line))
	if err := run(st); err != nil {
		return false, err
	}
	return w.conn.Changes() > 0, nil
}

// again answers for a row whose id stood in this run before.
func (w *writer) again(no int64, same bool) (t classify.Taken, err error) {
	t.Kind = classify.TakenConflict
	if same {
		t.Kind = classify.TakenDuplicate
	}
	st := w.source.entered
	st.BindInt64(1, no)
	_, err = row(st, func() { t.FirstFile, t.FirstLine = st.ColumnText(0), st.ColumnInt(1) })
	return t, err
}

// OrphanValues counts the indicators among the staged values that no row of
// this run had, and names up to limit of them, in order.
func (s *Store) OrphanValues(ctx context.Context, runID int64, limit int) (n int, ids []string, err error) {
	err = s.read(ctx, "look for values without an indicator in store", func(conn *sqlite.Conn) error {
		n, ids = 0, nil
		next, err := conn.Prepare("SELECT min(indicator_id) FROM staged_values WHERE indicator_id > ?")
		if err != nil {
			return err
		}
		taken, err := conn.Prepare("SELECT 1 FROM source_indicators s JOIN intake i ON i.source_no = s.source_no WHERE s.indicator_id = ?")
		if err != nil {
			return err
		}
		for id := ""; ; {
			next.BindText(1, id)
			if _, err := row(next, func() { id = next.ColumnText(0) }); err != nil || id == "" {
				return err
			}
			taken.BindText(1, id)
			found, err := row(taken, func() {})
			if err != nil {
				return err
			}
			if !found {
				if n++; len(ids) < limit {
					ids = append(ids, id)
				}
			}
		}
	})
	return n, ids, err
}
