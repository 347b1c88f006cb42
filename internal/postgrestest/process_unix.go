//go:build unix

package postgrestest

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// detach keeps the signals of a terminal from a command: Ctrl-C is for the tests,
// which end their servers themselves.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// runAs makes a command run as another user.
func runAs(cmd *exec.Cmd, uid, gid int) {
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// ownedBy reports whether a file is of a user.
func ownedBy(info os.FileInfo, uid int) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == uid
}

// crash ends a process and its children at once. The process is held first: it
// makes no child that would be overlooked.
func crash(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return err
	}
	children, _ := exec.Command("pgrep", "-P", strconv.Itoa(pid)).Output() // that there is none is an exit code
	for _, child := range strings.Fields(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(n, syscall.SIGKILL) // it may have gone by itself
		}
	}
	return syscall.Kill(pid, syscall.SIGKILL)
}

// alive reports whether there is a process of that number.
func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }
