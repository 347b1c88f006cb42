package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"classify"
)

var answerCacheTests = map[string]func(*testing.T, Opener){
	"an answer that is not cached is not found": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		record(t, s, Call(1, 1), CachedAnswer(1, 1))
		for _, key := range []string{"", "nothing", CachedAnswer(1, 2).Key, CachedAnswer(1, 1).Key[:63]} {
			if a, err := s.CachedAnswer(t.Context(), key); !errors.Is(err, classify.ErrNotFound) {
				t.Errorf("%q: %+v, %v", key, a, err)
			}
		}
	},
	"times come back in UTC, to the microsecond": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		a := CachedAnswer(1, 1)
		a.At = time.Date(2024, 3, 1, 1, 59, 58, 123456789, time.FixedZone("", 2*3600))
		record(t, s, Call(1, 1), a)
		a.At = modelTime
		same(t, "answer", cached(t, s, a.Key), a)
	},
	"filters select by stage, model, prompt and time, and all of them together": filterAnswers,
	"answers are imported once, and belong to no run": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		record(t, s, Call(1, 1), CachedAnswer(1, 1))
		other := CachedAnswer(9, 1)
		other.Answer = json.RawMessage(`{"family":"another"}`)
		for _, want := range []int{2, 0} {
			added, err := s.ImportAnswers(t.Context(), []classify.CachedAnswer{other, CachedAnswer(9, 2), CachedAnswer(9, 3), CachedAnswer(9, 3)})
			check(t, err)
			same(t, "added", added, want)
		}
		same(t, "answers", cachedAll(t, s, classify.CacheFilter{}), []classify.CachedAnswer{CachedAnswer(1, 1), CachedAnswer(0, 2), CachedAnswer(0, 3)})
		added, err := s.ImportAnswers(t.Context(), nil)
		check(t, err)
		same(t, "nothing added", added, 0)
		same(t, "lines of costs", len(costs(t, s, 0)), 1)
	},
	"answers are counted by stage, provider, model and prompt": countAnswers,
	"answers can be added and cleared while others are read":   iterateAnswers,
	"many answers come by key and are cleared": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		const n = 4300
		var all []classify.CachedAnswer
		for i := range n {
			all = append(all, CachedAnswer(0, i))
		}
		slices.Reverse(all)
		for page := range slices.Chunk(all, 1000) {
			if _, err := s.ImportAnswers(t.Context(), page); err != nil {
				t.Fatal(err)
			}
		}
		slices.Reverse(all)
		same(t, "answers", cachedAll(t, s, classify.CacheFilter{}), all)
		middle := classify.CacheFilter{Before: all[n/2].At}
		same(t, "cleared", clearAnswers(t, s, middle), n/2)
		same(t, "cleared again", clearAnswers(t, s, middle), 0)
		same(t, "left", cachedAll(t, s, classify.CacheFilter{}), all[n/2:])
		same(t, "the rest", clearAnswers(t, s, classify.CacheFilter{}), n-n/2)
		same(t, "left", cachedAll(t, s, classify.CacheFilter{}), []classify.CachedAnswer(nil))
	},
	"an answer that was cleared can be given again": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		record(t, s, Call(1, 1), CachedAnswer(1, 1))
		same(t, "cleared", clearAnswers(t, s, classify.CacheFilter{Stage: classify.StageFamily}), 1)
		record(t, s, Call(2, 1), CachedAnswer(2, 1))
		same(t, "answer", cached(t, s, CachedAnswer(1, 1).Key), CachedAnswer(2, 1))
	},
	"a reader may stop, and an ended context stops it": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		record(t, s, Call(1, 1), CachedAnswer(1, 1), CachedAnswer(1, 2))
		for range s.CachedAnswers(t.Context(), classify.CacheFilter{}) {
			break
		}
		ctx, cancel := contextOf(t)
		cancel()
		var err error
		for _, err = range s.CachedAnswers(ctx, classify.CacheFilter{}) {
			if err == nil {
				t.Error("an answer came")
			}
		}
		if !errors.Is(err, ctx.Err()) {
			t.Errorf("got %v", err)
		}
	},
	"any text comes back as it was":        anyText,
	"hostile texts of a server do no harm": hostileTexts,
	"what is known of a model is replaced": modelTraits,
}

