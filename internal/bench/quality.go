package main

import (
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"classify/eval"
)

// units runs the parser's own benchmark over its table of real unit strings.
func (b *bench) units() error {
	out, err := exec.Command("go", "test", "./units", "-run", "^$", "-bench", "^BenchmarkParse$", "-benchmem", "-benchtime", "2s").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	ns, allocs := metric(string(out), "ns/string"), metric(string(out), "allocs/string")
	b.add(figure{
		what:     "units parser, mean over its table of real unit strings",
		wanted:   "under 3 µs and 2 allocations per string",
		measured: fmt.Sprintf("%.2f µs, %.2f allocations", ns/1000, allocs),
		reached:  ns > 0 && ns < 3000 && allocs < 2,
	})
	return nil
}

// metric reads a value of a benchmark's line.
func metric(out, unit string) float64 {
	m := regexp.MustCompile(`([0-9.]+) ` + regexp.QuoteMeta(unit)).FindStringSubmatch(out)
	if m == nil {
		return -1
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return -1
	}
	return v
}

// evaluate classifies a catalogue into a store of its own and evaluates it.
func (b *bench) evaluate(name, catalogue, labels string) (*eval.Report, error) {
	store := filepath.Join(b.dir, name+".db")
	removeStore(store)
	if _, err := b.classify("run", absolute(catalogue), "--store", "sqlite:"+store, "--quiet", "--rejects", filepath.Join(b.dir, "rejects.csv")); err != nil {
		return nil, err
	}
	r := new(eval.Report)
	return r, b.json(r, "eval", absolute(labels), "--store", "sqlite:"+store, "--json")
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}

func (b *bench) gold() (*eval.Report, error) {
	data := filepath.Join(b.shared, "data")
	if _, err := os.Stat(data); err != nil {
		return nil, nil
	}
	return b.evaluate("gold", filepath.Join(data, "gold-dev.jsonl"), filepath.Join(data, "gold-dev-labels.csv"))
}

// accuracy is measured on the gold data, where it is at hand.
func (b *bench) accuracy() error {
	r, err := b.gold()
	if err != nil {
		return err
	}
	if r == nil {
		b.add(figure{what: "accuracy on the gold labels", wanted: "at least 95 % per column", measured: "the gold data is not here", printed: true})
		return nil
	}
	for _, f := range r.Sure {
		if f.Accuracy == nil {
			continue
		}
		b.add(figure{
			what:     fmt.Sprintf("accuracy on gold-dev, sure rows: `%s`", f.Field),
			wanted:   "at least 95 %",
			measured: fmt.Sprintf("%.1f %% (%d of %d)", 100**f.Accuracy, f.Right, f.Labelled),
			reached:  *f.Accuracy >= 0.95,
		})
	}
	var doubtful []string
	for _, f := range r.Doubtful {
		doubtful = append(doubtful, fmt.Sprintf("%s %d/%d", f.Field, f.Right, f.Labelled))
	}
	b.add(figure{what: "accuracy on gold-dev, rows that left doubt", wanted: "printed", measured: strings.Join(doubtful, ", "), printed: true})
	return nil
}

// cumulative measures the detection of running totals on the generator's series.
func (b *bench) cumulative() error {
	path, err := b.catalogueFile(generated)
	if err != nil {
		return err
	}
	truth := filepath.Join(b.dir, "truth.csv")
	if _, err := b.classify("generate", "--n", fmt.Sprint(generated), "-o", filepath.Join(b.dir, "again.csv"), "--labels", truth); err != nil {
		return err
	}
	r, err := b.evaluate("cumulative", path, truth)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(r.Sure, func(f eval.FieldResult) bool { return f.Field == "is_cumulative" })
	if i < 0 {
		return fmt.Errorf("the generated labels have no is_cumulative")
	}
	missed, invented := 0, 0
	for _, c := range r.Sure[i].Confusion {
		if c.Want == "true" {
			missed += c.Count
		} else {
			invented += c.Count
		}
	}
	yes, err := countCumulative(truth)
	if err != nil {
		return err
	}
	no := r.Sure[i].Labelled - yes
	recall, falsePositives := 1-float64(missed)/float64(yes), float64(invented)/float64(no)
	b.add(figure{
		what:     "cumulative detection on the generator's series",
		wanted:   "recall at least 98 %, false positives at most 0.5 %",
		measured: fmt.Sprintf("recall %.2f %% of %d, false positives %.2f %% of %d", 100*recall, yes, 100*falsePositives, no),
		reached:  recall >= 0.98 && falsePositives <= 0.005,
	})
	for _, f := range r.Sure {
		if f.Field == "unit_type" || f.Field == "family" || f.Field == "type" || f.Field == "temporal_aggregation" || f.Field == "orientation" {
			b.add(figure{what: fmt.Sprintf("accuracy on the generated catalogue: `%s`", f.Field), wanted: "printed",
				measured: fmt.Sprintf("%.2f %% (%d of %d)", 100*float64(f.Right)/float64(f.Labelled), f.Right, f.Labelled), printed: true})
		}
	}
	return nil
}

func countCumulative(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) == 0 {
		return 0, fmt.Errorf("%s: %d rows, %w", path, len(records), err)
	}
	column := slices.Index(records[0], "is_cumulative")
	n := 0
	for _, r := range records[1:] {
		if column >= 0 && r[column] == "true" {
			n++
		}
	}
	return n, nil
}

// calibration compares stated confidences with the share of right answers.
func (b *bench) calibration() error {
	r, err := b.evaluate("world", "examples/world.csv", "examples/labels.csv")
	if err != nil {
		return err
	}
	c := r.Calibration
	b.add(figure{
		what:     "calibration on examples/labels.csv, five bins of equal count",
		wanted:   "expected calibration error at most 0.05, Brier below the base rate's",
		measured: fmt.Sprintf("error %.3f, Brier %.4f against %.4f (%d rows, %.1f %% right)", c.ECE, c.Brier, c.BaseBrier, c.Predictions, 100*c.Right),
		reached:  c.ECE <= 0.05 && c.Brier < c.BaseBrier,
	})
	for _, f := range r.Sure {
		b.add(figure{what: fmt.Sprintf("accuracy on examples/labels.csv: `%s`", f.Field), wanted: "printed",
			measured: fmt.Sprintf("%.1f %% (%d of %d)", 100*float64(f.Right)/float64(f.Labelled), f.Right, f.Labelled), printed: true})
	}
	gold, err := b.gold()
	if err != nil || gold == nil {
		return err
	}
	g := gold.Calibration
	b.add(figure{what: "calibration on gold-dev", wanted: "printed",
		measured: fmt.Sprintf("error %.3f, Brier %.4f against %.4f", g.ECE, g.Brier, g.BaseBrier), printed: true})
	return nil
}
