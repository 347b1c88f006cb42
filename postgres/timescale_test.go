package postgres_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/internal/postgrestest"
	"classify/postgres"
)

// standIn is an extension that is called TimescaleDB and has its functions, but
// neither its storage options nor continuous aggregates: what it is asked for
// it writes down.
const standIn = `
CREATE TABLE asked (what text);
GRANT ALL ON asked TO PUBLIC;
CREATE FUNCTION create_hypertable(relation regclass, time_column_name name, chunk_time_interval interval, create_default_indexes boolean, migrate_data boolean, if_not_exists boolean)
	RETURNS void LANGUAGE sql AS $$ INSERT INTO asked VALUES ('hypertable ' || relation || ' by ' || time_column_name || ', chunks of ' || chunk_time_interval) $$;
CREATE FUNCTION add_retention_policy(relation regclass, drop_after interval, if_not_exists boolean)
	RETURNS int LANGUAGE sql AS $$ INSERT INTO asked VALUES ('retention ' || relation || ' of ' || drop_after) RETURNING 1 $$;
`

// TestTimescaleDBIsUsedAsFarAsItGoes runs on a stand-in for the extension,
// which no registry of packages has: what it can is done once, and what it cannot
// leaves the plain form, and is told.
func TestTimescaleDBIsUsedAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	found := postgrestest.Installations()
	at := slices.IndexFunc(found, func(i postgrestest.Installation) bool { return i.Major() >= 18 })
	if at < 0 {
		t.Skip("only PostgreSQL 18 and newer take an extension from a folder of the test's")
	}
	dir, err := os.MkdirTemp("", "classify-extension-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for name, text := range map[string]string{
		"timescaledb.control":     "default_version = '2.28.0'\nrelocatable = true\n",
		"timescaledb--2.28.0.sql": standIn,
	} {
		path := filepath.Join(dir, "extension", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	server := postgrestest.Start(t, postgrestest.Options{Bin: found[at].Bin, Settings: map[string]string{"extension_control_path": dir + ":$system"}})
	url := server.Database(t)
	name := url[strings.LastIndex(url, "/")+1 : strings.LastIndex(url, "?")]

	// A store that was there before the extension takes it on later.
	s := open(t, url, postgres.Options{})
	if info, err := s.Info(t.Context()); err != nil || info.TimeSeries != "plain tables" || on(info)["TimescaleDB"] {
		t.Fatalf("%+v, %v", info, err)
	}
	if err := server.Exec(t.Context(), name, "CREATE EXTENSION timescaledb"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s = open(t, url, postgres.Options{})
		info, err := s.Info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got := on(info)
		for feature, want := range map[string]bool{"hypertable time_series_data": true, "hypertable processing_log": true, "retention processing_log": true,
			"compression time_series_data": false, "compression processing_log": false, "continuous aggregate throughput_per_minute": false} {
			if is, told := got[feature]; !told || is != want {
				t.Errorf("%s: %t, told %t", feature, is, told)
			}
		}
		for _, f := range info.Features {
			if f.Detail == "" {
				t.Errorf("nothing is said of %s", f.Name)
			}
		}
	}
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	rows, err := c.Query(t.Context(), "SELECT what FROM asked ORDER BY what")
	if err != nil {
		t.Fatal(err)
	}
	asked, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if want := []string{"hypertable processing_log by time, chunks of 7 days", "hypertable time_series_data by time, chunks of 10 years", "retention processing_log of 90 days"}; err != nil || !slices.Equal(asked, want) {
		t.Errorf("asked for %q, %v", asked, err)
	}
	// The plain view is still there, and the store works.
	if _, err := c.Exec(t.Context(), "SELECT minute, stage, node, replica, indicators, failed, milliseconds FROM throughput_per_minute"); err != nil {
		t.Error(err)
	}
	begun(t, url, 3, postgres.Options{})
	if findings, err := s.Check(t.Context()); err != nil || len(findings) > 0 {
		t.Error(findings, err)
	}
}

// on are the features of a store, and whether it has them.
func on(info classify.StoreInfo) map[string]bool {
	features := map[string]bool{}
	for _, f := range info.Features {
		features[f.Name] = f.On
	}
	return features
}
