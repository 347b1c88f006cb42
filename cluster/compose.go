package cluster

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"

	"classify"
)

// Images of the compose files, each by a tag that stays what it is.
const (
	RestateImage   = "docker.io/restatedev/restate:" + RestateVersion
	TimescaleImage = "docker.io/timescale/timescaledb:2.28.3-pg15"
	S3Image        = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"
	S3ClientImage  = "quay.io/minio/mc:RELEASE.2025-08-13T08-35-41Z"
	builderImage   = "docker.io/library/golang:1.26.8-alpine3.24"
	runtimeImage   = "docker.io/library/alpine:3.24"
)

// Names of the compose files, and of what stands beside them.
const (
	ClusterFile  = "docker-compose.cluster.yml"
	DevFile      = "docker-compose.dev.yml"
	IdentityFile = "identity.pem" // private key with which the nodes sign their requests
	ProviderFile = "classify.env" // keys of the providers of models; optional, and never written
)

// ComposeOptions are what a topology does not say.
type ComposeOptions struct {
	// IdentityKey is the public key (publickeyv1_…) to IdentityFile: outside the
	// loopback interface the service lets in nobody else.
	IdentityKey string
	// Serve are further flags of "classify serve", without secrets.
	Serve []string
}

// ComposeFiles are the two compose files of a topology, as YAML.
type ComposeFiles struct {
	Cluster []byte // all nodes, S3, PostgreSQL and the service
	Dev     []byte // one node and PostgreSQL, for a service on the host
}

// made begins every file that this program made and may replace, generated is the
// whole first line.
const (
	made      = "# Made by classify cluster compose;"
	generated = made + " it replaces this file. Changes of yours belong in a second one (-f this -f yours)"
)

// Compose makes the compose files of the topology. They hold no secret: these come
// from the environment, or from a file .env beside them. Everything is published
// on the loopback interface alone. What cannot run is refused with a
// *classify.InvalidInputError.
func (t *Topology) Compose(o ComposeOptions) (ComposeFiles, error) {
	if err := t.checkCompose(o); err != nil {
		return ComposeFiles{}, err
	}
	all, err := written(t.clusterProject(o), clusterHead)
	if err != nil {
		return ComposeFiles{}, err
	}
	dev, err := written(t.devProject(), strings.ReplaceAll(devHead, "publickeyv1_…", o.IdentityKey))
	return ComposeFiles{Cluster: all, Dev: dev}, err
}

var identityForm = regexp.MustCompile(`^publickeyv1_[1-9A-HJ-NP-Za-km-z]{32,60}$`)

// notServed are the flags of the service that the compose file decides itself.
var notServed = []string{"--engine", "--listen", "--replica", "--store", "--identity-key"}

func (t *Topology) checkCompose(o ComposeOptions) error {
	if err := t.Check(); err != nil {
		return err
	}
	if !identityForm.MatchString(o.IdentityKey) {
		return invalid("it is publickeyv1_ and the key in base 58", "%q is no key of a cluster", o.IdentityKey)
	}
	for _, flag := range o.Serve {
		name, _, _ := strings.Cut(flag, "=")
		if slices.Contains(notServed, name) {
			return invalid("leave it out: the compose file says it itself, without a password", "%s in the flags of the service", name)
		}
	}
	reserved := map[string]bool{"s3": true, "s3-bucket": true, "postgres": true, "classify": true, "register": true}
	for i := 1; i <= t.Service.Replicas; i++ {
		reserved[ReplicaName(i)] = true
	}
	for _, n := range t.Nodes {
		if !nameForm.MatchString(n.Name) || reserved[n.Name] {
			return invalid("small letters, digits and dashes, a letter first; each node has its own, and none that of another container", "a node in a container cannot be called %q", n.Name)
		}
		reserved[n.Name] = true
	}
	return nil
}

// written is a project as a file, with what people have to know at its head.
func written(p *types.Project, head string) ([]byte, error) {
	body, err := p.MarshalYAML()
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", p.Name, err)
	}
	var b bytes.Buffer
	b.WriteString(generated + "\n#\n")
	for line := range strings.Lines(strings.TrimSpace(head) + "\n") {
		b.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
	}
	b.WriteString("\n")
	b.Write(body)
	return b.Bytes(), nil
}

// container is what every container of the files has: limits, a log that does not
// fill the disk, no way to more rights.
func container(name, image string, cpus float32, memory types.UnitBytes) types.ServiceConfig {
	s := types.ServiceConfig{Name: name, Restart: types.RestartPolicyUnlessStopped,
		Deploy: &types.DeployConfig{Resources: types.Resources{Limits: &types.Resource{NanoCPUs: types.NanoCPUs(cpus), MemoryBytes: memory}}}}
	s.Image = image
	s.SecurityOpt = []string{"no-new-privileges:true"}
	s.Logging = &types.LoggingConfig{Driver: "json-file", Options: types.Options{"max-size": "20m", "max-file": "3"}}
	return s
}

const (
	mebibyte = types.UnitBytes(1 << 20)
	gibibyte = types.UnitBytes(1 << 30)
)

// healthy looks after a container: often at first, so that others start soon, and
// then every ten seconds.
func healthy(start time.Duration, test ...string) *types.HealthCheckConfig {
	retries := uint64(5)
	return &types.HealthCheckConfig{Test: append(types.HealthCheckTest{"CMD"}, test...), Interval: lasting(10 * time.Second),
		Timeout: lasting(5 * time.Second), StartPeriod: lasting(start), StartInterval: lasting(time.Second), Retries: &retries}
}

func lasting(d time.Duration) *types.Duration { return new(types.Duration(d)) }

// published is a port of a container on the loopback interface of the host.
func published(on string, port int) types.ServicePortConfig {
	return types.ServicePortConfig{Mode: "ingress", HostIP: loopback, Target: uint32(port), Published: on, Protocol: "tcp"}
}

// after says which containers one waits for, and what for.
func after(s *types.ServiceConfig, condition string, names ...string) {
	if s.DependsOn == nil {
		s.DependsOn = types.DependsOnConfig{}
	}
	for _, name := range names {
		s.DependsOn[name] = types.ServiceDependency{Condition: condition, Required: true}
	}
}

// keeps gives a container a volume of its own.
func keeps(p *types.Project, s *types.ServiceConfig, volume, at string) {
	p.Volumes[volume] = types.VolumeConfig{}
	s.Volumes = append(s.Volumes, types.ServiceVolumeConfig{Type: types.VolumeTypeVolume, Source: volume, Target: at})
}

// variables are an environment. Values come as they are to the container; what
// compose itself should fill in is given with fromEnvironment.
func variables(pairs ...string) types.MappingWithEquals {
	m := types.MappingWithEquals{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		m[name] = new(literal(value))
	}
	return m
}

// literal keeps compose from reading a text as one with variables.
func literal(text string) string { return strings.ReplaceAll(text, "$", "$$") }

// required is a secret of the environment, without which compose starts nothing.
func required(variable, what string) *string {
	return new("${" + variable + ":?set " + variable + ": " + what + "}")
}

// optional is a value of the environment, or another one.
func optional(variable, otherwise string) *string {
	return new("${" + variable + ":-" + literal(otherwise) + "}")
}

func newProject(name string) *types.Project {
	return &types.Project{Name: name, Services: types.Services{}, Volumes: types.Volumes{},
		Secrets: types.Secrets{"identity": types.SecretConfig{File: "./" + IdentityFile}}}
}

// serviceImage is the image of this program, unless CLASSIFY_IMAGE names another.
const serviceImage = "${CLASSIFY_IMAGE:-classify:" + classify.Version + "}"
