// Package restatetest starts a real Restate server for tests: a single node with
// few partitions, ready in a second. A small process beside it ends the server and
// removes its files when the test process has ended, however it ended.
package restatetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"classify/cluster"
	"classify/restate"
)

// Server is a Restate server that lives as long as the test process.
type Server struct {
	Ingress string // address
	Admin   cluster.Admin
}

var shared = sync.OnceValues(start)

// Shared is the server of this process. A test without one fails, and says what is
// to be installed.
func Shared(t testing.TB) *Server {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("a test needs a Restate server: %v", err)
	}
	return s
}

// Program finds restate-server: CLASSIFY_RESTATE_BIN, where make tools puts it, or
// the PATH.
func Program() (string, error) {
	if path := os.Getenv("CLASSIFY_RESTATE_BIN"); path != "" {
		return path, nil
	}
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		return "", errors.New("nobody knows where the source is")
	}
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	made := filepath.Join(filepath.Dir(file), "..", "..", "tools", "restate", "node_modules", "@restatedev", "restate-server-"+runtime.GOOS+"-"+arch, "bin", "restate-server")
	if _, err := os.Stat(made); err == nil {
		return made, nil
	}
	path, err := exec.LookPath("restate-server")
	if err != nil {
		return "", errors.New("run make tools, or install restate-server " + cluster.RestateVersion)
	}
	return path, nil
}

// Ports are free at the moment, and different.
func Ports(n int) ([]int, error) {
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports, nil
}

func start() (*Server, error) {
	program, err := Program()
	if err != nil {
		return nil, err
	}
	ports, err := Ports(3)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "classify-restate-")
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(program, "--no-logo")
	cmd.Env = append(os.Environ(), "DO_NOT_TRACK=1", "RESTATE_DISABLE_TELEMETRY=true", "RESTATE_BASE_DIR="+filepath.Join(dir, "data"),
		"RESTATE_BIND_IP=127.0.0.1", "RESTATE_ADVERTISED_HOST=127.0.0.1", "RESTATE_LISTEN_MODE=tcp", "RESTATE_DEFAULT_NUM_PARTITIONS=2",
		"RESTATE_CLUSTER_NAME=test", "RESTATE_NODE_NAME=test", "RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE=128 MiB", "RESTATE_METADATA_CLIENT__ADDRESSES=[http://127.0.0.1:"+strconv.Itoa(ports[0])+"]",
		"RESTATE_BIND_PORT="+strconv.Itoa(ports[0]), "RESTATE_INGRESS__BIND_PORT="+strconv.Itoa(ports[1]), "RESTATE_ADMIN__BIND_PORT="+strconv.Itoa(ports[2]))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for the tests
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	go func() { _ = cmd.Wait() }()
	if err := reap(cmd.Process.Pid, dir); err != nil {
		return nil, errors.Join(err, cmd.Process.Kill(), os.RemoveAll(dir))
	}
	s := &Server{Ingress: "http://127.0.0.1:" + strconv.Itoa(ports[1]), Admin: cluster.Admin{URL: "http://127.0.0.1:" + strconv.Itoa(ports[2])}}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	for tick := time.NewTicker(50 * time.Millisecond); ; <-tick.C {
		if _, err = s.Admin.Deployments(ctx); err == nil {
			if _, err = restate.Listed(ctx, s.Ingress); err == nil {
				return s, nil
			}
		}
		if ctx.Err() != nil {
			said, _ := os.ReadFile(filepath.Join(dir, "log"))
			return nil, fmt.Errorf("the server does not start: %w\n%s", err, said[max(0, len(said)-2000):])
		}
	}
}

// reap lets the server end with this process: the pipe's other end is never closed
// before.
func reap(pid int, dir string) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	leash, err := syscall.Dup(int(w.Fd())) // a bare number, which no collector closes
	if err != nil {
		return err
	}
	syscall.CloseOnExec(leash)
	cmd := exec.Command("sh", "-c", `cat >/dev/null; kill -9 "$0" 2>/dev/null; sleep 1; rm -rf "$1"`, strconv.Itoa(pid), dir)
	cmd.Stdin = r
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd.Start()
}

// Serve registers what a handler serves, until the test ends.
func (s *Server) Serve(t testing.TB, h http.Handler) (deployment string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- restate.Serve(ctx, l, h, time.Second) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	d, err := s.Admin.Register(t.Context(), "http://"+l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := s.Admin.Remove(ctx, d.ID); err != nil && !strings.Contains(err.Error(), "not found") {
			t.Errorf("remove the deployment: %v", err)
		}
	})
	return d.ID
}
