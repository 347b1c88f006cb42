package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// RecordCall stores a call and the usable answers that it gave in one
// transaction, and returns when they are committed. It needs no lease. Calls from
// many goroutines share a commit. When ctx ends it returns its cause at once, but
// a call that was handed over by then is recorded: one that was paid for is handed
// over also by a ctx that has ended, unless so many wait already that there is no
// room. A price that is no finite number, or an answer without a key or that is
// not JSON, is a *classify.InvalidInputError, and nothing is stored.
func (s *Store) RecordCall(ctx context.Context, c classify.Call, answers []classify.CachedAnswer) error {
	if err := tables.CheckCall(&c); err != nil {
		return err
	}
	if err := tables.CheckCached(answers); err != nil {
		return err
	}
	return s.calls.putPaid(ctx, &paidCall{c, answers, rand.Text()})
}

// paidCall is a call with the answers that it gave.
type paidCall struct {
	classify.Call
	answers []classify.CachedAnswer
	token   string // so that it is recorded once, however often the commit is repeated
}

// recordCalls commits calls together.
func (s *Store) recordCalls(ctx context.Context, calls []*paidCall) error {
	return s.write(ctx, "record a model's call in store", func(tx pgx.Tx) error {
		all := make([]classify.Call, len(calls))
		tokens := make([]string, len(calls))
		var answers []classify.CachedAnswer
		for i, c := range calls {
			all[i], tokens[i] = c.Call, c.token
			answers = append(answers, c.answers...)
		}
		if err := s.insertCalls(ctx, tx, all, tokens); err != nil {
			return err
		}
		_, err := insertCached(ctx, tx, answers)
		return err
	})
}

// insertCalls adds calls to the ledger; one whose token is there is there.
func (s *Store) insertCalls(ctx context.Context, tx pgx.Tx, calls []classify.Call, tokens []string) error {
	if len(calls) == 0 {
		return nil
	}
	texts := func(of func(*classify.Call) string) []string {
		list := make([]string, len(calls))
		for i := range calls {
			list[i] = clean(of(&calls[i]))
		}
		return list
	}
	numbers := func(of func(*classify.Call) int64) []int64 {
		list := make([]int64, len(calls))
		for i := range calls {
			list[i] = of(&calls[i])
		}
		return list
	}
	usd, priced, sent := make([]float64, len(calls)), make([]bool, len(calls)), make([]*time.Time, len(calls))
	for i := range calls {
		usd[i], priced[i] = calls[i].USD, calls[i].Priced
		if at := calls[i].At.UTC(); !calls[i].At.IsZero() {
			sent[i] = &at
		}
	}
	_, err := tx.Exec(ctx, `INSERT INTO model_calls (run_id, sent_at, stage, provider, model, server, reported_model, prompt_version, questions, attempt, outcome,
		input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usd, priced, latency_ns, in_flight, batch_id, request_id, error, call_token)
		SELECT nullif(run, 0), coalesce(sent, $1::timestamptz, clock_timestamp()), stage, provider, model, nullif(server, ''), nullif(reported, ''), nullif(prompt, ''),
			questions, attempt, outcome, input, cached, written, output, reasoning, usd::numeric, priced, latency, flight, nullif(batch, ''), nullif(request, ''), nullif(error, ''), token
		FROM unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::text[],
			$13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::float8[], $19::bool[], $20::bigint[], $21::bigint[], $22::text[], $23::text[], $24::text[], $25::text[])
		WITH ORDINALITY AS u(run, sent, stage, provider, model, server, reported, prompt, questions, attempt, outcome,
			input, cached, written, output, reasoning, usd, priced, latency, flight, batch, request, error, token, n)
		ORDER BY n ON CONFLICT (call_token) DO NOTHING`,
		s.now(), numbers(func(c *classify.Call) int64 { return c.RunID }), sent,
		texts(func(c *classify.Call) string { return string(c.Stage) }), texts(func(c *classify.Call) string { return c.Provider }),
		texts(func(c *classify.Call) string { return c.Model }), texts(func(c *classify.Call) string { return c.Server }),
		texts(func(c *classify.Call) string { return c.Reported }), texts(func(c *classify.Call) string { return c.Prompt }),
		numbers(func(c *classify.Call) int64 { return int64(c.Questions) }), numbers(func(c *classify.Call) int64 { return int64(c.Attempt) }),
		texts(func(c *classify.Call) string { return string(c.Outcome) }),
		numbers(func(c *classify.Call) int64 { return int64(c.Tokens.Input) }), numbers(func(c *classify.Call) int64 { return int64(c.Tokens.Cached) }),
		numbers(func(c *classify.Call) int64 { return int64(c.Tokens.CacheWrite) }), numbers(func(c *classify.Call) int64 { return int64(c.Tokens.Output) }),
		numbers(func(c *classify.Call) int64 { return int64(c.Tokens.Reasoning) }), usd, priced,
		numbers(func(c *classify.Call) int64 { return int64(c.Latency) }), numbers(func(c *classify.Call) int64 { return int64(c.InFlight) }),
		texts(func(c *classify.Call) string { return c.Batch }), texts(func(c *classify.Call) string { return c.RequestID }),
		texts(func(c *classify.Call) string { return c.Error }), tokens)
	return err
}

