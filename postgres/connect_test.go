package postgres_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
)

// portOf is the port of a server that says something to whoever comes, and then
// waits.
func portOf(t *testing.T, says string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { c.Close() })
			_, _ = io.WriteString(c, says) // whether it is heard is the client's affair
		}
	}()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func TestAWrongAddressStopsWithTheRemedy(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	port := ":" + strconv.Itoa(server.Port) + "/"
	for name, row := range map[string]struct{ url, says, remedy string }{
		"no address":          {"mysql://classify:geheim@localhost/x", "begins with postgres://", "postgres://USER@HOST"},
		"no URL":              {"postgres://classify:geheim@[::1/x", "cannot be read", "postgres://USER@HOST"},
		"a port that is none": {"postgres://classify:geheim@localhost:54x32/x", "cannot be read", "postgres://USER@HOST"},
		"a pool of no size":   {"postgres://classify:geheim@localhost/x?pool_max_conns=viele", "cannot be read", "postgres://USER@HOST"},
		"host":                {"postgres://classify:geheim@no-such-host.invalid/classify", "no-such-host.invalid", "host name"},
		"port":                {"postgres://classify:geheim@127.0.0.1:1/classify", "127.0.0.1:1", "nothing listens"},
		"a server that says nothing": {"postgres://classify:geheim@127.0.0.1:" + portOf(t, "") + "/classify",
			"127.0.0.1", "did not answer"},
		"a server of another kind":   {"postgres://classify:geheim@127.0.0.1:" + portOf(t, "SSH-2.0-OpenSSH_9.2p1\r\n") + "/classify", "127.0.0.1", "no PostgreSQL"},
		"a socket that is not there": {"postgres://classify:geheim@/classify?host=" + t.TempDir(), "PGSQL.5432", "nothing listens"},
		"password":                   {"postgres://classify:geheim@127.0.0.1" + port + "classify", "password", "PGPASSWORD"},
		"user":                       {"postgres://nobody:geheim@127.0.0.1" + port + "classify", "nobody", "PGPASSWORD"},
		"database":                   {"postgres://classify:classify@127.0.0.1" + port + "geheimnis", "geheimnis", "createdb"},
		"a setting that is none":     {"postgres://classify:classify@127.0.0.1" + port + "classify?serach_path=x", "serach_path", "mend it in --store"},
		"a schema that is none":      {"postgres://classify:classify@127.0.0.1" + port + "classify?search_path=geheimnis", "schema", "CREATE SCHEMA"},
		"a certificate that is not there": {"postgres://classify:classify@127.0.0.1" + port + "classify?sslmode=verify-full&sslrootcert=/no-such-file",
			"/no-such-file", "postgres://USER@HOST"},
		"the only server of the wrong kind": {"postgres://classify:classify@127.0.0.1" + port + "classify?target_session_attrs=standby", "standby", "look at host"},
		"TLS of a plain server":             {"postgres://classify:classify@127.0.0.1" + port + "classify?sslmode=require", "TLS", "sslmode=disable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			s, err := postgres.Open(ctx, row.url, postgres.Options{})
			if err == nil {
				t.Fatal(s.Close(), "it was opened")
			}
			refused(t, err, row.says, row.remedy)
			if ctx.Err() != nil {
				t.Error("it took more than 5 seconds")
			}
		})
	}
}

// refused checks an error: what it says, its remedy, and that it keeps secrets.
func refused(t *testing.T, err error, says, remedy string) {
	t.Helper()
	if err == nil {
		t.Fatal("there is no error")
	}
	if !strings.Contains(err.Error(), says) || !strings.Contains(classify.Hint(err), remedy) {
		t.Errorf("%v\n  → %s", err, classify.Hint(err))
	}
	if all := err.Error() + classify.Hint(err); strings.Contains(all, "geheim@") || strings.Contains(all, ":geheim") || strings.Contains(all, ":classify@") {
		t.Errorf("it shows the password: %v → %s", err, classify.Hint(err))
	}
}

func TestACertificateThatIsNotTrustedIsRefused(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "elsewhere"}, NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	server := postgrestest.Start(t, postgrestest.Options{
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		Key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	})
	plain := strings.Split(server.URL("classify"), "?")[0]
	_, err = postgres.Open(t.Context(), plain+"?sslmode=verify-full", postgres.Options{})
	refused(t, err, "certificate", "sslrootcert")
	open(t, plain+"?sslmode=require", postgres.Options{})
}

