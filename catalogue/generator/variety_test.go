package generator

import (
	"slices"
	"testing"

	"classify"
)

// variety is what a catalogue has.
type variety struct {
	concepts map[string]*conceptVariety
	pairs    map[[2]string]int // family and type, of the items that assert them
	seen     map[string]int    // items by what is peculiar about them
}

type conceptVariety struct{ currencies, units, frequencies map[string]bool }

func (v *variety) add(it *Item) {
	c := v.concepts[it.Concept]
	if c == nil {
		c = &conceptVariety{map[string]bool{}, map[string]bool{}, map[string]bool{}}
		v.concepts[it.Concept] = c
	}
	c.currencies[it.Labels.Currency] = true
	c.frequencies[string(it.Labels.ReportingFrequency)] = true
	c.units[spellingOf(it)] = true
	if _, ok := it.Label("family"); ok {
		v.pairs[[2]string{string(it.Labels.Family), string(it.Labels.Type)}]++
	}
	v.seen[string(it.Labels.CumulativePattern)]++
	for _, o := range []struct {
		what string
		is   bool
	}{
		{"junk", it.dirt.junk > 0}, {"text", it.dirt.text}, {"grouped", it.dirt.grouped}, {"nulls", it.dirt.nulls > 0},
		{"revised", it.dirt.revised}, {"compact", it.dirt.compact}, {"timestamp", it.dirt.timestamp},
		{"newest first", newestFirst(it.Indicator.Values)}, {"no January", hasNoJanuary(it)}, {"date twice", hasDateTwice(it.Indicator.Values)},
		{"forecast", slices.ContainsFunc(it.Indicator.Values, func(o classify.Observation) bool { return o.Date > "2027" })},
		{"adjusted", it.Labels.SeasonalAdjustment == classify.SeasonallyAdjusted && !it.Labels.Annualised},
		{"not adjusted", it.Labels.SeasonalAdjustment == classify.NotAdjusted},
		{"no unit", it.Indicator.Units == ""}, {"no periodicity", it.Indicator.Periodicity == ""},
	} {
		if o.is {
			v.seen[o.what]++
		}
	}
}

func TestTheWholeCatalogueIsVaried(t *testing.T) {
	t.Parallel()
	v := variety{map[string]*conceptVariety{}, map[[2]string]int{}, map[string]int{}}
	for it := range Generate(Options{N: wholeCatalogue, Seed: 1, Values: true}) {
		v.add(&it)
	}
	if len(v.concepts) < 105 {
		t.Errorf("%d concepts", len(v.concepts))
	}
	for i := range concepts {
		checkConcept(t, &concepts[i], v.concepts[concepts[i].code])
	}
	for _, row := range classify.Types {
		if row.Family != classify.OtherFamily && v.pairs[[2]string{string(row.Family), string(row.Type)}] == 0 {
			t.Errorf("no item asserts %s/%s", row.Family, row.Type)
		}
	}
	for _, what := range []string{
		"ytd", "fiscal-ytd", "running-total", "periodic", "junk", "text", "grouped", "nulls", "revised", "compact", "timestamp",
		"newest first", "no January", "date twice", "forecast", "adjusted", "not adjusted", "no unit", "no periodicity",
	} {
		if v.seen[what] < 10 {
			t.Errorf("%s: %d items", what, v.seen[what])
		}
	}
}

// checkConcept wants of every concept several currencies, unit spellings and
// frequencies, as far as it can have them.
func checkConcept(t *testing.T, c *concept, v *conceptVariety) {
	t.Helper()
	if v == nil {
		t.Errorf("%s does not appear", c.code)
		return
	}
	if suitable := c.unit.money != notMoney && c.unit.money != internationalMoney; suitable && len(v.currencies) < 20 {
		t.Errorf("%s has %d currencies", c.code, len(v.currencies))
	}
	if len(v.units) < 4 {
		t.Errorf("%s has the unit spellings %v", c.code, v.units)
	}
	if want := min(2, len(frequenciesOf(c))); len(v.frequencies) < want {
		t.Errorf("%s has the frequencies %v", c.code, v.frequencies)
	}
}
