package doctor

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"classify/restate"
)

// partitions looks whether every partition has a leader that lives.
func partitions(_ context.Context, f *Facts) []Finding {
	if found := unheard(f); found != nil {
		return found
	}
	if f.View.Err != nil {
		return ledByMetrics(f)
	}
	alive := map[string]bool{}
	for _, m := range f.View.Members {
		alive[m.ID] = m.State == "alive" && !silent(f, m.ID)
	}
	var without []string
	var found []Finding
	led := map[int]bool{}
	for _, p := range f.View.Partitions {
		if p.Broken != "" {
			found = append(found, Finding{Severity: Error, Finding: text("partition %d is broken", p.ID), Cause: plain(p.Broken), Fix: f.logs(f.answering()[0].Node.Name)})
		}
		led[p.ID] = led[p.ID] || alive[p.Leader]
	}
	for _, p := range f.View.Partitions {
		if at := text("%d", p.ID); !led[p.ID] && !slices.Contains(without, at) {
			without = append(without, at)
		}
	}
	switch {
	case len(led) == 0:
		found = append(found, Finding{Severity: Error, Finding: "the cluster has no partitions", Cause: "it is not provisioned yet, or has just been", Fix: f.control("provision --yes") + "   when nothing changes for a minute"})
	case len(without) > 0:
		found = append(found, leaderless(f, len(without), len(led), join(without)))
	}
	return or(found, "all of %s have a leader", count(len(led), "partition"))
}

// silent reports whether we know better than the cluster that a node is gone.
func silent(f *Facts, id string) bool {
	return slices.ContainsFunc(f.Nodes, func(n NodeFacts) bool { return "N"+strconv.Itoa(n.Node.ID) == id && n.HealthErr != nil })
}

func leaderless(f *Facts, without, all int, which string) Finding {
	if which != "" {
		which = " (" + which + ")"
	}
	cause, fix := "leaders are being elected: that takes up to 15 seconds after a start or a loss", "look again then; if it stays so: "+f.logs(f.answering()[0].Node.Name)
	if quorum := len(f.Nodes)/2 + 1; len(f.answering()) < quorum {
		cause, fix = text("%d of %d nodes answer, and %d are needed", len(f.answering()), len(f.Nodes), quorum), f.up()
	}
	return Finding{Severity: Error, Finding: text("%d of %d partitions have no leader%s: what is submitted to them waits", without, all, which), Cause: cause, Fix: fix}
}

// ledByMetrics counts leaders by what the nodes count of themselves, for want of
// restatectl.
func ledByMetrics(f *Facts) []Finding {
	all, led, heard := 0, 0, false
	for _, n := range f.answering() {
		if n.TrafficErr == nil {
			heard, all, led = true, max(all, n.Traffic.Partitions), led+n.Traffic.Leaders
		}
	}
	switch {
	case !heard:
		return unknown(errors.Join(f.View.Err, f.answering()[0].TrafficErr), "name restatectl: --restatectl PATH", "nobody says which partitions have a leader")
	case all == 0:
		return unknown(f.View.Err, "name restatectl: --restatectl PATH", "the nodes do not count their partitions yet")
	case led < all:
		return []Finding{leaderless(f, all-led, all, "")}
	}
	return ok("all of %s have a leader, by the count of the nodes", count(all, "partition"))
}

// services looks whether every node lists the eight services.
func services(_ context.Context, f *Facts) []Finding {
	if found := noNodes(f); found != nil {
		return found
	}
	var found []Finding
	lacking, asked := 0, 0
	var names []string // of the nodes, beside found
	for _, n := range f.Nodes {
		if n.ServicesErr != nil {
			if n.HealthErr == nil {
				names = append(names, n.Node.Name)
				found = append(found, Finding{Severity: Error, Finding: text("the ingress of %s does not answer on %s", n.Node.Name, n.Node.IngressURL()), Cause: plain(n.ServicesErr.Error()), Fix: f.restart(n.Node.Name)})
			}
			continue
		}
		asked++
		var missing []string
		for _, s := range restate.Services {
			if !slices.Contains(n.Services, s) {
				missing = append(missing, s)
			}
		}
		if len(missing) > 0 {
			lacking++
			names = append(names, n.Node.Name)
			found = append(found, Finding{Severity: Error, Finding: text("%s does not list %s", n.Node.Name, join(missing)), Fixable: true})
		}
	}
	for i := range found {
		switch {
		case !found[i].Fixable:
		case lacking < asked: // to register again would change nothing that others have
			found[i].Cause, found[i].Fixable = "the node has not heard of the registration, which others have: it is new, or does not see them", false
			found[i].Fix = "wait half a minute and look again; then " + f.restart(names[i])
		default:
			found[i].Cause, found[i].Fix = "the service was not registered, or an older version of it was", f.deploy(f.Registered)
		}
	}
	if asked == 0 && len(found) == 0 {
		return unknown(f.Nodes[0].ServicesErr, f.up(), "no ingress answers")
	}
	return or(found, "all of %s list the %d services", count(asked, "node"), len(restate.Services))
}

