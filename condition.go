package classify

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The columns of an answer that are no labels and that a Condition may name.
const (
	ColumnOutcome      = "outcome"
	ColumnReviewStatus = "review_status"
)

// Condition selects by a column; several values are alternatives, and an empty
// one selects what has none. A Field that is the name of a label or of a column
// of the answer means the current answer, also where an input column has the
// same name.
type Condition struct {
	Field  string
	Values []string
}

// ConditionFields are the names that a Condition may have, in order: labels,
// outcome and review_status, then the input columns.
func ConditionFields() []string {
	fields := append(FieldNames(), ColumnOutcome, ColumnReviewStatus)
	for _, name := range InputFields {
		if !slices.Contains(fields, name) {
			fields = append(fields, name)
		}
	}
	return fields
}

// Check reports, as an *InvalidInputError, a name that there is not, a value
// that the column cannot have, and a condition without values.
func (c Condition) Check() error {
	if err := c.check(); err != nil {
		return &InvalidInputError{What: "condition", Err: err}
	}
	return nil
}

func (c Condition) check() error {
	var set func(value string) error
	switch f := FieldByName(c.Field); {
	case f != nil:
		set = func(value string) error { return f.Set(new(Labels), value) }
	case c.Field == ColumnOutcome:
		set = c.oneOf(string(Classified), string(Escalated), string(Failed))
	case c.Field == ColumnReviewStatus:
		set = c.oneOf(string(ReviewPassed), string(ReviewCorrected), string(ReviewEscalated), string(ReviewFailed))
	case slices.Contains(InputFields, c.Field):
		set = func(string) error { return nil }
	default:
		return fmt.Errorf("there is no column %q: it is one of %s", c.Field, strings.Join(ConditionFields(), ", "))
	}
	if len(c.Values) == 0 {
		return errors.New(c.Field + ": no value")
	}
	for _, v := range c.Values {
		if v == "" {
			continue
		}
		if err := set(v); err != nil {
			return err
		}
	}
	return nil
}

func (c Condition) oneOf(known ...string) func(value string) error {
	return func(value string) error {
		if slices.Contains(known, value) {
			return nil
		}
		return fmt.Errorf("%s: %q is not one of %s", c.Field, value, strings.Join(known, ", "))
	}
}
