package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"classify/cluster"
)

// noNodes is the finding of checks that need nodes, where there are none.
func noNodes(f *Facts) []Finding {
	if len(f.Nodes) == 0 {
		return unknown(ErrNotAsked, f.up(), "there is no cluster to look at")
	}
	return nil
}

// unheard is the finding of checks that no node answers; "nodes" says why.
func unheard(f *Facts) []Finding {
	if found := noNodes(f); found != nil {
		return found
	}
	if len(f.answering()) == 0 {
		return unknown(f.Nodes[0].HealthErr, f.up(), "no node answers")
	}
	return nil
}

// nodes looks whether every node lives, belongs to this cluster and sees the others.
func nodes(_ context.Context, f *Facts) []Finding {
	if found := noNodes(f); found != nil {
		return found
	}
	var found []Finding
	for _, n := range f.Nodes {
		name := n.Node.Name
		switch {
		case n.HealthErr != nil:
			fix := f.up() + "   starts what does not live; its last words: " + f.logs(name)
			if silent := errNoAnswer(0); errors.As(n.HealthErr, &silent) { // it may live, and be stopped or overloaded
				fix = f.restart(name)
			}
			found = append(found, Finding{Severity: Error, Finding: text("%s does not answer on %s", name, n.Node.NodeURL()), Cause: plain(n.HealthErr.Error()), Fix: fix})
		case n.Health.Cluster != f.Topology.Name:
			found = append(found, Finding{Severity: Error, Finding: text("%s belongs to the cluster %q, not to %q", n.Node.NodeURL(), n.Health.Cluster, f.Topology.Name),
				Cause: "another cluster holds the ports of this one", Fix: "end the other cluster, or give this one other ports or another name"})
		case n.Health.NodeID != "" && !strings.HasPrefix(n.Health.NodeID+":", "N"+strconv.Itoa(n.Node.ID)+":"):
			found = append(found, Finding{Severity: Error, Finding: text("%s calls itself %s; it should be N%d", name, n.Health.NodeID, n.Node.ID),
				Cause: "its data directory is that of another node", Fix: f.command("cluster replace " + name)})
		case n.TrafficErr == nil:
			found = append(found, blind(f, n)...)
		}
	}
	return or(append(found, strangers(f)...), "%s see each other", count(len(f.Nodes), "node"))
}

// blind finds a node that does not see the others.
func blind(f *Facts, n NodeFacts) []Finding {
	name, t, all := n.Node.Name, n.Traffic, len(f.Nodes)
	switch {
	case all > 1 && t.Lonely:
		return []Finding{{Severity: Error, Finding: name + " sees no other node",
			Cause: "it does not reach the addresses of the others, or was founded as a cluster of its own",
			Fix:   "compare its metadata-client.addresses with " + join(f.Topology.Addresses()) + ", then " + f.restart(name)}}
	case t.Alive > 0 && t.Alive < len(f.answering()):
		severity := Error
		if slices.ContainsFunc(f.answering(), func(n NodeFacts) bool { return n.Health.young() }) {
			severity = Warning
		}
		return []Finding{{Severity: severity, Finding: text("%s sees %d of %d nodes alive, though %d answer", name, t.Alive, all, len(f.answering())),
			Cause: "the addresses that the others advertise cannot be reached from it, or a node was started, frozen or cut off a moment ago",
			Fix:   "wait half a minute and look again; then " + f.restart(name)}}
	}
	return nil
}

// strangers finds what the cluster knows of its nodes and the topology does not.
func strangers(f *Facts) []Finding {
	var found []Finding
	if f.View.Err != nil {
		return nil // "partitions" says so
	}
	for _, m := range f.View.Members {
		i := slices.IndexFunc(f.Topology.Nodes, func(n cluster.Node) bool { return m.ID == "N"+strconv.Itoa(n.ID) })
		switch {
		case i < 0 && m.State != "alive":
			found = append(found, Finding{Severity: Warning, Finding: text("the cluster still counts on %s (%s), which is %s and no part of it", m.ID, m.Name, m.State),
				Cause: "a node was lost or taken away, and not removed", Fix: f.control("nodes remove --nodes " + plain(m.ID))})
		case i < 0:
			found = append(found, Finding{Severity: Warning, Finding: text("the cluster has a node %s (%s) at %s that is not in its topology", m.ID, m.Name, m.Address),
				Cause: "somebody started it with the name of this cluster", Fix: "end it, then " + f.control("nodes remove --nodes "+plain(m.ID))})
		case !f.Containers && strings.TrimRight(m.Address, "/") != f.Topology.Nodes[i].NodeURL():
			found = append(found, Finding{Severity: Warning, Finding: text("%s is known to the others at %s, and is at %s", f.Topology.Nodes[i].Name, m.Address, f.Topology.Nodes[i].NodeURL()),
				Cause: "it was moved, or its advertised host is wrong", Fix: f.restart(f.Topology.Nodes[i].Name)})
		}
	}
	return found
}

