//go:build !unix

package postgrestest

import (
	"errors"
	"os"
	"os/exec"
)

func detach(*exec.Cmd) {}

func runAs(*exec.Cmd, int, int) {}

func ownedBy(os.FileInfo, int) bool { return true }

func crash(int) error { return errors.New("a server cannot be killed on this system") }

func alive(int) bool { return false }
