package cluster

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"classify"
)

func permanent(err error) error { return backoff.Permanent(err) }

// control runs restatectl against the nodes that live, and returns what it prints.
func (c *Cluster) control(ctx context.Context, args ...string) (string, error) {
	var addresses []string
	for _, n := range c.Topology.Nodes {
		if c.node(n).pid() != 0 {
			addresses = append(addresses, n.NodeURL())
		}
	}
	if len(addresses) == 0 {
		return "", classify.WithHint(errors.New("no node of the cluster lives"), "classify cluster up")
	}
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, c.Binaries.Control, append([]string{"--address", strings.Join(addresses, ","), "--yes", "--time-format", "iso8601"}, args...)...)
	cmd.Env = append(plainEnv(), "DO_NOT_TRACK=1", "NO_COLOR=1", "HOME="+c.Dir)
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("restatectl %s: %w: %s", strings.Join(args[:min(2, len(args))], " "), err, clip(strings.TrimSpace(failed.String()+out.String())))
	}
	return out.String(), nil
}

func clip(text string) string {
	const most = 1000
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " …"
	}
	return text
}

// sql asks the cluster about itself; rows are read one by one.
func sql[T any](ctx context.Context, c *Cluster, query string) ([]T, error) {
	text, err := c.control(ctx, "sql", "--jsonl", query)
	if err != nil {
		return nil, err
	}
	var rows []T
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "{") {
			continue // how long it took
		}
		var row T
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			return nil, fmt.Errorf("what restatectl answers: %w", err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// Partition is a partition as the cluster sees it.
type Partition struct {
	ID        int      `json:"id"`
	Leader    bool     `json:"has_leader"` // one that is active
	LeaderOn  string   `json:"leader_on,omitempty"`
	Followers []string `json:"followers,omitempty"`
	Lag       int      `json:"lag"` // records that the leader has not applied
}

// Partitions are those that the living nodes know, by id.
func (c *Cluster) Partitions(ctx context.Context) ([]Partition, error) {
	rows, err := sql[struct {
		ID      int    `json:"partition_id"`
		Node    string `json:"plain_node_id"`
		Mode    string `json:"effective_mode"`
		Status  string `json:"replay_status"`
		Applied int    `json:"applied_log_lsn"`
		Tail    int    `json:"target_tail_lsn"`
	}](ctx, c, "SELECT partition_id, plain_node_id, effective_mode, replay_status, applied_log_lsn, target_tail_lsn FROM partition_state ORDER BY partition_id, plain_node_id")
	if err != nil {
		return nil, err
	}
	var all []Partition
	for _, r := range rows {
		if len(all) == 0 || all[len(all)-1].ID != r.ID {
			all = append(all, Partition{ID: r.ID})
		}
		p := &all[len(all)-1]
		switch {
		case r.Mode != "Leader":
			p.Followers = append(p.Followers, c.nameOf(r.Node))
		case r.Status == "active":
			p.Leader, p.LeaderOn, p.Lag = true, c.nameOf(r.Node), max(0, r.Tail-1-r.Applied)
		}
	}
	return all, nil
}

// Member is a node as the cluster sees it.
type Member struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	State    string `json:"state"` // alive, dead, suspect, …
	Address  string `json:"address"`
	Worker   string `json:"worker_state"`
	Storage  string `json:"storage_state"`
	Metadata string `json:"metadata_state"`
	Version  string `json:"version"`
}

// Members are the nodes that the cluster has, by id, also those that are gone.
func (c *Cluster) Members(ctx context.Context) ([]Member, error) {
	rows, err := sql[struct {
		ID       string `json:"plain_node_id"`
		Name     string `json:"name"`
		State    string `json:"state"`
		Address  string `json:"address"`
		Worker   string `json:"worker_state"`
		Storage  string `json:"storage_state"`
		Metadata string `json:"metadata_server_state"`
		Version  string `json:"binary_version"`
	}](ctx, c, "SELECT plain_node_id, name, state, address, worker_state, storage_state, metadata_server_state, binary_version FROM nodes")
	if err != nil {
		return nil, err
	}
	all := make([]Member, len(rows))
	for i, r := range rows {
		id, err := strconv.Atoi(strings.TrimPrefix(r.ID, "N"))
		if err != nil {
			return nil, fmt.Errorf("what restatectl answers: a node %q", r.ID)
		}
		all[i] = Member{ID: id, Name: r.Name, State: r.State, Address: r.Address, Worker: r.Worker, Storage: r.Storage, Metadata: r.Metadata, Version: r.Version}
	}
	slices.SortFunc(all, func(a, b Member) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

// nameOf is the name of a node that Restate calls "N3".
func (c *Cluster) nameOf(id string) string {
	for _, n := range c.Topology.Nodes {
		if id == "N"+strconv.Itoa(n.ID) {
			return n.Name
		}
	}
	return id
}

// Snapshot writes a snapshot of every partition to the object store; trim also
// shortens the logs by what the snapshots hold.
func (c *Cluster) Snapshot(ctx context.Context, trim bool) (string, error) {
	args := []string{"snapshots", "create-snapshot"}
	if trim {
		args = append(args, "--trim-log")
	}
	return c.control(ctx, args...)
}
