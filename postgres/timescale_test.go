package postgres_test

import (
	"maps"
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
// it writes down. Like the real one it wants a table for itself, and its owner.
const standIn = `
CREATE TABLE asked (what text);
GRANT ALL ON asked TO PUBLIC;
CREATE FUNCTION create_hypertable(relation regclass, time_column_name name, chunk_time_interval interval, create_default_indexes boolean, migrate_data boolean, if_not_exists boolean)
	RETURNS void LANGUAGE plpgsql AS $$ BEGIN
		EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', relation, time_column_name);
		INSERT INTO asked VALUES ('hypertable ' || relation || ' by ' || time_column_name || ', chunks of ' || chunk_time_interval);
	END $$;
CREATE FUNCTION add_retention_policy(relation regclass, drop_after interval, if_not_exists boolean)
	RETURNS int LANGUAGE sql AS $$ INSERT INTO asked VALUES ('retention ' || relation || ' of ' || drop_after) RETURNING 1 $$;
`

// extended is a server to which the stand-in can be added.
func extended(t *testing.T) *postgrestest.Server {
	t.Helper()
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
	return postgrestest.Start(t, postgrestest.Options{Bin: found[at].Bin, Settings: map[string]string{"extension_control_path": dir + ":$system"}})
}

// nameOf is the database of an address.
func nameOf(url string) string {
	return url[strings.LastIndex(url, "/")+1 : strings.LastIndex(url, "?")]
}

// extend adds the stand-in to a database, in a schema that no search path has.
func extend(t *testing.T, server *postgrestest.Server, url string) {
	t.Helper()
	if err := server.Exec(t.Context(), nameOf(url), "CREATE SCHEMA extensions", "GRANT USAGE ON SCHEMA extensions TO PUBLIC", "CREATE EXTENSION timescaledb SCHEMA extensions"); err != nil {
		t.Fatal(err)
	}
}

// possible are the steps that the stand-in can take.
var possible = map[string]bool{"hypertable time_series_data": true, "hypertable processing_log": true, "retention processing_log": true,
	"compression time_series_data": false, "compression processing_log": false, "continuous aggregate throughput_per_minute": false}

// told looks whether the status of a store tells of every step what is wanted.
func told(t *testing.T, s *postgres.Store, want map[string]bool) {
	t.Helper()
	info, err := s.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := on(info)
	for feature, want := range want {
		if is, known := got[feature]; !known || is != want {
			t.Errorf("%s: %t, told %t", feature, is, known)
		}
	}
	for _, f := range info.Features {
		if f.Detail == "" {
			t.Errorf("nothing is said of %s", f.Name)
		}
	}
}

// none is that nothing is on.
func none() map[string]bool {
	all := maps.Clone(possible)
	for name := range all {
		all[name] = false
	}
	return all
}

// TestTimescaleDBIsUsedAsFarAsItGoes runs on a stand-in for the extension,
// which no registry of packages has: what it can is done once, and what it cannot
// leaves the plain form, and is told.
func TestTimescaleDBIsUsedAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	server := extended(t)
	url := server.Database(t)

	// A store that was there before the extension takes it on later.
	s := open(t, url, postgres.Options{})
	if info, err := s.Info(t.Context()); err != nil || info.TimeSeries != "plain tables" || on(info)["TimescaleDB"] {
		t.Fatalf("%+v, %v", info, err)
	}
	extend(t, server, url)
	for range 2 {
		s = open(t, url, postgres.Options{})
		told(t, s, possible)
	}
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	rows, err := c.Query(t.Context(), "SELECT what FROM extensions.asked ORDER BY what")
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

func TestTimescaleDBThatCannotBeUsedNowStopsNoCommandAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	t.Run("another holds the table", func(t *testing.T) {
		t.Parallel()
		server := extended(t)
		url := server.Database(t)
		open(t, url, postgres.Options{})
		extend(t, server, url)
		holder, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer holder.Close(t.Context())
		if _, err := holder.Exec(t.Context(), "BEGIN; LOCK TABLE time_series_data IN ACCESS SHARE MODE"); err != nil {
			t.Fatal(err)
		}
		told(t, open(t, url, postgres.Options{}), none())
		if _, err := holder.Exec(t.Context(), "COMMIT"); err != nil {
			t.Fatal(err)
		}
		told(t, open(t, url, postgres.Options{}), possible)
	})
	t.Run("the role owns nothing", func(t *testing.T) {
		t.Parallel()
		server := extended(t)
		url := server.Database(t)
		open(t, url, postgres.Options{})
		extend(t, server, url)
		if err := server.Exec(t.Context(), nameOf(url), "CREATE ROLE writer LOGIN PASSWORD 'classify'", "GRANT ALL ON ALL TABLES IN SCHEMA public TO writer", "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO writer"); err != nil {
			t.Fatal(err)
		}
		writer := strings.Replace(url, "classify:", "writer:", 1)
		// It can use the functions, and not change the tables.
		told(t, open(t, writer, postgres.Options{}), map[string]bool{"hypertable time_series_data": false, "hypertable processing_log": false})
		told(t, open(t, url, postgres.Options{}), possible)
		told(t, open(t, writer, postgres.Options{}), possible)
	})
	t.Run("the role may not even note it", func(t *testing.T) {
		t.Parallel()
		server := extended(t)
		url := server.Database(t)
		open(t, url, postgres.Options{})
		extend(t, server, url)
		if err := server.Exec(t.Context(), nameOf(url), "CREATE ROLE writer LOGIN PASSWORD 'classify'", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO writer"); err != nil {
			t.Fatal(err)
		}
		told(t, open(t, strings.Replace(url, "classify:", "writer:", 1), postgres.Options{}), none())
	})
}

// on are the features of a store, and whether it has them.
func on(info classify.StoreInfo) map[string]bool {
	features := map[string]bool{}
	for _, f := range info.Features {
		features[f.Name] = f.On
	}
	return features
}
