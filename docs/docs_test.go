// Package docs_test keeps the documentation true: every command in it is run,
// every output that it shows is compared, and its tables are made from data.
package docs_test

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"classify/internal/clustertest"
	"classify/internal/postgrestest"
	"classify/llm/simulator"
)

var update = flag.Bool("update", false, "rewrite the outputs and tables in the documentation")

// elsewhere are commands that something else runs: CI, or the developer.
var elsewhere = map[string]string{
	"make test":                 "CI runs it",
	"make bench":                "it writes docs/benchmarks.md",
	"make fuzz":                 "it runs the fuzz targets that make test runs on their seeds",
	"make docs":                 "it is this test with -update",
	"make tools":                "make test runs it before this test",
	"make chaos":                "it kills clusters for an hour; make test runs a selection",
	"go install ./cmd/classify": "TestMain builds the same package",
	"classify simulate":         "the test of each document has a simulator listen, at another address",
	"classify simulate --addr 127.0.0.1:8123 --rpm 900 --tpm 2000000 --latency 1.5s --faults 5%": "the test of each document has a simulator listen, at another address",
}

// documents are the files whose commands are run, each in a folder of its own
// with the examples.
var documents = []string{"../README.md", "commands.md", "files.md", "models.md", "postgres.md", "series.md", "cluster.md", "operations.md", "architecture.md", "taxonomy.md", "benchmarks.md", "../examples/README.md", "../CHANGELOG.md"}

var binary string

// written is where a reader starts a simulated provider; each document has one
// of its own at another address.
const written = "127.0.0.1:8123"

// writtenDatabase is where a reader has a store in PostgreSQL; each document has
// a database of its own, on another server.
const writtenDatabase, writtenServer = "localhost:5432/classify", "localhost:5432"

// replacements are what a document writes, and what stands for it in the test.
type replacements [][2]string

func (r replacements) apply(text string) string {
	for _, pair := range r {
		text = strings.ReplaceAll(text, pair[0], pair[1])
	}
	return text
}

func (r replacements) undo(text string) string {
	for _, pair := range r {
		text = strings.ReplaceAll(text, pair[1], pair[0])
	}
	return text
}

