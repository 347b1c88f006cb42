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

// TestStoreOnAnotherServer runs the suite on the oldest PostgreSQL of this
// machine, set to another time zone and other habits of writing.
func TestStoreOnAnotherServer(t *testing.T) {
	t.Parallel()
	found := postgrestest.Installations()
	server := postgrestest.Start(t, postgrestest.Options{Bin: found[len(found)-1].Bin, Settings: map[string]string{
		"timezone": "America/St_Johns", "datestyle": "SQL, DMY", "intervalstyle": "postgres_verbose", "bytea_output": "escape",
		"default_transaction_isolation": "serializable",
	}})
	t.Logf("PostgreSQL %s", server.Version)
	storetest.Run(t, func(t *testing.T) storetest.Opener { return opener(server.Schema(t)) })
}

// TestStoreBehindAPooler runs the suite through PgBouncer, which gives every
// transaction another session.
func TestStoreBehindAPooler(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		return opener(postgrestest.PgBouncer(t, postgrestest.Shared(t).Database(t)))
	})
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
