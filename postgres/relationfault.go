package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"classify"
)

// fault says what is wrong with a relation, and what mends it. When ctx has ended
// it is its cause.
func (r *Relation) fault(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		said := fmt.Errorf("read %s: after %d rows: %w", r.name, r.read, err)
		if passing(err) {
			return &classify.RetryableError{Err: classify.WithHint(said, "%s", lostHelp)}
		}
		return said
	}
	said := fmt.Errorf("read %s: %s", r.name, server.Message)
	if server.Position > 0 {
		said = fmt.Errorf("%w (at character %d)", said, server.Position)
	}
	if r.read > 0 {
		said = fmt.Errorf("%w (after %d rows)", said, r.read)
	}
	switch help := r.help(ctx, server); {
	case help == "":
		return said
	case passing(err):
		return &classify.RetryableError{Err: classify.WithHint(said, "%s", help)}
	default:
		return &classify.TerminalError{Err: classify.WithHint(said, "%s", help)}
	}
}

const lostHelp = "the connection was lost: look whether the server runs, then give the command again; what is classified by then is not done again"

// help is the remedy for what a server says, or "".
func (r *Relation) help(ctx context.Context, server *pgconn.PgError) string {
	switch code := server.Code; {
	case code == readOnlyServer, code == "25001": // also an attempt to leave the reading mode
		return "a catalogue is only read: write a select"
	case code == "42601" && strings.Contains(server.Message, "multiple commands"):
		return "write one select, without a semicolon in it"
	case code == noTable:
		return r.otherTables(ctx)
	case code == noRight:
		return "the role needs the right to read: GRANT SELECT ON … TO ROLE"
	case code == queryCanceled:
		return "the server ends statements that take so long: write statement_timeout=0 behind the ? of the address, or read less with --query"
	case code == serialization: // what reads waits for nobody, other than a replica for its primary
		return "this server is a replica, and rows that were being read changed on its primary: read from the primary, or raise max_standby_streaming_delay"
	case strings.HasPrefix(code, "42"):
		return "mend the query; it is run as it is, in a transaction that only reads"
	case strings.HasPrefix(code, "22"):
		return "a value does not fit what the query does with it: mend the query, or leave such rows out"
	case passing(server):
		return lostHelp
	}
	return ""
}

// otherTables names tables that are there. The transaction of a query that failed
// takes no other one, so that they are looked up in a new one.
func (r *Relation) otherTables(ctx context.Context) string {
	_ = r.tx.Rollback(ctx) // the fault that led here is the one to tell
	tx, err := r.conn.Begin(ctx)
	if err != nil {
		return "look at the name of the table"
	}
	r.tx = tx
	return r.tables(ctx)
}

// tables names tables of the database for a remedy, those of the search path
// first and without their schema.
func (r *Relation) tables(ctx context.Context) string {
	const most = 8
	names, err := column[string](ctx, r.tx, `SELECT CASE WHEN table_schema = ANY(current_schemas(false)) THEN '' ELSE table_schema || '.' END || table_name
		FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_schema !~ '^_?timescaledb_'
		ORDER BY table_schema = ANY(current_schemas(false)) DESC, 1 LIMIT $1`, most+1)
	switch {
	case err != nil || len(names) == 0:
		return "this role sees no table there"
	case len(names) > most:
		return "there are " + strings.Join(names[:most], ", ") + " and more"
	}
	return "there are " + strings.Join(names, ", ")
}