func TestMain(m *testing.M) {
	flag.Parse()
	var err error
	if binary, err = clustertest.Program(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	postgrestest.Main(m)
}

func TestEveryCommandInTheDocumentationDoesWhatItShows(t *testing.T) {
	t.Parallel()
	for _, path := range documents {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			dir := workspace(t)
			server := httptest.NewServer(simulator.New(simulator.Config{RPM: 60_000, TPM: 100_000_000, Announce: true}))
			defer server.Close()
			around := surround(t, string(raw))
			real := append(replacements{{written, server.Listener.Addr().String()}}, around.real...)
			if strings.Contains(string(raw), writtenDatabase) {
				database, _, _ := strings.Cut(postgrestest.Shared(t).Database(t), "?")
				real = append(real, [2]string{writtenDatabase, database[strings.Index(database, "@")+1:]})
				address, name, _ := strings.Cut(real[len(real)-1][1], "/")
				_, port, _ := strings.Cut(address, ":")
				// What messages are made of.
				real = append(real, [2]string{writtenServer + ":classify:", "127.0.0.1:" + port + ":" + name + ":"},
					[2]string{writtenServer, address}, [2]string{"database \"classify\"", "database \"" + name + "\""})
			}
			var out strings.Builder
			for _, part := range parts(string(raw)) {
				out.WriteString(part.run(t, dir, around.env, real))
			}
			if *update && out.String() != string(raw) {
				if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// workspace is a folder with the examples, as a reader has it.
func workspace(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS("../examples")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// part is a piece of a document: prose, or one command with the output that
// the document shows.
type part struct {
	text, command, output string
	console               bool // an output belongs to it
}

// parts cuts a document. In a block ```console a line "$ …" is a command, and
// what follows is its output; "…" in the output stands for lines left out.
// In a block ```sh every line is a command.
func parts(doc string) []part {
	var all []part
	block := ""
	for _, line := range strings.SplitAfter(doc, "\n") {
		trimmed := strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(trimmed, "```"):
			if block == "" {
				block = strings.TrimPrefix(trimmed, "```") + " "
			} else {
				block = ""
			}
			all = append(all, part{text: line})
		case block == "console " && strings.HasPrefix(trimmed, "$ "):
			all = append(all, part{text: line, command: trimmed[2:], console: true})
		case block == "sh " && trimmed != "" && !strings.HasPrefix(trimmed, "#"):
			all = append(all, part{text: line, command: trimmed})
		case block == "console " && len(all) > 0 && all[len(all)-1].command != "":
			all[len(all)-1].output += line
		default:
			all = append(all, part{text: line})
		}
	}
	return all
}

// run runs a command and returns the part as it should stand.
func (p part) run(t *testing.T, dir string, env []string, real replacements) string {
	t.Helper()
	command, _, _ := strings.Cut(p.command, "  #")
	if command == "" || elsewhere[strings.TrimSpace(command)] != "" {
		return p.text + p.output
	}
	if _, err := exec.LookPath("curl"); err != nil && strings.HasPrefix(command, "curl ") {
		t.Logf("not run, for there is no curl: %s", command)
		return p.text + p.output
	}
	wantCode := 0
	if m := regexp.MustCompile(`# exit (\d)`).FindStringSubmatch(p.command); m != nil {
		wantCode = int(m[1][0] - '0')
	}
	command = strings.ReplaceAll(command, "go run ./cmd/classify", "classify")
	command = real.apply(command)
	cmd := exec.CommandContext(t.Context(), "bash", "-c", command)
	cmd.Dir = dir
	path := os.Getenv("PATH")
	for _, v := range env {
		if of, ok := strings.CutPrefix(v, "PATH="); ok {
			path = of
		}
	}
	cmd.Env = append(append(os.Environ(), env...), "PATH="+filepath.Dir(binary)+":"+path, "TERM=dumb", "NO_COLOR=1")
	got, _ := cmd.CombinedOutput()
	got = []byte(real.undo(string(got)))
	if code := cmd.ProcessState.ExitCode(); code != wantCode {
		t.Errorf("%s: exit code %d, want %d\n%s", p.command, code, wantCode, got)
	}
	if p.output == "" && !p.console {
		return p.text
	}
	if !shows(p.output, string(got)) {
		if !*update {
			t.Errorf("%s\nshows\n%s\nprints\n%s\n(make docs rewrites it)", p.command, p.output, got)
			return p.text + p.output
		}
		if len(got) == 0 {
			return p.text
		}
		return p.text + strings.TrimRight(string(got), "\n") + "\n"
	}
	return p.text + p.output
}

// varying are the parts of an output that differ from run to run: times, and what
// calls to models took, which depends on the call that comes first.
var varying = regexp.MustCompile(`(?m)^\S+ +openai/gpt.*$|^total +.*$|^stage +.*$|^simulator/.*$|^adapted .*$|^failed with .*$|^\d+ calls, .*$|─+|(about|at least) [0-9.hms]+|(expected|real): [^;.\n]*|latency .*$|process \d+|^node 1 +http.*$|since [^;,\n]* ago|since now|in [0-9.]+ s( \([0-9,]+ per second\))?|\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ|, [0-9]+ per second`)

// shows reports whether an output is what the document shows: the same lines,
// with "…" standing for any number of them.
func shows(shown, got string) bool {
	normal := func(s string) []string {
		// What varies makes columns wider.
		s = regexp.MustCompile(` {2,}`).ReplaceAllString(varying.ReplaceAllString(s, "~"), "  ")
		return strings.Split(strings.TrimRight(s, "\n"), "\n")
	}
	want, lines := normal(shown), normal(got)
	for len(want) > 0 {
		if strings.TrimSpace(want[0]) == "…" {
			want = want[1:]
			if len(want) == 0 {
				return true
			}
			for len(lines) > 0 && lines[0] != want[0] {
				lines = lines[1:]
			}
			continue
		}
		if len(lines) == 0 || lines[0] != want[0] {
			return false
		}
		want, lines = want[1:], lines[1:]
	}
	return len(lines) == 0
}

func TestShowsComparesLineByLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		shown, got string
		want       bool
	}{
		"equal":               {"a\nb\n", "a\nb\n", true},
		"another line":        {"a\nb\n", "a\nc\n", false},
		"a line more":         {"a\n", "a\nb\n", false},
		"a line less":         {"a\nb\n", "a\n", false},
		"left out at the end": {"a\n…\n", "a\nb\nc\n", true},
		"left out in between": {"a\n…\nd\n", "a\nb\nc\nd\n", true},
		"left out too much":   {"a\n…\nd\n", "a\nb\n", false},
		"times vary":          {"done in 0.4 s (12 per second)\n", "done in 1.3 s (9 per second)\n", true},
	} {
		if got := shows(tt.shown, tt.got); got != tt.want {
			t.Errorf("%s: shows = %t, want %t", name, got, tt.want)
		}
	}
}
