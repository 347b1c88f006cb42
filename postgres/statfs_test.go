package postgres_test

import (
	"syscall"
	"testing"
)

// statfs tells the space of a file system.
type statfs struct{ syscall.Statfs_t }

// left is how many bytes are free where dir is.
func (s *statfs) left(t *testing.T, dir string) int {
	t.Helper()
	if err := syscall.Statfs(dir, &s.Statfs_t); err != nil {
		t.Fatal(err)
	}
	return int(s.Bavail) * int(s.Bsize)
}
