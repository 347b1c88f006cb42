package price

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxFile bounds the bytes of a price table.
const maxFile = 1 << 20

// dearest is more than any model costs per million tokens; what is beyond it
// was written per token, or in another currency.
const dearest = 10_000

// Read reads a table from a file of the form of Standard. It stands in place of
// the program's own: models that it leaves out are unpriced. An error names the
// line and what may stand there.
func Read(path string) (*Table, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read price table: %w", err)
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("read price table %q: %d bytes; at most %d are read", path, info.Size(), maxFile)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read price table: %w", err)
	}
	t, err := parse(string(b))
	if err != nil {
		return nil, fmt.Errorf("read price table %q: %w", path, err)
	}
	return t, nil
}

func parse(text string) (*Table, error) {
	t := &Table{}
	meta, err := toml.Decode(text, &t.providers)
	if err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("line %d: %s", syntax.Position.Line, syntax.Message)
		}
		return nil, fmt.Errorf("%w; a table is [provider.\"model\"] with numbers, such as input = 0.25", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0]
		return nil, fmt.Errorf("%sunknown key %q; known are %s", at(text, key), key[len(key)-1], strings.Join(keys, ", "))
	}
	var problems []problem
	for provider, models := range t.providers {
		for name, m := range models {
			problems = append(problems, m.problems(text, provider, name, meta)...)
		}
	}
	if len(problems) == 0 {
		return t, nil
	}
	first := slices.MinFunc(problems, func(a, b problem) int { return cmp.Compare(a.line, b.line) })
	return nil, first.err
}

// keys are what a model's table may hold.
var keys = []string{"input", "cached", "cache_write", "output", "batch", "min_prefix", "counts_cached", "context"}

type problem struct {
	line int
	err  error
}

// problems are the values that cannot be meant.
func (m Model) problems(text, provider, name string, meta toml.MetaData) (all []problem) {
	add := func(key, format string, args ...any) {
		path := toml.Key{provider, name, key}
		all = append(all, problem{lineOf(text, path), fmt.Errorf("%s%s of %s/%s: %s", at(text, path), key, provider, name, fmt.Sprintf(format, args...))})
	}
	for _, p := range [...]struct {
		key   string
		value float64
	}{{"input", m.Input}, {"cached", m.Cached}, {"cache_write", m.CacheWrite}, {"output", m.Output}} {
		switch {
		case math.IsNaN(p.value) || p.value < 0 || p.value > dearest:
			add(p.key, "%g is no price; write USD per million tokens, from 0 to %d", p.value, dearest)
		case !meta.IsDefined(provider, name, p.key) && m.Input+m.Cached+m.CacheWrite+m.Output > 0:
			add(p.key, "is missing; write all of input, cached, cache_write and output")
		}
	}
	if math.IsNaN(m.Batch) || m.Batch < 0 || m.Batch > 1 {
		add("batch", "%g is no factor from 0 to 1; half price is 0.5, no discount is 1", m.Batch)
	}
	if m.MinPrefix < 0 || m.Context < 0 {
		key := "min_prefix"
		if m.Context < 0 {
			key = "context"
		}
		add(key, "a number of tokens is not negative")
	}
	return all
}

// at is where a key stands, for an error's text.
func at(text string, key toml.Key) string {
	if line := lineOf(text, key); line > 0 {
		return fmt.Sprintf("line %d: ", line)
	}
	return ""
}

// lineOf finds the line of a key below its table's heading, or that of the
// heading, or 0: a table can also be written in other ways.
func lineOf(text string, key toml.Key) int {
	heading := 0
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			if heading > 0 {
				break
			}
			plain := strings.NewReplacer(`"`, "", "'", "", " ", "").Replace(line)
			if len(key) > 1 && strings.HasPrefix(plain, "["+strings.Join(key[:len(key)-1], ".")+"]") {
				heading = n
			}
			continue
		}
		name, _, ok := strings.Cut(line, "=")
		if heading > 0 && ok && strings.Trim(name, " \t\"'") == key[len(key)-1] {
			return n
		}
	}
	return heading
}
