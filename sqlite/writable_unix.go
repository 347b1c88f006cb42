//go:build unix

package sqlite

import "golang.org/x/sys/unix"

// folderWritable asks the system whether this process may make files there.
func folderWritable(path string) bool {
	return unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK|unix.X_OK, unix.AT_EACCESS) == nil
}
