package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"classify"
	"classify/intake"
	"classify/local"
	"classify/progress"
	"classify/restate"
)

// summary is the end report of a run. What it counts as done was counted in
// the store.
type summary struct {
	Run      int64                  `json:"run_id"`
	State    string                 `json:"state"` // done, interrupted or failed
	DryRun   bool                   `json:"dry_run,omitempty"`
	Error    string                 `json:"error,omitempty"`
	Intake   intake.Counts          `json:"intake"`
	Values   intake.ValueCounts     `json:"values"`
	Orphans  int                    `json:"values_without_indicator"`
	Plan     classify.Plan          `json:"plan"`
	Stale    int                    `json:"stale,omitempty"` // of what is to do, what an older logic answered
	Outcomes map[string]int         `json:"outcomes"`        // committed by this run, and skipped, not_done and elsewhere (left to runs beside it)
	Seconds  float64                `json:"seconds"`
	Rate     float64                `json:"per_second"`
	Families []classify.FamilyCount `json:"families"` // of the whole store; null if nothing was done
	Low      int                    `json:"low_confidence"`
	Notes    []string               `json:"notes,omitempty"`
	Rejects  string                 `json:"rejects_file,omitempty"`
	// FirstReject is the first row that could not be used: file, line, reason.
	FirstReject string `json:"first_reject,omitempty"`
	Versions    string `json:"versions"`
	// Models is what models were expected to be asked, and what they were; null
	// offline.
	Models *expectation `json:"models,omitempty"`

	// Nodes is what the nodes of a cluster accepted; null where there is none.
	Nodes []restate.NodeState `json:"nodes,omitempty"`

	Progress  progress.Snapshot `json:"-"`
	beside    bool              // other runs shared the work
	started   time.Time
	orphanIDs []string
	files     string
	resume    string
	store     string // " --store …" where the command line named it
	remedy    string // for what stopped the run before its end
	versions  string
}

func (s *summary) finish(err error) {
	s.State = "done"
	switch {
	case local.Interrupted(err):
		s.State = "interrupted"
	case err != nil:
		s.State, s.Error = "failed", err.Error()
	case s.Progress.Budget != nil:
		var spent *classify.BudgetError
		errors.As(s.Progress.Budget, &spent) // no other error is counted there
		s.State, s.Error, s.remedy = "interrupted", spent.Error(), classify.Hint(spent)
	case s.Progress.Pending > 0:
		s.State, s.Error = "interrupted", fmt.Sprintf("%s in a batch of which nobody knows whether the provider has it", counted(s.Progress.Pending, "answer"))
		s.remedy = "the same command looks again; --resubmit gives the batch up, and pays for its questions a second time if it was there"
	}
	s.Versions = s.versions
	s.Seconds = time.Since(s.started).Seconds()
	done := s.Progress.Done()
	if s.Seconds > 0 {
		s.Rate = float64(done) / s.Seconds
	}
	s.Low = s.Progress.Low
	s.Outcomes = map[string]int{
		"skipped":  s.Plan.Skipped,
		"not_done": s.Plan.Todo - done,
	}
	for _, o := range []classify.Outcome{classify.Classified, classify.Escalated, classify.Failed} {
		s.Outcomes[string(o)] = s.Progress.Outcomes[o]
	}
	if s.beside && err == nil && !s.DryRun {
		s.Outcomes["elsewhere"] = max(0, s.Plan.Todo-s.Progress.Handed)
		s.Outcomes["not_done"] -= s.Outcomes["elsewhere"]
	}
}

// interrupted reports a run that was stopped from outside.
func (s *summary) interrupted() bool { return s.State == "interrupted" && s.Error == "" }

func (s *summary) result() classify.RunResult {
	return classify.RunResult{
		State: s.State, Error: s.Error,
		Read: s.Intake.Read, Accepted: s.Intake.Accepted, Duplicates: s.Intake.Duplicates, Rejected: s.Intake.Rejected,
		Selected: s.Plan.Selected, Classified: s.Outcomes["classified"], Escalated: s.Outcomes["escalated"],
		Failed: s.Outcomes["failed"], Skipped: s.Outcomes["skipped"] + s.Outcomes["elsewhere"],
	}
}

