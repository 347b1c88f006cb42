package postgres_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

// unstorable is a text that PostgreSQL refuses: a server may send it in any of
// its names and reasons.
const unstorable = "a\x00b\xff"

func TestWhatAServerSendsOfABatchIsStoredWhateverItsBytes(t *testing.T) {
	t.Parallel()
	s := open(t, postgrestest.Database(t), postgres.Options{})
	b := classify.Batch{ID: "batch" + unstorable, Provider: unstorable, Model: unstorable, Server: unstorable, Prompt: unstorable, Stage: classify.StageFamily, State: classify.BatchIntent,
		Items: []classify.BatchItem{{Key: "key" + unstorable, Question: []byte("\"q\xff\""), Rejected: unstorable, Reason: unstorable}}}
	if err := s.SaveBatch(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	b.State, b.RemoteID, b.Error = classify.BatchSubmitted, "remote"+unstorable, unstorable
	if err := s.SaveBatch(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	stored, err := s.Batches(t.Context(), classify.BatchSubmitted)
	if err != nil || len(stored) != 1 || stored[0].RemoteID != "remoteab\uFFFD" || stored[0].Model != "ab\uFFFD" {
		t.Fatalf("%+v, %v", stored, err)
	}
	items, err := s.BatchItems(t.Context(), b.ID)
	if err != nil || len(items) != 1 || items[0].Key != "keyab\uFFFD" || string(items[0].Question) != "\"q\uFFFD\"" {
		t.Fatalf("%+v, %v", items, err)
	}
	c := storetest.Call(0, 1)
	c.Reported, c.RequestID, c.Error, c.Batch = unstorable, unstorable, unstorable, b.ID
	b.State = classify.BatchCollected
	if err := s.CollectBatch(t.Context(), b, []classify.Call{c}, nil); err != nil {
		t.Fatal(err)
	}
	if lines, err := s.Costs(t.Context(), 0); err != nil || len(lines) != 1 || lines[0].Calls != 1 || !lines[0].Batch {
		t.Errorf("%+v, %v", lines, err)
	}
}

func TestAClaimIsHeldUnderAKeyOfAnyBytes(t *testing.T) {
	t.Parallel()
	s := open(t, postgrestest.Database(t), postgres.Options{})
	claim := func(owner string) bool {
		own, err := s.ClaimQuestion(t.Context(), unstorable, owner, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return own
	}
	if !claim("one"+unstorable) || claim("two") {
		t.Fatal("it is not held by the first alone")
	}
	if err := s.ReleaseQuestion(t.Context(), unstorable, "one"+unstorable); err != nil {
		t.Fatal(err)
	}
	if !claim("two") {
		t.Error("it is held after it was given back")
	}
}

func TestCostsCanBeReadWhateverAServerClaimsToHaveUsed(t *testing.T) {
	t.Parallel()
	s := open(t, postgrestest.Database(t), postgres.Options{})
	for range 2 {
		c := storetest.Call(1, 1)
		c.Tokens = classify.Tokens{Input: math.MaxInt, Cached: math.MaxInt, CacheWrite: math.MaxInt, Output: math.MaxInt, Reasoning: math.MaxInt}
		c.USD, c.Latency = math.MaxFloat64/2, math.MaxInt64
		if err := s.RecordCall(t.Context(), c, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.RecordCall(t.Context(), storetest.Call(2, 1), nil); err != nil {
		t.Fatal(err)
	}
	lines, err := s.Costs(t.Context(), 0)
	if err != nil || len(lines) != 2 {
		t.Fatalf("%+v, %v", lines, err)
	}
	if most := lines[0]; most.Tokens.Input != math.MaxInt || most.Tokens.Reasoning != math.MaxInt || most.Latency != math.MaxInt64 || most.USD < 1e307 {
		t.Errorf("%+v", most)
	}
	if lines[1].Tokens != storetest.Call(2, 1).Tokens {
		t.Errorf("%+v", lines[1])
	}
}

func TestAnAnswerOfDeepJSONIsRecordedWithItsCall(t *testing.T) {
	t.Parallel()
	s := open(t, postgrestest.Database(t), postgres.Options{})
	a := storetest.CachedAnswer(0, 1)
	a.Answer = []byte(strings.Repeat("[", 9000) + strings.Repeat("]", 9000))
	if err := s.RecordCall(t.Context(), storetest.Call(0, 1), []classify.CachedAnswer{a}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.CachedAnswer(t.Context(), a.Key); err != nil || string(got.Answer) != string(a.Answer) {
		t.Error(len(got.Answer), err)
	}
}
