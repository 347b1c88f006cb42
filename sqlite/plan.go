package sqlite

import (
	"context"
	"slices"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
)

// Plan counts what a selection means before anything is done. Mode says which
// of the selected ones are done, so that Selected does not depend on it.
func (s *Store) Plan(ctx context.Context, runID int64, sel classify.Selection) (p classify.Plan, err error) {
	q, err := s.newSelection(ctx, sel)
	if err != nil {
		return p, err
	}
	err = s.read(ctx, "plan from store", func(conn *sqlite.Conn) error {
		p = classify.Plan{}
		for window := range q.windows() {
			if err := q.count(conn, window, &p); err != nil {
				return err
			}
		}
		return nil
	})
	return p, err
}

// count adds the selected indicators of a window.
func (q *selection) count(conn *sqlite.Conn, window []clause, p *classify.Plan) error {
	filter := append(slices.Clone(q.filter), window...)
	due, all := q.due(), join(filter)
	query := `SELECT count(*), coalesce(sum(due), 0), coalesce(sum(due AND failed), 0), coalesce(sum(NOT due AND answered AND older), 0) FROM (
		SELECT ` + due.text + ` AS due, c.outcome IS 'failed' AS failed, c.indicator_id IS NOT NULL AS answered, c.logic_version IS NOT ? AS older
		FROM ` + q.fromAnyOrder() + ` WHERE ` + all.text + `)`
	args := slices.Concat(due.args, []any{q.LogicVersion}, all.args)
	return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(st *sqlite.Stmt) error {
		selected, todo := st.ColumnInt(0), st.ColumnInt(1)
		p.Selected += selected
		p.Todo += todo
		p.Skipped += selected - todo
		p.RetryFailed += st.ColumnInt(2)
		p.OlderLogic += st.ColumnInt(3)
		return nil
	}})
}
