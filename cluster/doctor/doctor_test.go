package doctor

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"classify"
	"classify/cluster"
	"classify/restate"
	"classify/telemetry"
)

var at = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// sound are the facts of a cluster of three nodes that lacks nothing.
func sound() *Facts {
	t := cluster.Default("classify", 3)
	t.S3.SecretKey = "4c1f0e5a9b2d"
	f := &Facts{At: at, Topology: t, Registered: t.Service.URL(), Control: cluster.RestateVersion}
	f.View.Metadata = map[string]string{}
	for i, n := range t.Nodes {
		id := fmt.Sprintf("N%d", n.ID)
		f.Nodes = append(f.Nodes, NodeFacts{
			Node:    n,
			Health:  Health{Status: "Alive", NodeID: id + ":1", Cluster: "classify", Metadata: "Member"},
			Version: cluster.RestateVersion, Members: []int{1, 2, 3}, Services: restate.Services,
			Traffic: Traffic{Requests: 400, Alive: 3, Leaders: 4, Partitions: 12},
		})
		f.View.Members = append(f.View.Members, Member{ID: id, State: "alive", Name: n.Name, Address: n.NodeURL() + "/", Version: cluster.RestateVersion})
		f.View.Metadata[id] = `["http://127.0.0.1:5122/", "http://127.0.0.1:25122/", "http://127.0.0.1:35122/"]`
		f.Clocks = append(f.Clocks, Clock{n.Name, time.Duration(i) * 300 * time.Millisecond})
	}
	for id := range 12 {
		f.View.Partitions = append(f.View.Partitions, Partition{ID: id, Leader: fmt.Sprintf("N%d", id%3+1), Applied: 5000, Archived: 4600})
	}
	f.Deployments = []Deployment{{ID: "dp_1", URI: t.Service.URL(), Services: restate.Services, Reached: []string{"node-1", "node-2", "node-3"}}}
	f.Work = Work{States: []InvocationState{{Status: "running", Count: 40, Oldest: at.Add(-20 * time.Second)}}}
	f.S3 = S3{Bucket: true, Objects: 40, Bytes: 9 << 20, Newest: at.Add(-3 * time.Minute)}
	f.Store = Store{Host: "127.0.0.1", Info: classify.StoreInfo{Kind: "postgres", Place: "127.0.0.1:5432/classify", Schema: 7, SchemaKnown: 7, Connections: classify.Connections{Pool: 8, Open: 8, Used: 10, Server: 100}}}
	f.Service = Service{Health: restate.Health{Version: classify.Version}}
	f.Provider = Provider{Name: "openai", KeyName: "OPENAI_API_KEY", KeySet: true, RPM: 900, TPM: 200_000, AllowedRPM: 1000, AllowedTPM: 200_000}
	f.Disks = []Disk{{Path: "/data", Free: 100 << 30, Total: 200 << 30}}
	return f
}

func TestASoundClusterHasNothingButFineFindings(t *testing.T) {
	t.Parallel()
	r := Examine(t.Context(), Checks(&Sources{}), sound())
	for _, f := range r.Findings {
		if f.Severity != OK || f.Cause != "" || f.Fix != "" || f.Fixable {
			t.Errorf("%+v", f)
		}
	}
	if want := len(Checks(&Sources{})); len(r.Findings) != want || r.Worst() != OK {
		t.Errorf("%d findings of %d checks, the worst %s", len(r.Findings), want, r.Worst())
	}
}

var errRefused = errors.New("connect: connection refused")

