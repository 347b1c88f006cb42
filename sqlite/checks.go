package sqlite

import (
	"fmt"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/tables"
)

// hashSample is how many input hashes a check computes again.
const hashSample = 1000

const againRemedy = "do the indicator again: classify run --force --only %s"

func (s *Store) probes() []probe {
	const restore = "restore the file from a backup"
	return []probe{
		{"file", s.checkFile},
		{"tables and indexes", checkSchema},
		{"answers without a stage", lost(answersWithoutStage(), "answers without the row of a stage that they reached", againRemedy)},
		{"stages without an answer", lost(stagesWithoutAnswer(), "rows of stages whose indicator has no answer", againRemedy)},
		{"answers without history", lost(`SELECT indicator_id FROM classifications c WHERE NOT EXISTS (
			SELECT 1 FROM classification_history h WHERE h.indicator_id = c.indicator_id AND h.run_id = c.run_id)`,
			"answers that the history of their run does not have", againRemedy)},
		{"answers without a run", lost("SELECT indicator_id FROM classification_history WHERE run_id NOT IN (SELECT run_id FROM runs)",
			"answers in the history of a run that is not stored", restore)},
		{"values without an indicator", lost(`SELECT indicator_id FROM time_series_data t WHERE NOT EXISTS (SELECT 1 FROM source_indicators s
			WHERE s.indicator_id = t.indicator_id AND t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count)`,
			"values of catalogues that belong to no indicator", restore)},
		{"indicators without values", lost(`SELECT indicator_id FROM source_indicators s WHERE value_count <> (SELECT count(*) FROM time_series_data t
			WHERE t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count AND t.indicator_id = s.indicator_id)`,
			"indicators that do not have as many values as their catalogue row had", "take the catalogue in again: classify run FILE")},
		{"items without a batch", lost("SELECT answer_key FROM model_batch_items WHERE batch_no NOT IN (SELECT batch_no FROM model_batches)",
			"questions of batches that are not stored", restore)},
		{"input hashes", checkHashes},
		{"runs", s.checkRuns},
	}
}

// checkFile asks SQLite about the file.
func (s *Store) checkFile(conn *sqlite.Conn) (found []classify.Finding, err error) {
	lines, err := words(conn, "PRAGMA integrity_check(10)")
	if err != nil || slices.Equal(lines, []string{"ok"}) {
		return nil, err
	}
	return []classify.Finding{{Detail: strings.Join(lines, "; "),
		Remedy: "restore the file from a backup, or save what can be read: sqlite3 " + s.path + " .recover"}}, nil
}

// checkSchema compares tables, views and indexes with those of this program.
func checkSchema(conn *sqlite.Conn) (found []classify.Finding, err error) {
	fresh, err := sqlite.OpenConn(":memory:", sqlite.OpenReadWrite)
	if err != nil {
		return nil, err
	}
	defer func() { _ = fresh.Close() }() // nothing was in it
	s, err := schema()
	if err != nil {
		return nil, err
	}
	for _, script := range s.Migrations {
		if err := sqlitex.ExecuteScript(fresh, script, nil); err != nil {
			return nil, err
		}
	}
	const objects = "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1"
	wanted, err := words(fresh, objects)
	if err != nil {
		return nil, err
	}
	here, err := words(conn, objects)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, name := range wanted {
		if !slices.Contains(here, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		found = append(found, classify.Finding{Detail: "missing: " + strings.Join(missing, ", "),
			Remedy: "restore the file from a backup; an index can be made again as in the program's migrations"})
	}
	return found, nil
}

// lost counts what a query finds, and names the first. A %s of the remedy is
// that name.
func lost(query, what, remedy string) func(*sqlite.Conn) ([]classify.Finding, error) {
	return func(conn *sqlite.Conn) (found []classify.Finding, err error) {
		var n int64
		var example string
		err = sqlitex.ExecuteTransient(conn, "SELECT count(*) FROM ("+query+")", &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			n = st.ColumnInt64(0)
			return nil
		}})
		if err != nil || n == 0 {
			return nil, err
		}
		if example, err = word(conn, "SELECT * FROM ("+query+") LIMIT 1"); err != nil {
			return nil, err
		}
		if strings.Contains(remedy, "%s") {
			remedy = fmt.Sprintf(remedy, example)
		}
		return []classify.Finding{{Detail: fmt.Sprintf("%d %s, such as %q", n, what, example), Remedy: remedy}}, nil
	}
}

