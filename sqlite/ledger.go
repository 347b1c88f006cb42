package sqlite

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/tables"
)

// RecordCall stores a call and the usable answers that it gave in one
// transaction, and returns when they are on the disk. It needs no lease. Calls
// from many goroutines, and answers of Save, share a commit. When ctx ends it
// returns its cause at once, but a call that was handed over by then is
// recorded: one that was paid for is handed over also by a ctx that has ended,
// unless so many wait already that there is no room. A price that is no
// finite number, or an answer without a key or that is not JSON, is a
// *classify.InvalidInputError, and nothing is stored.
func (s *Store) RecordCall(ctx context.Context, c classify.Call, answers []classify.CachedAnswer) error {
	if err := tables.CheckCall(&c); err != nil {
		return err
	}
	if err := tables.CheckCached(answers); err != nil {
		return err
	}
	if c.At.IsZero() {
		c.At = s.now()
	}
	err := s.handOver(ctx, ctx.Done(), job{entry: &paidCall{Call: c, answers: answers}, done: make(chan error, 1)})
	return fault("record a model's call in store", s.path, err)
}

// paidCall is a call with the answers that it gave.
type paidCall struct {
	classify.Call
	answers []classify.CachedAnswer
}

// order is that of arrival.
func (*paidCall) order() string { return "" }

func (c *paidCall) store(w *writer, _ time.Time) error {
	if err := w.models.insertCall(&c.Call); err != nil {
		return err
	}
	for i := range c.answers {
		if _, err := w.models.insertAnswer(&c.answers[i]); err != nil {
			return err
		}
	}
	return nil
}

// modelStatements are those that every call or every answer needs.
type modelStatements struct {
	call, answer *sqlite.Stmt
}

func (m *modelStatements) prepare(p preparer) error {
	return p.all(
		p.into(&m.call, `INSERT INTO model_calls (run_id, sent_at, stage, provider, model, reported_model, prompt_version, questions, attempt, outcome,
			input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usd, priced, latency_ns, batch_id, request_id, error, in_flight, server)
			VALUES (nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
		p.into(&m.answer, `INSERT INTO answer_cache (answer_key, stage, provider, model, reported_model, prompt_version, params, question, answer, answered_at, run_id, server)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?) ON CONFLICT (answer_key) DO NOTHING RETURNING 1`),
	)
}

func (m *modelStatements) insertCall(c *classify.Call) error {
	st := m.call
	st.BindInt64(1, c.RunID)
	st.BindText(2, stamp(c.At))
	st.BindText(3, string(c.Stage))
	st.BindText(4, c.Provider)
	st.BindText(5, c.Model)
	bindText(st, 6, c.Reported)
	bindText(st, 7, c.Prompt)
	st.BindInt64(8, int64(c.Questions))
	st.BindInt64(9, int64(c.Attempt))
	st.BindText(10, string(c.Outcome))
	st.BindInt64(11, int64(c.Tokens.Input))
	st.BindInt64(12, int64(c.Tokens.Cached))
	st.BindInt64(13, int64(c.Tokens.CacheWrite))
	st.BindInt64(14, int64(c.Tokens.Output))
	st.BindInt64(15, int64(c.Tokens.Reasoning))
	st.BindFloat(16, c.USD)
	st.BindBool(17, c.Priced)
	st.BindInt64(18, int64(c.Latency))
	bindText(st, 19, c.Batch)
	bindText(st, 20, c.RequestID)
	bindText(st, 21, c.Error)
	st.BindInt64(22, int64(c.InFlight))
	bindText(st, 23, c.Server)
	return run(st)
}

// Costs sums the calls of a run, or of all with runID 0, by run, stage,
// provider, model, server, outcome and whether they were part of a batch, sorted by
// these. A run without calls has none; calls outside a run have the run 0.
func (s *Store) Costs(ctx context.Context, runID int64) (lines []classify.CostLine, err error) {
	if runID < 0 {
		return nil, &classify.InvalidInputError{What: "run", Err: errors.New("its number is negative")}
	}
	query, args := "SELECT "+costColumns+" FROM model_calls", []any(nil)
	if runID > 0 {
		query, args = query+" WHERE run_id = ?", []any{runID}
	}
	// One pass over the calls: SQL would sort them first, which takes memory
	// that grows with the store.
	sums := map[costKey]*classify.CostLine{}
	err = s.read(ctx, "sum the models' calls in store", func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, query, &sqlitex.ExecOptions{Args: args, ResultFunc: func(st *sqlite.Stmt) error {
			addCost(sums, st)
			return nil
		}})
	})
	if err != nil {
		return nil, err
	}
	for _, line := range sums {
		lines = append(lines, *line)
	}
	slices.SortFunc(lines, func(a, b classify.CostLine) int {
		return cmp.Or(cmp.Compare(a.RunID, b.RunID), strings.Compare(string(a.Stage), string(b.Stage)), strings.Compare(a.Provider, b.Provider),
			strings.Compare(a.Model, b.Model), strings.Compare(a.Server, b.Server), strings.Compare(string(a.Outcome), string(b.Outcome)), cmp.Compare(truth(a.Batch), truth(b.Batch)))
	})
	return lines, nil
}

// CallsUnderWay returns how many calls may have been under way when a run was
// killed.
func (s *Store) CallsUnderWay(ctx context.Context, runID int64) (n int, err error) {
	err = s.read(ctx, "read the models' calls in store", func(conn *sqlite.Conn) error {
		most, err := number(conn, "SELECT coalesce(max(in_flight), 0) FROM (SELECT in_flight FROM model_calls WHERE run_id = ? ORDER BY call_no DESC LIMIT 100)", runID)
		n = int(most)
		return err
	})
	return n, err
}

// costKey is what a line of costs is about.
type costKey struct {
	run                             int64
	stage, provider, model, outcome string
	batch                           bool
	server                          string
}

const costColumns = `run_id, stage, provider, model, outcome, batch_id IS NOT NULL, questions, input_tokens, cached_tokens, cache_write_tokens,
	output_tokens, reasoning_tokens, usd, priced, latency_ns, server`

func addCost(sums map[costKey]*classify.CostLine, st *sqlite.Stmt) {
	key := costKey{st.ColumnInt64(0), st.ColumnText(1), st.ColumnText(2), st.ColumnText(3), st.ColumnText(4), st.ColumnBool(5), st.ColumnText(15)}
	line := sums[key]
	if line == nil {
		line = &classify.CostLine{RunID: key.run, Stage: classify.Stage(key.stage), Provider: key.provider, Model: key.model,
			Server: key.server, Outcome: classify.CallOutcome(key.outcome), Batch: key.batch}
		sums[key] = line
	}
	line.Calls++
	line.Questions += st.ColumnInt(6)
	line.Tokens = line.Tokens.Add(classify.Tokens{Input: st.ColumnInt(7), Cached: st.ColumnInt(8), CacheWrite: st.ColumnInt(9),
		Output: st.ColumnInt(10), Reasoning: st.ColumnInt(11)})
	line.USD += st.ColumnFloat(12)
	if !st.ColumnBool(13) {
		line.Unpriced++
	}
	line.Latency += time.Duration(st.ColumnInt64(14))
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
