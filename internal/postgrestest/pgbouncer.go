package postgrestest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// reapPgBouncer runs the program until its standard input ends, as reapServer
// does.
const reapPgBouncer = `"$1" -q "$2/pgbouncer.ini" &
cat >/dev/null
kill -KILL $!
wait
rm -rf "$2"`

// PgBouncer puts a pooler in transaction mode, with four connections to the
// server, before a database of Database, and returns its address there. Where
// the program is not installed the test is skipped.
func PgBouncer(t testing.TB, database string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
		if _, err := os.Stat(program); err != nil {
			t.Skip("PgBouncer is not installed (Debian: apt-get install pgbouncer)")
		}
	}
	who, err := findOwner()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := who.folder("classify-pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := u.User.Password()
	files := map[string]string{
		"users.txt": fmt.Sprintf("%q %q\n", u.User.Username(), secret),
		"pgbouncer.ini": fmt.Sprintf(`[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
server_login_retry = 1
server_tls_sslmode = disable
`, u.Hostname(), u.Port(), port, filepath.Join(dir, "users.txt")),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := who.own(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "-c", reapPgBouncer, "reap", program, dir)
	who.become(cmd)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stderr = &said
	var beside reaper
	if err := beside.begin(cmd); err != nil {
		t.Fatal(errors.Join(err, os.RemoveAll(dir)))
	}
	t.Cleanup(func() {
		if err := beside.end(); err != nil || t.Failed() {
			t.Logf("PgBouncer: %v\n%s", err, said.String())
		}
	})
	u.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for deadline := time.Now().Add(10 * time.Second); ; {
		c, err := net.DialTimeout("tcp", u.Host, time.Second)
		if err == nil {
			_ = c.Close() // it listens
			return u.String()
		}
		if time.Now().After(deadline) {
			t.Fatalf("PgBouncer does not listen: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
