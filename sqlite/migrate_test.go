package sqlite

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/storetest"
)

// A store of every earlier version is refused to readers with the remedy; a run
// brings it up to date and finds everything that was in it.
func TestEarlierSchemaIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	today := filepath.Join(dir, "today.db")
	want := fill(t, today)
	s, err := schema()
	check(t, err)
	for version := 1; version < len(s.Migrations); version++ {
		path := filepath.Join(dir, fmt.Sprintf("version%d.db", version))
		asOfVersion(t, path, today, version)
		if reader, err := Open(t.Context(), path, Options{ReadOnly: true}); err == nil || !strings.Contains(classify.Hint(err), "classify run") {
			t.Errorf("version %d was opened for reading: %v, %v", version, reader, err)
		}
		store := openHere(t, path, Options{})
		got := everything(t, store)
		want := want
		if version < 2 { // it does not say the mode
			want.Runs = slices.Clone(want.Runs)
			for i := range want.Runs {
				want.Runs[i].Mode = ""
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("version %d: wanted (-) and got (+):\n%s", version, cmp.Diff(want, got))
		}
		run, err := store.StartRun(t.Context(), classify.Run{Mode: classify.ModeForce})
		check(t, err)
		runs, err := store.Runs(t.Context(), 1)
		check(t, err)
		if runs[0].ID != run || runs[0].Mode != classify.ModeForce {
			t.Errorf("version %d: the new run is %+v", version, runs[0])
		}
		check(t, store.Close())
		reader := openHere(t, path, Options{ReadOnly: true})
		check(t, reader.Close())
	}
}

// contents is what a store gives back.
type contents struct {
	Runs        []classify.Run
	Indicators  []classify.Indicator
	Answers     []classify.Stored
	Differences []classify.Difference
}

// fill makes a store with two finished runs, labels of a person and answers.
func fill(t *testing.T, path string) contents {
	t.Helper()
	s := openHere(t, path, Options{})
	for last := 2; last <= 3; last++ {
		run, err := s.StartRun(t.Context(), classify.Run{Mode: classify.ModeStale, LogicVersion: "logic-1", Command: "run a.csv"})
		check(t, err)
		_, err = s.Take(t.Context(), run, storetest.Catalogue(0, last))
		check(t, err)
		_, err = s.SetOverrides(t.Context(), []classify.Override{{IndicatorID: "IND.00001", Field: "per", Value: "capita"}})
		check(t, err)
		check(t, s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(last-1))))
		check(t, s.FinishRun(t.Context(), run, classify.RunResult{Read: last, Accepted: last, Classified: 1}))
	}
	all := everything(t, s)
	check(t, s.Close())
	if len(all.Runs) != 2 || len(all.Answers) != 2 || len(all.Differences) != 1 || all.Indicators[1].Overrides == nil {
		t.Fatalf("the store is filled with %+v", all)
	}
	return all
}

func everything(t *testing.T, s *Store) (all contents) {
	t.Helper()
	var err error
	all.Runs, err = s.Runs(t.Context(), 0)
	check(t, err)
	for n := range 3 {
		ind, err := s.Indicator(t.Context(), storetest.Indicator(n).ID)
		check(t, err)
		all.Indicators = append(all.Indicators, ind)
	}
	for a, err := range s.Classifications(t.Context(), nil) {
		check(t, err)
		all.Answers = append(all.Answers, a)
	}
	for d, err := range s.Compare(t.Context(), 1, 2) {
		check(t, err)
		all.Differences = append(all.Differences, d)
	}
	return all
}

// asOfVersion makes a store with the schema of an earlier version, and copies
// into it what its tables can hold of another one.
func asOfVersion(t *testing.T, path, from string, version int) {
	t.Helper()
	s, err := schema()
	check(t, err)
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	check(t, err)
	defer func() { check(t, conn.Close()) }()
	for _, script := range s.Migrations[:version] {
		check(t, sqlitex.ExecuteScript(conn, script, nil))
	}
	var tables []string
	collect := &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
		tables = append(tables, st.ColumnText(0))
		return nil
	}}
	check(t, sqlitex.Execute(conn, "SELECT name FROM sqlite_master WHERE type = 'table'", collect))
	check(t, sqlitex.Execute(conn, "ATTACH ? AS today", &sqlitex.ExecOptions{Args: []any{from}}))
	for _, table := range tables {
		var columns []string
		check(t, sqlitex.Execute(conn, "SELECT name FROM pragma_table_info(?, 'main')", &sqlitex.ExecOptions{Args: []any{table},
			ResultFunc: func(st *sqlite.Stmt) error {
				columns = append(columns, st.ColumnText(0))
				return nil
			}}))
		list := strings.Join(columns, ", ")
		check(t, sqlitex.Execute(conn, "INSERT INTO main."+table+" ("+list+") SELECT "+list+" FROM today."+table, nil))
	}
	for pragma, value := range map[string]int{"application_id": applicationID, "user_version": version} {
		check(t, sqlitex.ExecuteTransient(conn, "PRAGMA main."+pragma+" = "+strconv.Itoa(value), nil))
	}
}