// bothWays are troubles: each has to be found by the check, and by that alone
// where others are not named.
var bothWays = []struct {
	name     string
	trouble  func(*Facts)
	check    string
	severity Severity
	finding  string
	cause    string
	fix      string
	fixable  bool
	others   string // checks that have to say something, too
}{
	{"a node that does not answer", func(f *Facts) {
		f.Nodes[1] = NodeFacts{Node: f.Nodes[1].Node, HealthErr: errRefused, VersionErr: errRefused, MembersErr: errRefused, ServicesErr: errRefused, TrafficErr: errRefused}
		f.Nodes[0].Traffic.Alive, f.Nodes[2].Traffic.Alive = 2, 2
		for i := range f.View.Partitions {
			f.View.Partitions[i].Leader = "N1"
		}
	}, "nodes", Error, "node-2 does not answer on http://127.0.0.1:25122", "refused", "classify cluster up", false, ""},
	{"a node that is silent", func(f *Facts) {
		f.Nodes[1] = NodeFacts{Node: f.Nodes[1].Node, HealthErr: fmt.Errorf("ask: %w", errNoAnswer(5*time.Second)), VersionErr: errRefused, MembersErr: errRefused, ServicesErr: errRefused, TrafficErr: errRefused}
	}, "nodes", Error, "node-2 does not answer", "no answer within 5s", "cluster restart node-2", false, "partitions"},
	{"a leader that the cluster still believes in", func(f *Facts) {
		f.Nodes[1] = NodeFacts{Node: f.Nodes[1].Node, HealthErr: errRefused, VersionErr: errRefused, MembersErr: errRefused, ServicesErr: errRefused, TrafficErr: errRefused}
	}, "partitions", Error, "4 of 12 partitions have no leader (1, 4, 7, 10)", "elected", "logs node-1", false, "nodes"},
	{"a node that was just started", func(f *Facts) {
		f.Nodes[0].Traffic.Alive, f.Nodes[0].Health.Age, f.Nodes[1].Health.Age = 2, "1h 3m 49s 376ms 648µs 22ns", "2s 5ms"
	}, "nodes", Warning, "node-1 sees 2 of 3", "started", "wait", false, ""},
	{"a node of another cluster on our port", func(f *Facts) { f.Nodes[0].Health.Cluster = "prod" }, "nodes", Error, `belongs to the cluster "prod"`, "another cluster", "end the other", false, ""},
	{"a node with the data of another", func(f *Facts) { f.Nodes[2].Health.NodeID = "N7:1" }, "nodes", Error, "node-3 calls itself N7:1", "data directory", "cluster replace node-3", false, ""},
	{"a node that sees nobody", func(f *Facts) { f.Nodes[1].Traffic.Lonely = true }, "nodes", Error, "node-2 sees no other node", "does not reach", "http://127.0.0.1:5122, http://127.0.0.1:25122, http://127.0.0.1:35122", false, ""},
	{"a node that sees some", func(f *Facts) { f.Nodes[1].Traffic.Alive = 2 }, "nodes", Error, "node-2 sees 2 of 3 nodes alive, though 3 answer", "advertise", "cluster restart node-2", false, ""},
	{"a lost node that was not removed", func(f *Facts) {
		f.View.Members = append(f.View.Members, Member{ID: "N4", Name: "node-4", State: "dead"})
	}, "nodes", Warning, "still counts on N4", "not removed", "restatectl --address http://127.0.0.1:5122 nodes remove --nodes N4", false, ""},
	{"a stranger in the cluster", func(f *Facts) {
		f.View.Members = append(f.View.Members, Member{ID: "N9", Name: "x\x1b[31m", State: "alive", Address: "http://10.0.0.9:5122"})
	}, "nodes", Warning, "N9 (x[31m) at http://10.0.0.9:5122", "somebody", "nodes remove --nodes N9", false, ""},
	{"a node known at an older address", func(f *Facts) { f.View.Members[1].Address = "http://127.0.0.1:1/" }, "nodes", Warning, "node-2 is known to the others at http://127.0.0.1:1/", "moved", "restart node-2", false, ""},
	{"a node that keeps no metadata", func(f *Facts) { f.Nodes[0].Members = []int{1, 2} }, "metadata", Warning, "to node-1, node-3 keeps no metadata", "joined", "metadata-server add-node N3", false, ""},
	{"a metadata address that is not known", func(f *Facts) { f.View.Metadata["N2"] = `["http://127.0.0.1:5122/"]` }, "metadata", Warning, "node-2 does not have http://127.0.0.1:25122, http://127.0.0.1:35122", "brackets", "restart node-2", false, ""},
	{"an address that is the beginning of another", func(f *Facts) {
		f.View.Metadata["N1"] = `["http://127.0.0.1:51220/","http://127.0.0.1:25122/","http://127.0.0.1:35122/"]`
	}, "metadata", Warning, "node-1 does not have http://127.0.0.1:5122", "", "", false, ""},
	{"a cluster that nobody founded", func(f *Facts) {
		for i := range f.Nodes {
			f.Nodes[i].Health.Metadata, f.Nodes[i].Health.NodeID = "AwaitingProvisioning", ""
		}
	}, "provisioning", Error, "not provisioned", "auto-provision", "provision --yes", false, ""},
	{"a node that has not joined", func(f *Facts) { f.Nodes[2].Health.NodeID = "" }, "provisioning", Error, "node-3 did not join", "addresses", "restart node-3", false, ""},
	{"two clusters of one name", func(f *Facts) { f.Nodes[0].Members, f.Nodes[1].Members = []int{1}, []int{2} }, "provisioning", Error, "node-1 and node-2 were founded as two clusters", "more than one", "cluster replace node-2", false, "metadata"},
	{"a key that is ignored", func(f *Facts) { f.Nodes[1].Ignored = []string{"worker.snapshot.destination"} }, "config", Warning, "node-2 ignores 1 key of its configuration: worker.snapshot.destination", "misspelt", "restart node-2", false, ""},
	{"a configuration that was not compared", func(f *Facts) { f.Nodes[1].IgnoredErr = ErrNotAsked }, "config", Unknown, "node-2", "nobody", "--restate-server", false, ""},
	{"an admin API for everybody", func(f *Facts) {
		f.Nodes[0].Health.Bound = append(f.Nodes[0].Health.Bound, struct {
			Name    string `json:"name"`
			Address string `json:"address"`
		}{"admin-api-server", "0.0.0.0:9070"})
	}, "exposure", Warning, "admin-api-server of node-1 listens on 0.0.0.0:9070", "bind-ip", `bind-ip = "127.0.0.1"`, false, ""},
	{"partitions without leader", func(f *Facts) { f.View.Partitions[3].Leader, f.View.Partitions[5].Leader = "", "" }, "partitions", Error, "2 of 12 partitions have no leader (3, 5)", "elected", "cluster logs node-1", false, ""},
	{"a leader that is dead", func(f *Facts) { f.View.Members[2].State = "dead" }, "partitions", Error, "4 of 12 partitions have no leader (2, 5, 8, 11)", "", "", false, ""},
	{"a partition that is broken", func(f *Facts) { f.View.Partitions[3].Broken = "cannot restore" }, "partitions", Error, "partition 3 is broken", "cannot restore", "", false, ""},
	{"too few leaders, by the metrics", func(f *Facts) { f.View.Err = ErrNotAsked; f.Nodes[0].Traffic.Leaders = 1 }, "partitions", Error, "3 of 12 partitions have no leader", "", "", false, ""},
	{"no quorum", func(f *Facts) {
		f.View.Err = errRefused
		for i := range 2 {
			f.Nodes[i] = NodeFacts{Node: f.Nodes[i].Node, HealthErr: errRefused, VersionErr: errRefused, MembersErr: errRefused, ServicesErr: errRefused, TrafficErr: errRefused}
		}
		f.Nodes[2].Traffic.Alive = 1
	}, "partitions", Error, "8 of 12", "1 of 3 nodes answer, and 2 are needed", "classify cluster up", false, "nodes"},
	{"no restatectl and no metrics", func(f *Facts) {
		f.View.Err = ErrNotAsked
		for i := range f.Nodes {
			f.Nodes[i].TrafficErr = errRefused
		}
	}, "partitions", Unknown, "nobody says", "refused", "--restatectl", false, "traffic"},
	{"a service that one node lacks", func(f *Facts) { f.Nodes[1].Services = restate.Services[1:] }, "services", Error, "node-2 does not list boolean-review", "has not heard", "classify cluster restart node-2", false, ""},
	{"services that all nodes lack", func(f *Facts) {
		for i := range f.Nodes {
			f.Nodes[i].Services = nil
		}
	}, "services", Error, "node-1 does not list boolean-review, class", "not registered", "classify cluster deploy http://127.0.0.1:9080 --admin http://127.0.0.1:9070", true, ""},
	{"an ingress that is silent", func(f *Facts) { f.Nodes[1].ServicesErr = errRefused }, "services", Error, "the ingress of node-2 does not answer on http://127.0.0.1:28080", "refused", "restart node-2", false, ""},
	{"an address that nodes cannot reach", func(f *Facts) {
		f.Deployments[0].Unreached = map[string]string{"node-2": "[META0003] Connection refused", "node-1": "[META0003] Connection refused"}
	}, "addresses", Error, "node-1, node-2 cannot reach the registered address http://127.0.0.1:9080", "META0003", "classify cluster up", false, ""},
	{"an older address that nodes cannot reach", func(f *Facts) {
		f.Deployments = append(f.Deployments, Deployment{URI: "http://127.0.0.1:9085/", Unreached: map[string]string{"node-3": "refused"}})
	}, "addresses", Error, "node-3 cannot reach the registered address http://127.0.0.1:9085/", "refused", "classify cluster deploy http://127.0.0.1:9080 --admin http://127.0.0.1:9070   forgets the other addresses", false, ""},
	{"loopback registered with containers", func(f *Facts) {
		contained(f)
		f.Deployments[0].URI, f.Deployments[0].Unreached = "http://127.0.0.1:9080", map[string]string{"node-1": "refused"}
	}, "addresses", Error, "node-1 cannot reach", "127.0.0.1 is, inside a container, the container itself", "classify cluster deploy http://classify:9080 --admin", false, ""},
	{"loopback registered with nodes elsewhere", func(f *Facts) { f.Nodes[1].Node.Host = "10.0.0.2"; f.Deployments[0].Reached = nil }, "addresses", Warning, "may not reach", "another machine", "cluster deploy", false, ""},
	{"the name of Docker's host outside of containers", func(f *Facts) {
		f.Deployments[0].URI, f.Deployments[0].Reached = "http://host.docker.internal:9080", nil
	}, "addresses", Warning, "http://host.docker.internal:9080", "containers alone", "cluster deploy http://127.0.0.1:9080", false, ""},
	{"the name of Docker's host where it is not known", func(f *Facts) {
		contained(f)
		f.Deployments[0].URI, f.Deployments[0].Unreached = "http://HOST.docker.internal:9080/", map[string]string{"node-1": "dns error"}
	}, "addresses", Error, "node-1 cannot reach", "extra_hosts", "cluster deploy http://classify:9080", false, ""},
	{"nothing registered", func(f *Facts) { f.Deployments = nil }, "addresses", Error, "no address is registered", "never", "cluster deploy", false, ""},
	{"a service that is gone", func(f *Facts) { f.Service = Service{Err: errRefused} }, "service", Error, "does not answer on http://127.0.0.1:9080", "refused", "classify cluster logs service-1", false, ""},
	{"a service that is not ready", func(f *Facts) {
		f.Service.Problems = []telemetry.Problem{{Name: "store", Problem: "no connection", Remedy: "start it"}}
	}, "service", Error, "not ready: its store", "no connection", "start it", false, ""},
	{"all traffic at one node", func(f *Facts) { f.Nodes[1].Traffic.Requests, f.Nodes[2].Traffic.Requests = 3, 0 }, "traffic", Warning, "node-1 takes nearly all requests: node-1 400, node-2 3, node-3 0", "clients know", "--nodes http://127.0.0.1:8080,http://127.0.0.1:28080,http://127.0.0.1:38080", false, ""},
	{"paused invocations", func(f *Facts) {
		f.Work.States = append(f.Work.States, InvocationState{Status: "paused", Count: 2, Oldest: at.Add(-3 * time.Hour)})
		f.Work.Stuck = []Invocation{{ID: "inv_1", Target: "classification-workflow/k/run", Status: "paused", Failure: "boom\nat line 2"}}
	}, "invocations", Error, "2 invocations are paused, the oldest since 3 hours", "classification-workflow/k/run (inv_1): boom at line 2", "classify doctor --fix", true, ""},
	{"invocations tried over and over", func(f *Facts) {
		f.Work.States = []InvocationState{{Status: "backing-off", Count: 1, Retries: 40, Oldest: at.Add(-90 * time.Second)}}
	}, "invocations", Warning, "1 invocation is tried over and over, up to 40 times", "every attempt", "cluster logs service-1", false, ""},
	{"old work", func(f *Facts) { f.Work.States[0].Oldest = at.Add(-2 * time.Hour) }, "invocations", Warning, "the oldest of 40 invocations that are running is 2 hours old", "submitted", "", false, ""},
	{"no object store", func(f *Facts) { f.S3 = S3{Err: errRefused} }, "s3", Error, "http://127.0.0.1:9000 does not answer", "refused", "cluster logs s3", false, "snapshots"},
	{"no bucket", func(f *Facts) { f.S3 = S3{} }, "s3", Error, "has no bucket restate", "nobody made it", "classify doctor --fix", true, "snapshots"},
	{"known credentials that others can try", func(f *Facts) { f.Topology.S3.SecretKey, f.Topology.S3.Host = "minioadmin", "10.0.0.5" }, "credentials", Error, "http://10.0.0.5:9000 has a well-known", "example", "secret key of its own", false, ""},
	{"a secret that is the name", func(f *Facts) { contained(f); f.Topology.S3.SecretKey = f.Topology.S3.AccessKey }, "credentials", Error, "well-known", "", "", false, ""},
	{"no credentials", func(f *Facts) { f.Topology.S3.SecretKey = "" }, "credentials", Unknown, "not looked at", "not given", "CLASSIFY_S3_SECRET_KEY", false, ""},
	{"snapshots that lag", func(f *Facts) { f.View.Partitions[2].Applied = 20_000 }, "snapshots", Warning, "1 partition has up to 15,400 records that are in no snapshot", "s3://restate/snapshots", "cluster snapshot", false, ""},
	{"no snapshot at all", func(f *Facts) { f.S3.Newest, f.S3.Objects, f.View.Partitions[2].Archived = time.Time{}, 0, 0 }, "snapshots", Warning, "there is no snapshot", "", "cluster snapshot", false, ""},
	{"snapshots that are large", func(f *Facts) { f.S3.Bytes = 300 << 30 }, "snapshots", Warning, "300 GiB of snapshots", "kept", "cluster trim", false, ""},
	{"no store", func(f *Facts) {
		f.Store.Err = classify.WithHint(errors.New("no connection to 127.0.0.1:5432"), "start PostgreSQL")
	}, "store", Error, "cannot be used", "no connection to 127.0.0.1:5432", "start PostgreSQL", false, "pool"},
	{"loopback as the store inside a container", func(f *Facts) { f.InContainer = true; f.Store.Err = errRefused }, "store", Error, "names 127.0.0.1, and is used inside a container", "itself", "host.docker.internal", false, "pool"},
	{"Docker's name as the store outside of containers", func(f *Facts) { f.Store.Host = "host.docker.internal"; f.Store.Err = errRefused }, "store", Error, "used outside of containers", "alone", "127.0.0.1", false, "pool"},
	{"tables of an older version", func(f *Facts) { f.Store.Info.Schema = 5 }, "store", Warning, "version 5; this program wants 7", "older", "classify doctor --fix", true, ""},
	{"tables of a newer version", func(f *Facts) { f.Store.Info.Schema = 9 }, "store", Error, "version 9; this program knows 7", "newer", "that version", false, ""},
	{"what does not fit together in the store", func(f *Facts) {
		f.Store.Findings = []classify.Finding{{Check: "hashes", Detail: "3 are wrong", Remedy: "run again"}}
	}, "store", Warning, "hashes: 3 are wrong", "", "run again", false, ""},
	{"no connection left", func(f *Facts) { f.Store.Info.Connections.Used = 100 }, "pool", Error, "all 100 connections", "others 92", "pool_max_conns=4", false, ""},
	{"more replicas than connections", func(f *Facts) { f.Topology.Service.Replicas = 16 }, "pool", Warning, "16 replicas may want 144 connections", "each process", "pool_max_conns=5", false, ""},
	{"no key", func(f *Facts) { f.Provider.KeySet = false }, "provider", Error, "no key for openai", "OPENAI_API_KEY is not set", "export OPENAI_API_KEY", false, ""},
	{"a key that is refused", func(f *Facts) { f.Provider.Refused = "401: invalid key" }, "provider", Error, "openai does not accept", "401", "OPENAI_API_KEY", false, ""},
	{"a limit above what is granted", func(f *Facts) { f.Provider.RPM = 5000 }, "provider", Warning, "5000 requests per minute are set, openai grants 1000", "refused", "--rpm 1000", false, ""},
	{"no limit", func(f *Facts) { f.Provider.TPM = 0 }, "provider", Warning, "no limit of tokens", "refused", "--tpm 200000", false, ""},
	{"a provider that cannot be made", func(f *Facts) { f.ProviderErr = classify.WithHint(errRefused, "start it") }, "provider", Error, "cannot be used", "refused", "start it", false, ""},
	{"a clock that is off", func(f *Facts) { f.Clocks[1].Ahead = -10 * time.Second }, "clocks", Warning, "the clock of node-2 is 10 seconds behind ours", "NTP", "set-ntp", false, ""},
	{"a clock that is far off", func(f *Facts) { f.Clocks[2].Ahead = time.Hour }, "clocks", Error, "node-3 is 60 minutes ahead of ours", "", "", false, ""},
	{"little space", func(f *Facts) { f.Disks[0].Free = 3 << 30 }, "disk", Warning, "3.0 GiB free of 200 GiB for /data", "fills", "cluster trim", false, ""},
	{"hardly any space", func(f *Facts) { f.Disks[0].Free = 1 << 20 }, "disk", Error, "1.0 MiB free", "", "", false, ""},
	{"a folder that cannot be looked at", func(f *Facts) { f.Disks[0] = Disk{Path: "/data", Err: errRefused} }, "disk", Unknown, "/data", "", "ls -ld /data", false, ""},
	{"an older server", func(f *Facts) {
		for i := range f.Nodes {
			f.Nodes[i].Version = "1.6.3"
		}
	}, "versions", Warning, "node-1, node-2, node-3: Restate 1.6.3", "ignored", "install restate-server " + cluster.RestateVersion, false, ""},
	{"nodes of two versions", func(f *Facts) { f.Nodes[1].Version = "1.7.2" }, "versions", Warning, "different versions: 1.7.12: node-1, node-3; 1.7.2: node-2", "half way", "cluster restart NODE", false, ""},
	{"an older restatectl", func(f *Facts) { f.Control = "1.5.0" }, "versions", Warning, "restatectl is 1.5.0", "", "--restatectl", false, ""},
	{"a service of another version", func(f *Facts) { f.Service.Version = "0.0.9" }, "versions", Warning, "the service is classify 0.0.9", "up to date", "cluster deploy", false, ""},
}

