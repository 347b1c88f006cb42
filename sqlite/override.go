package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"

	"classify"
)

// SetOverrides replaces the labels that a person set for the given indicators,
// all in one transaction; an override with an empty Field only takes away what
// its indicator had. A label that the taxonomy does not allow is an
// *classify.InvalidInputError, and nothing is stored. A stored indicator gets
// another input hash, so that the next run does it again; labels of one that
// is not there yet are joined when it is taken.
func (s *Store) SetOverrides(ctx context.Context, labels []classify.Override) error {
	for _, l := range labels {
		if l.Field == "" {
			continue
		}
		if err := classify.CheckOverride(l.Field, l.Value); err != nil {
			return &classify.InvalidInputError{What: "override of " + l.IndicatorID, Err: err}
		}
	}
	err := s.write(ctx, func(w *writer) error {
		if err := w.mayOverride(); err != nil {
			return err
		}
		return w.setOverrides(labels)
	})
	return fault("set labels in store", s.path, err)
}

// mayOverride refuses while a run of another process writes.
func (w *writer) mayOverride() error {
	if w.run != 0 {
		return w.holds(w.run)
	}
	return w.free()
}

func (w *writer) setOverrides(labels []classify.Override) error {
	seen := make(map[string]bool, len(labels))
	for _, l := range labels {
		if !seen[l.IndicatorID] {
			seen[l.IndicatorID] = true
			if err := w.execute("DELETE FROM overrides WHERE indicator_id = ?", l.IndicatorID); err != nil {
				return err
			}
		}
		if l.Field == "" {
			continue
		}
		if err := w.execute("INSERT OR REPLACE INTO overrides (indicator_id, field, value) VALUES (?, ?, ?)", l.IndicatorID, l.Field, l.Value); err != nil {
			return err
		}
	}
	in, err := newSourceReader(w.conn)
	if err != nil {
		return err
	}
	for id := range seen {
		r, found, err := in.read(id)
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		w.source.rehash.BindText(1, r.InputHash())
		w.source.rehash.BindText(2, id)
		if err := run(w.source.rehash); err != nil {
			return err
		}
	}
	return nil
}

// readOverrides returns the labels of an indicator, or nil if there are none.
func readOverrides(st *sqlite.Stmt, id string) (labels map[string]string, err error) {
	st.BindText(1, id)
	err = rows(st, func() {
		if labels == nil {
			labels = map[string]string{}
		}
		labels[st.ColumnText(0)] = st.ColumnText(1)
	})
	return labels, err
}
