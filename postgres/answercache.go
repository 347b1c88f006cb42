package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

const cachedColumns = "answer_key, stage, provider, model, reported_model, prompt_version, params, question, answer, answered_at, run_id, server"

// insertCached adds the answers whose keys are not stored, and returns how many
// these were. Of the same key twice the first is kept.
func insertCached(ctx context.Context, tx pgx.Tx, answers []classify.CachedAnswer) (added int, err error) {
	if len(answers) == 0 {
		return 0, nil
	}
	texts := func(of func(*classify.CachedAnswer) string) []string {
		list := make([]string, len(answers))
		for i := range answers {
			list[i] = clean(of(&answers[i]))
		}
		return list
	}
	at, runs := make([]time.Time, len(answers)), make([]int64, len(answers))
	for i := range answers {
		at[i], runs[i] = answers[i].At.UTC(), answers[i].RunID
	}
	return exec(ctx, tx, `INSERT INTO answer_cache (`+cachedColumns+`)
		SELECT DISTINCT ON (key) key, stage, provider, model, nullif(reported, ''), nullif(prompt, ''), nullif(params, ''), question::json, answer::json, at, nullif(run, 0), nullif(server, '')
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::bigint[], $12::text[])
			WITH ORDINALITY AS u(key, stage, provider, model, reported, prompt, params, question, answer, at, run, server, n)
		ORDER BY key, n ON CONFLICT (answer_key) DO NOTHING`,
		texts(func(a *classify.CachedAnswer) string { return a.Key }), texts(func(a *classify.CachedAnswer) string { return string(a.Stage) }),
		texts(func(a *classify.CachedAnswer) string { return a.Provider }), texts(func(a *classify.CachedAnswer) string { return a.Model }),
		texts(func(a *classify.CachedAnswer) string { return a.Reported }), texts(func(a *classify.CachedAnswer) string { return a.Prompt }),
		texts(func(a *classify.CachedAnswer) string { return a.Params }), texts(func(a *classify.CachedAnswer) string { return string(a.Question) }),
		texts(func(a *classify.CachedAnswer) string { return string(a.Answer) }), at, runs,
		texts(func(a *classify.CachedAnswer) string { return a.Server }))
}

func scanCached(r pgx.Rows) (a classify.CachedAnswer, err error) {
	var reported, prompt, params, server text
	var question, answer []byte
	var at timestamp
	var run *int64
	err = r.Scan(&a.Key, &a.Stage, &a.Provider, &a.Model, &reported, &prompt, &params, &question, &answer, &at, &run, &server)
	a.Reported, a.Prompt, a.Params, a.Server = string(reported), string(prompt), string(params), string(server)
	a.Question, a.Answer, a.At, a.RunID = json.RawMessage(question), json.RawMessage(answer), at.Time, or(run)
	return a, err
}

// CachedAnswer returns the answer that is stored under a key, or
// classify.ErrNotFound.
func (s *Store) CachedAnswer(ctx context.Context, key string) (a classify.CachedAnswer, err error) {
	err = s.read(ctx, "read the answer cache of store", func(tx pgx.Tx) error {
		found := false
		err := each(ctx, tx, "SELECT "+cachedColumns+" FROM answer_cache WHERE answer_key = $1", []any{clean(key)}, func(r pgx.Rows) (err error) {
			found = true
			a, err = scanCached(r)
			return err
		})
		if err == nil && !found {
			return errNotCached
		}
		return err
	})
	return a, err
}

// errNotCached is made once: most questions of a first run meet it.
var errNotCached = fmt.Errorf("answer: %w", classify.ErrNotFound)

// cacheFilter translates a filter; the key comes after another one.
func cacheFilter(f classify.CacheFilter, after string) clause {
	all := []clause{{text: "answer_key > $?", args: []any{after}}}
	for _, c := range []struct{ column, value string }{{"stage", string(f.Stage)}, {"model", f.Model}, {"server", f.Server}, {"prompt_version", f.Prompt}} {
		if c.value != "" {
			all = append(all, clause{text: c.column + " = $?", args: []any{clean(c.value)}})
		}
	}
	if !f.Before.IsZero() {
		all = append(all, clause{text: "answered_at < $?", args: []any{f.Before.UTC()}})
	}
	return join(all)
}

