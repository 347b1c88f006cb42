package cluster

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"classify"
)

// script is a program that says what a text says.
func script(t *testing.T, says string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+says+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// homes gives the test a cache of its own, where the names of clusters stand.
func homes(t *testing.T) string {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	return t.TempDir()
}

// told checks that an error says what happened, and what mends it.
func told(t *testing.T, err error, says, remedy string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(classify.Hint(err), remedy) {
		t.Errorf("%v, hint %q; want %q, %q", err, classify.Hint(err), says, remedy)
	}
}

func sound(t *testing.T) Binaries {
	t.Helper()
	right := script(t, "echo "+RestateVersion)
	return Binaries{Server: right, Control: right, S3: script(t, "exit 1"), Self: right}
}

func TestABinaryOfAnotherVersionIsRefused(t *testing.T) {
	dir := homes(t)
	for name, row := range map[string]struct {
		change       func(*Binaries)
		says, remedy string
	}{
		"an older server":        {func(b *Binaries) { b.Server = script(t, "echo restate-server 1.5.3") }, "1.5.3", RestateVersion},
		"a newer restatectl":     {func(b *Binaries) { b.Control = script(t, "echo 2.0.0") }, "2.0.0", RestateVersion},
		"something else":         {func(b *Binaries) { b.Server = script(t, "echo hello") }, "no version", RestateVersion},
		"something that fails":   {func(b *Binaries) { b.Server = script(t, "exit 7") }, "version", RestateVersion},
		"something that is gone": {func(b *Binaries) { b.Server = filepath.Join(dir, "gone") }, "restate-server", "make tools"},
	} {
		b := sound(t)
		row.change(&b)
		c, err := Make(filepath.Join(dir, name), Default("a", 3))
		if err != nil {
			t.Fatal(err)
		}
		c.Binaries = b
		told(t, c.Up(t.Context()), row.says, row.remedy)
		if c.lives() {
			t.Errorf("%s: something is left running", name)
		}
	}
}

func TestWhatDoesNotStartLeavesNothingRunning(t *testing.T) {
	dir := homes(t)
	c, err := Make(filepath.Join(dir, "k"), Default("a", 3))
	if err != nil {
		t.Fatal(err)
	}
	c.Binaries = sound(t)
	told(t, c.Up(t.Context()), "s3 has ended", "log")
	if c.lives() {
		t.Error("something is left running")
	}
}

func TestAFolderOfSomethingElseIsRefused(t *testing.T) {
	dir := homes(t)
	other := filepath.Join(dir, "other")
	for name, text := range map[string]string{"letters.txt": "dear", savedAs: `{"topology":`} {
		if err := os.MkdirAll(other, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(other, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Make(other, Default("a", 3))
	told(t, err, "not empty", "--dir")
	_, err = Open(other)
	told(t, err, "no cluster of this program", "--dir")
	_, err = Open(filepath.Join(dir, "nothing"))
	told(t, err, "no cluster", "cluster up")
}

func TestTwoClustersOfOneNameAreRefusedWhileOneLives(t *testing.T) {
	dir := homes(t)
	first, err := Make(filepath.Join(dir, "first"), Default("twin", 1))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := first.lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if err := errors.Join(first.claimName(), first.save(), first.s3().start(script(t, "exec sleep 100"), nil, os.Environ())); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := first.s3().stop(t.Context(), nodeStop); err != nil {
			t.Error(err)
		}
	}()
	second, err := Make(filepath.Join(dir, "second"), Default("twin", 1))
	if err != nil {
		t.Fatal(err)
	}
	told(t, second.claimName(), "lives already", "--name")
	if err := first.s3().stop(t.Context(), nodeStop); err != nil {
		t.Fatal(err)
	}
	if err := second.claimName(); err != nil {
		t.Errorf("the first is gone: %v", err)
	}
	_, err = first.lock()
	told(t, err, "another command", "wait")
}

func TestPortsThatAreTakenMoveANewClusterAndStopOneThatHasData(t *testing.T) {
	dir := homes(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().(*net.TCPAddr).Port
	topology := Default("a", 1)
	topology.Nodes[0].Ingress = taken
	c, err := Make(filepath.Join(dir, "k"), topology)
	if err != nil {
		t.Fatal(err)
	}
	told(t, c.freePorts(t.Context(), false), strconv.Itoa(taken), "ss -ltnp")
	said := ""
	c.Say = func(line string) { said += line + "\n" }
	if err := c.freePorts(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if moved := c.Topology.Nodes[0].Ingress; moved == taken || !strings.Contains(said, strconv.Itoa(moved)) {
		t.Errorf("the ingress is on %d; told: %s", moved, said)
	}
}

func TestALostNodeIsNotReplacedWithoutAQuorum(t *testing.T) {
	dir := homes(t)
	c, err := Make(filepath.Join(dir, "k"), Default("a", 3))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Replace(t.Context(), "node-2")
	told(t, err, "no quorum", "cluster up")
	_, err = c.Replace(t.Context(), "node-9")
	told(t, err, "node-9", "cluster status")
	_, err = c.Snapshot(t.Context(), false)
	told(t, err, "no node of the cluster lives", "cluster up")
}

func TestAFullDiskHasItsRemedy(t *testing.T) {
	t.Parallel()
	told(t, fullDisk(&os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}), "no space", "--dir")
	if err := fullDisk(os.ErrPermission); classify.Hint(err) != "" {
		t.Error("another error has the remedy of a full disk")
	}
}

func TestTopologiesThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Topology){
		"a name with a path":            func(t *Topology) { t.Name = "../x" },
		"no name":                       func(t *Topology) { t.Name = "" },
		"no nodes":                      func(t *Topology) { t.Nodes = nil },
		"more copies than nodes":        func(t *Topology) { t.Replication = 4 },
		"no partitions":                 func(t *Topology) { t.Partitions = 0 },
		"no replica":                    func(t *Topology) { t.Service.Replicas = 0 },
		"two nodes of one id":           func(t *Topology) { t.Nodes[1].ID = 1 },
		"one port twice":                func(t *Topology) { t.Nodes[1].Ingress = t.Nodes[0].Ingress },
		"a port that is none":           func(t *Topology) { t.Nodes[1].Port = 70000 },
		"a replica on the port of S3":   func(t *Topology) { t.S3.Port = 9081; t.Service.Replicas = 2 },
		"more nodes than there are ids": func(t *Topology) { *t = Default("a", MaxNodes+1) },
	} {
		topology := Default("a", 3)
		change(&topology)
		var invalid *classify.InvalidInputError
		if err := topology.Check(); !errors.As(err, &invalid) || classify.Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := 1; n <= MaxNodes; n++ {
		topology := Default("a", n)
		if err := topology.Check(); err != nil {
			t.Errorf("%d nodes: %v", n, err)
		}
	}
}
