package sqlite

import (
	"fmt"
	"slices"
	"strings"

	"classify"
)

// clause is a condition of a statement with its parameters. The tables are
// called s for source_indicators and c for classifications.
type clause struct {
	text string
	args []any
}

// where translates conditions, all of which have to hold. A name stands for
// the label of the current answer, or "outcome" or "review_status", before it
// stands for an input column. An empty value selects what has none.
func where(conditions []classify.Condition) ([]clause, error) {
	var clauses []clause
	for _, c := range conditions {
		one, err := condition(c)
		if err != nil {
			return nil, &classify.InvalidInputError{What: "condition", Err: err}
		}
		clauses = append(clauses, one)
	}
	return clauses, nil
}

func condition(c classify.Condition) (clause, error) {
	if len(c.Values) == 0 {
		return clause{}, fmt.Errorf("%s: no value", c.Field)
	}
	if slices.Contains(classify.InputFields, c.Field) && classify.FieldByName(c.Field) == nil {
		return alternatives("s."+c.Field, "TRUE", c.Values, func(v string) (any, error) { return v, nil })
	}
	if c.Field == "outcome" {
		return alternatives("c.outcome", "FALSE", c.Values, func(v string) (any, error) {
			return oneOf(v, string(classify.Classified), string(classify.Escalated), string(classify.Failed))
		})
	}
	if c.Field == "review_status" {
		return alternatives("c.review_status", "c.indicator_id IS NOT NULL", c.Values, func(v string) (any, error) {
			return oneOf(v, string(classify.ReviewPassed), string(classify.ReviewCorrected), string(classify.ReviewEscalated), string(classify.ReviewFailed))
		})
	}
	f := classify.FieldByName(c.Field)
	if f == nil {
		return clause{}, fmt.Errorf("there is no column %q: it is one of %s", c.Field,
			strings.Join(slices.Concat(classify.FieldNames(), []string{"outcome", "review_status"}, classify.InputFields), ", "))
	}
	return alternatives("c."+c.Field, "c.indicator_id IS NOT NULL", c.Values, func(v string) (any, error) {
		var l classify.Labels
		if err := f.Set(&l, v); err != nil {
			return nil, err
		}
		switch v {
		case "true":
			return 1, nil
		case "false":
			return 0, nil
		}
		return v, nil // the column's affinity makes a number of "3"
	})
}

func oneOf(v string, known ...string) (any, error) {
	if !slices.Contains(known, v) {
		return nil, fmt.Errorf("%q is not one of %s", v, strings.Join(known, ", "))
	}
	return v, nil
}

// alternatives compares a column with values; absent tells an answer without
// the label from an indicator without an answer.
func alternatives(column, absent string, values []string, parse func(string) (any, error)) (clause, error) {
	var out clause
	var places []string
	null := false
	for _, v := range values {
		if v == "" {
			null = true
			continue
		}
		parsed, err := parse(v)
		if err != nil {
			return clause{}, err
		}
		places = append(places, "?")
		out.args = append(out.args, parsed)
	}
	var parts []string
	if len(places) > 0 {
		parts = append(parts, column+" IN ("+strings.Join(places, ", ")+")")
	}
	if null {
		parts = append(parts, "("+column+" IS NULL AND "+absent+")")
	}
	out.text = "(" + strings.Join(parts, " OR ") + ")"
	return out, nil
}

// join puts clauses together; no clause at all is always true.
func join(clauses []clause) clause {
	out := clause{text: "TRUE"}
	for _, c := range clauses {
		out.text += " AND " + c.text
		out.args = append(out.args, c.args...)
	}
	return out
}
