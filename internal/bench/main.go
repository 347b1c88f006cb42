// Command bench measures the figures of docs/benchmarks.md: ratios in one run,
// on the machine that it runs on, with the real program over real files.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// A figure is one row of the table.
type figure struct {
	what, wanted, measured string
	reached                bool
	printed                bool // stated only, with nothing to reach
}

// bench is one run of all measurements.
type bench struct {
	dir     string // scratch
	binary  string
	shared  string // the folder with the gold data; may be absent
	figures []figure
	log     io.Writer
}

func main() {
	out := flag.String("o", "", "also write the table to this file")
	large := flag.Int("large", 1_000_000, "indicators of the large run of the growth figure")
	only := flag.String("only", "", "measure only this part: growth, insert, nothing, postgres, series, replicas, units, accuracy, cumulative, calibration, thorough, cascade, curve, limits, faults, killed, overhead, cluster, cluster-models, cluster-replicas, cluster-memory, cluster-up")
	flag.Parse()
	if err := run(*out, *large, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(out string, large int, only string) error {
	dir, err := os.MkdirTemp("", "classify-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir, binary: filepath.Join(dir, "classify"), shared: os.Getenv("CLASSIFY_SHARED"), log: os.Stderr}
	if b.shared == "" {
		b.shared = "../shared"
	}
	if err := b.exec("", "go", "build", "-o", b.binary, "./cmd/classify"); err != nil {
		return err
	}
	parts := []struct {
		name    string
		measure func() error
	}{
		// First, because a process begins with the peak memory of the one that starts it.
		{"growth", func() error { return b.growth(large) }}, {"cluster-memory", func() error { return b.clusterMemory(large) }},
		{"insert", b.insert}, {"nothing", b.nothing}, {"postgres", b.postgresRun}, {"series", b.seriesImport}, {"replicas", b.replicas}, {"units", b.units}, {"accuracy", b.accuracy},
		{"cumulative", b.cumulative}, {"calibration", b.calibration},
		{"thorough", b.thorough}, {"cascade", b.cascade}, {"curve", b.curve}, {"limits", b.limits}, {"faults", b.faults},
		{"killed", b.killed}, {"overhead", b.overhead},
		{"cluster", b.clusterRun}, {"cluster-models", b.clusterModels}, {"cluster-replicas", b.clusterReplicas}, {"cluster-up", b.clusterUp}, {"cluster-kills", b.clusterKills},
	}
	for _, p := range parts {
		if only != "" && only != p.name {
			continue
		}
		fmt.Fprintln(b.log, "measuring", p.name)
		if err := p.measure(); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	table := b.table()
	fmt.Print(table)
	if out == "" {
		return nil
	}
	return os.WriteFile(out, []byte(table), 0o644)
}

// caveat says what the accuracies do not.
const caveat = `The accuracies are in-sample: the rules were mended against these labels. On labels that the rules had not met, 92 to
98 % of the answers per column were right, and fewer on names chosen to be awkward. Few mistakes are left on the
examples, so the Brier score there turns on single rows.
`

func (b *bench) add(f figure) {
	fmt.Fprintf(b.log, "  %s: %s\n", f.what, f.measured)
	b.figures = append(b.figures, f)
}

func (b *bench) table() string {
	var s strings.Builder
	s.WriteString("# Measured figures\n\n")
	fmt.Fprintf(&s, "Written by `make bench`: %s, commit %s, %s, %d cores, %s %s/%s. Everything is measured in one run on\none machine; read the ratios, not the seconds.\n\n",
		time.Now().UTC().Format("2006-01-02"), commit(), cpu(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	s.WriteString(caveat + "\n| what | wanted | measured | |\n|---|---|---|---|\n")
	for _, f := range b.figures {
		verdict := "reached"
		switch {
		case f.printed:
			verdict = "stated"
		case !f.reached:
			verdict = "**not reached**"
		}
		fmt.Fprintf(&s, "| %s | %s | %s | %s |\n", f.what, f.wanted, f.measured, verdict)
	}
	return s.String()
}

func commit() string {
	out, err := exec.Command("git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// cpu is the processor's model, where the system tells.
func cpu() string {
	raw, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(raw)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// exec runs a command in a folder; its output is shown only if it fails.
func (b *bench) exec(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// measured is one run of the program.
type measured struct {
	seconds float64
	peakMB  float64 // peak resident memory
	cpu     float64 // seconds
	out     []byte
}

// classify runs the program and measures it.
func (b *bench) classify(args ...string) (measured, error) {
	cmd := exec.Command(b.binary, args...)
	cmd.Dir = b.dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return measured{}, fmt.Errorf("classify %s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return measured{seconds: time.Since(start).Seconds(), peakMB: peakMB(cmd.ProcessState), cpu: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), out: stdout.Bytes()}, nil
}

// json runs the program and decodes what it prints.
func (b *bench) json(into any, args ...string) error {
	m, err := b.classify(args...)
	if err != nil {
		return err
	}
	return json.Unmarshal(m.out, into)
}

// best returns the fastest of several runs of a measurement.
func best(times int, measure func() (float64, error)) (float64, error) {
	fastest := 0.0
	for i := range times {
		s, err := measure()
		if err != nil {
			return 0, err
		}
		if i == 0 || s < fastest {
			fastest = s
		}
	}
	return fastest, nil
}
