package intake_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"classify"
	"classify/catalogue"
	"classify/intake"
	"classify/sqlite"
)

// rejects keeps what was rejected.
type rejects []catalogue.Reject

func (r *rejects) Write(x catalogue.Reject) error {
	*r = append(*r, x)
	return nil
}

func setup(t *testing.T) (*intake.Intake, *rejects) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "classify.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	id, err := store.StartRun(t.Context(), classify.Run{Host: "test", PID: 1})
	if err != nil {
		t.Fatal(err)
	}
	r := &rejects{}
	return &intake.Intake{Store: store, RunID: id, Rejects: r}, r
}

func read(t *testing.T, csv string) iter.Seq2[catalogue.Row, error] {
	t.Helper()
	r, err := catalogue.Open(t.Context(), []string{"-"}, strings.NewReader(csv), catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r.Rows()
}

func TestEveryRowIsAcceptedADuplicateOrRejected(t *testing.T) {
	t.Parallel()
	in, rejected := setup(t)
	c, err := in.Catalogue(t.Context(), read(t, "id,name\nA,Exports\nB,Imports\nA,Exports\nB,Import prices\nC,\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := (intake.Counts{Read: 5, Accepted: 2, New: 2, Duplicates: 1, Rejected: 2}); c != want {
		t.Errorf("counts %+v, want %+v", c, want)
	}
	if len(*rejected) != 2 {
		t.Fatalf("rejected %v, want two rows", *rejected)
	}
	var conflict string
	for _, r := range *rejected {
		if r.Line == 5 {
			conflict = r.Reason
		}
	}
	if !strings.Contains(conflict, `"B"`) || !strings.Contains(conflict, "line 3") {
		t.Errorf("the conflict of line 5 reads %q: it names neither the id nor the first line", conflict)
	}
}

func TestALargeCatalogueReconcilesOverManyBatches(t *testing.T) {
	t.Parallel()
	in, _ := setup(t)
	var csv strings.Builder
	csv.WriteString("id,name\n")
	for i := range 3000 {
		fmt.Fprintf(&csv, "I%04d,Exports\n", i%2500) // the last 500 are duplicates
	}
	var seen []int
	in.Observe = func(c intake.Counts) { seen = append(seen, c.Read) }
	c, err := in.Catalogue(t.Context(), read(t, csv.String()))
	if err != nil || c.Read != 3000 || c.Accepted != 2500 || c.Duplicates != 500 {
		t.Fatalf("counts %+v, %v", c, err)
	}
	if len(seen) < 2 || seen[len(seen)-1] != 3000 {
		t.Errorf("observed %v", seen)
	}
}

func TestValuesOfALongFileAreJoined(t *testing.T) {
	t.Parallel()
	in, rejected := setup(t)
	rows := func(yield func(catalogue.ValueRow, error) bool) {
		for _, v := range []classify.DatedValue{
			{IndicatorID: "A", Observation: classify.Observation{Date: "2024-01", Value: 1}},
			{IndicatorID: "A", Observation: classify.Observation{Date: "2024-02", Value: 2}},
			{IndicatorID: "lost", Observation: classify.Observation{Date: "2024-02", Value: 2}},
		} {
			if !yield(catalogue.ValueRow{DatedValue: v}, nil) {
				return
			}
		}
		_ = yield(catalogue.ValueRow{Empty: true, DatedValue: classify.DatedValue{IndicatorID: "A", Observation: classify.Observation{Date: "2024-03"}}}, nil) &&
			yield(catalogue.ValueRow{Reject: &catalogue.Reject{Line: 5, Reason: "no date"}}, nil)
	}
	v, err := in.Values(t.Context(), rows)
	if want := (intake.ValueCounts{Read: 5, Kept: 3, Empty: 1, Rejected: 1}); err != nil || v != want {
		t.Fatalf("counts %+v, %v; want %+v", v, err, want)
	}
	if len(*rejected) != 1 {
		t.Errorf("rejected %v", *rejected)
	}
	if _, err := in.Catalogue(t.Context(), read(t, "id,name\nA,Exports\n")); err != nil {
		t.Fatal(err)
	}
	reader := in.Store.(classify.AnswerReader)
	ind, err := reader.Indicator(t.Context(), "A")
	if err != nil || len(ind.Values) != 2 {
		t.Errorf("values %v, %v", ind.Values, err)
	}
	n, ids, err := in.Store.OrphanValues(t.Context(), in.RunID, 5)
	if err != nil || n != 1 || len(ids) != 1 || ids[0] != "lost" {
		t.Errorf("orphans %d %v, %v", n, ids, err)
	}
}

func TestAFaultOfTheFileOrTheRejectsEndsTheIntake(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	in, _ := setup(t)
	_, err := in.Catalogue(t.Context(), func(yield func(catalogue.Row, error) bool) {
		yield(catalogue.Row{}, boom)
	})
	if !errors.Is(err, boom) {
		t.Errorf("error of the file: %v", err)
	}
	in.Rejects = broken{boom}
	if _, err := in.Catalogue(t.Context(), read(t, "id,name\nA,\n")); !errors.Is(err, boom) {
		t.Errorf("error of the rejects: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := in.Catalogue(ctx, read(t, "id,name\nA,Exports\n")); !errors.Is(err, context.Canceled) {
		t.Errorf("error of a cancelled context: %v", err)
	}
}

type broken struct{ err error }

func (b broken) Write(catalogue.Reject) error { return b.err }

func TestTheRejectsOfABatchStandInTheOrderOfTheirLinesWithTheWholeRow(t *testing.T) {
	t.Parallel()
	in, rejected := setup(t)
	text := "id,name,units,notes\nA,Exports,USD,first\nA,Exports,EUR,\"second, longer\"\nC,,,\nA,Exports,GBP,third\n"
	if _, err := in.Catalogue(t.Context(), read(t, text)); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		line int
		raw  string
	}{{3, `A,Exports,EUR,"second, longer"`}, {4, "C,,,"}, {5, "A,Exports,GBP,third"}}
	if len(*rejected) != len(want) {
		t.Fatalf("rejected %v", *rejected)
	}
	for i, r := range *rejected {
		if r.Line != want[i].line || r.Raw != want[i].raw {
			t.Errorf("reject %d is line %d, %q; want line %d, %q", i, r.Line, r.Raw, want[i].line, want[i].raw)
		}
	}
}
