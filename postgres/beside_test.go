package postgres_test

import (
	"testing"

	"golang.org/x/sync/errgroup"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

// What one process takes in, another imports a series for, a third one labels,
// and a fourth one computes the hashes of, all at once: every hash has to be that
// of what stands there in the end.
func TestHashesAreThoseOfTheInputWhateverIsWrittenAtOnce(t *testing.T) {
	t.Parallel()
	const n, portion = 400, 20
	url := postgrestest.Database(t)
	s := open(t, url, postgres.Options{})
	run, err := s.StartRun(t.Context(), classify.Run{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	var work errgroup.Group
	portions := func(do func(s *postgres.Store, from int) error) {
		other := open(t, url, postgres.Options{})
		work.Go(func() error {
			for from := 0; from < n; from += portion {
				if err := do(other, from); err != nil {
					return err
				}
			}
			return nil
		})
	}
	portions(func(s *postgres.Store, from int) error {
		_, err := s.Take(t.Context(), run, storetest.Catalogue(from, from+portion))
		return err
	})
	portions(func(s *postgres.Store, from int) error {
		_, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "a.csv", Upsert: true}, func(yield func(classify.SeriesPoint, error) bool) {
			for i := range portion {
				p := classify.SeriesPoint{DatedValue: classify.DatedValue{IndicatorID: storetest.Indicator(from + i).ID, Observation: classify.Observation{Date: "2030", Value: 1}}}
				if !yield(p, nil) {
					return
				}
			}
		}, nil)
		return err
	})
	portions(func(s *postgres.Store, from int) error {
		var labels []classify.Override
		for i := range portion {
			labels = append(labels, classify.Override{IndicatorID: storetest.Indicator(from + i).ID, Field: "per", Value: "capita"})
		}
		_, err := s.SetOverrides(t.Context(), labels)
		return err
	})
	portions(func(s *postgres.Store, _ int) error {
		_, err := s.Plan(t.Context(), run, classify.Selection{})
		return err
	})
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	hashes := map[string]string{}
	for w, err := range s.Todo(t.Context(), run, classify.Selection{Mode: classify.ModeForce}) {
		if err != nil {
			t.Fatal(err)
		}
		hashes[w.ID] = w.Hash
	}
	for i := range n {
		ind, err := s.Indicator(t.Context(), storetest.Indicator(i).ID)
		if err != nil {
			t.Fatal(err)
		}
		if last := ind.Values[len(ind.Values)-1]; last.Date != "2030" || len(ind.Overrides) != 1 {
			t.Fatalf("%s has %v and the labels %v", ind.ID, last, ind.Overrides)
		}
		if hashes[ind.ID] != ind.InputHash() {
			t.Errorf("%s has the hash %s and not %s", ind.ID, hashes[ind.ID], ind.InputHash())
		}
	}
	if found, err := s.Check(t.Context()); err != nil || len(found) > 0 {
		t.Error(found, err)
	}
}