// contained puts the cluster into containers.
func contained(f *Facts) {
	f.Containers, f.Registered, f.Store.Host = true, "http://classify:9080", "postgres"
	f.Deployments[0].URI, f.Deployments[0].Reached = f.Registered, nil
}

func TestEveryTroubleIsFoundByItsCheck(t *testing.T) {
	t.Parallel()
	for _, row := range bothWays {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := sound()
			row.trouble(f)
			r := Examine(t.Context(), Checks(&Sources{}), f)
			hit := false
			for _, found := range r.Findings {
				switch {
				case found.Check == row.check && found.Severity == row.severity && strings.Contains(found.Finding, row.finding):
					hit = true
					if !strings.Contains(found.Cause, row.cause) || !strings.Contains(found.Fix, row.fix) || found.Fixable != row.fixable {
						t.Errorf("found, but not so: %+v", found)
					}
					if found.Cause == "" || found.Fix == "" && row.fix != "" {
						t.Errorf("without cause or remedy: %+v", found)
					}
				case found.Severity != OK && found.Check != row.check && !strings.Contains(row.others, found.Check):
					t.Errorf("another check found something, too: %+v", found)
				}
			}
			if !hit {
				t.Errorf("not found; %s says %s", row.check, cmp.Diff(nil, of(r, row.check)))
			}
		})
	}
}

