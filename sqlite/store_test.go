package sqlite_test

import (
	"path/filepath"
	"testing"

	"classify"
	"classify/sqlite"
	"classify/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Opener {
		path := filepath.Join(t.TempDir(), "store.db")
		return func(t *testing.T, o storetest.Options) classify.Store {
			s, err := sqlite.Open(t.Context(), path, sqlite.Options{Now: o.Now})
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
	})
}
