package sqlite_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"classify"
	"classify/sqlite"
	"classify/storetest"
)

// These name a store for this binary when a test starts it again: to save into
// it until it is killed, or to open it as another user.
const (
	victimStore   = "CLASSIFY_TEST_VICTIM_STORE"
	readOnlyStore = "CLASSIFY_TEST_READ_ONLY_STORE"
)

const victimIndicators = 20_000

func TestMain(m *testing.M) {
	for name, play := range map[string]func(path string) error{victimStore: victim, readOnlyStore: openUnwritable} {
		if path := os.Getenv(name); path != "" {
			if err := play(path); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	os.Exit(m.Run())
}

// victim saves from many callers, and records models' calls from others. It
// prints a line after each hundred answers, and after each call, of which it
// was told that they are durable.
func victim(path string) error {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return err
	}
	run, err := s.StartRun(ctx, classify.Run{})
	if err != nil {
		return err
	}
	rows := storetest.Catalogue(0, victimIndicators)
	saving, saved := context.WithCancel(ctx)
	defer saved()
	var calls, work errgroup.Group
	for caller := range 8 {
		calls.Go(func() error {
			for n := caller; saving.Err() == nil; n += 8 {
				if err := s.RecordCall(ctx, storetest.Call(run, n), []classify.CachedAnswer{storetest.CachedAnswer(run, n)}); err != nil {
					return err
				}
				fmt.Println("call", n)
			}
			return nil
		})
	}
	work.SetLimit(8)
	for first := 0; first < len(rows); first += 100 {
		batch := rows[first : first+100]
		if _, err := s.Take(ctx, run, batch); err != nil {
			return err
		}
		work.Go(func() error {
			for i := range batch {
				if err := s.Save(ctx, run, storetest.Answer(batch[i].Indicator)); err != nil {
					return err
				}
			}
			fmt.Println("answers", first)
			return nil
		})
	}
	err = work.Wait()
	saved()
	return errors.Join(err, calls.Wait())
}

// A process that is killed leaves every answer complete in all tables, or in
// none; what it was told to be durable is there, the calls that it paid for
// too; the next run goes on at once.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.db")
	reported, calls := killAfter(t, path, 4)

	s, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	must(t, err)
	defer func() { must(t, s.Close()) }()
	run, err := s.StartRun(t.Context(), classify.Run{})
	must(t, err)
	runs, err := s.Runs(t.Context(), 0)
	must(t, err)
	if len(runs) != 2 || runs[1].State != "killed" || runs[1].FinishedAt == nil {
		t.Errorf("runs: %+v", runs)
	}
	plan, err := s.Plan(t.Context(), run, classify.Selection{Intake: true, Mode: classify.ModeForce})
	must(t, err)
	if plan.Selected != 0 {
		t.Errorf("%d rows of the killed run's intake are left", plan.Selected)
	}
	callsAreKept(t, path, s, runs[1].ID, calls)
	answers := 0
	for stored, err := range s.Classifications(t.Context(), nil) {
		must(t, err)
		var n int
		_, err = fmt.Sscanf(stored.IndicatorID, "IND.%d", &n)
		must(t, err)
		if want := storetest.Answer(storetest.Indicator(n)); !reflect.DeepEqual(want, stored.Classification) {
			t.Fatalf("%s is half there:\n%s", stored.IndicatorID, cmp.Diff(want, stored.Classification))
		}
		delete(reported, n)
		answers++
	}
	for n := range reported {
		t.Errorf("IND.%05d was reported durable and is not there", n)
	}
	if answers == 0 || answers >= victimIndicators {
		t.Fatalf("%d answers: the process was not killed in the middle", answers)
	}
	for _, table := range []string{"normalization_results", "time_inference_results", "cumulative_detection_results", "family_assignment_results",
		"type_classification_results", "boolean_review_results", "final_review_results", "classification_history"} {
		if got := query(t, path, "SELECT count(*) FROM "+table); got != fmt.Sprint(answers) {
			t.Errorf("%s has %s rows for %d answers", table, got, answers)
		}
	}
	logged := query(t, path, "SELECT sum(indicators) FROM processing_log WHERE stage = 'normalization'")
	if logged != fmt.Sprint(answers) {
		t.Errorf("the log counts %s of %d answers", logged, answers)
	}
	if points := query(t, path, "SELECT count(*) - (SELECT sum(value_count) FROM source_indicators) FROM time_series_data"); points != "0" {
		t.Errorf("%s values without an indicator", points)
	}
	if ok := query(t, path, "PRAGMA integrity_check"); ok != "ok" {
		t.Error(ok)
	}
	left, err := s.Plan(t.Context(), run, classify.Selection{Mode: classify.ModeChanged})
	must(t, err)
	if left.Skipped != answers {
		t.Errorf("of %d answers %d are skipped", answers, left.Skipped)
	}
}

// callsAreKept checks that every call that was reported is there with its
// answer, and no call without it.
func callsAreKept(t *testing.T, path string, s *sqlite.Store, run int64, reported map[int]bool) {
	t.Helper()
	var recorded []int
	must(t, json.Unmarshal([]byte(query(t, path, "SELECT json_group_array(cast(substr(request_id, 5) AS INTEGER)) FROM model_calls")), &recorded))
	times := map[int]int{}
	for _, n := range recorded {
		times[n]++
	}
	for n := range reported {
		want := storetest.CachedAnswer(run, n)
		got, err := s.CachedAnswer(t.Context(), want.Key)
		if err != nil || !reflect.DeepEqual(want, got) {
			t.Errorf("the answer of call %d was reported durable: %v\n%s", n, err, cmp.Diff(want, got))
		}
		if times[n] != 1 {
			t.Errorf("call %d was reported durable and is there %d times", n, times[n])
		}
	}
	alone := query(t, path, "SELECT (SELECT count(*) FROM model_calls) - (SELECT count(*) FROM answer_cache)")
	if alone != "0" {
		t.Errorf("%s more calls than answers", alone)
	}
}

// killAfter starts a process that saves, kills it when it has reported so many
// hundreds, and returns the indicators and the calls that it reported.
func killAfter(t *testing.T, path string, hundreds int) (reported, calls map[int]bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), victimStore+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	reported, calls = map[int]bool{}, map[int]bool{}
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); {
		var what string
		var first int
		_, err := fmt.Sscan(lines.Text(), &what, &first)
		must(t, err)
		if what == "call" {
			calls[first] = true
			continue
		}
		for n := first; n < first+100; n++ {
			reported[n] = true
		}
		if seen == hundreds {
			must(t, cmd.Process.Kill())
		}
		seen++
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the process ended before it was killed")
	}
	if len(reported) == 0 || len(calls) == 0 {
		t.Fatalf("the process reported %d answers and %d calls", len(reported), len(calls))
	}
	return reported, calls
}
