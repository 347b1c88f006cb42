package sqlite_test

import (
	"os/exec"
	"syscall"
)

// asNobody makes a command run as the user who owns nothing.
func asNobody(cmd *exec.Cmd) bool {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return true
}
