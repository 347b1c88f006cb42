package postgrestest

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// owner is the user whom a server runs as: PostgreSQL refuses root.
type owner struct {
	uid, gid int
	other    bool // it is not the user of this process
}

func findOwner() (*owner, error) {
	if os.Getuid() != 0 {
		return &owner{uid: os.Getuid(), gid: os.Getgid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.Atoi(u.Uid)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.Atoi(u.Gid)
		if err != nil {
			return nil, err
		}
		return &owner{uid, gid, true}, nil
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is no user \"postgres\" or \"nobody\": run the tests as another user")
}

// become makes a command run as the owner.
func (o *owner) become(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if o.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}
		cmd.Env = append(os.Environ(), "HOME=/")
	}
}

// own gives the owner a file or folder.
func (o *owner) own(path string) error {
	if !o.other {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}

// reachable is where the owner can run the programs: there, or in a copy, where
// they lie in a folder that is closed to others.
func (o *owner) reachable(bin, version string) (string, error) {
	if !o.other || o.mayRun(bin) {
		return bin, nil
	}
	installation := filepath.Dir(bin)
	copied := filepath.Join(os.TempDir(), "classify-postgres-"+version+"-"+strconv.Itoa(o.uid))
	if o.mayRun(filepath.Join(copied, "bin")) {
		return filepath.Join(copied, "bin"), nil
	}
	fresh, err := os.MkdirTemp("", "classify-postgres-copy-")
	if err != nil {
		return "", err
	}
	// cp keeps links and modes.
	if out, err := exec.Command("cp", "-a", installation+"/.", fresh).CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(strings.TrimSpace(string(out))))
	}
	if err := os.Chmod(fresh, 0o755); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, copied); err != nil && !o.mayRun(filepath.Join(copied, "bin")) {
		return "", err // another process was not faster either
	}
	return filepath.Join(copied, "bin"), nil
}

func (o *owner) mayRun(bin string) bool {
	cmd := exec.Command(filepath.Join(bin, "postgres"), "--version")
	o.become(cmd)
	return cmd.Run() == nil
}
