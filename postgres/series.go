package postgres

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"classify"
	"classify/tables"
)

const (
	// A portion of an import is one transaction: so many points, or about so many
	// bytes.
	portionPoints = 50_000
	portionBytes  = 8 << 20
)

// ImportSeries stores points in portions; the next one is read while one is
// stored. An equal value is the series' own from then on, also where it came with
// the catalogue before. It returns a *classify.InvalidInputError for a point
// without an id or a date, or with a value that is no finite number.
func (s *Store) ImportSeries(ctx context.Context, o classify.SeriesImport, points iter.Seq2[classify.SeriesPoint, error], kept func(classify.SeriesPoint) error) (classify.SeriesCounts, error) {
	m := &seriesImport{store: s, SeriesImport: o, kept: kept}
	if err := s.write(ctx, "import series into store", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "INSERT INTO series_imports (file, started_at) VALUES ($1, coalesce($2::timestamptz, clock_timestamp())) RETURNING import_no",
			clean(o.File), s.now()).Scan(&m.no)
	}); err != nil {
		return m.counts, err
	}
	work, working := errgroup.WithContext(ctx)
	ready := make(chan *portion, 1)
	work.Go(func() error {
		defer close(ready)
		return gather(working, points, ready)
	})
	work.Go(func() error {
		var failed error
		for p := range ready {
			if failed == nil {
				failed = m.storePortion(ctx, p)
			}
		}
		return failed
	})
	err := work.Wait()
	if err == nil {
		err = m.finish(ctx)
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
	meets  bool   // the last portion met points that were there
}

// portion is what one transaction stores.
type portion struct {
	points []classify.SeriesPoint
	rows   pointRows
	ids    []string // different ids among consecutive points
}

// gather cuts points into portions. Those before an error are handed on.
func gather(ctx context.Context, points iter.Seq2[classify.SeriesPoint, error], ready chan<- *portion) error {
	p := &portion{}
	bytes := 0
	send := func() error {
		if len(p.points) == 0 {
			return nil
		}
		select {
		case ready <- p:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		// The same dates come again.
		p, bytes = &portion{points: make([]classify.SeriesPoint, 0, len(p.points)), rows: pointRows{b: make([]byte, 0, len(p.rows.b)), seconds: p.rows.seconds}}, 0
		return nil
	}
	for point, err := range points {
		if err == nil {
			err = checkPoint(&point)
		}
		if err != nil {
			return errors.Join(err, send())
		}
		if n := len(p.points); n == 0 || p.points[n-1].IndicatorID != point.IndicatorID {
			p.ids = append(p.ids, point.IndicatorID)
		}
		p.points = append(p.points, point)
		p.rows.add(point.IndicatorID, point.Date, point.Value, 0, imported, point.SourceVersion)
		if bytes += len(point.IndicatorID) + 64; len(p.points) < portionPoints && bytes < portionBytes {
			continue
		}
		if err := send(); err != nil {
			return err
		}
	}
	return send()
}

// checkPoint refuses what cannot be stored, and cleans the rest.
func checkPoint(p *classify.SeriesPoint) error {
	p.IndicatorID, p.Date, p.SourceVersion = clean(p.IndicatorID), clean(p.Date), clean(p.SourceVersion)
	switch {
	case p.IndicatorID == "":
		return &classify.InvalidInputError{What: "point of a series", Err: errors.New("it has no indicator id")}
	case p.Date == "":
		return &classify.InvalidInputError{What: "point of " + p.IndicatorID, Err: errors.New("it has no date")}
	case p.Value == 0:
		p.Value = 0 // also a negative zero
	}
	return tables.CheckValue(p.IndicatorID, p.Observation)
}

// storePortion stores a portion: at once, where none of its points is there, and
// otherwise by looking at what is.
func (m *seriesImport) storePortion(ctx context.Context, p *portion) error {
	for i, id := range p.ids {
		if i > 0 || id != m.last {
			m.counts.Indicators++
		}
		m.last = id
	}
	if !m.meets {
		err := m.store.write(ctx, "import series into store", func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, bringsInput); err != nil {
				return err
			}
			if err := p.rows.send(ctx, tx); err != nil {
				return err
			}
			return touch(ctx, tx, p.ids)
		})
		if err == nil {
			m.counts.Added += len(p.points)
			return nil
		}
		if codeOf(err) != uniqueViolation {
			return err
		}
	}
	meeting := &meeting{upsert: m.Upsert, points: p.points}
	err := m.store.write(ctx, "import series into store", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, bringsInput); err != nil {
			return err
		}
		err := meeting.store(ctx, tx)
		if err == nil {
			err = touch(ctx, tx, p.ids)
		}
		if codeOf(err) == uniqueViolation {
			return errRace // of another import
		}
		return err
	})
	if err != nil {
		return err
	}
	m.meets = meeting.met
	return m.count(meeting)
}

