// Package tables is what the stores have in common: the tables of an answer and
// its columns, how its lists and its history are encoded, and the checks of what
// comes in.
package tables

import (
	"slices"
	"time"

	"classify"
)

// A Table holds the current answer of one stage, or of the whole, one row for
// each indicator.
type Table struct {
	Name    string
	Stage   classify.Stage // of which it holds the answers; "" for those of the whole
	Columns []Column       // the first is indicator_id
	// Has reports whether an answer has a row here.
	Has func(*Answer) bool
	// Found is told that a scanned answer has one.
	Found func(*Answer)
}

// Answers are the tables of current answers; classifications is the first, and
// the only one in which every answer has a row.
var Answers = []Table{
	{"classifications", "", classificationColumns(), func(*Answer) bool { return true }, func(*Answer) {}},
	stageTable("normalization_results", 0,
		unitColumns(func(a *Answer) *classify.UnitLabels { return &a.Normalization.UnitLabels }),
		[]Column{floatColumn("factor", func(a *Answer) *float64 { return &a.Normalization.Factor })},
		provenanceColumns(0, func(a *Answer) *classify.Provenance { return &a.Normalization.Provenance })),
	stageTable("time_inference_results", 1,
		[]Column{frequencyColumn(func(a *Answer) *classify.TimeLabels { return &a.Time.TimeLabels })},
		cumulativeColumns(func(a *Answer) *classify.TimeLabels { return &a.Time.TimeLabels }),
		[]Column{
			textColumn("observed_frequency", func(a *Answer) *classify.Frequency { return &a.Time.Observed }),
			textColumn("declared_frequency", func(a *Answer) *classify.Frequency { return &a.Time.Declared }),
			textColumn("collection", func(a *Answer) *string { return &a.Time.Collection }),
		},
		shapeColumns(func(a *Answer) *classify.Shape { return &a.Time.Shape }),
		provenanceColumns(1, func(a *Answer) *classify.Provenance { return &a.Time.Provenance })),
	stageTable("cumulative_detection_results", 1, []Column{
		textColumn("pattern", func(a *Answer) *classify.Pattern { return &a.Time.Cumulative.Pattern }),
		intColumn("resets", func(a *Answer) *int { return &a.Time.Cumulative.Resets }),
		intColumn("rises", func(a *Answer) *int { return &a.Time.Cumulative.Rises }),
		intColumn("falls", func(a *Answer) *int { return &a.Time.Cumulative.Falls }),
		intColumn("transitions", func(a *Answer) *int { return &a.Time.Cumulative.Transitions }),
		intColumn("start_month", func(a *Answer) *int { return &a.Time.Cumulative.StartMonth }),
		floatColumn("confidence", func(a *Answer) *float64 { return &a.Time.Cumulative.Confidence }),
	}),
	stageTable("family_assignment_results", 2,
		[]Column{textColumn("family", func(a *Answer) *classify.Family { return &a.Family.Family })},
		provenanceColumns(2, func(a *Answer) *classify.Provenance { return &a.Family.Provenance })),
	stageTable("type_classification_results", 3,
		kindColumns(func(a *Answer) *classify.KindLabels { return &a.Type.KindLabels }),
		provenanceColumns(3, func(a *Answer) *classify.Provenance { return &a.Type.Provenance })),
	stageTable("boolean_review_results", 4,
		[]Column{
			boolColumn("passed", func(a *Answer) *bool { return &a.Verdict.Passed }),
			jsonColumn("fields_wrong", func(a *Answer) *string { return &a.fieldsWrong }),
			textColumn("reason", func(a *Answer) *string { return &a.Verdict.Reason }),
		},
		provenanceColumns(4, func(a *Answer) *classify.Provenance { return &a.Verdict.Provenance })),
	finalTable(),
}

// OfStage are the names of each stage's first table; the others have rows for
// the same indicators.
var OfStage = func() map[classify.Stage]string {
	byStage := map[classify.Stage]string{}
	for i := range Answers {
		if t := &Answers[i]; t.Stage != "" && byStage[t.Stage] == "" {
			byStage[t.Stage] = t.Name
		}
	}
	return byStage
}()

func classificationColumns() []Column {
	labels := func(a *Answer) *classify.TimeLabels { return &a.Labels.TimeLabels }
	return slices.Concat(
		[]Column{idColumn(), textColumn("name", func(a *Answer) *string { return &a.Name })},
		unitColumns(func(a *Answer) *classify.UnitLabels { return &a.Labels.UnitLabels }),
		[]Column{
			frequencyColumn(labels),
			textColumn("time_basis", func(a *Answer) *classify.TimeBasis { return &a.Labels.TimeBasis }),
		},
		cumulativeColumns(labels),
		[]Column{textColumn("family", func(a *Answer) *classify.Family { return &a.Labels.Family })},
		kindColumns(func(a *Answer) *classify.KindLabels { return &a.Labels.KindLabels }),
		[]Column{
			textColumn("review_status", func(a *Answer) *classify.ReviewStatus { return &a.ReviewStatus }),
			floatColumn("overall_confidence", func(a *Answer) *float64 { return &a.OverallConfidence }),
			textColumn("outcome", func(a *Answer) *classify.Outcome { return &a.Outcome }),
			textColumn("failure_stage", func(a *Answer) *classify.Stage { return &a.failure.Stage }),
			textColumn("failure_reason", func(a *Answer) *string { return &a.failure.Reason }),
			jsonColumn("overridden", func(a *Answer) *string { return &a.overridden }),
			textColumn("input_hash", func(a *Answer) *string { return &a.InputHash }),
			textColumn("logic_version", func(a *Answer) *string { return &a.LogicVersion }),
			runColumn(),
			timeColumn("classified_at", func(a *Answer) *time.Time { return &a.At }),
		})
}

func stageTable(name string, stage int, columns ...[]Column) Table {
	all := slices.Concat(append([][]Column{{idColumn()}}, append(columns, []Column{runColumn()})...)...)
	return Table{name, classify.StageNames[stage], all, func(a *Answer) bool { return a.Reached(stage) }, func(*Answer) {}}
}

func finalTable() Table {
	t := stageTable("final_review_results", 5,
		[]Column{
			textColumn("status", func(a *Answer) *classify.ReviewStatus { return &a.final.Status }),
			jsonColumn("corrections", func(a *Answer) *string { return &a.corrections }),
			textColumn("reason", func(a *Answer) *string { return &a.final.Reason }),
		},
		provenanceColumns(5, func(a *Answer) *classify.Provenance { return &a.final.Provenance }))
	t.Has = func(a *Answer) bool { return a.Final != nil }
	t.Found = func(a *Answer) { a.Final = &a.final }
	return t
}
