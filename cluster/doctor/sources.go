package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"classify"
	"classify/cluster"
)

// Sources are who is asked. The topology says where nodes and object store are;
// the functions are for what others know how to ask, and may be nil: what they
// would have said is not looked at then. They are called at the same time, have
// to end with their ctx, and must not put secrets into errors.
type Sources struct {
	Topology cluster.Topology
	Flags    string // that name the cluster, for the commands of remedies: " --name x"
	// Containers says that nodes and service run in containers.
	Containers bool
	// SQL asks the nodes by "restatectl sql --json", and returns what it prints.
	SQL func(ctx context.Context, query string) ([]byte, error)
	// Ignored names the keys of a node's configuration that the server does not know:
	// cluster.Ignored of what was written and restate-server --dump-config.
	Ignored func(context.Context, cluster.Node) ([]string, error)
	// Control returns the version of restatectl.
	Control func(context.Context) (string, error)
	// StoreURL is the address of the store that the service works with. Its host
	// alone is looked at.
	StoreURL string
	// Store opens the store for reading and asks it.
	Store func(context.Context) (classify.StoreInfo, []classify.Finding, error)
	// Migrate brings the tables of the store to the version of this program.
	Migrate func(context.Context) error
	// Registered is the address at which the nodes reach the service. Default that of
	// the topology, or http://classify:9080 of the compose files where Containers.
	Registered string
	// Provider looks at key and limits of the provider; one without a name means that
	// no model is asked.
	Provider func(context.Context) (Provider, error)
	// Dirs are the folders of data on this machine.
	Dirs []string
	// Timeout bounds each question. Default 5 seconds; the functions above have four
	// times as long.
	Timeout time.Duration
	// Now is our clock. Default time.Now.
	Now func() time.Time
}

// ask runs one question with a time-out. A function that does not heed it is not
// waited for.
func ask[T any](ctx context.Context, limit time.Duration, question func(context.Context) (T, error)) (T, error) {
	ctx, stop := context.WithTimeoutCause(ctx, limit, errNoAnswer(limit))
	defer stop()
	type answer struct {
		value T
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		value, err := question(ctx)
		answered <- answer{value, err}
	}()
	select {
	case a := <-answered:
		if a.err != nil && ctx.Err() != nil {
			a.err = context.Cause(ctx)
		}
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

type errNoAnswer time.Duration

func (e errNoAnswer) Error() string { return "no answer within " + time.Duration(e).String() }

// Gather asks all sources at the same time. It takes no longer than the slowest
// of their time-outs.
func Gather(ctx context.Context, s *Sources) *Facts {
	g := &gathering{Sources: s, limit: s.Timeout, now: s.Now}
	if g.limit <= 0 {
		g.limit = 5 * time.Second
	}
	if g.now == nil {
		g.now = time.Now
	}
	f := &g.facts
	f.At, f.Topology, f.Flags, f.Containers, f.Registered = g.now(), s.Topology, s.Flags, s.Containers, s.registered()
	f.InContainer = inContainer()
	f.Nodes = make([]NodeFacts, len(s.Topology.Nodes))
	f.Disks = make([]Disk, len(s.Dirs))
	for i, n := range s.Topology.Nodes {
		f.Nodes[i].Node = n
		g.node(ctx, &f.Nodes[i])
	}
	g.do(func() { g.view(ctx) })
	g.do(func() { g.work(ctx) })
	g.do(func() { f.S3 = g.objects(ctx) })
	g.do(func() { f.Store = g.store(ctx) })
	g.do(func() { f.Service = g.service(ctx) })
	g.do(func() { f.Provider, f.ProviderErr = injected(ctx, g, s.Provider) })
	g.do(func() { f.Control, f.ControlErr = injected(ctx, g, s.Control) })
	for i, dir := range s.Dirs {
		g.do(func() { f.Disks[i] = space(dir) })
	}
	g.all.Wait()
	return f
}

// gathering is one Gather under way. Every question writes fields of its own.
type gathering struct {
	*Sources
	limit time.Duration
	now   func() time.Time
	all   sync.WaitGroup
	facts Facts

	mu sync.Mutex // of facts.Clocks
}

func (g *gathering) do(question func()) { g.all.Go(question) }

// injected asks a function of the sources.
func injected[T any](ctx context.Context, g *gathering, question func(context.Context) (T, error)) (T, error) {
	if question == nil {
		var none T
		return none, ErrNotAsked
	}
	return ask(ctx, 4*g.limit, question)
}

func (g *gathering) store(ctx context.Context) Store {
	s, err := injected(ctx, g, storeOf(g.Sources))
	s.Host, s.Err = hostOf(g.StoreURL), err
	return s
}

func storeOf(s *Sources) func(context.Context) (Store, error) {
	if s.Store == nil {
		return nil
	}
	return func(ctx context.Context) (Store, error) {
		info, findings, err := s.Store(ctx)
		return Store{Info: info, Findings: findings}, err
	}
}

// service asks the classification service what keeps it from being ready.
func (g *gathering) service(ctx context.Context) Service {
	if g.Topology.Service.Port == 0 {
		return Service{Err: ErrNotAsked}
	}
	s, err := ask(ctx, 2*g.limit, func(ctx context.Context) (Service, error) {
		var s Service
		a, err := send(ctx, g.now, http.MethodGet, g.Topology.Service.URL()+"/ready", nil)
		var refused *RefusedError
		if errors.As(err, &refused) && refused.Status == http.StatusServiceUnavailable {
			err = nil // it says what it lacks
		}
		if err == nil && (json.Unmarshal(a.body, &s.Health) != nil || s.Health.Version == "") {
			err = errors.New("what answers there is no classify serve")
		}
		return s, err
	})
	s.Err = err
	return s
}

// registered is where the nodes reach the service.
func (s *Sources) registered() string {
	switch {
	case s.Registered != "":
		return s.Registered
	case s.Containers:
		return "http://classify:9080"
	}
	return s.Topology.Service.URL()
}