// reconcile compares what the engine counted with what the store has.
func (s *summary) reconcile(committed map[classify.Outcome]int) error {
	for _, o := range []classify.Outcome{classify.Classified, classify.Escalated, classify.Failed} {
		if committed[o] != s.Progress.Outcomes[o] {
			return classify.WithHint(fmt.Errorf("run %d does not reconcile: %d %s were reported committed, the store has %d",
				s.Run, s.Progress.Outcomes[o], o, committed[o]), "do not trust this run: give the command again with --force")
		}
	}
	if c := s.Intake; c.Read != c.Accepted+c.Duplicates+c.Rejected {
		return fmt.Errorf("run %d does not reconcile: %d rows read, but %d accepted + %d duplicates + %d rejected",
			s.Run, c.Read, c.Accepted, c.Duplicates, c.Rejected)
	}
	if n := s.Outcomes["not_done"]; n != 0 && s.State != "interrupted" && !s.DryRun {
		return fmt.Errorf("run %d does not reconcile: %d selected indicators have no answer", s.Run, n)
	}
	return nil
}

func (s *summary) print(w io.Writer) {
	s.printIntake(w)
	fmt.Fprintf(w, "%s = %d classified + %d escalated + %d failed + %d skipped",
		counted(s.Plan.Selected, "indicator"), s.Outcomes["classified"], s.Outcomes["escalated"], s.Outcomes["failed"], s.Outcomes["skipped"])
	if n := s.Outcomes["elsewhere"]; n > 0 {
		fmt.Fprintf(w, " + %d left to runs beside this one", n)
	}
	if n := s.Outcomes["not_done"]; n > 0 {
		fmt.Fprintf(w, " + %d not done", n)
	}
	fmt.Fprintf(w, ", in %s", seconds(s.Seconds))
	if s.Progress.Done() > 0 {
		fmt.Fprintf(w, " (%.0f per second)", s.Rate)
	}
	fmt.Fprintf(w, ", run %d\n", s.Run)
	if n := s.Plan.OlderLogic; n > 0 {
		fmt.Fprintf(w, "%d of the skipped were answered by an older logic; --stale does them again.\n", n)
	}
	s.printFailures(w)
	if s.Error != "" && s.State == "interrupted" {
		fmt.Fprintf(w, "Stopped: %s.\n  → %s\n", s.Error, s.remedy)
	}
	if s.Models != nil && s.Plan.Todo > 0 {
		s.Models.printActual(w)
	}
	if len(s.Nodes) > 0 {
		printNodes(w, s.Nodes)
	}
	if len(s.Families) > 0 {
		fmt.Fprintln(w, "\nAll answers in the store:")
		fmt.Fprintln(w)
		printFamilies(w, s.Families)
	}
	s.printNext(w)
}

func (s *summary) printIntake(w io.Writer) {
	c := s.Intake
	if s.files != "" {
		fmt.Fprintf(w, "%s: %s read = %d accepted + %d duplicates + %d rejected\n", printable(s.files), counted(c.Read, "row"), c.Accepted, c.Duplicates, c.Rejected)
	}
	if c.SetAside > 0 {
		fmt.Fprintf(w, "%s of the series set aside: no date or no number (points_set_aside in source_indicators).\n", counted(c.SetAside, "point"))
	}
	if v := s.Values; v.Read > 0 {
		fmt.Fprintf(w, "values: %s read = %d kept + %d empty + %d rejected\n", counted(v.Read, "row"), v.Kept, v.Empty, v.Rejected)
	}
	if s.Orphans > 0 {
		fmt.Fprintf(w, "%s of the values in no catalogue row, for instance %s.\n", counted(s.Orphans, "indicator"), strings.Join(s.orphanIDs, ", "))
	}
	if s.Rejects != "" {
		fmt.Fprintf(w, "Rejected: %s\nAll rejected rows, with line and reason: %s\n", printable(s.FirstReject), s.Rejects)
	}
	for _, n := range s.Notes {
		fmt.Fprintf(w, "Note: %s\n", printable(n))
	}
}

