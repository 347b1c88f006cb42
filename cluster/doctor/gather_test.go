package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"classify"
	"classify/cluster"
	"classify/telemetry"
)

// listening is where a test server is.
func listening(t *testing.T, h http.Handler) (host string, port int) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	if port, err = strconv.Atoi(u.Port()); err != nil {
		t.Fatal(err)
	}
	return u.Hostname(), port
}

// served are the sources of one node, of which h answers every port.
func served(t *testing.T, h http.Handler) *Sources {
	host, port := listening(t, h)
	s := &Sources{Topology: cluster.Default("t", 1), Timeout: time.Minute}
	s.Topology.Nodes[0] = cluster.Node{ID: 1, Name: "node-1", Host: host, Ingress: port, Admin: port, Port: port}
	s.Topology.S3 = cluster.S3{Host: host, Port: port, AccessKey: "a", SecretKey: "bbbbbbbb"}
	s.Topology.Service = cluster.Service{Host: host, Port: port, Replicas: 1}
	return s
}

func TestHostileServersAreToldAndHurtNobody(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		h    http.HandlerFunc
		says string // of the error of the node's health
	}{
		{"no JSON", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>\x1b[2J")) }, "language of Restate"},
		{"JSON of another form", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`[1,{"rows":3}]`)) }, "language of Restate"},
		{"without end", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}, ""},
		{"silence", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "no answer within 300ms"},
		{"a way to elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}, "it answers 302"},
		{"an error that steers the terminal", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(500)
			_, _ = w.Write([]byte("\x1b]0;pwned\a" + strings.Repeat("x", 1<<20)))
		}, "it answers 500: ]0;pwnedxxx"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := served(t, row.h)
			if row.says == "no answer within 300ms" {
				s.Timeout = 300 * time.Millisecond
			}
			f := Gather(t.Context(), s)
			n := f.Nodes[0]
			if n.HealthErr == nil || !strings.Contains(n.HealthErr.Error(), row.says) {
				t.Errorf("health: %v", n.HealthErr)
			}
			if n.VersionErr == nil || n.ServicesErr == nil || f.S3.Err == nil || f.Service.Err == nil || f.DeployErr == nil {
				t.Errorf("a source was believed: %+v", f)
			}
			r := Examine(t.Context(), Checks(s), f)
			var b strings.Builder
			if err := r.WriteText(&b); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(b.String(), "\x1b\a") || b.Len() > 20_000 {
				t.Errorf("the report has %d bytes: %q", b.Len(), b.String()[:min(b.Len(), 2000)])
			}
			if strings.Contains(b.String(), "bbbbbbbb") {
				t.Error("the secret key is in the report")
			}
		})
	}
}

func TestASourceThatDoesNotHeedItsTimeoutIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		never := make(chan struct{})
		_, err := ask(t.Context(), time.Second, func(context.Context) (int, error) { <-never; return 1, nil })
		if err == nil || err.Error() != "no answer within 1s" {
			t.Error(err)
		}
		close(never)
		ctx, stop := context.WithCancelCause(t.Context())
		stop(errors.New("the user has gone"))
		if _, err := ask(ctx, time.Second, func(ctx context.Context) (int, error) { <-ctx.Done(); return 0, ctx.Err() }); err == nil || err.Error() != "the user has gone" {
			t.Error(err)
		}
	})
}

func TestTheServiceSaysItselfWhatItLacks(t *testing.T) {
	t.Parallel()
	s := served(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/ready" {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"version":"9.9.9","problems":[{"name":"model","problem":"no key"}]}`))
		}
	}))
	f := Gather(t.Context(), s)
	if f.Service.Err != nil || f.Service.Version != "9.9.9" || len(f.Service.Problems) != 1 || f.Service.Problems[0] != (telemetry.Problem{Name: "model", Problem: "no key"}) {
		t.Errorf("%+v", f.Service)
	}
}

func TestTheClockOfANodeIsComparedWithOurs(t *testing.T) {
	t.Parallel()
	s := served(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", at.Add(-time.Minute).Format(http.TimeFormat))
		_, _ = w.Write([]byte(`{}`))
	}))
	s.Now = func() time.Time { return at }
	f := Gather(t.Context(), s)
	found := false
	for _, c := range f.Clocks {
		if found = found || c.Of == "node-1"; c.Of == "node-1" && c.Ahead != -time.Minute+500*time.Millisecond {
			t.Errorf("%s is %s ahead", c.Of, c.Ahead)
		}
	}
	if !found {
		t.Error("no clock of node-1")
	}
}

func TestMetricsOfANodeAreRead(t *testing.T) {
	t.Parallel()
	got, err := parseMetrics([]byte(`# TYPE restate_ingress_requests_total counter
restate_ingress_requests_total{status="admitted",node_name="n"} 41
restate_ingress_requests_total{status="throttled",node_name="n"} 7
# TYPE restate_failure_detector_nodes_total gauge
restate_failure_detector_nodes_total{state="alive"} 2
restate_failure_detector_nodes_total{state="dead"} 1
restate_failure_detector_nodes_total{state="suspect"} 0
restate_failure_detector_lonely 1
restate_num_active_partition_leaders 4
restate_num_partitions 12
# TYPE restate_rocksdb_block_cache_bytes_read_total counter
restate_rocksdb_block_cache_bytes_read_total{db="a"} 1
# TYPE restate_rocksdb_block_cache_bytes_read_total counter
restate_rocksdb_block_cache_bytes_read_total{db="b"} 1
`))
	if want := (Traffic{Requests: 41, Alive: 2, Dead: 1, Lonely: true, Leaders: 4, Partitions: 12}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, nonsense := range []string{"", "\x00{{{ not metrics", "restate_num_partitions{=\n", "restate_num_partitions much\n"} {
		if _, err := parseMetrics([]byte(nonsense)); err == nil {
			t.Errorf("%q was read", nonsense)
		}
	}
}

func TestTheStoreIsAskedAndItsPasswordKept(t *testing.T) {
	t.Parallel()
	migrated := 0
	s := &Sources{
		StoreURL: "postgres://me:hunter2@db.example:5432/classify",
		Store: func(context.Context) (classify.StoreInfo, []classify.Finding, error) {
			return classify.StoreInfo{Kind: "postgres", Place: "db.example:5432/classify", Schema: 6 + migrated, SchemaKnown: 7}, nil, nil
		},
		Migrate: func(context.Context) error { migrated++; return nil },
	}
	r := Mend(t.Context(), s)
	if migrated != 1 || len(r.Fixed) != 1 || r.Fixed[0].Check != "store" || r.Fixed[0].Error != "" {
		t.Errorf("migrated %d times: %+v", migrated, r.Fixed)
	}
	if found := of(r, "store"); len(found) != 1 || found[0].Severity != OK {
		t.Errorf("%+v", found)
	}
	if text := fmt.Sprintf("%+v", r); strings.Contains(text, "hunter2") {
		t.Error(text)
	}
	s.Migrate = func(context.Context) error { return errors.New("no right to alter tables") }
	migrated = 0
	if r := Mend(t.Context(), s); len(r.Fixed) != 1 || r.Fixed[0].Error != "no right to alter tables" || of(r, "store")[0].Severity != Warning {
		t.Errorf("%+v", r)
	}
}

func TestTheSpaceOfAFolderIsKnown(t *testing.T) {
	t.Parallel()
	if d := space(t.TempDir()); d.Err != nil || d.Total == 0 || d.Free > d.Total {
		t.Errorf("%+v", d)
	}
	if d := space(t.TempDir() + "/none"); d.Err == nil {
		t.Errorf("%+v", d)
	}
}
