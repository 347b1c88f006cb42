package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// read runs a function in a snapshot that reads only, and again after a passing
// fault: it has to begin from nothing each time.
func (s *Store) read(ctx context.Context, doing string, do func(pgx.Tx) error) error {
	return s.transact(ctx, doing, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, do)
}

// write runs a function in a transaction that commits, and again after a
// passing fault: it has to begin from nothing each time. A commit whose answer
// was lost may have happened: what do writes has to bear being written twice.
func (s *Store) write(ctx context.Context, doing string, do func(pgx.Tx) error) error {
	return s.transact(ctx, doing, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, do)
}

func (s *Store) transact(ctx context.Context, doing string, o pgx.TxOptions, do func(pgx.Tx) error) error {
	select {
	case <-s.quit:
		return ErrClosed
	default:
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 50*time.Millisecond, 2*time.Second
	o.BeginQuery = s.begin(o)
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := pgx.BeginTxFunc(ctx, s.pool, o, do)
		if err != nil && (ctx.Err() != nil || typed(err) || !passing(err)) {
			return struct{}{}, backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pause), backoff.WithMaxElapsedTime(s.options.Patience))
	var permanent *backoff.PermanentError
	if errors.As(err, &permanent) {
		err = permanent.Unwrap()
	}
	if err != nil && ctx.Err() != nil && !typed(err) {
		return context.Cause(ctx)
	}
	return s.fault(doing, err)
}

// attempt is a try to commit answers whose own answer may be lost.
type attempt struct {
	number string         // of its transaction; "": there was none
	of     *tables.Answer // one of the answers, with the time of the try
}

// committed tells whether the try has happened although the answer to its commit
// was lost. One whose end the server does not know yet is an error that passes.
//
// That the server says so of the number is not enough: a number whose transaction
// was lost with the server's memory is given to another one after a crash.
func (a *attempt) committed(ctx context.Context, tx pgx.Tx) (bool, error) {
	if a.number == "" {
		return false, nil
	}
	// Of a number that is not given out yet, after a fail-over, nothing is known.
	var state text
	var there bool
	err := tx.QueryRow(ctx, `SELECT CASE WHEN $1::text::xid8 < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status($1::text::xid8) END,
		EXISTS (SELECT 1 FROM classification_history WHERE indicator_id = $2 AND run_id = $3 AND classified_at = $4)`,
		a.number, clean(a.of.IndicatorID), a.of.RunID, a.of.At).Scan(&state, &there)
	if err == nil && state == "in progress" {
		err = errRace
	}
	return state == "committed" && there, err
}

// begin is the message that begins a transaction, and sets what holds for it
// alone. Nothing gains by being compiled: that takes longer than a statement
// itself where the database has not looked at a table yet, and fears the worst.
func (s *Store) begin(o pgx.TxOptions) string {
	begin := "BEGIN"
	if o.IsoLevel != "" {
		begin += " ISOLATION LEVEL " + string(o.IsoLevel)
	}
	begin += " " + string(o.AccessMode) + "; SET LOCAL jit = off"
	if s.hyper && o.AccessMode != pgx.ReadOnly {
		// Old chunks are compressed: what a portion changes in them is bounded by its
		// size already.
		begin += "; SET LOCAL " + boundSetting + " = 0"
	}
	return begin
}

// each calls visit for every row of a query. It may keep nothing of the row's
// memory.
func each(ctx context.Context, tx pgx.Tx, query string, args []any, visit func(pgx.Rows) error) error {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := visit(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one scans the only row of a query; found is false if there is none.
func one(ctx context.Context, tx pgx.Tx, query string, args []any, into ...any) (found bool, err error) {
	err = tx.QueryRow(ctx, query, args...).Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// exec runs a statement and returns how many rows it touched.
func exec(ctx context.Context, tx pgx.Tx, query string, args ...any) (int, error) {
	tag, err := tx.Exec(ctx, query, args...)
	return int(tag.RowsAffected()), err
}

// column reads a query's only column; nil is an empty one.
func column[T any](ctx context.Context, tx pgx.Tx, query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if len(list) == 0 {
		list = nil
	}
	return list, err
}

// text is what a nullable text means: NULL is "".
type text string

// Scan implements sql.Scanner.
func (t *text) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = ""
	case string:
		*t = text(v)
	case []byte:
		*t = text(v)
	default:
		return &classify.InvalidInputError{What: "column", Err: errors.New("it is no text")}
	}
	return nil
}

// timestamp is a time in UTC; NULL is the zero time.
type timestamp struct{ time.Time }

// Scan implements sql.Scanner.
func (t *timestamp) Scan(v any) error {
	at, _ := v.(time.Time)
	t.Time = at.UTC()
	if v == nil {
		t.Time = time.Time{}
	}
	return nil
}
