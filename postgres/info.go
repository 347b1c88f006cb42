package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"classify"
)

const (
	// countedBytes is up to which size the rows of a table are counted; of a larger
	// one the server's own estimate is given.
	countedBytes = 64 << 20
	// countedRows is how many are counted at most.
	countedRows = 5_000_000
)

// Info describes the database: server, tables with their sizes, connections, and
// who writes. It has no user name and no password.
func (s *Store) Info(ctx context.Context) (info classify.StoreInfo, err error) {
	known, err := migrations()
	if err != nil {
		return info, err
	}
	err = s.read(ctx, "describe store", func(tx pgx.Tx) error {
		info = classify.StoreInfo{Kind: "postgres", Place: s.place, SchemaKnown: len(known), Tables: []classify.TableInfo{}, Writers: []classify.LockedError{}}
		if err := tx.QueryRow(ctx, `SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1),
			(SELECT coalesce(max(version), 0) FROM classify_schema)`).Scan(&info.Server, &info.Schema); err != nil {
			return err
		}
		for _, step := range []func(context.Context, pgx.Tx, *classify.StoreInfo) error{describeTimeSeries, describeTables, s.describeConnections, s.describeWriters} {
			if err := step(ctx, tx, &info); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return classify.StoreInfo{}, err
	}
	return info, nil
}

// describeTimeSeries says what the dated tables are, and what TimescaleDB does
// for the store, or why it does not.
func describeTimeSeries(ctx context.Context, tx pgx.Tx, info *classify.StoreInfo) error {
	info.TimeSeries = "plain tables"
	t, err := readTimescale(ctx, tx)
	if err != nil {
		return err
	}
	if t.version == "" {
		info.Features = []classify.Feature{{Name: "TimescaleDB", Detail: "the extension is not in this database; plain tables do the same"}}
		return nil
	}
	edition := "Community edition"
	if t.license == "apache" {
		edition = "Apache edition"
	}
	hyper, err := hypertables(ctx, tx)
	if err != nil {
		return err
	}
	if len(hyper) > 0 {
		info.TimeSeries = "TimescaleDB " + t.version + ", " + edition
	}
	info.Features = []classify.Feature{{Name: "TimescaleDB", On: len(hyper) > 0, Detail: t.version + ", " + edition}}
	if err := each(ctx, tx, "SELECT name, is_on, detail FROM classify_features ORDER BY name", nil, func(r pgx.Rows) error {
		var f classify.Feature
		err := r.Scan(&f.Name, &f.On, &f.Detail)
		info.Features = append(info.Features, f)
		return err
	}); err != nil {
		return err
	}
	for i := range timescaleSteps {
		name := timescaleSteps[i].name
		if !slices.ContainsFunc(info.Features, func(f classify.Feature) bool { return f.Name == name }) {
			info.Features = append(info.Features, classify.Feature{Name: name, Detail: "not tried yet: classify store migrate, as the owner of the tables"})
		}
	}
	return nil
}

// hypertables are the store's tables that TimescaleDB keeps.
func hypertables(ctx context.Context, tx pgx.Tx) ([]string, error) {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT to_regclass('timescaledb_information.hypertables') IS NOT NULL").Scan(&there); err != nil || !there {
		return nil, err
	}
	return column[string](ctx, tx, "SELECT hypertable_name::text FROM timescaledb_information.hypertables WHERE hypertable_schema = current_schema()")
}

// describeTables tells rows and sizes of the store's own tables.
func describeTables(ctx context.Context, tx pgx.Tx, info *classify.StoreInfo) error {
	names, err := declared()
	if err != nil {
		return err
	}
	err = each(ctx, tx, `SELECT c.relname::text, c.reltuples::bigint, pg_total_relation_size(c.oid) FROM pg_class c
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = ANY($1) ORDER BY c.relname`, []any{names}, func(r pgx.Rows) error {
		var t classify.TableInfo
		err := r.Scan(&t.Name, &t.Rows, &t.Bytes)
		info.Tables = append(info.Tables, t)
		return err
	})
	if err != nil {
		return err
	}
	hyper, err := hypertables(ctx, tx)
	if err != nil {
		return err
	}
	extension, err := readTimescale(ctx, tx)
	if err != nil {
		return err
	}
	sizes := "SELECT " + extension.function("hypertable_size") + "($1::regclass), " + extension.function("approximate_row_count") + "($1::regclass)"
	for i := range info.Tables {
		t := &info.Tables[i]
		if slices.Contains(hyper, t.Name) { // its rows are in other tables
			if err := tx.QueryRow(ctx, sizes, t.Name).Scan(&t.Bytes, &t.Rows); err != nil {
				return err
			}
		}
		if t.Bytes <= countedBytes || t.Rows < 0 { // it is small, or the server has no estimate yet
			if err := tx.QueryRow(ctx, "SELECT count(*) FROM (SELECT FROM "+pgx.Identifier{t.Name}.Sanitize()+" LIMIT $1) AS counted", countedRows).Scan(&t.Rows); err != nil {
				return err
			}
			t.Exact = t.Rows < countedRows
		}
		info.SizeBytes += t.Bytes
	}
	return nil
}

func (s *Store) describeConnections(ctx context.Context, tx pgx.Tx, info *classify.StoreInfo) error {
	c := &info.Connections
	c.Pool = int(s.pool.Config().MaxConns)
	return tx.QueryRow(ctx, `SELECT count(*) FILTER (WHERE application_name = 'classify' AND datname = current_database()),
		count(*), current_setting('max_connections')::int FROM pg_stat_activity WHERE backend_type = 'client backend'`).Scan(&c.Open, &c.Used, &c.Server)
}

func (s *Store) describeWriters(ctx context.Context, tx pgx.Tx, info *classify.StoreInfo) error {
	leases, now, err := s.readLeases(ctx, tx)
	for i := range leases {
		if leases[i].alive(now) {
			info.Writers = append(info.Writers, *leases[i].locked(now))
		}
	}
	return err
}