// The sums of calls. A server may claim any number of tokens: what is more than a
// number holds is the largest one, so that the other lines can still be read.
const (
	costSums = `SELECT run, stage, provider, model, server, outcome, batch, calls, questions,
			least(input, 9223372036854775807)::bigint, least(cached, 9223372036854775807)::bigint, least(written, 9223372036854775807)::bigint,
			least(output, 9223372036854775807)::bigint, least(reasoning, 9223372036854775807)::bigint,
			least(usd, 1e308)::float8, unpriced, least(latency, 9223372036854775807)::bigint
		FROM (SELECT coalesce(run_id, 0) AS run, stage COLLATE "C" AS stage, provider COLLATE "C" AS provider, model COLLATE "C" AS model,
				coalesce(server, '') COLLATE "C" AS server, outcome COLLATE "C" AS outcome, batch_id IS NOT NULL AS batch,
				count(*) AS calls, sum(questions)::bigint AS questions, sum(input_tokens) AS input, sum(cached_tokens) AS cached, sum(cache_write_tokens) AS written,
				sum(output_tokens) AS output, sum(reasoning_tokens) AS reasoning, sum(usd) AS usd, count(*) FILTER (WHERE NOT priced) AS unpriced, sum(latency_ns) AS latency
			FROM model_calls`
	costOrder = ` GROUP BY 1, 2, 3, 4, 5, 6, 7) u ORDER BY run, stage, provider, model, server, outcome, batch`
)

// Costs sums the calls of a run, or of all with runID 0, by run, stage,
// provider, model, server, outcome and whether they were part of a batch, sorted by
// these. A run without calls has none; calls outside a run have the run 0.
func (s *Store) Costs(ctx context.Context, runID int64) (lines []classify.CostLine, err error) {
	if runID < 0 {
		return nil, &classify.InvalidInputError{What: "run", Err: errors.New("its number is negative")}
	}
	query, args := "", []any(nil)
	if runID > 0 {
		query, args = " WHERE run_id = $1", []any{runID}
	}
	err = s.read(ctx, "sum the models' calls in store", func(tx pgx.Tx) error {
		lines = nil
		return each(ctx, tx, costSums+query+costOrder, args, func(r pgx.Rows) error {
			var l classify.CostLine
			t := &l.Tokens
			err := r.Scan(&l.RunID, &l.Stage, &l.Provider, &l.Model, &l.Server, &l.Outcome, &l.Batch, &l.Calls, &l.Questions,
				&t.Input, &t.Cached, &t.CacheWrite, &t.Output, &t.Reasoning, &l.USD, &l.Unpriced, &l.Latency)
			lines = append(lines, l)
			return err
		})
	})
	return lines, err
}

// CallsUnderWay returns how many calls may have been under way when a run was
// killed.
func (s *Store) CallsUnderWay(ctx context.Context, runID int64) (n int, err error) {
	err = s.read(ctx, "read the models' calls in store", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT coalesce(max(in_flight), 0) FROM
			(SELECT in_flight FROM model_calls WHERE run_id = $1 ORDER BY call_no DESC LIMIT 100) u`, runID).Scan(&n)
	})
	return n, err
}
