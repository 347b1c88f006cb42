package cluster

import (
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
)

const clusterHead = `
The whole cluster in containers: Restate nodes, S3 for their snapshots, PostgreSQL
with TimescaleDB, and the classification service.

Once, beside this file, in a file .env that only you can read (chmod 600 .env):
  CLASSIFY_S3_SECRET_KEY=…       at least 8 characters; openssl rand -hex 24
  CLASSIFY_POSTGRES_PASSWORD=…
Keys of the providers of models (OPENAI_API_KEY=…) go in classify.env.
identity.pem is the key with which the nodes sign what they ask of the service,
which lets in nobody else.

  docker compose -f docker-compose.cluster.yml up -d --build
  docker compose -f docker-compose.cluster.yml ps -a
  docker compose -f docker-compose.cluster.yml exec node-1 restatectl status

The image of the service is built from the folder of its source, which is this one,
or CLASSIFY_SOURCE; CLASSIFY_IMAGE names one that is there already. In the network of
the containers the service is http://classify:9080, and is registered as that by the
container register, which then ends with 0, as s3-bucket does.

Everything is published on 127.0.0.1 alone: the ingress and the admin API of node-1
on 8080 and 9070, of node-2 on 28080 and 29070, …; S3 on 9000, PostgreSQL on 5432
(CLASSIFY_POSTGRES_PORT). CLASSIFY_S3_CONSOLE=on opens the console of S3 on 9001.

The first node founds the cluster. Should it ever lose its volume, set
CLASSIFY_AUTO_PROVISION=false before it starts again: it would found a second one.
`

// Ports inside the containers, where every node has its own address.
const (
	ingressPort, adminPort, nodePort = 8080, 9070, 5122
	s3Port, consolePort, sqlPort     = 9000, 9001, 5432
	servicePort                      = 9080
)

// clusterProject is the topology in containers.
func (t *Topology) clusterProject(o ComposeOptions) *types.Project {
	p := newProject(t.Name)
	t.addS3(p)
	addPostgres(p)
	var nodes []string
	for _, n := range t.Nodes {
		s := t.containerNode(n, t.contained(n))
		s.Environment["AWS_ACCESS_KEY_ID"] = optional("CLASSIFY_S3_ACCESS_KEY", t.S3.AccessKey)
		s.Environment["AWS_SECRET_ACCESS_KEY"] = s3Secret()
		if n.ID == t.Nodes[0].ID {
			s.Environment["RESTATE_AUTO_PROVISION"] = optional("CLASSIFY_AUTO_PROVISION", "true")
		}
		after(&s, types.ServiceConditionCompletedSuccessfully, "s3-bucket")
		keeps(p, &s, n.Name, dataAt)
		p.Services[n.Name] = s
		nodes = append(nodes, n.Name)
	}
	t.addService(p, o)
	p.Services["register"] = t.register(nodes)
	return p
}

const (
	dataAt     = "/restate-data"
	identityAt = "/run/secrets/identity"
)

// contained is where a node of the cluster runs that is in a container. Keys of the
// object store are not said here: a key of digits alone would be read as a number,
// and shown in the error; AWS_ACCESS_KEY_ID is taken as it is.
func (t *Topology) contained(n Node) place {
	p := place{bind: "0.0.0.0", host: n.Name, ingress: ingressPort, admin: adminPort, port: nodePort,
		s3: address("http", "s3", s3Port), data: dataAt, identity: identityAt}
	for _, other := range t.Nodes {
		p.nodes = append(p.nodes, address("http", other.Name, nodePort))
	}
	return p
}

// containerNode is the container of a node.
func (t *Topology) containerNode(n Node, at place) types.ServiceConfig {
	// Beside RocksDB a node has memory for queries, logs and requests on their way.
	s := container(n.Name, RestateImage, 2, 3*gibibyte)
	fresh := *t
	fresh.Founded = false // in containers it is not there yet
	s.Environment = variables(environment(fresh.nodeSettings(n, at))...)
	s.Environment["DO_NOT_TRACK"] = new("1")
	s.Environment["AWS_EC2_METADATA_DISABLED"] = new("true")
	s.Secrets = []types.ServiceSecretConfig{{Source: "identity", Target: identityAt}}
	s.Ports = []types.ServicePortConfig{
		published(strconv.Itoa(n.Ingress), ingressPort), published(strconv.Itoa(n.Admin), adminPort), published(strconv.Itoa(n.Port), nodePort)}
	s.ExtraHosts = types.HostsList{"host.docker.internal": {"host-gateway"}}
	s.HealthCheck = healthy(time.Minute, "curl", "-fsS", "-o", "/dev/null", "--max-time", "4", fmt.Sprintf("http://127.0.0.1:%d/health", adminPort))
	s.StopGracePeriod = lasting(70 * time.Second) // it takes up to a minute by itself
	return s
}

