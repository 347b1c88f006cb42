package cluster

import (
	"bytes"
	"crypto/ed25519"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"

	"classify"
)

var update = flag.Bool("update", false, "rewrite the compose files in testdata")

// someKey is the public key of the seed 1, 2, … 32, as a Restate 1.7.12 that signs
// with it says in its log.
const someKey = "publickeyv1_9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj"

// secrets are an environment with all that the files ask for.
func secrets() map[string]string {
	return map[string]string{"CLASSIFY_S3_SECRET_KEY": "0123456789", "CLASSIFY_POSTGRES_PASSWORD": "pa$$ word"}
}

// load reads a compose file as docker compose does: against the schema, with the
// variables of an environment, and checked for consistency.
func load(t *testing.T, data []byte, env map[string]string) (*types.Project, error) {
	t.Helper()
	return loader.LoadWithContext(t.Context(), types.ConfigDetails{
		WorkingDir: t.TempDir(), ConfigFiles: []types.ConfigFile{{Filename: "compose.yml", Content: data}}, Environment: env,
	})
}

func loaded(t *testing.T, data []byte) *types.Project {
	t.Helper()
	p, err := load(t, data, secrets())
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return p
}

func composed(t *testing.T, topology Topology, serve ...string) ComposeFiles {
	t.Helper()
	files, err := topology.Compose(ComposeOptions{IdentityKey: someKey, Serve: serve})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestComposeFilesAreReadByComposeAndSafe(t *testing.T) {
	t.Parallel()
	for _, nodes := range []int{1, 3, 5, 7, MaxNodes} {
		topology := Default("classify", nodes)
		topology.Service.Replicas = 1 + nodes%3
		topology.S3.SecretKey = "secret-of-the-native-cluster"
		files := composed(t, topology)
		for name, data := range map[string][]byte{"cluster": files.Cluster, "dev": files.Dev} {
			t.Run(fmt.Sprintf("%s of %d nodes", name, nodes), func(t *testing.T) {
				t.Parallel()
				if bytes.Contains(data, []byte(topology.S3.SecretKey)) {
					t.Error("a secret stands in the file")
				}
				p := loaded(t, data)
				ports := map[string]string{}
				for _, s := range p.Services {
					checkContainer(t, s)
					for _, port := range s.Ports {
						if other, ok := ports[port.Published]; ok {
							t.Errorf("%s and %s are both published on %s", s.Name, other, port.Published)
						}
						ports[port.Published] = s.Name
					}
				}
			})
		}
	}
}

// once are the containers that do one thing and end.
var once = []string{"s3-bucket", "register"}

func checkContainer(t *testing.T, s types.ServiceConfig) {
	t.Helper()
	if _, tag, ok := strings.Cut(filepath.Base(s.Image), ":"); !ok || tag == "" || strings.HasPrefix(tag, "latest") {
		t.Errorf("%s: the image %s has no tag that stays what it is", s.Name, s.Image)
	}
	if s.Deploy == nil || s.Deploy.Resources.Limits == nil || s.Deploy.Resources.Limits.NanoCPUs <= 0 || s.Deploy.Resources.Limits.MemoryBytes <= 0 {
		t.Errorf("%s has no limits", s.Name)
	}
	if slices.Contains(once, s.Name) {
		if s.Restart != types.RestartPolicyNo || len(s.Ports) > 0 {
			t.Errorf("%s does not end: restart %s, ports %v", s.Name, s.Restart, s.Ports)
		}
	} else if s.HealthCheck == nil || len(s.HealthCheck.Test) < 2 || s.Restart != types.RestartPolicyUnlessStopped {
		t.Errorf("%s is not looked after: %v, restart %s", s.Name, s.HealthCheck, s.Restart)
	}
	if s.Privileged || s.NetworkMode != "" && s.NetworkMode != "default" {
		t.Errorf("%s has more rights than it needs", s.Name)
	}
	for _, p := range s.Ports {
		if p.HostIP != loopback {
			t.Errorf("%s publishes %s on %q", s.Name, p.Published, p.HostIP)
		}
	}
	for _, v := range s.Volumes {
		if v.Type != types.VolumeTypeVolume {
			t.Errorf("%s keeps its data in %s, no volume of its own", s.Name, v.Source)
		}
	}
}

func TestNothingStartsWithoutSecrets(t *testing.T) {
	t.Parallel()
	files := composed(t, Default("classify", 3))
	for name, c := range map[string]struct {
		file    []byte
		missing string
	}{
		"the cluster without a key of S3":      {files.Cluster, "CLASSIFY_S3_SECRET_KEY"},
		"the cluster without a password":       {files.Cluster, "CLASSIFY_POSTGRES_PASSWORD"},
		"the node for work without a password": {files.Dev, "CLASSIFY_POSTGRES_PASSWORD"},
	} {
		for how, empty := range map[string]bool{"not set": false, "empty": true} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				env := secrets()
				delete(env, c.missing)
				if empty {
					env[c.missing] = ""
				}
				if _, err := load(t, c.file, env); err == nil || !strings.Contains(err.Error(), c.missing) {
					t.Errorf("the error is %v; it should name %s", err, c.missing)
				}
			})
		}
	}
}

