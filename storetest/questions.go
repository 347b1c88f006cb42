package storetest

import (
	"testing"
	"time"

	"classify"
)

var questionTests = map[string]func(*testing.T, Opener){
	"a question that nobody asks can be claimed, and claimed again by the same": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		for range 2 {
			own, err := s.ClaimQuestion(t.Context(), "key", "first", time.Minute)
			if err != nil || !own {
				t.Errorf("claimed: %t, %v", own, err)
			}
		}
	},
	"a question that was given back, or never claimed, can be claimed by another": func(t *testing.T, open Opener) {
		s := open(t, Options{})
		claim(t, s, "key", "first")
		for range 2 {
			if err := s.ReleaseQuestion(t.Context(), "key", "first"); err != nil {
				t.Fatal(err)
			}
		}
		claim(t, s, "key", "second")
		claim(t, s, "another key", "first")
	},
	"a claim ends by the clock of the store": func(t *testing.T, open Opener) {
		claim(t, open(t, Options{}), "key", "first")
		claim(t, open(t, Options{Now: in(2 * time.Minute)}), "key", "second")
	},
}

// claim claims a question for a minute, which nobody else may hold.
func claim(t *testing.T, s classify.Store, key, owner string) {
	t.Helper()
	if own, err := s.ClaimQuestion(t.Context(), key, owner, time.Minute); err != nil || !own {
		t.Errorf("%s claimed %s: %t, %v", owner, key, own, err)
	}
}
