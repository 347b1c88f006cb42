package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"classify"
)

func roundTrip(t *testing.T, open Opener) {
	s := open(t, Options{})
	run, err := s.StartRun(t.Context(), classify.Run{LogicVersion: "logic-1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Take(t.Context(), run, Catalogue(0, 3)); err != nil {
		t.Fatal(err)
	}
	want := Answer(Indicator(1))
	if err := s.Save(t.Context(), run, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Classification(t.Context(), want.IndicatorID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Classification); diff != "" {
		t.Errorf("saved (-) and read (+):\n%s", diff)
	}
}