// addresses looks whether the nodes reach what is registered.
func addresses(_ context.Context, f *Facts) []Finding {
	if found := unheard(f); found != nil {
		return found
	}
	if f.DeployErr != nil {
		return unknown(f.DeployErr, f.logs(f.answering()[0].Node.Name), "the nodes do not say which addresses are registered")
	}
	if len(f.Deployments) == 0 {
		return []Finding{{Severity: Error, Finding: "no address is registered: nothing can be classified", Cause: "the service was never registered with this cluster", Fix: f.deploy(f.Registered)}}
	}
	var found []Finding
	for _, d := range f.Deployments {
		host := hostOf(d.URI)
		trap := trapped(f, host)
		if len(d.Unreached) > 0 {
			names, why := make([]string, 0, len(d.Unreached)), ""
			for name := range d.Unreached {
				names = append(names, name)
			}
			slices.Sort(names)
			if why = trap; why == "" {
				why = plain(d.Unreached[names[0]])
			}
			found = append(found, Finding{Severity: Error, Finding: text("%s cannot reach the registered address %s", join(names), d.URI), Cause: why, Fix: reregister(f, d.URI, trap)})
		} else if trap != "" && len(d.Reached) == 0 {
			found = append(found, Finding{Severity: Warning, Finding: text("the address %s is registered, which the nodes may not reach", d.URI), Cause: trap, Fix: reregister(f, d.URI, trap)})
		}
	}
	return or(found, "the nodes reach %s", count(len(f.Deployments), "registered address")+map[bool]string{true: "", false: "es"}[len(f.Deployments) == 1])
}

// reregister is the remedy for an address that is not reached, by why it is not.
func reregister(f *Facts, uri, trap string) string {
	switch {
	case trap == "" && strings.TrimRight(uri, "/") == f.Registered:
		return f.up() + "   starts the service"
	case trap == "":
		return "start the service there: " + f.up() + "; where nothing is to run any more: " + f.deploy(f.Registered) + "   forgets the other addresses"
	case f.Containers:
		return "register the name that the service has on the network of the containers: " + f.deploy(f.Registered)
	}
	return "register the address at which the nodes reach the service: " + f.deploy(f.Registered)
}

// trapped says why nodes may not reach a host, by where they run; "" is that
// nothing speaks against it.
func trapped(f *Facts, host string) string {
	remote := slices.ContainsFunc(f.Nodes, func(n NodeFacts) bool { return !isLoopback(n.Node.Host) })
	switch {
	case isLoopback(host) && f.Containers:
		return host + " is, inside a container, the container itself"
	case isLoopback(host) && remote:
		return host + " is, on another machine, that machine"
	case isDockerHost(host) && !f.Containers:
		return host + " is a name that containers alone know, and the nodes run in none"
	case isDockerHost(host):
		return host + " is known to the containers of Docker Desktop alone, unless extra_hosts names it"
	}
	return ""
}

func isDockerHost(host string) bool {
	host = strings.ToLower(host)
	return host == "host.docker.internal" || host == "gateway.docker.internal" || host == "host.containers.internal"
}

// service asks how the service itself is.
func service(_ context.Context, f *Facts) []Finding {
	switch {
	case errors.Is(f.Service.Err, ErrNotAsked):
		return unknown(f.Service.Err, f.up(), "the service was not asked")
	case f.Service.Err != nil:
		return []Finding{{Severity: Error, Finding: text("the service does not answer on %s", f.Topology.Service.URL()), Cause: plain(f.Service.Err.Error()), Fix: f.up() + "   starts what does not live; its last words: " + f.logs(theService)}}
	}
	var found []Finding
	for _, p := range f.Service.Problems {
		found = append(found, Finding{Severity: Error, Finding: text("the service is not ready: its %s", p.Name), Cause: plain(p.Problem), Fix: plain(p.Remedy)})
	}
	return or(found, "the service %s is ready", f.Service.Version)
}

