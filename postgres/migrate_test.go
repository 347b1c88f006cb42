package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
	"classify/storetest"
)

// TestTheTablesAreMadeAtAnAddressOfTheirOwn: the role of every day may not make
// tables, as behind a pooler.
func TestTheTablesAreMadeAtAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	owner := server.Database(t)
	config, err := pgx.ParseConfig(owner)
	check(t, err)
	role := "writer_" + config.Database
	check(t, server.Exec(t.Context(), config.Database, "CREATE ROLE "+role+" LOGIN PASSWORD 'geheim'",
		"ALTER DEFAULT PRIVILEGES FOR ROLE classify GRANT ALL ON TABLES TO "+role,
		"ALTER DEFAULT PRIVILEGES FOR ROLE classify GRANT ALL ON SEQUENCES TO "+role))
	writer := strings.Replace(owner, "classify:classify@", role+":geheim@", 1)

	_, err = postgres.Open(t.Context(), writer, postgres.Options{})
	refused(t, err, "permission denied", "classify store migrate")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err = postgres.Open(ctx, writer, postgres.Options{MigrateURL: strings.Replace(owner, "classify:classify@", "classify:geheim@", 1)})
	refused(t, err, "--migrate-url", "PGPASSWORD")

	s, run := begun(t, writer, 3, postgres.Options{MigrateURL: owner})
	check(t, s.Save(t.Context(), run, storetest.Answer(storetest.Indicator(0))))
	check(t, s.FinishRun(t.Context(), run, classify.RunResult{}))
	// Once the tables are there, the role needs no other.
	again := open(t, writer, postgres.Options{})
	if _, err := again.Classification(t.Context(), storetest.Indicator(0).ID); err != nil {
		t.Error(err)
	}
}
