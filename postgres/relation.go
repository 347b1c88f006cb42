package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
)

// Relation streams the rows of a table or query of any PostgreSQL database, in
// one transaction that only reads. It is for one goroutine.
type Relation struct {
	conn    *pgx.Conn
	tx      pgx.Tx
	rows    pgx.Rows
	place   string // host:port/database
	name    string // with the table
	columns []string
	cells   []string
	read    int // rows so far
}

// ownCatalogue is what a classify store gives as a catalogue: its source rows,
// with their series.
const ownCatalogue = `SELECT s.*, (SELECT json_agg(json_build_object('date', t.date, 'value', t.value) ORDER BY t.position NULLS LAST, t.date)
	FROM time_series_data t WHERE t.indicator_id = s.indicator_id) AS "values" FROM source_indicators s ORDER BY s.indicator_id`

// OpenRelation begins to read a table ("name" or "schema.name"), or the result of
// a query; with neither, source_indicators, in a classify store with their series.
// Every value comes as PostgreSQL writes it as text, times in UTC, NULL as
// "". A query that would write, or is more than one statement, is refused.
func OpenRelation(ctx context.Context, url, table, query string) (*Relation, error) {
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	c := config.ConnConfig
	r := &Relation{place: placeOf(c), name: placeOf(c)}
	tried, cancel := context.WithTimeout(ctx, connectTime)
	r.conn, err = pgx.ConnectConfig(tried, c)
	cancel()
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, connectFault(r.name, c, err)
	}
	if err := r.begin(ctx, table, query); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Relation) begin(ctx context.Context, table, query string) (err error) {
	if clean(table) != table || clean(query) != query {
		return classify.WithHint(fmt.Errorf("read %s: the name or the query has a zero byte, or is not UTF-8", r.name), "write it without")
	}
	if r.tx, err = r.conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}); err != nil {
		return r.fault(ctx, err)
	}
	for _, set := range []string{"SET LOCAL datestyle = 'ISO, YMD'", "SET LOCAL timezone = 'UTC'", "SET LOCAL intervalstyle = 'iso_8601'", "SET LOCAL bytea_output = 'hex'", "SET LOCAL extra_float_digits = 1"} {
		if _, err := r.tx.Exec(ctx, set); err != nil {
			return r.fault(ctx, err)
		}
	}
	switch {
	case query != "":
		r.name += " (query)"
	case table != "":
		query = "SELECT * FROM " + pgx.Identifier(strings.Split(table, ".")).Sanitize()
		r.name += " " + table
	default:
		if query, err = r.byDefault(ctx); err != nil {
			return err
		}
		r.name += " source_indicators"
	}
	return r.open(ctx, query)
}

// open begins a query. What returns no columns is not begun: there are statements
// that leave something behind also in a transaction that only reads, such as COPY
// to a file of the server.
func (r *Relation) open(ctx context.Context, query string) error {
	described, err := r.conn.PgConn().Prepare(ctx, "", query, nil)
	switch {
	case err != nil:
		return r.fault(ctx, err)
	case len(described.Fields) == 0:
		return classify.WithHint(fmt.Errorf("read %s: it returns no columns", r.name), "a catalogue is only read: write a select that returns rows")
	case len(described.ParamOIDs) > 0:
		return classify.WithHint(fmt.Errorf("read %s: the query has parameters ($1)", r.name), "write their values into the query")
	}
	for _, f := range described.Fields {
		r.columns = append(r.columns, f.Name)
	}
	// What goes wrong while it runs shows with its first row.
	if r.rows, err = r.tx.Query(ctx, query, pgx.QueryResultFormats{pgx.TextFormatCode}); err != nil {
		return r.fault(ctx, err)
	}
	return nil
}

// byDefault is the query of source_indicators, if they are there.
func (r *Relation) byDefault(ctx context.Context) (string, error) {
	var there, own bool
	if err := r.tx.QueryRow(ctx, `SELECT to_regclass('source_indicators') IS NOT NULL,
		to_regclass('time_series_data') IS NOT NULL AND to_regclass('classify_schema') IS NOT NULL`).Scan(&there, &own); err != nil {
		return "", r.fault(ctx, err)
	}
	switch {
	case there && own:
		return ownCatalogue, nil
	case there:
		return "SELECT * FROM source_indicators", nil
	}
	return "", classify.WithHint(fmt.Errorf("the database %s has no source_indicators", r.place), "name what to read: --table NAME or --query 'select …'; %s", r.tables(ctx))
}

// Name names host, database and table, without secrets.
func (r *Relation) Name() string { return r.name }

// Columns are the names of the columns.
func (r *Relation) Columns() []string { return r.columns }

// Next returns the cells of the next row, io.EOF at the end.
func (r *Relation) Next(ctx context.Context) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return nil, r.fault(ctx, err)
		}
		return nil, io.EOF
	}
	r.read++
	r.cells = r.cells[:0]
	for _, raw := range r.rows.RawValues() {
		r.cells = append(r.cells, string(raw))
	}
	return r.cells, nil
}

// Close ends the transaction and the connection.
func (r *Relation) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	// What is not read any more is not waited for: the connection is closed.
	return r.conn.Close(ctx)
}
