// Package storetest is the suite that every classify.Store has to pass. Its
// tests read as the contract: what a store keeps, what it refuses, and what a
// run that was killed leaves behind.
package storetest

import (
	"testing"
	"time"

	"classify"
)

// Options are what a test asks of a store that it opens.
type Options struct {
	Now func() time.Time // the clock of the store; nil is the real one
}

// Opener opens one and the same store, again and again and also at once, as
// several processes would. It closes what it opened when the test ends; a test
// may close it earlier.
type Opener func(t *testing.T, o Options) classify.Store

// Run runs the suite. fresh makes an empty store for one test.
func Run(t *testing.T, fresh func(t *testing.T) Opener) {
	for _, group := range []map[string]func(*testing.T, Opener){
		answerCacheTests, answerTests, batchTests, budgetTests, historyTests, intakeTests, leaseTests, ledgerTests, overrideTests, questionTests, runTests, selectionTests,
		seriesTests, statusTests, upkeepTests, valueTests,
	} {
		for name, test := range group {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, fresh(t))
			})
		}
	}
}
