package cluster

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"classify"
)

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// namesIn are what is in a folder.
func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestComposeFilesAreWrittenAndReplaced(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "deploy")
	topology := Default("classify", 3)
	files, err := topology.WriteCompose(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(dir, ClusterFile), filepath.Join(dir, DevFile), filepath.Join(dir, IdentityFile)}
	if d := cmp.Diff(want, files); d != "" {
		t.Error(d)
	}
	for i, mode := range []fs.FileMode{0o644, 0o644, 0o600} {
		if info, err := os.Stat(files[i]); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", files[i], info, err)
		}
	}
	key, before := readText(t, files[2]), readText(t, files[0])
	if strings.Contains(before, strings.Split(key, "\n")[1]) {
		t.Error("the private key stands in the compose file")
	}
	topology = Default("classify", 5)
	if _, err := topology.WriteCompose(dir, "--provider", "openai"); err != nil {
		t.Fatal(err)
	}
	after := readText(t, files[0])
	if p := loaded(t, []byte(after)); p.Services["node-5"].Name == "" {
		t.Error("the file has not changed")
	}
	if readText(t, files[2]) != key || identityIn(t, before) != identityIn(t, after) {
		t.Error("the nodes sign with another key than the one that the service knows")
	}
	if d := cmp.Diff([]string{ClusterFile, DevFile, IdentityFile}, namesIn(t, dir)); d != "" {
		t.Error(d)
	}
}

func identityIn(t *testing.T, file string) string {
	t.Helper()
	command := loaded(t, []byte(file)).Services["classify"].Command
	for i, arg := range command[:len(command)-1] {
		if arg == "--identity-key" {
			return command[i+1]
		}
	}
	t.Fatalf("the service lets in anybody: %q", command)
	return ""
}

func TestFilesOfOthersAreNotReplaced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, text string }{
		"a compose file of others":          {ClusterFile, "services: {}\n"},
		"an empty file":                     {DevFile, ""},
		"a line that only begins like ours": {DevFile, made[:20] + "\n"},
		"no key":                            {IdentityFile, "publickeyv1_…\n"},
		"a key of another kind":             {IdentityFile, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
		"a key without an end":              {IdentityFile, strings.Repeat("-----BEGIN PRIVATE KEY-----\n", 5000)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, c.file)
			writeText(t, path, c.text)
			topology := Default("classify", 3)
			_, err := topology.WriteCompose(dir)
			if err == nil || !strings.Contains(err.Error(), path) || classify.Hint(err) == "" {
				t.Errorf("%v, and the remedy %q", err, classify.Hint(err))
			}
			if got := readText(t, path); got != c.text {
				t.Errorf("the file is now %q", got)
			}
			if d := cmp.Diff([]string{c.file}, namesIn(t, dir)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAFolderThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	writeText(t, path, "")
	topology := Default("classify", 3)
	if _, err := topology.WriteCompose(path); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
