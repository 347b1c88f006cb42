package sqlite

import (
	"strings"

	"classify"
)

// clause is a condition of a statement with its parameters. The tables are
// called s for source_indicators and c for classifications.
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
	case f != nil && f.Get(&classify.Labels{}) == "false": // a yes or no is stored as a number
		return alternatives("CASE c."+c.Field+" WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", "c.indicator_id IS NOT NULL", c.Values)
	case f != nil, c.Field == classify.ColumnReviewStatus: // the affinity of a column makes a number of "3"
		return alternatives("c."+c.Field, "c.indicator_id IS NOT NULL", c.Values)
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
	var parts []string
	for _, v := range values {
		if v != "" {
			out.args = append(out.args, v)
		}
	}
	if len(out.args) > 0 {
		parts = append(parts, column+" IN (?"+strings.Repeat(", ?", len(out.args)-1)+")")
	}
	if len(out.args) < len(values) {
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