// answersWithoutStage finds the answers that lack the row of a stage that comes
// before the one where they failed.
func answersWithoutStage() string {
	var parts []string
	for i := range tables.Answers[1:] {
		t := &tables.Answers[i+1]
		stage := slices.Index(classify.StageNames, t.Stage)
		needs := "c.review_status IN ('corrected', 'escalated')"
		if t.Stage != classify.StageFinalReview {
			var later []string // where an answer fails that has reached the stage
			for _, name := range classify.StageNames[stage+1:] {
				later = append(later, "'"+string(name)+"'")
			}
			needs = "(c.failure_stage IS NULL OR c.failure_stage IN (" + strings.Join(later, ", ") + "))"
		}
		parts = append(parts, "SELECT indicator_id FROM classifications c WHERE "+needs+
			" AND NOT EXISTS (SELECT 1 FROM "+t.Name+" t WHERE t.indicator_id = c.indicator_id)")
	}
	return strings.Join(parts, " UNION ALL ")
}

func stagesWithoutAnswer() string {
	var parts []string
	for i := range tables.Answers[1:] {
		name := tables.Answers[i+1].Name
		parts = append(parts, "SELECT indicator_id FROM "+name+" t WHERE NOT EXISTS (SELECT 1 FROM classifications c WHERE c.indicator_id = t.indicator_id)")
	}
	return strings.Join(parts, " UNION ALL ")
}

// checkHashes computes a sample of the input hashes again, the same one each time.
func checkHashes(conn *sqlite.Conn) (found []classify.Finding, err error) {
	sample := tables.NewSampler(hashSample, 1)
	st, err := conn.Prepare("SELECT indicator_id FROM source_indicators WHERE input_hash <> ''")
	if err != nil {
		return nil, err
	}
	if err := rows(st, func() { sample.Add(st.ColumnText(0)) }); err != nil {
		return nil, err
	}
	in, err := newSourceReader(conn)
	if err != nil {
		return nil, err
	}
	var wrong []string
	ids := sample.IDs()
	for _, id := range ids {
		r, _, err := in.read(id)
		if err != nil {
			return nil, err
		}
		if r.InputHash() != r.hash {
			wrong = append(wrong, id)
		}
	}
	if len(wrong) > 0 {
		found = append(found, classify.Finding{
			Detail: fmt.Sprintf("%d of the %d that were computed again are not those of their input, such as that of %q", len(wrong), len(ids), wrong[0]),
			Remedy: "take the catalogue in again: classify run FILE"})
	}
	open, err := number(conn, "SELECT count(*) FROM source_indicators WHERE input_hash = ''")
	if err == nil && open > 0 {
		found = append(found, classify.Finding{Detail: fmt.Sprintf("%d are not computed yet: an import of series was broken off", open),
			Remedy: "the next run computes them: classify run"})
	}
	return found, err
}

// checkRuns finds runs that nobody ended.
func (s *Store) checkRuns(conn *sqlite.Conn) ([]classify.Finding, error) {
	l, err := readLease(conn)
	if err != nil {
		return nil, err
	}
	var living int64
	if l != nil && l.alive(s.now()) {
		living = l.runID
	}
	return lost(fmt.Sprintf("SELECT run_id FROM runs WHERE state = '%s' AND run_id <> %d", running, living),
		"runs were never closed", "the next run closes them: classify run")(conn)
}
