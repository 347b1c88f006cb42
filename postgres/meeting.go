package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"classify"
)

// meeting stores a portion of points where some of them may be there already.
type meeting struct {
	upsert bool
	points []classify.SeriesPoint

	counts classify.SeriesCounts
	out    []int // points that were not stored
	met    bool
}

type pointKey struct{ id, date string }

// stored is a point that the table has.
type storedPoint struct {
	value    float64
	imported bool
}

func (m *meeting) store(ctx context.Context, tx pgx.Tx) error {
	m.counts, m.out, m.met = classify.SeriesCounts{}, nil, false // the transaction may be repeated
	if err := takeIndexes(ctx, tx); err != nil {
		return err
	}
	there, err := m.look(ctx, tx)
	if err != nil {
		return err
	}
	m.met = len(there) > 0
	var fresh, changed, ofRows []classify.SeriesPoint
	place := map[pointKey]int{} // of what this portion stores, in fresh (from 0) or changed (from -1 down)
	put := func(p classify.SeriesPoint, isFresh bool) {
		k := pointKey{p.IndicatorID, p.Date}
		switch i, twice := place[k]; {
		case twice && i >= 0:
			fresh[i] = p
		case twice:
			changed[-1-i] = p
		case isFresh:
			place[k], fresh = len(fresh), append(fresh, p)
		default:
			place[k], changed = -1-len(changed), append(changed, p)
		}
	}
	for i, p := range m.points {
		k := pointKey{p.IndicatorID, p.Date}
		old, known := there[k]
		switch {
		case !known:
			m.counts.Added++
			put(p, true)
		case old.value == p.Value:
			m.counts.Unchanged++
			if !old.imported {
				put(p, false)
			}
		case m.upsert:
			m.counts.Replaced++
			put(p, false)
		default:
			m.out = append(m.out, i)
			continue
		}
		if known && !old.imported {
			ofRows = append(ofRows, p)
		}
		there[k] = storedPoint{p.Value, true}
	}
	if err := giveWay(ctx, tx, ofRows); err != nil {
		return err
	}
	return m.write(ctx, tx, fresh, changed)
}

// look reads which of the points the table has.
func (m *meeting) look(ctx context.Context, tx pgx.Tx) (map[pointKey]storedPoint, error) {
	ids, dates := make([]string, len(m.points)), make([]string, len(m.points))
	for i := range m.points {
		ids[i], dates[i] = m.points[i].IndicatorID, m.points[i].Date
	}
	there := map[pointKey]storedPoint{}
	err := each(ctx, tx, `SELECT t.indicator_id, t.date, t.value, t.position IS NULL
		FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS u(id, date, time)
		JOIN time_series_data t ON t.indicator_id = u.id AND t.time = u.time AND t.date = u.date AND t.occurrence = 0`,
		[]any{ids, dates, begins(m.points, &pointRows{})}, func(r pgx.Rows) error {
			var k pointKey
			var p storedPoint
			if err := r.Scan(&k.id, &k.date, &p.value, &p.imported); err != nil {
				return err
			}
			there[k] = p
			return nil
		})
	return there, err
}

func (m *meeting) write(ctx context.Context, tx pgx.Tx, fresh, changed []classify.SeriesPoint) error {
	var rows pointRows
	for _, p := range fresh {
		rows.add(p.IndicatorID, p.Date, p.Value, 0, imported, p.SourceVersion)
	}
	if err := rows.send(ctx, tx); err != nil || len(changed) == 0 {
		return err
	}
	ids, dates, versions, values := make([]string, len(changed)), make([]string, len(changed)), make([]string, len(changed)), make([]float64, len(changed))
	for i, p := range changed {
		ids[i], dates[i], versions[i], values[i] = p.IndicatorID, p.Date, p.SourceVersion, p.Value
	}
	_, err := tx.Exec(ctx, `UPDATE time_series_data t SET value = u.value, position = NULL, source_version = nullif(u.version, '')
		FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::float8[], $5::text[]) AS u(id, date, time, value, version)
		WHERE t.indicator_id = u.id AND t.time = u.time AND t.date = u.date AND t.occurrence = 0`, ids, dates, begins(changed, &rows), values, versions)
	return err
}

// giveWay removes the further values that a catalogue row had for the dates of
// points.
func giveWay(ctx context.Context, tx pgx.Tx, points []classify.SeriesPoint) error {
	if len(points) == 0 {
		return nil
	}
	ids, dates := make([]string, len(points)), make([]string, len(points))
	for i, p := range points {
		ids[i], dates[i] = p.IndicatorID, p.Date
	}
	_, err := tx.Exec(ctx, `DELETE FROM time_series_data t USING unnest($1::text[], $2::text[], $3::timestamptz[]) AS u(id, date, time)
		WHERE t.indicator_id = u.id AND t.time = u.time AND t.date = u.date AND t.occurrence > 0`, ids, dates, begins(points, &pointRows{}))
	return err
}
