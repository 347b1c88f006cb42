package generator

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"classify"
)

// wholeCatalogue is the size that people rehearse with.
const wholeCatalogue = 10903

func collect(o Options) []Item { return slices.Collect(Generate(o)) }

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{N: 700, Seed: 1, Values: true},
		{N: 700, Seed: 1, Values: true, JSONL: true},
		{N: 700, Seed: 1, Values: true, Distinct: true, Shuffle: true},
	} {
		var first, second, other, labels, again bytes.Buffer
		for _, w := range []*bytes.Buffer{&first, &second} {
			if err := WriteCatalogue(w, o); err != nil {
				t.Fatal(err)
			}
		}
		for _, w := range []*bytes.Buffer{&labels, &again} {
			if err := WriteLabels(w, o); err != nil {
				t.Fatal(err)
			}
		}
		o.Seed++
		if err := WriteCatalogue(&other, o); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first.Bytes(), second.Bytes()) || !bytes.Equal(labels.Bytes(), again.Bytes()) {
			t.Errorf("%+v: two runs differ", o)
		}
		if bytes.Equal(first.Bytes(), other.Bytes()) {
			t.Errorf("%+v: another seed gives the same catalogue", o)
		}
	}
}

func TestAnItemNeedsNoOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			N: rapid.IntRange(1, 40000).Draw(t, "n"), Seed: rapid.Uint64().Draw(t, "seed"), Values: rapid.Bool().Draw(t, "values"),
			Distinct: rapid.Bool().Draw(t, "distinct"), Shuffle: rapid.Bool().Draw(t, "shuffle"),
		}
		i := rapid.IntRange(0, o.N-1).Draw(t, "i")
		a, b := At(o, i), At(o, i)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("item %d of %+v is not the same twice", i, o)
		}
		if n := len(a.Indicator.Values); n > 60 || o.Values == (n == 0) {
			t.Fatalf("item %d of %+v has %d values", i, o, n)
		}
	})
}

func TestIDsAreUniqueAndAscend(t *testing.T) {
	t.Parallel()
	edition := len(countries) * len(concepts)
	for _, o := range []Options{
		{N: 1}, {N: 50}, {N: wholeCatalogue}, {N: edition}, {N: edition + 1}, {N: 3*edition + 17}, {N: 20000, Distinct: true},
	} {
		last, ids := "", map[string]bool{}
		for it := range Generate(o) {
			if it.Indicator.ID <= last {
				t.Fatalf("%+v: id %q follows %q", o, it.Indicator.ID, last)
			}
			last = it.Indicator.ID
			ids[last] = true
		}
		if len(ids) != o.N {
			t.Errorf("%+v: %d ids", o, len(ids))
		}
		o.Shuffle = true
		inOrder := 0
		for it := range Generate(o) {
			if !ids[it.Indicator.ID] {
				t.Fatalf("%+v: id %q appears only when shuffled, or twice", o, it.Indicator.ID)
			}
			delete(ids, it.Indicator.ID)
			if it.Indicator.ID > last {
				inOrder++
			}
			last = it.Indicator.ID
		}
		if len(ids) > 0 || o.N > 1000 && (inOrder < o.N/3 || inOrder > o.N*2/3) {
			t.Errorf("%+v: %d ids missing, %d of them follow a smaller one", o, len(ids), inOrder)
		}
	}
}

// spellingOf is the unit phrase without the currency, as far as it can be told.
func spellingOf(it *Item) string {
	text := it.Indicator.Units
	for i := range countries {
		k := &countries[i]
		if k.currency == it.Labels.Currency {
			text = strings.NewReplacer(k.currency, "¤", k.money, "¤s", upperFirst(k.money), "¤s").Replace(text)
		}
	}
	return text
}

func frequenciesOf(c *concept) map[classify.Frequency]bool {
	all := map[classify.Frequency]bool{}
	for i := range len(c.modes) {
		all[frequencies[c.modes[i]]] = true
	}
	return all
}

func newestFirst(values []classify.Observation) bool {
	return len(values) > 1 && values[0].Date > values[len(values)-1].Date
}

func hasDateTwice(values []classify.Observation) bool {
	return len(slices.CompactFunc(slices.Clone(values), func(a, b classify.Observation) bool { return a.Date == b.Date })) < len(values)
}

func hasNoJanuary(it *Item) bool {
	return it.Labels.ReportingFrequency == classify.Monthly && len(it.Indicator.Values) > 12 &&
		!slices.ContainsFunc(it.Indicator.Values, func(o classify.Observation) bool { return o.Date[5:7] == "01" })
}

func TestEveryLabelIsOneOfTheTaxonomy(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{
		{N: wholeCatalogue, Seed: 2, Values: true}, {N: 3000, Seed: 3}, {N: 5000, Seed: 4, Distinct: true, Values: true},
	} {
		for it := range Generate(o) {
			for _, column := range it.Asserted {
				var l classify.Labels
				value, _ := it.Label(column)
				if err := classify.FieldByName(column).Set(&l, value); err != nil {
					t.Errorf("%s: %v", it.Indicator.ID, err)
				}
			}
			l := &it.Labels
			row, ok := classify.Pair(l.Family, l.Type)
			switch {
			case !ok:
				t.Errorf("%s: %s is no type of %s", it.Indicator.ID, l.Type, l.Family)
			case !row.Allows(l.Aggregation):
				t.Errorf("%s: %s is never %s", it.Indicator.ID, l.Type, l.Aggregation)
			case !classify.UnitAllows(l.UnitType, l.Aggregation) && it.asserts("temporal_aggregation"):
				t.Errorf("%s: %s is never %s", it.Indicator.ID, l.UnitType, l.Aggregation)
			case l.TimeBasis != classify.BasisOf(l.Type, l.Aggregation):
				t.Errorf("%s: time basis %s", it.Indicator.ID, l.TimeBasis)
			case l.IsCumulative && !row.Cumulative:
				t.Errorf("%s: a %s is never cumulative", it.Indicator.ID, l.Type)
			case l.IsCumulative != (l.TimeBasis == classify.BasisCumulative):
				t.Errorf("%s: cumulative %v, time basis %s", it.Indicator.ID, l.IsCumulative, l.TimeBasis)
			case !it.asserts("currency"):
				t.Errorf("%s: currency is not asserted, but an empty cell means none", it.Indicator.ID)
			}
		}
	}
}

