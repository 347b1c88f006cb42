package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"classify/llm/simulator"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"classify":   func() { os.Exit(run()) },
		"modelstore": func() { os.Exit(modelStore()) },
		"sql":        func() { os.Exit(runSQL()) },
	})
}

// simulators are the providers that scripts can ask, by the variable that holds
// their address.
var simulators = map[string]simulator.Config{
	"SIM":        {RPM: 60_000, TPM: 100_000_000, Announce: true},
	"SIM_OTHER":  {},
	"SIM_WRONG":  {Fault: map[simulator.Fault]float64{simulator.WrongValue: 1}},
	"SIM_LARGE":  {Fault: map[simulator.Fault]float64{simulator.Oversized: 1}},
	"SIM_SILENT": {Fault: map[simulator.Fault]float64{simulator.Timeout: 1}, Hang: time.Hour},
	"SIM_FAULTY": {Faults: 0.3, Hang: time.Hour, Drip: time.Second},
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
			for name, c := range simulators {
				s := simulator.New(c)
				server := httptest.NewServer(s)
				e.Defer(func() {
					s.Close()
					server.Close()
				})
				e.Setenv(name, server.URL)
			}
			page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html><body>Welcome</body></html>") }))
			e.Defer(page.Close)
			e.Setenv("WEBSITE", page.URL)
			encrypted := httptest.NewTLSServer(nil)
			encrypted.Config.ErrorLog = log.New(io.Discard, "", 0)
			e.Defer(encrypted.Close)
			e.Setenv("UNTRUSTED", encrypted.URL)
			return nil
		},
	})
}
