// Package price is the table of what language models cost. It is part of the
// program, and a person can put another in its place. Everything in it is safe
// for concurrent use.
package price

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

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
	Batch      float64 `toml:"batch"`       // factor on all of it in batch mode
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
	t, err := parse(standard)
	if err != nil {
		panic(fmt.Sprintf("the price table of the program: %v", err)) // a test reads it
	}
	return t
})

// Read reads a table from a file of the form of prices.toml.
func Read(path string) (*Table, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read price table: %w", err)
	}
	t, err := parse(b)
	if err != nil {
		return nil, fmt.Errorf("read price table %q: %w", path, err)
	}
	return t, nil
}

func parse(b []byte) (*Table, error) {
	t := &Table{}
	return t, toml.Unmarshal(b, &t.providers)
}

// Model returns what a model costs: that of its exact name, else that of the
// longest name which a dated snapshot begins with. ok is false for a model that
// the table does not have: its calls are counted in tokens only.
func (t *Table) Model(provider, model string) (m Model, ok bool) {
	models := t.providers[provider]
	if m, ok = models[model]; ok {
		return m, true
	}
	best := -1
	for name, x := range models {
		if len(name) > best && strings.HasPrefix(model, name+"-") {
			m, ok, best = x, true, len(name)
		}
	}
	return m, ok
}

// USD is what a call costs; batch: in batch mode.
func (m Model) USD(t classify.Tokens, batch bool) float64 {
	plain := t.Input - t.Cached - t.CacheWrite
	usd := (float64(plain)*m.Input + float64(t.Cached)*m.Cached + float64(t.CacheWrite)*m.CacheWrite + float64(t.Output)*m.Output) / 1e6
	if batch && m.Batch > 0 {
		usd *= m.Batch
	}
	return usd
}
