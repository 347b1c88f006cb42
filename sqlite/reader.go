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

// stageJoins joins every stage to classifications c; its tables are called t1, t2, …
var stageJoins = func() string {
	joins := ""
	for i := range tables[1:] {
		joins += fmt.Sprintf(" LEFT JOIN %s t%d ON t%d.indicator_id = c.indicator_id", tables[i+1].name, i+1, i+1)
	}
	return joins
}()

// answerColumns are the columns of all tables, one table after the other.
var answerColumns = func() string {
	lists := []string{names(tables[0].columns, "c.")}
	for i := range tables[1:] {
		lists = append(lists, names(tables[i+1].columns, fmt.Sprintf("t%d.", i+1)))
	}
	return strings.Join(lists, ", ")
}()

// scanAnswer reads a row of answerColumns.
func scanAnswer(st *sqlite.Stmt) (*answer, error) {
	a := &answer{}
	col := 0
	for i := range tables {
		t := &tables[i]
		if !st.ColumnIsNull(col) {
			for k := range t.columns {
				t.columns[k].scan(st, col+k, a)
			}
			t.found(a)
		}
		col += len(t.columns)
	}
	return a, a.decode()
}

// Classification returns the current answer with every stage, or
// classify.ErrNotFound.
func (s *Store) Classification(ctx context.Context, id string) (stored classify.Stored, err error) {
	err = s.read(ctx, "read store", func(conn *sqlite.Conn) error {
		st, err := conn.Prepare("SELECT " + answerColumns + " FROM classifications c" + stageJoins + " WHERE c.indicator_id = ?")
		if err != nil {
			return err
		}
		st.BindText(1, id)
		var a *answer
		var broken error
		found, err := row(st, func() { a, broken = scanAnswer(st) })
		switch {
		case err != nil:
			return err
		case broken != nil:
			return broken
		case !found:
			return fmt.Errorf("indicator %q: %w", id, classify.ErrNotFound)
		}
		stored = a.stored()
		return nil
	})
	return stored, err
}

// Classifications yields current answers ordered by id. It reads page by page
// and holds nothing while the caller works: an answer that is replaced
// meanwhile comes as it is when its page is read.
func (s *Store) Classifications(ctx context.Context, conditions []classify.Condition) iter.Seq2[classify.Stored, error] {
	return func(yield func(classify.Stored, error) bool) {
		filter, err := where(conditions)
		if err != nil {
			yield(classify.Stored{}, err)
			return
		}
		from := "classifications c"
		if join(filter).source {
			from += " LEFT JOIN source_indicators s ON s.indicator_id = c.indicator_id"
		}
		s.answers(ctx, from, filter, yield)
	}
}

// Answers yields the current answers of what is selected, ordered by id.
func (s *Store) Answers(ctx context.Context, runID int64, sel classify.Selection) iter.Seq2[classify.Stored, error] {
	return func(yield func(classify.Stored, error) bool) {
		q, err := s.newSelection(ctx, sel)
		if err != nil {
			yield(classify.Stored{}, err)
			return
		}
		for window := range q.windows() {
			if !s.answers(ctx, q.from(), append(slices.Clone(q.filter), window...), yield) {
				return
			}
		}
	}
}

// answers yields page by page; it reports whether the caller wants more.
func (s *Store) answers(ctx context.Context, from string, filter []clause, yield func(classify.Stored, error) bool) bool {
	for after := ""; ; {
		var page []classify.Stored
		err := s.read(ctx, "read store", func(conn *sqlite.Conn) (err error) {
			page, err = answerPage(conn, from, filter, after)
			return err
		})
		if err != nil {
			yield(classify.Stored{}, err)
			return false
		}
		for i := range page {
			if !yield(page[i], nil) {
				return false
			}
		}
		if len(page) < pageRows {
			return true
		}
		after = page[len(page)-1].IndicatorID
	}
}

func answerPage(conn *sqlite.Conn, from string, filter []clause, after string) (page []classify.Stored, err error) {
	all := join(append(slices.Clone(filter), clause{text: "c.indicator_id > ?", args: []any{after}}))
	st, err := conn.Prepare("SELECT " + answerColumns + " FROM " + from + stageJoins + " WHERE " + all.text + " ORDER BY c.indicator_id LIMIT " + fmt.Sprint(pageRows))
	if err != nil {
		return nil, err
	}
	if err := bindAll(st, all.args); err != nil {
		return nil, err
	}
	var broken error
	err = rows(st, func() {
		a, err := scanAnswer(st)
		if err != nil {
			broken = err
			return
		}
		page = append(page, a.stored())
	})
	if err == nil {
		err = broken
	}
	return page, err
}
