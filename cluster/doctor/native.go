package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"

	"classify"
	"classify/cluster"
)

// Native are the sources of a native cluster: its topology, its folder, and the
// programs that it was started with. Store, provider and flags are for the caller
// to add. The programs have no environment beyond what they need.
func Native(c *cluster.Cluster) *Sources {
	s := &Sources{Topology: c.Topology, Dirs: []string{c.Dir}}
	control := program(c.Binaries.Control, "restatectl")
	s.SQL = func(ctx context.Context, query string) ([]byte, error) {
		return output(ctx, control, "--address", strings.Join(c.Topology.Addresses(), ","), "--connect-timeout", "2000", "--request-timeout", "8000", "sql", "--json", query)
	}
	s.Control = func(ctx context.Context) (string, error) {
		out, err := output(ctx, control, "--version")
		if err != nil {
			return "", err
		}
		return versionForm.FindString(string(out)), nil
	}
	server := program(c.Binaries.Server, "restate-server")
	s.Ignored = func(ctx context.Context, n cluster.Node) ([]string, error) {
		return ignored(ctx, server, filepath.Join(c.Dir, n.Name, "config.toml"))
	}
	return s
}

var versionForm = regexp.MustCompile(`\d+\.\d+\.\d+`)

func program(known, name string) string {
	if known != "" {
		return known
	}
	return name
}

// ignored compares a configuration file with what the server makes of it.
func ignored(ctx context.Context, server, file string) ([]string, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, classify.WithHint(fmt.Errorf("%s is not there: the node was never started", file), "classify cluster up")
	}
	if err != nil {
		return nil, err
	}
	var written map[string]any
	if err := toml.Unmarshal(data, &written); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	dump, err := output(ctx, server, "--no-logo", "--config-file", file, "--dump-config")
	if err != nil {
		return nil, err
	}
	return cluster.Ignored(numbers(written).(map[string]any), dump)
}

// numbers makes whole numbers and lists of texts what they were before they were
// written.
func numbers(v any) any {
	switch v := v.(type) {
	case int64:
		return int(v)
	case []any:
		var texts []string
		for _, one := range v {
			if text, ok := one.(string); ok {
				texts = append(texts, text)
			}
		}
		if len(texts) == len(v) {
			return texts
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}

// mostPrinted bounds what a program may print, in bytes.
const mostPrinted = 16 << 20

// output runs a program, and returns what it prints.
func output(ctx context.Context, path string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "DO_NOT_TRACK=1", "NO_COLOR=1"}
	out, failed := &bounded{most: mostPrinted}, &bounded{most: 4 * longest}
	cmd.Stdout, cmd.Stderr = out, failed
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("run %s: %w: %s", filepath.Base(path), err, plain(failed.String()))
	}
	if out.Len() == mostPrinted {
		return nil, fmt.Errorf("%s prints more than %d bytes", filepath.Base(path), mostPrinted)
	}
	return out.Bytes(), nil
}

// bounded keeps the first bytes of what is written, and drops the others.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	_, _ = b.Buffer.Write(p[:min(len(p), b.most-b.Len())]) // memory never fails
	return len(p), nil
}