func s3Secret() *string {
	return required("CLASSIFY_S3_SECRET_KEY", "the password of the object store, at least 8 characters")
}

// addS3 adds the object store, and the step that makes its bucket: without that the
// nodes would only log that there is none.
func (t *Topology) addS3(p *types.Project) {
	user := optional("CLASSIFY_S3_ACCESS_KEY", t.S3.AccessKey)
	s := container("s3", S3Image, 1, gibibyte)
	s.Command = types.ShellCommand{"server", "--quiet", "--address", ":" + strconv.Itoa(s3Port), "--console-address", ":" + strconv.Itoa(consolePort), "/data"}
	s.Environment = variables("MINIO_UPDATE=off", "MINIO_CALLHOME_ENABLE=off", "MINIO_REGION=local")
	s.Environment["MINIO_BROWSER"] = optional("CLASSIFY_S3_CONSOLE", "off")
	s.Ports = []types.ServicePortConfig{published(strconv.Itoa(t.S3.Port), s3Port),
		published(*optional("CLASSIFY_S3_CONSOLE_PORT", strconv.Itoa(consolePort)), consolePort)}
	s.Environment["MINIO_ROOT_USER"], s.Environment["MINIO_ROOT_PASSWORD"] = user, s3Secret()
	s.HealthCheck = healthy(30*time.Second, "mc", "ready", "local")
	keeps(p, &s, "s3", "/data")
	p.Services["s3"] = s

	b := container("s3-bucket", S3ClientImage, 0.5, 256*mebibyte)
	b.Restart = types.RestartPolicyNo
	b.Entrypoint = types.ShellCommand{"/bin/sh", "-ec"}
	// The shell of the container fills in the variables, not compose.
	b.Command = types.ShellCommand{literal(`mc alias set --quiet s3 "$S3_URL" "$S3_ACCESS_KEY" "$S3_SECRET_KEY" && mc mb --quiet --ignore-existing "s3/$S3_BUCKET"`)}
	b.Environment = variables("MC_CONFIG_DIR=/tmp/mc", "S3_URL="+address("http", "s3", s3Port), "S3_BUCKET="+t.Snapshots.Bucket)
	b.Environment["S3_ACCESS_KEY"], b.Environment["S3_SECRET_KEY"] = user, s3Secret()
	after(&b, types.ServiceConditionHealthy, "s3")
	p.Services["s3-bucket"] = b
}

// addPostgres adds the store of indicators and answers.
func addPostgres(p *types.Project) {
	s := container("postgres", TimescaleImage, 2, 2*gibibyte)
	s.Environment = variables("POSTGRES_USER=classify", "POSTGRES_DB=classify", "TIMESCALEDB_TELEMETRY=off", "TS_TUNE_MEMORY=2GB", "TS_TUNE_NUM_CPUS=2")
	s.Environment["POSTGRES_PASSWORD"] = required("CLASSIFY_POSTGRES_PASSWORD", "the password of the database")
	s.Ports = []types.ServicePortConfig{published(*optional("CLASSIFY_POSTGRES_PORT", strconv.Itoa(sqlPort)), sqlPort)}
	// Over TCP, as it serves others: while it prepares itself it answers on its
	// socket alone.
	s.HealthCheck = healthy(time.Minute, "pg_isready", "--quiet", "--host", loopback, "--username", "classify", "--dbname", "classify")
	s.ShmSize = 256 * mebibyte
	s.StopGracePeriod = lasting(time.Minute)
	keeps(p, &s, "postgres", "/var/lib/postgresql/data")
	p.Services["postgres"] = s
}