// metadata looks whether the nodes agree on who keeps the metadata, and know
// their addresses.
func metadata(_ context.Context, f *Facts) []Finding {
	if found := unheard(f); found != nil {
		return found
	}
	var found []Finding
	heard := 0
	for _, n := range f.answering() {
		if n.MembersErr == nil {
			heard++
			var missing []string
			for _, other := range f.Topology.Nodes {
				if !slices.Contains(n.Members, other.ID) {
					missing = append(missing, other.Name)
				}
			}
			if len(missing) > 0 && n.Health.NodeID != "" {
				found = append(found, Finding{Severity: Warning, Finding: text("to %s, %s keeps no metadata", n.Node.Name, join(missing)),
					Cause: "the node has not joined, or has another metadata-client.addresses: one more loss may stop the cluster",
					Fix:   f.control("metadata-server add-node N"+strconv.Itoa(idOf(f, missing[0]))) + "   when it lives"})
			}
		}
		found = append(found, addressBook(f, n)...)
	}
	if heard == 0 {
		return append(found, unknown(f.answering()[0].MembersErr, f.logs(f.answering()[0].Node.Name), "no node says who keeps the metadata")...)
	}
	return or(found, "the metadata is kept by %s", count(len(f.Topology.Nodes), "node"))
}

func idOf(f *Facts, name string) int {
	n, err := f.Topology.Node(name)
	if err != nil {
		return 0
	}
	return n.ID
}

// addressBook finds metadata addresses that a node lacks. In containers they are
// others than those of the topology.
func addressBook(f *Facts, n NodeFacts) []Finding {
	book, known := f.View.Metadata["N"+strconv.Itoa(n.Node.ID)]
	if f.View.Err != nil || !known || f.Containers || len(f.Topology.Nodes) == 1 {
		return nil
	}
	var missing []string
	for _, other := range f.Topology.Nodes {
		// The book is a list as text; a slash may follow the port.
		if at := net.JoinHostPort(other.Host, strconv.Itoa(other.Port)); !slices.ContainsFunc(strings.FieldsFunc(book, func(r rune) bool { return strings.ContainsRune(`[]", /`, r) }), func(a string) bool { return a == at }) {
			missing = append(missing, other.NodeURL())
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return []Finding{{Severity: Warning, Finding: text("%s does not have %s among its metadata addresses", n.Node.Name, join(missing)),
		Cause: "its configuration is older than the topology, or the list was written without its brackets", Fix: f.restart(n.Node.Name)}}
}

// provisioning looks whether the cluster was founded, and once.
func provisioning(_ context.Context, f *Facts) []Finding {
	if found := unheard(f); found != nil {
		return found
	}
	var waiting []string
	for _, n := range f.answering() {
		if n.Health.Metadata == "AwaitingProvisioning" || n.Health.NodeID == "" {
			waiting = append(waiting, n.Node.Name)
		}
	}
	live := f.answering()
	if len(waiting) == len(live) {
		return []Finding{{Severity: Error, Finding: "the cluster is not provisioned: " + join(waiting) + " wait for it",
			Cause: "no node has auto-provision = true, or the one that has it does not live", Fix: f.control("provision --yes")}}
	}
	if len(waiting) > 0 {
		return []Finding{{Severity: Error, Finding: join(waiting) + " did not join the cluster, which others have founded",
			Cause: "the metadata addresses do not lead there", Fix: f.restart(waiting[0])}}
	}
	for i, a := range live {
		for _, b := range live[i+1:] {
			if apart(a, b) {
				return []Finding{{Severity: Error, Finding: text("%s and %s were founded as two clusters", a.Node.Name, b.Node.Name),
					Cause: "auto-provision = true on more than one node, or an empty data directory on the first one",
					Fix:   f.command("cluster replace "+b.Node.Name) + "   (its data is that of the second cluster)"}}
			}
		}
	}
	return ok("the cluster is provisioned")
}

// apart reports whether two nodes know metadata servers, and none in common.
func apart(a, b NodeFacts) bool {
	if a.MembersErr != nil || b.MembersErr != nil || len(a.Members) == 0 || len(b.Members) == 0 {
		return false
	}
	return !slices.ContainsFunc(a.Members, func(id int) bool { return slices.Contains(b.Members, id) })
}

// config looks for keys that the server ignores.
func config(_ context.Context, f *Facts) []Finding {
	if found := noNodes(f); found != nil {
		return found
	}
	var found []Finding
	for _, n := range f.Nodes {
		switch {
		case n.IgnoredErr != nil:
			found = append(found, unknown(n.IgnoredErr, "name the server: --restate-server PATH", "the configuration of %s was not compared with what the server knows", n.Node.Name)...)
		case len(n.Ignored) > 0:
			found = append(found, Finding{Severity: Warning, Finding: text("%s ignores %s of its configuration: %s", n.Node.Name, count(len(n.Ignored), "key"), join(n.Ignored)),
				Cause: "the keys are misspelt, or of another version of the server, which says nothing about that", Fix: "correct them, then " + f.restart(n.Node.Name)})
		}
	}
	return or(found, "the servers know every key of their configuration")
}

// exposure looks for APIs without a password on interfaces that others reach.
func exposure(_ context.Context, f *Facts) []Finding {
	if found := unheard(f); found != nil {
		return found
	}
	if f.Containers {
		return ok("the nodes listen inside of containers; the compose file says what is published")
	}
	var found []Finding
	for _, n := range f.answering() {
		for _, b := range n.Health.Bound {
			host, _, err := net.SplitHostPort(b.Address)
			if err == nil && !isLoopback(host) && isLoopback(n.Node.Host) {
				found = append(found, Finding{Severity: Warning, Finding: text("the %s of %s listens on %s, without a password", b.Name, n.Node.Name, b.Address),
					Cause: "bind-ip was not set: the server's default are all interfaces", Fix: fmt.Sprintf("set bind-ip = %q, then %s", n.Node.Host, f.restart(n.Node.Name))})
			}
		}
	}
	return or(found, "the nodes listen where the topology says")
}
