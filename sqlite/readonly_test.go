package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"classify"
	"classify/sqlite"
)

// A file that this user may not write, or one in a folder that it may not write,
// is refused with the remedy, and can still be read. The superuser may write
// every file: for it the test goes on as nobody.
func TestUnwritableStore(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ file, dir os.FileMode }{
		"a file in a folder, neither writable":    {0o444, 0o555},
		"a writable file in an unwritable folder": {0o666, 0o555},
		"an unwritable file in a writable folder": {0o444, 0o777},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			path := filepath.Join(dir, "store.db")
			empty(t, path)
			must(t, os.Chmod(path, row.file))
			must(t, os.Chmod(dir, row.dir))
			t.Cleanup(func() { _ = os.Chmod(dir, 0o755) }) // so that it can be removed
			if os.Geteuid() != 0 {
				must(t, openUnwritable(path))
				return
			}
			must(t, os.Chmod(filepath.Dir(dir), 0o755))
			cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^$")
			cmd.Env = append(os.Environ(), readOnlyStore+"="+path)
			if !asNobody(cmd) {
				t.Skip("there is no way here to be another user than the superuser")
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
			if left, err := filepath.Glob(path + "-*"); err != nil || left != nil {
				t.Errorf("the reader left %v, %v", left, err)
			}
		})
	}
}

func openUnwritable(path string) error {
	if s, err := sqlite.Open(context.Background(), path, sqlite.Options{}); err == nil {
		return errors.Join(errors.New("opened for writing"), s.Close())
	} else if !strings.Contains(err.Error(), path) || !strings.Contains(classify.Hint(err), "writable") {
		return fmt.Errorf("error %w, hint %q", err, classify.Hint(err))
	}
	s, err := sqlite.Open(context.Background(), path, sqlite.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	_, err = s.Status(context.Background())
	return errors.Join(err, s.Close())
}
