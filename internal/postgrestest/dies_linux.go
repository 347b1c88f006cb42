package postgrestest

import (
	"os/exec"
	"syscall"
)

// diesWithUs ends a child when this process is killed.
func diesWithUs(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL }
