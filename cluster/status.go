package cluster

import (
	"context"
	"sync"
)

// Status is how the cluster stands.
type Status struct {
	Name       string              `json:"name"`
	Dir        string              `json:"dir"`
	Processes  []Process           `json:"processes"`
	Members    []Member            `json:"nodes,omitempty"`
	Partitions []Partition         `json:"partitions,omitempty"`
	Missing    map[string][]string `json:"missing_services,omitempty"` // by node
	Open       map[string]int      `json:"invocations,omitempty"`      // unfinished, by status
	Snapshots  Stored              `json:"snapshots"`
	Deployed   []Deployment        `json:"deployments,omitempty"`
	Problems   []string            `json:"problems,omitempty"` // what could not be asked
}

// Process is a process of the cluster.
type Process struct {
	Name string `json:"name"`
	PID  int    `json:"pid"` // 0: it does not live
	URL  string `json:"url"`
	Log  string `json:"log"`
}

// Works reports whether all processes live, the nodes see each other, every partition
// has a leader, and every node lists the services.
func (s *Status) Works() bool {
	for _, p := range s.Processes {
		if p.PID == 0 {
			return false
		}
	}
	for _, p := range s.Partitions {
		if !p.Leader {
			return false
		}
	}
	for _, m := range s.Members {
		if m.State != "alive" {
			return false
		}
	}
	return len(s.Missing) == 0 && len(s.Problems) == 0 && len(s.Partitions) > 0
}

// Status asks the processes, and the cluster by restatectl.
func (c *Cluster) Status(ctx context.Context) Status {
	t := &c.Topology
	s := Status{Name: t.Name, Dir: c.Dir, Missing: map[string][]string{}}
	process := func(d daemon, name, url string) {
		s.Processes = append(s.Processes, Process{name, d.pid(), url, d.logFile()})
	}
	process(c.s3(), "s3", t.S3.URL())
	for _, n := range t.Nodes {
		process(c.node(n), n.Name, n.IngressURL())
	}
	for i := 1; i <= t.Service.Replicas; i++ {
		process(c.replica(c.Version, i), ReplicaName(i), address("http", t.Service.Host, t.Service.ReplicaPort(i)))
	}
	if t.Service.Replicas > 1 {
		process(c.balancer(c.Version), "balancer", t.Service.URL())
	}
	var mu sync.Mutex
	var asks sync.WaitGroup
	ask := func(what string, do func() error) {
		asks.Go(func() {
			if err := do(); err != nil {
				mu.Lock()
				defer mu.Unlock()
				s.Problems = append(s.Problems, what+": "+clip(err.Error()))
			}
		})
	}
	ask("nodes", func() (err error) { s.Members, err = c.Members(ctx); return err })
	ask("partitions", func() (err error) { s.Partitions, err = c.Partitions(ctx); return err })
	ask("invocations", func() (err error) { s.Open, err = c.admin().Invocations(ctx); return err })
	ask("deployments", func() (err error) { s.Deployed, err = c.admin().Deployments(ctx); return err })
	ask("snapshots", func() (err error) { s.Snapshots, err = t.Stored(ctx); return err })
	for _, n := range t.Nodes {
		ask(n.Name, func() error {
			missing, err := Missing(ctx, n)
			if len(missing) > 0 {
				mu.Lock()
				defer mu.Unlock()
				s.Missing[n.Name] = missing
			}
			return err
		})
	}
	asks.Wait()
	return s
}