// printDryRun shows what a run would ask, and how to begin it.
func (s *summary) printDryRun(w io.Writer) {
	fmt.Fprintf(w, "%s selected, %d to do, %d skipped.\n", counted(s.Plan.Selected, "indicator"), s.Plan.Todo, s.Plan.Skipped)
	if s.Stale > 0 {
		fmt.Fprintf(w, "%d of them were answered by an older logic.\n", s.Stale)
	}
	switch {
	case s.Plan.Todo == 0:
		return
	case s.Models == nil:
		fmt.Fprintln(w, "No model is asked: the rulebook answers offline, at no cost.")
		return
	}
	fmt.Fprintln(w)
	s.Models.print(w)
	fmt.Fprintln(w, "\nNothing was asked. The same command without --dry-run begins.")
}

func (s *summary) printFailures(w io.Writer) {
	failures := slices.SortedFunc(maps.Keys(s.Progress.Failures), func(a, b classify.Failure) int {
		return cmp.Or(cmp.Compare(s.Progress.Failures[b], s.Progress.Failures[a]),
			cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Reason, b.Reason))
	})
	for _, f := range failures[:min(5, len(failures))] {
		fmt.Fprintf(w, "%d failed in %s: %s\n", s.Progress.Failures[f], f.Stage, printable(f.Reason))
	}
}

func printFamilies(w io.Writer, families []classify.FamilyCount) {
	type line struct {
		n, low     int
		confidence float64
		types      []string
	}
	byFamily := map[classify.Family]*line{}
	var order []classify.Family
	for _, f := range families {
		l := byFamily[f.Family]
		if l == nil {
			l = &line{}
			byFamily[f.Family] = l
			order = append(order, f.Family)
		}
		l.n += f.Indicators
		l.low += f.Low
		l.confidence += f.Confidence * float64(f.Indicators)
		l.types = append(l.types, fmt.Sprintf("%s %d", f.Type, f.Indicators))
	}
	slices.SortStableFunc(order, func(a, b classify.Family) int { return byFamily[b].n - byFamily[a].n })
	var rows [][]string
	for _, name := range order {
		l := byFamily[name]
		family := string(name)
		if family == "" {
			family = "(none)"
		}
		rows = append(rows, []string{family, fmt.Sprint(l.n), fmt.Sprintf("%.2f", l.confidence/float64(l.n)), fmt.Sprint(l.low), strings.Join(l.types, ", ")})
	}
	printTable(w, []string{"family", ">indicators", ">confidence", ">low", "types"}, rows)
}

func (s *summary) printNext(w io.Writer) {
	if s.Low > 0 {
		fmt.Fprintf(w, "\n%s of this run with a confidence below %.2f: look there first.\n", counted(s.Low, "answer"), classify.LowConfidence)
	}
	if s.Plan.Selected == 0 || s.State == "failed" {
		return
	}
	if s.Plan.Todo == 0 {
		fmt.Fprintln(w, "Nothing to do: every selected indicator has an answer for its input. --force does them again.")
	}
	var next [][2]string
	if s.Outcomes["escalated"] > 0 {
		next = append(next, [2]string{"export --where outcome=escalated", "what a person must decide (answer with --overrides)"})
	}
	if s.Outcomes["failed"] > 0 {
		next = append(next, [2]string{"run --retry-failed", "only what failed"})
	}
	printCommands(w, s.store, append(next, [2]string{"show ID", "why an indicator got its labels"}, [2]string{"export -o labels.csv", "the labels as a file"}))
}

// printCommands proposes what to do next, in the same store.
func printCommands(w io.Writer, store string, commands [][2]string) {
	fmt.Fprintln(w, "\nNext:")
	width := 0
	for _, c := range commands {
		width = max(width, len(c[0]))
	}
	for _, c := range commands {
		fmt.Fprintf(w, "  classify %-*s   %s\n", width+len(store), c[0]+store, c[1])
	}
}

func seconds(s float64) string {
	if s < 60 {
		return fmt.Sprintf("%.1f s", s)
	}
	return time.Duration(s * float64(time.Second)).Round(time.Second).String()
}
