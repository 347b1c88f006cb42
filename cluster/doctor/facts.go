package doctor

import (
	"errors"
	"strings"
	"time"

	"classify"
	"classify/cluster"
	"classify/restate"
)

// ErrNotAsked is the error of a source that there is none of.
var ErrNotAsked = errors.New("nobody was named who could be asked")

// Facts are what the sources have said: a plain value. An error stands where a
// source did not answer, and what it would have said is empty then.
type Facts struct {
	At       time.Time // our clock
	Topology cluster.Topology
	Flags    string // that name the cluster, for the commands of remedies: " --name x"

	InContainer bool   // this program runs in a container
	Containers  bool   // the nodes and the service do
	Registered  string // where the nodes reach the service

	Nodes       []NodeFacts // in the order of the topology
	View        View
	Deployments []Deployment
	DeployErr   error // also that of Work
	Work        Work
	WorkErr     error
	S3          S3
	Store       Store
	Service     Service
	Provider    Provider
	ProviderErr error
	Clocks      []Clock
	Disks       []Disk
	Control     string // version of restatectl
	ControlErr  error
}

// NodeFacts are what one node says.
type NodeFacts struct {
	Node cluster.Node

	Health    Health
	HealthErr error

	Version    string // by its admin API
	VersionErr error

	Members    []int // ids of the metadata servers that it knows
	MembersErr error

	Services    []string // that its ingress lists
	ServicesErr error

	Traffic    Traffic
	TrafficErr error

	Ignored    []string // keys of its configuration that the server does not know
	IgnoredErr error
}

// Health is what a node says of itself.
type Health struct {
	Status    string `json:"status"` // "Alive" when it takes part
	NodeID    string `json:"node_id"`
	Cluster   string `json:"cluster_name"`
	Admin     string `json:"admin_status"`
	Worker    string `json:"worker_status"`
	LogServer string `json:"log_server_status"`
	Metadata  string `json:"metadata_server_status"` // "Member", "AwaitingProvisioning", …
	Age       string `json:"age"`                    // since its start: "3m 49s 376ms"
	Bound     []struct {
		Name    string `json:"name"`
		Address string `json:"address"`
	} `json:"bound_addresses"`
}

// Traffic is what the metrics of a node say, since it was started.
type Traffic struct {
	Requests   float64 // that its ingress admitted
	Alive      int     // nodes that it sees, itself among them
	Dead       int
	Suspect    int
	Lonely     bool // sees nobody
	Leaders    int  // partitions that it leads
	Partitions int  // of the cluster
}

// View is what the nodes know of the cluster together, by restatectl.
type View struct {
	Members    []Member
	Partitions []Partition
	// Metadata has the metadata addresses that each node works with, by its id ("N1").
	Metadata map[string]string
	Err      error
}

// Member is a node as the cluster knows it.
type Member struct {
	ID      string `json:"plain_node_id"` // "N1"
	State   string `json:"state"`         // "alive", "dead", …
	Name    string `json:"name"`
	Address string `json:"address"`
	Version string `json:"binary_version"`
}

// Partition is what is known of a partition's leader and its snapshots.
type Partition struct {
	ID       int    `json:"partition_id"`
	Leader   string `json:"leader"`           // id of the node; "": none
	Applied  int64  `json:"applied_log_lsn"`  // records that its leader has applied
	Archived int64  `json:"archived_log_lsn"` // of them in a snapshot; 0: none
	Broken   string `json:"broken_reason"`
}

// Deployment is a registered address.
type Deployment struct {
	ID       string
	URI      string
	Services []string
	// Unreached has why a node cannot reach the address, by the name of the node: each
	// was asked to look. Nodes that did not say are not in it.
	Unreached map[string]string
	// Reached are the names of the nodes that reach it.
	Reached []string
}

// Work is what is unfinished.
type Work struct {
	States []InvocationState
	// Stuck are some that are paused or tried over and over, paused ones first, and
	// of these the oldest.
	Stuck []Invocation
}

// InvocationState counts the invocations of a status.
type InvocationState struct {
	Status  string    `json:"status"`
	Count   int       `json:"n"`
	Oldest  time.Time `json:"oldest"`
	Retries int       `json:"retries"` // most attempts of one of them
}

// Invocation is one that does not get on.
type Invocation struct {
	ID      string    `json:"id"`
	Target  string    `json:"target"`
	Status  string    `json:"status"`
	Created time.Time `json:"created_at"`
	Retries int       `json:"retry_count"`
	Failure string    `json:"last_failure"`
}

// S3 is what the object store says.
type S3 struct {
	Bucket  bool // it is there
	Objects int
	Bytes   int64
	Newest  time.Time // zero: there is none
	More    bool      // there are more objects than were counted
	Err     error
}

// Store is what the store of the answers says.
type Store struct {
	Host     string // of its address; "" is a file, or a socket
	Info     classify.StoreInfo
	Findings []classify.Finding
	Err      error
}

// Service is what the classification service says of itself.
type Service struct {
	restate.Health
	Err error
}

// Provider is a provider of models, and what it says to our key.
type Provider struct {
	Name    string
	KeyName string // variable of the environment; "": it takes no key
	KeySet  bool
	// Refused is why the provider does not take the key, or cannot be asked; "": it does.
	Refused string
	// RPM and TPM are the limits that are set, per minute; 0: none.
	RPM, TPM int
	// AllowedRPM and AllowedTPM are what the provider grants; 0: it does not say.
	AllowedRPM, AllowedTPM int
}

// Clock is the clock of another machine.
type Clock struct {
	Of    string
	Ahead time.Duration // of ours
}

// Disk is where data is kept.
type Disk struct {
	Path  string
	Free  uint64 // bytes for us
	Total uint64
	Err   error
}

// young reports whether the node has just been started: the others may not have
// noticed yet.
func (h Health) young() bool {
	age, err := time.ParseDuration(strings.ReplaceAll(h.Age, " ", ""))
	return err == nil && age < 30*time.Second // days are not read: it is old then
}

// command is how a command for this cluster is written.
func (f *Facts) command(name string) string { return "classify " + name + f.Flags }

// restart is the command that starts a node again.
func (f *Facts) restart(node string) string {
	if f.Containers {
		return "docker compose -f docker-compose.cluster.yml restart " + node
	}
	return f.command("cluster restart " + node)
}

// theService stands for a process of the service in logs.
const theService = "service-1"

// logs is the command that shows what a node, S3 or the service says.
func (f *Facts) logs(node string) string {
	if f.Containers {
		if node == theService {
			node = "classify"
		}
		return "docker compose -f docker-compose.cluster.yml logs " + node
	}
	return f.command("cluster logs " + node)
}

// deploy is the command that registers the service that runs at an address.
func (f *Facts) deploy(address string) string {
	admin := ""
	for _, n := range f.answering() {
		admin = " --admin " + n.Node.AdminURL()
		break
	}
	return "classify cluster deploy " + address + admin
}

// up is the command that starts the cluster.
func (f *Facts) up() string {
	if f.Containers {
		return "docker compose -f docker-compose.cluster.yml up -d"
	}
	return f.command("cluster up")
}

// answering are the nodes that take part.
func (f *Facts) answering() []NodeFacts {
	var live []NodeFacts
	for _, n := range f.Nodes {
		if n.HealthErr == nil {
			live = append(live, n)
		}
	}
	return live
}

func join(list []string) string { return strings.Join(list, ", ") }

// control is a command of restatectl, at the first node that answers.
func (f *Facts) control(args string) string {
	for _, n := range f.answering() {
		return "restatectl --address " + n.Node.NodeURL() + " " + args
	}
	return "restatectl " + args
}
