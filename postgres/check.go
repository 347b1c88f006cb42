package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

const (
	// checkTime is how long each check may take; one that is not through by then is
	// named in a finding.
	checkTime = 30 * time.Second
	// hashSample is how many input hashes a check computes again.
	hashSample = 1000
)

// Check looks for what does not fit together. Each of its checks takes 30
// seconds at most; one that is not through by then is a finding that says so, and
// of the input hashes a sample is computed again.
func (s *Store) Check(ctx context.Context) (findings []classify.Finding, err error) {
	for _, p := range s.probes() {
		found, err := s.probe(ctx, &p)
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// probe is one of the questions that Check asks.
type probe struct {
	name string
	look func(context.Context, pgx.Tx) ([]classify.Finding, error)
}

func (s *Store) probe(ctx context.Context, p *probe) (found []classify.Finding, err error) {
	err = s.read(ctx, "check store", func(tx pgx.Tx) (err error) {
		// The server ends it, so that the connection stays usable.
		if _, err := tx.Exec(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", checkTime.Milliseconds())); err != nil {
			return err
		}
		found, err = p.look(ctx, tx)
		return err
	})
	if codeOf(err) == queryCanceled {
		found, err = []classify.Finding{{Detail: fmt.Sprintf("not looked at in full: it takes longer than %s", checkTime),
			Remedy: "check when less is written, or give the server more memory"}}, nil
	}
	for i := range found {
		found[i].Check = p.name
	}
	return found, err
}

func (s *Store) probes() []probe {
	all := []probe{{"tables and indexes", checkSchema}}
	for _, sound := range append(slices.Clone(tables.Soundnesses), tables.Soundness{
		Name: "values without an indicator", Query: `SELECT indicator_id FROM time_series_data t WHERE position IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM source_indicators s WHERE s.indicator_id = t.indicator_id)`,
		What: "values of catalogues that belong to no indicator", Remedy: "restore the database from a backup",
	}) {
		all = append(all, probe{sound.Name, func(ctx context.Context, tx pgx.Tx) ([]classify.Finding, error) { return lost(ctx, tx, &sound) }})
	}
	return append(all, probe{"input hashes", checkHashes}, probe{"runs", s.checkRuns})
}

// lost counts what a query finds.
func lost(ctx context.Context, tx pgx.Tx, sound *tables.Soundness) ([]classify.Finding, error) {
	var n int64
	var example *string
	if err := tx.QueryRow(ctx, "SELECT count(*), min(x::text) FROM ("+sound.Query+") AS found(x)").Scan(&n, &example); err != nil || n == 0 {
		return nil, err
	}
	return []classify.Finding{sound.Finding(n, or(example))}, nil
}

// checkSchema finds tables, columns and indexes of this program that are not
// there, and indexes that are not usable.
func checkSchema(ctx context.Context, tx pgx.Tx) (found []classify.Finding, err error) {
	wanted, err := declared()
	if err != nil {
		return nil, err
	}
	here, err := column[string](ctx, tx, "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace")
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
			Remedy: "restore the database from a backup; an index can be made again as in the program's migrations"})
	}
	broken, err := column[string](ctx, tx, `SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace ORDER BY 1`)
	if len(broken) > 0 {
		found = append(found, classify.Finding{Detail: "indexes that are not usable: " + strings.Join(broken, ", "), Remedy: "REINDEX INDEX " + broken[0]})
	}
	return found, err
}

// declared lists the tables and indexes that the migrations make.
func declared() (names []string, err error) {
	known, err := migrations()
	if err != nil {
		return nil, err
	}
	for _, script := range known {
		for line := range strings.Lines(script) {
			words := strings.Fields(line)
			if len(words) < 3 || words[0] != "CREATE" {
				continue
			}
			for i, w := range words[:len(words)-1] {
				if w == "TABLE" || w == "INDEX" {
					names = append(names, words[i+1])
					break
				}
			}
		}
	}
	return names, nil
}

// checkHashes computes a sample of the input hashes again, the same one each time.
func checkHashes(ctx context.Context, tx pgx.Tx) (found []classify.Finding, err error) {
	sample := tables.NewSampler(hashSample, 1)
	if err := each(ctx, tx, "SELECT indicator_id FROM source_indicators WHERE input_hash IS NOT NULL", nil, func(r pgx.Rows) error {
		var id string
		err := r.Scan(&id)
		sample.Add(id)
		return err
	}); err != nil {
		return nil, err
	}
	ids := sample.IDs()
	var wrong []string
	for page := range slices.Chunk(ids, settleRows) {
		var rows []sourceRow
		if err := each(ctx, tx, "SELECT "+columnsOf("s.")+" FROM source_indicators s WHERE s.indicator_id = ANY($1)", []any{page}, func(r pgx.Rows) error {
			var row sourceRow
			err := scanSource(r, &row)
			rows = append(rows, row)
			return err
		}); err != nil {
			return nil, err
		}
		if err := complete(ctx, tx, rows, allValues); err != nil {
			return nil, err
		}
		for i := range rows {
			if rows[i].InputHash() != rows[i].hash {
				wrong = append(wrong, rows[i].ID)
			}
		}
	}
	if len(wrong) > 0 {
		found = append(found, classify.Finding{
			Detail: fmt.Sprintf("%d of the %d that were computed again are not those of their input, such as that of %q", len(wrong), len(ids), wrong[0]),
			Remedy: "let the next run compute them: UPDATE source_indicators SET input_hash = NULL"})
	}
	return found, nil
}

// checkRuns finds runs that nobody ended.
func (s *Store) checkRuns(ctx context.Context, tx pgx.Tx) (found []classify.Finding, err error) {
	leases, now, err := s.readLeases(ctx, tx)
	if err != nil {
		return nil, err
	}
	living := "0"
	for i := range leases {
		if leases[i].alive(now) {
			living += fmt.Sprint(", ", leases[i].runID)
		}
	}
	return lost(ctx, tx, &tables.Soundness{Query: "SELECT run_id FROM runs WHERE state = '" + running + "' AND run_id NOT IN (" + living + ")",
		What: "runs were never closed", Remedy: "the next run closes them: classify run"})
}
