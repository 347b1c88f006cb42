package storetest

import (
	"testing"

	"classify"
)

// overAgain is a run that goes over its indicators again: what it answered is
// not done again in any mode, also what failed.
func overAgain(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 4)...)
	s.save(failed(Indicator(0), classify.StageTime), failed(Indicator(1), classify.StageTime), passed(Indicator(2)))
	s.restart()
	s.save(failed(Indicator(0), classify.StageTime))
	for mode, want := range map[classify.Mode][]string{
		classify.ModeChanged:     {"IND.00001", "IND.00003"},
		classify.ModeRetryFailed: {"IND.00001"},
		classify.ModeStale:       {"IND.00001", "IND.00002", "IND.00003"},
		classify.ModeForce:       {"IND.00001", "IND.00002", "IND.00003"},
	} {
		sel := classify.Selection{Mode: mode, LogicVersion: "logic-2", NotBy: s.run}
		same(t, string(mode), s.todoIDs(sel), want)
	}
}