func of(r Report, check string) []Finding {
	var all []Finding
	for _, f := range r.Findings {
		if f.Check == check {
			all = append(all, f)
		}
	}
	return all
}

func TestEveryCheckHasATroubleThatItFinds(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, row := range bothWays {
		tried[row.check] = true
	}
	for _, c := range Checks(&Sources{}) {
		if !tried[c.Name] {
			t.Errorf("no trouble is tried for %s", c.Name)
		}
	}
}

func TestWhatIsSuspectButWorksIsFine(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		suspect func(*Facts)
		check   string
	}{
		{"known credentials on loopback", func(f *Facts) { f.Topology.S3.SecretKey = "minioadmin" }, "credentials"},
		{"the name of Docker's host, which the nodes reach", func(f *Facts) {
			contained(f)
			f.Deployments[0].URI, f.Deployments[0].Reached = "http://host.docker.internal:9080", []string{"node-1"}
		}, "addresses"},
		{"containers that listen everywhere", func(f *Facts) {
			contained(f)
			f.Nodes[0].Health.Bound = append(f.Nodes[0].Health.Bound, struct {
				Name    string `json:"name"`
				Address string `json:"address"`
			}{"admin-api-server", "0.0.0.0:9070"})
		}, "exposure"},
		{"a store on loopback that answers inside a container", func(f *Facts) { f.InContainer = true }, "store"},
		{"few requests at one node", func(f *Facts) {
			f.Nodes[0].Traffic.Requests, f.Nodes[1].Traffic.Requests, f.Nodes[2].Traffic.Requests = 90, 0, 0
		}, "traffic"},
		{"old snapshots of an idle cluster", func(f *Facts) { f.S3.Newest = at.AddDate(0, -1, 0) }, "snapshots"},
		{"invocations that are to begin later", func(f *Facts) {
			f.Work.States = []InvocationState{{Status: "scheduled", Count: 1, Oldest: at.AddDate(0, -1, 0)}}
		}, "invocations"},
		{"a file as the store", func(f *Facts) {
			f.Store.Host, f.Store.Info = "", classify.StoreInfo{Kind: "sqlite", Place: "classify.db", Schema: 7, SchemaKnown: 7}
		}, "pool"},
		{"no model", func(f *Facts) { f.Provider = Provider{} }, "provider"},
		{"a node that has one of several networks", func(f *Facts) { f.Nodes[0].TrafficErr = errRefused }, "nodes"},
		{"leaders by the metrics", func(f *Facts) { f.View.Err = ErrNotAsked }, "partitions"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := sound()
			row.suspect(f)
			for _, found := range of(Examine(t.Context(), Checks(&Sources{}), f), row.check) {
				if found.Severity != OK {
					t.Errorf("%+v", found)
				}
			}
		})
	}
}

