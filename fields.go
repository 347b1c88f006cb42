package classify

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Field is one label of an indicator: a column of every table and file.
// Fields is the only list of them; exports, evaluation, differences and
// overrides are made from it.
type Field struct {
	Name  string
	Stage Stage // the stage that answers it; empty for what is computed
	get   func(*Labels) string
	set   func(*Labels, string)
	check func(string) error
}

// Get returns the value as text; "" is null.
func (f *Field) Get(l *Labels) string { return f.get(l) }

// Set parses and validates a value and sets it.
func (f *Field) Set(l *Labels, value string) error {
	if f.check != nil {
		if err := f.check(value); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	f.set(l, value)
	return nil
}

// Fields are the label columns in their public order.
var Fields = []Field{
	text("unit", StageNormalize, func(l *Labels) *string { return &l.Unit }),
	enum("unit_type", StageNormalize, func(l *Labels) *UnitType { return &l.UnitType }),
	{"scale", StageNormalize, func(l *Labels) string { return string(l.Scale) },
		func(l *Labels, v string) { l.Scale, l.ScalePow10 = Scale(v), Scale(v).Pow10() }, oneOf("scale", false)},
	{"scale_pow10", StageNormalize, func(l *Labels) string { return strconv.Itoa(l.ScalePow10) }, setPow10, checkPow10},
	{"currency", StageNormalize, func(l *Labels) string { return l.Currency },
		func(l *Labels, v string) { l.Currency = v }, checkCurrency},
	flag("currency_retired", StageNormalize, func(l *Labels) *bool { return &l.CurrencyRetired }),
	text("per", StageNormalize, func(l *Labels) *string { return &l.Per }),
	text("base_period", StageNormalize, func(l *Labels) *string { return &l.BasePeriod }),
	optional("prices", StageNormalize, func(l *Labels) *Prices { return &l.Prices }),
	flag("ppp", StageNormalize, func(l *Labels) *bool { return &l.PPP }),
	optional("seasonal_adjustment", StageNormalize, func(l *Labels) *Adjustment { return &l.SeasonalAdjustment }),
	flag("annualised", StageNormalize, func(l *Labels) *bool { return &l.Annualised }),
	enum("reporting_frequency", StageTime, func(l *Labels) *Frequency { return &l.ReportingFrequency }),
	enum("time_basis", "", func(l *Labels) *TimeBasis { return &l.TimeBasis }),
	flag("is_cumulative", StageTime, func(l *Labels) *bool { return &l.IsCumulative }),
	enum("cumulative_pattern", StageTime, func(l *Labels) *Pattern { return &l.CumulativePattern }),
	enum("family", StageFamily, func(l *Labels) *Family { return &l.Family }),
	enum("type", StageType, func(l *Labels) *Type { return &l.Type }),
	optional("change_basis", StageType, func(l *Labels) *ChangeBasis { return &l.ChangeBasis }),
	enum("temporal_aggregation", StageType, func(l *Labels) *Aggregation { return &l.Aggregation }),
	enum("orientation", StageType, func(l *Labels) *Orientation { return &l.Orientation }),
}

// FieldByName returns the field of that column name, or nil.
func FieldByName(name string) *Field {
	for i := range Fields {
		if Fields[i].Name == name {
			return &Fields[i]
		}
	}
	return nil
}

// FieldNames are the names of all label columns, in order.
func FieldNames() []string {
	names := make([]string, len(Fields))
	for i := range Fields {
		names[i] = Fields[i].Name
	}
	return names
}

func text(name string, s Stage, at func(*Labels) *string) Field {
	return Field{name, s, func(l *Labels) string { return *at(l) }, func(l *Labels, v string) { *at(l) = v }, nil}
}

func enum[T ~string](name string, s Stage, at func(*Labels) *T) Field {
	return Field{name, s, func(l *Labels) string { return string(*at(l)) }, func(l *Labels, v string) { *at(l) = T(v) }, oneOf(name, false)}
}

func optional[T ~string](name string, s Stage, at func(*Labels) *T) Field {
	f := enum(name, s, at)
	f.check = oneOf(name, true)
	return f
}

func flag(name string, s Stage, at func(*Labels) *bool) Field {
	return Field{name, s,
		func(l *Labels) string { return strconv.FormatBool(*at(l)) },
		func(l *Labels, v string) { *at(l) = v == "true" },
		func(v string) error {
			if v != "true" && v != "false" {
				return fmt.Errorf("%q is not true or false", v)
			}
			return nil
		}}
}

// oneOf checks against the taxonomy's terms. The data is read when the check
// runs, because both are package variables.
func oneOf(field string, emptyAllowed bool) func(string) error {
	return func(v string) error {
		if v == "" && emptyAllowed {
			return nil
		}
		var values []string
		for _, t := range TermsOf(field) {
			values = append(values, t.Value)
		}
		if slices.Contains(values, v) {
			return nil
		}
		return fmt.Errorf("%q is not one of %s", v, strings.Join(values, ", "))
	}
}

func setPow10(l *Labels, v string) {
	l.ScalePow10, _ = strconv.Atoi(v) // checkPow10 has seen it
	if s, ok := ScaleOf(l.ScalePow10); ok && (l.ScalePow10 != 0 || (l.Scale != ScalePercent && l.Scale != ScaleIndex)) {
		l.Scale = s
	}
}

func checkPow10(v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < -15 || n > 15 {
		return fmt.Errorf("%q is not a power of ten from -15 to 15", v)
	}
	return nil
}

func checkCurrency(v string) error {
	if v == "" {
		return nil
	}
	if len(v) == 3 && strings.IndexFunc(v, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0 {
		return nil
	}
	return fmt.Errorf("%q is not an ISO 4217 alphabetic code", v)
}
