package clustertest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// reap runs beside this process: when its standard input ends, because this
// process did so or has gone, it kills whatever works in the folder ($1), and
// removes it and the entry ($2) by which its cluster is known. A process may be
// starting just then: so it looks again until none is left.
//
// Where the system does not tell where processes work, they are those that a
// cluster has written down, as far as they still do what was started.
const reap = `cat >/dev/null
inside() {
  if [ -d /proc/self ]; then
    ls -l /proc/[0-9]*/cwd 2>/dev/null | awk -v at=" -> $1/" 'index($0, at) && match($0, /\/proc\/[0-9]+\//) { print substr($0, RSTART + 6, RLENGTH - 7) }'
  else
    find "$1" -name pid.json -exec sed -n 's/.*"pid":\([0-9]*\).*/\1/p' {} + | while read -r pid; do
      ps -o args= -p "$pid" | grep -E 'restate|minio|classify' >/dev/null && echo "$pid"
    done
  fi
}
for i in $(seq 50); do
  found=$(inside "$1")
  [ -z "$found" ] || kill -KILL $found 2>/dev/null
  if [ -z "$found" ] && rm -rf "$1" 2>/dev/null; then
    break
  fi
  sleep 0.1
done
rm -rf "$1"
rm -f "$2"`

// Folder is an empty folder among the temporary files, whose name would do for a
// cluster. What processes work in folders below it ends when end is called or
// forgotten, or this process has gone; then the folder is removed.
func Folder() (dir string, end func() error, err error) {
	end = func() error { return nil }
	parent, err := filepath.EvalSymlinks(os.TempDir())
	if err != nil {
		return "", end, err
	}
	name := "classify-" + strings.ToLower(rand.Text())
	dir = filepath.Join(parent, name)
	known, err := os.UserCacheDir() // where clusters are known by their names
	if err != nil {
		return "", end, err
	}
	cmd := exec.Command("sh", "-c", reap, "reap", dir, filepath.Join(known, "classify", "clusters", name))
	cmd.Dir = "/" // it does not work there itself
	detach(cmd)
	leash, err := cmd.StdinPipe()
	if err != nil {
		return "", end, err
	}
	if err := cmd.Start(); err != nil {
		return "", end, errors.Join(err, leash.Close())
	}
	end = sync.OnceValue(func() error { return errors.Join(leash.Close(), cmd.Wait()) })
	return dir, end, os.Mkdir(dir, 0o700)
}

var built struct {
	sync.Mutex
	path string
	end  func() error // kept: what is forgotten is closed, and the folder goes
}

// Program is the program classify of this source, built once for each process. It
// goes with the process.
func Program(ctx context.Context) (string, error) {
	built.Lock()
	defer built.Unlock()
	if built.path != "" {
		return built.path, nil
	}
	dir, end, err := Folder()
	if err != nil {
		return "", errors.Join(err, end())
	}
	ctx, stop := context.WithTimeout(ctx, 5*time.Minute)
	defer stop()
	path := filepath.Join(dir, "classify")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", path, "classify/cmd/classify").CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("build classify: %w\n%s", err, out), end())
	}
	built.path, built.end = path, end
	return path, nil
}
