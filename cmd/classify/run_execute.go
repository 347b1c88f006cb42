package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"classify"
	"classify/catalogue"
	"classify/intake"
	"classify/progress"
)

// runCommand is one call of "classify run" whose flags are checked.
type runCommand struct {
	*runFlags
	cmd       *cobra.Command
	files     []string
	lineup    *lineup
	logic     string
	selection classify.Selection
	outFormat string
	labels    []classify.Override
}

// execute runs from the intake to the summary. Files are opened before the
// store, so that a wrong path leaves nothing behind.
func (r *runCommand) execute(ctx context.Context) (err error) {
	var reader *catalogue.Reader
	if len(r.files) > 0 || r.from.url != "" {
		if reader, err = r.open(ctx); err != nil {
			return err
		}
		defer reader.Close()
	}
	store, err := r.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := store.Close(); err == nil {
			err = closeErr
		}
	}()
	host, _ := os.Hostname()
	runID, err := store.StartRun(ctx, classify.Run{
		Host: host, PID: os.Getpid(), Command: commandLine(), Shared: true,
		Mode: r.selection.Mode, LogicVersion: r.logic, Version: classify.Version, Engine: r.engine, Provider: r.provider,
	})
	if err != nil {
		return lockedHint(err)
	}
	s := &summary{Run: runID, DryRun: r.dryRun, started: time.Now(), versions: versionLine(), resume: r.resumeCommand(), store: storeFlag(r.cmd)}
	runErr := r.work(ctx, store, reader, s)
	s.finish(runErr)
	if runErr == nil && r.out != "" {
		runErr = r.export(ctx, store, runID)
	}
	// The run is closed also after Ctrl-C.
	end := context.WithoutCancel(ctx)
	if err := store.FinishRun(end, runID, s.result()); err != nil && runErr == nil {
		runErr = fmt.Errorf("close run %d: %w", runID, err)
	}
	return r.end(end, store, s, runErr)
}

// openStore opens the store of the run. Without a catalogue there has to be one.
func (r *runCommand) openStore(ctx context.Context) (classify.Store, error) {
	if len(r.files) == 0 && r.from.url == "" {
		s, err := openStore(ctx, r.cmd, true)
		if err != nil {
			return nil, classify.WithHint(err, "name a catalogue: classify run FILE")
		}
		if err := s.Close(); err != nil {
			return nil, err
		}
	}
	return openStore(ctx, r.cmd, false)
}

func (r *runCommand) open(ctx context.Context) (*catalogue.Reader, error) {
	mapping, err := catalogue.ParseMap(r.mapping)
	if err != nil {
		return nil, &usageError{err}
	}
	if r.from.url != "" {
		return r.from.open(ctx, catalogue.Options{Map: mapping})
	}
	return catalogue.Open(ctx, r.files, r.cmd.InOrStdin(), catalogue.Options{Map: mapping, Format: r.fileFormat})
}

// work is the run proper: labels, values, catalogue, plan, stages.
func (r *runCommand) work(ctx context.Context, store classify.Store, reader *catalogue.Reader, s *summary) error {
	progress := &progress.Counts{}
	source := func() (read, total int64) { return 0, 0 }
	if reader != nil {
		source = reader.Progress
	}
	view := startView(r.cmd.ErrOrStderr(), progress, source, r.quiet, r.progressInterval)
	defer view.stop()
	if reader != nil {
		if err := r.takeIn(ctx, store, reader, s, view); err != nil {
			return err
		}
	}
	if err := r.pickUp(ctx, store, s.Run); err != nil {
		return err
	}
	plan, err := r.plan(ctx, store, s)
	if err != nil {
		return err
	}
	progress.SetTotal(plan.Todo)
	switch {
	case plan.Todo == 0:
	case r.onCluster():
		err = r.handOut(ctx, store, s, progress, view)
	default:
		err = r.classify(ctx, store, s, progress, view)
	}
	s.Progress = progress.Snapshot()
	if err == nil && s.Progress.Handed < plan.Todo {
		s.beside, err = besideOthers(ctx, store, s.Run)
	}
	return err
}

// besideOthers reports whether another run lived while this one did: they share
// the work.
func besideOthers(ctx context.Context, store classify.AnswerReader, run int64) (bool, error) {
	runs, err := store.Runs(ctx, 0)
	if err != nil {
		return false, err
	}
	own := slices.IndexFunc(runs, func(r classify.Run) bool { return r.ID == run })
	if own < 0 {
		return false, fmt.Errorf("run %d is not in the store", run)
	}
	return slices.ContainsFunc(runs, func(r classify.Run) bool {
		return r.ID != run && (r.FinishedAt == nil || r.FinishedAt.After(runs[own].StartedAt))
	}), nil
}

