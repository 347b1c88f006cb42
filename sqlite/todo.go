package sqlite

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"

	"classify"
)

const (
	// A page is what one short transaction reads: so many rows, or of about so
	// many bytes. Between pages nothing is held, so that the log can be
	// checkpointed while a run goes on.
	pageRows  = 500
	pageBytes = 8 << 20
)

// candidate is an indicator with the state of its current answer.
type candidate struct {
	sourceRow
	answered
}

// Todo yields what the selection has to do, ordered by id. It reads ahead by
// one page at most and holds nothing while the caller works, so that it may
// call any method meanwhile, Save above all.
func (s *Store) Todo(ctx context.Context, runID int64, sel classify.Selection) iter.Seq2[classify.Indicator, error] {
	return func(yield func(classify.Indicator, error) bool) {
		q, err := s.newSelection(ctx, sel)
		if err != nil {
			yield(classify.Indicator{}, err)
			return
		}
		due := q.due()
		if q.cutShort() {
			due = clause{"(" + due.text + " OR s.value_count > ?)", append(due.args, q.Samples)}
		}
		for c, err := range s.pages(ctx, q, due) {
			if err != nil {
				yield(classify.Indicator{}, err)
				return
			}
			ind := c.Newest(q.Samples)
			if q.cutShort() && c.values > q.Samples && !q.dueShort(&ind, &c.answered) {
				continue
			}
			if !yield(ind, nil) {
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

// pages yields the selected indicators that fulfil a condition.
func (s *Store) pages(ctx context.Context, q *selection, due clause) iter.Seq2[candidate, error] {
	return func(yield func(candidate, error) bool) {
		for at := (place{}); !at.ended; {
			var page []candidate
			err := s.read(ctx, "read store", func(conn *sqlite.Conn) error {
				return snapshot(conn, func() (err error) {
					page, err = q.page(conn, due, &at)
					return err
				})
			})
			if err != nil {
				yield(candidate{}, err)
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

// page reads the candidates from a place on, and moves it.
func (q *selection) page(conn *sqlite.Conn, due clause, at *place) (page []candidate, err error) {
	filter := append(slices.Clone(q.filter), due, clause{"s.indicator_id > ?", []any{at.after}})
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
	if page, full, err = q.candidates(conn, join(filter)); err != nil {
		return nil, err
	}
	for i := range page {
		if err := in.complete(&page[i].sourceRow); err != nil {
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

// candidates reads rows without their values; full reports that it stopped
// before the last.
func (q *selection) candidates(conn *sqlite.Conn, all clause) (page []candidate, full bool, err error) {
	st, err := conn.Prepare("SELECT " + candidateColumns + " FROM " + q.from() + " WHERE " + all.text + " ORDER BY s.indicator_id")
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
		var c candidate
		scanSource(st, 0, &c.sourceRow)
		state := len(sourceColumns)
		c.found, c.failed = st.ColumnInt(state) != 0, st.ColumnInt(state+1) != 0
		c.input, c.logic = st.ColumnText(state+2), st.ColumnText(state+3)
		for _, text := range texts(&c.Indicator) {
			bytes += len(*text)
		}
		bytes += 64 * c.values
		page = append(page, c)
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

var candidateColumns = "s." + strings.Join(sourceColumns, ", s.") +
	", c.indicator_id IS NOT NULL, c.outcome IS 'failed', c.input_hash, c.logic_version"
