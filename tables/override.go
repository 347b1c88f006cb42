package tables

import "classify"

// OverrideChange is what one call of SetOverrides says of one indicator.
type OverrideChange struct {
	ID     string
	Clear  bool     // what was set before is taken away first
	Fields []string // in the order in which they were first given
	Value  map[string]string
}

// OverrideChanges checks labels and gathers them by indicator, in the order of
// the first of each; the last value of a field counts. A label that the
// taxonomy does not allow is an *classify.InvalidInputError.
func OverrideChanges(labels []classify.Override) ([]*OverrideChange, error) {
	for _, l := range labels {
		if l.Field == "" {
			continue
		}
		if err := classify.CheckOverride(l.Field, l.Value); err != nil {
			return nil, &classify.InvalidInputError{What: "override of " + l.IndicatorID, Err: err}
		}
	}
	var changes []*OverrideChange
	byID := map[string]*OverrideChange{}
	for _, l := range labels {
		c := byID[l.IndicatorID]
		if c == nil {
			c = &OverrideChange{ID: l.IndicatorID, Value: map[string]string{}}
			byID[l.IndicatorID] = c
			changes = append(changes, c)
		}
		if l.Field == "" {
			c.Clear, c.Fields = true, nil
			clear(c.Value)
			continue
		}
		if _, twice := c.Value[l.Field]; !twice {
			c.Fields = append(c.Fields, l.Field)
		}
		c.Value[l.Field] = l.Value
	}
	return changes, nil
}