func (r *runCommand) takeIn(ctx context.Context, store classify.Store, reader *catalogue.Reader, s *summary, view *view) (err error) {
	rejects := &firstReject{RejectWriter: catalogue.NewRejectWriter(r.rejectsPath())}
	defer func() {
		if closeErr := rejects.Close(); err == nil {
			err = closeErr
		}
	}()
	in := intake.Intake{Store: store, RunID: s.Run, Rejects: rejects, Observe: view.reading}
	if len(r.values) > 0 {
		if s.Values, err = in.Values(ctx, catalogue.Values(ctx, r.values, r.cmd.InOrStdin(), catalogue.Options{})); err != nil {
			return err
		}
	}
	s.Intake, err = in.Catalogue(ctx, reader.Rows())
	s.Notes = reader.Notes()
	if s.Intake.Rejected+s.Values.Rejected > 0 {
		s.Rejects, s.FirstReject = r.rejectsPath(), rejects.first.Error()
	}
	if s.files = strings.Join(r.files, ", "); r.from.url != "" {
		s.files = r.from.named()
	}
	if err == nil && len(r.values) > 0 {
		s.Orphans, s.orphanIDs, err = store.OrphanValues(ctx, s.Run, 3)
	}
	return err
}

func (r *runCommand) rejectsPath() string {
	switch {
	case r.rejects != "":
		return r.rejects
	case r.from.url != "":
		return "from.rejects.csv"
	case r.files[0] == "-":
		return "stdin.rejects.csv"
	}
	return filepath.Base(r.files[0]) + ".rejects.csv"
}

// export writes the answers of everything that the run selected, also of what
// it skipped.
func (r *runCommand) export(ctx context.Context, store classify.Store, runID int64) error {
	e := exporter{format: r.outFormat, answers: store.Answers(ctx, runID, r.selection)}
	if err := writeFile(r.cmd.OutOrStdout(), r.out, e.write); err != nil {
		return classify.WithHint(fmt.Errorf("the answers are in the store, but not in %s: %w", r.out, err),
			"write them again: classify export -o FILE")
	}
	e.report(r.cmd.ErrOrStderr())
	return nil
}

// end reconciles and prints, also what a run did that did not come to its end,
// and says with its error how the run ended.
func (r *runCommand) end(ctx context.Context, store classify.Store, s *summary, runErr error) error {
	if s.State != "failed" {
		committed, err := store.RunOutcomes(ctx, s.Run)
		if err != nil {
			return err
		}
		if err := s.reconcile(committed); err != nil {
			return err
		}
	}
	if s.Plan.Todo > 0 { // otherwise nothing in the store has changed
		status, err := store.Status(ctx)
		if err != nil {
			return errors.Join(runErr, err)
		}
		s.Families = status.Families
	}
	if err := r.print(s); err != nil {
		return errors.Join(runErr, err)
	}
	switch {
	case s.interrupted():
		return classify.WithHint(errors.New("interrupted; what was done is kept"), "go on with: %s", s.resume)
	case runErr != nil:
		return r.resumeHint(runErr)
	case s.Intake.Read > 0 && s.Intake.Accepted == 0:
		return classify.WithHint(fmt.Errorf("no row of %s could be used", s.files), "see %s for the reasons", s.Rejects)
	case s.Plan.Selected == 0:
		return r.nothingSelected(ctx, store)
	case s.Outcomes["not_done"] > 0 && !r.dryRun:
		return errSomeFailed
	case s.Progress.Outcomes[classify.Failed] > 0 || s.Rejects != "":
		return errSomeFailed
	}
	return nil
}

// print writes the summary; the labels may have the standard output.
func (r *runCommand) print(s *summary) error {
	out := r.cmd.OutOrStdout()
	if r.out == "-" {
		out = r.cmd.ErrOrStderr()
	}
	if r.json {
		return writeJSON(out, s)
	}
	if r.dryRun && s.State == "done" {
		s.printIntake(out)
		s.printDryRun(out)
		return nil
	}
	if s.State == "failed" && s.Intake.Read == 0 && s.Progress.Done() == 0 {
		return nil // nothing was done: the error says it all
	}
	s.print(out)
	return nil
}

// firstReject remembers the first row that could not be used.
type firstReject struct {
	*catalogue.RejectWriter
	first catalogue.Reject
}

func (f *firstReject) Write(r catalogue.Reject) error {
	if f.Count() == 0 {
		f.first = r
	}
	return f.RejectWriter.Write(r)
}

func lockedHint(err error) error {
	var locked *classify.LockedError
	if errors.As(err, &locked) {
		return classify.WithHint(err, "wait for it to end (classify status), stop process %d, or write to another file with --store sqlite:PATH", locked.PID)
	}
	return err
}
