package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"time"
)

// clusterKills kills any one node at a random moment, again and again, as
// internal/chaos does it.
func (b *bench) clusterKills() error {
	const (
		times   = 20
		longest = 20 * time.Second
	)
	cmd := exec.Command("go", "run", "./internal/chaos", "-only", "kill -9 of any one node", "-kills", strconv.Itoa(times), "-json")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, b.log
	runErr := cmd.Run() // it fails where an outcome is broken, and tells it all the same
	var outcomes []struct {
		Indicators, Lost, Calls, Duplicated, InFlight int
		Stall                                         time.Duration
		Broken                                        string
	}
	if err := json.Unmarshal(out.Bytes(), &outcomes); err != nil {
		return fmt.Errorf("what chaos prints: %w (%w)", err, runErr)
	}
	lost, duplicated, calls, broken, beyond, indicators := 0, 0, 0, 0, 0, 0
	var stall time.Duration
	for _, o := range outcomes {
		lost, duplicated, calls, indicators = lost+o.Lost, duplicated+o.Duplicated, calls+o.Calls, indicators+o.Indicators
		stall = max(stall, o.Stall)
		if o.Broken != "" {
			broken++
		}
		if o.Duplicated > o.InFlight {
			beyond++
		}
	}
	b.add(figure{
		what:   fmt.Sprintf("`kill -9` of any one node of three at a random moment, %d seeds", times),
		wanted: fmt.Sprintf("0 lost, duplicated model calls ≤ in flight, longest stall under %s", longest),
		measured: fmt.Sprintf("%d of %d indicators lost, %d of %d calls duplicated (more than in flight in %d kills), longest stall %.1f s, %d outcomes not as they have to be",
			lost, indicators, duplicated, calls, beyond, stall.Seconds(), broken),
		reached: len(outcomes) == times && lost == 0 && beyond == 0 && broken == 0 && stall < longest,
	})
	return nil
}
