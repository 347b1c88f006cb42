package docs_test

import (
	"encoding/json"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"classify/cluster"
	"classify/internal/clustertest"
)

// surroundings are what the commands of a document meet: folders of the user in
// which there is nothing yet, and the programs of a cluster.
type surroundings struct {
	env  []string
	real replacements
}

// starts reports whether a document starts a cluster, and so ends it.
func starts(doc string) bool { return strings.Contains(doc, "\n$ classify cluster up") }

// surround prepares the surroundings of a document. A cluster that it starts is on
// other ports than the document says: those may be another's. It is gone when the
// test is over, or this process.
func surround(t *testing.T, doc string) surroundings {
	t.Helper()
	if !starts(doc) {
		return surroundings{env: homes(t.TempDir())}
	}
	folder, end, err := clustertest.Folder()
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	programs, err := filepath.Glob("../tools/restate/node_modules/@restatedev/*/bin")
	if err != nil {
		t.Fatal(err)
	}
	path := os.Getenv("PATH")
	for _, dir := range append(programs, "../bin") {
		if dir, err = filepath.Abs(dir); err != nil {
			t.Fatal(err)
		}
		path += string(filepath.ListSeparator) + dir
	}
	written, moved := cluster.Default("classify", 1), cluster.Default("classify", 1)
	ports := freePorts(t, 5)
	n := &moved.Nodes[0]
	n.Ingress, n.Admin, n.Port, moved.S3.Port, moved.Service.Port = ports[0], ports[1], ports[2], ports[3], ports[4]
	moved.S3.SecretKey = strings.Repeat("s3", 8)
	save(t, filepath.Join(folder, "state", "classify", "clusters", moved.Name), moved)
	s := surroundings{env: append(homes(folder), "PATH="+path)}
	for i, p := range written.Ports() {
		at := moved.Ports()[i]
		s.real = append(s.real, [2]string{net.JoinHostPort(p.Host, strconv.Itoa(p.Port)), net.JoinHostPort(at.Host, strconv.Itoa(at.Port))})
	}
	return s
}

func homes(dir string) []string {
	return []string{"XDG_STATE_HOME=" + filepath.Join(dir, "state"), "XDG_CACHE_HOME=" + filepath.Join(dir, "cache")}
}

// save writes a cluster down that was never started.
func save(t *testing.T, dir string, topology cluster.Topology) {
	t.Helper()
	data, err := json.Marshal(cluster.Cluster{Topology: topology, Version: 1})
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "cluster.json"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// freePorts are ports of four digits, as wide in a table as those that stand in the
// documents, and none of these.
func freePorts(t *testing.T, n int) []int {
	t.Helper()
	var ports []int
	for range 1000 {
		port := 6000 + rand.IntN(2000)
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			continue
		}
		defer l.Close() // held until all are found
		if ports = append(ports, port); len(ports) == n {
			return ports
		}
	}
	t.Fatalf("there are no %d free ports of four digits", n)
	return nil
}
