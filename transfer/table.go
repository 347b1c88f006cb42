// Package transfer moves everything that a store keeps into another one, and
// compares what has arrived. A store takes part as a Source or as a Target; what
// only its own layout needs, such as the numbers of its rows, is not moved.
package transfer

import "classify/tables"

// A Table is what every store has, in one form or another.
type Table struct {
	Name    string
	Columns []Column
}

// A Column of a Table. JSON is compared by what it says; text that holds JSON
// and is to stay as it is byte for byte has the kind tables.Text.
type Column struct {
	Name string
	Kind tables.Kind
}

// The tables of values have no table of their own in every store.
const (
	// CatalogueValues are the values that came with catalogues, without those whose
	// dates have an imported one: indicator_id, date and value, ordered by
	// indicator, and of one indicator in the order of the source.
	CatalogueValues = "catalogue_values"
	// ImportedValues are those of imported series: indicator_id, date, value and
	// source_version, ordered by the first two.
	ImportedValues = "imported_values"
)

// Tables lists what is moved, in an order in which a row comes after those that
// it belongs to. Leases, claims and what a run has taken in are not moved.
var Tables = func() []Table {
	all := []Table{
		table("runs", ints("run_id"), times("started_at", "finished_at"), texts("host"), ints("pid"),
			texts("command", "mode", "logic_version", "version", "engine", "provider", "state", "error"),
			ints("rows_read", "rows_accepted", "rows_duplicate", "rows_rejected", "selected", "classified", "escalated", "failed", "skipped")),
		table("source_indicators", texts("indicator_id", "input_hash"), ints("first_run_id", "last_run_id"), texts("source_file"),
			ints("source_line", "points_set_aside"), texts("points_set_aside_example"),
			texts("name", "long_name", "units", "description", "source_name", "source_url", "category_group", "dataset", "topic",
				"aggregation_method", "scale", "periodicity", "currency_code", "country")),
		table(CatalogueValues, texts("indicator_id", "date"), floats("value")),
		table(ImportedValues, texts("indicator_id", "date"), floats("value"), texts("source_version")),
		table("series_imports", ints("import_no"), texts("file"), times("started_at", "finished_at"),
			ints("points_added", "points_replaced", "points_unchanged", "points_kept_out")),
		table("overrides", texts("indicator_id", "field", "value")),
	}
	for i := range tables.Answers {
		t := Table{Name: tables.Answers[i].Name}
		for _, c := range tables.Answers[i].Columns {
			t.Columns = append(t.Columns, Column{c.Name, c.Kind})
		}
		all = append(all, t)
	}
	return append(all,
		table("classification_history", texts("indicator_id"), ints("run_id"), texts("outcome", "review_status"), floats("overall_confidence"),
			texts("logic_version", "input_hash"), times("classified_at"), columns(tables.JSON, "labels", "answer")),
		table("processing_log", times("time"), ints("run_id"), texts("stage", "node", "replica"),
			ints("indicators", "failed", "milliseconds"), texts("indicator_id", "outcome", "reason")),
		table("model_calls", ints("call_no", "run_id"), times("sent_at"),
			texts("stage", "provider", "model", "server", "reported_model", "prompt_version"), ints("questions", "attempt"), texts("outcome"),
			ints("input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens"), floats("usd"),
			columns(tables.Bool, "priced"), ints("latency_ns", "in_flight"), texts("batch_id", "request_id", "error")),
		table("answer_cache", texts("answer_key", "stage", "provider", "model", "server", "reported_model", "prompt_version", "params",
			"question", "answer"), times("answered_at"), ints("run_id")),
		table("model_traits", texts("model_id", "traits"), times("saved_at")),
		table("model_batches", ints("batch_no"), texts("batch_id"), ints("run_id"), texts("provider", "model", "server", "stage", "prompt_version",
			"state", "remote_id"), times("created_at", "updated_at"), texts("error"), ints("item_count")),
		table("model_batch_items", ints("batch_no", "item_no"), texts("answer_key", "question", "rejected", "reason")),
	)
}()

// Numbered names the column by which the rows of a table are counted on: the
// next one gets the number after the highest.
var Numbered = map[string]string{"runs": "run_id", "series_imports": "import_no", "model_calls": "call_no", "model_batches": "batch_no"}

func table(name string, parts ...[]Column) Table {
	t := Table{Name: name}
	for _, p := range parts {
		t.Columns = append(t.Columns, p...)
	}
	return t
}

func texts(names ...string) []Column  { return columns(tables.Text, names...) }
func ints(names ...string) []Column   { return columns(tables.Int, names...) }
func floats(names ...string) []Column { return columns(tables.Float, names...) }
func times(names ...string) []Column  { return columns(tables.Time, names...) }

func columns(kind tables.Kind, names ...string) []Column {
	all := make([]Column, len(names))
	for i, name := range names {
		all[i] = Column{name, kind}
	}
	return all
}

// Names lists the columns for a statement.
func (t *Table) Names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}
