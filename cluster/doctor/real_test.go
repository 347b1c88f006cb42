package doctor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/minio/minio-go/v7"
	sdk "github.com/restatedev/sdk-go"
	"github.com/restatedev/sdk-go/server"

	"classify/cluster"
	"classify/restate"
)

// programs are those of Restate and MinIO: CLASSIFY_RESTATE_BIN is the server,
// otherwise they are where make tools puts them, or on the PATH.
func programs(t *testing.T) cluster.Binaries {
	t.Helper()
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	made := func(name string) string {
		return filepath.Join("..", "..", "tools", "restate", "node_modules", "@restatedev", name+"-"+runtime.GOOS+"-"+arch, "bin", name)
	}
	var b cluster.Binaries
	for _, p := range []struct {
		to     *string
		places []string
	}{
		{&b.Server, []string{os.Getenv("CLASSIFY_RESTATE_BIN"), made("restate-server"), "restate-server"}},
		{&b.Control, []string{strings.ReplaceAll(os.Getenv("CLASSIFY_RESTATE_BIN"), "restate-server", "restatectl"), made("restatectl"), "restatectl"}},
		{&b.S3, []string{filepath.Join("..", "..", "bin", "minio"), "minio"}},
	} {
		for _, place := range p.places {
			if path, err := exec.LookPath(place); err == nil && *p.to == "" {
				if *p.to, err = filepath.Abs(path); err != nil {
					t.Fatal(err)
				}
			}
		}
		if *p.to == "" {
			t.Skipf("there is no %s on this machine: make tools fetches it", p.places[len(p.places)-1])
		}
	}
	return b
}

// start starts a program that ends with the test, and with the test process
// however that ends: then its standard input does.
func start(t *testing.T, env []string, program string, args ...string) {
	t.Helper()
	const leash = `"$@" >/dev/null 2>&1 </dev/null & cat >/dev/null; kill -9 $!; wait`
	cmd := exec.Command("sh", append([]string{"-c", leash, "sh", program}, args...)...)
	cmd.Env = append(env, "PATH="+os.Getenv("PATH"))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(in.Close(), cmd.Wait()) })
}

// ports are free ones.
func ports(t *testing.T, n int) []int {
	t.Helper()
	all := make([]int, n)
	for i := range all {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		all[i] = l.Addr().(*net.TCPAddr).Port
	}
	return all
}

// living starts a node with its configuration in a folder as a native cluster has
// it, and waits until it leads its partitions.
func living(t *testing.T, more string) *cluster.Cluster {
	t.Helper()
	bin := programs(t)
	p := ports(t, 5)
	c := &cluster.Cluster{Topology: cluster.Default("doctor", 1), Binaries: bin, Dir: t.TempDir()}
	top := &c.Topology
	top.Partitions, top.S3.Port, top.S3.SecretKey = 2, p[3], "0123456789abcdef"
	top.Nodes[0].Ingress, top.Nodes[0].Admin, top.Nodes[0].Port = p[0], p[1], p[2]
	top.Service.Port = p[4]
	dir := filepath.Join(c.Dir, "node-1")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf(`cluster-name = "doctor"
node-name = "node-1"
force-node-id = 1
auto-provision = true
default-num-partitions = 2
base-dir = %q
bind-ip = "127.0.0.1"
advertised-host = "127.0.0.1"
listen-mode = "tcp"
bind-port = %d
disable-telemetry = true
rocksdb-total-memory-size = "128 MiB"
roles = ["http-ingress", "admin", "worker", "log-server", "metadata-server"]
%s
[metadata-client]
type = "replicated"
addresses = ["http://127.0.0.1:%d"]
[ingress]
bind-port = %d
[admin]
bind-port = %d
`, filepath.Join(dir, "data"), p[2], more, p[2], p[0], p[1])
	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, []string{"HOME=" + c.Dir, "DO_NOT_TRACK=1", "RESTATE_DISABLE_TELEMETRY=true"}, bin.Server, "--no-logo", "--config-file", file)
	eventually(t, func() error {
		f := Gather(t.Context(), Native(c))
		if found := partitions(t.Context(), f); found[0].Severity != OK || f.DeployErr != nil {
			return fmt.Errorf("%+v", found)
		}
		return nil
	})
	return c
}

