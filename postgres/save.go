package postgres

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// Save stores the rows of one indicator and returns when they are committed.
// Calls from many goroutines share a commit; a caller that is alone does not
// wait for others. Any process may save for a run that lives. It fails with a
// *classify.LockedError when the run was taken over. When ctx ends it returns its
// cause at once; the answer may become durable after that.
func (s *Store) Save(ctx context.Context, runID int64, c classify.Classification) error {
	a, err := tables.NewAnswer(runID, c)
	if err != nil {
		return err
	}
	return s.answers.put(ctx, a)
}

// saveAnswers commits answers together.
func (s *Store) saveAnswers(ctx context.Context, answers []*tables.Answer) error {
	answers = slices.Clone(answers) // their order is that of the callers
	slices.SortStableFunc(answers, func(a, b *tables.Answer) int {
		return cmp.Or(strings.Compare(a.IndicatorID, b.IndicatorID), cmp.Compare(a.RunID, b.RunID))
	})
	var logs map[int64]*processingLog
	var last attempt
	err := s.write(ctx, "save to store", func(tx pgx.Tx) error {
		if done, err := last.committed(ctx, tx); done || err != nil {
			return err
		}
		last = attempt{}
		runs := make([]int64, len(answers))
		for i, a := range answers {
			runs[i] = a.RunID
		}
		at, err := s.holds(ctx, tx, runs...)
		if err != nil {
			return err
		}
		for _, a := range answers {
			a.At = at
		}
		logs = countedLogs(s.logs, answers)
		last.of = answers[0]
		last.number, err = s.storeAnswers(ctx, tx, answers, logs, at)
		return err
	})
	if err != nil {
		logs = nil // what they count may not be there
	}
	s.logs = logs
	return err
}

// storeAnswers sends all rows in one message. It returns the number of the
// transaction.
func (s *Store) storeAnswers(ctx context.Context, tx pgx.Tx, answers []*tables.Answer, logs map[int64]*processingLog, at time.Time) (number string, err error) {
	b := &pgx.Batch{}
	current := lastOf(answers, func(a, b *tables.Answer) bool { return a.IndicatorID == b.IndicatorID })
	for i := range tables.Answers {
		t := &tables.Answers[i]
		var with []*tables.Answer
		var without []string
		for _, a := range current {
			if t.Has(a) {
				with = append(with, a)
			} else {
				without = append(without, a.IndicatorID)
			}
		}
		if len(without) > 0 {
			b.Queue("DELETE FROM "+t.Name+" WHERE indicator_id = ANY($1)", without)
		}
		if len(with) > 0 {
			b.Queue(upserts[i], answerArrays(t, with)...)
		}
	}
	history := lastOf(answers, func(a, b *tables.Answer) bool { return a.IndicatorID == b.IndicatorID && a.RunID == b.RunID })
	queueHistory(b, history, at)
	for _, l := range logs {
		l.queue(b, s.node, at)
	}
	queueSingles(b, s.node, answers, at)
	b.Queue("SELECT pg_current_xact_id()::text").QueryRow(func(row pgx.Row) error { return row.Scan(&number) })
	err = tx.SendBatch(ctx, b).Close()
	return number, err
}

// lastOf keeps the last of neighbours that are the same: a statement cannot
// write a row twice.
func lastOf(answers []*tables.Answer, same func(a, b *tables.Answer) bool) []*tables.Answer {
	kept := make([]*tables.Answer, 0, len(answers))
	for i, a := range answers {
		if i+1 == len(answers) || !same(a, answers[i+1]) {
			kept = append(kept, a)
		}
	}
	return kept
}

// upserts store or replace rows, by table; a parameter is the array of a column.
var upserts = func() []string {
	all := make([]string, len(tables.Answers))
	for i := range tables.Answers {
		t := &tables.Answers[i]
		var params, sets []string
		for k, c := range t.Columns {
			params = append(params, "$"+strconv.Itoa(k+1)+"::"+arrayTypes[c.Kind])
			if k > 0 {
				sets = append(sets, c.Name+" = excluded."+c.Name)
			}
		}
		all[i] = "INSERT INTO " + t.Name + " (" + tables.Names(t.Columns, "") + ") SELECT " + selected(t) +
			" FROM unnest(" + strings.Join(params, ", ") + ") AS u(" + tables.Names(t.Columns, "") + ")" +
			" ON CONFLICT (indicator_id) DO UPDATE SET " + strings.Join(sets, ", ")
	}
	return all
}()

