package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"classify":   func() { os.Exit(run()) },
		"modelstore": func() { os.Exit(modelStore()) },
	})
}

// TestScripts runs the program as a user would; each script is a story. A
// command's exit code is told by "exec sh -c '…; test $? = N'".
func TestScripts(t *testing.T) {
	t.Parallel()
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXAMPLES", examples)
			e.Setenv("TERM", "dumb")
			return nil
		},
	})
}
