package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/tables"
)

const cachedColumns = "answer_key, stage, provider, model, reported_model, prompt_version, params, question, answer, answered_at, run_id, server"

// insertAnswer adds an answer unless its key is stored; added says which.
func (m *modelStatements) insertAnswer(a *classify.CachedAnswer) (added bool, err error) {
	st := m.answer
	st.BindText(1, a.Key)
	st.BindText(2, string(a.Stage))
	st.BindText(3, a.Provider)
	st.BindText(4, a.Model)
	bindText(st, 5, a.Reported)
	bindText(st, 6, a.Prompt)
	bindText(st, 7, a.Params)
	st.BindText(8, string(a.Question))
	st.BindText(9, string(a.Answer))
	st.BindText(10, stamp(a.At))
	st.BindInt64(11, a.RunID)
	bindText(st, 12, a.Server)
	return row(st, func() {})
}

func scanCached(st *sqlite.Stmt) classify.CachedAnswer {
	return classify.CachedAnswer{Key: st.ColumnText(0), Stage: classify.Stage(st.ColumnText(1)), Provider: st.ColumnText(2), Model: st.ColumnText(3),
		Reported: st.ColumnText(4), Prompt: st.ColumnText(5), Params: st.ColumnText(6), Question: columnJSON(st, 7), Answer: columnJSON(st, 8),
		At: moment(st.ColumnText(9)), RunID: st.ColumnInt64(10), Server: st.ColumnText(11)}
}

func columnJSON(st *sqlite.Stmt, col int) json.RawMessage {
	b := make([]byte, st.ColumnLen(col))
	st.ColumnBytes(col, b)
	return b
}

