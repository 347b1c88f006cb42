package doctor

import (
	"context"
	"errors"
	"slices"

	"github.com/dustin/go-humanize"

	"classify"
)

// objectStore looks whether S3 answers and has the bucket.
func objectStore(_ context.Context, f *Facts) []Finding {
	at, bucket := f.Topology.S3.URL(), f.Topology.Snapshots.Bucket
	switch {
	case errors.Is(f.S3.Err, ErrNotAsked):
		return unknown(f.S3.Err, f.up(), "there is no object store to look at")
	case f.S3.Err != nil:
		return []Finding{{Severity: Error, Finding: "the object store on " + at + " does not answer: no snapshot can be written, no node be restored", Cause: plain(f.S3.Err.Error()),
			Fix: f.up() + "   starts what does not live; its last words: " + f.logs("s3")}}
	case !f.S3.Bucket:
		return []Finding{{Severity: Error, Finding: text("%s has no bucket %s: no snapshot can be written", at, bucket), Cause: "nobody made it; the nodes do not",
			Fix: f.command("doctor --fix"), Fixable: true}}
	}
	return ok("%s has the bucket %s", at, bucket)
}

// known are credentials that everybody tries first.
var known = []string{"minioadmin", "minio", "minio123", "admin", "root", "rootroot", "password", "changeme", "secret", "test", "restate", "classify"}

// defaultCredentials looks for well-known credentials where others can reach the
// object store.
func defaultCredentials(_ context.Context, f *Facts) []Finding {
	s := f.Topology.S3
	if s.Port == 0 {
		return unknown(ErrNotAsked, f.up(), "there is no object store to look at")
	}
	if s.SecretKey == "" {
		return unknown(errors.New("the secret key was not given"), "export CLASSIFY_S3_SECRET_KEY=…", "the credentials of the object store were not looked at")
	}
	if !slices.Contains(known, s.SecretKey) && s.SecretKey != s.AccessKey {
		return ok("the secret key of the object store is none that everybody knows")
	}
	if isLoopback(s.Host) && !f.Containers {
		return ok("the secret key of the object store is a well-known one, but this machine alone can reach it")
	}
	return []Finding{{Severity: Error, Finding: text("the object store on %s has a well-known secret key", s.URL()), Cause: "the credentials of the example were kept, and others reach that address: snapshots hold all data",
		Fix: "give it a secret key of its own (openssl rand -hex 24), in the object store and in RESTATE_WORKER__SNAPSHOTS__AWS_SECRET_ACCESS_KEY of the nodes, and start both again"}}
}

const (
	// manySnapshots is from where on the snapshots cost more than they help.
	manySnapshots = 200 << 30
	// behind is by how many snapshots a partition may lag: one is being written, one
	// waits for its turn.
	behind = 4
)

// snapshots looks at their age and size.
func snapshots(_ context.Context, f *Facts) []Finding {
	switch {
	case f.S3.Err != nil:
		return unknown(f.S3.Err, "see s3", "the snapshots were not looked at")
	case !f.S3.Bucket:
		return unknown(errors.New("there is no bucket"), "see s3", "there are no snapshots")
	}
	has := text("%s of snapshots, %s", humanize.IBytes(uint64(max(0, f.S3.Bytes))), count(f.S3.Objects, "object"))
	if f.S3.More {
		has += " and more"
	}
	if !f.S3.Newest.IsZero() {
		has += ", the newest " + lasted(f.At.Sub(f.S3.Newest)) + " old"
	}
	var found []Finding
	if late, most := lagging(f); late > 0 {
		finding := Finding{Severity: Warning, Finding: text("%s has up to %s records that are in no snapshot (%s)", count(late, "partition"), humanize.Comma(most), has),
			Cause: text("a snapshot is due every %d records: the nodes cannot write to %s, or are too busy", f.Topology.Snapshots.Records, f.Topology.Snapshots.Destination()), Fix: f.command("cluster snapshot")}
		if f.S3.Newest.IsZero() {
			finding.Finding = text("there is no snapshot, though %s has up to %s records", count(late, "partition"), humanize.Comma(most))
		}
		found = append(found, finding)
	}
	if f.S3.Bytes > manySnapshots || f.S3.More {
		found = append(found, Finding{Severity: Warning, Finding: has, Cause: "old snapshots are kept, or finished invocations are kept for long", Fix: f.command("cluster trim")})
	}
	return or(found, "%s", has)
}

// lagging counts the partitions whose newest snapshot is older than it should be,
// and the most records of one of them that are in none.
func lagging(f *Facts) (partitions int, most int64) {
	for _, p := range f.View.Partitions {
		if lag := p.Applied - p.Archived; f.Topology.Snapshots.Records > 0 && lag > behind*int64(f.Topology.Snapshots.Records) {
			partitions, most = partitions+1, max(most, lag)
		}
	}
	return partitions, most
}

