package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

// SetOverrides sets labels of a person, all in one transaction; everything that
// was set for other fields and other indicators stays. An override with an empty
// Field takes away what its indicator had until then. A label that the taxonomy
// does not allow is an *classify.InvalidInputError, and nothing is stored. A
// stored indicator gets another input hash, so that the next run does it again;
// labels of one that is not there yet are joined when it is taken. Without
// labels it does nothing.
func (s *Store) SetOverrides(ctx context.Context, labels []classify.Override) (counts classify.OverrideCounts, err error) {
	if len(labels) == 0 {
		return counts, nil
	}
	changes, err := tables.OverrideChanges(labels)
	if err != nil {
		return counts, err
	}
	err = s.write(ctx, func(w *writer) error {
		if err := w.mayOverride(); err != nil {
			return err
		}
		counts, err = w.setOverrides(changes)
		return err
	})
	if err != nil {
		return classify.OverrideCounts{}, fault("set labels in store", s.path, s.holder(ctx, err))
	}
	return counts, nil
}

// mayOverride refuses while a run of another process writes.
func (w *writer) mayOverride() error {
	if w.run != 0 {
		return w.holds(w.run)
	}
	return w.free()
}

func (w *writer) setOverrides(changes []*tables.OverrideChange) (counts classify.OverrideCounts, err error) {
	counts.Indicators = len(changes)
	for _, c := range changes {
		if c.Clear {
			if err := w.execute("DELETE FROM overrides WHERE indicator_id = ?", c.ID); err != nil {
				return counts, err
			}
		}
		for _, field := range c.Fields {
			if err := w.execute("INSERT OR REPLACE INTO overrides (indicator_id, field, value) VALUES (?, ?, ?)", c.ID, field, c.Value[field]); err != nil {
				return counts, err
			}
		}
		counts.Labels += len(c.Fields)
	}
	in, err := newSourceReader(w.conn)
	if err != nil {
		return counts, err
	}
	for _, c := range changes {
		_, found, err := w.rehash(in, c.ID)
		if err != nil {
			return counts, err
		}
		if !found {
			if counts.Unknown++; counts.Unknown == 1 {
				counts.UnknownExample = c.ID
			}
		}
	}
	return counts, nil
}

// rehash brings the input hash of an indicator up to its labels and to how many
// values it has; found is false for one that is not stored.
func (w *writer) rehash(in *sourceReader, id string) (values int, found bool, err error) {
	r, found, err := in.read(id)
	if err != nil || !found {
		return 0, false, err
	}
	w.source.rehash.BindText(1, r.InputHash())
	w.source.rehash.BindText(2, id)
	return len(r.Values), true, run(w.source.rehash)
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
