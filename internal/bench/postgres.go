package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"classify/internal/postgrestest"
)

// database starts a PostgreSQL that waits for its disk, as a team's does.
func (b *bench) database(ctx context.Context) (*postgrestest.Server, error) {
	return postgrestest.Launch(ctx, postgrestest.Options{Settings: map[string]string{
		"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "shared_buffers": "256MB", "max_wal_size": "4GB",
	}})
}

// fresh empties the database, and leaves no work behind for what is measured.
func fresh(ctx context.Context, s *postgrestest.Server) error {
	return s.Exec(ctx, "classify", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public AUTHORIZATION classify", "CHECKPOINT")
}

// postgresRun compares a run with a bare COPY and upsert of the rows that it
// leaves.
func (b *bench) postgresRun() (err error) {
	ctx := context.Background()
	server, err := b.database(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	path, err := b.catalogueFile(generated)
	if err != nil {
		return err
	}
	const times = 5
	ours, err := best(times, func() (float64, error) {
		if err := fresh(ctx, server); err != nil {
			return 0, err
		}
		m, err := b.classify("run", path, "--store", server.URL("classify"), "--quiet")
		return m.seconds, err
	})
	if err != nil {
		return err
	}
	tables, rows, err := copiesOf(ctx, server)
	if err != nil {
		return err
	}
	bare, err := best(times, func() (float64, error) {
		if err := fresh(ctx, server); err != nil {
			return 0, err
		}
		if _, err := b.classify("store", "migrate", "--store", server.URL("classify")); err != nil {
			return 0, err
		}
		return copyAndUpsert(ctx, server, tables)
	})
	if err != nil {
		return err
	}
	b.add(figure{
		what:     fmt.Sprintf("`run` on %d generated indicators, rulebook, PostgreSQL %s with `synchronous_commit=on`", generated, server.Version),
		wanted:   "at most 1.5 × a bare COPY-and-upsert of the same rows",
		measured: fmt.Sprintf("%.2f × (%.2f s against %.2f s for %d rows)", ours/bare, ours, bare, rows),
		reached:  ours <= 1.5*bare,
	})
	return nil
}

// copied is a table as COPY writes it.
type copied struct {
	name string
	text []byte
}

// copiesOf are the rows of every table that a run fills.
func copiesOf(ctx context.Context, s *postgrestest.Server) (all []copied, rows int64, err error) {
	c, err := pgx.Connect(ctx, s.URL("classify"))
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	for _, name := range []string{"source_indicators", "time_series_data", "classifications", "normalization_results", "time_inference_results", "cumulative_detection_results",
		"family_assignment_results", "type_classification_results", "boolean_review_results", "final_review_results", "classification_history", "processing_log", "runs"} {
		var text bytes.Buffer
		tag, err := c.PgConn().CopyTo(ctx, &text, "COPY "+name+" TO STDOUT")
		if err != nil {
			return nil, 0, err
		}
		all, rows = append(all, copied{name, text.Bytes()}), rows+tag.RowsAffected()
	}
	return all, rows, nil
}

// copyAndUpsert stores rows in the leanest way that bears what is there: each
// table in one transaction, copied beside it and inserted from there.
func copyAndUpsert(ctx context.Context, s *postgrestest.Server, tables []copied) (seconds float64, err error) {
	c, err := pgx.Connect(ctx, s.URL("classify"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	began := time.Now()
	for _, t := range tables {
		err := pgx.BeginFunc(ctx, c, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "CREATE TEMPORARY TABLE beside (LIKE "+t.name+") ON COMMIT DROP"); err != nil {
				return err
			}
			if _, err := c.PgConn().CopyFrom(ctx, bytes.NewReader(t.text), "COPY beside FROM STDIN"); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "INSERT INTO "+t.name+" SELECT * FROM beside ON CONFLICT DO NOTHING")
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return time.Since(began).Seconds(), nil
}

const (
	points          = 5_000_000
	pointsPerSeries = 240
)

// seriesImport compares an import with psql's \copy of the same points into the
// same table.
func (b *bench) seriesImport() (err error) {
	ctx := context.Background()
	psql, err := exec.LookPath("psql")
	if err != nil {
		return errors.New("psql is missing: install postgresql-client")
	}
	server, err := b.database(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	ours, theirs := filepath.Join(b.dir, "points.csv"), filepath.Join(b.dir, "rows.csv")
	if err := writePoints(ours, theirs); err != nil {
		return err
	}
	const times = 2
	imported, err := best(times, func() (float64, error) {
		if err := fresh(ctx, server); err != nil {
			return 0, err
		}
		if _, err := b.classify("store", "migrate", "--store", server.URL("classify")); err != nil {
			return 0, err
		}
		m, err := b.classify("series", "import", ours, "--store", server.URL("classify"), "--quiet")
		return m.seconds, err
	})
	if err != nil {
		return err
	}
	copied, err := best(times, func() (float64, error) {
		if err := server.Exec(ctx, "classify", "TRUNCATE time_series_data", "CHECKPOINT"); err != nil {
			return 0, err
		}
		began := time.Now()
		err := b.exec("", psql, "-q", "-v", "ON_ERROR_STOP=1", server.URL("classify"), "-c",
			`\copy time_series_data (indicator_id, time, date, value) from '`+theirs+`' csv header`)
		return time.Since(began).Seconds(), err
	})
	if err != nil {
		return err
	}
	b.add(figure{
		what:     fmt.Sprintf("`series import` of %d points, PostgreSQL %s", points, server.Version),
		wanted:   "at least 70 % of the speed of psql's `\\copy` into the same table",
		measured: fmt.Sprintf("%.0f %% (%.1f s against %.1f s)", 100*copied/imported, imported, copied),
		reached:  imported <= copied/0.7,
	})
	return nil
}

// writePoints writes the same points for classify, and for \copy.
func writePoints(ours, theirs string) error {
	var files [2]*os.File
	var out [2]*bufio.Writer
	for i, path := range []string{ours, theirs} {
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		defer f.Close()
		files[i], out[i] = f, bufio.NewWriterSize(f, 1<<20)
	}
	fmt.Fprintln(out[0], "indicator_id,date,value")
	fmt.Fprintln(out[1], "indicator_id,time,date,value")
	for n := range points {
		series, month := n/pointsPerSeries, n%pointsPerSeries
		value := float64((n*7919)%100_003) / 8
		date := fmt.Sprintf("%d-%02d", 2004+month/12, month%12+1)
		fmt.Fprintf(out[0], "SERIES.%06d,%s,%g\n", series, date, value)
		fmt.Fprintf(out[1], "SERIES.%06d,%s-01 00:00:00+00,%s,%g\n", series, date, date, value)
	}
	return errors.Join(out[0].Flush(), out[1].Flush(), files[0].Sync(), files[1].Sync())
}
