package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"classify"
)

// Plan counts what a selection means before anything is done. Mode says which
// of the selected ones are done, so that Selected does not depend on it. Hashes
// that are not computed are computed first.
func (s *Store) Plan(ctx context.Context, runID int64, sel classify.Selection) (p classify.Plan, err error) {
	if err := s.settle(ctx); err != nil {
		return p, err
	}
	q, err := s.newSelection(ctx, runID, sel)
	if err != nil {
		return p, err
	}
	due, all := q.due(), q.all()
	query := `SELECT count(*), count(*) FILTER (WHERE due), count(*) FILTER (WHERE due AND failed), count(*) FILTER (WHERE NOT due AND answered AND older) FROM (
		SELECT ` + due.text + ` AS due, c.outcome IS NOT DISTINCT FROM 'failed' AS failed, c.indicator_id IS NOT NULL AS answered, c.logic_version IS DISTINCT FROM $? AS older
		FROM ` + q.from() + ` WHERE ` + all.text + `) u`
	args := slices.Concat(due.args, []any{q.LogicVersion}, all.args)
	err = s.read(ctx, "plan from store", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, numbered(query), args...).Scan(&p.Selected, &p.Todo, &p.RetryFailed, &p.OlderLogic)
	})
	p.Skipped = p.Selected - p.Todo
	return p, err
}
