package series

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"classify"
)

// observations draws any series: dates of one grain or of several, some of
// them twice or no dates at all, values of any kind.
func observations(t *rapid.T) []classify.Observation {
	value := rapid.OneOf(rapid.Float64(), rapid.Float64Range(-10, 1000), rapid.Map(rapid.IntRange(-5, 50), func(i int) float64 { return float64(i) }))
	grains := rapid.SampledFrom([][]grain{{byYear}, {byHalf}, {byQuarter}, {byMonth}, {byMonth}, {byWeek}, {byDay}, {byInstant}, {byYear, byMonth}, {byQuarter, byDay}}).Draw(t, "grains")
	date := rapid.Custom(func(t *rapid.T) string {
		c := calendar{grain: rapid.SampledFrom(grains).Draw(t, "grain"), year: rapid.IntRange(2018, 2024).Draw(t, "year")}
		switch c.grain {
		case byHalf:
			c.part = rapid.IntRange(1, 2).Draw(t, "half")
		case byQuarter:
			c.part = rapid.IntRange(1, 4).Draw(t, "quarter")
		case byWeek:
			c.part = rapid.IntRange(1, 52).Draw(t, "week")
		default:
			c.part, c.day = rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day")
			c.hour = rapid.IntRange(1, 23).Draw(t, "hour")
		}
		return c.String()
	})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) classify.Observation {
		o := classify.Observation{Date: date.Draw(t, "date"), Value: value.Draw(t, "value")}
		if rapid.IntRange(0, 30).Draw(t, "dirt") == 0 {
			o.Date = rapid.SampledFrom([]string{"last10YearsAvg", "", "2024-13"}).Draw(t, "no date")
		}
		return o
	}), 0, 90).Draw(t, "observations")
}

func options(t *rapid.T) Options {
	return Options{
		Declared:   rapid.SampledFrom([]classify.Frequency{"", classify.Monthly, classify.Annual, classify.FrequencyUnknown}).Draw(t, "declared"),
		NamedYTD:   rapid.Bool().Draw(t, "ytd"),
		NamedTotal: rapid.Bool().Draw(t, "total"),
	}
}

// realistic draws a series of the population, accumulated or not.
func realistic(t *rapid.T) []classify.Observation {
	perYear := rapid.SampledFrom([]int{12, 4}).Draw(t, "periods of the year")
	m := rapid.SampledFrom(lookAlikes).Draw(t, "maker")
	n, start := rapid.IntRange(1, 6*perYear).Draw(t, "n"), rapid.IntRange(0, perYear-1).Draw(t, "start")
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	v := m.make(r, n, start, perYear)
	if rapid.Bool().Draw(t, "accumulate") {
		v = accumulated(v, start, 0, perYear)
	}
	return dated(v, start, perYear)
}

func TestOrderOfTheInputChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		obs, o := observations(t), options(t)
		if rapid.Bool().Draw(t, "realistic") {
			obs = realistic(t)
		}
		shuffled := rapid.Permutation(obs).Draw(t, "shuffled")
		if a, b := Analyse(obs, o), Analyse(shuffled, o); !reflect.DeepEqual(a, b) {
			t.Fatalf("%+v\nshuffled: %+v", a, b)
		}
	})
}

func TestAnalyseLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		obs := observations(t)
		before := append([]classify.Observation(nil), obs...)
		Analyse(obs, Options{})
		if len(obs) > 0 && !reflect.DeepEqual(obs, before) {
			t.Fatal("the input has changed")
		}
	})
}

// scaled multiplies all values by a constant.
func scaled(obs []classify.Observation, by float64) []classify.Observation {
	s := append([]classify.Observation(nil), obs...)
	for i := range s {
		s[i].Value *= by
	}
	return s
}

// withoutLevels is what scaling may not change.
func withoutLevels(a Analysis) Analysis {
	a.Shape.Min, a.Shape.Max, a.Shape.Median, a.Shape.Whole = 0, 0, 0, false
	return a
}

func TestScalingChangesTheLevelsAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := options(t)
		obs, by := realistic(t), rapid.Float64Range(1e-6, 1e6).Draw(t, "by")
		if rapid.Bool().Draw(t, "any series") { // exact, so that no rounding makes two values one
			obs, by = observations(t), math.Ldexp(1, rapid.IntRange(-40, 40).Draw(t, "power of two"))
			for i := range obs {
				if size := math.Abs(obs[i].Value); size > 1e200 || size < 1e-200 {
					obs[i].Value = 0
				}
			}
		}
		a, b := Analyse(obs, o), Analyse(scaled(obs, by), o)
		if x, y := withoutLevels(a), withoutLevels(b); !reflect.DeepEqual(x, y) {
			t.Fatalf("%+v\nby %v: %+v", x, by, y)
		}
		if b.Shape.Max != a.Shape.Max*by || b.Shape.Min != a.Shape.Min*by {
			t.Fatalf("levels %+v by %v: %+v", a.Shape, by, b.Shape)
		}
	})
}

func TestTheCountsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		obs := observations(t)
		a := Analyse(obs, options(t))
		s, c := a.Shape, a.Cumulative
		if s.Points+s.SetAside > len(obs) {
			t.Fatalf("%d points and %d set aside of %d", s.Points, s.SetAside, len(obs))
		}
		if s.Points > 0 && (s.Min > s.Median || s.Median > s.Max || s.First > s.Last && len(s.First) == len(s.Last)) {
			t.Fatalf("shape %+v", s)
		}
		if c.Rises+c.Falls+c.Resets > c.Transitions || c.Transitions > max(0, s.Points-1) || c.Confidence < 0 || c.Confidence > 1 {
			t.Fatalf("cumulative %+v of %d points", c, s.Points)
		}
		cumulative := c.Pattern == classify.PatternYTD || c.Pattern == classify.PatternFiscalYTD
		if cumulative != (c.StartMonth > 0) || c.StartMonth > 12 || (c.Pattern == classify.PatternYTD) != (c.StartMonth == 1) {
			t.Fatalf("cumulative %+v", c)
		}
	})
}

func TestAFlowMadeCumulativeIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		begin := rapid.SampledFrom([]int{0, 3, 6, 9}).Draw(t, "begin")
		start, n := rapid.IntRange(0, 11).Draw(t, "start"), rapid.IntRange(26, 72).Draw(t, "n")
		month := make([]float64, 12)
		for i := range month {
			month[i] = rapid.Float64Range(60, 160).Draw(t, "month of the year")
		}
		v := make([]float64, n+12)
		for i := range v {
			v[i] = month[(start+i)%12] * rapid.Float64Range(0.9, 1.1).Draw(t, "noise") * math.Pow(1.005, float64(i))
		}
		obs := dated(accumulated(v, start, begin, 12)[12:], start, 12)
		c := Analyse(obs, Options{}).Cumulative
		if c.StartMonth != begin+1 || c.Resets == 0 || c.Falls != 0 {
			t.Fatalf("begun in month %d: %+v", begin+1, c)
		}
	})
}

func TestAGrowingStockIsNotCumulative(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		perYear := rapid.SampledFrom([]int{12, 4}).Draw(t, "periods of the year")
		v := make([]float64, rapid.IntRange(4, 80).Draw(t, "n"))
		level := rapid.Float64Range(1, 1e9).Draw(t, "level")
		for i := range v {
			level *= 1 + rapid.Float64Range(0, 0.04).Draw(t, "growth")
			v[i] = level
		}
		o := Options{NamedYTD: rapid.Bool().Draw(t, "ytd")}
		if c := Analyse(dated(v, rapid.IntRange(0, perYear-1).Draw(t, "start"), perYear), o).Cumulative; c.Pattern != classify.PatternPeriodic {
			t.Fatalf("%+v", c)
		}
	})
}
