package postgres

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/storetest"
	"classify/tables"
)

// After a crash the server gives the number of a transaction that it forgot to
// another one: that this one was committed says nothing about the first.
func TestTheNumberOfAnotherTransactionIsNoCommit(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), postgrestest.Database(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	run, err := s.StartRun(t.Context(), classify.Run{})
	if err != nil {
		t.Fatal(err)
	}
	// store commits an answer and tells its attempt.
	store := func(n int) attempt {
		t.Helper()
		a, err := tables.NewAnswer(run, storetest.Answer(storetest.Indicator(n)))
		if err != nil {
			t.Fatal(err)
		}
		made := attempt{of: a}
		err = s.write(t.Context(), "save", func(tx pgx.Tx) error {
			at, err := s.holds(t.Context(), tx, run)
			if err != nil {
				return err
			}
			a.At = at
			made.number, err = s.storeAnswers(t.Context(), tx, []*tables.Answer{a}, nil, at)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	first, second := store(1), store(2)
	lost := attempt{number: second.number, of: &tables.Answer{}}
	*lost.of = *first.of
	lost.of.IndicatorID = storetest.Indicator(3).ID
	for name, row := range map[string]struct {
		attempt
		happened bool
	}{
		"one that happened":                {first, true},
		"none":                             {attempt{of: first.of}, false},
		"one whose number another one has": {lost, false},
	} {
		var happened bool
		err := s.read(t.Context(), "look", func(tx pgx.Tx) (err error) {
			happened, err = row.committed(context.WithoutCancel(t.Context()), tx)
			return err
		})
		if err != nil || happened != row.happened {
			t.Errorf("%s: happened %v, %v", name, happened, err)
		}
	}
}
