package cluster

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"classify"
)

// Cluster is a native cluster: its topology, its programs and its folder. What
// changes it holds the folder's lock, so that two commands do not get in each
// other's way.
type Cluster struct {
	Topology Topology `json:"topology"`
	Binaries Binaries `json:"binaries"`
	// Serve are the flags of "classify serve" that the service was started with,
	// without secrets: these come from the environment of whoever starts it.
	Serve []string `json:"serve"`
	// Version counts the versions of the service that were deployed.
	Version int    `json:"version"`
	Dir     string `json:"-"`
	// Env is the environment of the service beyond that of this process.
	Env []string `json:"-"`
	// Say is told what goes on; nil: nobody is.
	Say func(string) `json:"-"`
}

const savedAs = "cluster.json"

// DefaultDir is where a cluster of a name keeps its data, unless it is told
// otherwise: in the folder for states of the user.
func DefaultDir(name string) (string, error) {
	base := os.Getenv("XDG_STATE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", classify.WithHint(err, "name a folder: --dir DIR")
		}
		base = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(base, "classify", "clusters", name), nil
}

// Open reads the cluster of a folder. Where there is none, the error wraps
// fs.ErrNotExist.
func Open(dir string) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, savedAs))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, classify.WithHint(fmt.Errorf("there is no cluster in %s: %w", dir, fs.ErrNotExist), "classify cluster up makes one; --dir and --name say which")
	}
	if err != nil {
		return nil, err
	}
	c := &Cluster{Dir: dir}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, classify.WithHint(fmt.Errorf("%s is no cluster of this program: %w", filepath.Join(dir, savedAs), err), "choose another folder with --dir")
	}
	if err := c.Topology.Check(); err != nil {
		return nil, err
	}
	return c, nil
}

// Make prepares a new cluster in a folder, which has to be empty or not there.
// Nothing is written yet.
func Make(dir string, t Topology) (*Cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the folder of the cluster: %w", err)
	}
	for _, e := range entries {
		if e.Name() != lockFile {
			return nil, classify.WithHint(fmt.Errorf("%s is not empty, and has no cluster of this program", dir), "choose another folder with --dir")
		}
	}
	if t.S3.SecretKey == "" {
		t.S3.SecretKey = rand.Text()
	}
	return &Cluster{Topology: t, Dir: dir, Version: 1}, nil
}

// save writes the cluster down, as a whole or not at all.
func (c *Cluster) save() error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(c.Dir, savedAs)
	if err := os.WriteFile(path+".new", append(data, '\n'), 0o600); err != nil {
		return fullDisk(err)
	}
	return fullDisk(os.Rename(path+".new", path))
}

const lockFile = "lock"

// lock keeps other commands from changing the cluster.
func (c *Cluster) lock() (unlock func(), err error) {
	if err := os.MkdirAll(c.Dir, 0o700); err != nil {
		return nil, fullDisk(err)
	}
	f, err := os.OpenFile(filepath.Join(c.Dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fullDisk(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(classify.WithHint(fmt.Errorf("another command is at work on the cluster in %s", c.Dir), "wait until it has ended"), f.Close())
	}
	return func() { _ = f.Close() }, nil
}

func (c *Cluster) say(format string, args ...any) {
	if c.Say != nil {
		c.Say(fmt.Sprintf(format, args...))
	}
}

// daemons of the cluster.
func (c *Cluster) s3() daemon { return daemon{"s3", filepath.Join(c.Dir, "s3")} }
func (c *Cluster) node(n Node) daemon {
	return daemon{n.Name, filepath.Join(c.Dir, n.Name)}
}

// replica is the i-th process of a version of the service, from 1 on.
func (c *Cluster) replica(version, i int) daemon {
	return daemon{ReplicaName(i), filepath.Join(c.Dir, "service", fmt.Sprintf("v%d", version), fmt.Sprintf("replica-%d", i))}
}

// balancer stands before the replicas of a version, where there are several.
func (c *Cluster) balancer(version int) daemon {
	return daemon{"balancer", filepath.Join(c.Dir, "service", fmt.Sprintf("v%d", version), "balancer")}
}

// named is where clusters of this user are known by their names.
func named(name string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", classify.WithHint(err, "set HOME or XDG_CACHE_HOME")
	}
	return filepath.Join(cache, "classify", "clusters", name), nil
}

// claimName refuses a second living cluster of the same name on this machine:
// nodes know each other by it.
func (c *Cluster) claimName() error {
	path, err := named(c.Topology.Name)
	if err != nil {
		return err
	}
	if dir, err := os.ReadFile(path); err == nil && string(dir) != c.Dir {
		if other, err := Open(string(dir)); err == nil && other.Topology.Name == c.Topology.Name && other.lives() {
			return classify.WithHint(fmt.Errorf("a cluster of the name %s lives already, in %s", c.Topology.Name, other.Dir),
				"give this one another name with --name, or end the other: classify cluster down --dir %s", other.Dir)
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fullDisk(err)
	}
	return fullDisk(os.WriteFile(path, []byte(c.Dir), 0o600))
}

// forgetName frees the name.
func (c *Cluster) forgetName() {
	path, err := named(c.Topology.Name)
	if err != nil {
		return
	}
	if dir, err := os.ReadFile(path); err == nil && string(dir) == c.Dir {
		_ = os.Remove(path) // a name that stays says where to look, no more
	}
}

// lives reports whether any process of the cluster does.
func (c *Cluster) lives() bool {
	for _, d := range c.all() {
		if d.pid() != 0 {
			return true
		}
	}
	return false
}

// all are the processes that the cluster may have.
func (c *Cluster) all() []daemon {
	all := []daemon{c.s3()}
	for _, n := range c.Topology.Nodes {
		all = append(all, c.node(n))
	}
	services, _ := filepath.Glob(filepath.Join(c.Dir, "service", "v*", "*", "pid.json"))
	for _, p := range services {
		dir := filepath.Dir(p)
		all = append(all, daemon{filepath.Base(filepath.Dir(dir)) + "/" + filepath.Base(dir), dir})
	}
	return all
}
