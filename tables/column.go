package tables

import (
	"strings"
	"time"

	"classify"
)

// Kind is what a column holds, and which of its functions are set.
type Kind int

const (
	Text  Kind = iota // Text, SetText; NULL is ""
	JSON              // the same, of a JSON text
	Int               // Int, SetInt
	Float             // Float, SetFloat
	Bool              // Bool, SetBool
	Time              // Time, SetTime
)

// A Column of a table of answers: how it is read from an Answer and written
// into one. Only the functions of its Kind are set.
type Column struct {
	Name string
	Kind Kind

	Text     func(*Answer) string
	SetText  func(*Answer, string)
	Int      func(*Answer) int64
	SetInt   func(*Answer, int64)
	Float    func(*Answer) float64
	SetFloat func(*Answer, float64)
	Bool     func(*Answer) bool
	SetBool  func(*Answer, bool)
	Time     func(*Answer) time.Time
	SetTime  func(*Answer, time.Time)
}

func textColumn[T ~string](name string, at func(*Answer) *T) Column {
	return Column{Name: name, Kind: Text,
		Text:    func(a *Answer) string { return string(*at(a)) },
		SetText: func(a *Answer, v string) { *at(a) = T(v) }}
}

func jsonColumn(name string, at func(*Answer) *string) Column {
	c := textColumn(name, at)
	c.Kind = JSON
	return c
}

func intColumn[T ~int | ~int64](name string, at func(*Answer) *T) Column {
	return Column{Name: name, Kind: Int,
		Int:    func(a *Answer) int64 { return int64(*at(a)) },
		SetInt: func(a *Answer, v int64) { *at(a) = T(v) }}
}

func floatColumn(name string, at func(*Answer) *float64) Column {
	return Column{Name: name, Kind: Float,
		Float:    func(a *Answer) float64 { return *at(a) },
		SetFloat: func(a *Answer, v float64) { *at(a) = v }}
}

func boolColumn(name string, at func(*Answer) *bool) Column {
	return Column{Name: name, Kind: Bool,
		Bool:    func(a *Answer) bool { return *at(a) },
		SetBool: func(a *Answer, v bool) { *at(a) = v }}
}

func timeColumn(name string, at func(*Answer) *time.Time) Column {
	return Column{Name: name, Kind: Time,
		Time:    func(a *Answer) time.Time { return *at(a) },
		SetTime: func(a *Answer, v time.Time) { *at(a) = v }}
}

func idColumn() Column {
	return textColumn("indicator_id", func(a *Answer) *string { return &a.IndicatorID })
}

func runColumn() Column {
	return intColumn("run_id", func(a *Answer) *int64 { return &a.RunID })
}

func unitColumns(at func(*Answer) *classify.UnitLabels) []Column {
	return []Column{
		textColumn("unit", func(a *Answer) *string { return &at(a).Unit }),
		textColumn("unit_type", func(a *Answer) *classify.UnitType { return &at(a).UnitType }),
		textColumn("scale", func(a *Answer) *classify.Scale { return &at(a).Scale }),
		intColumn("scale_pow10", func(a *Answer) *int { return &at(a).ScalePow10 }),
		textColumn("currency", func(a *Answer) *string { return &at(a).Currency }),
		boolColumn("currency_retired", func(a *Answer) *bool { return &at(a).CurrencyRetired }),
		textColumn("per", func(a *Answer) *string { return &at(a).Per }),
		textColumn("base_period", func(a *Answer) *string { return &at(a).BasePeriod }),
		textColumn("prices", func(a *Answer) *classify.Prices { return &at(a).Prices }),
		boolColumn("ppp", func(a *Answer) *bool { return &at(a).PPP }),
		textColumn("seasonal_adjustment", func(a *Answer) *classify.Adjustment { return &at(a).SeasonalAdjustment }),
		boolColumn("annualised", func(a *Answer) *bool { return &at(a).Annualised }),
	}
}

func frequencyColumn(at func(*Answer) *classify.TimeLabels) Column {
	return textColumn("reporting_frequency", func(a *Answer) *classify.Frequency { return &at(a).ReportingFrequency })
}

func cumulativeColumns(at func(*Answer) *classify.TimeLabels) []Column {
	return []Column{
		boolColumn("is_cumulative", func(a *Answer) *bool { return &at(a).IsCumulative }),
		textColumn("cumulative_pattern", func(a *Answer) *classify.Pattern { return &at(a).CumulativePattern }),
	}
}

func kindColumns(at func(*Answer) *classify.KindLabels) []Column {
	return []Column{
		textColumn("type", func(a *Answer) *classify.Type { return &at(a).Type }),
		textColumn("change_basis", func(a *Answer) *classify.ChangeBasis { return &at(a).ChangeBasis }),
		textColumn("temporal_aggregation", func(a *Answer) *classify.Aggregation { return &at(a).Aggregation }),
		textColumn("orientation", func(a *Answer) *classify.Orientation { return &at(a).Orientation }),
	}
}

func provenanceColumns(stage int, at func(*Answer) *classify.Provenance) []Column {
	return []Column{
		textColumn("answered_by", func(a *Answer) *string { return &at(a).By }),
		textColumn("rule", func(a *Answer) *string { return &at(a).Rule }),
		floatColumn("confidence", func(a *Answer) *float64 { return &at(a).Confidence }),
		jsonColumn("evidence", func(a *Answer) *string { return &a.evidence[stage] }),
	}
}

func shapeColumns(at func(*Answer) *classify.Shape) []Column {
	return []Column{
		intColumn("points", func(a *Answer) *int { return &at(a).Points }),
		intColumn("points_set_aside", func(a *Answer) *int { return &at(a).SetAside }),
		textColumn("first_date", func(a *Answer) *string { return &at(a).First }),
		textColumn("last_date", func(a *Answer) *string { return &at(a).Last }),
		floatColumn("minimum", func(a *Answer) *float64 { return &at(a).Min }),
		floatColumn("maximum", func(a *Answer) *float64 { return &at(a).Max }),
		floatColumn("median", func(a *Answer) *float64 { return &at(a).Median }),
		intColumn("negatives", func(a *Answer) *int { return &at(a).Negatives }),
		intColumn("sign_changes", func(a *Answer) *int { return &at(a).SignChanges }),
		intColumn("rises", func(a *Answer) *int { return &at(a).Rises }),
		intColumn("falls", func(a *Answer) *int { return &at(a).Falls }),
		boolColumn("whole", func(a *Answer) *bool { return &at(a).Whole }),
	}
}

// Names lists columns for a statement, each with a prefix such as "c.".
func Names(columns []Column, prefix string) string {
	var b strings.Builder
	for i, c := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(prefix + c.Name)
	}
	return b.String()
}
