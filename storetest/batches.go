package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

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
		if err := s.CollectBatch(t.Context(), batch("b-1", 1), []classify.Call{Call(3, 1)}, []classify.CachedAnswer{CachedAnswer(1, 1)}); !errors.Is(err, classify.ErrNotFound) {
			t.Errorf("its answers: %v", err)
		}
		same(t, "calls", costs(t, s, 3), []classify.CostLine(nil))
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
	"what a batch brought is stored with its state, once": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		b, other := batch("b-1", 2), batch("b-2", 2)
		b.Error = "a look failed"
		saveBatch(t, s, b)
		saveBatch(t, s, other)
		b.State = classify.BatchCollected
		call := Call(3, 1)
		call.Batch = b.ID
		for range 2 {
			check(t, s.CollectBatch(t.Context(), b, []classify.Call{call, call}, []classify.CachedAnswer{CachedAnswer(1, 1)}))
		}
		same(t, "states", states(t, s), map[string]classify.BatchState{"b-1": classify.BatchCollected, "b-2": classify.BatchIntent})
		same(t, "error", batches(t, s)[0].Error, "")
		same(t, "calls", costs(t, s, 3)[0].Calls, 2)
		same(t, "in a batch", costs(t, s, 3)[0].Batch, true)
		same(t, "answer", cached(t, s, CachedAnswer(1, 1).Key), CachedAnswer(1, 1))
	},
	"an answer of a batch that cannot be one spoils nothing else": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		b := batch("b-1", 1)
		saveBatch(t, s, b)
		bad := CachedAnswer(1, 1)
		bad.Answer = json.RawMessage("{")
		b.State = classify.BatchCollected
		if err := s.CollectBatch(t.Context(), b, []classify.Call{Call(3, 1)}, []classify.CachedAnswer{bad}); !isInvalid(err) {
			t.Errorf("error %v", err)
		}
		same(t, "state", states(t, s), map[string]classify.BatchState{"b-1": classify.BatchIntent})
		same(t, "calls", costs(t, s, 3), []classify.CostLine(nil))
	},
}

// batch is one with n items, with every field set.
func batch(id string, n int) classify.Batch {
	b := classify.Batch{ID: id, RunID: 3, Provider: "openai", Model: "gpt-x", Server: modelServer, Stage: classify.StageFamily, Prompt: "family-1", State: classify.BatchIntent,
		CreatedAt: modelTime, UpdatedAt: modelTime.Add(time.Second), Count: n}
	for i := range n {
		b.Items = append(b.Items, classify.BatchItem{Key: fmt.Sprintf("%s.%03d", id, n-i), Question: json.RawMessage(fmt.Sprintf(`{"concept":"%d"}`, i))})
	}
	return b
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
