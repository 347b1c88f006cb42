// Package opendata finds the open data that tests try the program on and that
// is no part of the project.
package opendata

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns where a file of the open data is: in the folder "shared" beside
// the project, or in the one that CLASSIFY_SHARED names. Without the file the
// test is skipped.
func Path(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("CLASSIFY_SHARED")
	if root == "" {
		root = filepath.Join(moduleRoot(), "..", "shared")
	}
	path := filepath.Join(root, "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("open data is absent (set CLASSIFY_SHARED to the folder that holds data/): %v", err)
	}
	return path
}

// Open opens such a file until the test ends.
func Open(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(Path(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// moduleRoot is the way from the package of a test to the root of the module.
func moduleRoot() string {
	dir := ".."
	for range 5 {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Join(dir, "..")
	}
	return dir
}
