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

// Database is the address of a fresh, empty place on the shared server.
func Database(t testing.TB) string { return Shared(t).Schema(t) }

// Schema makes an empty schema in the database classify, and returns an address
// in which it is the only one. It goes with the server: to drop what a test has
// made would take longer than the test.
func (s *Server) Schema(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", number.Add(1))
	if err := s.Exec(t.Context(), "classify", "CREATE SCHEMA "+name+" AUTHORIZATION classify"); err != nil {
		t.Fatal(err)
	}
	return s.URL("classify") + "&search_path=" + name
}

// Database makes an empty database, for tests that set something on it, or that
// go through a pooler.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", number.Add(1))
	if err := s.Exec(t.Context(), "postgres", "CREATE DATABASE "+name+" OWNER classify"); err != nil {
		t.Fatal(err)
	}
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
