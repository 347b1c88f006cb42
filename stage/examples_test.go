package stage_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"classify"
	"classify/rulebook"
	"classify/series"
	"classify/stage"
)

// readCSV reads an example file into one map per row.
func readCSV(t *testing.T, path string) (header []string, rows []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[strings.TrimPrefix(h, "\ufeff")] = r[i]
		}
		rows = append(rows, m)
	}
	return all[0], rows
}

func exampleIndicator(t *testing.T, row map[string]string) classify.Indicator {
	t.Helper()
	var ind classify.Indicator
	for column, value := range row {
		ind.Set(column, value)
	}
	var points []struct {
		Date  string
		Value any
	}
	if row["sample_values"] != "" {
		if err := json.Unmarshal([]byte(row["sample_values"]), &points); err != nil {
			t.Fatalf("%s: %v", ind.ID, err)
		}
	}
	for _, p := range points {
		date, okDate := series.ParseDate(p.Date)
		value, okValue := series.ParseValue(fmt.Sprint(p.Value))
		if !okDate || !okValue {
			ind.SetAside++
			continue
		}
		ind.Values = append(ind.Values, classify.Observation{Date: date, Value: value})
	}
	return ind
}

// The example catalogue is labelled as its own label file says, in at least
// 95 % of the rows of every column.
func TestTheExampleCatalogueIsLabelledAsItsLabelFileSays(t *testing.T) {
	t.Parallel()
	_, world := readCSV(t, "../examples/world.csv")
	header, labels := readCSV(t, "../examples/labels.csv")
	want := map[string]map[string]string{}
	for _, l := range labels {
		want[l["indicator_id"]] = l
	}
	book := rulebook.New()
	stages := stage.New(book, book)
	right, total := map[string]int{}, map[string]int{}
	var mistakes []string
	for _, row := range world {
		w, ok := want[row["indicator_id"]]
		if !ok {
			continue
		}
		c, err := classify.Classify(t.Context(), stages, exampleIndicator(t, row))
		if err != nil || c.Outcome == classify.Failed {
			t.Fatalf("%s: %v %+v", row["indicator_id"], err, c.Failure)
		}
		for _, column := range header {
			field := classify.FieldByName(column)
			if field == nil || (w[column] == "" && column != "currency" && column != "per") {
				continue
			}
			total[column]++
			if got := field.Get(&c.Labels); got == w[column] {
				right[column]++
			} else {
				mistakes = append(mistakes, fmt.Sprintf("%s (%s; %s; %s) %s: %q, want %q (%s, %s, confidence %.2f)", c.IndicatorID, c.Name, row["units"], row["periodicity"], column, got, w[column], c.Normalization.Rule, c.Type.Rule, c.OverallConfidence))
			}
		}
	}
	slices.Sort(mistakes)
	t.Log(strings.Join(mistakes, "\n"))
	for _, column := range header {
		if total[column] == 0 {
			continue
		}
		share := float64(right[column]) / float64(total[column])
		t.Logf("%-22s %5.1f %% of %d", column, 100*share, total[column])
		if share < 0.95 {
			t.Errorf("%s: %.1f %% right, want at least 95 %%", column, 100*share)
		}
	}
}
