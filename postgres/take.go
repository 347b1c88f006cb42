package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// StageValues keeps observations until Take joins them to their indicators; a
// later value of the same date replaces an earlier one. One call is one
// transaction. A value that is no finite number is an *classify.InvalidInputError.
func (s *Store) StageValues(ctx context.Context, runID int64, values []classify.DatedValue) error {
	type key struct{ id, date string }
	at := make(map[key]int, len(values))
	var ids, dates []string
	var numbers []float64
	for _, v := range values {
		if err := tables.CheckValue(v.IndicatorID, v.Observation); err != nil {
			return err
		}
		k := key{clean(v.IndicatorID), clean(v.Date)}
		if i, twice := at[k]; twice {
			numbers[i] = v.Value
			continue
		}
		at[k] = len(ids)
		ids, dates, numbers = append(ids, k.id), append(dates, k.date), append(numbers, v.Value)
	}
	return s.write(ctx, "stage values in store", func(tx pgx.Tx) error {
		if _, err := s.holds(ctx, tx, runID); err != nil || len(ids) == 0 {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO staged_values (run_id, indicator_id, date, value)
			SELECT $1, u.id, u.date, u.value FROM unnest($2::text[], $3::text[], $4::float8[]) AS u(id, date, value)
			ON CONFLICT (run_id, indicator_id, date) DO UPDATE SET value = excluded.value`, runID, ids, dates, numbers)
		return err
	})
}

// OrphanValues counts the indicators among the staged values that no row of
// this run had, and names up to limit of them, in order.
func (s *Store) OrphanValues(ctx context.Context, runID int64, limit int) (n int, ids []string, err error) {
	const orphans = ` FROM (SELECT DISTINCT indicator_id FROM staged_values WHERE run_id = $1) v
		WHERE NOT EXISTS (SELECT 1 FROM intake i WHERE i.run_id = $1 AND i.indicator_id = v.indicator_id)`
	err = s.read(ctx, "look for values without an indicator in store", func(tx pgx.Tx) (err error) {
		if err = tx.QueryRow(ctx, "SELECT count(*)"+orphans, runID).Scan(&n); err != nil || n == 0 {
			return err
		}
		ids, err = column[string](ctx, tx, "SELECT indicator_id"+orphans+" ORDER BY indicator_id LIMIT $2", runID, limit)
		return err
	})
	return n, ids, err
}

// Take stores catalogue rows in one transaction and says of each what it is;
// batches of some hundred rows are the fastest. Staged values replace those of
// the row at the same date and follow the others by date; points of imported
// series win over both, and stay. A row that has no values even then keeps those
// that are stored, with what was set aside beside them. The labels that a person
// set come from SetOverrides alone. Two runs may take the same rows at once.
func (s *Store) Take(ctx context.Context, runID int64, catalogue []classify.SourceRow) ([]classify.Taken, error) {
	if len(catalogue) == 0 {
		return nil, nil
	}
	for i := range catalogue {
		if catalogue[i].Indicator.ID == "" {
			return nil, &classify.InvalidInputError{What: fmt.Sprintf("%s line %d", catalogue[i].File, catalogue[i].Line), Err: errors.New("no indicator id")}
		}
	}
	prepared := make([]classify.SourceRow, len(catalogue))
	for i := range catalogue {
		prepared[i] = catalogue[i]
		prepared[i].File = clean(catalogue[i].File)
		cleanIndicator(&prepared[i].Indicator)
		if err := tables.CheckValues(&prepared[i].Indicator); err != nil {
			return nil, err
		}
	}
	var taken []classify.Taken
	tries := 0
	err := s.write(ctx, "take rows into store", func(tx pgx.Tx) (err error) {
		if _, err := s.holds(ctx, tx, runID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, takesRows); err != nil {
			return err
		}
		if err := takeIndexes(ctx, tx); err != nil {
			return err
		}
		tries++
		t := taking{tx: tx, run: runID, again: tries > 1}
		taken, err = t.take(ctx, prepared)
		return err
	})
	return taken, err
}

// takenRow is a catalogue row on its way into the tables.
type takenRow struct {
	sourceRow
	file string
	line int
	own  []classify.Observation // values to store with the row
	old  string                 // hash of what it replaces
	keep bool                   // the stored values stay
}

// taking is one transaction of Take.
type taking struct {
	tx  pgx.Tx
	run int64
	// again: the transaction is repeated, and its first commit may have happened.
	again bool

	known     map[string]*storedRow
	staged    map[string][]classify.Observation
	imported  map[string][]classify.Observation
	overrides map[string]map[string]string
	stored    map[string][]classify.Observation // of rows that come without values

	fresh, changed []*takenRow
	entered        []*takenRow
	points         pointRows
}

// storedRow is what the store has of an id, or has from earlier in this call.
type storedRow struct {
	sourceRow
	file        string                 // where this run has seen it
	line        int                    // 0: it has not
	first, last int64                  // runs
	values      []classify.Observation // if a row of this call brought them
}

func (t *taking) take(ctx context.Context, catalogue []classify.SourceRow) ([]classify.Taken, error) {
	if err := t.look(ctx, catalogue); err != nil {
		return nil, err
	}
	taken := make([]classify.Taken, len(catalogue))
	for i := range catalogue {
		taken[i] = t.decide(&catalogue[i])
	}
	return taken, t.store(ctx)
}

// look reads what the store has of these rows.
func (t *taking) look(ctx context.Context, catalogue []classify.SourceRow) (err error) {
	ids := make([]string, len(catalogue))
	for i := range catalogue {
		ids[i] = catalogue[i].Indicator.ID
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if _, _, err := settlePage(ctx, t.tx, "", ids); err != nil {
		return err
	}
	t.known = make(map[string]*storedRow, len(ids))
	err = each(ctx, t.tx, `SELECT s.indicator_id, s.input_hash, s.points_set_aside, s.points_set_aside_example, s.first_run_id, s.last_run_id, i.source_file, i.source_line
		FROM source_indicators s LEFT JOIN intake i ON i.run_id = $2 AND i.indicator_id = s.indicator_id WHERE s.indicator_id = ANY($1)`, []any{ids, t.run},
		func(r pgx.Rows) error {
			var k storedRow
			var hash, example, file text
			var line *int
			var first, last *int64
			if err := r.Scan(&k.ID, &hash, &k.SetAside, &example, &first, &last, &file, &line); err != nil {
				return err
			}
			k.hash, k.SetAsideExample, k.file = string(hash), string(example), string(file)
			k.line, k.first, k.last = or(line), or(first), or(last)
			t.known[k.ID] = &k
			return nil
		})
	if err != nil {
		return err
	}
	return t.lookBeside(ctx, catalogue, ids)
}

func or[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// lookBeside reads what is joined to the rows: staged values, imported points,
// labels, and the stored values of those that come without any.
func (t *taking) lookBeside(ctx context.Context, catalogue []classify.SourceRow, ids []string) (err error) {
	t.staged = map[string][]classify.Observation{}
	if err := each(ctx, t.tx, `SELECT indicator_id, date, value FROM staged_values WHERE run_id = $1 AND indicator_id = ANY($2) ORDER BY indicator_id, date`,
		[]any{t.run, ids}, func(r pgx.Rows) error {
			raw := r.RawValues()
			o, err := rawObservation(raw[1], raw[2])
			t.staged[string(raw[0])] = append(t.staged[string(raw[0])], o)
			return err
		}); err != nil {
		return err
	}
	if t.overrides, err = readOverrides(ctx, t.tx, ids); err != nil {
		return err
	}
	any, err := anyImported(ctx, t.tx)
	if err != nil {
		return err
	}
	if any || t.again { // people may have written points with SQL
		if t.imported, err = readValues(ctx, t.tx, importedValues, ids); err != nil {
			return err
		}
	}
	var bare []string
	for i := range catalogue {
		id := catalogue[i].Indicator.ID
		if len(catalogue[i].Indicator.Values) == 0 && t.staged[id] == nil && t.known[id] != nil {
			bare = append(bare, id)
		}
	}
	if len(bare) == 0 {
		return nil
	}
	t.stored, err = readValues(ctx, t.tx, allValues, bare)
	return err
}

// decide says what a row is, and notes what has to be written for it.
func (t *taking) decide(c *classify.SourceRow) classify.Taken {
	r := &takenRow{sourceRow: sourceRow{Indicator: c.Indicator}, file: c.File, line: c.Line}
	old := t.known[r.ID]
	t.join(r, old)
	switch {
	case old == nil:
		t.fresh, t.entered = append(t.fresh, r), append(t.entered, r)
		t.known[r.ID] = &storedRow{sourceRow: r.sourceRow, file: r.file, line: r.line, first: t.run, last: t.run, values: r.Values}
		return classify.Taken{Kind: classify.TakenNew}
	case t.again && old.line > 0 && old.line == r.line && old.file == r.file && old.hash == r.hash:
		return classify.Taken{Kind: old.before(t.run)}
	case old.line > 0:
		kind := classify.TakenConflict
		if old.hash == r.hash {
			kind = classify.TakenDuplicate
		}
		return classify.Taken{Kind: kind, FirstFile: old.file, FirstLine: old.line}
	}
	t.entered = append(t.entered, r)
	old.file, old.line = r.file, r.line
	if old.hash == r.hash {
		return classify.Taken{Kind: classify.TakenUnchanged}
	}
	r.old = old.hash
	t.changed = append(t.changed, r)
	old.hash, old.SetAside, old.SetAsideExample, old.values = r.hash, r.SetAside, r.SetAsideExample, r.Values
	return classify.Taken{Kind: classify.TakenChanged}
}

// before is what this run took a row for that it has seen.
func (k *storedRow) before(run int64) classify.Disposition {
	switch run {
	case k.first:
		return classify.TakenNew
	case k.last:
		return classify.TakenChanged
	}
	return classify.TakenUnchanged
}

// join completes a row with what the store has for it, and computes its hash.
func (t *taking) join(r *takenRow, old *storedRow) {
	if staged := t.staged[r.ID]; staged != nil {
		r.Values = tables.Merge(r.Values, staged)
	}
	r.Overrides = t.overrides[r.ID]
	switch {
	case len(r.Values) == 0 && old != nil:
		r.keep = true
		if r.Values = t.stored[r.ID]; old.values != nil {
			r.Values = old.values
		}
		if r.SetAside == 0 && len(r.Values) > 0 {
			r.SetAside, r.SetAsideExample = old.SetAside, old.SetAsideExample
		}
	default:
		r.own = r.Values
		if imported := t.imported[r.ID]; imported != nil {
			r.Values = tables.Merge(r.Values, imported)
			r.own = r.Values[:len(r.Values)-len(imported)]
		}
	}
	r.hash = r.InputHash()
}

// errRace ends a transaction that another one has overtaken: it is repeated.
var errRace = errors.New("another run has written the same rows")

// store writes what decide has noted.
func (t *taking) store(ctx context.Context) error {
	byID := func(a, b *takenRow) int { return strings.Compare(a.ID, b.ID) }
	slices.SortFunc(t.fresh, byID)
	slices.SortFunc(t.changed, byID)
	slices.SortFunc(t.entered, byID)
	if len(t.fresh) > 0 {
		n, err := exec(ctx, t.tx, insertRow, append(sourceArrays(t.fresh), t.run)...)
		if err == nil && n != len(t.fresh) {
			err = errRace
		}
		if err != nil {
			return err
		}
	}
	if err := t.update(ctx); err != nil {
		return err
	}
	for _, rows := range [][]*takenRow{t.fresh, t.changed} {
		for _, r := range rows {
			t.points.addRow(r)
		}
	}
	if err := t.points.send(ctx, t.tx); err != nil {
		if codeOf(err) == uniqueViolation {
			return errRace // an import brought points of the same dates
		}
		return err
	}
	return t.enter(ctx)
}

func (t *taking) update(ctx context.Context) error {
	if len(t.changed) == 0 {
		return nil
	}
	var replaced, old []string
	for _, r := range t.changed {
		old = append(old, r.old)
		if !r.keep {
			replaced = append(replaced, r.ID)
		}
	}
	n, err := exec(ctx, t.tx, updateRow, append(sourceArrays(t.changed), t.run, old)...)
	if err == nil && n != len(t.changed) {
		err = errRace
	}
	if err != nil || len(replaced) == 0 {
		return err
	}
	_, err = t.tx.Exec(ctx, "DELETE FROM time_series_data WHERE indicator_id = ANY($1) AND position IS NOT NULL", replaced)
	return err
}

// enter notes that this run has seen the rows.
func (t *taking) enter(ctx context.Context) error {
	if len(t.entered) == 0 {
		return nil
	}
	var ids, files []string
	var lines []int32
	for _, r := range t.entered {
		ids, files, lines = append(ids, r.ID), append(files, r.file), append(lines, int32(r.line))
	}
	_, err := t.tx.Exec(ctx, `INSERT INTO intake (run_id, indicator_id, source_file, source_line)
		SELECT $1, u.id, u.file, u.line FROM unnest($2::text[], $3::text[], $4::int[]) AS u(id, file, line)`, t.run, ids, files, lines)
	return err
}

// addRow appends the values of a catalogue row.
func (p *pointRows) addRow(r *takenRow) {
	if r.keep {
		return
	}
	rising := true
	for i := 1; i < len(r.own) && rising; i++ {
		rising = r.own[i-1].Date < r.own[i].Date
	}
	var seen map[string]int // how often a date was there
	if !rising {
		seen = make(map[string]int, len(r.own))
	}
	for i, o := range r.own {
		occurrence := 0
		if seen != nil {
			occurrence = seen[o.Date]
			seen[o.Date]++
		}
		p.add(r.ID, o.Date, o.Value, occurrence, i, "")
	}
}