func TestFactsOfNothingAreUnknownAndNoPanic(t *testing.T) {
	t.Parallel()
	none := &Facts{At: at, View: View{Err: ErrNotAsked}, DeployErr: ErrNotAsked, WorkErr: ErrNotAsked, S3: S3{Err: ErrNotAsked},
		Store: Store{Err: ErrNotAsked}, Service: Service{Err: ErrNotAsked}, ProviderErr: ErrNotAsked, ControlErr: ErrNotAsked}
	r := Examine(t.Context(), Checks(&Sources{}), none)
	for _, f := range r.Findings {
		if f.Severity != Unknown || f.Fix == "" {
			t.Errorf("%+v", f)
		}
	}
	if r.Worst() != Unknown {
		t.Error(r.Worst())
	}
}

func TestTheReportBeginsWithTheWorst(t *testing.T) {
	t.Parallel()
	f := sound()
	f.Flags = " --name prod"
	f.Topology.Name, f.S3.Bucket = "classify", false
	f.Disks[0].Free = 3 << 30
	f.Nodes[1].IgnoredErr = ErrNotAsked
	r := Examine(t.Context(), Checks(&Sources{}), f)
	r.Fixed = []Fixed{{Check: "services", Finding: "node-2 does not list x"}, {Check: "store", Finding: "old", Error: "no right"}}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	want := `fixed    services      node-2 does not list x
failed   store         old
         cause: no right
error    s3            http://127.0.0.1:9000 has no bucket restate: no snapshot can be written
         cause: nobody made it; the nodes do not
         fix:   classify doctor --fix --name prod
warning  disk          3.0 GiB free of 200 GiB for /data
`
	if got := b.String(); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "1 error, 1 warning, 2 not looked at, 16 fine\n") {
		t.Errorf("it reads\n%s", got)
	}
	var j strings.Builder
	if err := r.WriteJSON(&j); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(j.String(), `"severity": "error"`) || !strings.Contains(j.String(), `"fixable": true`) || strings.Contains(j.String(), f.Topology.S3.SecretKey) {
		t.Error(j.String())
	}
}