func TestEveryoneWaitsForWhatItNeeds(t *testing.T) {
	t.Parallel()
	topology := Default("classify", 3)
	topology.Service.Replicas = 2
	p := loaded(t, composed(t, topology).Cluster)
	needs := map[string]string{}
	for name, s := range p.Services {
		for on, d := range s.DependsOn {
			if !d.Required {
				t.Errorf("%s starts without %s", name, on)
			}
			needs[name+" → "+on] = d.Condition
		}
	}
	const healthy, completed = types.ServiceConditionHealthy, types.ServiceConditionCompletedSuccessfully
	want := map[string]string{
		"s3-bucket → s3": healthy, "node-1 → s3-bucket": completed, "node-2 → s3-bucket": completed, "node-3 → s3-bucket": completed,
		"service-1 → postgres": healthy, "service-2 → postgres": healthy, "classify → service-1": healthy, "classify → service-2": healthy,
		"register → classify": healthy, "register → node-1": healthy, "register → node-2": healthy, "register → node-3": healthy,
	}
	if d := cmp.Diff(want, needs); d != "" {
		t.Error(d)
	}
}

func TestNodesOfContainersAreWhatTheTopologySays(t *testing.T) {
	t.Parallel()
	topology := Default("classify", 3)
	topology.Founded = true // the native one is; this one is not
	files := composed(t, topology)
	p, dev := loaded(t, files.Cluster), loaded(t, files.Dev)
	for i, n := range topology.Nodes {
		s := p.Services[n.Name]
		if got, want := *s.Environment["RESTATE_AUTO_PROVISION"], fmt.Sprint(i == 0); got != want {
			t.Errorf("%s founds a cluster: %s, not %s", n.Name, got, want)
		}
		if got := *s.Environment["AWS_SECRET_ACCESS_KEY"]; got != secrets()["CLASSIFY_S3_SECRET_KEY"] {
			t.Errorf("%s has the key %q for S3", n.Name, got)
		}
		fresh := topology
		fresh.Founded = false
		noneIgnored(t, fresh.nodeSettings(n, topology.contained(n)), dump(t, restateVariables(s)))
	}
	one := dev.Services["node-1"]
	if *one.Environment["RESTATE_METADATA_CLIENT__ADDRESSES"] != "[http://node-1:5122]" || *one.Environment["RESTATE_DEFAULT_REPLICATION"] != "1" {
		t.Errorf("the node for work waits for others: %v", one.Environment)
	}
	if d := cmp.Diff(types.HostsList{"host.docker.internal": {"host-gateway"}}, one.ExtraHosts); d != "" {
		t.Error(d)
	}
	dump(t, restateVariables(one))
	for name := range one.Environment {
		if strings.Contains(name, "SNAPSHOTS") {
			t.Errorf("%s, and there is no S3", name)
		}
	}
}

func restateVariables(s types.ServiceConfig) []string {
	var env []string
	for name, value := range s.Environment {
		if strings.HasPrefix(name, "RESTATE_") {
			env = append(env, name+"="+*value)
		}
	}
	return env
}

