package postgrestest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
	detach(cmd)
	if o.other {
		runAs(cmd, o.uid, o.gid)
		cmd.Env = append(os.Environ(), "HOME=/")
	}
}

// place names a folder that is not there yet, among the temporary files: in the
// first place where the owner can come to. Who cleans up knows it before it is
// made.
func (o *owner) place(prefix string) (string, error) {
	places := []string{os.TempDir(), "/tmp", "/var/tmp"}
	i := slices.IndexFunc(places, func(place string) bool { return !o.other || open(place) })
	if i < 0 {
		return "", fmt.Errorf("another user can come to none of %s: set TMPDIR", strings.Join(places, ", "))
	}
	return filepath.Join(places[i], prefix+rand.Text()), nil
}

// make makes a folder of the owner.
func (o *owner) make(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return o.own(dir)
}

// folder makes one in a place of its own.
func (o *owner) folder(prefix string) (string, error) {
	dir, err := o.place(prefix)
	if err != nil {
		return "", err
	}
	return dir, o.make(dir)
}

// open reports whether every user may pass through a folder and those above it.
func open(dir string) bool {
	dir, err := filepath.EvalSymlinks(dir)
	for ; err == nil; dir = filepath.Dir(dir) {
		info, statErr := os.Stat(dir)
		if statErr != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if filepath.Dir(dir) == dir {
			return true
		}
	}
	return false
}

// own gives the owner a file or folder.
func (o *owner) own(path string) error {
	if !o.other {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}

// reachable is where the owner can run the programs: there, or in a copy, where
// they lie in a folder that is closed to others. The copy stays for the next time.
func (o *owner) reachable(bin, version string) (string, error) {
	if !o.other || o.mayRun(bin) {
		return bin, nil
	}
	fresh, err := o.folder("classify-programs-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh) // it has moved, or there was one
	copied := filepath.Join(filepath.Dir(fresh), "classify-programs-"+version+"-"+strconv.Itoa(o.uid))
	// Everybody can write there: a copy that another user has left is not run.
	if info, err := os.Lstat(copied); err == nil && !(info.IsDir() && ownedBy(info, os.Getuid())) {
		return "", fmt.Errorf("%s is not of this user: remove it", copied)
	} else if err == nil && o.mayRun(filepath.Join(copied, "bin")) {
		return filepath.Join(copied, "bin"), nil
	}
	// cp keeps links and modes.
	if out, err := exec.Command("cp", "-a", filepath.Dir(bin)+"/.", fresh).CombinedOutput(); err != nil {
		return "", errors.Join(err, errors.New(strings.TrimSpace(string(out))))
	}
	if err := errors.Join(os.Chown(fresh, os.Getuid(), os.Getgid()), os.Chmod(fresh, 0o755)); err != nil {
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
