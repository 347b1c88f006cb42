package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"classify"
)

// Relation streams the rows of a table or query of any PostgreSQL database, in
// one transaction that only reads. It is for one goroutine.
type Relation struct {
	conn    *pgx.Conn
	tx      pgx.Tx
	rows    pgx.Rows
	store   *Store // for its errors
	name    string
	columns []string
	cells   []string
}

// ownCatalogue is what a classify store gives as a catalogue: its source rows,
// with their series.
const ownCatalogue = `SELECT s.*, (SELECT json_agg(json_build_object('date', t.date, 'value', t.value) ORDER BY t.position NULLS LAST, t.date)
	FROM time_series_data t WHERE t.indicator_id = s.indicator_id) AS "values" FROM source_indicators s ORDER BY s.indicator_id`

// OpenRelation begins to read a table ("name" or "schema.name"), or the result of
// a query; with neither, the source_indicators of a classify store with their
// series. Every value comes as PostgreSQL writes it as text, times in UTC, NULL as
// "". A query that would write, or is more than one statement, is refused.
func OpenRelation(ctx context.Context, url, table, query string) (*Relation, error) {
	config, err := parse(url)
	if err != nil {
		return nil, err
	}
	c := config.ConnConfig
	r := &Relation{name: placeOf(c)}
	r.store = &Store{place: r.name, options: Options{Patience: defaultPatience}}
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
	if r.tx, err = r.conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}); err != nil {
		return r.fault(err)
	}
	for _, set := range []string{"SET LOCAL datestyle = 'ISO, YMD'", "SET LOCAL timezone = 'UTC'", "SET LOCAL intervalstyle = 'iso_8601'", "SET LOCAL bytea_output = 'hex'"} {
		if _, err := r.tx.Exec(ctx, set); err != nil {
			return r.fault(err)
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
	if r.rows, err = r.tx.Query(ctx, query, pgx.QueryResultFormats{pgx.TextFormatCode}); err == nil {
		// A fault of the query shows with its first row.
		if fields := r.rows.FieldDescriptions(); fields != nil {
			for _, f := range fields {
				r.columns = append(r.columns, f.Name)
			}
			return nil
		}
		r.rows.Close()
		err = r.rows.Err()
	}
	return r.queryFault(ctx, table, err)
}

// byDefault is the query of a classify store, if this is one.
func (r *Relation) byDefault(ctx context.Context) (string, error) {
	var own bool
	if err := r.tx.QueryRow(ctx, "SELECT to_regclass('source_indicators') IS NOT NULL AND to_regclass('classify_schema') IS NOT NULL").Scan(&own); err != nil {
		return "", r.fault(err)
	}
	if own {
		return ownCatalogue, nil
	}
	return "", classify.WithHint(fmt.Errorf("the database %s is no classify store", r.store.place), "name what to read: --table NAME or --query 'select …'; %s", r.tables(ctx))
}

// tables names tables of the database for a remedy.
func (r *Relation) tables(ctx context.Context) string {
	names, err := column[string](ctx, r.tx, `SELECT CASE table_schema WHEN 'public' THEN '' ELSE table_schema || '.' END || table_name FROM information_schema.tables
		WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 9`)
	switch {
	case err != nil || len(names) == 0:
		return "this role sees no table there"
	case len(names) == 9:
		return "there are " + strings.Join(names[:8], ", ") + " and more"
	}
	return "there are " + strings.Join(names, ", ")
}

// queryFault says what is wrong with a query.
func (r *Relation) queryFault(ctx context.Context, table string, err error) error {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		if err == nil {
			err = errors.New("it returns no columns")
		}
		return classify.WithHint(fmt.Errorf("read %s: %w", r.name, err), "write a query that returns rows: --query 'select …'")
	}
	said := fmt.Errorf("read %s: %s", r.name, server.Message)
	if server.Position > 0 {
		said = fmt.Errorf("%w (at character %d)", said, server.Position)
	}
	switch {
	case server.Code == readOnlyServer:
		return classify.WithHint(said, "a catalogue is only read: write a select")
	case server.Code == "42601" && strings.Contains(server.Message, "multiple commands"):
		return classify.WithHint(said, "write one select, without a semicolon in it")
	case server.Code == noTable:
		_ = r.tx.Rollback(ctx) // the tables are looked up in a new transaction
		if tx, beginErr := r.conn.Begin(ctx); beginErr == nil {
			r.tx = tx
			return classify.WithHint(said, "%s", r.tables(ctx))
		}
		return classify.WithHint(said, "look at the name of the table")
	case server.Code == noRight:
		return classify.WithHint(said, "the role needs the right to read: GRANT SELECT ON … TO ROLE")
	case strings.HasPrefix(server.Code, "42"):
		return classify.WithHint(said, "mend the query; it is run as it is, in a transaction that only reads")
	}
	return r.fault(err)
}

func (r *Relation) fault(err error) error { return r.store.fault("read", err) }

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
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			return nil, r.fault(err)
		}
		return nil, io.EOF
	}
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
