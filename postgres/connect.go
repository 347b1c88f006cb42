package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"classify"
)

// poolSize is how many connections a process holds at most.
const poolSize = 8

// parse reads an address. Its errors do not show it: it may have a password.
func parse(url string) (*pgxpool.Config, error) {
	if !strings.HasPrefix(url, "postgres://") && !strings.HasPrefix(url, "postgresql://") {
		return nil, classify.WithHint(fmt.Errorf("the address of a PostgreSQL store begins with postgres://"), "%s", addressHelp)
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, classify.WithHint(fmt.Errorf("the address of the PostgreSQL store cannot be read: %s", reasonOf(err, url)), "%s", addressHelp)
	}
	if !strings.Contains(url, "pool_max_conns=") {
		config.MaxConns = poolSize
	}
	c := config.ConnConfig
	// Nothing stays prepared in a session: a pooler may give every transaction
	// another one.
	c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	if c.ConnectTimeout <= 0 || c.ConnectTimeout > connectTime {
		c.ConnectTimeout = connectTime
	}
	if c.RuntimeParams["application_name"] == "" {
		c.RuntimeParams["application_name"] = "classify"
	}
	config.HealthCheckPeriod = 15 * time.Second
	return config, nil
}

const addressHelp = "write postgres://USER@HOST:5432/DATABASE; the password can stand in PGPASSWORD or ~/.pgpass"

// reasonOf is the last part of an error about an address, which does not quote it.
func reasonOf(err error, url string) string {
	var missing *fs.PathError
	if errors.As(err, &missing) { // a certificate, a service file
		return missing.Error()
	}
	text := err.Error()
	if i := strings.LastIndex(text, "): "); i >= 0 {
		text = text[i+3:]
	} else if i := strings.LastIndex(text, ": "); i >= 0 {
		text = text[i+2:]
	}
	if strings.Contains(text, "://") || strings.Contains(text, url) {
		return "it is no URL"
	}
	if i := strings.LastIndex(text, " ("); i >= 0 { // what it failed at, and why
		text = text[i+2:]
	}
	return strings.Trim(text, "() ")
}

// placeOf names a database without secrets.
func placeOf(c *pgx.ConnConfig) string {
	return c.Host + ":" + strconv.Itoa(int(c.Port)) + "/" + c.Database
}

// connect opens a pool and tries one connection.
func connect(ctx context.Context, config *pgxpool.Config) (*pgxpool.Pool, error) {
	place := placeOf(config.ConnConfig)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, connectFault(place, config.ConnConfig, err)
	}
	// Several addresses of a host are tried one after the other.
	tried, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	if err := pool.Ping(tried); err != nil {
		pool.Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, connectFault(place, config.ConnConfig, err)
	}
	return pool, nil
}
