package sqlite

import (
	"context"
	"fmt"
	"slices"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/tables"
)

// selection is a classify.Selection made ready for statements.
type selection struct {
	classify.Selection
	filter []clause
	// ids restricts it to these, sorted, unless nil.
	ids []string
	// last is the greatest id that a limit admits; "" without one.
	last string
}

// newSelection checks a selection and settles which indicators a sample and a
// limit choose, so that what is saved meanwhile does not change it. The sample
// is taken first, and a limit takes the first by id.
func (s *Store) newSelection(ctx context.Context, sel classify.Selection) (*selection, error) {
	q := &selection{Selection: sel}
	switch sel.Mode {
	case classify.ModeChanged, classify.ModeStale, classify.ModeRetryFailed, classify.ModeForce:
	case "":
		q.Mode = classify.ModeChanged
	default:
		return nil, &classify.InvalidInputError{What: "selection", Err: fmt.Errorf("there is no mode %q", sel.Mode)}
	}
	var err error
	if q.filter, err = where(sel.Where); err != nil {
		return nil, err
	}
	if len(sel.IDs) > 0 {
		q.ids = slices.Compact(slices.Sorted(slices.Values(sel.IDs)))
	}
	if sel.Sample <= 0 && sel.Limit <= 0 {
		return q, nil
	}
	err = s.read(ctx, "select from store", func(conn *sqlite.Conn) error {
		if sel.Sample > 0 {
			if err := q.sample(conn); err != nil {
				return err
			}
		}
		if sel.Limit > 0 {
			return q.limit(conn)
		}
		return nil
	})
	return q, err
}

// sample keeps the ids that the seed chooses.
func (q *selection) sample(conn *sqlite.Conn) error {
	chosen := tables.NewSampler(q.Sample, q.Seed)
	if err := q.eachID(conn, chosen.Add); err != nil {
		return err
	}
	q.ids = chosen.IDs()
	return nil
}

// limit keeps the first ids.
func (q *selection) limit(conn *sqlite.Conn) error {
	if q.ids != nil {
		var kept []string
		if err := q.eachID(conn, func(id string) {
			if len(kept) < q.Limit {
				kept = append(kept, id)
			}
		}); err != nil {
			return err
		}
		q.ids = append([]string{}, kept...)
		return nil
	}
	all := join(q.filter)
	query := "SELECT s.indicator_id FROM " + q.from() + " WHERE " + all.text + " ORDER BY s.indicator_id LIMIT 1 OFFSET ?"
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: append(all.args, q.Limit-1), ResultFunc: func(st *sqlite.Stmt) error {
		q.last = st.ColumnText(0)
		return nil
	}})
}

// eachID calls visit for every selected indicator, ordered by id.
func (q *selection) eachID(conn *sqlite.Conn, visit func(id string)) error {
	for window := range q.windows() {
		all := join(append(slices.Clone(q.filter), window...))
		query := "SELECT s.indicator_id FROM " + q.from() + " WHERE " + all.text + " ORDER BY s.indicator_id"
		err := sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: all.args, ResultFunc: func(st *sqlite.Stmt) error {
			visit(st.ColumnText(0))
			return nil
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

// from keeps source_indicators outermost, so that its index gives the order.
func (q *selection) from() string {
	from := "source_indicators s"
	if q.Intake {
		from += " CROSS JOIN intake i ON i.source_no = s.source_no"
	}
	return from + " LEFT JOIN classifications c ON c.indicator_id = s.indicator_id"
}

// fromAnyOrder is from where the order does not matter: an intake is read in
// the order of its rows, which are those of source_indicators.
func (q *selection) fromAnyOrder() string {
	if !q.Intake {
		return q.from()
	}
	return "intake i CROSS JOIN source_indicators s ON s.source_no = i.source_no LEFT JOIN classifications c ON c.indicator_id = s.indicator_id"
}

// windows yields the conditions of one pass, or of several where the ids are
// given: so many at a time.
func (q *selection) windows() func(yield func([]clause) bool) {
	return func(yield func([]clause) bool) {
		if q.ids == nil {
			yield(q.upTo())
			return
		}
		for chunk := range slices.Chunk(q.ids, pageRows) {
			if !yield([]clause{idIn(chunk)}) {
				return
			}
		}
	}
}

func (q *selection) upTo() []clause {
	if q.last == "" {
		return nil
	}
	return []clause{{text: "s.indicator_id <= ?", args: []any{q.last}, source: true}}
}

func idIn(ids []string) clause {
	if len(ids) == 0 {
		return clause{text: "FALSE"}
	}
	return clause{text: "s.indicator_id IN (SELECT value FROM json_each(?))", args: []any{tables.JSONList(ids)}, source: true}
}

// due is the condition under which the mode does an indicator again.
func (q *selection) due() clause {
	const changed = "c.indicator_id IS NULL OR c.input_hash IS NOT s.input_hash OR c.outcome = 'failed'"
	const older = " OR c.logic_version IS NOT ?"
	due := clause{text: "(" + changed + ")", source: true}
	switch q.Mode {
	case classify.ModeStale:
		due.text, due.args = "("+changed+older+")", []any{q.LogicVersion}
	case classify.ModeRetryFailed:
		due = clause{text: "(c.outcome IS 'failed')"}
	case classify.ModeForce:
		due = clause{text: "TRUE"}
		if q.Since > 0 {
			due = clause{text: "(" + changed + older + " OR c.run_id < ?)", args: []any{q.LogicVersion, q.Since}, source: true}
		}
	}
	if q.NotBy > 0 {
		due.text, due.args = "("+due.text+" AND c.run_id IS NOT ?)", append(due.args, q.NotBy)
	}
	return due
}
