package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// restateServer is the server of make tools, of the PATH, or of
// CLASSIFY_RESTATE_BIN.
func restateServer(t *testing.T) string {
	t.Helper()
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	made := filepath.Join("tools", "restate", "node_modules", "@restatedev", "restate-server-"+runtime.GOOS+"-"+arch, "bin", "restate-server")
	path, err := found(os.Getenv("CLASSIFY_RESTATE_BIN"), "restate-server", made, serverRemedy)
	if err != nil {
		t.Skipf("no real server to ask: %v; make tools fetches one", err)
	}
	return path
}

// dump is what a real server says it has, given flags and variables.
func dump(t *testing.T, env []string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), restateServer(t), append(args, "--dump-config")...)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"DO_NOT_TRACK=1", "HOME=" + cmd.Dir}, env...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("restate-server --dump-config: %v\n%s%s", err, said.String(), out)
	}
	return out
}

func identityPEM(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), IdentityFile)
	if _, err := identity(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestServerKnowsEveryKey(t *testing.T) {
	t.Parallel()
	key := identityPEM(t)
	for name, at := range map[string]func(*Topology, Node) place{
		"native, with a key to sign":    func(t *Topology, n Node) place { return t.native(n, "/data", key) },
		"native, without a key to sign": func(t *Topology, n Node) place { return t.native(n, "/data", "") },
		"in a container":                func(t *Topology, n Node) place { return t.contained(n) },
		"in a container, without S3": func(t *Topology, n Node) place {
			p := t.contained(n)
			p.s3 = ""
			return p
		},
	} {
		for _, nodes := range []int{1, 3} {
			topology := Default("classify", nodes)
			n := topology.Nodes[nodes-1]
			written := topology.nodeSettings(n, at(&topology, n))
			t.Run(name+", in a file", func(t *testing.T) {
				t.Parallel()
				data, err := encodeTOML(written)
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), "config.toml")
				if err := os.WriteFile(path, data, 0o600); err != nil {
					t.Fatal(err)
				}
				noneIgnored(t, written, dump(t, nil, "--config-file", path))
			})
			t.Run(name+", in the environment", func(t *testing.T) {
				t.Parallel()
				noneIgnored(t, written, dump(t, environment(written)))
			})
		}
	}
}

func noneIgnored(t *testing.T, written settings, dumped []byte) {
	t.Helper()
	ignored, err := Ignored(written, dumped)
	if err != nil || len(ignored) > 0 {
		t.Errorf("the server ignores %q (%v) of\n%v\nand has\n%s", ignored, err, written, dumped)
	}
}

func TestNamesThatLookLikeSomethingElseStayNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"true", "inf", "nan", "e1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			topology := Default(name, 1)
			n := topology.Nodes[0]
			written := topology.nodeSettings(n, topology.contained(n))
			noneIgnored(t, written, dump(t, environment(written)))
		})
	}
}

func TestKeysThatTheServerDoesNotHaveAreNamed(t *testing.T) {
	t.Parallel()
	dumped := []byte("name = \"a\"\nsize = \"512.0 MiB\"\nlist = [\"http://a:1/\", \"http://b:2/\"]\n[bifrost]\ndefault-provider = \"replicated\"\nlimit = 80\n")
	for name, c := range map[string]struct {
		written settings
		ignored []string
	}{
		"all there":               {settings{"name": "a", "size": "512 MiB", "list": []string{"http://a:1", "http://b:2"}, "bifrost": settings{"limit": 80}}, nil},
		"a key of older versions": {settings{"bifrost": settings{"provider": "local"}}, []string{"bifrost.provider"}},
		"an unknown table":        {settings{"bifrsot": settings{"limit": 80}}, []string{"bifrsot.limit"}},
		"another number":          {settings{"bifrost": settings{"limit": 81}}, []string{"bifrost.limit"}},
		"another text":            {settings{"name": "b"}, []string{"name"}},
		"a shorter list":          {settings{"list": []string{"http://a:1"}}, []string{"list"}},
		"other addresses":         {settings{"list": []string{"http://a:1", "http://c:2"}}, []string{"list"}},
		"a table, not a list":     {settings{"name": []string{"a"}}, []string{"name"}},
		"a value, not a table":    {settings{"name": settings{"first": "a"}}, []string{"name.first"}},
		"several, sorted":         {settings{"z": 1, "b": 2}, []string{"b", "z"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ignored, err := Ignored(c.written, dumped)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.ignored, ignored); d != "" {
				t.Error(d)
			}
		})
	}
	if _, err := Ignored(settings{}, []byte("no = = toml")); err == nil {
		t.Error("what is no TOML was read")
	}
}

func TestOneNodeFoundsTheCluster(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		founded bool
		founds  []bool
	}{
		"a new cluster":            {false, []bool{true, false, false}},
		"a cluster that was there": {true, []bool{false, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			topology := Default("classify", 3)
			topology.Founded = c.founded
			var founds []bool
			for _, n := range topology.Nodes {
				does, _ := topology.nodeSettings(n, topology.native(n, "/data", ""))["auto-provision"].(bool)
				founds = append(founds, does)
			}
			if d := cmp.Diff(c.founds, founds); d != "" {
				t.Error(d)
			}
		})
	}
}