func TestSeveralReplicasStandBehindOneAddress(t *testing.T) {
	t.Parallel()
	topology := Default("classify", 3)
	topology.Service.Replicas = 3
	p := loaded(t, composed(t, topology, "--samples=60").Cluster)
	want := types.ShellCommand{"cluster", "balance", "--listen", "0.0.0.0:9080", "http://service-1:9080,http://service-2:9080,http://service-3:9080"}
	if d := cmp.Diff(want, p.Services["classify"].Command); d != "" {
		t.Error(d)
	}
	for i := 1; i <= 3; i++ {
		s := p.Services[ReplicaName(i)]
		want := types.ShellCommand{"serve", "--engine", "restate", "--listen", "0.0.0.0:9080", "--replica", s.Name, "--identity-key", someKey, "--samples=60"}
		if d := cmp.Diff(want, s.Command); d != "" {
			t.Error(d)
		}
		if len(s.Ports) > 0 {
			t.Errorf("%s is published beside what distributes to it", s.Name)
		}
		if memory := s.Deploy.Resources.Limits.MemoryBytes; memory != (512+320)*mebibyte {
			t.Errorf("%s has %d bytes for a third of 960 invocations", s.Name, memory)
		}
	}
}

func TestTextsReachTheContainersAsTheyAre(t *testing.T) {
	t.Parallel()
	topology := Default("classify", 1)
	topology.Snapshots.Prefix, topology.S3.AccessKey = "of-$HOME", "key-$1}"
	p := loaded(t, composed(t, topology, "--model", "${PATH:?no}", "--language=$$").Cluster)
	if got := p.Services["classify"].Command; !slices.Contains(got, "${PATH:?no}") || !slices.Contains(got, "--language=$$") {
		t.Errorf("the flags of the service are %q", got)
	}
	if got := *p.Services["node-1"].Environment["RESTATE_WORKER__SNAPSHOTS__DESTINATION"]; got != "s3://restate/of-$HOME" {
		t.Errorf("snapshots go to %q", got)
	}
	if got := *p.Services["classify"].Environment["PGPASSWORD"]; got != secrets()["CLASSIFY_POSTGRES_PASSWORD"] {
		t.Errorf("the password arrives as %q", got)
	}
	if script := p.Services["s3-bucket"].Command[0]; !strings.Contains(script, `"$S3_URL" "$S3_ACCESS_KEY" "$S3_SECRET_KEY"`) {
		t.Errorf("the shell gets %s", script)
	}
}

func TestWhatCannotRunInContainersIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*Topology)
		options ComposeOptions
	}{
		"no nodes":                          {func(t *Topology) { t.Nodes = nil }, ComposeOptions{IdentityKey: someKey}},
		"no key":                            {nil, ComposeOptions{}},
		"a private key":                     {nil, ComposeOptions{IdentityKey: "-----BEGIN PRIVATE KEY-----"}},
		"a key and a line":                  {nil, ComposeOptions{IdentityKey: someKey + "\nx"}},
		"a store with its password":         {nil, ComposeOptions{IdentityKey: someKey, Serve: []string{"--store=postgres://a:b@c/d"}}},
		"an address to listen on":           {nil, ComposeOptions{IdentityKey: someKey, Serve: []string{"--listen", ":1"}}},
		"a node called as the database":     {func(t *Topology) { t.Nodes[0].Name = "postgres" }, ComposeOptions{IdentityKey: someKey}},
		"a node called as a replica":        {func(t *Topology) { t.Service.Replicas = 2; t.Nodes[0].Name = "service-2" }, ComposeOptions{IdentityKey: someKey}},
		"two nodes of a name":               {func(t *Topology) { t.Nodes[0].Name = "node-2" }, ComposeOptions{IdentityKey: someKey}},
		"a name that no container can have": {func(t *Topology) { t.Nodes[0].Name = "no de:1" }, ComposeOptions{IdentityKey: someKey}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			topology := Default("classify", 3)
			if c.change != nil {
				c.change(&topology)
			}
			_, err := topology.Compose(c.options)
			if err == nil || classify.Hint(err) == "" {
				t.Fatalf("%v, and the remedy %q", err, classify.Hint(err))
			}
			if strings.Contains(err.Error(), "a:b@") {
				t.Errorf("the error shows a password: %v", err)
			}
		})
	}
}

func TestComposeFilesOfThreeNodes(t *testing.T) {
	t.Parallel()
	files := composed(t, Default("classify", 3))
	for name, got := range map[string][]byte{ClusterFile: files.Cluster, DevFile: files.Dev} {
		path := filepath.Join("testdata", "compose", name)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(got)); d != "" {
			t.Errorf("%s has changed; go test ./cluster -update rewrites it:\n%s", path, d)
		}
	}
}

func TestPublicKeyIsTheOneThatRestateTells(t *testing.T) {
	t.Parallel()
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i + 1)
	}
	if got := publicName(ed25519.NewKeyFromSeed(seed)); got != someKey {
		t.Errorf("%s, and Restate says %s", got, someKey)
	}
}