// touch says that the hashes of indicators have to be computed again. It waits
// for whoever computes one now, without these points.
func touch(ctx context.Context, tx pgx.Tx, ids []string) error {
	_, err := tx.Exec(ctx, "UPDATE source_indicators SET input_hash = NULL WHERE indicator_id = ANY($1)", ids)
	return err
}

func (m *seriesImport) count(n *meeting) error {
	m.counts.Added += n.counts.Added
	m.counts.Replaced += n.counts.Replaced
	m.counts.Unchanged += n.counts.Unchanged
	m.counts.Kept += len(n.out)
	if m.kept == nil {
		return nil
	}
	for _, i := range n.out {
		if err := m.kept(n.points[i]); err != nil {
			return err
		}
	}
	return nil
}

// waitingSeries counts the ids of series without a catalogue row. It jumps from id to
// id in the index.
const waitingSeries = `WITH RECURSIVE ids AS (
	(SELECT indicator_id FROM time_series_data ORDER BY indicator_id LIMIT 1)
	UNION ALL
	SELECT (SELECT t.indicator_id FROM time_series_data t WHERE t.indicator_id > ids.indicator_id ORDER BY t.indicator_id LIMIT 1)
	FROM ids WHERE ids.indicator_id IS NOT NULL
) SELECT count(*) FROM ids WHERE indicator_id IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM source_indicators s WHERE s.indicator_id = ids.indicator_id)`

// finish counts what waits, and closes the record of the import.
func (m *seriesImport) finish(ctx context.Context) error {
	return m.store.write(ctx, "import series into store", func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, waitingSeries).Scan(&m.counts.Waiting); err != nil {
			return err
		}
		c := m.counts
		_, err := tx.Exec(ctx, `UPDATE series_imports SET finished_at = coalesce($2::timestamptz, clock_timestamp()), points_added = $3, points_replaced = $4,
			points_unchanged = $5, points_kept_out = $6 WHERE import_no = $1`, m.no, m.store.now(), c.Added, c.Replaced, c.Unchanged, c.Kept)
		return err
	})
}

// Series yields the points of an indicator by date, catalogue values among them.
func (s *Store) Series(ctx context.Context, id string) iter.Seq2[classify.SeriesPoint, error] {
	return func(yield func(classify.SeriesPoint, error) bool) {
		var points []classify.SeriesPoint
		err := s.read(ctx, "read a series of store", func(tx pgx.Tx) error {
			points = nil
			return each(ctx, tx, `SELECT date, value, source_version, position IS NULL FROM time_series_data
				WHERE indicator_id = $1 ORDER BY time, date, occurrence`, []any{clean(id)}, func(r pgx.Rows) error {
				p := classify.SeriesPoint{DatedValue: classify.DatedValue{IndicatorID: id}}
				var version text
				if err := r.Scan(&p.Date, &p.Value, &version, &p.Imported); err != nil {
					return err
				}
				p.SourceVersion = string(version)
				points = append(points, p)
				return nil
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

// begins are the times of points, as parameters of a statement.
func begins(points []classify.SeriesPoint, rows *pointRows) []time.Time {
	times := make([]time.Time, len(points))
	for i := range points {
		times[i] = time.Unix(rows.begin(points[i].Date)+epoch, 0).UTC()
	}
	return times
}
