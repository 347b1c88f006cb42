package series

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"testing"

	"classify"
	"classify/internal/opendata"
)

func TestFrequencyAgreesWithPeople(t *testing.T) {
	t.Parallel()
	inputs, labels := opendata.Open(t, "gold-dev.jsonl"), opendata.Open(t, "gold-dev-labels.csv")
	rows, err := csv.NewReader(labels).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	label := map[string][]string{}
	for _, r := range rows[1:] {
		label[r[column["indicator_id"]]] = r
	}
	lines, wrong := bufio.NewScanner(inputs), 0
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var in struct {
			ID          string `json:"indicator_id"`
			Name        string
			Periodicity string
			Values      []classify.Observation `json:"sample_values"`
		}
		if err := json.Unmarshal(lines.Bytes(), &in); err != nil {
			t.Fatal(err)
		}
		declared, _, _ := ParsePeriodicity(in.Periodicity)
		a := Analyse(in.Values, Options{Declared: declared})
		frequency := a.Observed
		if frequency == classify.FrequencyUnknown {
			frequency = declared
		}
		r := label[in.ID]
		if want := r[column["reporting_frequency"]]; string(frequency) != want {
			wrong++
			t.Logf("%s: dates %s, declared %s, people %s", in.Name, a.Observed, declared, want)
		}
		cumulative := a.Cumulative.Pattern != classify.PatternPeriodic && a.Cumulative.Pattern != classify.PatternUnknown
		if want := r[column["is_cumulative"]] == "true"; cumulative != want {
			wrong++
			t.Logf("%s: %+v, people %v", in.Name, a.Cumulative, want)
		}
	}
	t.Logf("%d labels, %d answers that differ", 2*len(label), wrong)
	if wrong*50 > 2*len(label) {
		t.Errorf("%d of %d answers differ from people's", wrong, 2*len(label))
	}
}
