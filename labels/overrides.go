package labels

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"classify"
	"classify/units"
)

// ReadOverrides reads a person's labels: CSV with an id, field and value, or a
// label file. Empty cells of a label file set nothing. A long row with neither
// field nor value takes back every label of the id: its override has an empty
// Field. The same label may stand twice, but not with two values; a currency
// is a code of ISO 4217, current or retired; and scale and unit_type agree
// where both are set for an id.
func ReadOverrides(path string) ([]classify.Override, error) {
	t, err := readTable("overrides", path)
	if err != nil {
		return nil, err
	}
	long := slices.Contains(t.header, "field") && slices.Contains(t.header, "value")
	fields := slices.DeleteFunc(slices.Clone(t.header), func(h string) bool { return h == idColumn || h == "sure" || h == "" })
	if len(fields) == 0 {
		return nil, classify.WithHint(fmt.Errorf("overrides %q line 1: no column is a label", path),
			"name the columns indicator_id,field,value, or indicator_id and labels: %s", settable())
	}
	c := collector{at: map[labelled]setAt{}}
	for _, r := range t.rows {
		id := r.cells[idColumn]
		switch {
		case long && r.cells["field"] == "" && r.cells["value"] == "":
			c.overrides = append(c.overrides, classify.Override{IndicatorID: id})
		case long:
			err = c.set(r.line, classify.Override{IndicatorID: id, Field: r.cells["field"], Value: r.cells["value"]})
		default:
			err = c.setAll(r, fields)
		}
		if err != nil {
			return nil, inLine(path, r.line, err)
		}
	}
	return c.overrides, nil
}

func inLine(path string, line int, err error) error {
	hint := classify.Hint(err)
	err = fmt.Errorf("overrides %q line %d: %w", path, line, err)
	if hint != "" {
		return classify.WithHint(err, "%s", hint)
	}
	return err
}

// collector collects overrides and sees to it that they agree.
type collector struct {
	overrides []classify.Override
	at        map[labelled]setAt
}

type labelled struct{ id, field string }

type setAt struct {
	value string
	line  int
}

func (c *collector) setAll(r tableRow, fields []string) error {
	for _, field := range fields {
		value := r.cells[field]
		if value == "" {
			continue
		}
		if err := c.set(r.line, classify.Override{IndicatorID: r.cells[idColumn], Field: field, Value: value}); err != nil {
			return err
		}
	}
	return nil
}

func (c *collector) set(line int, o classify.Override) error {
	if err := check(o); err != nil {
		return err
	}
	key := labelled{o.IndicatorID, o.Field}
	if before, ok := c.at[key]; ok {
		if before.value != o.Value {
			return fmt.Errorf("%s of %q is %q here and %q in line %d", o.Field, o.IndicatorID, o.Value, before.value, before.line)
		}
		return nil
	}
	c.at[key] = setAt{o.Value, line}
	c.overrides = append(c.overrides, o)
	return c.scaleFits(o.IndicatorID)
}

// scaleFits refuses a scale that the unit type of the same file cannot have: a
// percentage is in per cent and an index in index points, and nothing else is.
func (c *collector) scaleFits(id string) error {
	scale, hasScale := c.at[labelled{id, "scale"}]
	kind, hasKind := c.at[labelled{id, "unit_type"}]
	if !hasScale || !hasKind || kind.value == string(classify.UnitUnknown) {
		return nil
	}
	for _, only := range []struct {
		kind  classify.UnitType
		scale classify.Scale
	}{{classify.UnitPercentage, classify.ScalePercent}, {classify.UnitIndex, classify.ScaleIndex}} {
		if (kind.value == string(only.kind)) != (scale.value == string(only.scale)) {
			return fmt.Errorf("%q has the unit_type %q (line %d) and the scale %q (line %d): the scale %q is for %q alone, which has no other",
				id, kind.value, kind.line, scale.value, scale.line, only.scale, only.kind)
		}
	}
	return nil
}

func check(o classify.Override) error {
	f := classify.FieldByName(o.Field)
	switch {
	case o.Field == "":
		return classify.WithHint(errors.New("the row has a value and no field"), "the fields are: %s", settable())
	case f == nil || f.Stage == "":
		return classify.WithHint(fmt.Errorf("%q is not a label that can be set", o.Field), "the fields are: %s", settable())
	case o.Field == "currency" && o.Value != "" && !units.IsCurrency(o.Value):
		return classify.WithHint(fmt.Errorf("currency: %q is no currency of ISO 4217, neither current nor retired", o.Value),
			"write the code in three capitals, for instance EUR; nothing is no currency")
	}
	return classify.CheckOverride(o.Field, o.Value)
}

// settable lists the fields that a person can set.
func settable() string {
	var names []string
	for i := range classify.Fields {
		if classify.Fields[i].Stage != "" {
			names = append(names, classify.Fields[i].Name)
		}
	}
	return strings.Join(names, ", ")
}
