package postgres_test

import (
	"testing"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		return opener(postgrestest.Database(t))
	})
}

// TestStoreOnOtherVersions runs the suite on every further PostgreSQL of this
// machine.
func TestStoreOnOtherVersions(t *testing.T) {
	t.Parallel()
	found := postgrestest.Installations()
	if len(found) < 2 {
		t.Skip("this machine has one PostgreSQL for the tests")
	}
	for _, other := range found[1:] {
		t.Run(other.Version, func(t *testing.T) {
			t.Parallel()
			server := postgrestest.Start(t, postgrestest.Options{Bin: other.Bin})
			storetest.Run(t, func(t *testing.T) storetest.Opener { return opener(server.Database(t)) })
		})
	}
}

// opener opens the store at an address, again and again.
func opener(url string) storetest.Opener {
	return func(t *testing.T, o storetest.Options) classify.Store {
		t.Helper()
		return open(t, url, postgres.Options{Now: o.Now})
	}
}

func open(t *testing.T, url string, o postgres.Options) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
