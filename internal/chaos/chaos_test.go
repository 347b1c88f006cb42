package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"classify/internal/clustertest"
)

// TestARunOutlastsWhatBreaks plays the short scenarios on one cluster, one after the
// other; make chaos plays all.
func TestARunOutlastsWhatBreaks(t *testing.T) {
	t.Parallel()
	f, err := Prepare(t.Context())
	t.Cleanup(func() {
		if t.Failed() && f.Cluster != nil {
			t.Log(clustertest.Logs(f.Cluster))
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range Scenarios {
		if !s.Short {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			o := f.Run(t.Context(), s, 1)
			t.Logf("%+v", o)
			if o.Err != nil {
				t.Error(o.Err)
			}
		})
	}
}

func TestTheTableSaysWhatBroke(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	err := table(&b, []Outcome{
		{Scenario: "kill", Seed: 7, Indicators: 300, Completed: 299, Lost: 1, Calls: 900, Duplicated: 2, InFlight: 40, Stall: 1234 * time.Millisecond, Took: 12 * time.Second, Err: errors.New("lost")},
		{Scenario: "hold", Seed: 8, Indicators: 300, Completed: 300},
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if got := strings.Join(strings.Fields(lines[1]), " "); got != "kill 300 299 1 2 of 900 40 1.2s 12s 7 BROKEN" {
		t.Error(got)
	}
	if got := lines[2]; !strings.HasSuffix(got, "8     ok") {
		t.Error(got)
	}
}
