package catalogue

import (
	"context"
	"encoding/csv"
	"errors"
	"strings"

	"classify"
)

// A Relation is the result of a database query, whose rows are a catalogue.
type Relation interface {
	// Name names it in rejects and errors; it has no secrets.
	Name() string
	// Columns are the names of its columns.
	Columns() []string
	// Next returns the cells of the next row, which are good until the one after;
	// NULL is an empty cell. It returns io.EOF at the end.
	Next(ctx context.Context) ([]string, error)
	Close() error
}

// FromRelation reads the rows of a query as those of a file: the columns are
// recognised, or mapped, as there, columns may be dates, and one row may be one
// observation. The line of a row is its number. The Reader closes the Relation.
func FromRelation(ctx context.Context, rel Relation, o Options) (*Reader, error) {
	o = o.withDefaults()
	b := newBinding(catalogueSynonyms, o.Map)
	for _, name := range rel.Columns() {
		b.add(strings.TrimSpace(name))
	}
	s := &opened{name: rel.Name(), binding: b, format: "sql"}
	s.table = &relationTable{ctx: ctx, rel: rel, binding: b, limits: o}
	r := &Reader{ctx: ctx, paths: []string{rel.Name()}, options: o, current: s, total: -1}
	err := error(nil)
	if !isHeading(rel.Columns(), b) {
		lacking := noNameError(0, rel.Columns(), b)
		var at *lineError
		if errors.As(lacking, &at) { // a query has no lines
			lacking = at.err
		}
		err = classify.WithHint(lacking, "name the columns in the query: select code as indicator_id, title as name, … ; or --map name=title")
	}
	if err == nil {
		err = b.settle()
	}
	if err != nil {
		_ = r.Close() // the first error is the one to tell
		return nil, fileError(rel.Name(), 0, err)
	}
	return r, nil
}

// relationTable is the table of a Relation.
type relationTable struct {
	ctx     context.Context
	rel     Relation
	binding *binding
	limits  Options
	row     int
}

func (t *relationTable) next(rec *record) error {
	cells, err := t.rel.Next(t.ctx)
	if err != nil {
		return err
	}
	t.row++
	*rec = record{line: t.row, cells: cells, points: rec.points[:0]}
	size := 0
	for i, c := range cells {
		if size += len(c); len(c) > t.limits.MaxCell {
			rec.reject = t.binding.cellTooLong(i, len(c), t.limits.MaxCell)
		}
	}
	if size > t.limits.MaxRecord {
		rec.reject = tooLong(size, t.limits.MaxRecord)
	}
	rec.text = asCSV(cells)
	return nil
}

// asCSV is the row as a file would have it, for the rejects; a long one is cut.
func asCSV(cells []string) string {
	var b strings.Builder
	short := make([]string, len(cells))
	for i, c := range cells {
		short[i] = c[:min(len(c), rawLimit)]
	}
	w := csv.NewWriter(&b)
	_ = w.Write(short) // a builder takes everything
	w.Flush()
	return strings.TrimRight(b.String(), "\n")
}

func (t *relationTable) close() error { return t.rel.Close() }