// addService adds the replicas of the classification service. The address that is
// registered is classify:9080: the service itself, or what distributes requests to
// its replicas.
func (t *Topology) addService(p *types.Project, o ComposeOptions) {
	n := t.Service.Replicas
	on := published(strconv.Itoa(t.Service.Port), servicePort)
	if n == 1 {
		s := t.replicaContainer("classify", o)
		s.Ports = []types.ServicePortConfig{on}
		p.Services["classify"] = s
		return
	}
	front := serviceContainer("classify", 1, 256*mebibyte)
	var targets string
	for i := 1; i <= n; i++ {
		name := ReplicaName(i)
		p.Services[name] = t.replicaContainer(name, o)
		after(&front, types.ServiceConditionHealthy, name)
		if i > 1 {
			targets += ","
		}
		targets += address("http", name, servicePort)
	}
	front.Command = types.ShellCommand{"cluster", "balance", "--listen", anywhere(), targets}
	front.Ports = []types.ServicePortConfig{on}
	p.Services["classify"] = front
}

func anywhere() string { return net.JoinHostPort("0.0.0.0", strconv.Itoa(servicePort)) }

// replicaContainer is one process of the service. It gets a gibibyte for every
// thousand invocations that can be open at it.
func (t *Topology) replicaContainer(name string, o ComposeOptions) types.ServiceConfig {
	open := (t.Partitions*t.InvocationsPerPartition + t.Service.Replicas - 1) / t.Service.Replicas
	memory := 512*mebibyte + types.UnitBytes(open)*mebibyte
	s := serviceContainer(name, 2, memory)
	s.Command = types.ShellCommand{"serve", "--engine", "restate", "--listen", anywhere(), "--replica", name, "--identity-key", o.IdentityKey}
	for _, flag := range o.Serve {
		s.Command = append(s.Command, literal(flag))
	}
	s.Environment = variables("CLASSIFY_STORE=postgres://classify@postgres:5432/classify?sslmode=disable", fmt.Sprintf("GOMEMLIMIT=%dMiB", memory*9/10/mebibyte))
	s.Environment["PGPASSWORD"] = required("CLASSIFY_POSTGRES_PASSWORD", "the password of the database")
	s.EnvFiles = []types.EnvFile{{Path: "./" + ProviderFile, Required: false}}
	s.StopGracePeriod = lasting(stopTime) // calls that are paid end
	after(&s, types.ServiceConditionHealthy, "postgres")
	return s
}

// serviceContainer is a container of this program.
func serviceContainer(name string, cpus float32, memory types.UnitBytes) types.ServiceConfig {
	s := container(name, serviceImage, cpus, memory)
	s.Build = &types.BuildConfig{Context: *optional("CLASSIFY_SOURCE", "."), DockerfileInline: literal(dockerfile)}
	s.ReadOnly, s.CapDrop, s.Tmpfs = true, []string{"ALL"}, types.StringList{"/tmp"}
	// A model may be served on the host.
	s.ExtraHosts = types.HostsList{"host.docker.internal": {"host-gateway"}}
	s.HealthCheck = healthy(time.Minute, "wget", "-q", "-O", "/dev/null", "-T", "4", fmt.Sprintf("http://127.0.0.1:%d/health", servicePort))
	return s
}

// dockerfile builds this program. The source is lent to the build, not copied: .env
// and identity.pem may stand in its folder, and no layer keeps them.
const dockerfile = `FROM ` + builderImage + ` AS build
WORKDIR /source
RUN --mount=type=bind,target=/source --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags="-s -w" -o /classify ./cmd/classify

FROM ` + runtimeImage + `
RUN apk add --no-cache ca-certificates tzdata
COPY --from=build /classify /usr/local/bin/classify
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["/usr/local/bin/classify"]
`

// register makes the service known to the cluster, when all of it lives.
func (t *Topology) register(nodes []string) types.ServiceConfig {
	s := container("register", RestateImage, 0.5, 128*mebibyte)
	s.Restart = types.RestartPolicyNo
	body, _ := json.Marshal(map[string]any{"uri": address("http", "classify", servicePort), "force": true}) // of texts and truths: it cannot fail
	s.Entrypoint = types.ShellCommand{"curl", "-fsS", "-o", "/dev/null", "--max-time", "30", "--retry", "60", "--retry-delay", "2", "--retry-all-errors",
		"-H", "Content-Type: application/json", "--data", string(body), address("http", nodes[0], adminPort) + "/deployments"}
	after(&s, types.ServiceConditionHealthy, append([]string{"classify"}, nodes...)...)
	return s
}
