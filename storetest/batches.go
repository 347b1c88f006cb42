package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"classify"
)

var batchTests = map[string]func(*testing.T, Opener){
	"a batch comes back with everything that was stored of it": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		want := batch("b-1", 3)
		want.Items[1].Rejected, want.Items[1].Reason = `{"family":"x"}`, "family: \"x\" is not one of …"
		saveBatch(t, s, want)
		same(t, "items", batchItems(t, s, want.ID), want.Items)
		want.Items = nil
		same(t, "batches", batches(t, s), []classify.Batch{want})
	},
	"saving a batch again replaces its state alone": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		want := batch("b-1", 2)
		saveBatch(t, s, want)
		items := want.Items
		again := classify.Batch{ID: want.ID, RunID: 9, State: classify.BatchFailed, RemoteID: "remote-1", UpdatedAt: modelTime.Add(time.Minute),
			Error: "it expired", Items: batch("b-2", 5).Items}
		saveBatch(t, s, again)
		want.State, want.RemoteID, want.UpdatedAt, want.Error, want.Items = again.State, again.RemoteID, again.UpdatedAt, again.Error, nil
		same(t, "batches", batches(t, s), []classify.Batch{want})
		same(t, "items", batchItems(t, s, want.ID), items)
		again.State, again.Error, again.Items = classify.BatchSubmitted, "", nil
		saveBatch(t, s, again)
		want.State, want.Error = again.State, ""
		same(t, "without items", batches(t, s), []classify.Batch{want})
		same(t, "items", batchItems(t, s, want.ID), items)
	},
	"batches come oldest first, those in the states that were asked for": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		all := []classify.BatchState{classify.BatchIntent, classify.BatchSubmitted, classify.BatchCollected, classify.BatchFailed,
			classify.BatchAmbiguous, classify.BatchAbandoned}
		for i, state := range all {
			b := batch(fmt.Sprintf("b-%d", 9-i), 1)
			b.State, b.CreatedAt = state, modelTime.Add(time.Duration(i)*time.Second)
			saveBatch(t, s, b)
		}
		first := batch("b-9", 0) // one whose state is replaced keeps its place
		first.State = classify.BatchAmbiguous
		saveBatch(t, s, first)
		for name, row := range map[string]struct {
			states []classify.BatchState
			want   []string
		}{
			"all":        {nil, []string{"b-9", "b-8", "b-7", "b-6", "b-5", "b-4"}},
			"one state":  {[]classify.BatchState{classify.BatchAmbiguous}, []string{"b-9", "b-5"}},
			"two states": {[]classify.BatchState{classify.BatchAbandoned, classify.BatchSubmitted}, []string{"b-8", "b-4"}},
			"none there": {[]classify.BatchState{classify.BatchIntent}, nil},
		} {
			var got []string
			for _, b := range batches(t, s, row.states...) {
				got = append(got, b.ID)
				same(t, "items", len(b.Items), 0)
			}
			same(t, name, got, row.want)
		}
	},
	"a batch that is not there is not found": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		if _, err := s.BatchItems(t.Context(), "b-1"); !errors.Is(err, classify.ErrNotFound) {
			t.Errorf("its items: %v", err)
		}
		if err := s.SaveBatchAnswers(t.Context(), "b-1", []classify.BatchAnswer{batchAnswer("k", "{}")}); !errors.Is(err, classify.ErrNotFound) {
			t.Errorf("its answers: %v", err)
		}
		noBatchAnswer(t, s, "k")
	},
	"a batch without an id, and one with an item that no answer can be found for, is refused": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		noID, noKey, cut := batch("", 1), batch("b", 2), batch("b", 2)
		noKey.Items[1].Key = ""
		cut.Items[1].Question = json.RawMessage(`{"con`)
		for name, b := range map[string]classify.Batch{"no id": noID, "no key": noKey, "a question cut short": cut} {
			if err := s.SaveBatch(t.Context(), b); !isInvalid(err) {
				t.Errorf("%s: %v", name, err)
			}
		}
		same(t, "batches", batches(t, s), []classify.Batch(nil))
	},
	"answers mark their batch collected": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		b, other := batch("b-1", 2), batch("b-2", 2)
		b.Error = "a poll failed"
		saveBatch(t, s, b)
		saveBatch(t, s, other)
		check(t, s.SaveBatchAnswers(t.Context(), b.ID, nil))
		same(t, "states", states(t, s), map[string]classify.BatchState{"b-1": classify.BatchCollected, "b-2": classify.BatchIntent})
		same(t, "error", batches(t, s)[0].Error, "")
	},
	"an answer of a batch is taken once": takeOnce,
	"answers of a batch that is collected are not stored again": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		b := batch("b-1", 2)
		saveBatch(t, s, b)
		one, two := batchAnswer(b.Items[0].Key, "1"), batchAnswer(b.Items[1].Key, "2")
		check(t, s.SaveBatchAnswers(t.Context(), b.ID, []classify.BatchAnswer{one, two}))
		takeBatchAnswer(t, s, one.Key)
		check(t, s.SaveBatchAnswers(t.Context(), b.ID, []classify.BatchAnswer{one, two}))
		noBatchAnswer(t, s, one.Key)
		same(t, "the other", takeBatchAnswer(t, s, two.Key), two)
		noBatchAnswer(t, s, two.Key)
	},
	"two batches may bring an answer for one key": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		first, second := batchAnswer("k", "first"), batchAnswer("k", "second")
		second.Repaired = false
		for id, a := range map[string]classify.BatchAnswer{"b-1": first, "b-2": second} {
			saveBatch(t, s, batch(id, 1))
			check(t, s.SaveBatchAnswers(t.Context(), id, []classify.BatchAnswer{a}))
		}
		taken := map[string]classify.BatchAnswer{}
		for range 2 {
			a := takeBatchAnswer(t, s, "k")
			taken[a.Text] = a
		}
		same(t, "taken", taken, map[string]classify.BatchAnswer{"first": first, "second": second})
		noBatchAnswer(t, s, "k")
	},
}

