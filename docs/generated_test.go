package docs_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"classify"
	"classify/catalogue"
	"classify/telemetry"
)

// TestGeneratedTablesAreMadeFromTheData compares the tables between
// <!-- generated:NAME --> and <!-- end --> with what the data says.
func TestGeneratedTablesAreMadeFromTheData(t *testing.T) {
	tables := map[string]func() string{
		"terms": termsTable, "types": typesTable, "columns": columnsTable, "labels": labelsTable,
	}
	used := map[string]bool{}
	for _, path := range []string{"taxonomy.md", "files.md"} {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		doc := string(raw)
		for name, table := range tables {
			begin := fmt.Sprintf("<!-- generated:%s -->\n", name)
			_, rest, ok := strings.Cut(doc, begin)
			if !ok {
				continue
			}
			used[name] = true
			shown, _, ok := strings.Cut(rest, "<!-- end -->")
			if !ok {
				t.Fatalf("%s: %s has no end", path, name)
			}
			if want := "\n" + table() + "\n"; shown != want {
				if !*update {
					t.Errorf("%s: the table %s is not what the data says; make docs rewrites it", path, name)
				}
				doc = strings.Replace(doc, begin+shown, begin+want, 1)
			}
		}
		if *update && doc != string(raw) {
			if err := os.WriteFile(path, []byte(doc), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name := range tables {
		if !used[name] {
			t.Errorf("no document has the table %s", name)
		}
	}
}

func termsTable() string {
	var b strings.Builder
	for _, f := range classify.Terms {
		fmt.Fprintf(&b, "### `%s`\n\n%s.\n\n| value | meaning | for instance | SDMX |\n|---|---|---|---|\n", f.Field, upper(f.Meaning))
		for _, t := range f.Terms {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", t.Value, t.Meaning, t.Examples, t.SDMX)
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func typesTable() string {
	var b strings.Builder
	b.WriteString("| family | type | the value is | examples | how it may be rolled up | can be cumulative |\n|---|---|---|---|---|---|\n")
	for _, t := range classify.Types {
		var how []string
		for _, a := range t.Aggregations {
			how = append(how, "`"+string(a)+"`")
		}
		cumulative := "no"
		if t.Cumulative {
			cumulative = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s | %s |\n", t.Family, t.Type, t.Meaning, t.Examples, strings.Join(how, ", "), cumulative)
	}
	return b.String()
}

func columnsTable() string {
	var b strings.Builder
	b.WriteString("| column | also read as |\n|---|---|\n")
	for _, c := range catalogue.Columns {
		fmt.Fprintf(&b, "| `%s` | %s |\n", c.Field, strings.Join(c.Names, ", "))
	}
	return b.String()
}

func labelsTable() string {
	var b strings.Builder
	b.WriteString("| column | answered by | values |\n|---|---|---|\n")
	for _, f := range classify.Fields {
		stage := string(f.Stage)
		if stage == "" {
			stage = "computed"
		}
		values := "free"
		if terms := classify.TermsOf(f.Name); terms != nil {
			values = "see `" + f.Name + "` in [the taxonomy](taxonomy.md)"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Name, stage, values)
	}
	return b.String()
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// registered takes the names of what is registered.
type registered map[string]bool

func (r registered) Register(c prometheus.Collector) error {
	all := make(chan *prometheus.Desc)
	go func() {
		defer close(all)
		c.Describe(all)
	}()
	for d := range all {
		_, name, _ := strings.Cut(d.String(), `fqName: "`)
		name, _, _ = strings.Cut(name, `"`)
		r[name] = true
	}
	return nil
}

func (r registered) MustRegister(all ...prometheus.Collector) {
	for _, c := range all {
		_ = r.Register(c) // it never fails
	}
}

func (r registered) Unregister(prometheus.Collector) bool { return false }

// TestEveryMetricIsDocumented compares the names of the metrics with those in the
// documentation, tables and alerts alike.
func TestEveryMetricIsDocumented(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("operations.md")
	if err != nil {
		t.Fatal(err)
	}
	is := registered{}
	if _, err := telemetry.NewMetrics(is); err != nil {
		t.Fatal(err)
	}
	said := registered{}
	for _, name := range regexp.MustCompile(`classify_[a-z_]+`).FindAllString(string(raw), -1) {
		said[name] = true
		if !is[name] {
			t.Errorf("docs/operations.md speaks of %s, which is no metric", name)
		}
	}
	for name := range is {
		if !said[name] {
			t.Errorf("docs/operations.md does not have %s", name)
		}
	}
}

// TestTheFiguresAreThere keeps an empty or broken table out: make bench writes it.
func TestTheFiguresAreThere(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("benchmarks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, figure := range []string{"with sample values", "without sample values", "growth from", "shuffled ids", "nothing to do",
		"units parser", "`temporal_aggregation`", "cumulative detection", "calibration on examples/labels.csv"} {
		if !strings.Contains(string(raw), figure) {
			t.Errorf("docs/benchmarks.md has no figure of %q: make bench writes it", figure)
		}
	}
}