// cachedRows is how many answers a page has: some kilobytes each.
const cachedRows = 500

// CachedAnswers yields the answers that a filter selects, ordered by key. It
// reads page by page and holds nothing while the caller works: an answer that is
// added or taken away meanwhile may or may not come.
func (s *Store) CachedAnswers(ctx context.Context, f classify.CacheFilter) iter.Seq2[classify.CachedAnswer, error] {
	return func(yield func(classify.CachedAnswer, error) bool) {
		for after := ""; ; {
			var page []classify.CachedAnswer
			where := cacheFilter(f, after)
			err := s.read(ctx, "read the answer cache of store", func(tx pgx.Tx) error {
				page = nil
				query := numbered("SELECT " + cachedColumns + " FROM answer_cache WHERE " + where.text + " ORDER BY answer_key LIMIT $?")
				return each(ctx, tx, query, append(where.args, cachedRows), func(r pgx.Rows) error {
					a, err := scanCached(r)
					page = append(page, a)
					return err
				})
			})
			if err != nil {
				yield(classify.CachedAnswer{}, err)
				return
			}
			for i := range page {
				if !yield(page[i], nil) {
					return
				}
			}
			if len(page) < cachedRows {
				return
			}
			after = page[len(page)-1].Key
		}
	}
}

// CacheStats counts the cached answers by stage, provider, model, server and
// prompt version, sorted by these.
func (s *Store) CacheStats(ctx context.Context) (stats []classify.CacheStat, err error) {
	err = s.read(ctx, "count the answer cache of store", func(tx pgx.Tx) error {
		stats = nil
		return each(ctx, tx, `SELECT * FROM (SELECT stage COLLATE "C" AS stage, provider COLLATE "C" AS provider, model COLLATE "C" AS model, coalesce(server, '') COLLATE "C" AS server,
				coalesce(prompt_version, '') COLLATE "C" AS prompt, count(*), sum(octet_length(question::text) + octet_length(answer::text))::bigint, min(answered_at), max(answered_at)
			FROM answer_cache GROUP BY 1, 2, 3, 4, 5) u ORDER BY stage, provider, model, server, prompt`, nil, func(r pgx.Rows) error {
			var k classify.CacheStat
			var oldest, newest timestamp
			err := r.Scan(&k.Stage, &k.Provider, &k.Model, &k.Server, &k.Prompt, &k.Answers, &k.Bytes, &oldest, &newest)
			k.Oldest, k.Newest = oldest.Time, newest.Time
			stats = append(stats, k)
			return err
		})
	})
	return stats, err
}

// ImportAnswers adds the answers whose keys are not stored yet, all in one
// transaction, and returns how many these were. They belong to no run of this
// store, whatever their RunID. One without a key, or that is not JSON, is a
// *classify.InvalidInputError, and nothing is stored.
func (s *Store) ImportAnswers(ctx context.Context, answers []classify.CachedAnswer) (added int, err error) {
	if err := tables.CheckCached(answers); err != nil {
		return 0, err
	}
	own := make([]classify.CachedAnswer, len(answers))
	for i := range answers {
		own[i] = answers[i]
		own[i].RunID = 0
	}
	err = s.write(ctx, "import answers into store", func(tx pgx.Tx) error {
		added, err = insertCached(ctx, tx, own)
		return err
	})
	return added, err
}

// clearRows is how many answers one transaction takes away.
const clearRows = 2000

// ClearAnswers takes away the answers that a filter selects, and returns how
// many these were. It does so in portions; when it fails in the middle, removed
// says how many are gone.
func (s *Store) ClearAnswers(ctx context.Context, f classify.CacheFilter) (removed int, err error) {
	where := cacheFilter(f, "")
	query := numbered("DELETE FROM answer_cache WHERE answer_key IN (SELECT answer_key FROM answer_cache WHERE " +
		strings.TrimPrefix(where.text, "TRUE AND ") + " ORDER BY answer_key LIMIT $?)")
	for {
		n := 0
		err := s.write(ctx, "clear the answer cache of store", func(tx pgx.Tx) (err error) {
			n, err = exec(ctx, tx, query, append(where.args, clearRows)...)
			return err
		})
		if removed += n; err != nil || n < clearRows {
			return removed, err
		}
	}
}