func eventually(t *testing.T, try func() error) {
	t.Helper()
	_, err := backoff.Retry(t.Context(), func() (struct{}, error) { return struct{}{}, try() },
		backoff.WithBackOff(backoff.NewConstantBackOff(200*time.Millisecond)), backoff.WithMaxElapsedTime(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
}

func TestARealNodeIsExaminedAndMended(t *testing.T) {
	t.Parallel()
	c := living(t, `wroker-typo = 3`)
	s := Native(c)
	r := Diagnose(t.Context(), s)
	for check, want := range map[string]Severity{
		"nodes": OK, "metadata": OK, "provisioning": OK, "partitions": OK, "exposure": OK, "clocks": OK, "versions": OK, "traffic": OK, "invocations": OK,
		"config": Warning, "services": Error, "addresses": Error, "service": Error, "s3": Error, "snapshots": Unknown, "store": Unknown, "provider": Unknown,
	} {
		if found := of(r, check); len(found) != 1 || found[0].Severity != want {
			t.Errorf("%s should be %s: %+v", check, want, found)
		}
	}
	if found := of(r, "config"); len(found) != 1 || !strings.Contains(found[0].Finding, "node-1 ignores 1 key of its configuration: wroker-typo") {
		t.Errorf("%+v", found)
	}
	if t.Failed() {
		t.FailNow()
	}

	var mended atomic.Bool
	serving(t, c, &mended)
	r = Mend(t.Context(), s) // registers it
	if len(r.Fixed) != 1 || r.Fixed[0].Check != "services" || r.Fixed[0].Error != "" {
		t.Errorf("%+v", r.Fixed)
	}
	for _, check := range []string{"addresses", "service"} {
		if found := of(r, check); len(found) != 1 || found[0].Severity != OK {
			t.Errorf("%s: %+v", check, found)
		}
	}
	eventually(t, func() error {
		if found := services(t.Context(), Gather(t.Context(), s)); found[0].Severity != OK {
			return fmt.Errorf("%+v", found)
		}
		return nil
	})

	submit(t, c)
	eventually(t, func() error {
		if found := invocations(t.Context(), Gather(t.Context(), s)); found[0].Severity != Error || !found[0].Fixable || !strings.Contains(found[0].Cause, "out of order") {
			return fmt.Errorf("%+v", found)
		}
		return nil
	})
	mended.Store(true)
	if r := Mend(t.Context(), s); len(r.Fixed) != 1 || r.Fixed[0].Check != "invocations" || r.Fixed[0].Error != "" {
		t.Errorf("%+v", r.Fixed)
	}
	eventually(t, func() error {
		f := Gather(t.Context(), s)
		if f.WorkErr != nil || len(f.Work.States) > 0 {
			return fmt.Errorf("%+v %w", f.Work, f.WorkErr)
		}
		return nil
	})
}

// serving serves the eight services where the topology has them. One of them
// fails, and is paused after that, until it is mended.
func serving(t *testing.T, c *cluster.Cluster, mended *atomic.Bool) {
	t.Helper()
	r := server.NewRestate().WithLogger(slog.DiscardHandler, false)
	for _, name := range restate.Services {
		r.Bind(sdk.NewService(name).Handler("try", sdk.NewServiceHandler(func(sdk.Context, sdk.Void) (string, error) {
			if !mended.Load() {
				return "", errors.New("out of order")
			}
			return "done", nil
		}, sdk.WithInvocationRetryPolicy(sdk.WithMaxRetryAttempts(2), sdk.WithInitialRetryInterval(10*time.Millisecond), sdk.PauseOnMaxAttempts()))))
	}
	h, err := r.Handler()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"version":"0.1.0"}`)) })
	l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", c.Topology.Service.Host, c.Topology.Service.Port))
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewUnstartedServer(mux)
	s.Listener = l
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(s.Close)
}

// submit sends work to a service, and does not wait for it.
func submit(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	if _, err := send(ctx, time.Now, http.MethodPost, c.Topology.Nodes[0].IngressURL()+"/"+restate.Normalization+"/try/send", nil); err != nil {
		t.Fatal(err)
	}
}

func TestANodeThatWaitsForProvisioningIsTold(t *testing.T) {
	t.Parallel()
	bin := programs(t)
	p := ports(t, 3)
	s := &Sources{Topology: cluster.Default("waiting", 1)}
	s.Topology.Nodes[0].Ingress, s.Topology.Nodes[0].Admin, s.Topology.Nodes[0].Port = p[0], p[1], p[2]
	s.Topology.S3.Port, s.Topology.Service.Port = 0, 0
	dir := t.TempDir()
	start(t, []string{"HOME=" + dir, "DO_NOT_TRACK=1", "RESTATE_DISABLE_TELEMETRY=true", "RESTATE_CLUSTER_NAME=waiting", "RESTATE_AUTO_PROVISION=false",
		"RESTATE_BIND_IP=127.0.0.1", "RESTATE_ADVERTISED_HOST=127.0.0.1", "RESTATE_LISTEN_MODE=tcp", fmt.Sprintf("RESTATE_BIND_PORT=%d", p[2]),
		fmt.Sprintf("RESTATE_INGRESS__BIND_PORT=%d", p[0]), fmt.Sprintf("RESTATE_ADMIN__BIND_PORT=%d", p[1])}, bin.Server, "--no-logo", "--base-dir", dir)
	eventually(t, func() error {
		if found := provisioning(t.Context(), Gather(t.Context(), s)); found[0].Severity != Error || !strings.Contains(found[0].Finding, "not provisioned") {
			return fmt.Errorf("%+v", found)
		}
		return nil
	})
}

func TestAMissingBucketIsMade(t *testing.T) {
	t.Parallel()
	bin, p, dir := programs(t), ports(t, 1), t.TempDir()
	s := &Sources{Topology: cluster.Topology{Name: "bucket", Snapshots: cluster.Snapshots{Bucket: "restate", Prefix: "snapshots", Records: 1000},
		S3: cluster.S3{Host: "127.0.0.1", Port: p[0], AccessKey: "classify", SecretKey: "0123456789abcdef"}}}
	if found := of(Diagnose(t.Context(), s), "s3"); len(found) != 1 || !strings.Contains(found[0].Cause, "refused") {
		t.Errorf("before it lives: %+v", found)
	}
	start(t, []string{"HOME=" + dir, "MINIO_ROOT_USER=classify", "MINIO_ROOT_PASSWORD=0123456789abcdef", "MINIO_BROWSER=off", "MINIO_UPDATE=off", "MINIO_REGION=local"},
		bin.S3, "server", "--quiet", "--address", fmt.Sprintf("127.0.0.1:%d", p[0]), "--config-dir", dir+"/config", "--certs-dir", dir+"/certs", dir+"/data")
	eventually(t, func() error {
		if found := of(Diagnose(t.Context(), s), "s3"); !found[0].Fixable {
			return fmt.Errorf("%+v", found)
		}
		return nil
	})
	r := Mend(t.Context(), s)
	if len(r.Fixed) != 1 || r.Fixed[0].Check != "s3" || r.Fixed[0].Error != "" {
		t.Errorf("%+v", r.Fixed)
	}
	c, err := s.s3(func(answer) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"snapshots/0/a", "snapshots/1/b", "elsewhere/c"} {
		if _, err := c.PutObject(t.Context(), "restate", name, strings.NewReader("four"), 4, minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	f := Gather(t.Context(), s)
	if f.S3.Err != nil || !f.S3.Bucket || f.S3.Objects != 2 || f.S3.Bytes != 8 || f.S3.More || f.At.Sub(f.S3.Newest).Abs() > time.Minute {
		t.Errorf("%+v", f.S3)
	}
	if found := clocks(t.Context(), f); len(f.Clocks) != 1 || f.Clocks[0].Of != "S3" || found[0].Severity != OK {
		t.Errorf("%+v", found)
	}
	s.Topology.S3.SecretKey = "another one"
	if found := of(Diagnose(t.Context(), s), "s3"); found[0].Severity != Error || strings.Contains(fmt.Sprint(found), "another one") {
		t.Errorf("with a wrong key: %+v", found)
	}
}