func filterAnswers(t *testing.T, open Opener) {
	s := open(t, Options{})
	var all []classify.CachedAnswer
	for n := range 16 {
		a := CachedAnswer(1, n)
		if n&1 != 0 {
			a.Stage = classify.StageType
		}
		if n&2 != 0 {
			a.Model = "gpt-y"
		}
		if n&4 != 0 {
			a.Prompt = "family-2"
		}
		all = append(all, a)
	}
	record(t, s, Call(1, 1), all...)
	eighth := all[8].At
	for name, row := range map[string]struct {
		filter classify.CacheFilter
		want   []int
	}{
		"nothing":               {classify.CacheFilter{}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}},
		"a stage":               {classify.CacheFilter{Stage: classify.StageType}, []int{1, 3, 5, 7, 9, 11, 13, 15}},
		"a model":               {classify.CacheFilter{Model: "gpt-y"}, []int{2, 3, 6, 7, 10, 11, 14, 15}},
		"a prompt":              {classify.CacheFilter{Prompt: "family-2"}, []int{4, 5, 6, 7, 12, 13, 14, 15}},
		"before":                {classify.CacheFilter{Before: eighth}, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		"before, in other zone": {classify.CacheFilter{Before: eighth.In(time.FixedZone("", -5*3600))}, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		"all of them":           {classify.CacheFilter{Stage: classify.StageType, Model: "gpt-y", Prompt: "family-2", Before: eighth}, []int{7}},
		"a model in other case": {classify.CacheFilter{Model: "GPT-Y"}, nil},
		"a model that none has": {classify.CacheFilter{Model: "gpt-_"}, nil},
	} {
		var want []classify.CachedAnswer
		for _, n := range row.want {
			want = append(want, all[n])
		}
		same(t, name, cachedAll(t, s, row.filter), want)
	}
	same(t, "cleared", clearAnswers(t, s, classify.CacheFilter{Stage: classify.StageType, Before: eighth}), 4)
	left := slices.DeleteFunc(all, func(a classify.CachedAnswer) bool { return a.Stage == classify.StageType && a.At.Before(eighth) })
	same(t, "left", cachedAll(t, s, classify.CacheFilter{}), left)
}

func countAnswers(t *testing.T, open Opener) {
	s := open(t, Options{})
	stats, err := s.CacheStats(t.Context())
	check(t, err)
	same(t, "empty", stats, []classify.CacheStat(nil))
	var want []classify.CacheStat
	n := 0
	for _, kind := range []classify.CacheStat{
		{Stage: classify.StageFamily, Provider: "anthropic", Model: "m", Server: modelServer, Prompt: "1"},
		{Stage: classify.StageFamily, Provider: "openai", Model: "m", Server: modelServer, Prompt: "1"},
		{Stage: classify.StageFamily, Provider: "openai", Model: "m", Server: modelServer, Prompt: "2"},
		{Stage: classify.StageFamily, Provider: "openai", Model: "n", Server: modelServer, Prompt: "1"},
		{Stage: classify.StageType, Provider: "anthropic", Model: "m", Server: modelServer, Prompt: "1"},
	} {
		kind.Answers = 3
		for i := range kind.Answers {
			a := CachedAnswer(1, n)
			a.Stage, a.Provider, a.Model, a.Prompt = kind.Stage, kind.Provider, kind.Model, kind.Prompt
			a.At = modelTime.Add(time.Duration((i+1)%3) * time.Hour)
			kind.Bytes += int64(len(a.Question) + len(a.Answer))
			record(t, s, Call(1, n), a)
			n++
		}
		kind.Oldest, kind.Newest = modelTime, modelTime.Add(2*time.Hour)
		want = append(want, kind)
	}
	stats, err = s.CacheStats(t.Context())
	check(t, err)
	same(t, "stats", stats, want)
}

func iterateAnswers(t *testing.T, open Opener) {
	s := open(t, Options{})
	const n = 1200
	var all []classify.CachedAnswer
	for i := range n {
		all = append(all, CachedAnswer(0, 2*i))
	}
	_, err := s.ImportAnswers(t.Context(), all)
	check(t, err)
	var seen []string
	for a, err := range s.CachedAnswers(t.Context(), classify.CacheFilter{}) {
		check(t, err)
		if len(seen) > 0 && a.Key <= seen[len(seen)-1] {
			t.Fatalf("%s comes behind %s", a.Key, seen[len(seen)-1])
		}
		if i := len(seen); i%100 == 0 {
			record(t, s, Call(1, i), CachedAnswer(1, 2*n+i)) // behind all of them
		}
		seen = append(seen, a.Key)
	}
	if len(seen) < n {
		t.Errorf("%d of %d answers came", len(seen), n)
	}
	removed := 0
	for _, err := range s.CachedAnswers(t.Context(), classify.CacheFilter{}) {
		check(t, err)
		if removed == 0 {
			removed = clearAnswers(t, s, classify.CacheFilter{})
		}
	}
	same(t, "left", cachedAll(t, s, classify.CacheFilter{}), []classify.CachedAnswer(nil))
}

// anyText draws texts of any characters but the zero byte, which is no text to
// every database.
func anyText(t *testing.T, open Opener) {
	s := open(t, Options{})
	n := 0
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r != 0 }), 0, 20, 60)
		quoted := func(name string) json.RawMessage {
			raw, err := json.Marshal(map[string]string{"text": text.Draw(r, name)})
			if err != nil {
				r.Fatal(err)
			}
			return raw
		}
		n++
		a := classify.CachedAnswer{Key: fmt.Sprintf("%064x", n), Stage: classify.StageType, Provider: text.Draw(r, "provider"), Model: text.Draw(r, "model"),
			Reported: text.Draw(r, "reported"), Prompt: text.Draw(r, "prompt"), Params: text.Draw(r, "params"),
			Question: quoted("question"), Answer: quoted("answer"), At: modelTime, RunID: rapid.Int64Range(0, 1<<40).Draw(r, "run")}
		c := Call(a.RunID, n)
		c.Provider, c.Model, c.Error, c.RequestID = a.Provider, a.Model, text.Draw(r, "error"), text.Draw(r, "request")
		if err := s.RecordCall(t.Context(), c, []classify.CachedAnswer{a}); err != nil {
			r.Fatal(err)
		}
		got, err := s.CachedAnswer(t.Context(), a.Key)
		if err != nil {
			r.Fatal(err)
		}
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", a) {
			r.Fatalf("stored %+v, read %+v", a, got)
		}
	})
}

