package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"classify"
	"classify/catalogue"
	"classify/eval"
	"classify/labels"
	"classify/llm/simulator"
	"classify/rulebook"
	"classify/stage"
)

// thorough is the first row of the figures, in real time.
func (b *bench) thorough() error {
	path, err := b.catalogueFile(generated)
	if err != nil {
		return err
	}
	return b.withModel(realTime(), func(p *provider) error {
		store := filepath.Join(b.dir, "thorough.db")
		a, err := b.ask(p, store, path, "--policy", "thorough")
		if err != nil {
			return err
		}
		if err := reconciled(a); err != nil {
			return err
		}
		c := p.Counts()
		b.add(figure{
			what:     fmt.Sprintf("%d generated indicators, `thorough`, 900 RPM, 1.5 s, in real time", generated),
			wanted:   "at most 1,500 calls and 2.0 minutes",
			measured: fmt.Sprintf("%d calls, %.2f minutes, %d refused with 429; six calls per indicator at the same limit: %.1f minutes", c.Accepted, a.seconds/60, c.Refused, 6*float64(generated)/rpm),
			reached:  c.Accepted <= 1500 && a.seconds <= 120,
		})
		return b.perQuestion(store, c)
	})
}

// perQuestion states tokens and dollars by stage, and what the prefix cache
// served.
func (b *bench) perQuestion(store string, c simulator.Counts) error {
	var cost struct {
		Lines []struct {
			Stage     string  `json:"stage"`
			Model     string  `json:"model"`
			Questions int     `json:"questions"`
			Input     int     `json:"input_tokens"`
			Cached    int     `json:"cached_tokens"`
			Output    int     `json:"output_tokens"`
			USD       float64 `json:"usd"`
		} `json:"lines"`
	}
	if err := b.json(&cost, "cost", "--json", "--store", "sqlite:"+store); err != nil {
		return err
	}
	for _, l := range cost.Lines {
		q := float64(max(1, l.Questions))
		b.add(figure{what: fmt.Sprintf("a question to %s: `%s`", l.Model, l.Stage), wanted: "stated",
			measured: fmt.Sprintf("%.0f tokens in, %.0f of them cached, %.0f out, $%.6f", float64(l.Input)/q, float64(l.Cached)/q, float64(l.Output)/q, l.USD/q), printed: true})
	}
	share, err := prefixServed(store)
	if err != nil {
		return err
	}
	b.add(figure{what: "cacheable prefix served from the provider's cache after the first call of a stage", wanted: "at least 95 %",
		measured: fmt.Sprintf("%.1f %%", 100*share), reached: share >= 0.95})
	return nil
}

// prefixServed compares the cached tokens of all calls after the first of each
// stage with the most that a call of the stage had cached.
func prefixServed(store string) (share float64, err error) {
	conn, err := sqlite.OpenConn(store, sqlite.OpenReadOnly)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	var served, cacheable float64
	err = sqlitex.Execute(conn, `SELECT sum(cached_tokens), max(cached_tokens) * (count(*) - 1) FROM model_calls WHERE outcome = 'answered' GROUP BY stage`,
		&sqlitex.ExecOptions{ResultFunc: func(s *sqlite.Stmt) error {
			served, cacheable = served+s.ColumnFloat(0), cacheable+s.ColumnFloat(1)
			return nil
		}})
	if err != nil || cacheable == 0 {
		return 0, err
	}
	return served / cacheable, nil
}

// cascade counts the calls of the default policy.
func (b *bench) cascade() error {
	path, err := b.catalogueFile(generated)
	if err != nil {
		return err
	}
	err = b.withModel(scaled(), func(p *provider) error {
		a, err := b.ask(p, filepath.Join(b.dir, "cascade.db"), path, "--policy", "cascade")
		if err != nil {
			return err
		}
		c := p.Counts()
		b.add(figure{what: fmt.Sprintf("%d generated indicators, `cascade`%s", generated, scaledNote), wanted: "at most 300 calls",
			measured: fmt.Sprintf("%d calls, %.1f s, %d escalated", c.Accepted, a.seconds, a.Outcomes["escalated"]), reached: c.Accepted <= 300})
		return reconciled(a)
	})
	wdi := filepath.Join(b.shared, "data", "wdi_series.csv")
	if _, statErr := os.Stat(wdi); err != nil || statErr != nil {
		return err
	}
	return b.withModel(scaled(), func(p *provider) error {
		a, err := b.ask(p, filepath.Join(b.dir, "wdi.db"), wdi, "--policy", "cascade")
		if err != nil {
			return err
		}
		c := p.Counts()
		perIndicator := float64(c.Accepted) / float64(max(1, a.Plan.Selected))
		b.add(figure{what: fmt.Sprintf("%d World Bank series, `cascade`%s", a.Plan.Selected, scaledNote), wanted: "at most 1.0 call per indicator",
			measured: fmt.Sprintf("%d calls, %.2f per indicator, %d escalated", c.Accepted, perIndicator, a.Outcomes["escalated"]), reached: perIndicator <= 1 && a.Plan.Selected > 0})
		return reconciled(a)
	})
}

