// Package storetest is the suite that every classify.Store has to pass.
package storetest

import (
	"testing"
	"time"

	"classify"
)

// Options are what a test asks of a store that it opens.
type Options struct {
	ReadOnly bool
	Now      func() time.Time // nil: the real clock
}

// Opener opens one and the same store, again and again and also at once; it
// closes what it opened when the test ends. A test may close it earlier.
type Opener func(t *testing.T, o Options) classify.Store

// Run runs the suite. fresh makes an empty store for a test.
func Run(t *testing.T, fresh func(t *testing.T) Opener) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, fresh(t))
		})
	}
}

var tests = map[string]func(*testing.T, Opener){
	"an answer comes back as it was saved": roundTrip,
}