func TestAStoreThatCannotBeUsedIsRefusedWithTheRemedy(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	prepare := func(t *testing.T, url string, statements ...string) {
		t.Helper()
		c, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(t.Context())
		for _, q := range statements {
			if _, err := c.Exec(t.Context(), q); err != nil {
				t.Fatal(q, err)
			}
		}
	}
	made := func(t *testing.T) string {
		url := server.Database(t)
		open(t, url, postgres.Options{})
		return url
	}
	for name, row := range map[string]struct {
		url          func(t *testing.T) string
		readOnly     bool
		says, remedy string
	}{
		"nothing there, for reading": {func(t *testing.T) string { return server.Database(t) }, true, "no classify store", "classify store migrate"},
		"a newer schema": {func(t *testing.T) string {
			url := made(t)
			prepare(t, url, "INSERT INTO classify_schema (version) VALUES (999)")
			return url
		}, false, "schema 999", "newer program"},
		"an older schema, for reading": {func(t *testing.T) string {
			url := made(t)
			prepare(t, url, "DELETE FROM classify_schema WHERE version > 1")
			return url
		}, true, "older", "classify store migrate"},
		"tables of somebody else": {func(t *testing.T) string {
			url := server.Database(t)
			prepare(t, url, "CREATE TABLE runs (distance int)")
			return url
		}, false, "no classify store", "of its own"},
		"no right to create": {func(t *testing.T) string {
			url := server.Database(t)
			name := "guest" + url[strings.LastIndex(url, "_")+1:strings.LastIndex(url, "?")]
			prepare(t, server.AdminURL("postgres"), "CREATE ROLE "+name+" LOGIN PASSWORD 'geheim'")
			return strings.Replace(url, "classify:classify", name+":geheim", 1)
		}, false, "permission denied", "GRANT"},
		"no right to read": {func(t *testing.T) string {
			url := made(t)
			name := "reader" + url[strings.LastIndex(url, "_")+1:strings.LastIndex(url, "?")]
			prepare(t, server.AdminURL("postgres"), "CREATE ROLE "+name+" LOGIN PASSWORD 'geheim'")
			return strings.Replace(url, "classify:classify", name+":geheim", 1)
		}, true, "permission denied", "GRANT"},
		"a role that only reads": {func(t *testing.T) string {
			url := made(t)
			database := url[strings.LastIndex(url, "/")+1 : strings.LastIndex(url, "?")]
			prepare(t, server.AdminURL("postgres"), "ALTER DATABASE "+database+" SET default_transaction_read_only = on")
			return url
		}, false, "default_transaction_read_only", "primary"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := row.url(t)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			s, err := postgres.Open(ctx, url, postgres.Options{ReadOnly: row.readOnly})
			if err == nil {
				t.Fatal(s.Close(), "it was opened")
			}
			refused(t, err, row.says, row.remedy)
		})
	}
}

// TestAReplicaIsReadAndRefusedForWriting makes a standby of a copied server.
func TestAReplicaIsReadAndRefusedForWriting(t *testing.T) {
	t.Parallel()
	primary := postgrestest.Start(t, postgrestest.Options{})
	s := open(t, primary.URL("classify"), postgres.Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := primary.Stop(t.Context(), "fast"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(primary.DataDir, "standby.signal"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := primary.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := postgres.Open(t.Context(), primary.URL("classify"), postgres.Options{})
	refused(t, err, "replica", "primary")
	reader := open(t, primary.URL("classify"), postgres.Options{ReadOnly: true})
	if _, err := reader.Status(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAServerThatAdmitsNobodyIsNamed(t *testing.T) {
	t.Parallel()
	server := postgrestest.Start(t, postgrestest.Options{Settings: map[string]string{"max_connections": "8", "superuser_reserved_connections": "3"}})
	for range 5 {
		c, err := pgx.Connect(t.Context(), server.URL("classify"))
		if err != nil {
			break // PostgreSQL keeps some for others
		}
		t.Cleanup(func() { c.Close(context.Background()) })
	}
	_, err := postgres.Open(t.Context(), server.URL("classify"), postgres.Options{})
	refused(t, err, "connection", "max_connections")
}

func TestTwentyMigrationsAtOnceMakeOneStore(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	errs := make(chan error)
	for range 20 {
		go func() {
			s, err := postgres.Open(t.Context(), url+"&pool_max_conns=2", postgres.Options{})
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	for range 20 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	s := open(t, url, postgres.Options{})
	if findings, err := s.Check(t.Context()); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

// TestPasswordsComeFromTheEnvironment runs itself again, with one there.
func TestPasswordsComeFromTheEnvironment(t *testing.T) {
	if url := os.Getenv("CLASSIFY_TEST_URL"); url != "" {
		open(t, url, postgres.Options{})
		return
	}
	t.Parallel()
	url := strings.Replace(postgrestest.Database(t), "classify:classify@", "classify@", 1)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPasswordsComeFromTheEnvironment$", "-test.v")
	cmd.Env = append(os.Environ(), "CLASSIFY_TEST_URL="+url, "PGPASSWORD=classify")
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS")) {
		t.Errorf("%v\n%s", err, out)
	}
}