// labelled is a catalogue with labels.
type labelled struct{ name, catalogue, labels string }

// thresholds of the curve; 0 asks nothing, 1 everything.
var thresholds = []string{"0", "0.8", "0.9", "0.95", "0.99", "1"}

// errorRate of the simulated model: it answers 97 % right.
const errorRate = 0.03

// curve prints calls against accuracy over the threshold.
func (b *bench) curve() error {
	sets := []labelled{{"the open examples", "examples/world.csv", "examples/labels.csv"}}
	if data := filepath.Join(b.shared, "data"); exists(data) {
		sets = append([]labelled{{"gold-dev", filepath.Join(data, "gold-dev.jsonl"), filepath.Join(data, "gold-dev-labels.csv")}}, sets...)
	}
	for _, set := range sets {
		known, err := learn(set)
		if err != nil {
			return err
		}
		c := scaled()
		c.Labels, c.ErrorRate = known, errorRate
		if err := b.withModel(c, func(p *provider) error { return b.curveOf(p, set) }); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) curveOf(p *provider, set labelled) error {
	alone, err := b.evaluate("curve", set.catalogue, set.labels)
	if err != nil {
		return err
	}
	offline := overall(alone)
	var points []string
	best, at := 0.0, ""
	for _, threshold := range thresholds {
		p.Reset()
		store := filepath.Join(b.dir, "curve.db")
		if _, err := b.ask(p, store, set.catalogue, "--policy", "cascade", "--threshold", threshold); err != nil {
			return err
		}
		var r eval.Report
		if err := b.json(&r, "eval", absolute(set.labels), "--store", "sqlite:"+store, "--json"); err != nil {
			return err
		}
		accuracy := overall(&r)
		points = append(points, fmt.Sprintf("%s: %d calls, %.2f %%", threshold, p.Counts().Accepted, 100*accuracy))
		if accuracy > best {
			best, at = accuracy, threshold
		}
	}
	b.add(figure{
		what:     fmt.Sprintf("calls and accuracy over `--threshold`, %s, all labelled columns, model 97 %% right%s", set.name, scaledNote),
		wanted:   fmt.Sprintf("cascade above the rulebook alone (%.2f %%)", 100*offline),
		measured: fmt.Sprintf("best at %s; ", at) + strings.Join(points, "; "),
		reached:  best > offline,
	})
	return nil
}

// overall is the share of all labelled cells that are right, doubtful rows
// included.
func overall(r *eval.Report) float64 {
	right, all := 0, 0
	for _, f := range append(append(r.Sure[:0:0], r.Sure...), r.Doubtful...) {
		right, all = right+f.Right, all+f.Labelled
	}
	return float64(right) / float64(max(1, all))
}

// learn makes the simulator answer from labels.
func learn(set labelled) (*simulator.Labels, error) {
	file, err := labels.Read(set.labels)
	if err != nil {
		return nil, err
	}
	byID := map[string]map[string]string{}
	for _, row := range file.Rows {
		byID[row.IndicatorID] = row.Values
	}
	reader, err := catalogue.Open(context.Background(), []string{set.catalogue}, nil, catalogue.Options{})
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	known := simulator.NewLabels()
	book := rulebook.New()
	stages := func(a classify.Answerer) classify.Stages { return stage.New(a, book) }
	for row, err := range reader.Rows() {
		if err != nil {
			return nil, err
		}
		if values := byID[row.Indicator.ID]; row.Reject == nil && values != nil {
			if err := known.Learn(context.Background(), stages, row.Indicator, values); err != nil {
				return nil, err
			}
		}
	}
	return known, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
