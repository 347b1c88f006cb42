//go:build unix

package process

import (
	"errors"
	"syscall"
)

// alive asks the system whether a process of this host exists.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
