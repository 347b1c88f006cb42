package postgrestest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Options are the choices of Launch. The zero value is a server for tests.
type Options struct {
	// Bin is the folder of its programs; "" is the first of Installations.
	Bin string
	// Settings go into its configuration. By default it does not wait for the
	// disk (fsync off), and says everything in English and UTC.
	Settings map[string]string
	// DataDir is an empty folder for its files; "" makes one.
	DataDir string
	// Certificate and Key turn TLS on; PEM.
	Certificate, Key []byte
}

// Server is a PostgreSQL of this process. It has a superuser postgres, and a role
// and a database classify, with the password classify.
type Server struct {
	Port    int
	DataDir string
	Version string
	Bin     string

	owner   *owner
	folder  string // everything of it; removed by Close
	reaper  reaper
	options Options
}

const password = "classify"

// reapServer runs beside the server: when its standard input ends, because Close
// said so or because the process is gone, it stops the server and removes its
// files. The process may go while the files are still being made: so it tries
// again until both are gone.
const reapServer = `cat >/dev/null
for i in $(seq 100); do
  pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null)
  if [ -z "$pid" ] || ! kill -QUIT "$pid" 2>/dev/null; then
    rm -rf "$2" 2>/dev/null && exit
  fi
  sleep 0.1
done
exec rm -rf "$2"`

// Launch makes a server on a free port of 127.0.0.1 and starts it. Close throws
// it away.
func Launch(ctx context.Context, o Options) (s *Server, err error) {
	s = &Server{Bin: o.Bin, options: o}
	if s.Bin == "" {
		found := Installations()
		if len(found) == 0 {
			return nil, errors.New("there is no PostgreSQL 15 to 18 for the tests: run \"make tools\", which fetches one with npm, or install one (Debian: apt-get install postgresql)")
		}
		s.Bin = found[0].Bin
	}
	if s.Version, err = versionOf(s.Bin); err != nil {
		return nil, err
	}
	if s.owner, err = findOwner(); err != nil {
		return nil, err
	}
	if s.Bin, err = s.owner.reachable(s.Bin, s.Version); err != nil {
		return nil, err
	}
	if s.folder, err = s.owner.place("classify-postgres-"); err != nil {
		return nil, err
	}
	if s.DataDir = o.DataDir; s.DataDir == "" {
		s.DataDir = filepath.Join(s.folder, "data")
	}
	cmd := exec.Command("sh", "-c", reapServer, "reap", s.DataDir, s.folder)
	detach(cmd)
	if err := s.reaper.begin(cmd); err != nil {
		return nil, err
	}
	if err := s.create(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// create makes the files, starts the server, and makes role and database.
func (s *Server) create(ctx context.Context) error {
	if err := s.owner.make(s.folder); err != nil {
		return err
	}
	if s.options.DataDir != "" {
		if err := s.owner.own(s.DataDir); err != nil {
			return err
		}
	}
	secret := filepath.Join(s.folder, "password")
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		return err
	}
	if err := s.owner.own(secret); err != nil {
		return err
	}
	if err := s.run(ctx, "initdb", "--no-sync", "--no-instructions", "-D", s.DataDir, "-U", "postgres", "--pwfile", secret,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"); err != nil {
		return err
	}
	if err := s.configure(); err != nil {
		return err
	}
	if err := s.Start(ctx); err != nil {
		return err
	}
	return s.Exec(ctx, "postgres", "CREATE ROLE classify LOGIN PASSWORD '"+password+"'", "CREATE DATABASE classify OWNER classify")
}

func (s *Server) configure() error {
	port, err := freePort()
	if err != nil {
		return err
	}
	s.Port = port
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "port": strconv.Itoa(port), "unix_socket_directories": "",
		"fsync": "off", "full_page_writes": "off", "timezone": "UTC", "log_timezone": "UTC", "lc_messages": "C",
		"max_connections": "300", "shared_buffers": "64MB", "autovacuum_naptime": "10s",
	}
	if s.options.Certificate != nil {
		settings["ssl"] = "on"
		for name, pem := range map[string][]byte{"server.crt": s.options.Certificate, "server.key": s.options.Key} {
			path := filepath.Join(s.DataDir, name)
			if err := os.WriteFile(path, pem, 0o600); err != nil {
				return err
			}
			if err := s.owner.own(path); err != nil {
				return err
			}
		}
	}
	maps.Copy(settings, s.options.Settings)
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&b, "%s = '%s'\n", name, strings.ReplaceAll(settings[name], "'", "''"))
	}
	f, err := os.OpenFile(filepath.Join(s.DataDir, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(b.String())
	return errors.Join(err, f.Close())
}

// freePort is one below those that the system gives to clients: while a server
// is down, nobody is given its port.
func freePort() (int, error) {
	var busy error
	for range 100 {
		port := 15000 + rand.IntN(17000)
		l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err == nil {
			return port, l.Close()
		}
		busy = err
	}
	return 0, fmt.Errorf("there is no free port: %w", busy)
}

// run runs one of its programs as its owner.
func (s *Server) run(ctx context.Context, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, filepath.Join(s.Bin, program), args...)
	s.owner.become(cmd)
	cmd.Dir = s.folder
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s\n%s", program, err, out.String(), s.Log())
	}
	return nil
}

// Start starts a server that is stopped, and waits until it answers.
func (s *Server) Start(ctx context.Context) error {
	return s.run(ctx, "pg_ctl", "start", "-w", "-t", "60", "-D", s.DataDir, "-l", filepath.Join(s.folder, "log"), "-s")
}

// Stop ends it in a mode of pg_ctl: "smart", "fast" or "immediate".
func (s *Server) Stop(ctx context.Context, mode string) error {
	return s.run(ctx, "pg_ctl", "stop", "-w", "-t", "60", "-D", s.DataDir, "-m", mode, "-s")
}

// Kill ends all of its processes as a crash of the machine would.
func (s *Server) Kill() error {
	lock := filepath.Join(s.DataDir, "postmaster.pid")
	raw, err := os.ReadFile(lock)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return err
	}
	if err := crash(pid); err != nil {
		return err
	}
	for range 500 {
		if !alive(pid) {
			return nil
		}
		time.Sleep(10 * time.Millisecond) // until the system has cleared it away
	}
	// Nobody clears it away: there is no init in this container. The dead process
	// must not pass for a server that still runs.
	return os.Remove(lock)
}

// URL is the address of a database for the role classify.
func (s *Server) URL(database string) string { return s.urlOf("classify", database) }

// AdminURL is the address of a database for the superuser.
func (s *Server) AdminURL(database string) string { return s.urlOf("postgres", database) }

func (s *Server) urlOf(user, database string) string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=prefer", user, password, s.Port, database)
}

// Exec runs statements in a database as the superuser.
func (s *Server) Exec(ctx context.Context, database string, statements ...string) (err error) {
	c, err := pgx.Connect(ctx, s.AdminURL(database))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(context.WithoutCancel(ctx))) }()
	for _, q := range statements {
		if _, err := c.Exec(ctx, q); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return nil
}

// Log is the end of what it logged.
func (s *Server) Log() string {
	raw, _ := os.ReadFile(filepath.Join(s.folder, "log")) // before its start there is none
	return string(raw[max(0, len(raw)-4000):])
}

// Close stops the server and removes its files.
func (s *Server) Close() error { return s.reaper.end() }
