// Package cluster runs Restate nodes, their object store and the classification
// service as one: from a single Topology it makes the native processes, the
// compose files, and what doctor compares the living cluster with.
package cluster

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"

	"classify"
)

// Versions that the topology is made for and tested with.
const (
	RestateVersion  = "1.7.12"
	PostgresVersion = "18.4"
)

// Limits of a topology.
const (
	MaxNodes    = 31 // the most whose ports stay legal and apart
	MaxReplicas = 64
)

// Topology says what a cluster is made of. It is a plain value: it can be
// compared, and is kept as JSON beside the data of the cluster.
type Topology struct {
	Name        string `json:"name"` // of the cluster; nodes of another name are refused by Restate
	Nodes       []Node `json:"nodes"`
	Partitions  int    `json:"partitions"`
	Replication int    `json:"replication"` // copies of every log record and partition
	// InvocationsPerPartition bounds the open invocations that the leader of a
	// partition has at the service: partitions × this is the most that the
	// service holds in memory at once.
	InvocationsPerPartition int       `json:"invocations_per_partition"`
	RocksDBMemory           string    `json:"rocksdb_memory"` // of one node, as Restate writes sizes
	Snapshots               Snapshots `json:"snapshots"`
	S3                      S3        `json:"s3"`
	Service                 Service   `json:"service"`
	// Founded says that the cluster exists: no node may found another one, not even
	// the first after it has lost its data.
	Founded bool `json:"founded,omitempty"`
}

// Node is one Restate server.
type Node struct {
	ID      int    `json:"id"`   // never used again for another data directory
	Name    string `json:"name"` // node-1, …
	Host    string `json:"host"` // where it listens, and how the others reach it
	Ingress int    `json:"ingress_port"`
	Admin   int    `json:"admin_port"`
	Port    int    `json:"node_port"` // between nodes
}

// Snapshots says how often partitions are written to the object store.
type Snapshots struct {
	Bucket  string `json:"bucket"`
	Prefix  string `json:"prefix"`
	Records int    `json:"records"` // a snapshot after so many records
}

// S3 is the object store of the snapshots.
type S3 struct {
	Host      string `json:"host"`
	Port      int    `json:"port"`
	AccessKey string `json:"access_key"`
	// SecretKey stands in the files of a native cluster, which its owner alone
	// can read, and nowhere else.
	SecretKey string `json:"secret_key"`
}

// Service is the classification service: replicas behind one address.
type Service struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	Replicas int    `json:"replicas"`
}

// Default is a cluster of so many nodes on the loopback interface: replication 2
// where there are at least two nodes, a snapshot every 1,000 records.
func Default(name string, nodes int) Topology {
	t := Topology{
		Name: name, Partitions: 12, Replication: min(2, nodes), InvocationsPerPartition: 80, RocksDBMemory: "512 MiB",
		Snapshots: Snapshots{Bucket: "restate", Prefix: "snapshots", Records: 1000},
		S3:        S3{Host: loopback, Port: 9000, AccessKey: "classify"},
		Service:   Service{Host: loopback, Port: 9080, Replicas: 1},
	}
	for id := 1; id <= nodes; id++ {
		t.Nodes = append(t.Nodes, NewNode(id))
	}
	return t
}

const loopback = "127.0.0.1"

// NewNode is a node on the ports that people know: 8080, 28080, 38080, … for the
// ingress, 9070, 29070, … for the admin API, 5122, 25122, … between nodes. From
// the sixth node on, where these are no legal ports any more, they count on from
// 18080, 19070 and 15122 in steps of one hundred.
func NewNode(id int) Node {
	n := Node{ID: id, Name: "node-" + strconv.Itoa(id), Host: loopback, Ingress: 8080, Admin: 9070, Port: 5122}
	switch {
	case id == 1:
	case id <= 5:
		n.Ingress, n.Admin, n.Port = 10000*id+8080, 10000*id+9070, 10000*id+5122
	default:
		n.Ingress, n.Admin, n.Port = 18080+100*(id-6), 19070+100*(id-6), 15122+100*(id-6)
	}
	return n
}

// IngressURL is where a node takes requests.
func (n Node) IngressURL() string { return address("http", n.Host, n.Ingress) }

// AdminURL is where a node is administered.
func (n Node) AdminURL() string { return address("http", n.Host, n.Admin) }

// NodeURL is where other nodes reach it.
func (n Node) NodeURL() string { return address("http", n.Host, n.Port) }

// URL is where the object store answers.
func (s S3) URL() string { return address("http", s.Host, s.Port) }

// URL is what is registered with Restate.
func (s Service) URL() string { return address("http", s.Host, s.Port) }