var arrayTypes = map[tables.Kind]string{tables.Text: "text[]", tables.JSON: "text[]", tables.Int: "bigint[]",
	tables.Float: "float8[]", tables.Bool: "bool[]", tables.Time: "timestamptz[]"}

// selected reads the columns of u: an empty text is NULL.
func selected(t *tables.Table) string {
	var list []string
	for k, c := range t.Columns {
		switch {
		case k == 0:
			list = append(list, "u."+c.Name)
		case c.Kind == tables.Text:
			list = append(list, "nullif(u."+c.Name+", '')")
		case c.Kind == tables.JSON:
			list = append(list, "nullif(u."+c.Name+", '')::jsonb")
		default:
			list = append(list, "u."+c.Name)
		}
	}
	return strings.Join(list, ", ")
}

// answerArrays are the parameters of an upsert.
func answerArrays(t *tables.Table, answers []*tables.Answer) []any {
	args := make([]any, len(t.Columns))
	for k := range t.Columns {
		args[k] = columnArray(&t.Columns[k], answers)
	}
	return args
}

func columnArray(c *tables.Column, answers []*tables.Answer) any {
	switch c.Kind {
	case tables.Int:
		return gathered(answers, c.Int)
	case tables.Float:
		return gathered(answers, c.Float)
	case tables.Bool:
		return gathered(answers, c.Bool)
	case tables.Time:
		return gathered(answers, c.Time)
	case tables.JSON:
		return gathered(answers, func(a *tables.Answer) string { return cleanJSON(c.Text(a)) })
	}
	return gathered(answers, func(a *tables.Answer) string { return clean(c.Text(a)) })
}

func gathered[T any](answers []*tables.Answer, of func(*tables.Answer) T) []T {
	list := make([]T, len(answers))
	for i, a := range answers {
		list[i] = of(a)
	}
	return list
}

// cleanJSON takes the escaped zero bytes out of a JSON text, which jsonb cannot
// hold. An escaped backslash before "u0000" is none.
func cleanJSON(t string) string {
	if !strings.Contains(t, `\u0000`) {
		return clean(t)
	}
	var b strings.Builder
	for i := 0; i < len(t); i++ {
		if t[i] != '\\' || i+1 == len(t) {
			b.WriteByte(t[i])
			continue
		}
		if strings.HasPrefix(t[i:], `\u0000`) {
			i += 5
			continue
		}
		b.WriteString(t[i : i+2])
		i++
	}
	return clean(b.String())
}

func queueHistory(b *pgx.Batch, answers []*tables.Answer, at time.Time) {
	b.Queue(`INSERT INTO classification_history
		(indicator_id, run_id, outcome, review_status, overall_confidence, logic_version, input_hash, classified_at, labels, answer)
		SELECT id, run, outcome, nullif(status, ''), confidence, nullif(logic, ''), nullif(hash, ''), $8, labels::jsonb, answer::jsonb
		FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::float8[], $6::text[], $7::text[], $9::text[], $10::text[])
			AS u(id, run, outcome, status, confidence, logic, hash, labels, answer)
		ON CONFLICT (indicator_id, run_id) DO UPDATE SET outcome = excluded.outcome, review_status = excluded.review_status,
			overall_confidence = excluded.overall_confidence, logic_version = excluded.logic_version, input_hash = excluded.input_hash,
			classified_at = excluded.classified_at, labels = excluded.labels, answer = excluded.answer`,
		gathered(answers, func(a *tables.Answer) string { return clean(a.IndicatorID) }),
		gathered(answers, func(a *tables.Answer) int64 { return a.RunID }),
		gathered(answers, func(a *tables.Answer) string { return string(a.Outcome) }),
		gathered(answers, func(a *tables.Answer) string { return string(a.ReviewStatus) }),
		gathered(answers, func(a *tables.Answer) float64 { return a.OverallConfidence }),
		gathered(answers, func(a *tables.Answer) string { return a.LogicVersion }),
		gathered(answers, func(a *tables.Answer) string { return a.InputHash }),
		at,
		gathered(answers, func(a *tables.Answer) string { return cleanJSON(a.PastLabels) }),
		gathered(answers, func(a *tables.Answer) string { return cleanJSON(a.PastRest) }))
}
