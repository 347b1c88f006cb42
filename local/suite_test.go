package local_test

import (
	"path/filepath"
	"testing"

	"classify"
	"classify/enginetest"
	"classify/local"
	"classify/sqlite"
)

func TestTheLocalEnginePassesTheSuite(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, enginetest.Options{
		Store: func(t *testing.T) classify.Store {
			s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"), sqlite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() }) // a test that ended in the middle has said why
			return s
		},
		Engine: func(_ *testing.T, s enginetest.Setup) enginetest.Engine {
			return &local.Engine{Stages: enginetest.Stages(s.Asker), Store: s.Store, Workers: 4, LogicVersion: s.LogicVersion, Progress: s.Progress}
		},
	})
}
