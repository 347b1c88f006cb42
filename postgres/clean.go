package postgres

import (
	"strings"

	"classify"
	"classify/tables"
)

// clean makes a text one that PostgreSQL can hold: without zero bytes, and in
// UTF-8.
func clean(t string) string {
	if strings.IndexByte(t, 0) >= 0 {
		t = strings.ReplaceAll(t, "\x00", "")
	}
	return strings.ToValidUTF8(t, "\uFFFD")
}

// cleanIndicator cleans the texts of a catalogue row before it is hashed: the
// hash has to be that of what is read back. It does not change the values that
// it was given.
func cleanIndicator(ind *classify.Indicator) {
	ind.ID, ind.SetAsideExample = clean(ind.ID), clean(ind.SetAsideExample)
	for _, at := range tables.SourceTexts(ind) {
		*at = clean(*at)
	}
	owned := false
	for i, o := range ind.Values {
		if date := clean(o.Date); date != o.Date {
			if !owned {
				ind.Values, owned = append([]classify.Observation(nil), ind.Values...), true
			}
			ind.Values[i].Date = date
		}
	}
}
