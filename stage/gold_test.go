package stage_test

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"classify"
	"classify/internal/opendata"
	"classify/rulebook"
	"classify/series"
	"classify/stage"
)

type goldRow struct {
	classify.Indicator
	Source string           `json:"source"`
	Raw    []map[string]any `json:"sample_values"`
}

// indicator reads the dated values as the catalogue reader does.
func (g *goldRow) indicator() classify.Indicator {
	ind := g.Indicator
	ind.Values = nil
	if ind.SourceName == "" {
		ind.SourceName = g.Source
	}
	for _, p := range g.Raw {
		date, okDate := series.ParseDate(fmt.Sprint(p["date"]))
		value, okValue := p["value"].(float64)
		if !okDate || !okValue {
			ind.SetAside++
			continue
		}
		ind.Values = append(ind.Values, classify.Observation{Date: date, Value: value})
	}
	return ind
}

func readGold(t *testing.T) []classify.Indicator {
	t.Helper()
	var all []classify.Indicator
	lines := bufio.NewScanner(opendata.Open(t, "gold-dev.jsonl"))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var g goldRow
		if err := json.Unmarshal(lines.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		all = append(all, g.indicator())
	}
	return all
}

func readLabels(t *testing.T) (header []string, byID map[string]map[string]string) {
	t.Helper()
	rows, err := csv.NewReader(opendata.Open(t, "gold-dev-labels.csv")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	byID = map[string]map[string]string{}
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = r[i]
		}
		byID[m["indicator_id"]] = m
	}
	return rows[0], byID
}

// Every label column of the judged open set is right in at least 95 % of the
// rows that its editors were sure of.
func TestGoldLabelsAreMetInEveryColumn(t *testing.T) {
	t.Parallel()
	header, labels := readLabels(t)
	book := rulebook.New()
	stages := stage.New(book, book)
	right, total := map[string]int{}, map[string]int{}
	var mistakes []string
	for _, ind := range readGold(t) {
		want, ok := labels[ind.ID]
		if !ok {
			continue
		}
		c, err := classify.Classify(t.Context(), stages, ind)
		if err != nil || c.Outcome == classify.Failed {
			t.Fatalf("%s: %v %+v", ind.ID, err, c.Failure)
		}
		for _, column := range header {
			field := classify.FieldByName(column)
			if field == nil || (want[column] == "" && column != "currency" && column != "per") {
				continue
			}
			got := field.Get(&c.Labels)
			if want["sure"] == "1" {
				total[column]++
				if got == want[column] {
					right[column]++
				}
			}
			if got != want[column] {
				mistakes = append(mistakes, fmt.Sprintf("sure=%s %s (%s; %s) %s: %q, want %q (rules %s, %s, confidence %.2f)",
					want["sure"], ind.ID, ind.Name, ind.Units, column, got, want[column], c.Normalization.Rule, c.Type.Rule, c.OverallConfidence))
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
