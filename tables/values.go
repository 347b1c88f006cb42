package tables

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"classify"
)

// CheckValue refuses a value that is no finite number with an
// *classify.InvalidInputError.
func CheckValue(id string, o classify.Observation) error {
	if math.IsNaN(o.Value) || math.IsInf(o.Value, 0) {
		return &classify.InvalidInputError{What: "value of " + id, Err: fmt.Errorf("%s: %v is no finite number", o.Date, o.Value)}
	}
	return nil
}

// CheckValues checks all values of an indicator, and makes 0 of a negative
// zero, which not every database tells apart: the input hash has to be that of
// what is read back. It does not change the slice that it was given.
func CheckValues(ind *classify.Indicator) error {
	owned := false
	for i, o := range ind.Values {
		if err := CheckValue(ind.ID, o); err != nil {
			return err
		}
		if o.Value == 0 && math.Signbit(o.Value) {
			if !owned {
				ind.Values, owned = slices.Clone(ind.Values), true
			}
			ind.Values[i].Value = 0
		}
	}
	return nil
}

// Merge returns the own values whose dates the others do not have, then the
// others, which have to be sorted by date and to have each date once.
func Merge(own, others []classify.Observation) []classify.Observation {
	all := make([]classify.Observation, 0, len(own)+len(others))
	for _, o := range own {
		if _, twice := slices.BinarySearchFunc(others, o.Date, byDate); !twice {
			all = append(all, o)
		}
	}
	return append(all, others...)
}

func byDate(o classify.Observation, date string) int { return strings.Compare(o.Date, date) }

// SourceTexts are the text fields of an indicator beside its id, in the order
// of classify.InputFields[1:].
func SourceTexts(ind *classify.Indicator) [14]*string {
	return [14]*string{
		&ind.Name, &ind.LongName, &ind.Units, &ind.Description, &ind.SourceName, &ind.SourceURL, &ind.CategoryGroup,
		&ind.Dataset, &ind.Topic, &ind.AggregationMethod, &ind.Scale, &ind.Periodicity, &ind.CurrencyCode, &ind.Country,
	}
}
