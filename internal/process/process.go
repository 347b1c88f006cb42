// Package process tells the processes that write to a store apart, and whether
// one of this host lives.
package process

import (
	"crypto/rand"
	"os"
)

// Token tells this process from an earlier one of the same host and number, as
// containers have them.
var Token = rand.Text()

// MayLive reports whether a process may still be running. One of this host is
// looked for; of another host nothing is known, so that it may.
func MayLive(host string, pid int, token string) bool {
	here, err := os.Hostname()
	if err != nil || here != host {
		return true
	}
	if pid == os.Getpid() {
		return token == Token
	}
	return alive(pid)
}
