// Package price is the table of what language models cost. It is part of the
// program, and a person can put another in its place. Everything in it is safe
// for concurrent use.
package price

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"classify"
)

//go:embed prices.toml
var standard []byte

// Model is what one model costs, and how its provider counts. The zero Model is
// free of charge.
type Model struct {
	Input      float64 `toml:"input"`       // USD per million input tokens
	Cached     float64 `toml:"cached"`      // the same, read from the prefix cache
	CacheWrite float64 `toml:"cache_write"` // the same, written to the prefix cache
	Output     float64 `toml:"output"`      // USD per million output tokens
	Batch      float64 `toml:"batch"`       // factor on all of it in batch mode; 0 is 1
	// MinPrefix is the least length of a prefix in tokens that the provider
	// caches; 0: it caches none, or nothing is known.
	MinPrefix int `toml:"min_prefix"`
	// CountsCached says that cached input tokens count against the tokens per
	// minute.
	CountsCached bool `toml:"counts_cached"`
	Context      int  `toml:"context"` // tokens that a request and its answer may have together; 0: unknown
}

// A Table is what the models of several providers cost.
type Table struct {
	providers map[string]map[string]Model
}

// Default is the table that is part of the program.
func Default() *Table { return defaultTable() }

var defaultTable = sync.OnceValue(func() *Table {
	t, err := parse(string(standard))
	if err != nil {
		panic(fmt.Sprintf("the price table of the program: %v", err)) // a test reads it
	}
	return t
})

// every stands in a table for every model of a provider.
const every = "*"

// Model returns what a model costs: that of its exact name, else that of the
// longest name of which it is a dated snapshot, else that of every model of the
// provider. ok is false for a model that the table does not have: its calls are
// counted in tokens only.
func (t *Table) Model(provider, model string) (m Model, ok bool) {
	models := t.providers[provider]
	if m, ok = models[model]; ok {
		return m, true
	}
	best := ""
	for name := range models {
		if len(name) > len(best) && strings.HasPrefix(model, name+"-") && dated(model[len(name)+1:]) {
			best = name
		}
	}
	if best == "" {
		best = every
	}
	m, ok = models[best]
	return m, ok
}

// dated reports whether what follows a model's name is the date of a snapshot
// ("2025-08-07", "20250929") or an alias of its newest. gpt-5 does not stand
// for gpt-5-pro.
func dated(suffix string) bool {
	if suffix == "latest" {
		return true
	}
	digits := strings.ReplaceAll(suffix, "-", "")
	if len(digits) != 8 || len(suffix) != 8 && (len(suffix) != 10 || suffix[4] != '-' || suffix[7] != '-') {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// Free reports whether calls cost nothing.
func (m Model) Free() bool { return m.Input+m.Cached+m.CacheWrite+m.Output == 0 }

// USD is what a call costs; batch: in batch mode.
func (m Model) USD(t classify.Tokens, batch bool) float64 {
	plain := max(0, t.Input-t.Cached-t.CacheWrite)
	usd := (float64(plain)*m.Input + float64(t.Cached)*m.Cached + float64(t.CacheWrite)*m.CacheWrite + float64(t.Output)*m.Output) / 1e6
	if batch && m.Batch > 0 {
		usd *= m.Batch
	}
	return usd
}

// Most is the most that a call with so many tokens can cost, in US dollars:
// nothing of the input is read from the prefix cache, and all may be written to
// it.
func (m Model) Most(input, output int) float64 {
	return (float64(input)*max(m.Input, m.CacheWrite) + float64(output)*m.Output) / 1e6
}