// Destination is where snapshots go.
func (s Snapshots) Destination() string { return "s3://" + s.Bucket + "/" + s.Prefix }

func address(scheme, host string, port int) string {
	return (&url.URL{Scheme: scheme, Host: net.JoinHostPort(host, strconv.Itoa(port))}).String()
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Check refuses what cannot work; the error is a *classify.InvalidInputError with
// the remedy.
func (t *Topology) Check() error {
	switch {
	case !nameForm.MatchString(t.Name):
		return invalid("small letters, digits and dashes, at most 40, a letter first", "the name of a cluster cannot be %q", t.Name)
	case len(t.Nodes) < 1 || len(t.Nodes) > MaxNodes:
		return invalid(fmt.Sprintf("write a number from 1 to %d", MaxNodes), "a cluster of %d nodes", len(t.Nodes))
	case t.Replication < 1 || t.Replication > len(t.Nodes):
		return invalid(fmt.Sprintf("write a number from 1 to %d", len(t.Nodes)), "%d copies on %d nodes", t.Replication, len(t.Nodes))
	case t.Partitions < 1 || t.Partitions > 1024:
		return invalid("write a number from 1 to 1024", "%d partitions", t.Partitions)
	case t.Service.Replicas < 1 || t.Service.Replicas > MaxReplicas:
		return invalid(fmt.Sprintf("write a number from 1 to %d", MaxReplicas), "%d replicas of the service", t.Service.Replicas)
	}
	ids, taken := map[int]bool{}, map[string]string{}
	for _, n := range t.Nodes {
		if n.ID < 1 || ids[n.ID] {
			return invalid("every node has an id of its own, from 1 on", "two nodes with the id %d", n.ID)
		}
		ids[n.ID] = true
	}
	for _, p := range t.Ports() {
		at := net.JoinHostPort(p.Host, strconv.Itoa(p.Port))
		if p.Port < 1 || p.Port > 65535 {
			return invalid("ports are from 1 to 65535", "%s of %s on port %d", p.For, p.Of, p.Port)
		}
		if other, ok := taken[at]; ok {
			return invalid("give one of them another port", "%s is both %s and %s of %s", at, other, p.For, p.Of)
		}
		taken[at] = p.For + " of " + p.Of
	}
	return nil
}

func invalid(hint, format string, args ...any) error {
	return classify.WithHint(&classify.InvalidInputError{What: "topology", Err: fmt.Errorf(format, args...)}, "%s", hint)
}

// Port is a port of a topology and what it is for.
type Port struct {
	Host string
	Port int
	For  string // "ingress", "admin", "nodes", "S3", "service"
	Of   string // the node or process
}

// Ports are all ports of the topology.
func (t *Topology) Ports() []Port {
	var ports []Port
	for _, n := range t.Nodes {
		ports = append(ports, Port{n.Host, n.Ingress, "ingress", n.Name}, Port{n.Host, n.Admin, "admin", n.Name}, Port{n.Host, n.Port, "nodes", n.Name})
	}
	ports = append(ports, Port{t.S3.Host, t.S3.Port, "S3", "s3"}, Port{t.Service.Host, t.Service.Port, "service", "service"})
	if t.Service.Replicas > 1 {
		for i := 1; i <= t.Service.Replicas; i++ {
			ports = append(ports, Port{t.Service.Host, t.Service.ReplicaPort(i), "service", ReplicaName(i)})
		}
	}
	return ports
}

// ReplicaPort is where the i-th replica listens, from 1 on: a single one has the
// service's own port, several stand behind it.
func (s Service) ReplicaPort(i int) int {
	if s.Replicas == 1 {
		return s.Port
	}
	return s.Port + i
}

// ReplicaName is how the i-th replica of the service is called, from 1 on.
func ReplicaName(i int) string { return "service-" + strconv.Itoa(i) }

// Addresses are the addresses between all nodes: what each of them has to know
// to find the metadata.
func (t *Topology) Addresses() []string {
	var all []string
	for _, n := range t.Nodes {
		all = append(all, n.NodeURL())
	}
	return all
}

// Node finds a node by name, by number ("2") or by id.
func (t *Topology) Node(name string) (Node, error) {
	for _, n := range t.Nodes {
		if n.Name == name || strconv.Itoa(n.ID) == name {
			return n, nil
		}
	}
	return Node{}, invalid("classify cluster status lists the nodes", "the cluster %s has no node %q", t.Name, name)
}

// Ingresses are the addresses at which the nodes take requests.
func (t *Topology) Ingresses() []string {
	var all []string
	for _, n := range t.Nodes {
		all = append(all, n.IngressURL())
	}
	return all
}
