package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"classify"
	"classify/drain"
	"classify/llm/cascade"
	"classify/llm/limit"
	"classify/restate"
	"classify/telemetry"
)

// serveFlags are the flags of "classify serve".
type serveFlags struct {
	modelFlags
	engine, listen string
	identityKeys   []string
	samples        int
	replica        string
	logFormat      string
}

func newServe() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the stages to a Restate cluster",
		Long: `Serve the six stages, the workflow and the API to a Restate cluster, which calls them.
classify cluster up starts this for you; start it yourself where something else
keeps processes running, and make it known with classify cluster deploy URL.

/health says that the process lives, /ready that store and models do, /metrics is
for Prometheus. Traces go where OTEL_EXPORTER_OTLP_ENDPOINT says.
SIGTERM lets what is open end; what does not is done by another process.`,
		Example: `  classify serve --engine restate --store postgres://me@db/warehouse
  classify serve --engine restate --listen 0.0.0.0:9080 --identity-key publickeyv1_… --provider openai --model gpt-5-mini --rpm 900`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.serve(cmd) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.engine, "engine", "restate", "what calls the service: restate")
	flags.StringVar(&f.listen, "listen", "127.0.0.1:9080", "address to serve on; another than the loopback needs --identity-key")
	flags.StringArrayVar(&f.identityKeys, "identity-key", nil, "public key (publickeyv1_…) of the cluster that may call; repeat")
	flags.IntVar(&f.samples, "samples", 60, "use the newest N values of each indicator (0: all)")
	flags.StringVar(&f.replica, "replica", "", "name of this process, in its log and in the store")
	flags.StringVar(&f.logFormat, "log-format", "json", "format of the log: json, text")
	f.modelFlags.register(cmd)
	registerMigrateURL(cmd)
	completeFixed(cmd, "log-format", []string{"json", "text"})
	completeFixed(cmd, "engine", []string{"restate"})
	return cmd
}

func (f *serveFlags) check() error {
	if f.engine != "restate" {
		return classify.WithHint(usagef("--engine %q: unknown engine", f.engine), "the engines that are served are: restate")
	}
	if f.samples < 0 {
		return usagef("--samples %d: cannot be negative", f.samples)
	}
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil {
		return classify.WithHint(usagef("--listen %q: no address", f.listen), "write --listen 127.0.0.1:9080")
	}
	if ip := net.ParseIP(host); len(f.identityKeys) == 0 && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return classify.WithHint(usagef("--listen %s: others than this machine could call the service", f.listen),
			"--identity-key KEY lets in only the cluster that signs with it; the cluster prints its key (publickeyv1_…) when it starts with request-identity-private-key-pem-file")
	}
	return nil
}

// serve answers until it is stopped.
func (f *serveFlags) serve(cmd *cobra.Command) (err error) {
	if err := f.check(); err != nil {
		return err
	}
	lineup, err := f.lineup(cmd)
	if err != nil {
		return err
	}
	if at, err := storePlace(cmd); err != nil {
		return err
	} else if at.url == "" {
		return classify.WithHint(usagef("--store %s: a service shares its store with the runs that it works for, and an SQLite file has a single writer", at.path),
			"--store postgres://USER@HOST:5432/DATABASE")
	}
	l, err := net.Listen("tcp", f.listen)
	if err != nil {
		return classify.WithHint(fmt.Errorf("listen on %s: %w", f.listen, err), "end what listens there, or choose another address with --listen")
	}
	defer l.Close()
	ctx := cmd.Context()
	store, err := openStore(ctx, cmd, false)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := store.Close(); err == nil {
			err = closeErr
		}
	}()
	return f.answer(ctx, cmd, lineup, store, l)
}

// answer serves on a listener. What is open when ctx ends may go on for some time.
func (f *serveFlags) answer(ctx context.Context, cmd *cobra.Command, lineup *lineup, store classify.Store, l net.Listener) (err error) {
	o, err := f.observe(ctx, cmd)
	if err != nil {
		return err
	}
	late, stop := drain.After(ctx, drain.Time)
	defer stop()
	counted := o.metrics.Store(store)
	config := restate.Config{Store: counted, LogicVersion: lineup.logic(f.samples), Samples: f.samples, Provider: f.provider, IdentityKeys: f.identityKeys,
		Log: o.log, Metrics: o.metrics, Tracer: o.tracer}
	var models *asking
	askers := map[classify.Stage]cascade.Asker(nil)
	if !lineup.offline() {
		if models, err = lineup.open(late, counted, 0, spending{budget: -1, pack: 1, shared: true}); err != nil {
			return err
		}
		askers = models.askers()
		for stage, asker := range askers {
			asker = restate.WhileRunning(store, o.metrics.Asker(o.tracer.Asker(lineup.stages[stage], asker)))
			askers[stage] = o.metrics.Durable(asker, restate.Durable)
		}
	}
	config.Stages = o.metrics.Stages(o.tracer.Stages(lineup.pipeline(lineup.answerer(askers))))
	config.Ready = func(ctx context.Context) []telemetry.Problem { return problems(ctx, store, models) }
	service := restate.New(config)
	o.metrics.OpenWorkflows(service.Open)
	handler, err := service.Routes(telemetry.Handler(o.registry, config.Ready))
	if err != nil {
		return &usageError{err}
	}
	o.log.Info("serving", slog.String("address", l.Addr().String()), slog.String("logic", config.LogicVersion))
	err = restate.Serve(ctx, l, handler, drain.Time)
	end, stopEnd := context.WithTimeout(context.WithoutCancel(ctx), drain.Time)
	defer stopEnd()
	if models != nil {
		err = errors.Join(err, models.close(end))
	}
	err = errors.Join(err, service.Close(end), o.tracer.Shutdown(end))
	o.log.Info("ended", slog.Int("open", service.Open()))
	return err
}

// observed is how a service tells what it does.
type observed struct {
	log      *slog.Logger
	registry *prometheus.Registry
	metrics  *telemetry.Metrics
	tracer   *telemetry.Tracer
}

func (f *serveFlags) observe(ctx context.Context, cmd *cobra.Command) (*observed, error) {
	log, err := telemetry.Logger(cmd.ErrOrStderr(), f.logFormat, slog.LevelInfo)
	if err != nil {
		return nil, &usageError{err}
	}
	o := &observed{log: log.With(slog.String(telemetry.AttrNode, f.replica)), registry: prometheus.NewRegistry()}
	o.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if o.metrics, err = telemetry.NewMetrics(o.registry); err != nil {
		return nil, err
	}
	o.tracer, err = telemetry.Tracing(ctx, telemetry.Options{Node: f.replica, Log: o.log})
	return o, err
}

// problems are what keeps a service from working.
func problems(ctx context.Context, store classify.Store, models *asking) []telemetry.Problem {
	var all []telemetry.Problem
	if _, err := store.Runs(ctx, 1); err != nil {
		all = append(all, telemetry.Problem{Name: "store", Problem: withoutPassword(err.Error()), Remedy: classify.Hint(err)})
	}
	if models == nil {
		return all
	}
	for _, id := range models.order {
		if s := models.lines[id].limiter.State(); s.Breaker != limit.Closed {
			all = append(all, telemetry.Problem{Name: "model", Problem: fmt.Sprintf("%s has not answered since %s", id, s.Since.Format(time.DateTime)),
				Remedy: "classify models check tells why"})
		}
	}
	return all
}
