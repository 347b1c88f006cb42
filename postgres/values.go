package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"math"

	"github.com/jackc/pgx/v5"

	"classify"
)

// valuesOf reads the values of indicators: a row for each that has any. It asks
// for them id by id, so that the way is the index also where the database has not
// looked at the table yet, which would be a scan of all points for each page.
func valuesOf(points string) string {
	return `SELECT u.id, v.dates, v.numbers FROM unnest($1::text[]) AS u(id) CROSS JOIN LATERAL (
		SELECT array_agg(p.date) AS dates, array_agg(p.value) AS numbers FROM (` + points + `) p) v WHERE v.dates IS NOT NULL`
}

// inOrder is the order of an indicator's values: that of the catalogue row, and
// imported ones after the others by date.
const inOrder = " ORDER BY position NULLS LAST, date, occurrence, time"

var (
	allValues      = valuesOf("SELECT date, value FROM time_series_data WHERE indicator_id = u.id" + inOrder)
	importedValues = valuesOf("SELECT date, value FROM time_series_data WHERE indicator_id = u.id AND position IS NULL" + inOrder)
	// newestValues are those that classify.Indicator.Newest keeps.
	newestValues = valuesOf(`SELECT date, value FROM (SELECT * FROM time_series_data WHERE indicator_id = u.id
		ORDER BY date DESC, position NULLS LAST, occurrence, time LIMIT $2) n` + inOrder)
)

// readValues returns the values of indicators, as one of the queries above gives
// them.
func readValues(ctx context.Context, tx pgx.Tx, query string, ids []string, more ...any) (map[string][]classify.Observation, error) {
	values := make(map[string][]classify.Observation, len(ids))
	err := each(ctx, tx, query, append([]any{ids}, more...), func(r pgx.Rows) error {
		raw := r.RawValues()
		list, err := observations(raw[1], raw[2])
		values[string(raw[0])] = list
		return err
	})
	return values, err
}

// The binary form of an array without NULLs: a header, then every element behind
// its length. Source: PostgreSQL, array_send.
const arrayHeader = 20

var errArray = errors.New("values are not in the binary form of an array")

// observations reads an array of dates and one of values.
func observations(dates, numbers []byte) ([]classify.Observation, error) {
	if len(dates) < arrayHeader || len(numbers) < arrayHeader {
		return nil, errArray
	}
	n := int(binary.BigEndian.Uint32(dates[12:]))
	if numbers = numbers[arrayHeader:]; len(numbers) != 12*n {
		return nil, errArray
	}
	all := string(dates) // one piece of memory for all of them
	list := make([]classify.Observation, n)
	at := arrayHeader
	for i := range list {
		if len(all)-at < 4 {
			return nil, errArray
		}
		length := int(binary.BigEndian.Uint32(dates[at:]))
		if at += 4; length > len(all)-at {
			return nil, errArray
		}
		list[i] = classify.Observation{Date: all[at : at+length], Value: math.Float64frombits(binary.BigEndian.Uint64(numbers[12*i+4:]))}
		at += length
	}
	return list, nil
}

// rawObservation reads a date, and a value in the binary form.
func rawObservation(date, value []byte) (o classify.Observation, err error) {
	if len(value) != 8 {
		return o, errors.New("a value is not in its binary form")
	}
	return classify.Observation{Date: string(date), Value: math.Float64frombits(binary.BigEndian.Uint64(value))}, nil
}
