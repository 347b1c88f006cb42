package sqlite

import (
	"slices"
	"strings"

	"classify"
)

// A table holds the current answer of one stage, or of the whole, one row for
// each indicator.
type table struct {
	name    string
	stage   classify.Stage // of which it holds the answers; "" for those of the whole
	columns []column       // the first is indicator_id
	// has reports whether an answer has a row here.
	has func(*answer) bool
	// found is told that a scanned answer has one.
	found func(*answer)
}

// tables are the tables of current answers; classifications is the first, and
// the only one in which every answer has a row.
var tables = []table{
	{"classifications", "", classificationColumns(), func(*answer) bool { return true }, func(*answer) {}},
	stageTable("normalization_results", 0,
		unitColumns(func(a *answer) *classify.UnitLabels { return &a.Normalization.UnitLabels }),
		[]column{floatColumn("factor", func(a *answer) *float64 { return &a.Normalization.Factor })},
		provenanceColumns(0, func(a *answer) *classify.Provenance { return &a.Normalization.Provenance })),
	stageTable("time_inference_results", 1,
		[]column{frequencyColumn(func(a *answer) *classify.TimeLabels { return &a.Time.TimeLabels })},
		cumulativeColumns(func(a *answer) *classify.TimeLabels { return &a.Time.TimeLabels }),
		[]column{
			textColumn("observed_frequency", func(a *answer) *classify.Frequency { return &a.Time.Observed }),
			textColumn("declared_frequency", func(a *answer) *classify.Frequency { return &a.Time.Declared }),
			textColumn("collection", func(a *answer) *string { return &a.Time.Collection }),
		},
		shapeColumns(func(a *answer) *classify.Shape { return &a.Time.Shape }),
		provenanceColumns(1, func(a *answer) *classify.Provenance { return &a.Time.Provenance })),
	stageTable("cumulative_detection_results", 1, []column{
		textColumn("pattern", func(a *answer) *classify.Pattern { return &a.Time.Cumulative.Pattern }),
		intColumn("resets", func(a *answer) *int { return &a.Time.Cumulative.Resets }),
		intColumn("rises", func(a *answer) *int { return &a.Time.Cumulative.Rises }),
		intColumn("falls", func(a *answer) *int { return &a.Time.Cumulative.Falls }),
		intColumn("transitions", func(a *answer) *int { return &a.Time.Cumulative.Transitions }),
		intColumn("start_month", func(a *answer) *int { return &a.Time.Cumulative.StartMonth }),
		floatColumn("confidence", func(a *answer) *float64 { return &a.Time.Cumulative.Confidence }),
	}),
	stageTable("family_assignment_results", 2,
		[]column{textColumn("family", func(a *answer) *classify.Family { return &a.Family.Family })},
		provenanceColumns(2, func(a *answer) *classify.Provenance { return &a.Family.Provenance })),
	stageTable("type_classification_results", 3,
		kindColumns(func(a *answer) *classify.KindLabels { return &a.Type.KindLabels }),
		provenanceColumns(3, func(a *answer) *classify.Provenance { return &a.Type.Provenance })),
	stageTable("boolean_review_results", 4,
		[]column{
			boolColumn("passed", func(a *answer) *bool { return &a.Verdict.Passed }),
			textColumn("fields_wrong", func(a *answer) *string { return &a.fieldsWrong }),
			textColumn("reason", func(a *answer) *string { return &a.Verdict.Reason }),
		},
		provenanceColumns(4, func(a *answer) *classify.Provenance { return &a.Verdict.Provenance })),
	finalTable(),
}

// stageTables are the names of each stage's first table; the others have rows for
// the same indicators.
var stageTables = func() map[classify.Stage]string {
	byStage := map[classify.Stage]string{}
	for i := range tables {
		if t := &tables[i]; t.stage != "" && byStage[t.stage] == "" {
			byStage[t.stage] = t.name
		}
	}
	return byStage
}()

func classificationColumns() []column {
	labels := func(a *answer) *classify.TimeLabels { return &a.Labels.TimeLabels }
	return slices.Concat(
		[]column{idColumn(), textColumn("name", func(a *answer) *string { return &a.Name })},
		unitColumns(func(a *answer) *classify.UnitLabels { return &a.Labels.UnitLabels }),
		[]column{
			frequencyColumn(labels),
			textColumn("time_basis", func(a *answer) *classify.TimeBasis { return &a.Labels.TimeBasis }),
		},
		cumulativeColumns(labels),
		[]column{textColumn("family", func(a *answer) *classify.Family { return &a.Labels.Family })},
		kindColumns(func(a *answer) *classify.KindLabels { return &a.Labels.KindLabels }),
		[]column{
			textColumn("review_status", func(a *answer) *classify.ReviewStatus { return &a.ReviewStatus }),
			floatColumn("overall_confidence", func(a *answer) *float64 { return &a.OverallConfidence }),
			textColumn("outcome", func(a *answer) *classify.Outcome { return &a.Outcome }),
			textColumn("failure_stage", func(a *answer) *classify.Stage { return &a.failure.Stage }),
			textColumn("failure_reason", func(a *answer) *string { return &a.failure.Reason }),
			textColumn("overridden", func(a *answer) *string { return &a.overridden }),
			textColumn("input_hash", func(a *answer) *string { return &a.InputHash }),
			textColumn("logic_version", func(a *answer) *string { return &a.LogicVersion }),
			runColumn(),
			textColumn("classified_at", func(a *answer) *string { return &a.at }),
		})
}

func stageTable(name string, stage int, columns ...[]column) table {
	all := slices.Concat(append([][]column{{idColumn()}}, append(columns, []column{runColumn()})...)...)
	return table{name, classify.StageNames[stage], all, func(a *answer) bool { return a.reached(stage) }, func(*answer) {}}
}

func finalTable() table {
	t := stageTable("final_review_results", 5,
		[]column{
			textColumn("status", func(a *answer) *classify.ReviewStatus { return &a.final.Status }),
			textColumn("corrections", func(a *answer) *string { return &a.corrections }),
			textColumn("reason", func(a *answer) *string { return &a.final.Reason }),
		},
		provenanceColumns(5, func(a *answer) *classify.Provenance { return &a.final.Provenance }))
	t.has = func(a *answer) bool { return a.Final != nil }
	t.found = func(a *answer) { a.Final = &a.final }
	return t
}

// insert is the statement that stores or replaces a row.
func (t *table) insert() string {
	return "INSERT OR REPLACE INTO " + t.name + " (" + names(t.columns, "") + ") VALUES (?" +
		strings.Repeat(", ?", len(t.columns)-1) + ")"
}
