package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"classify/internal/postgrestest"
)

// runSQL runs a statement for a script: "sql ADDRESS STATEMENT". It prints the
// first value.
func runSQL() int {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, os.Args[1])
	if err == nil {
		var value any
		if err = c.QueryRow(ctx, os.Args[2]).Scan(&value); errors.Is(err, pgx.ErrNoRows) {
			err = nil
		}
		fmt.Println(value)
		err = errors.Join(err, c.Close(ctx))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestPostgresScripts runs the program on real databases, as TestScripts does
// on files. Each script has two: $DB, called $NAME, and $OTHER, called $OTHERNAME,
// on the server at $PORT.
func TestPostgresScripts(t *testing.T) {
	t.Parallel()
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	server := postgrestest.Shared(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/postgres",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			for k, v := range map[string]string{"EXAMPLES": examples, "TERM": "dumb", "PORT": strconv.Itoa(server.Port)} {
				e.Setenv(k, v)
			}
			for variable, of := range map[string]string{"DB": "NAME", "OTHER": "OTHERNAME"} {
				database := server.Database(t)
				e.Setenv(variable, database)
				_, name, _ := strings.Cut(strings.TrimPrefix(database, "postgres://"), "/")
				name, _, _ = strings.Cut(name, "?")
				e.Setenv(of, name)
			}
			return nil
		},
	})
}
