// Package process tells the processes that write to a store apart, and whether
// one of this host lives.
package process

import (
	"crypto/rand"
	"os"
	"strings"
)

// Token tells this process from an earlier one of the same host and number, as
// containers have them. Before the slash stands where process numbers mean the
// same: containers may share the name of a host.
var Token = namespace() + "/" + rand.Text()

// namespace is that of the numbers of processes, or "" where there is one only.
func namespace() string {
	ns, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return strings.Trim(strings.TrimPrefix(ns, "pid:"), "[]")
}

// MayLive reports whether a process may still be running. One of this host is
// looked for; of another host, or in another container of it, nothing is known,
// so that it may.
func MayLive(host string, pid int, token string) bool {
	here, err := os.Hostname()
	if err != nil || here != host {
		return true
	}
	place, _, told := strings.Cut(token, "/")
	if told && place != namespace() {
		return true
	}
	if pid == os.Getpid() {
		return strings.HasPrefix(token, Token)
	}
	return alive(pid)
}
