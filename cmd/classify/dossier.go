package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"classify"
)

// dossier is everything that is known of one indicator.
type dossier struct {
	Indicator classify.Indicator `json:"indicator"`
	Answer    *classify.Stored   `json:"answer"`
}

func (d *dossier) print(w io.Writer) {
	ind := &d.Indicator
	fmt.Fprintf(w, "%s\n%s\n\n", printable(ind.ID), printable(ind.Name))
	for _, column := range classify.InputFields {
		if v, _ := ind.Get(column); v != "" && column != "indicator_id" && column != "name" {
			fmt.Fprintf(w, "  %-20s %s\n", column, printable(shortened(v, 300)))
		}
	}
	printValues(w, ind)
	if d.Answer == nil {
		fmt.Fprintln(w, "\nnot classified yet: classify run")
		return
	}
	a := d.Answer
	fmt.Fprintf(w, "\n%s", a.Outcome)
	if a.ReviewStatus != "" {
		fmt.Fprintf(w, " (review %s)", a.ReviewStatus)
	}
	fmt.Fprintf(w, ", confidence %.2f", a.OverallConfidence)
	if !a.SavedAt.IsZero() {
		fmt.Fprintf(w, ", run %d at %s, %s", a.RunID, a.SavedAt.UTC().Format("2006-01-02 15:04:05Z"), a.LogicVersion)
	}
	fmt.Fprintln(w)
	if a.Failure != nil {
		fmt.Fprintf(w, "failed in %s: %s\n", a.Failure.Stage, printable(a.Failure.Reason))
	}
	printStages(w, &a.Classification)
}

func printValues(w io.Writer, ind *classify.Indicator) {
	if len(ind.Values) > 0 {
		v := slices.Clone(ind.Values)
		slices.SortStableFunc(v, func(a, b classify.Observation) int { return strings.Compare(a.Date, b.Date) })
		fmt.Fprintf(w, "  %-20s %s  %d values, %s to %s, from %g to %g\n", "values", sparkline(v, 40), len(v),
			v[0].Date, v[len(v)-1].Date, v[0].Value, v[len(v)-1].Value)
	}
	if ind.SetAside > 0 {
		fmt.Fprintf(w, "  %-20s %d, for instance %s\n", "points set aside", ind.SetAside, printable(ind.SetAsideExample))
	}
}

func printStages(w io.Writer, c *classify.Classification) {
	answered := c.StageLabels()
	for _, stage := range classify.StageNames {
		p := c.Provenance(stage)
		if p.By == "" {
			continue
		}
		fmt.Fprintf(w, "\n%-20s %.2f  %s", stage, p.Confidence, p.By)
		if p.Rule != "" {
			fmt.Fprintf(w, ", rule %s", p.Rule)
		}
		fmt.Fprintln(w)
		for i := range classify.Fields {
			if f := &classify.Fields[i]; f.Stage == stage {
				printField(w, c, &answered, f)
			}
		}
		switch stage {
		case classify.StageTime:
			printTiming(w, &c.Time)
		case classify.StageType:
			fmt.Fprintf(w, "  %-20s %s\n", "time_basis", answered.TimeBasis)
		case classify.StageBooleanReview:
			fmt.Fprintf(w, "  %-20s %t  %s\n", "passed", c.Verdict.Passed, printable(c.Verdict.Reason))
		case classify.StageFinalReview:
			fmt.Fprintf(w, "  %-20s %s  %s\n", "status", c.Final.Status, printable(c.Final.Reason))
			for _, x := range c.Final.Corrections {
				fmt.Fprintf(w, "  %-20s %s → %s: %s\n", x.Field, x.From, x.To, printable(x.Reason))
			}
		}
		for _, e := range p.Evidence {
			fmt.Fprintf(w, "    · %s\n", printable(e))
		}
	}
}

// printTiming prints what the dates, the texts and the values say.
func printTiming(w io.Writer, t *classify.TimeInference) {
	fmt.Fprintf(w, "    · the dates say %s, the texts %s\n", orUnknown(t.Observed), orUnknown(t.Declared))
	if k := t.Cumulative; k.Transitions > 0 {
		fmt.Fprintf(w, "    · of %s between periods %s, %s, %s; the values look %s (%.2f)\n", counted(k.Transitions, "step"),
			counted(k.Rises, "rise"), counted(k.Falls, "fall"), counted(k.Resets, "reset"), k.Pattern, k.Confidence)
	}
}

func orUnknown(f classify.Frequency) classify.Frequency {
	if f == "" {
		return classify.FrequencyUnknown
	}
	return f
}

// printField prints a label as its stage answered it, and what became of it.
// Null and false, which most labels are, are left out unless they were corrected.
func printField(w io.Writer, c *classify.Classification, answered *classify.Labels, f *classify.Field) {
	v, final := f.Get(answered), f.Get(&c.Labels)
	if v == final && (v == "" || v == "false") {
		return
	}
	if v != final {
		v = fmt.Sprintf("%s  (corrected to %s)", null(v), null(final))
	}
	if slices.Contains(c.Overridden, f.Name) {
		v += "  (set by a person)"
	}
	fmt.Fprintf(w, "  %-20s %s\n", f.Name, printable(v))
}

// sparkline draws at most width values, in order, as blocks from the lowest
// to the highest.
func sparkline(v []classify.Observation, width int) string {
	if len(v) > width {
		v = v[len(v)-width:]
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, o := range v {
		low, high = min(low, o.Value), max(high, o.Value)
	}
	blocks := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, o := range v {
		i := 0
		if high > low {
			i = int((o.Value/2 - low/2) / (high/2 - low/2) * float64(len(blocks)-1)) // halves: the range may overflow
		}
		b.WriteRune(blocks[max(0, min(i, len(blocks)-1))])
	}
	return b.String()
}

func shortened(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}
