package postgres_test

import (
	"bytes"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

// swallower passes connections on, and ends one instead of the answer to its next
// commit, which has happened.
type swallower struct {
	target    string
	armed     atomic.Bool
	swallowed atomic.Int64
}

func swallowBefore(t *testing.T, url string) (through string, s *swallower) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	at := strings.Index(url, "127.0.0.1:")
	s = &swallower{target: url[at : at+strings.IndexByte(url[at:], '/')]}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go s.pass(in)
		}
	}()
	return strings.Replace(url, s.target, "127.0.0.1:"+strconv.Itoa(l.Addr().(*net.TCPAddr).Port), 1), s
}

// commit is the message of a commit: Q, its length, the text.
var commit = append([]byte{'Q', 0, 0, 0, 11}, "commit\x00"...)

func (s *swallower) pass(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", s.target)
	if err != nil {
		return
	}
	defer out.Close()
	var swallow atomic.Bool
	go func() {
		defer in.Close()
		buffer := make([]byte, 4096)
		for {
			n, err := out.Read(buffer)
			if err != nil || swallow.Load() {
				return
			}
			if _, err := in.Write(buffer[:n]); err != nil {
				return
			}
		}
	}()
	buffer := make([]byte, 4096)
	for {
		n, err := in.Read(buffer)
		if err != nil {
			return
		}
		if bytes.Equal(buffer[:n], commit) && s.armed.CompareAndSwap(true, false) {
			swallow.Store(true)
			s.swallowed.Add(1)
		}
		if _, err := io.Copy(out, bytes.NewReader(buffer[:n])); err != nil {
			return
		}
	}
}

func TestACommitWhoseAnswerIsLostHasHappenedOnce(t *testing.T) {
	t.Parallel()
	point := classify.SeriesPoint{DatedValue: classify.DatedValue{IndicatorID: "IND.00000", Observation: classify.Observation{Date: "2030", Value: 1}}}
	failed := storetest.Answer(storetest.Indicator(0))
	failed.Outcome, failed.Failure = classify.Failed, &classify.Failure{Stage: classify.StageFamily, Reason: "engine"}
	for name, tc := range map[string]struct {
		do    func(t *testing.T, s *postgres.Store, run int64) error
		query string // what it counts has to be 1
	}{
		"a run begins": {func(t *testing.T, s *postgres.Store, run int64) error {
			_, err := s.StartRun(t.Context(), classify.Run{Shared: true})
			return err
		}, "SELECT count(*) FROM runs WHERE run_id > 1"},
		"a run ends": {func(t *testing.T, s *postgres.Store, run int64) error {
			return s.FinishRun(t.Context(), run, classify.RunResult{Read: 7})
		}, "SELECT count(*) FROM runs WHERE state = 'done' AND rows_read = 7"},
		"rows are taken": {func(t *testing.T, s *postgres.Store, run int64) error {
			taken, err := s.Take(t.Context(), run, storetest.Catalogue(5, 6))
			if err == nil && taken[0].Kind != classify.TakenNew {
				t.Errorf("%+v", taken)
			}
			return err
		}, "SELECT count(*) FROM intake WHERE indicator_id = 'IND.00005'"},
		"values are staged": {func(t *testing.T, s *postgres.Store, run int64) error {
			return s.StageValues(t.Context(), run, []classify.DatedValue{point.DatedValue})
		}, "SELECT count(*) FROM staged_values"},
		"an answer is saved, and counted in the log": {func(t *testing.T, s *postgres.Store, run int64) error {
			return s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0)))
		}, "SELECT sum(indicators) FROM processing_log WHERE stage = 'family-assignment'"},
		"a failure is saved, and noted in the log": {func(t *testing.T, s *postgres.Store, run int64) error {
			return s.Save(t.Context(), run, failed)
		}, "SELECT count(*) FROM processing_log WHERE indicator_id IS NOT NULL"},
		"a call is recorded": {func(t *testing.T, s *postgres.Store, run int64) error {
			return s.RecordCall(t.Context(), storetest.Call(run, 1), nil)
		}, "SELECT count(*) FROM model_calls"},
		"points are imported": {func(t *testing.T, s *postgres.Store, _ int64) error {
			counts, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "a.csv"}, func(yield func(classify.SeriesPoint, error) bool) {
				yield(point, nil)
			}, nil)
			if err == nil && counts.Added+counts.Unchanged != 1 {
				t.Errorf("%+v", counts)
			}
			return err
		}, "SELECT count(*) FROM time_series_data WHERE position IS NULL"},
		"labels are set": {func(t *testing.T, s *postgres.Store, run int64) error {
			n, err := s.SetOverrides(t.Context(), []classify.Override{{IndicatorID: "IND.00000", Field: "per", Value: "capita"}})
			if err == nil && n.Labels != 1 {
				t.Errorf("%+v", n)
			}
			return err
		}, "SELECT count(*) FROM overrides"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			direct := postgrestest.Database(t)
			through, lost := swallowBefore(t, direct)
			s := open(t, through, postgres.Options{})
			run, err := s.StartRun(t.Context(), classify.Run{Shared: true})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Take(t.Context(), run, storetest.Catalogue(0, 1)); err != nil {
				t.Fatal(err)
			}
			lost.armed.Store(true)
			if err := tc.do(t, s, run); err != nil {
				t.Fatal(err)
			}
			if lost.swallowed.Load() != 1 {
				t.Fatal("no commit came by")
			}
			once(t, direct, tc.query)
		})
	}
}

// once looks whether a query counts one.
func once(t *testing.T, url, query string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	var n int
	if err := c.QueryRow(t.Context(), query).Scan(&n); err != nil || n != 1 {
		t.Errorf("%s: %d, %v", query, n, err)
	}
}
