//go:build unix

package sqlite

import (
	"errors"
	"syscall"
)

// processAlive asks the system whether a process of this host exists.
func processAlive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
