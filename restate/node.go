package restate

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"classify"
)

const (
	// perNode is how many batches a node has to accept at once, at most. One that is
	// slow is left out when it has so many, and the others take its turns.
	perNode = 16
	// firstProbe and lastProbe are the pauses between looks at a node that failed.
	firstProbe = 500 * time.Millisecond
	lastProbe  = 5 * time.Second
	// patience is for how long no node may answer.
	patience = 2 * time.Minute
)

// NodeState is what a node did for a run.
type NodeState struct {
	Name       string        `json:"node"` // "node 1", in the order of the list
	URL        string        `json:"url"`
	Batches    int           `json:"batches"`    // accepted
	Indicators int           `json:"indicators"` // in them
	Latency    time.Duration `json:"latency_ns"` // of the acceptance of a batch, mean
	Errors     int           `json:"errors"`
	Down       bool          `json:"down"`
	Last       string        `json:"last_error,omitempty"`
}

// ring hands batches to nodes in turn.
type ring struct {
	mu    sync.Mutex
	nodes []*node
	next  int
	free  chan struct{} // closed and made anew when a node can take a batch again
	since time.Time     // since when no node answers; zero: one does
	now   func() time.Time
}

type node struct {
	*client
	state NodeState
	took  time.Duration // by all acceptances together
	busy  int
}

func newRing(addresses []string, now func() time.Time) (*ring, error) {
	r := &ring{free: make(chan struct{}), now: now}
	for i, address := range addresses {
		address, err := checkNode(address)
		if err != nil {
			return nil, err
		}
		r.nodes = append(r.nodes, &node{client: newClient(address), state: NodeState{Name: "node " + strconv.Itoa(i+1), URL: address}})
	}
	return r, nil
}

// take waits for the next node that can take a batch. It fails when none has
// answered for too long.
func (r *ring) take(ctx context.Context) (*node, error) {
	for {
		r.mu.Lock()
		for range r.nodes {
			n := r.nodes[r.next%len(r.nodes)]
			r.next++
			if !n.state.Down && n.busy < perNode {
				n.busy++
				r.mu.Unlock()
				return n, nil
			}
		}
		since, free := r.since, r.free
		r.mu.Unlock()
		if !since.IsZero() && r.now().Sub(since) > patience {
			return nil, r.deserted(since)
		}
		timer := time.NewTimer(patience / 10)
		select {
		case <-free:
			timer.Stop()
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

func (r *ring) deserted(since time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &classify.TerminalError{Err: classify.WithHint(
		fmt.Errorf("no node has answered since %s; the last error: %s", since.Format(time.DateTime), r.nodes[0].state.Last),
		"classify cluster status shows the nodes, classify doctor what is wrong; what was committed is kept: run the same command again")}
}

// accepted notes that a node took a batch of so many indicators.
func (r *ring) accepted(n *node, indicators int, took time.Duration) (batches int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n.busy--
	n.state.Batches++
	n.state.Indicators += indicators
	n.took += took
	n.state.Latency = n.took / time.Duration(n.state.Batches)
	r.wake()
	for _, n := range r.nodes {
		batches += n.state.Batches
	}
	return batches
}

// failed leaves a node out until a look at it succeeds.
func (r *ring) failed(n *node, err error) (first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n.busy--
	n.state.Errors++
	n.state.Last = clip(err.Error())
	first = !n.state.Down
	n.state.Down = true
	for _, other := range r.nodes {
		if !other.state.Down {
			return first
		}
	}
	if r.since.IsZero() {
		r.since = r.now()
	}
	return first
}

// back takes a node in again.
func (r *ring) back(n *node) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n.state.Down = false
	r.since = time.Time{}
	r.wake()
}

// release gives a turn back that was not used.
func (r *ring) release(n *node) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n.busy--
	r.wake()
}

// goOn takes over what an earlier ring of the same run counted.
func (r *ring) goOn(earlier *ring) {
	for i, s := range earlier.states() {
		if i < len(r.nodes) {
			s.Down = false
			r.nodes[i].state, r.nodes[i].took = s, s.Latency*time.Duration(s.Batches)
		}
	}
}

func (r *ring) close() {
	for _, n := range r.nodes {
		n.http.CloseIdleConnections()
	}
}

func (r *ring) wake() {
	close(r.free)
	r.free = make(chan struct{})
}

// states copies what the nodes did.
func (r *ring) states() []NodeState {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]NodeState, len(r.nodes))
	for i, n := range r.nodes {
		all[i] = n.state
	}
	return all
}

// any returns a node that answers, or any at all.
func (r *ring) any() *node {
	r.mu.Lock()
	defer r.mu.Unlock()
	for range r.nodes {
		n := r.nodes[r.next%len(r.nodes)]
		r.next++
		if !n.state.Down {
			return n
		}
	}
	return r.nodes[0]
}

func clip(text string) string {
	const most = 300
	if len(text) <= most {
		return text
	}
	return text[:most] + " …"
}
