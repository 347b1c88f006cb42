package classify

import (
	"fmt"
	"maps"
	"slices"
)

// overrides are a person's labels by field name.
type overrides map[string]string

// complete adds the family where a person set a type that has only one.
func (o overrides) complete() overrides {
	if o["type"] == "" || o["family"] != "" {
		return o
	}
	rows := Typings(Type(o["type"]))
	if len(rows) != 1 {
		return o
	}
	whole := maps.Clone(o)
	whole["family"] = string(rows[0].Family)
	return whole
}

// certain makes a person's decisive labels certain.
func (d *Draft) certain() {
	for field, stage := range map[string]int{"unit_type": 0, "reporting_frequency": 1, "family": 2, "temporal_aggregation": 3} {
		if slices.Contains(d.Overridden, field) {
			d.Confidences[stage] = 1
		}
	}
}

// apply sets the overridden fields that a stage answers, in a fixed order, and
// notes them in the provenance.
func (o overrides) apply(stage Stage, d *Draft, p *Provenance) error {
	if len(o) == 0 {
		return nil
	}
	for i := range Fields {
		f := &Fields[i]
		value, ok := o[f.Name]
		if !ok || f.Stage != stage {
			continue
		}
		if err := f.Set(&d.Labels, value); err != nil {
			return &StageError{stage, &InvalidInputError{"override", err}}
		}
		d.Overridden = append(d.Overridden, f.Name)
		p.Evidence = append(p.Evidence, fmt.Sprintf("a person set %s to %q", f.Name, value))
	}
	return nil
}

// corrected returns the labels after a final review's corrections. A field
// that a person set stays as it is.
func (d *Draft) corrected(corrections []Correction) (Labels, error) {
	l := d.Labels
	for _, c := range corrections {
		if slices.Contains(d.Overridden, c.Field) {
			continue
		}
		f := FieldByName(c.Field)
		if f == nil || f.Stage == "" {
			return l, fmt.Errorf("correction of %q: no such field", c.Field)
		}
		if err := f.Set(&l, c.To); err != nil {
			return l, fmt.Errorf("correction: %w", err)
		}
	}
	l.TimeBasis = BasisOf(l.Type, l.Aggregation)
	return l, nil
}

// CheckOverride reports whether a field can be overridden with that value.
func CheckOverride(field, value string) error {
	f := FieldByName(field)
	if f == nil || f.Stage == "" {
		return fmt.Errorf("%q is not a label that can be set", field)
	}
	var l Labels
	return f.Set(&l, value)
}
