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

func (s *Store) probes() []probe {
	all := []probe{{"file", s.checkFile}, {"tables and indexes", checkSchema}}
	for _, sound := range append(slices.Clone(tables.Soundnesses), ownSoundnesses...) {
		all = append(all, probe{sound.Name, func(conn *sqlite.Conn) ([]classify.Finding, error) { return lost(conn, &sound) }})
	}
	return append(all, probe{"input hashes", checkHashes}, probe{"runs", s.checkRuns})
}

// ownSoundnesses are about how this store keeps values.
var ownSoundnesses = []tables.Soundness{
	{Name: "values without an indicator", Query: `SELECT indicator_id FROM time_series_data t WHERE NOT EXISTS (SELECT 1 FROM source_indicators s
		WHERE s.indicator_id = t.indicator_id AND t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count)`,
		What: "values of catalogues that belong to no indicator", Remedy: "restore the file from a backup"},
	{Name: "indicators without values", Query: `SELECT indicator_id FROM source_indicators s WHERE value_count <> (SELECT count(*) FROM time_series_data t
		WHERE t.point_no >= s.first_value AND t.point_no < s.first_value + s.value_count AND t.indicator_id = s.indicator_id)`,
		What: "indicators that do not have as many values as their catalogue row had", Remedy: "take the catalogue in again: classify run FILE"},
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

// lost counts what a query finds.
func lost(conn *sqlite.Conn, sound *tables.Soundness) ([]classify.Finding, error) {
	n, err := number(conn, "SELECT count(*) FROM ("+sound.Query+")")
	if err != nil || n == 0 {
		return nil, err
	}
	example, err := word(conn, "SELECT * FROM ("+sound.Query+") LIMIT 1")
	return []classify.Finding{sound.Finding(n, example)}, err
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
	return lost(conn, &tables.Soundness{Query: fmt.Sprintf("SELECT run_id FROM runs WHERE state = '%s' AND run_id <> %d", running, living),
		What: "runs were never closed", Remedy: "the next run closes them: classify run"})
}
