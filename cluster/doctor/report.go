package doctor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Report is what a diagnosis has found, the worst first, in the order of the
// checks otherwise.
type Report struct {
	Cluster  string    `json:"cluster,omitempty"`
	At       time.Time `json:"at"`
	Findings []Finding `json:"findings"`
	Fixed    []Fixed   `json:"fixed,omitempty"` // before the findings were made
}

// Fixed is a finding that --fix was at.
type Fixed struct {
	Check   string `json:"check"`
	Finding string `json:"finding"`
	Error   string `json:"error,omitempty"` // why it could not be mended; "": it was
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(a.Severity.rank(), b.Severity.rank()) })
}

// Worst is the severity of the worst finding; OK of none.
func (r *Report) Worst() Severity {
	worst := OK
	for _, f := range r.Findings {
		if f.Severity.rank() < worst.rank() {
			worst = f.Severity
		}
	}
	return worst
}

// Count counts the findings of a severity.
func (r *Report) Count(s Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// WriteJSON writes the report for machines.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// WriteText writes the report for people: a line for each finding, its cause and
// its remedy below it.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, f := range r.Fixed {
		if f.Error == "" {
			fmt.Fprintf(&b, "fixed    %-13s %s\n", f.Check, f.Finding)
		} else {
			fmt.Fprintf(&b, "failed   %-13s %s\n         cause: %s\n", f.Check, f.Finding, f.Error)
		}
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%-8s %-13s %s\n", f.Severity, f.Check, f.Finding)
		if f.Cause != "" {
			fmt.Fprintf(&b, "         cause: %s\n", f.Cause)
		}
		if f.Fix != "" {
			by := ""
			if f.Fixable && !strings.Contains(f.Fix, "--fix") {
				by = "   (--fix does it)"
			}
			fmt.Fprintf(&b, "         fix:   %s%s\n", f.Fix, by)
		}
	}
	fmt.Fprintf(&b, "%s, %s, %d not looked at, %d fine\n", count(r.Count(Error), "error"), count(r.Count(Warning), "warning"), r.Count(Unknown), r.Count(OK))
	_, err := io.WriteString(w, b.String())
	return err
}

// count says how many there are of a thing.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// longest is how much of a foreign text is shown.
const longest = 300

// plain makes one line of a text that others wrote, without what would steer a
// terminal.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + " …"
	}
	return s
}

func text(format string, args ...any) string { return plain(fmt.Sprintf(format, args...)) }