// takeOnce lets several callers take the same answers.
func takeOnce(t *testing.T, open Opener) {
	s := open(t, Options{})
	const n = 40
	b := batch("b-1", n)
	saveBatch(t, s, b)
	var answers []classify.BatchAnswer
	for _, it := range b.Items {
		answers = append(answers, batchAnswer(it.Key, "an answer, \"not\" validated: {"))
	}
	check(t, s.SaveBatchAnswers(t.Context(), b.ID, answers))
	other := open(t, Options{})
	var taken, missed atomic.Int64
	var work errgroup.Group
	for caller := range 4 {
		from := s
		if caller == 3 {
			from = other
		}
		for i := range n {
			work.Go(func() error {
				a, err := from.TakeBatchAnswer(t.Context(), answers[i].Key)
				switch {
				case errors.Is(err, classify.ErrNotFound):
					missed.Add(1)
					return nil
				case err != nil:
					return err
				}
				taken.Add(1)
				same(t, "answer", a, answers[i])
				return nil
			})
		}
	}
	check(t, work.Wait())
	same(t, "taken", taken.Load(), int64(n))
	same(t, "not there any more", missed.Load(), int64(3*n))
	noBatchAnswer(t, s, answers[0].Key)
}

// batch is one with n items, with every field set.
func batch(id string, n int) classify.Batch {
	b := classify.Batch{ID: id, RunID: 3, Provider: "openai", Model: "gpt-x", Stage: classify.StageFamily, State: classify.BatchIntent,
		CreatedAt: modelTime, UpdatedAt: modelTime.Add(time.Second), Count: n}
	for i := range n {
		b.Items = append(b.Items, classify.BatchItem{Key: fmt.Sprintf("%s.%03d", id, n-i), Question: json.RawMessage(fmt.Sprintf(`{"concept":"%d"}`, i))})
	}
	return b
}

// batchAnswer is one with every field set.
func batchAnswer(key, text string) classify.BatchAnswer {
	call := Call(3, 1)
	call.Batch = "b-1"
	return classify.BatchAnswer{Key: key, Reported: "gpt-x-2024", Text: text, Repaired: true, Call: call}
}

func saveBatch(t *testing.T, s classify.Store, b classify.Batch) {
	t.Helper()
	check(t, s.SaveBatch(t.Context(), b))
}

func batches(t *testing.T, s classify.Store, states ...classify.BatchState) []classify.Batch {
	t.Helper()
	all, err := s.Batches(t.Context(), states...)
	check(t, err)
	return all
}

func states(t *testing.T, s classify.Store) map[string]classify.BatchState {
	t.Helper()
	all := map[string]classify.BatchState{}
	for _, b := range batches(t, s) {
		all[b.ID] = b.State
	}
	return all
}

func batchItems(t *testing.T, s classify.Store, id string) []classify.BatchItem {
	t.Helper()
	items, err := s.BatchItems(t.Context(), id)
	check(t, err)
	return items
}

func takeBatchAnswer(t *testing.T, s classify.Store, key string) classify.BatchAnswer {
	t.Helper()
	a, err := s.TakeBatchAnswer(t.Context(), key)
	check(t, err)
	return a
}

func noBatchAnswer(t *testing.T, s classify.Store, key string) {
	t.Helper()
	if a, err := s.TakeBatchAnswer(t.Context(), key); !errors.Is(err, classify.ErrNotFound) {
		t.Errorf("there is an answer for %q: %+v, %v", key, a, err)
	}
}
