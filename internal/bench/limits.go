package main

import (
	"fmt"
	"path/filepath"

	"classify/llm/simulator"
)

// distinct is how many different concepts the limits are measured with.
const distinct = 3000

// limits measures how much of the permitted requests is used.
func (b *bench) limits() error {
	path, err := b.catalogueFile(distinct, "--distinct")
	if err != nil {
		return err
	}
	announced, silent := scaled(), scaled()
	silent.Announce = false
	for _, v := range []struct {
		name   string
		config simulator.Config
		least  float64
		wanted string
		most   float64 // share of calls that may be refused
	}{
		{"limits announced in headers", announced, 0.95, "at least 95 % used, no 429", 0},
		{"limits not announced", silent, 0.85, "at least 85 % used, at most 2 % refused", 0.02},
	} {
		err := b.withModel(v.config, func(p *provider) error {
			a, err := b.ask(p, filepath.Join(b.dir, "limits.db"), path, "--policy", "thorough")
			if err != nil {
				return err
			}
			c := p.Counts()
			used := usedShare(c.PerSecond, v.config.RPM, 10, 60)
			refused := float64(c.Refused) / float64(max(1, c.Accepted+c.Refused))
			b.add(figure{
				what:   fmt.Sprintf("%d distinct indicators, `thorough`, %s%s", distinct, v.name, scaledNote),
				wanted: v.wanted,
				measured: fmt.Sprintf("%.1f %% used from second 10 on, %d of %d calls refused (%.2f %%), %.0f s", 100*used, c.Refused, c.Accepted+c.Refused,
					100*refused, a.seconds),
				reached: used >= v.least && refused <= v.most,
			})
			return reconciled(a)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// faultSets is how many indicators are classified with and without faults.
const faultSets = 1500

// faults measures what faults of the provider cost.
func (b *bench) faults() error {
	path, err := b.catalogueFile(faultSets, "--distinct")
	if err != nil {
		return err
	}
	var clean, faulty simulator.Counts
	var outcome asked
	for _, share := range []float64{0, 0.05} {
		c := scaled()
		c.Faults = share
		err := b.withModel(c, func(p *provider) error {
			outcome, err = b.ask(p, filepath.Join(b.dir, "faults.db"), path, "--policy", "thorough", "--call-timeout", "3s")
			if err != nil {
				return err
			}
			clean, faulty = faulty, p.Counts()
			return reconciled(outcome)
		})
		if err != nil {
			return err
		}
	}
	more := billed(faulty)/billed(clean) - 1
	b.add(figure{
		what:   fmt.Sprintf("5 %% of calls with a fault of any kind, %d distinct indicators%s", faultSets, scaledNote),
		wanted: "all classified or escalated, cost at most 8 % higher",
		measured: fmt.Sprintf("%d classified, %d escalated, %d failed; cost %+.1f %% (%d calls against %d, %d of them paid and lost)", outcome.Outcomes["classified"],
			outcome.Outcomes["escalated"], outcome.Outcomes["failed"], 100*more, faulty.Paid, clean.Paid, faulty.Lost),
		reached: more <= 0.08,
	})
	return nil
}

// billed is what the provider bills, at the model's prices.
func billed(c simulator.Counts) float64 { return modelPrice().USD(c.Tokens, false) }
