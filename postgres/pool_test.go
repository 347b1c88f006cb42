package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
)

func TestAStoreOfTheFirstSchemaGetsBudgets(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	url := server.Database(t)
	config, err := pgx.ParseConfig(url)
	check(t, err)
	check(t, open(t, url, postgres.Options{}).Close())
	check(t, server.Exec(t.Context(), config.Database, "DROP TABLE model_rates", "DELETE FROM classify_schema WHERE version > 1"))
	s := open(t, url, postgres.Options{})
	slots, err := s.TakeSlots(t.Context(), "m", 1, 0, classify.RateLimit{RPM: 60})
	check(t, err)
	if slots.Wait > 0 || slots.Every != time.Second {
		t.Errorf("slots of a new budget are %+v", slots)
	}
	info, err := s.Info(t.Context())
	check(t, err)
	if info.Schema != info.SchemaKnown || info.Schema < 2 {
		t.Errorf("schema %d, want %d", info.Schema, info.SchemaKnown)
	}
}
