package sqlite

import (
	"context"
	"fmt"
	"iter"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

// Compare yields the indicators whose answers differ between two runs: in a
// label, in the outcome or in the review status. A run that does not exist is
// classify.ErrNotFound.
func (s *Store) Compare(ctx context.Context, runA, runB int64) iter.Seq2[classify.Difference, error] {
	return func(yield func(classify.Difference, error) bool) {
		if err := s.haveRuns(ctx, runA, runB); err != nil {
			yield(classify.Difference{}, err)
			return
		}
		for after, more := "", true; more; {
			var page []classify.Difference
			err := s.read(ctx, "compare runs in store", func(conn *sqlite.Conn) error {
				return snapshot(conn, func() (err error) {
					page, after, more, err = differences(conn, runA, runB, after)
					return err
				})
			})
			if err != nil {
				yield(classify.Difference{}, err)
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

func (s *Store) haveRuns(ctx context.Context, ids ...int64) error {
	return s.read(ctx, "read the runs of store", func(conn *sqlite.Conn) error {
		for _, id := range ids {
			n, err := number(conn, "SELECT count(*) FROM runs WHERE run_id = ?", id)
			if err != nil {
				return err
			}
			if n == 0 {
				return classify.WithHint(fmt.Errorf("run %d: %w", id, classify.ErrNotFound), "classify status names the latest run of the store")
			}
		}
		return nil
	})
}

// differences looks at the next indicators that a run between the two
// answered; only these can differ.
func differences(conn *sqlite.Conn, runA, runB int64, after string) (page []classify.Difference, last string, more bool, err error) {
	var touched, past *sqlite.Stmt
	var p preparer = conn.Prepare
	if err := p.all(
		p.into(&touched, `SELECT DISTINCT indicator_id FROM classification_history
			WHERE indicator_id > ?1 AND run_id > min(?2, ?3) AND run_id <= max(?2, ?3) ORDER BY indicator_id LIMIT ?4`),
		p.into(&past, `SELECT labels, answer, outcome, review_status, overall_confidence, logic_version, input_hash
			FROM classification_history WHERE indicator_id = ? AND run_id <= ? ORDER BY run_id DESC LIMIT 1`),
	); err != nil {
		return nil, after, false, err
	}
	touched.BindText(1, after)
	touched.BindInt64(2, runA)
	touched.BindInt64(3, runB)
	touched.BindInt64(4, pageRows)
	var ids []string
	if err := rows(touched, func() { ids = append(ids, touched.ColumnText(0)) }); err != nil {
		return nil, after, false, err
	}
	for _, id := range ids {
		d, differs, err := difference(past, id, runA, runB)
		if err != nil {
			return nil, after, false, err
		}
		if differs {
			page = append(page, d)
		}
		after = id
	}
	return page, after, len(ids) == pageRows, nil
}

func difference(st *sqlite.Stmt, id string, runA, runB int64) (d classify.Difference, differs bool, err error) {
	var sides [2]tables.Past
	for i, run := range []int64{runA, runB} {
		if err := readPast(st, &sides[i], id, run); err != nil {
			return d, false, err
		}
	}
	a, b := &sides[0], &sides[1]
	if a.Same(b) {
		return d, false, nil
	}
	d.IndicatorID = id
	if d.A, err = a.Decode(); err != nil {
		return d, false, err
	}
	d.B, err = b.Decode()
	return d, true, err
}

// readPast finds the newest answer up to a run.
func readPast(st *sqlite.Stmt, p *tables.Past, id string, run int64) (err error) {
	st.BindText(1, id)
	st.BindInt64(2, run)
	p.Found, err = row(st, func() {
		p.Labels, p.Rest = st.ColumnText(0), st.ColumnText(1)
		p.IndicatorID = id
		p.Outcome, p.ReviewStatus = classify.Outcome(st.ColumnText(2)), classify.ReviewStatus(st.ColumnText(3))
		p.OverallConfidence, p.LogicVersion, p.InputHash = st.ColumnFloat(4), st.ColumnText(5), st.ColumnText(6)
	})
	return err
}
