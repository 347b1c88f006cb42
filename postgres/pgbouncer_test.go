package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

// TestTwentyReplicasShareThePoolerConnections has five times as many stores as
// the pooler has connections to the server.
func TestTwentyReplicasShareThePoolerConnections(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	direct := server.Database(t)
	pooled := postgrestest.PgBouncer(t, direct)
	const each = 40
	s, run := begun(t, pooled, 1, postgres.Options{})
	var work errgroup.Group
	for r := range replicas {
		replica := open(t, pooled, postgres.Options{})
		work.Go(func() error {
			var saves errgroup.Group
			for i := range each {
				saves.Go(func() error {
					if err := replica.Save(t.Context(), run, storetest.Answer(storetest.Indicator(r*each+i))); err != nil {
						return err
					}
					return replica.RecordCall(t.Context(), storetest.Call(run, r*each+i), nil)
				})
			}
			return saves.Wait()
		})
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
	counts, err := s.RunOutcomes(t.Context(), run)
	if err != nil || counts[classify.Classified] != replicas*each {
		t.Errorf("%v, %v", counts, err)
	}
	c, err := pgx.Connect(t.Context(), direct)
	check(t, err)
	defer c.Close(context.Background())
	var n int
	check(t, c.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()").Scan(&n))
	if n < 1 || n > 4 {
		t.Errorf("the pooler has %d connections", n)
	}
}

// TestWhatAPoolerSaysIsUnderstood: its errors have other codes than the server's.
func TestWhatAPoolerSaysIsUnderstood(t *testing.T) {
	t.Parallel()
	server := postgrestest.Start(t, postgrestest.Options{})
	pooled := postgrestest.PgBouncer(t, server.URL("classify"))
	for name, row := range map[string]struct{ url, says, remedy string }{
		"a wrong password":       {strings.Replace(pooled, "classify:classify@", "classify:geheim@", 1), "authentication failed", "PGPASSWORD"},
		"a wrong user":           {strings.Replace(pooled, "classify:classify@", "guest:geheim@", 1), "guest", "PGPASSWORD"},
		"a database that is not": {strings.Replace(pooled, "/classify?", "/geheimnis?", 1), "geheimnis", "createdb"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err := postgres.Open(ctx, row.url, postgres.Options{})
			refused(t, err, row.says, row.remedy)
		})
	}
	check(t, server.Stop(t.Context(), "fast"))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := postgres.Open(ctx, pooled, postgres.Options{})
	refused(t, err, "127.0.0.1", "did not answer") // the pooler waits for its server
}