func (it *Item) asserts(column string) bool { _, ok := it.Label(column); return ok }

func TestDistinctConceptsHaveDistinctNames(t *testing.T) {
	t.Parallel()
	const n = 120_000
	names := make(map[string]bool, n)
	for i := range n {
		names[At(Options{N: n, Distinct: true}, i).Concept] = true
	}
	if len(names) != n {
		t.Errorf("%d names for %d concepts", len(names), n)
	}
	for _, list := range [][]string{destinations, origins, producers, people, firms} {
		if len(list) != breakdownCount {
			t.Errorf("a list of %d breakdowns: %v", len(list), list)
		}
	}
	early := map[string]bool{}
	for it := range Generate(Options{N: 2000, Distinct: true, Seed: 5}) {
		early[string(it.Labels.Family)+"/"+string(it.Labels.Type)] = true
	}
	if len(early) < 10 {
		t.Errorf("the first 2,000 have only the types %v", early)
	}
}

func TestTheFilesHoldEveryItem(t *testing.T) {
	t.Parallel()
	o := Options{N: 800, Seed: 6, Values: true}
	items := collect(o)
	var csvFile, jsonFile, labels bytes.Buffer
	if err := WriteCatalogue(&csvFile, o); err != nil {
		t.Fatal(err)
	}
	jsonOptions := o
	jsonOptions.JSONL = true
	if err := WriteCatalogue(&jsonFile, jsonOptions); err != nil {
		t.Fatal(err)
	}
	if err := WriteLabels(&labels, o); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&csvFile).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	truth, err := csv.NewReader(&labels).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	lines := json.NewDecoder(&jsonFile)
	if len(rows) != o.N+1 || len(truth) != o.N+1 {
		t.Fatalf("%d rows and %d labels for %d items", len(rows)-1, len(truth)-1, o.N)
	}
	for i, it := range items {
		row := rows[i+1]
		var object map[string]any
		if err := lines.Decode(&object); err != nil {
			t.Fatal(err)
		}
		for c, column := range classify.InputFields {
			want, _ := it.Indicator.Get(column)
			got, _ := object[column].(string)
			if row[c] != want || got != want {
				t.Errorf("%s: %s is %q in CSV and %q in JSON, not %q", it.Indicator.ID, column, row[c], got, want)
			}
		}
		var points []struct {
			Date  string
			Value any
		}
		if err := json.Unmarshal([]byte(row[len(row)-1]), &points); err != nil {
			t.Fatalf("%s: %v", it.Indicator.ID, err)
		}
		if want := len(it.Indicator.Values) + it.Indicator.SetAside; len(points) != want || len(object[ValuesColumn].([]any)) != want {
			t.Errorf("%s: %d points, not %d", it.Indicator.ID, len(points), want)
		}
		if truth[i+1][0] != it.Indicator.ID {
			t.Errorf("label %d is of %s, not of %s", i, truth[i+1][0], it.Indicator.ID)
		}
		for c, column := range LabelColumns {
			if want, _ := it.Label(column); truth[i+1][c+1] != want {
				t.Errorf("%s: %s is %q, not %q", it.Indicator.ID, column, truth[i+1][c+1], want)
			}
		}
	}
}

func TestNumbersAreWrittenAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for value, want := range map[float64]string{
		0: "0", 999: "999", 1000: "1,000", -1234567.5: "-1,234,567.5", 0.25: "0.25", -12: "-12", 123456: "123,456",
	} {
		if got := string(appendGrouped(nil, value)); got != want {
			t.Errorf("%v is written %q, not %q", value, got, want)
		}
	}
}

func TestAFailingWriterIsReported(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{N: 3000}, {N: 3000, JSONL: true}} {
		if err := WriteCatalogue(fullDisk{}, o); err == nil {
			t.Errorf("%+v: the catalogue was written to a full disk", o)
		}
	}
	if err := WriteLabels(fullDisk{}, Options{N: 3000}); err == nil {
		t.Error("the labels were written to a full disk")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }

func BenchmarkItem(b *testing.B) {
	for _, o := range []struct {
		name string
		Options
	}{
		{"texts", Options{N: 1_000_000}},
		{"texts and values", Options{N: 1_000_000, Values: true}},
		{"distinct", Options{N: 1_000_000, Distinct: true}},
		{"shuffled", Options{N: 1_000_000, Shuffle: true}},
	} {
		b.Run(o.name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				At(o.Options, i%o.N)
				i++
			}
		})
	}
}

func BenchmarkWriteCatalogue(b *testing.B) {
	var size bytes.Buffer
	for b.Loop() {
		size.Reset()
		if err := WriteCatalogue(&size, Options{N: 1000, Values: true}); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(size.Len()))
}
