package sqlite

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

const (
	// A portion of an import is one transaction: so many points, or about so many
	// bytes.
	portionPoints = 50_000
	portionBytes  = 8 << 20
)

// ImportSeries stores points in portions. An equal value is the series' own from
// then on, also where it came with the catalogue before. It returns a
// *classify.LockedError while a run lives, and a *classify.InvalidInputError for
// a point without an id or with a value that is no finite number.
func (s *Store) ImportSeries(ctx context.Context, o classify.SeriesImport, points iter.Seq2[classify.SeriesPoint, error], kept func(classify.SeriesPoint) error) (classify.SeriesCounts, error) {
	m := &seriesImport{store: s, SeriesImport: o, kept: kept}
	err := m.begin(ctx)
	if err == nil {
		err = m.points(ctx, points)
	}
	if err == nil || ctx.Err() == nil {
		// What was stored before an error is part of its indicators at once.
		err = errors.Join(err, s.rehashAll(ctx))
	}
	if err == nil {
		err = m.finish(ctx)
	}
	if err != nil {
		err = fault("import series into store", s.path, s.holder(ctx, err))
	}
	return m.counts, err
}

// seriesImport is an import under way.
type seriesImport struct {
	classify.SeriesImport
	store  *Store
	kept   func(classify.SeriesPoint) error
	no     int64
	counts classify.SeriesCounts
	last   string // the id of the last point
}

func (m *seriesImport) begin(ctx context.Context) error {
	if err := m.store.checkFree(ctx); err != nil {
		return err
	}
	return m.store.write(ctx, func(w *writer) error {
		if err := w.free(); err != nil {
			return err
		}
		if err := w.execute("INSERT INTO series_imports (file, started_at) VALUES (?, ?)", m.File, stamp(w.now())); err != nil {
			return err
		}
		m.no = w.conn.LastInsertRowID()
		return nil
	})
}

// points stores what comes, portion by portion.
func (m *seriesImport) points(ctx context.Context, points iter.Seq2[classify.SeriesPoint, error]) error {
	var portion []classify.SeriesPoint
	bytes := 0
	for p, err := range points {
		if err == nil {
			err = checkPoint(&p)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		portion, bytes = append(portion, p), bytes+len(p.IndicatorID)+len(p.Date)+len(p.SourceVersion)+64
		if len(portion) < portionPoints && bytes < portionBytes {
			continue
		}
		if err := m.portion(ctx, portion); err != nil {
			return err
		}
		portion, bytes = portion[:0], 0
	}
	return m.portion(ctx, portion)
}

// checkPoint refuses what cannot be stored, and makes 0 of a negative zero.
func checkPoint(p *classify.SeriesPoint) error {
	switch {
	case p.IndicatorID == "":
		return &classify.InvalidInputError{What: "point of a series", Err: errors.New("it has no indicator id")}
	case p.Date == "":
		return &classify.InvalidInputError{What: "point of " + p.IndicatorID, Err: errors.New("it has no date")}
	case p.Value == 0:
		p.Value = 0
	}
	return tables.CheckValue(p.IndicatorID, p.Observation)
}

// portion stores some points in one transaction, in the order of the table; of
// the same date in that of their arrival.
func (m *seriesImport) portion(ctx context.Context, points []classify.SeriesPoint) error {
	if len(points) == 0 {
		return nil
	}
	last, ids := m.last, 0
	for i := range points {
		if id := points[i].IndicatorID; id != last {
			last, ids = id, ids+1
		}
	}
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(points[a].IndicatorID, points[b].IndicatorID), strings.Compare(points[a].Date, points[b].Date))
	})
	var counts classify.SeriesCounts
	var out []int // points that were not stored
	err := m.store.write(ctx, func(w *writer) error {
		if err := w.free(); err != nil {
			return err
		}
		in, err := newPointWriter(w.conn, m.Upsert)
		if err != nil {
			return err
		}
		for _, i := range order {
			stored, err := in.store(&points[i])
			if err != nil {
				return err
			}
			if !stored {
				out = append(out, i)
			}
		}
		if err := in.touch(); err != nil {
			return err
		}
		counts = in.counts
		return w.execute(`UPDATE series_imports SET points_added = points_added + ?, points_replaced = points_replaced + ?,
			points_unchanged = points_unchanged + ?, points_kept_out = points_kept_out + ? WHERE import_no = ?`,
			counts.Added, counts.Replaced, counts.Unchanged, counts.Kept, m.no)
	})
	if err != nil {
		return err
	}
	m.last = last
	m.counts.Added += counts.Added
	m.counts.Replaced += counts.Replaced
	m.counts.Unchanged += counts.Unchanged
	m.counts.Kept += counts.Kept
	m.counts.Indicators += ids
	return m.tell(points, out)
}

// tell names the points that were not stored, in the order of their arrival.
func (m *seriesImport) tell(points []classify.SeriesPoint, out []int) error {
	if m.kept == nil {
		return nil
	}
	slices.Sort(out)
	for _, i := range out {
		if err := m.kept(points[i]); err != nil {
			return err
		}
	}
	return nil
}

// finish notes the end of an import and counts the series that wait.
func (m *seriesImport) finish(ctx context.Context) error {
	if err := m.store.write(ctx, func(w *writer) error {
		return w.execute("UPDATE series_imports SET finished_at = ? WHERE import_no = ?", stamp(w.now()), m.no)
	}); err != nil {
		return err
	}
	return m.store.read(ctx, "count the series of store", func(conn *sqlite.Conn) error {
		m.counts.Waiting = 0
		next, err := conn.Prepare("SELECT min(indicator_id) FROM imported_values WHERE indicator_id > ?")
		if err != nil {
			return err
		}
		known, err := conn.Prepare("SELECT 1 FROM source_indicators WHERE indicator_id = ?")
		if err != nil {
			return err
		}
		for id := ""; ; {
			next.BindText(1, id)
			if _, err := row(next, func() { id = next.ColumnText(0) }); err != nil || id == "" {
				return err
			}
			known.BindText(1, id)
			found, err := row(known, func() {})
			if err != nil {
				return err
			}
			if !found {
				m.counts.Waiting++
			}
		}
	})
}

// Series yields the points of an indicator by date.
func (s *Store) Series(ctx context.Context, id string) iter.Seq2[classify.SeriesPoint, error] {
	return func(yield func(classify.SeriesPoint, error) bool) {
		var points []classify.SeriesPoint
		err := s.read(ctx, "read a series of store", func(conn *sqlite.Conn) error {
			points = nil
			st, err := conn.Prepare(`SELECT t.date, t.value, NULL, FALSE, t.point_no FROM source_indicators s
				JOIN time_series_data t ON t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count
				WHERE s.indicator_id = ?1 AND NOT EXISTS (SELECT 1 FROM imported_values i WHERE i.indicator_id = ?1 AND i.date = t.date)
				UNION ALL SELECT date, value, source_version, TRUE, 0 FROM imported_values WHERE indicator_id = ?1 ORDER BY 1, 5`)
			if err != nil {
				return err
			}
			st.BindText(1, id)
			return rows(st, func() {
				p := classify.SeriesPoint{SourceVersion: st.ColumnText(2), Imported: st.ColumnBool(3)}
				p.IndicatorID, p.Date, p.Value = id, st.ColumnText(0), st.ColumnFloat(1)
				points = append(points, p)
			})
		})
		if err != nil {
			yield(classify.SeriesPoint{}, err)
			return
		}
		for _, p := range points {
			if !yield(p, nil) {
				return
			}
		}
	}
}
