package sqlite

import (
	"strings"

	"zombiezen.com/go/sqlite"

	"classify"
)

// A column of a result table: how it is bound from an answer (parameters count
// from 1) and scanned into one (columns count from 0). NULL is the zero value.
type column struct {
	name string
	bind func(st *sqlite.Stmt, param int, a *answer)
	scan func(st *sqlite.Stmt, col int, a *answer)
}

func textColumn[T ~string](name string, at func(*answer) *T) column {
	return column{name,
		func(st *sqlite.Stmt, param int, a *answer) { bindText(st, param, string(*at(a))) },
		func(st *sqlite.Stmt, col int, a *answer) { *at(a) = T(st.ColumnText(col)) }}
}

func intColumn(name string, at func(*answer) *int) column {
	return column{name,
		func(st *sqlite.Stmt, param int, a *answer) { st.BindInt64(param, int64(*at(a))) },
		func(st *sqlite.Stmt, col int, a *answer) { *at(a) = st.ColumnInt(col) }}
}

func floatColumn(name string, at func(*answer) *float64) column {
	return column{name,
		func(st *sqlite.Stmt, param int, a *answer) { st.BindFloat(param, *at(a)) },
		func(st *sqlite.Stmt, col int, a *answer) { *at(a) = st.ColumnFloat(col) }}
}

func boolColumn(name string, at func(*answer) *bool) column {
	return column{name,
		func(st *sqlite.Stmt, param int, a *answer) { st.BindBool(param, *at(a)) },
		func(st *sqlite.Stmt, col int, a *answer) { *at(a) = st.ColumnInt(col) != 0 }}
}

func idColumn() column {
	return textColumn("indicator_id", func(a *answer) *string { return &a.IndicatorID })
}

func runColumn() column {
	return column{"run_id",
		func(st *sqlite.Stmt, param int, a *answer) { st.BindInt64(param, a.runID) },
		func(st *sqlite.Stmt, col int, a *answer) { a.runID = st.ColumnInt64(col) }}
}

// bindText stores an empty text as NULL, which is what it means.
func bindText(st *sqlite.Stmt, param int, text string) {
	if text == "" {
		st.BindNull(param)
		return
	}
	st.BindText(param, text)
}

func unitColumns(at func(*answer) *classify.UnitLabels) []column {
	return []column{
		textColumn("unit", func(a *answer) *string { return &at(a).Unit }),
		textColumn("unit_type", func(a *answer) *classify.UnitType { return &at(a).UnitType }),
		textColumn("scale", func(a *answer) *classify.Scale { return &at(a).Scale }),
		intColumn("scale_pow10", func(a *answer) *int { return &at(a).ScalePow10 }),
		textColumn("currency", func(a *answer) *string { return &at(a).Currency }),
		boolColumn("currency_retired", func(a *answer) *bool { return &at(a).CurrencyRetired }),
		textColumn("per", func(a *answer) *string { return &at(a).Per }),
		textColumn("base_period", func(a *answer) *string { return &at(a).BasePeriod }),
		textColumn("prices", func(a *answer) *classify.Prices { return &at(a).Prices }),
		boolColumn("ppp", func(a *answer) *bool { return &at(a).PPP }),
		textColumn("seasonal_adjustment", func(a *answer) *classify.Adjustment { return &at(a).SeasonalAdjustment }),
		boolColumn("annualised", func(a *answer) *bool { return &at(a).Annualised }),
	}
}

func frequencyColumn(at func(*answer) *classify.TimeLabels) column {
	return textColumn("reporting_frequency", func(a *answer) *classify.Frequency { return &at(a).ReportingFrequency })
}

func cumulativeColumns(at func(*answer) *classify.TimeLabels) []column {
	return []column{
		boolColumn("is_cumulative", func(a *answer) *bool { return &at(a).IsCumulative }),
		textColumn("cumulative_pattern", func(a *answer) *classify.Pattern { return &at(a).CumulativePattern }),
	}
}

func kindColumns(at func(*answer) *classify.KindLabels) []column {
	return []column{
		textColumn("type", func(a *answer) *classify.Type { return &at(a).Type }),
		textColumn("change_basis", func(a *answer) *classify.ChangeBasis { return &at(a).ChangeBasis }),
		textColumn("temporal_aggregation", func(a *answer) *classify.Aggregation { return &at(a).Aggregation }),
		textColumn("orientation", func(a *answer) *classify.Orientation { return &at(a).Orientation }),
	}
}

func provenanceColumns(stage int, at func(*answer) *classify.Provenance) []column {
	return []column{
		textColumn("answered_by", func(a *answer) *string { return &at(a).By }),
		textColumn("rule", func(a *answer) *string { return &at(a).Rule }),
		floatColumn("confidence", func(a *answer) *float64 { return &at(a).Confidence }),
		textColumn("evidence", func(a *answer) *string { return &a.evidence[stage] }),
	}
}

func shapeColumns(at func(*answer) *classify.Shape) []column {
	return []column{
		intColumn("points", func(a *answer) *int { return &at(a).Points }),
		intColumn("points_set_aside", func(a *answer) *int { return &at(a).SetAside }),
		textColumn("first_date", func(a *answer) *string { return &at(a).First }),
		textColumn("last_date", func(a *answer) *string { return &at(a).Last }),
		floatColumn("minimum", func(a *answer) *float64 { return &at(a).Min }),
		floatColumn("maximum", func(a *answer) *float64 { return &at(a).Max }),
		floatColumn("median", func(a *answer) *float64 { return &at(a).Median }),
		intColumn("negatives", func(a *answer) *int { return &at(a).Negatives }),
		intColumn("sign_changes", func(a *answer) *int { return &at(a).SignChanges }),
		intColumn("rises", func(a *answer) *int { return &at(a).Rises }),
		intColumn("falls", func(a *answer) *int { return &at(a).Falls }),
		boolColumn("whole", func(a *answer) *bool { return &at(a).Whole }),
	}
}

// names lists columns for a statement, each with a prefix such as "c.".
func names(columns []column, prefix string) string {
	var b strings.Builder
	for i, c := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(prefix + c.name)
	}
	return b.String()
}
