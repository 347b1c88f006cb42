// Package doctor finds out what is wrong with a cluster. Gather asks every source
// once, all at the same time, and makes Facts of their answers; Checks judge the
// facts, each with a finding, its cause and the command that mends it.
package doctor

import "context"

// Severity says how bad a finding is.
type Severity string

const (
	OK      Severity = "ok"
	Warning Severity = "warning" // works, and will not for long or not well
	Error   Severity = "error"   // does not work
	Unknown Severity = "unknown" // could not be looked at
)

// rank orders severities, the worst first.
func (s Severity) rank() int {
	switch s {
	case Error:
		return 0
	case Warning:
		return 1
	case Unknown:
		return 2
	}
	return 3
}

// Finding is what a check has found.
type Finding struct {
	Check    string   `json:"check"`
	Severity Severity `json:"severity"`
	Finding  string   `json:"finding"`
	Cause    string   `json:"cause,omitempty"`
	Fix      string   `json:"fix,omitempty"`     // a command, or what to do
	Fixable  bool     `json:"fixable,omitempty"` // --fix does it
}

// Check judges facts.
type Check struct {
	Name string
	// Run returns at least one finding; a single one that is OK when all is well. It
	// asks nobody, and changes nothing.
	Run func(context.Context, *Facts) []Finding
	// Fix mends what is safe to mend of the findings that are Fixable; nil: nothing is.
	Fix func(context.Context, *Facts) error
}

// Checks are all checks. What Fix needs beyond the facts it has of the sources.
func Checks(s *Sources) []Check {
	return []Check{
		{Name: "nodes", Run: nodes},
		{Name: "metadata", Run: metadata},
		{Name: "provisioning", Run: provisioning},
		{Name: "config", Run: config},
		{Name: "exposure", Run: exposure},
		{Name: "partitions", Run: partitions},
		{Name: "services", Run: services, Fix: s.register},
		{Name: "addresses", Run: addresses},
		{Name: "service", Run: service},
		{Name: "traffic", Run: traffic},
		{Name: "invocations", Run: invocations, Fix: s.resume},
		{Name: "s3", Run: objectStore, Fix: s.makeBucket},
		{Name: "credentials", Run: defaultCredentials},
		{Name: "snapshots", Run: snapshots},
		{Name: "store", Run: store, Fix: s.migrate},
		{Name: "pool", Run: pool},
		{Name: "provider", Run: provider},
		{Name: "clocks", Run: clocks},
		{Name: "disk", Run: disk},
		{Name: "versions", Run: versions},
	}
}

// Diagnose gathers the facts and runs all checks.
func Diagnose(ctx context.Context, s *Sources) Report {
	return Examine(ctx, Checks(s), Gather(ctx, s))
}

// Examine runs checks on facts.
func Examine(ctx context.Context, checks []Check, f *Facts) Report {
	r := Report{Cluster: f.Topology.Name, At: f.At}
	for _, c := range checks {
		for _, found := range c.Run(ctx, f) {
			found.Check = c.Name
			r.Findings = append(r.Findings, found)
		}
	}
	r.sort()
	return r
}

// Mend does what is safe of the remedies, and examines the cluster again. Fixed
// says what was done; what a fix fails at stands there, too.
func Mend(ctx context.Context, s *Sources) Report {
	checks, f := Checks(s), Gather(ctx, s)
	before := Examine(ctx, checks, f)
	var done []Fixed
	for _, c := range checks {
		for _, found := range before.Findings {
			if found.Check != c.Name || !found.Fixable || c.Fix == nil {
				continue
			}
			fixed := Fixed{Check: c.Name, Finding: found.Finding}
			if err := c.Fix(ctx, f); err != nil {
				fixed.Error = plain(err.Error())
			}
			done = append(done, fixed)
			break // a fix mends all that its check has found
		}
	}
	if len(done) == 0 {
		return before
	}
	after := Diagnose(ctx, s)
	after.Fixed = done
	return after
}

func ok(format string, args ...any) []Finding {
	return []Finding{{Severity: OK, Finding: text(format, args...)}}
}

func unknown(cause error, fix, format string, args ...any) []Finding {
	return []Finding{{Severity: Unknown, Finding: text(format, args...), Cause: plain(cause.Error()), Fix: fix}}
}

// or returns the findings, or the OK one where there is none.
func or(found []Finding, format string, args ...any) []Finding {
	if len(found) > 0 {
		return found
	}
	return ok(format, args...)
}
