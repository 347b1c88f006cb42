package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"classify/cluster"
)

// node asks one node for everything that it knows, each at its own port.
func (g *gathering) node(ctx context.Context, n *NodeFacts) {
	at := n.Node
	g.do(func() {
		n.Health, n.HealthErr = timed[Health](ctx, g, at.Name, at.NodeURL()+"/health")
	})
	g.do(func() {
		v, err := timed[struct{ Version string }](ctx, g, "", at.AdminURL()+"/version")
		n.Version, n.VersionErr = v.Version, err
	})
	g.do(func() {
		h, err := timed[struct {
			Metadata struct {
				Members []int `json:"members"`
			} `json:"metadata_cluster_health"`
		}](ctx, g, "", at.AdminURL()+"/cluster-health")
		n.Members, n.MembersErr = h.Metadata.Members, err
	})
	g.do(func() {
		h, err := timed[struct{ Services []string }](ctx, g, "", at.IngressURL()+"/restate/health")
		n.Services, n.ServicesErr = h.Services, err
	})
	g.do(func() {
		n.Traffic, n.TrafficErr = ask(ctx, g.limit, func(ctx context.Context) (Traffic, error) {
			a, err := send(ctx, g.now, http.MethodGet, at.NodeURL()+"/metrics", nil)
			if err != nil {
				return Traffic{}, err
			}
			return parseMetrics(a.body)
		})
	})
	g.do(func() {
		if g.Ignored == nil {
			n.IgnoredErr = ErrNotAsked
			return
		}
		n.Ignored, n.IgnoredErr = ask(ctx, 4*g.limit, func(ctx context.Context) ([]string, error) { return g.Ignored(ctx, at) })
	})
}

// timed reads JSON, and notes how the clock of that machine goes unless of is "".
func timed[T any](ctx context.Context, g *gathering, of, url string) (T, error) {
	type read struct {
		out  T
		with answer
	}
	r, err := ask(ctx, g.limit, func(ctx context.Context) (read, error) {
		out, a, err := get[T](ctx, g.now, url)
		return read{out, a}, err
	})
	if of != "" {
		g.clock(of, r.with)
	}
	return r.out, err
}

func (g *gathering) clock(of string, a answer) {
	if ahead, ok := a.ahead(); ok {
		g.mu.Lock()
		g.facts.Clocks = append(g.facts.Clocks, Clock{of, ahead})
		g.mu.Unlock()
	}
}

// view asks for what the nodes know of the cluster together.
func (g *gathering) view(ctx context.Context) {
	v := &g.facts.View
	if g.SQL == nil {
		v.Err = ErrNotAsked
		return
	}
	*v, v.Err = ask(ctx, 8*g.limit, func(ctx context.Context) (View, error) {
		members, err := told[Member](ctx, g.SQL, "SELECT plain_node_id, state, name, address, binary_version FROM nodes")
		if err != nil {
			return View{}, err
		}
		partitions, err := told[Partition](ctx, g.SQL, `SELECT p.partition_id, s.plain_node_id AS leader, s.applied_log_lsn, s.archived_log_lsn, s.broken_reason
			FROM partitions p LEFT JOIN partition_state s ON s.partition_id = p.partition_id AND s.effective_mode = 'Leader' ORDER BY p.partition_id`)
		if err != nil {
			return View{}, err
		}
		keys, err := told[struct {
			ID    string `json:"plain_node_id"`
			Value string `json:"value"`
		}](ctx, g.SQL, "SELECT plain_node_id, value FROM config WHERE key = 'metadata-client.addresses'")
		view := View{Members: members, Partitions: partitions, Metadata: map[string]string{}}
		for _, k := range keys {
			view.Metadata[k.ID] = k.Value
		}
		return view, err
	})
}

// told asks by restatectl.
func told[T any](ctx context.Context, sql func(context.Context, string) ([]byte, error), question string) ([]T, error) {
	out, err := sql(ctx, strings.Join(strings.Fields(question), " "))
	if err != nil {
		return nil, err
	}
	var rows []T
	if len(out) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(out, &rows); err != nil {
		return nil, fmt.Errorf("read what restatectl prints: %w", err)
	}
	return rows, nil
}

// Bounds of what is told of unfinished work.
const (
	mostStuck = 1000
	// manyRetries is from where on an invocation counts as stuck: with the pauses
	// between its attempts it has been tried for more than a minute.
	manyRetries = 12
)

