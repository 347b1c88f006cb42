package postgres

import (
	"strconv"
	"strings"

	"classify"
)

// clause is a condition of a statement with its parameters, each written as $?
// until the statement is complete. The tables are called s for
// source_indicators and c for classifications.
type clause struct {
	text   string
	args   []any
	source bool // it asks s
}

// where translates conditions, all of which have to hold. A name stands for
// the label of the current answer, or "outcome" or "review_status", before it
// stands for an input column. An empty value selects what has none.
func where(conditions []classify.Condition) ([]clause, error) {
	var clauses []clause
	for _, c := range conditions {
		if err := c.Check(); err != nil {
			return nil, err
		}
		clauses = append(clauses, condition(c))
	}
	return clauses, nil
}

// condition translates one that was checked.
func condition(c classify.Condition) clause {
	f := classify.FieldByName(c.Field)
	switch {
	case f != nil, c.Field == classify.ColumnReviewStatus:
		return alternatives("c."+c.Field+"::text", "c.indicator_id IS NOT NULL", c.Values)
	case c.Field == classify.ColumnOutcome: // every answer has one
		return alternatives("c."+c.Field, "FALSE", c.Values)
	}
	one := alternatives("s."+c.Field, "TRUE", c.Values)
	one.source = true
	return one
}

// alternatives compares a column with values; absent tells an answer without
// the label from an indicator without an answer.
func alternatives(column, absent string, values []string) clause {
	var out clause
	var present, parts []string
	for _, v := range values {
		if v != "" {
			present = append(present, clean(v))
		}
	}
	if len(present) > 0 {
		parts, out.args = append(parts, column+" = ANY($?::text[])"), append(out.args, present)
	}
	if len(present) < len(values) {
		parts = append(parts, "("+column+" IS NULL AND "+absent+")")
	}
	out.text = "(" + strings.Join(parts, " OR ") + ")"
	return out
}

// join puts clauses together; no clause at all is always true.
func join(clauses []clause) clause {
	out := clause{text: "TRUE"}
	for _, c := range clauses {
		out.text += " AND " + c.text
		out.args = append(out.args, c.args...)
		out.source = out.source || c.source
	}
	return out
}

// numbered gives the parameters of a statement their numbers, from the first.
func numbered(query string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "$?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		query = after
	}
}
