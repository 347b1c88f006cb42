package opendata_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"classify/internal/opendata"
)

// The environment is of the whole process: this test is not parallel.
func TestAFileIsFoundInTheFolderThatTheEnvironmentNamesAndElseTheTestIsSkipped(t *testing.T) {
	root := t.TempDir()
	t.Setenv("CLASSIFY_SHARED", root)
	if err := os.Mkdir(filepath.Join(root, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "data", "a.csv"), []byte("id,name\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(opendata.Open(t, "a.csv"))
	if err != nil || string(content) != "id,name\n" {
		t.Errorf("read %q, error %v", content, err)
	}
	absent := &skipped{TB: t}
	opendata.Path(absent, "b.csv")
	if !absent.skipped {
		t.Error("a test without its file is not skipped")
	}
}

// skipped notes that a test would be skipped, and goes on.
type skipped struct {
	testing.TB
	skipped bool
}

func (s *skipped) Skipf(string, ...any) { s.skipped = true }
