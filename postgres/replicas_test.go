package postgres_test

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

const replicas = 20

// connections watches how many connections each replica has, and returns the
// most that one had.
func connections(t *testing.T, admin string) (most func() int) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	seen, ended := 0, make(chan struct{})
	go func() {
		defer close(ended)
		defer c.Close(context.Background())
		for look := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				look.Stop()
				return
			case <-look.C:
			}
			n := 0
			if err := c.QueryRow(ctx, `SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM pg_stat_activity
				WHERE application_name LIKE 'replica-%' AND backend_type = 'client backend' GROUP BY application_name) u`).Scan(&n); err == nil {
				seen = max(seen, n)
			}
		}
	}()
	return func() int {
		stop()
		<-ended
		return seen
	}
}

func TestTwentyReplicasSaveForOneRun(t *testing.T) {
	t.Parallel()
	server := postgrestest.Start(t, postgrestest.Options{})
	const each = 100
	s, run := begun(t, server.URL("classify"), 1, postgres.Options{})
	most := connections(t, server.AdminURL("classify"))
	var work errgroup.Group
	for r := range replicas {
		replica := open(t, fmt.Sprintf("%s&application_name=replica-%d", server.URL("classify"), r), postgres.Options{})
		for i := range each {
			work.Go(func() error {
				// Every second answer is also given by the replica beside.
				ind := storetest.Indicator((r*each + i/2*2) % (replicas * each))
				if err := replica.Save(t.Context(), run, storetest.Answer(ind)); err != nil {
					return err
				}
				_, err := replica.Classification(t.Context(), ind.ID)
				return err
			})
		}
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := most(); n == 0 || n > 8 {
		t.Errorf("a replica had %d connections", n)
	}
	counts, err := s.RunOutcomes(t.Context(), run)
	if err != nil || counts[classify.Classified] != replicas*each/2 {
		t.Errorf("%v, %v", counts, err)
	}
}

func TestTwentyRunsShareTheWorkAndDoEachIndicatorOnce(t *testing.T) {
	t.Parallel()
	server := postgrestest.Start(t, postgrestest.Options{})
	const n = 3000
	first := open(t, server.URL("classify"), postgres.Options{})
	run, err := first.StartRun(t.Context(), classify.Run{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < n; i += 500 {
		if _, err := first.Take(t.Context(), run, storetest.Catalogue(i, i+500)); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.FinishRun(t.Context(), run, classify.RunResult{}); err != nil {
		t.Fatal(err)
	}
	most := connections(t, server.AdminURL("classify"))
	var mu sync.Mutex
	doneBy := map[string]int{}
	var work errgroup.Group
	for r := range replicas {
		replica := open(t, fmt.Sprintf("%s&application_name=replica-%d", server.URL("classify"), r), postgres.Options{})
		work.Go(func() error {
			run, err := replica.StartRun(t.Context(), classify.Run{Shared: true, LogicVersion: "logic-1"})
			if err != nil {
				return err
			}
			sel := classify.Selection{Mode: classify.ModeChanged, LogicVersion: "logic-1"}
			if _, err := replica.Plan(t.Context(), run, sel); err != nil {
				return err
			}
			var saves errgroup.Group
			for w, err := range replica.Todo(t.Context(), run, sel) {
				if err != nil {
					return err
				}
				mu.Lock()
				doneBy[w.ID]++
				mu.Unlock()
				saves.Go(func() error {
					c := storetest.Answer(w.Indicator)
					c.InputHash = w.Hash
					return replica.Save(t.Context(), run, c)
				})
			}
			if err := saves.Wait(); err != nil {
				return err
			}
			return replica.FinishRun(t.Context(), run, classify.RunResult{})
		})
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := most(); n == 0 || n > 8 {
		t.Errorf("a replica had %d connections", n)
	}
	twice := 0
	for _, times := range doneBy {
		if times > 1 {
			twice++
		}
	}
	if len(doneBy) != n || twice > 0 {
		t.Errorf("%d of %d were done, %d of them more than once", len(doneBy), n, twice)
	}
	if findings, err := first.Check(t.Context()); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

func TestWhatADeadRunHadInHandIsDoneByTheOneBesideIt(t *testing.T) {
	t.Parallel()
	url := postgrestest.Database(t)
	other := exec.CommandContext(t.Context(), "sleep", "1h")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	gone, survivor := open(t, url, postgres.Options{}), open(t, url, postgres.Options{})
	dying, err := gone.StartRun(t.Context(), classify.Run{Shared: true, PID: other.Process.Pid})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gone.Take(t.Context(), dying, storetest.Catalogue(0, 800)); err != nil {
		t.Fatal(err)
	}
	for _, err := range gone.Todo(t.Context(), dying, classify.Selection{}) {
		if err != nil {
			t.Fatal(err)
		}
		break // it has a page in hand, and does nothing
	}
	run, err := survivor.StartRun(t.Context(), classify.Run{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		for w, err := range survivor.Todo(t.Context(), run, classify.Selection{NotBy: run}) {
			if err != nil {
				t.Fatal(err)
			}
			if err := survivor.Save(t.Context(), run, storetest.Answer(w.Indicator)); err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	if n := count(); n != 300 {
		t.Errorf("beside the living run %d were handed out", n)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = other.Wait() // it was killed
	if n := count(); n != 500 {
		t.Errorf("when it was gone %d were handed out", n)
	}
}
