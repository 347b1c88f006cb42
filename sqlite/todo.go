package sqlite

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

const (
	// A page is what one short transaction reads: so many rows, or of about so
	// many bytes. Between pages nothing is held, so that the log can be
	// checkpointed while a run goes on.
	pageRows  = 500
	pageBytes = 8 << 20
)

// Todo yields what the selection has to do, ordered by id. It reads ahead by
// one page at most and holds nothing while the caller works, so that it may
// call any method meanwhile, Save above all.
func (s *Store) Todo(ctx context.Context, runID int64, sel classify.Selection) iter.Seq2[classify.Work, error] {
	return func(yield func(classify.Work, error) bool) {
		q, err := s.newSelection(ctx, sel)
		if err != nil {
			yield(classify.Work{}, err)
			return
		}
		for r, err := range s.pages(ctx, q) {
			if err != nil {
				yield(classify.Work{}, err)
				return
			}
			if !yield(classify.Work{Indicator: r.Newest(q.Samples), Hash: r.hash}, nil) {
				return
			}
		}
	}
}

// place is how far a reading has come.
type place struct {
	after string // the last id that was read
	chunk int    // the first of the given ids that is not done
	ended bool
}

// pages yields the selected indicators that are due.
func (s *Store) pages(ctx context.Context, q *selection) iter.Seq2[sourceRow, error] {
	return func(yield func(sourceRow, error) bool) {
		for at := (place{}); !at.ended; {
			var page []sourceRow
			err := s.read(ctx, "read store", func(conn *sqlite.Conn) error {
				return snapshot(conn, func() (err error) {
					page, err = q.page(conn, &at)
					return err
				})
			})
			if err != nil {
				yield(sourceRow{}, err)
				return
			}
			for i := range page {
				if !yield(page[i], nil) {
					return
				}
			}
		}
	}
}

// page reads what is due from a place on, and moves it.
func (q *selection) page(conn *sqlite.Conn, at *place) (page []sourceRow, err error) {
	filter := append(slices.Clone(q.filter), q.due(), clause{text: "s.indicator_id > ?", args: []any{at.after}, source: true})
	next := len(q.ids)
	if q.ids != nil {
		next = min(at.chunk+pageRows, len(q.ids))
		filter = append(filter, idIn(q.ids[at.chunk:next]))
	} else {
		filter = append(filter, q.upTo()...)
	}
	in, err := newSourceReader(conn)
	if err != nil {
		return nil, err
	}
	full := false
	if page, full, err = q.sources(conn, join(filter)); err != nil {
		return nil, err
	}
	for i := range page {
		if err := in.complete(&page[i]); err != nil {
			return nil, err
		}
	}
	if len(page) > 0 {
		at.after = page[len(page)-1].ID
	}
	if !full {
		at.chunk = next
		at.ended = next == len(q.ids)
	}
	return page, nil
}

// sources reads rows without their values; full reports that it stopped
// before the last.
func (q *selection) sources(conn *sqlite.Conn, all clause) (page []sourceRow, full bool, err error) {
	st, err := conn.Prepare("SELECT s." + strings.Join(sourceColumns, ", s.") + " FROM " + q.from() + " WHERE " + all.text + " ORDER BY s.indicator_id")
	if err != nil {
		return nil, false, err
	}
	if err := bindAll(st, all.args); err != nil {
		return nil, false, err
	}
	for bytes := 0; len(page) < pageRows && bytes < pageBytes; {
		found, err := st.Step()
		if err != nil {
			return nil, false, err
		}
		if !found {
			return page, false, st.Reset()
		}
		var r sourceRow
		scanSource(st, 0, &r)
		for _, text := range tables.SourceTexts(&r.Indicator) {
			bytes += len(*text)
		}
		bytes += 64 * r.values
		page = append(page, r)
	}
	return page, true, st.Reset()
}

// bindAll binds the parameters of a statement in their order.
func bindAll(st *sqlite.Stmt, args []any) error {
	for i, arg := range args {
		switch v := arg.(type) {
		case string:
			st.BindText(i+1, v)
		case int:
			st.BindInt64(i+1, int64(v))
		case int64:
			st.BindInt64(i+1, v)
		default:
			return fmt.Errorf("parameter %d is a %T", i+1, arg)
		}
	}
	return nil
}

// snapshot runs reads that have to see the same state.
func snapshot(conn *sqlite.Conn, do func() error) error {
	if err := pragmas(conn, "BEGIN"); err != nil {
		return err
	}
	err := do()
	// A reading that was broken off has to end as well, or the connection
	// would go on in its old state.
	conn.SetInterrupt(nil)
	if ended := pragmas(conn, "ROLLBACK"); err == nil {
		err = ended
	}
	return err
}
