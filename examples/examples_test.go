package examples_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"classify"
)

// row is a line of one of the files, by column name.
type row map[string]string

// read returns the lines of a file of this folder. A row of another width than
// the header ends the test.
func read(t *testing.T, file string) []row {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := csv.NewReader(bytes.NewReader(data))
	header, err := lines.Read()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var rows []row
	for {
		line, err := lines.Read()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		r := row{}
		for i, cell := range line {
			r[header[i]] = cell
		}
		rows = append(rows, r)
	}
}

// countries resolves what sources write as country: alpha-2 and alpha-3 codes,
// and English names of the countries whose codes also stand in the file.
func countries(rows []row) map[string]language.Region {
	found := map[string]language.Region{}
	named := map[string]language.Region{}
	for _, r := range rows {
		if region, err := language.ParseRegion(r["country"]); err == nil && region.IsCountry() {
			found[r["country"]] = region
			named[display.English.Regions().Name(region)] = region
		}
	}
	for _, r := range rows {
		if region, ok := named[r["country"]]; ok {
			found[r["country"]] = region
		}
	}
	return found
}

func TestTheCatalogueIsLargeAndWideEnough(t *testing.T) {
	t.Parallel()
	rows := read(t, "world.csv")
	ids, concepts, regions := map[string]bool{}, map[string]bool{}, map[string]bool{}
	known := countries(rows)
	for _, r := range rows {
		if r["indicator_id"] == "" || r["name"] == "" {
			t.Errorf("a row without id or name: %v", r)
		}
		if ids[r["indicator_id"]] {
			t.Errorf("id %s stands twice", r["indicator_id"])
		}
		ids[r["indicator_id"]] = true
		concept := strings.ReplaceAll(r["name"], r["country"], "")
		if region, ok := known[r["country"]]; ok {
			regions[region.ISO3()] = true
			concept = strings.ReplaceAll(concept, display.English.Regions().Name(region), "")
		}
		concepts[strings.ToLower(strings.Trim(concept, " -"))] = true
	}
	for what, n := range map[string][2]int{
		"indicators": {len(rows), 600}, "concepts": {len(concepts), 110}, "countries": {len(regions), 25},
	} {
		if n[0] < n[1] {
			t.Errorf("%d %s, want at least %d", n[0], what, n[1])
		}
	}
	for income, codes := range map[string][]string{
		"high": {"USA", "JPN", "DEU"}, "upper middle": {"BRA", "CHN", "ZAF"},
		"lower middle": {"IND", "KEN", "NGA"}, "low": {"MWI", "RWA", "UGA"},
	} {
		for _, code := range codes {
			if !regions[code] {
				t.Errorf("no indicator of %s, a country of %s income", code, income)
			}
		}
	}
}

func TestEveryColumnIsOneThatTheDomainReads(t *testing.T) {
	t.Parallel()
	for column := range read(t, "world.csv")[0] {
		if column != "sample_values" && !slices.Contains(classify.InputFields, column) {
			t.Errorf("column %q is no input field", column)
		}
	}
}

func TestSampleValuesAreDatedPoints(t *testing.T) {
	t.Parallel()
	for _, r := range read(t, "world.csv") {
		var points []struct {
			Date  string `json:"date"`
			Value any    `json:"value"`
		}
		if err := json.Unmarshal([]byte(r["sample_values"]), &points); err != nil {
			t.Errorf("%s: %v", r["indicator_id"], err)
			continue
		}
		usable := 0
		for _, p := range points {
			if p.Date == "" {
				t.Errorf("%s: a point without a date", r["indicator_id"])
			}
			if p.Value != nil && p.Date[0] >= '0' && p.Date[0] <= '9' {
				usable++
			}
		}
		if usable < 6 || usable > 24 {
			t.Errorf("%s: %d dated values, want 6 to 24", r["indicator_id"], usable)
		}
	}
}

func TestLabelsFollowTheTaxonomy(t *testing.T) {
	t.Parallel()
	catalogue := map[string]bool{}
	for _, r := range read(t, "world.csv") {
		catalogue[r["indicator_id"]] = true
	}
	labels := read(t, "labels.csv")
	if len(labels) < 250 {
		t.Errorf("%d labelled indicators, want at least 250", len(labels))
	}
	families, frequencies, seen := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range labels {
		id := r["indicator_id"]
		if !catalogue[id] || seen[id] {
			t.Errorf("%s is not in the catalogue, or labelled twice", id)
		}
		seen[id] = true
		families[r["family"]], frequencies[r["reporting_frequency"]] = true, true
		l := parsed(t, r)
		checkPair(t, id, r, l)
	}
	for _, term := range classify.TermsOf("family") {
		if !families[term.Value] {
			t.Errorf("no label of family %s", term.Value)
		}
	}
	for _, f := range []string{"intraday", "daily", "weekly", "biweekly", "monthly", "quarterly", "semi-annual", "annual", "multi-year", "irregular"} {
		if !frequencies[f] {
			t.Errorf("no label of frequency %s", f)
		}
	}
}

// parsed validates every filled cell of a row of labels.
func parsed(t *testing.T, r row) classify.Labels {
	t.Helper()
	var l classify.Labels
	for column, value := range r {
		if column == "indicator_id" || value == "" {
			continue
		}
		f := classify.FieldByName(column)
		if f == nil {
			t.Fatalf("column %q is no label", column)
		}
		if err := f.Set(&l, value); err != nil {
			t.Errorf("%s: %v", r["indicator_id"], err)
		}
	}
	return l
}

// checkPair checks what labels of one row say of each other.
func checkPair(t *testing.T, id string, r row, l classify.Labels) {
	t.Helper()
	if (l.Family == "") != (l.Type == "") {
		t.Errorf("%s: family %q with type %q", id, l.Family, l.Type)
	}
	if l.Type != "" {
		pair, ok := classify.Pair(l.Family, l.Type)
		switch {
		case !ok:
			t.Errorf("%s: no type %s in family %s", id, l.Type, l.Family)
		case l.Aggregation != "" && !pair.Allows(l.Aggregation):
			t.Errorf("%s: a %s is never %s", id, l.Type, l.Aggregation)
		case l.IsCumulative && !pair.Cumulative:
			t.Errorf("%s: a %s is never cumulative", id, l.Type)
		}
	}
	if l.Aggregation == "" {
		return
	}
	if !classify.UnitAllows(l.UnitType, l.Aggregation) {
		t.Errorf("%s: a value in %s is never %s", id, l.UnitType, l.Aggregation)
	}
	if want := classify.BasisOf(l.Type, l.Aggregation); l.TimeBasis != want {
		t.Errorf("%s: time basis %s, which follows as %s", id, l.TimeBasis, want)
	}
	if cumulative := l.Aggregation == classify.PeriodCumulative; r["is_cumulative"] != "" && l.IsCumulative != cumulative {
		t.Errorf("%s: cumulative %v with %s", id, l.IsCumulative, l.Aggregation)
	}
}
