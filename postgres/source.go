package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// sourceColumns are the columns of source_indicators that a catalogue row
// fills, and scanSource reads, in their order.
var sourceColumns = append([]string{"indicator_id", "input_hash", "points_set_aside", "points_set_aside_example"}, classify.InputFields[1:]...)

// sourceRow is a row of source_indicators.
type sourceRow struct {
	classify.Indicator
	hash string // "" where it was not computed
}

// scanSource reads sourceColumns, and whatever columns follow.
func scanSource(row pgx.Rows, r *sourceRow, more ...any) error {
	var hash, example text
	into := []any{&r.ID, &hash, &r.SetAside, &example}
	texts := make([]text, 14)
	for i := range texts {
		into = append(into, &texts[i])
	}
	if err := row.Scan(append(into, more...)...); err != nil {
		return err
	}
	r.hash, r.SetAsideExample = string(hash), string(example)
	for i, at := range tables.SourceTexts(&r.Indicator) {
		*at = string(texts[i])
	}
	return nil
}

// sourceArrays are the parameters that insertSources and updateSources begin
// with: an array for each of sourceColumns.
func sourceArrays(rows []*takenRow) []any {
	texts := func(of func(*takenRow) string) []string {
		list := make([]string, len(rows))
		for i, r := range rows {
			list[i] = of(r)
		}
		return list
	}
	aside := make([]int32, len(rows))
	for i, r := range rows {
		aside[i] = int32(r.SetAside)
	}
	args := []any{texts(func(r *takenRow) string { return r.ID }), texts(func(r *takenRow) string { return r.hash }), aside,
		texts(func(r *takenRow) string { return r.SetAsideExample })}
	for i := range 14 {
		args = append(args, texts(func(r *takenRow) string { return *tables.SourceTexts(&r.Indicator)[i] }))
	}
	lines := make([]int32, len(rows))
	for i, r := range rows {
		lines[i] = int32(r.line)
	}
	return append(args, texts(func(r *takenRow) string { return r.file }), lines)
}

// unnestSources reads those parameters as rows of u.
var unnestSources = func() string {
	var params, columns []string
	for i, c := range append(slices.Clone(sourceColumns), "source_file", "source_line") {
		kind := "text[]"
		if c == "points_set_aside" || c == "source_line" {
			kind = "int[]"
		}
		params, columns = append(params, "$"+strconv.Itoa(i+1)+"::"+kind), append(columns, c)
	}
	return "unnest(" + strings.Join(params, ", ") + ") AS u(" + strings.Join(columns, ", ") + ")"
}()

// sourceFields are the columns that an update sets, and what they are set to.
var sourceFields, sourceValues = func() (fields, values string) {
	var f, v []string
	for _, c := range append(slices.Clone(sourceColumns[1:]), "source_file", "source_line") {
		f = append(f, c)
		if c == "points_set_aside" || c == "source_line" {
			v = append(v, "u."+c)
		} else {
			v = append(v, "nullif(u."+c+", '')")
		}
	}
	return strings.Join(f, ", "), strings.Join(v, ", ")
}()

// The parameters after the arrays are the run, and for an update the hashes that
// were read.
var (
	runParam  = "$" + strconv.Itoa(len(sourceColumns)+3)
	oldParam  = "$" + strconv.Itoa(len(sourceColumns)+4)
	insertRow = "INSERT INTO source_indicators (indicator_id, " + sourceFields + ", first_run_id, last_run_id) SELECT u.indicator_id, " +
		sourceValues + ", " + runParam + ", " + runParam + " FROM " + unnestSources + " ON CONFLICT (indicator_id) DO NOTHING"
	updateRow = "UPDATE source_indicators s SET (" + sourceFields + ", last_run_id) = (" + sourceValues + ", " + runParam + ") FROM " + unnestSources +
		" JOIN unnest($1::text[], " + oldParam + "::text[]) AS o(id, hash) ON o.id = u.indicator_id WHERE s.indicator_id = u.indicator_id AND coalesce(s.input_hash, '') = o.hash"
)

// A row that is taken for the first time has no lock yet that could be waited
// for by what belongs to it: points and labels that come at the same time. So
// runs take rows beside each other, and imports and labels are stored beside each
// other, but not the ones beside the others.
const (
	takesRows   = "LOCK TABLE intake IN ROW EXCLUSIVE MODE"
	bringsInput = "LOCK TABLE intake IN SHARE MODE"
)

// readOverrides returns the labels of indicators that a person set.
func readOverrides(ctx context.Context, tx pgx.Tx, ids []string) (map[string]map[string]string, error) {
	labels := map[string]map[string]string{}
	err := each(ctx, tx, "SELECT indicator_id, field, value FROM overrides WHERE indicator_id = ANY($1)", []any{ids}, func(r pgx.Rows) error {
		var id, field, value string
		if err := r.Scan(&id, &field, &value); err != nil {
			return err
		}
		if labels[id] == nil {
			labels[id] = map[string]string{}
		}
		labels[id][field] = value
		return nil
	})
	return labels, err
}

// anyImported reports whether a series was ever imported.
func anyImported(ctx context.Context, tx pgx.Tx) (any bool, err error) {
	err = tx.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM series_imports)").Scan(&any)
	return any, err
}

// columnsOf lists sourceColumns, each with a prefix such as "s.".
func columnsOf(prefix string) string { return prefix + strings.Join(sourceColumns, ", "+prefix) }
