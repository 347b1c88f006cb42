package postgres_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

// begun is a store with a run that has taken n indicators.
func begun(t *testing.T, url string, n int, o postgres.Options) (*postgres.Store, int64) {
	t.Helper()
	s := open(t, url, o)
	run, err := s.StartRun(t.Context(), classify.Run{LogicVersion: "logic-1"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Take(t.Context(), run, storetest.Catalogue(0, n)); err != nil {
		t.Fatal(err)
	}
	return s, run
}

// cutter passes connections on, and cuts one in the middle of what the client
// sends.
type cutter struct {
	net.Listener
	after atomic.Int64 // bytes until the next cut; negative: none
	cuts  atomic.Int64
}

func cutBefore(t *testing.T, url string) (through string, c *cutter) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c = &cutter{Listener: l}
	c.after.Store(-1)
	t.Cleanup(func() { l.Close() })
	at := strings.Index(url, "127.0.0.1:")
	target := url[at : at+strings.IndexByte(url[at:], '/')]
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go c.pass(in, target)
		}
	}()
	return strings.Replace(url, target, "127.0.0.1:"+strconv.Itoa(l.Addr().(*net.TCPAddr).Port), 1), c
}

func (c *cutter) pass(in net.Conn, target string) {
	defer in.Close()
	out, err := net.Dial("tcp", target)
	if err != nil {
		return
	}
	defer out.Close()
	go func() {
		defer in.Close()
		_, _ = io.Copy(in, out) // it ends with either side
	}()
	buffer := make([]byte, 4096)
	for {
		n, err := in.Read(buffer)
		if err != nil {
			return
		}
		if left := c.after.Load(); left >= 0 {
			if c.after.Add(int64(-n)) < 0 {
				c.after.Store(-1)
				c.cuts.Add(1)
				return
			}
		}
		if _, err := out.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func TestAConnectionThatIsLostInTheMiddleOfACopyIsMadeAgain(t *testing.T) {
	t.Parallel()
	direct := postgrestest.Database(t)
	through, cut := cutBefore(t, direct)
	s, run := begun(t, through, 1, postgres.Options{})

	const n, each = 50, 2000
	rows := storetest.Catalogue(100, 100+n)
	for i := range rows {
		rows[i].Indicator.Values = nil
		for k := range each {
			rows[i].Indicator.Values = append(rows[i].Indicator.Values, classify.Observation{Date: fmt.Sprintf("%d-%02d", 1100+k/12, k%12+1), Value: float64(k)})
		}
	}
	cut.after.Store(1 << 20)
	taken, err := s.Take(t.Context(), run, rows)
	if err != nil || cut.cuts.Load() != 1 {
		t.Fatalf("%v, cut %d times", err, cut.cuts.Load())
	}
	for i, r := range taken {
		if r.Kind != classify.TakenNew {
			t.Fatalf("row %d: %+v", i, r)
		}
	}
	for _, r := range rows {
		if ind, err := s.Indicator(t.Context(), r.Indicator.ID); err != nil || len(ind.Values) != each {
			t.Fatalf("%s has %d values, %v", r.Indicator.ID, len(ind.Values), err)
		}
	}

	cut.after.Store(3 << 20)
	counts, err := s.ImportSeries(t.Context(), classify.SeriesImport{File: "points.csv"}, func(yield func(classify.SeriesPoint, error) bool) {
		for i := range n {
			for k := range each {
				p := classify.SeriesPoint{DatedValue: classify.DatedValue{IndicatorID: fmt.Sprintf("NEW.%03d", i),
					Observation: classify.Observation{Date: fmt.Sprintf("%d-%02d", 1100+k/12, k%12+1), Value: float64(k)}}}
				if !yield(p, nil) {
					return
				}
			}
		}
	}, nil)
	if err != nil || cut.cuts.Load() != 2 || counts.Added != n*each {
		t.Errorf("%+v, %v, cut %d times", counts, err, cut.cuts.Load())
	}
	points := 0
	for range s.Series(t.Context(), "NEW.049") {
		points++
	}
	if points != each {
		t.Errorf("%d points", points)
	}
}

func TestAStatementThatTheServerEndsIsNamed(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	url := server.Database(t)
	s, run := begun(t, url, 1, postgres.Options{})
	name := url[strings.LastIndex(url, "/")+1 : strings.LastIndex(url, "?")]
	if err := server.Exec(t.Context(), "postgres", "ALTER DATABASE "+name+" SET statement_timeout = '200ms'"); err != nil {
		t.Fatal(err)
	}
	holder, err := pgx.Connect(t.Context(), server.AdminURL(name))
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close(context.Background())
	if _, err := holder.Exec(t.Context(), "BEGIN; LOCK TABLE classifications"); err != nil {
		t.Fatal(err)
	}
	hurried := open(t, url, postgres.Options{}) // its sessions have the new setting
	err = hurried.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0)))
	refused(t, err, "statement timeout", "statement_timeout")
	if _, err := holder.Exec(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0))); err != nil {
		t.Error(err)
	}
}

// TestStoresGetAlongWithFewConnections: three pools want 24 of a server that has
// seven.
func TestStoresGetAlongWithFewConnections(t *testing.T) {
	t.Parallel()
	server := postgrestest.Start(t, postgrestest.Options{Settings: map[string]string{"max_connections": "10", "superuser_reserved_connections": "3"}})
	const each = 200
	s, run := begun(t, server.URL("classify"), 1, postgres.Options{})
	stores := []*postgres.Store{s, open(t, server.URL("classify"), postgres.Options{}), open(t, server.URL("classify"), postgres.Options{})}
	var work errgroup.Group
	for r, store := range stores {
		for i := range each {
			work.Go(func() error {
				ind := storetest.Indicator(r*each + i)
				if err := store.Save(t.Context(), run, storetest.Answer(ind)); err != nil {
					return err
				}
				_, err := store.Classification(t.Context(), ind.ID)
				return err
			})
		}
	}
	check(t, work.Wait())
	counts, err := s.RunOutcomes(t.Context(), run)
	if err != nil || counts[classify.Classified] != len(stores)*each {
		t.Errorf("%v, %v", counts, err)
	}
}