// store looks at the store of the answers.
func store(_ context.Context, f *Facts) []Finding {
	s := f.Store
	inside := f.InContainer || f.Containers
	trap := Finding{Severity: Error, Finding: text("the address of the store names %s, and is used inside a container", s.Host),
		Cause: s.Host + " is the container itself there", Fix: "name the host as the container knows it: the service of the compose file, or host.docker.internal"}
	switch {
	case inside && isLoopback(s.Host) && (s.Err != nil || f.Containers):
		return []Finding{trap}
	case !inside && isDockerHost(s.Host):
		trap.Finding, trap.Cause = text("the address of the store names %s, and is used outside of containers", s.Host), "containers alone know that name"
		trap.Fix = "name the host as this machine knows it: 127.0.0.1, where the port is published"
		return []Finding{trap}
	case errors.Is(s.Err, ErrNotAsked):
		return unknown(s.Err, "name it: --store URL", "the store was not looked at")
	case s.Err != nil:
		return []Finding{{Severity: Error, Finding: "the store cannot be used", Cause: plain(s.Err.Error()), Fix: remedy(s.Err, "start it, or name another one: --store URL")}}
	}
	var found []Finding
	switch {
	case s.Info.Schema > s.Info.SchemaKnown:
		found = append(found, Finding{Severity: Error, Finding: text("the tables of %s are of version %d; this program knows %d", s.Info.Place, s.Info.Schema, s.Info.SchemaKnown), Cause: "a newer version of the program has migrated them", Fix: "use that version of classify here, too"})
	case s.Info.Schema < s.Info.SchemaKnown:
		found = append(found, Finding{Severity: Warning, Finding: text("the tables of %s are of version %d; this program wants %d", s.Info.Place, s.Info.Schema, s.Info.SchemaKnown), Cause: "an older version of the program made them", Fix: f.command("doctor --fix"), Fixable: true})
	}
	for _, c := range s.Findings {
		found = append(found, Finding{Severity: Warning, Finding: text("%s: %s", c.Check, c.Detail), Cause: "what is stored does not fit together", Fix: plain(c.Remedy)})
	}
	return or(found, "%s %s, tables of version %d", s.Info.Kind, s.Info.Place, s.Info.Schema)
}

// remedy is that of an error, or another one where it has none.
func remedy(err error, otherwise string) string {
	if hint := classify.Hint(err); hint != "" {
		return plain(hint)
	}
	return otherwise
}

// pool looks whether the replicas' connections fit into what the server admits.
func pool(_ context.Context, f *Facts) []Finding {
	if f.Store.Err != nil {
		return unknown(f.Store.Err, "see store", "the connections were not looked at")
	}
	c, replicas := f.Store.Info.Connections, max(1, f.Topology.Service.Replicas)
	if c.Server == 0 {
		return ok("the store has no server whose connections could run out")
	}
	// Each replica opens its pool, and so do a client and this program; others have
	// what they have now.
	want := (replicas + 2) * c.Pool
	others := max(0, c.Used-c.Open)
	switch free := c.Server - c.Used; {
	case free <= 0:
		return []Finding{{Severity: Error, Finding: text("all %d connections of the server are taken", c.Server), Cause: text("classify has %d of them, others %d", c.Open, others), Fix: "end idle clients, raise max_connections, or make the pools smaller: pool_max_conns=4 in the address of the store"}}
	case others+want > c.Server:
		return []Finding{{Severity: Warning, Finding: text("%s may want %d connections, of which the server admits %d; others use %d", count(replicas, "replica"), want, c.Server, others), Cause: text("each process opens up to %d", c.Pool),
			Fix: text("pool_max_conns=%d in the address of the store, or raise max_connections", max(2, (c.Server-others)/(replicas+2)))}}
	}
	return ok("%d of %d connections used; the pools may want %d", c.Used, c.Server, want)
}

// provider looks at the key of the provider, and at its limits.
func provider(_ context.Context, f *Facts) []Finding {
	p := f.Provider
	switch {
	case errors.Is(f.ProviderErr, ErrNotAsked):
		return unknown(f.ProviderErr, "name it: --provider NAME", "no provider was looked at")
	case f.ProviderErr != nil:
		return []Finding{{Severity: Error, Finding: "the provider cannot be used", Cause: plain(f.ProviderErr.Error()), Fix: remedy(f.ProviderErr, "classify models check says more")}}
	case p.Name == "":
		return ok("no model is asked")
	case p.KeyName != "" && !p.KeySet:
		return []Finding{{Severity: Error, Finding: text("there is no key for %s", p.Name), Cause: p.KeyName + " is not set where the service is started", Fix: "export " + p.KeyName + "=…, then start the service again: " + f.up()}}
	case p.Refused != "":
		return []Finding{{Severity: Error, Finding: text("%s does not accept our requests", p.Name), Cause: plain(p.Refused), Fix: "look at the key in " + p.KeyName + ", the balance and the limits of the account"}}
	}
	var found []Finding
	for _, l := range []struct {
		what, flag   string
		set, allowed int
	}{{"requests", "--rpm", p.RPM, p.AllowedRPM}, {"tokens", "--tpm", p.TPM, p.AllowedTPM}} {
		switch {
		case l.allowed > 0 && l.set > l.allowed:
			found = append(found, Finding{Severity: Warning, Finding: text("%d %s per minute are set, %s grants %d", l.set, l.what, p.Name, l.allowed), Cause: "the limit is that of another account or model: calls will be refused and repeated", Fix: text("%s %d", l.flag, l.allowed)})
		case l.allowed > 0 && l.set == 0:
			found = append(found, Finding{Severity: Warning, Finding: text("no limit of %s per minute is set; %s grants %d", l.what, p.Name, l.allowed), Cause: "calls will be refused and repeated", Fix: text("%s %d", l.flag, l.allowed)})
		}
	}
	return or(found, "%s accepts our key; %s", p.Name, limits(p))
}

func limits(p Provider) string {
	if p.RPM == 0 && p.TPM == 0 {
		return "no limits are set"
	}
	return text("limits set: %d requests and %d tokens per minute (0: none)", p.RPM, p.TPM)
}
