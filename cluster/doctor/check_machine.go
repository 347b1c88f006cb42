package doctor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"classify"
	"classify/cluster"
)

// Bounds of clocks: dates have whole seconds, and an object store refuses what is
// signed a quarter of an hour off.
const (
	someSkew = 3 * time.Second
	muchSkew = time.Minute
)

// clocks compares those of the other machines with ours.
func clocks(_ context.Context, f *Facts) []Finding {
	if len(f.Clocks) == 0 {
		return unknown(ErrNotAsked, f.up(), "nobody told the time")
	}
	all := slices.Clone(f.Clocks)
	slices.SortFunc(all, func(a, b Clock) int { return strings.Compare(a.Of, b.Of) })
	var found []Finding
	for _, c := range all {
		way, off := "ahead of", c.Ahead
		if off < 0 {
			way, off = "behind", -off
		}
		if off <= someSkew {
			continue
		}
		severity := Warning
		if off > muchSkew {
			severity = Error
		}
		found = append(found, Finding{Severity: severity, Finding: text("the clock of %s is %s %s ours", c.Of, lasted(off), way),
			Cause: "one of the machines does not keep its time by NTP: time-outs, leases and signatures are off", Fix: "timedatectl set-ntp true   on that machine; in a virtual machine after a pause: start it again"})
	}
	return or(found, "%s agree with ours within %s", count(len(all), "clock"), someSkew)
}

// Space that has to be free, in bytes: the log and the database of a node grow
// until snapshots let them be trimmed.
const (
	leastSpace  = 1 << 30
	littleSpace = 5 << 30
)

// disk looks at the space for data.
func disk(_ context.Context, f *Facts) []Finding {
	if len(f.Disks) == 0 {
		return unknown(ErrNotAsked, "look at the machines of the nodes: df -h", "no folder of data is on this machine")
	}
	var found []Finding
	least := f.Disks[0]
	for _, d := range f.Disks {
		if d.Err == nil && (least.Err != nil || d.Free < least.Free) {
			least = d
		}
		switch {
		case d.Err != nil:
			found = append(found, unknown(d.Err, "look whether it is there: ls -ld "+plain(d.Path), "the folder %s was not looked at", d.Path)...)
		case d.Free < littleSpace:
			severity := Warning
			if d.Free < leastSpace {
				severity = Error
			}
			found = append(found, Finding{Severity: severity, Finding: text("%s free of %s for %s", humanize.IBytes(d.Free), humanize.IBytes(d.Total), d.Path),
				Cause: "the disk fills up: nodes stop when they cannot write", Fix: "make room; " + f.command("cluster snapshot") + " and " + f.command("cluster trim") + " shorten the logs"})
		}
	}
	return or(found, "at least %s free for the data", humanize.IBytes(least.Free))
}

// versions compares those of nodes, restatectl and service.
func versions(_ context.Context, f *Facts) []Finding {
	want := cluster.RestateVersion
	var found []Finding
	seen := map[string][]string{}
	for _, n := range f.Nodes {
		if n.VersionErr == nil {
			seen[n.Version] = append(seen[n.Version], n.Node.Name)
		}
	}
	for version, names := range seen {
		if !sameMinor(version, want) {
			found = append(found, Finding{Severity: Warning, Finding: text("%s: Restate %s; this program is made for %s", join(names), version, want), Cause: "keys of the configuration may be ignored, answers be others", Fix: "install restate-server " + want + ", then " + f.restart(names[0])})
		}
	}
	if len(seen) > 1 {
		var each []string
		for version, names := range seen {
			each = append(each, version+": "+join(names))
		}
		slices.Sort(each)
		found = append(found, Finding{Severity: Warning, Finding: "the nodes are of different versions: " + text("%s", strings.Join(each, "; ")), Cause: "an upgrade has stopped half way", Fix: "start the older ones again with the newer server, one after the other: " + f.command("cluster restart NODE")})
	}
	if f.ControlErr == nil && !sameMinor(f.Control, want) {
		found = append(found, Finding{Severity: Warning, Finding: text("restatectl is %s; this program is made for %s", f.Control, want), Cause: "it may not understand the nodes", Fix: "install restatectl " + want + ", or name it: --restatectl PATH"})
	}
	if f.Service.Err == nil && f.Service.Version != "" && f.Service.Version != classify.Version {
		found = append(found, Finding{Severity: Warning, Finding: text("the service is classify %s, this program is %s", f.Service.Version, classify.Version), Cause: "one of them was not brought up to date: they may answer differently", Fix: f.command("cluster deploy")})
	}
	slices.SortFunc(found, func(a, b Finding) int { return strings.Compare(a.Finding, b.Finding) })
	if len(found) == 0 && len(seen) == 0 {
		cause := errors.New("there are no nodes")
		if len(f.Nodes) > 0 {
			cause = f.Nodes[0].VersionErr
		}
		return unknown(cause, f.up(), "no node tells its version")
	}
	return or(found, "Restate %s, classify %s", join(keys(seen)), classify.Version)
}

func keys(m map[string][]string) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// sameMinor reports whether two versions differ in the last number at most.
func sameMinor(a, b string) bool {
	i, j := strings.LastIndexByte(a, '.'), strings.LastIndexByte(b, '.')
	return i > 0 && j > 0 && a[:i] == b[:j]
}
