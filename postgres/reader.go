package postgres

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

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

// answerScan reads rows of answerColumns. Its cells are used again for every
// row.
type answerScan struct {
	into  []any
	cells []cell
}

// cell is one value of a row; NULL leaves it at zero.
type cell struct {
	column *tables.Column
	table  int
	id     bool // it is the id of its table, NULL where the table has no row
	text   text
	number *int64
	float  *float64
	flag   *bool
	time   timestamp
}

func newAnswerScan() *answerScan {
	s := &answerScan{}
	for i := range tables.Answers {
		for k := range tables.Answers[i].Columns {
			s.cells = append(s.cells, cell{column: &tables.Answers[i].Columns[k], table: i, id: k == 0})
		}
	}
	for i := range s.cells {
		c := &s.cells[i]
		switch c.column.Kind {
		case tables.Int:
			s.into = append(s.into, &c.number)
		case tables.Float:
			s.into = append(s.into, &c.float)
		case tables.Bool:
			s.into = append(s.into, &c.flag)
		case tables.Time:
			s.into = append(s.into, &c.time)
		default:
			s.into = append(s.into, &c.text)
		}
	}
	return s
}

func (s *answerScan) read(row pgx.Row) (*tables.Answer, error) {
	if err := row.Scan(s.into...); err != nil {
		return nil, err
	}
	a := &tables.Answer{}
	there := false
	for i := range s.cells {
		c := &s.cells[i]
		if c.id {
			if there = c.text != ""; there {
				tables.Answers[c.table].Found(a)
			}
		}
		if there {
			c.put(a)
		}
	}
	return a, a.Decode()
}

// put writes a cell into an answer.
func (c *cell) put(a *tables.Answer) {
	switch c.column.Kind {
	case tables.Int:
		c.column.SetInt(a, or(c.number))
	case tables.Float:
		c.column.SetFloat(a, or(c.float))
	case tables.Bool:
		c.column.SetBool(a, or(c.flag))
	case tables.Time:
		c.column.SetTime(a, c.time.Time)
	default:
		c.column.SetText(a, string(c.text))
	}
}

// Classification returns the current answer with every stage, or
// classify.ErrNotFound.
func (s *Store) Classification(ctx context.Context, id string) (stored classify.Stored, err error) {
	err = s.read(ctx, "read store", func(tx pgx.Tx) error {
		found := false
		scan := newAnswerScan()
		err := each(ctx, tx, "SELECT "+answerColumns+" FROM classifications c"+stageJoins+" WHERE c.indicator_id = $1", []any{clean(id)}, func(r pgx.Rows) error {
			a, err := scan.read(r)
			if err == nil {
				found, stored = true, a.Stored()
			}
			return err
		})
		if err == nil && !found {
			err = fmt.Errorf("indicator %q: %w", id, classify.ErrNotFound)
		}
		return err
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
		from, all := "classifications c", join(filter)
		if all.source {
			from += " LEFT JOIN source_indicators s ON s.indicator_id = c.indicator_id"
		}
		s.answerPages(ctx, from, all, yield)
	}
}

// Answers yields the current answers of what is selected, ordered by id.
func (s *Store) Answers(ctx context.Context, runID int64, sel classify.Selection) iter.Seq2[classify.Stored, error] {
	return func(yield func(classify.Stored, error) bool) {
		q, err := s.newSelection(ctx, runID, sel)
		if err != nil {
			yield(classify.Stored{}, err)
			return
		}
		s.answerPages(ctx, q.from(), q.all(), yield)
	}
}

func (s *Store) answerPages(ctx context.Context, from string, all clause, yield func(classify.Stored, error) bool) {
	query := numbered("SELECT " + answerColumns + " FROM " + from + stageJoins + " WHERE " + all.text +
		" AND c.indicator_id > $? ORDER BY c.indicator_id LIMIT $?")
	scan := newAnswerScan()
	for after := ""; ; {
		var page []classify.Stored
		err := s.read(ctx, "read store", func(tx pgx.Tx) error {
			page = page[:0]
			if err := takeIndexes(ctx, tx); err != nil {
				return err
			}
			return each(ctx, tx, query, append(slices.Clone(all.args), after, pageRows), func(r pgx.Rows) error {
				a, err := scan.read(r)
				if err == nil {
					page = append(page, a.Stored())
				}
				return err
			})
		})
		if err != nil {
			yield(classify.Stored{}, err)
			return
		}
		for i := range page {
			if !yield(page[i], nil) {
				return
			}
		}
		if len(page) < pageRows {
			return
		}
		after = page[len(page)-1].IndicatorID
	}
}

// Indicator returns a source row with all its values and a person's labels, or
// classify.ErrNotFound.
func (s *Store) Indicator(ctx context.Context, id string) (ind classify.Indicator, err error) {
	err = s.read(ctx, "read store", func(tx pgx.Tx) error {
		var rows []sourceRow
		err := each(ctx, tx, "SELECT "+columnsOf("s.")+" FROM source_indicators s WHERE s.indicator_id = $1", []any{clean(id)}, func(r pgx.Rows) error {
			rows = make([]sourceRow, 1)
			return scanSource(r, &rows[0])
		})
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return fmt.Errorf("indicator %q: %w", id, classify.ErrNotFound)
		}
		err = complete(ctx, tx, rows, allValues)
		ind = rows[0].Indicator
		return err
	})
	return ind, err
}