// CachedAnswer returns the answer that is stored under a key, or
// classify.ErrNotFound.
func (s *Store) CachedAnswer(ctx context.Context, key string) (a classify.CachedAnswer, err error) {
	err = s.read(ctx, "read the answer cache of store", func(conn *sqlite.Conn) error {
		st, err := conn.Prepare("SELECT " + cachedColumns + " FROM answer_cache WHERE answer_key = ?")
		if err != nil {
			return err
		}
		st.BindText(1, key)
		found, err := row(st, func() { a = scanCached(st) })
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
func cacheFilter(f classify.CacheFilter, after string) (where string, args []any) {
	where, args = "answer_key > ?", []any{after}
	for _, c := range []struct{ column, value string }{{"stage", string(f.Stage)}, {"model", f.Model}, {"server", f.Server}, {"prompt_version", f.Prompt}} {
		if c.value != "" {
			where, args = where+" AND "+c.column+" = ?", append(args, c.value)
		}
	}
	if !f.Before.IsZero() {
		where, args = where+" AND answered_at < ?", append(args, stamp(f.Before))
	}
	return where, args
}

// CachedAnswers yields the answers that a filter selects, ordered by key. It
// reads page by page and holds nothing while the caller works: an answer that
// is added or taken away meanwhile may or may not come.
func (s *Store) CachedAnswers(ctx context.Context, f classify.CacheFilter) iter.Seq2[classify.CachedAnswer, error] {
	return func(yield func(classify.CachedAnswer, error) bool) {
		for after := ""; ; {
			page, err := s.cachedPage(ctx, f, after)
			if err != nil {
				yield(classify.CachedAnswer{}, err)
				return
			}
			for i := range page {
				if !yield(page[i], nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
			after = page[len(page)-1].Key
		}
	}
}

// cachedPage reads the answers behind a key, at most pageRows or about
// pageBytes; none are the end.
func (s *Store) cachedPage(ctx context.Context, f classify.CacheFilter, after string) (page []classify.CachedAnswer, err error) {
	where, args := cacheFilter(f, after)
	err = s.read(ctx, "read the answer cache of store", func(conn *sqlite.Conn) error {
		st, err := conn.Prepare("SELECT " + cachedColumns + " FROM answer_cache WHERE " + where + " ORDER BY answer_key")
		if err != nil {
			return err
		}
		if err := bindAll(st, args); err != nil {
			return err
		}
		for bytes := 0; len(page) < pageRows && bytes < pageBytes; {
			found, err := st.Step()
			if err != nil {
				return err
			}
			if !found {
				break
			}
			a := scanCached(st)
			page, bytes = append(page, a), bytes+len(a.Question)+len(a.Answer)
		}
		return st.Reset()
	})
	return page, err
}

// CacheStats counts the cached answers by stage, provider, model, server and
// prompt version, sorted by these.
func (s *Store) CacheStats(ctx context.Context) (stats []classify.CacheStat, err error) {
	kinds := map[[5]string]*classify.CacheStat{}
	err = s.read(ctx, "count the answer cache of store", func(conn *sqlite.Conn) error {
		return sqlitex.Execute(conn, "SELECT stage, provider, model, prompt_version, octet_length(question) + octet_length(answer), answered_at, server FROM answer_cache",
			&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
				countCached(kinds, st)
				return nil
			}})
	})
	if err != nil {
		return nil, err
	}
	for _, k := range kinds {
		stats = append(stats, *k)
	}
	slices.SortFunc(stats, func(a, b classify.CacheStat) int {
		return cmp.Or(strings.Compare(string(a.Stage), string(b.Stage)), strings.Compare(a.Provider, b.Provider),
			strings.Compare(a.Model, b.Model), strings.Compare(a.Server, b.Server), strings.Compare(a.Prompt, b.Prompt))
	})
	return stats, nil
}

func countCached(kinds map[[5]string]*classify.CacheStat, st *sqlite.Stmt) {
	key := [5]string{st.ColumnText(0), st.ColumnText(1), st.ColumnText(2), st.ColumnText(3), st.ColumnText(6)}
	at := moment(st.ColumnText(5))
	k := kinds[key]
	if k == nil {
		k = &classify.CacheStat{Stage: classify.Stage(key[0]), Provider: key[1], Model: key[2], Prompt: key[3], Server: key[4], Oldest: at, Newest: at}
		kinds[key] = k
	}
	k.Answers++
	k.Bytes += st.ColumnInt64(4)
	if at.Before(k.Oldest) {
		k.Oldest = at
	}
	if at.After(k.Newest) {
		k.Newest = at
	}
}

// ImportAnswers adds the answers whose keys are not stored yet, all in one
// transaction, and returns how many these were. They belong to no run of this
// store, whatever their RunID. One without a key, or that is not JSON, is a
// *classify.InvalidInputError, and nothing is stored.
func (s *Store) ImportAnswers(ctx context.Context, answers []classify.CachedAnswer) (added int, err error) {
	if err := tables.CheckCached(answers); err != nil {
		return 0, err
	}
	err = s.write(ctx, func(w *writer) error {
		added = 0
		for i := range answers {
			a := answers[i]
			a.RunID = 0
			fresh, err := w.models.insertAnswer(&a)
			if err != nil {
				return err
			}
			if fresh {
				added++
			}
		}
		return nil
	})
	if err != nil {
		return 0, fault("import answers into store", s.path, err)
	}
	return added, nil
}

// ClearAnswers takes away the answers that a filter selects, and returns how
// many these were. It does so in portions, so that a run that writes to the
// same store goes on; when it fails in the middle, removed says how many are
// gone.
func (s *Store) ClearAnswers(ctx context.Context, f classify.CacheFilter) (removed int, err error) {
	for after := ""; ; {
		var keys []string
		err := s.write(ctx, func(w *writer) error {
			keys, err = w.clearPage(f, after)
			return err
		})
		if err != nil {
			return removed, fault("clear the answer cache of store", s.path, err)
		}
		removed += len(keys)
		if len(keys) < clearRows {
			return removed, nil
		}
		after = keys[len(keys)-1]
	}
}

// clearRows is how many answers one transaction takes away.
const clearRows = 2000

func (w *writer) clearPage(f classify.CacheFilter, after string) (keys []string, err error) {
	where, args := cacheFilter(f, after)
	err = sqlitex.Execute(w.conn, "SELECT answer_key FROM answer_cache WHERE "+where+" ORDER BY answer_key LIMIT ?", &sqlitex.ExecOptions{
		Args: append(args, clearRows), ResultFunc: func(st *sqlite.Stmt) error {
			keys = append(keys, st.ColumnText(0))
			return nil
		}})
	if err != nil {
		return nil, err
	}
	for _, key := range keys {
		if err := w.execute("DELETE FROM answer_cache WHERE answer_key = ?", key); err != nil {
			return nil, err
		}
	}
	return keys, nil
}
