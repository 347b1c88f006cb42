package generator

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"classify"
)

// ordered gives the values oldest first, without those of a date that appears
// again.
func ordered(it *Item) []classify.Observation {
	values := slices.Clone(it.Indicator.Values)
	if newestFirst(values) {
		slices.Reverse(values)
	}
	return slices.CompactFunc(values, func(a, b classify.Observation) bool { return a.Date == b.Date })
}

// month is the month of a canonical date, the last one of a quarter.
func month(t *testing.T, date string) int {
	t.Helper()
	if q := strings.Index(date, "Q"); q > 0 {
		return 3 * int(date[q+1]-'0')
	}
	m, err := strconv.Atoi(date[5:7])
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fiscalYear numbers the years that begin in the start month.
func fiscalYear(t *testing.T, date string, start int) int {
	t.Helper()
	year, err := strconv.Atoi(date[:4])
	if err != nil {
		t.Fatal(err)
	}
	if month(t, date) < start {
		year--
	}
	return year
}

func TestAYearToDateRisesWithinTheYearAndFallsBackAtItsStart(t *testing.T) {
	t.Parallel()
	checked, resets, starts := 0, 0, map[int]int{}
	for it := range Generate(Options{N: 30000, Seed: 7, Values: true}) {
		if it.StartMonth == 0 || it.Labels.Type == classify.Balance || it.dirt.revised || hasDateTwice(it.Indicator.Values) {
			continue
		}
		checked++
		starts[it.StartMonth]++
		values := ordered(&it)
		for i := 1; i < len(values); i++ {
			a, b := values[i-1], values[i]
			same := fiscalYear(t, a.Date, it.StartMonth) == fiscalYear(t, b.Date, it.StartMonth)
			if same && b.Value < a.Value {
				t.Fatalf("%s falls within a year, from %v to %v", it.Indicator.ID, a, b)
			}
			if consecutive := month(t, b.Date) < it.StartMonth+3 && month(t, b.Date) >= it.StartMonth; !same && consecutive {
				resets++
				if b.Value >= a.Value {
					t.Fatalf("%s does not begin anew: %v, then %v", it.Indicator.ID, a, b)
				}
			}
		}
	}
	if checked < 500 || resets < 1500 || len(starts) < 4 {
		t.Errorf("%d series with %d resets and the start months %v", checked, resets, starts)
	}
}

func TestAYearToDateIsTheRunningSumOfItsPeriods(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		mode  byte
		start int
		first period
		want  []float64
	}{
		"calendar year by month":   {'m', 1, periodOf(classify.Monthly, 2020, 11), []float64{1, 3, 3, 7, 12}},
		"fiscal year from April":   {'f', 4, periodOf(classify.Monthly, 2020, 2), []float64{1, 3, 3, 7, 12}},
		"fiscal year by quarter":   {'g', 7, periodOf(classify.Quarterly, 2020, 1), []float64{1, 3, 3, 7, 12}},
		"no start within the span": {'m', 1, periodOf(classify.Monthly, 2020, 5), []float64{1, 3, 6, 10, 15}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := draft{mode: row.mode, start: row.start, frequency: frequencies[row.mode]}
			values := []float64{1, 2, 3, 4, 5}
			d.accumulate(values, row.first)
			if !slices.Equal(values, row.want) {
				t.Errorf("%v, not %v", values, row.want)
			}
		})
	}
}

func TestARunningTotalNeverFalls(t *testing.T) {
	t.Parallel()
	checked := 0
	for it := range Generate(Options{N: wholeCatalogue, Seed: 8, Values: true}) {
		if it.Labels.CumulativePattern != classify.PatternRunningTotal || hasDateTwice(it.Indicator.Values) {
			continue
		}
		checked++
		values := ordered(&it)
		if !slices.IsSortedFunc(values, func(a, b classify.Observation) int { return int(math.Copysign(1, a.Value-b.Value)) }) {
			t.Errorf("%s falls: %v", it.Indicator.ID, values)
		}
	}
	if checked < 50 {
		t.Errorf("%d running totals", checked)
	}
}

func TestLookAlikesAreAmongTheSeries(t *testing.T) {
	t.Parallel()
	growing, december, accumulated := 0, 0, 0
	for it := range Generate(Options{N: wholeCatalogue, Seed: 9, Values: true}) {
		if it.Labels.IsCumulative || it.Labels.ReportingFrequency != classify.Monthly {
			continue
		}
		values := ordered(&it)
		falls, sinksInJanuary := 0, 0
		for i := 1; i < len(values); i++ {
			if values[i].Value < values[i-1].Value {
				falls++
				if month(t, values[i].Date) == 1 {
					sinksInJanuary++
				}
			}
		}
		switch {
		case falls == 0 && len(values) >= 24:
			growing++
		case sinksInJanuary >= 3 && (it.Labels.Type == classify.Flow || it.Labels.Type == classify.Volume):
			december++
		}
		if strings.HasSuffix(it.Concept, "_YTD_GROWTH") {
			accumulated++
		}
	}
	if growing < 50 || december < 50 || accumulated < 50 {
		t.Errorf("%d strictly growing, %d with a December peak, %d growth rates of accumulated values", growing, december, accumulated)
	}
}

func TestValuesArePlausible(t *testing.T) {
	t.Parallel()
	for it := range Generate(Options{N: wholeCatalogue, Seed: 10, Values: true}) {
		l := &it.Labels
		for _, o := range it.Indicator.Values {
			v := o.Value
			switch {
			case math.IsNaN(v) || math.IsInf(v, 0):
				t.Fatalf("%s: %v", it.Indicator.ID, o)
			case v < 0 && (l.Type == classify.Stock || l.Type == classify.Flow || l.Type == classify.Volume || l.Type == classify.Count && it.Concept != "TEMPERATURE"):
				t.Fatalf("%s: a negative %s: %v", it.Indicator.ID, l.Type, o)
			case (v < 0 || v > 100) && (l.Type == classify.Percentage || l.Type == classify.Share || l.Type == classify.Probability):
				t.Fatalf("%s: a %s of %v", it.Indicator.ID, l.Type, o)
			case l.ScalePow10 >= 3 && math.Abs(v) > 1e10:
				t.Fatalf("%s: %v in %q", it.Indicator.ID, o, it.Indicator.Units)
			case v == 0 && (l.Type == classify.Flow || l.Type == classify.Stock || l.Type == classify.Price):
				t.Fatalf("%s: %v in %q", it.Indicator.ID, o, it.Indicator.Units)
			}
		}
	}
}
