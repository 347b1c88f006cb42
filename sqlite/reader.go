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

// stageJoins joins every stage to classifications c; its tables are called t1, t2, …
var stageJoins = func() string {
	joins := ""
	for i := range tables.Answers[1:] {
		joins += fmt.Sprintf(" LEFT JOIN %s t%d ON t%d.indicator_id = c.indicator_id", tables.Answers[i+1].Name, i+1, i+1)
	}
	return joins
}()

// answerColumns are the columns of all tables, one table after the other.
var answerColumns = func() string {
	lists := []string{tables.Names(tables.Answers[0].Columns, "c.")}
	for i := range tables.Answers[1:] {
		lists = append(lists, tables.Names(tables.Answers[i+1].Columns, fmt.Sprintf("t%d.", i+1)))
	}
	return strings.Join(lists, ", ")
}()

// scanAnswer reads a row of answerColumns.
func scanAnswer(st *sqlite.Stmt) (*tables.Answer, error) {
	a := &tables.Answer{}
	col := 0
	for i := range tables.Answers {
		t := &tables.Answers[i]
		if !st.ColumnIsNull(col) {
			for k := range t.Columns {
				scanColumn(st, col+k, &t.Columns[k], a)
			}
			t.Found(a)
		}
		col += len(t.Columns)
	}
	return a, a.Decode()
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
		var a *tables.Answer
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
		stored = a.Stored()
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
		page = append(page, a.Stored())
	})
	if err == nil {
		err = broken
	}
	return page, err
}
