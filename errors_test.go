package classify_test

import (
	"testing"
	"time"

	"classify"
)

func TestLockedErrorSaysWhoWritesAndWhenItWasHeardOf(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		silence time.Duration
		want    string
	}{
		"now":         {900 * time.Millisecond, "just now"},
		"a second":    {time.Second, "1 second ago"},
		"seconds":     {90 * time.Second, "90 seconds ago"},
		"minutes":     {119 * time.Minute, "119 minutes ago"},
		"hours":       {50 * time.Hour, "50 hours ago"},
		"not a clock": {-time.Hour, "just now"},
	} {
		locked := &classify.LockedError{RunID: 3, Host: "here", PID: 4711, Silence: row.silence}
		if got, want := locked.Error(), "run 3 is writing to the store: process 4711 on here, last heard of "+row.want; got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
