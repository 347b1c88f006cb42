package main

import "testing"

func TestAPasswordIsHidden(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ text, want string }{
		"user and password":         {"postgres://me:secret@db:5432/x", "postgres://me:xxxxx@db:5432/x"},
		"an @ in the password":      {"postgres://me:sec@ret@db/x", "postgres://me:xxxxx@db/x"},
		"no user":                   {"--store=postgresql://:secret@db/x", "--store=postgresql://:xxxxx@db/x"},
		"in the query":              {"postgres://db/x?user=me&password=secret&sslmode=disable", "postgres://db/x?user=me&password=xxxxx&sslmode=disable"},
		"of a key":                  {"postgres://db/x?sslpassword=secret", "postgres://db/x?sslpassword=xxxxx"},
		"none":                      {"postgres://me@db:5432/x", "postgres://me@db:5432/x"},
		"a file":                    {"sqlite:my:file@home.db", "sqlite:my:file@home.db"},
		"a query with a time in it": {"select '10:30' from t where mail like '%@x'", "select '10:30' from t where mail like '%@x'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := withoutPassword(row.text); got != row.want {
				t.Errorf("%s, want %s", got, row.want)
			}
		})
	}
}