func hostileTexts(t *testing.T, open Opener) {
	s := open(t, Options{})
	for i, text := range []string{"'; DROP TABLE model_calls; --", "zero\x00byte", "no \xff\xfe UTF-8", "\x1b[2J\u202egnp.exe", strings.Repeat("long ", 200_000), "%s%n", "NULL"} {
		c, a := Call(1, i), CachedAnswer(1, i)
		c.Model, c.Reported, c.Error, c.RequestID = text, text, text, text
		a.Reported, a.Model = text, text
		record(t, s, c, a)
		got := cached(t, s, a.Key)
		same(t, "key, question and answer", []string{got.Key, string(got.Question), string(got.Answer)}, []string{a.Key, string(a.Question), string(a.Answer)})
	}
	calls := 0
	for _, line := range costs(t, s, 1) {
		calls += line.Calls
	}
	same(t, "calls", calls, 7)
	same(t, "answers", len(cachedAll(t, s, classify.CacheFilter{})), 7)
	same(t, "none of an injected filter", len(cachedAll(t, s, classify.CacheFilter{Model: "' OR ''='"})), 0)
}

func modelTraits(t *testing.T, open Opener) {
	s := open(t, Options{})
	if _, err := s.ModelTraits(t.Context(), "openai/gpt-x"); !errors.Is(err, classify.ErrNotFound) {
		t.Errorf("of a model that was not seen: %v", err)
	}
	for _, want := range []string{`{"structured":"json_schema","dropped":["temperature"]}`, `{"structured":"text"}`} {
		check(t, s.SaveModelTraits(t.Context(), "openai/gpt-x", json.RawMessage(want)))
		check(t, s.SaveModelTraits(t.Context(), "lmstudio/gpt-x", json.RawMessage(`{}`)))
		got, err := s.ModelTraits(t.Context(), "openai/gpt-x")
		check(t, err)
		same(t, "traits", string(got), want)
	}
	if err := s.SaveModelTraits(t.Context(), "openai/gpt-x", json.RawMessage(`{"structured`)); !isInvalid(err) {
		t.Errorf("traits that are cut short: %v", err)
	}
}

func cached(t *testing.T, s classify.Store, key string) classify.CachedAnswer {
	t.Helper()
	a, err := s.CachedAnswer(t.Context(), key)
	check(t, err)
	return a
}

func cachedAll(t *testing.T, s classify.Store, f classify.CacheFilter) (all []classify.CachedAnswer) {
	t.Helper()
	for a, err := range s.CachedAnswers(t.Context(), f) {
		check(t, err)
		all = append(all, a)
	}
	return all
}

func clearAnswers(t *testing.T, s classify.Store, f classify.CacheFilter) int {
	t.Helper()
	removed, err := s.ClearAnswers(t.Context(), f)
	check(t, err)
	return removed
}
