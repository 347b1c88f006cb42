//go:build !linux

package postgrestest

import "os/exec"

// diesWithUs cannot be asked for here: the test's own end stops the child.
func diesWithUs(*exec.Cmd) {}
