package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"classify"
)

// Binaries are the programs of a native cluster. What is empty is looked for on
// the PATH and in the tools folder of the source.
type Binaries struct {
	Server  string // restate-server
	Control string // restatectl
	S3      string // minio
	Self    string // this program; "" is the running one
}

// find completes the binaries, and refuses a Restate of another version.
func (b Binaries) find(ctx context.Context) (Binaries, error) {
	platform := runtime.GOOS + "-" + map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if runtime.GOARCH != "amd64" {
		platform = runtime.GOOS + "-" + runtime.GOARCH
	}
	var err error
	npm := filepath.Join("tools", "restate", "node_modules", "@restatedev")
	if b.Server, err = found(b.Server, "restate-server", filepath.Join(npm, "restate-server-"+platform, "bin", "restate-server"), serverRemedy); err != nil {
		return b, err
	}
	if b.Control, err = found(b.Control, "restatectl", filepath.Join(npm, "restatectl-"+platform, "bin", "restatectl"), controlRemedy); err != nil {
		return b, err
	}
	if b.S3, err = found(b.S3, "minio", filepath.Join("bin", "minio"), s3Remedy); err != nil {
		return b, err
	}
	if b.Self == "" {
		if b.Self, err = os.Executable(); err != nil {
			return b, err
		}
	}
	for _, path := range []string{b.Server, b.Control} {
		if err := rightVersion(ctx, path); err != nil {
			return b, err
		}
	}
	return b, nil
}

const (
	serverRemedy  = "install it (npm install -g @restatedev/restate-server@" + RestateVersion + ", or brew install restatedev/tap/restate-server), or name it with --restate-server; in the source: make tools"
	controlRemedy = "install it (npm install -g @restatedev/restatectl@" + RestateVersion + ", or brew install restatedev/tap/restatectl), or name it with --restatectl; in the source: make tools"
	s3Remedy      = "install it (go install github.com/minio/minio@latest), or name it with --minio; in the source: make tools"
)

// found is the program that was named, or the first one of that name on the PATH,
// or where make tools puts it in this folder or one above.
func found(named, name, made, remedy string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", classify.WithHint(fmt.Errorf("%s: %w", name, err), "%s", remedy)
		}
		return filepath.Abs(path)
	}
	if path, err := exec.LookPath(name); err == nil {
		return filepath.Abs(path)
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, made)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return "", classify.WithHint(fmt.Errorf("there is no %s", name), "%s", remedy)
}

var versionForm = regexp.MustCompile(`\b(\d+)\.(\d+)\.(\d+)\b`)

// rightVersion refuses a program of another minor version than the one that this
// program is made for: keys of its configuration may be ignored then.
func rightVersion(ctx context.Context, path string) error {
	version, err := versionOf(ctx, path)
	if err != nil {
		return classify.WithHint(err, "is it a program for this machine? install version %s", RestateVersion)
	}
	want, _, _ := cutLast(RestateVersion)
	if got, _, _ := cutLast(version); got != want {
		return classify.WithHint(fmt.Errorf("%s is version %s; this program is made for %s", path, version, RestateVersion),
			"install version %s, and name it with --%s", RestateVersion, filepath.Base(path))
	}
	return nil
}

// versionOf asks a program for its version.
func versionOf(ctx context.Context, path string) (string, error) {
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", path, err)
	}
	version := versionForm.FindString(string(out))
	if version == "" {
		return "", errors.New(path + " tells no version")
	}
	return version, nil
}

func cutLast(version string) (before, after string, ok bool) {
	i := strings.LastIndexByte(version, '.')
	if i < 0 {
		return version, "", false
	}
	return version[:i], version[i+1:], true
}
