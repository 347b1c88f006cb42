package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// selection is a classify.Selection made ready for statements.
type selection struct {
	classify.Selection
	run    int64
	filter []clause
	// ids restricts it to these, sorted, unless nil.
	ids []string
	// last is the greatest id that a limit admits; "" without one.
	last string
}

// newSelection checks a selection and settles which indicators a sample and a
// limit choose, so that what is saved meanwhile does not change it. The sample
// is taken first, and a limit takes the first by id.
func (s *Store) newSelection(ctx context.Context, run int64, sel classify.Selection) (*selection, error) {
	q := &selection{Selection: sel, run: run}
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
		for _, id := range sel.IDs {
			q.ids = append(q.ids, clean(id))
		}
		slices.Sort(q.ids)
		q.ids = slices.Compact(q.ids)
	}
	if sel.Sample <= 0 && sel.Limit <= 0 {
		return q, nil
	}
	given := q.ids
	err = s.read(ctx, "select from store", func(tx pgx.Tx) error {
		q.ids, q.last = given, ""
		if sel.Sample > 0 {
			if err := q.sample(ctx, tx); err != nil {
				return err
			}
		}
		if sel.Limit > 0 {
			return q.limit(ctx, tx)
		}
		return nil
	})
	return q, err
}

// sample keeps the ids that the seed chooses.
func (q *selection) sample(ctx context.Context, tx pgx.Tx) error {
	chosen := tables.NewSampler(q.Sample, q.Seed)
	all := q.all()
	err := each(ctx, tx, numbered("SELECT s.indicator_id FROM "+q.from()+" WHERE "+all.text), all.args, func(r pgx.Rows) error {
		chosen.Add(string(r.RawValues()[0]))
		return nil
	})
	q.ids = chosen.IDs()
	return err
}

// limit keeps the first ids.
func (q *selection) limit(ctx context.Context, tx pgx.Tx) (err error) {
	all := q.all()
	query := "SELECT s.indicator_id FROM " + q.from() + " WHERE " + all.text + " ORDER BY s.indicator_id"
	if q.ids != nil {
		q.ids, err = column[string](ctx, tx, numbered(query+" LIMIT $?"), append(all.args, q.Limit)...)
		q.ids = noNil(q.ids)
		return err
	}
	_, err = one(ctx, tx, numbered(query+" OFFSET $? LIMIT 1"), append(all.args, q.Limit-1), &q.last)
	return err
}

// all are the conditions of the selection, whatever the mode does with it.
func (q *selection) all() clause {
	filter := slices.Clone(q.filter)
	if q.ids != nil {
		filter = append(filter, clause{text: "s.indicator_id = ANY($?::text[])", args: []any{q.ids}, source: true})
	}
	if q.last != "" {
		filter = append(filter, clause{text: "s.indicator_id <= $?", args: []any{q.last}, source: true})
	}
	if q.Intake {
		filter = append(filter, clause{text: "i.run_id = $?", args: []any{q.run}})
	}
	return join(filter)
}

func (q *selection) from() string {
	from := "source_indicators s"
	if q.Intake {
		from += " JOIN intake i ON i.indicator_id = s.indicator_id"
	}
	return from + " LEFT JOIN classifications c ON c.indicator_id = s.indicator_id"
}

// due is the condition under which the mode does an indicator again.
func (q *selection) due() clause {
	const changed = "c.indicator_id IS NULL OR c.input_hash IS DISTINCT FROM s.input_hash OR c.outcome = 'failed'"
	const older = " OR c.logic_version IS DISTINCT FROM $?"
	due := clause{text: "(" + changed + ")", source: true}
	switch q.Mode {
	case classify.ModeStale:
		due.text, due.args = "("+changed+older+")", []any{q.LogicVersion}
	case classify.ModeRetryFailed:
		due = clause{text: "(c.outcome IS NOT DISTINCT FROM 'failed')"}
	case classify.ModeForce:
		due = clause{text: "TRUE"}
		if q.Since > 0 {
			due = clause{text: "(" + changed + older + " OR c.run_id < $?)", args: []any{q.LogicVersion, q.Since}, source: true}
		}
	}
	if q.NotBy > 0 {
		due.text, due.args = "("+due.text+" AND c.run_id IS DISTINCT FROM $?)", append(due.args, q.NotBy)
	}
	return due
}