const (
	statesSQL = "SELECT status, count(*) AS n, min(created_at) AS oldest, coalesce(max(retry_count), 0) AS retries FROM sys_invocation WHERE status <> 'completed' GROUP BY status ORDER BY status"
	stuckSQL  = "SELECT id, target, status, created_at, coalesce(retry_count, 0) AS retry_count, last_failure FROM sys_invocation WHERE status = 'paused' OR (status = 'backing-off' AND retry_count > %d) ORDER BY status DESC, created_at LIMIT %d"
)

// work asks the nodes one after the other for deployments and unfinished work,
// until one answers: each of them knows all.
func (g *gathering) work(ctx context.Context) {
	f := &g.facts
	f.DeployErr, f.WorkErr = ErrNotAsked, ErrNotAsked
	for _, n := range g.Topology.Nodes {
		admin := n.AdminURL()
		list, err := timed[struct {
			Deployments []struct {
				ID       string
				URI      string
				Services []struct{ Name string }
			}
		}](ctx, g, "", admin+"/deployments")
		if f.DeployErr, f.WorkErr = err, err; err != nil {
			continue
		}
		for _, d := range list.Deployments {
			known := Deployment{ID: d.ID, URI: d.URI}
			for _, s := range d.Services {
				known.Services = append(known.Services, s.Name)
			}
			f.Deployments = append(f.Deployments, known)
		}
		g.do(func() { g.reach(ctx) })
		f.Work, f.WorkErr = ask(ctx, 2*g.limit, func(ctx context.Context) (Work, error) {
			var w Work
			var err error
			if w.States, err = query[InvocationState](ctx, admin, statesSQL); err == nil {
				w.Stuck, err = query[Invocation](ctx, admin, fmt.Sprintf(stuckSQL, manyRetries, mostStuck))
			}
			for i := range w.Stuck {
				if w.Stuck[i].Status == "paused" && err == nil {
					w.Stuck[i].Failure, err = pausedBy(ctx, admin, w.Stuck[i].ID)
					break // one example is shown
				}
			}
			return w, err
		})
		return
	}
}

var invocationForm = regexp.MustCompile(`^inv_[0-9A-Za-z]{1,64}$`)

// pausedBy is the failure that an invocation was paused at: it stands among its
// events alone.
func pausedBy(ctx context.Context, admin, id string) (string, error) {
	if !invocationForm.MatchString(id) {
		return "", nil
	}
	events, err := query[struct {
		Event string `json:"event_json"`
	}](ctx, admin, "SELECT event_json FROM sys_journal_events WHERE id = '"+id+"' AND event_type = 'Paused' ORDER BY appended_at DESC LIMIT 1")
	if err != nil || len(events) == 0 {
		return "", err
	}
	var paused struct {
		Failure struct {
			Message string `json:"error_message"`
		} `json:"last_failure"`
	}
	if json.Unmarshal([]byte(events[0].Event), &paused) != nil {
		return "", nil // an event of another version: the example has no cause then
	}
	return paused.Failure.Message, nil
}

// mostReached bounds how many addresses the nodes are asked to look at.
const mostReached = 20

// reach has every node look whether it reaches the registered addresses. Nothing
// is registered by that.
func (g *gathering) reach(ctx context.Context) {
	for i := range g.facts.Deployments[:min(len(g.facts.Deployments), mostReached)] {
		d := &g.facts.Deployments[i]
		if !strings.HasPrefix(d.URI, "http") {
			continue
		}
		d.Unreached = map[string]string{}
		for _, n := range g.Topology.Nodes {
			g.do(func() {
				reached, why := g.look(ctx, n, d.URI)
				g.mu.Lock()
				defer g.mu.Unlock()
				switch {
				case reached:
					d.Reached = append(d.Reached, n.Name)
				case why != "":
					d.Unreached[n.Name] = why
				}
			})
		}
	}
}

// look has one node look at an address. A node that did not say neither reached it
// nor knows why not.
func (g *gathering) look(ctx context.Context, n cluster.Node, uri string) (reached bool, why string) {
	_, err := ask(ctx, 2*g.limit, func(ctx context.Context) (answer, error) {
		return send(ctx, time.Now, http.MethodPost, n.AdminURL()+"/deployments", map[string]any{"uri": uri, "dry_run": true, "force": true})
	})
	var refused *RefusedError
	if errors.As(err, &refused) {
		return false, refused.Message
	}
	return err == nil, ""
}
