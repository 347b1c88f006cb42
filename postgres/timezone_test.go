package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
)

// inZone is the address of an empty database whose sessions have a time zone.
func inZone(t *testing.T, zone string) string {
	t.Helper()
	url := postgrestest.Shared(t).Database(t)
	config, err := pgx.ParseConfig(url)
	check(t, err)
	execute(t, url, "ALTER DATABASE "+pgx.Identifier{config.Database}.Sanitize()+" SET timezone = '"+zone+"'")
	return url
}

// times reads the same store at a clock that stands, as an export and as the
// periods of its values: both as what SQL says they are in UTC.
func times(t *testing.T, url string) (export string, periods []string) {
	t.Helper()
	at := time.Date(2026, 3, 29, 23, 59, 59, 999_999_000, time.UTC) // another day east of here
	s := open(t, url, postgres.Options{Now: func() time.Time { return at }})
	fillStore(t, s, 40)
	values := []string{"1999-12-31", "2024-02-29", "2024-03-10", "2024-03", "2024-Q4", "2024", "0001", "9999-12-31", "1883-11-18", "someday"}
	_, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "days.csv"}, func(yield func(classify.SeriesPoint, error) bool) {
		for i, date := range values {
			if !yield(classify.SeriesPoint{DatedValue: classify.DatedValue{IndicatorID: "DAYS", Observation: classify.Observation{Date: date, Value: float64(i)}}}, nil) {
				return
			}
		}
	}, nil)
	check(t, err)
	c, err := pgx.Connect(t.Context(), url)
	check(t, err)
	rows, err := c.Query(t.Context(), `SELECT indicator_id || ' ' || date || ' ' || (time AT TIME ZONE 'UTC')::text || ' ' || value FROM time_series_data ORDER BY indicator_id COLLATE "C", time, date COLLATE "C", occurrence`)
	check(t, err)
	periods, err = pgx.CollectRows(rows, pgx.RowTo[string])
	check(t, err)
	check(t, c.Close(t.Context()))
	for p, err := range s.Series(t.Context(), "DAYS") {
		check(t, err)
		periods = append(periods, fmt.Sprint(p))
	}
	return exported(t, s), periods
}

func TestTheTimeZoneOfTheServerDoesNotMatter(t *testing.T) {
	t.Parallel()
	export, periods := times(t, inZone(t, "UTC"))
	if len(export) == 0 || len(periods) < 50 {
		t.Fatalf("%d bytes, %d periods", len(export), len(periods))
	}
	for _, zone := range []string{"Asia/Kolkata", "America/St_Johns", "Pacific/Kiritimati"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			got, gotPeriods := times(t, inZone(t, zone))
			if got != export {
				t.Errorf("the answers are\n%s\nand in UTC\n%s", got, export)
			}
			if a, b := fmt.Sprint(gotPeriods), fmt.Sprint(periods); a != b {
				t.Errorf("the values are\n%s\nand in UTC\n%s", a, b)
			}
		})
	}
}
