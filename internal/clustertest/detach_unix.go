//go:build unix

package clustertest

import (
	"os/exec"
	"syscall"
)

// detach keeps the signals of a terminal from a command: Ctrl-C is for the tests.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