// enoughRequests is from where on their distribution says something.
const enoughRequests = 200

// traffic looks whether all nodes have a part in the work.
func traffic(_ context.Context, f *Facts) []Finding {
	if found := unheard(f); found != nil {
		return found
	}
	total, most, heard := 0.0, NodeFacts{}, 0
	var shares []string
	for _, n := range f.answering() {
		if n.TrafficErr != nil {
			continue
		}
		heard++
		total += n.Traffic.Requests
		if heard == 1 || n.Traffic.Requests > most.Traffic.Requests {
			most = n
		}
		shares = append(shares, text("%s %.0f", n.Node.Name, n.Traffic.Requests))
	}
	switch {
	case heard == 0:
		return unknown(f.answering()[0].TrafficErr, f.logs(f.answering()[0].Node.Name), "no node says how many requests it had")
	case heard > 1 && total >= enoughRequests && most.Traffic.Requests > 0.9*total:
		return []Finding{{Severity: Warning, Finding: text("%s takes nearly all requests: %s", most.Node.Name, join(shares)),
			Cause: "clients know this node alone, or the others were started a moment ago", Fix: "name all of them: classify run --engine restate --nodes " + strings.Join(ingresses(f), ",")}}
	}
	return ok("requests since the start of each node: %s", join(shares))
}

func ingresses(f *Facts) []string {
	var all []string
	for _, n := range f.Topology.Nodes {
		all = append(all, n.IngressURL())
	}
	return all
}

// oldWork is from where on something unfinished is looked at twice: longer than
// a provider may be away before a call is given up.
const oldWork = 30 * time.Minute

// invocations looks for work that does not get on.
func invocations(_ context.Context, f *Facts) []Finding {
	if found := unheard(f); found != nil {
		return found
	}
	if f.WorkErr != nil {
		return unknown(f.WorkErr, f.logs(f.answering()[0].Node.Name), "the nodes do not say what is unfinished")
	}
	var found []Finding
	all := 0
	for _, s := range f.Work.States {
		all += s.Count
		age := f.At.Sub(s.Oldest)
		switch {
		case s.Status == "paused":
			found = append(found, Finding{Severity: Error, Finding: text("%s paused, the oldest since %s", were(s.Count), lasted(age)), Cause: "all attempts have failed" + example(f, s.Status),
				Fix: "mend the cause, then " + f.command("doctor --fix") + "   resumes them", Fixable: true})
		case s.Status == "backing-off" && s.Retries > manyRetries:
			found = append(found, Finding{Severity: Warning, Finding: text("%s tried over and over, up to %d times, the oldest since %s", were(s.Count), s.Retries, lasted(age)), Cause: "every attempt fails" + example(f, s.Status),
				Fix: "mend the cause: they go on by themselves; " + f.logs(theService)})
		case !s.Oldest.IsZero() && age > oldWork && s.Status != "scheduled":
			found = append(found, Finding{Severity: Warning, Finding: text("the oldest of %d invocations that are %s is %s old", s.Count, s.Status, lasted(age)),
				Cause: "more was submitted than is completed, or the service waits for a model", Fix: "look at the service: " + f.logs(theService)})
		}
	}
	return or(found, "%s under way, none of them stuck", count(all, "invocation"))
}

func were(n int) string {
	if n == 1 {
		return "1 invocation is"
	}
	return text("%d invocations are", n)
}

// example is what one of the stuck ones has failed at.
func example(f *Facts, status string) string {
	for _, i := range f.Work.Stuck {
		if i.Status == status {
			return strings.TrimSuffix(text(": %s (%s): %s", i.Target, i.ID, i.Failure), ":")
		}
	}
	return ""
}

// lasted says in words how long something has gone on.
func lasted(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return text("%d days", int(d/(24*time.Hour)))
	case d >= 2*time.Hour:
		return text("%d hours", int(d/time.Hour))
	case d >= 2*time.Minute:
		return text("%d minutes", int(d/time.Minute))
	}
	return count(max(0, int(d/time.Second)), "second")
}
