package restate

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/restatedev/sdk-go/server"

	"classify"
	"classify/telemetry"
)

// Config is what a Service works with. Store, Stages and LogicVersion are required.
type Config struct {
	Store classify.Store
	// Stages answer the workflows and the stage services. What asks a model in them
	// has to be Durable.
	Stages       classify.Stages
	LogicVersion string
	Samples      int    // newest values of an indicator that the stages look at, of those that the API takes in; 0: all
	Provider     string // who answers, for the store's list of runs
	StoreID      string // told by health
	// IdentityKeys are the public keys of the clusters that may call; none: anybody
	// who can reach the service.
	IdentityKeys []string
	// Ready tells what keeps the service from working; nil: nothing does.
	Ready func(context.Context) []telemetry.Problem
	// Inactivity is after which time without progress Restate asks an invocation to
	// suspend; 0 is five minutes. A nanosecond replays at every step.
	Inactivity time.Duration
	Log        *slog.Logger       // nil: nothing is logged
	Metrics    *telemetry.Metrics // nil: nothing is counted
	Tracer     *telemetry.Tracer  // nil: nothing is traced
}

// Service serves the eight services to a Restate cluster. It is safe for
// concurrent use.
type Service struct {
	Config
	open atomic.Int64

	mu  sync.Mutex
	own int64 // run that API batches are saved for; 0: none was needed yet
}

// New returns a service; Close ends it.
func New(c Config) *Service {
	if c.Inactivity == 0 {
		c.Inactivity = inactivity
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c}
}

// Handler speaks the protocol of Restate, over HTTP/2.
func (s *Service) Handler() (http.Handler, error) {
	r := server.NewRestate().WithLogger(levelled{s.Log.Handler()}, true)
	if len(s.IdentityKeys) > 0 {
		r.WithIdentityV1(s.IdentityKeys...)
	}
	for _, d := range append(s.stages(), s.workflow(), s.api()) {
		r.Bind(d)
	}
	return r.Handler()
}

// Open is how many workflows are open at this process.
func (s *Service) Open() int { return int(s.open.Load()) }

// Close ends the run that batches of the API were saved for, if there was one.
func (s *Service) Close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own == 0 {
		return nil
	}
	outcomes, err := s.Store.RunOutcomes(ctx, s.own)
	r := classify.RunResult{State: "done", Classified: outcomes[classify.Classified], Escalated: outcomes[classify.Escalated], Failed: outcomes[classify.Failed]}
	r.Selected = r.Classified + r.Escalated + r.Failed
	run := s.own
	s.own = 0
	return errors.Join(err, s.Store.FinishRun(ctx, run, r))
}

// ownRun is the run of this process for what no run of a client is saved for.
func (s *Service) ownRun(ctx context.Context) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own != 0 {
		return s.own, nil
	}
	host, _ := os.Hostname()
	run, err := s.Store.StartRun(ctx, classify.Run{Host: host, PID: os.Getpid(), Command: "classify serve", Shared: true, Mode: classify.ModeForce,
		LogicVersion: s.LogicVersion, Version: classify.Version, Engine: "restate", Provider: s.Provider})
	s.own = run
	return run, err
}

// forget gives a run up that the store says is over.
func (s *Service) forget(run int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.own == run {
		s.own = 0
	}
}

// levelled passes only what is worth a line: the SDK notes every invocation.
type levelled struct{ slog.Handler }

func (l levelled) WithAttrs(attrs []slog.Attr) slog.Handler {
	return levelled{l.Handler.WithAttrs(attrs)}
}
func (l levelled) WithGroup(name string) slog.Handler { return levelled{l.Handler.WithGroup(name)} }

func (l levelled) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && l.Handler.Enabled(ctx, level)
}
