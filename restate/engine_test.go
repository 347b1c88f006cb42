package restate_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"classify"
	"classify/progress"
	"classify/restate"
)

func TestAServiceThatSavesElsewhereIsNoticed(t *testing.T) {
	t.Parallel()
	store := open(t)
	server, _ := served(t, restate.Config{Store: open(t), Stages: passing{&attempts{}}, LogicVersion: "logic"})
	run, _ := taken(t, store, 2)
	e := &restate.Engine{Store: store, Nodes: []string{server.Ingress}, LogicVersion: "logic", Progress: &progress.Counts{}}
	err := e.Run(t.Context(), run, classify.Selection{Mode: classify.ModeForce})
	if err == nil || !strings.Contains(classify.Hint(err), "--store") {
		t.Errorf("%v, hint %q", err, classify.Hint(err))
	}
}

func TestNodesThatDoNotAnswerAreLeftOut(t *testing.T) {
	t.Parallel()
	store := open(t)
	server, _ := served(t, restate.Config{Store: store, Stages: passing{&attempts{}}, LogicVersion: "logic"})
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	run, _ := taken(t, store, 60)
	counts := &progress.Counts{}
	e := &restate.Engine{Store: store, Nodes: []string{gone.URL, server.Ingress}, LogicVersion: "logic", Progress: counts, Batch: 2, InFlight: 7}
	failed := 0
	e.Observe = func(ev restate.Event) {
		if ev.Failed != nil {
			failed++
		}
	}
	if err := e.Run(t.Context(), run, classify.Selection{Mode: classify.ModeForce}); err != nil {
		t.Fatal(err)
	}
	states := e.States()
	if counts.Snapshot().Done() != 60 || states[0].Indicators != 0 || !states[0].Down || states[0].Errors == 0 || states[1].Indicators != 60 || failed == 0 {
		t.Errorf("%d done, %d failures told, %+v", counts.Snapshot().Done(), failed, states)
	}
}

func TestAddressesThatAreNoneAreNamed(t *testing.T) {
	t.Parallel()
	for _, node := range []string{"", "127.0.0.1:8080", "http//127.0.0.1:8080", "http://127.0.0.1:8080/restate", "http://me:secret@127.0.0.1:8080"} {
		_, err := restate.Ask(t.Context(), []string{node}, func(string, error) {})
		var invalid *classify.InvalidInputError
		if !errors.As(err, &invalid) || classify.Hint(err) == "" || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", node, err)
		}
	}
	_, err := restate.Ask(t.Context(), []string{"http://127.0.0.1:1"}, func(string, error) {})
	if err == nil || !strings.Contains(classify.Hint(err), "cluster") {
		t.Errorf("%v", err)
	}
}
