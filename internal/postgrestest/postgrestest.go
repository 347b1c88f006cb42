package postgrestest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The server that the tests of a package share.
var (
	once   sync.Once
	common *Server
	failed error
	number atomic.Int64
)

// Main runs the tests of a package, and ends the server that they shared.
func Main(m *testing.M) {
	code := m.Run()
	if common != nil {
		if err := common.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "close PostgreSQL:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// Shared is the server that the tests of this process share. It starts when it
// is first asked for, and ends with the process at the latest.
func Shared(t testing.TB) *Server {
	t.Helper()
	once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		common, failed = Launch(ctx, Options{})
	})
	if failed != nil {
		t.Fatal(failed)
	}
	return common
}

// Database is the address of a fresh, empty database on the shared server. It
// is dropped at the end of the test.
func Database(t testing.TB) string { return Shared(t).Database(t) }

// Database makes an empty database, and drops it at the end of the test.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", number.Add(1))
	if err := s.Exec(t.Context(), "postgres", "CREATE DATABASE "+name+" OWNER classify STRATEGY file_copy"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		// A server that the test has stopped takes the database with it.
		_ = s.Exec(ctx, "postgres", "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	})
	return s.URL(name)
}

// Start is a server of the test's own.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := Launch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
